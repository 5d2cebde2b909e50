/*
 * sasl.c - authentication exchanges, which six protocols share (RFC 4422)
 *
 * Every message is hidden, but the user name of LOGIN; what may be told of a
 * message stands in a label behind the mask.  A label is made only of a message
 * that decodes completely and has exactly the expected shape.
 */
#include "track.h"

#include "base64.h"

#include "../base/scan.h"

#include <string.h>

enum kind {
	KIND_OPAQUE,
	KIND_PLAIN, /* authzid NUL authcid NUL password (RFC 4616) */
	KIND_LOGIN, /* user, then password; no standard */
	KIND_CRAM, /* user SP digest (RFC 2195) */
	KIND_DIGEST, /* username="joe",...,response=hex (RFC 2831) */
	KIND_SCRAM, /* n,,n=joe,r=nonce (RFC 5802) */
	KIND_XOAUTH2, /* user=joe^Aauth=Bearer token^A^A */
	KIND_OAUTHBEARER, /* n,a=joe,^A...^Aauth=Bearer token^A^A (RFC 7628) */
	KIND_OTP, /* authzid NUL user, or user; then a password (RFC 2444) */
	KIND_EXTERNAL, /* authzid (RFC 4422 appendix A) */
	KIND_ANONYMOUS /* trace (RFC 4505) */
};

static const struct mechanism {
	const char *name; /* a star: any ending */
	enum kind kind;
	unsigned responses; /* that the client has to give; 0: no limit */
} mechanisms[] = {
    {"", KIND_OPAQUE, 0}, /* index 0: unknown */
    {"PLAIN", KIND_PLAIN, 1},
    {"LOGIN", KIND_LOGIN, 2},
    {"CRAM-MD5", KIND_CRAM, 1},
    {"CRAM-SHA1", KIND_CRAM, 1},
    {"CRAM-SHA256", KIND_CRAM, 1},
    {"CRAM-SHA512", KIND_CRAM, 1},
    {"DIGEST-MD5", KIND_DIGEST, 0},
    {"DIGEST-SHA", KIND_DIGEST, 0},
    {"SCRAM-SHA-1", KIND_SCRAM, 0},
    {"SCRAM-SHA-224", KIND_SCRAM, 0},
    {"SCRAM-SHA-256", KIND_SCRAM, 0},
    {"SCRAM-SHA-384", KIND_SCRAM, 0},
    {"SCRAM-SHA-512", KIND_SCRAM, 0},
    {"SCRAM-SHA3-512", KIND_SCRAM, 0},
    {"SCRAM-SHA-1-PLUS", KIND_SCRAM, 0},
    {"SCRAM-SHA-224-PLUS", KIND_SCRAM, 0},
    {"SCRAM-SHA-256-PLUS", KIND_SCRAM, 0},
    {"SCRAM-SHA-384-PLUS", KIND_SCRAM, 0},
    {"SCRAM-SHA-512-PLUS", KIND_SCRAM, 0},
    {"SCRAM-SHA3-512-PLUS", KIND_SCRAM, 0},
    {"XOAUTH2", KIND_XOAUTH2, 1},
    {"OAUTHBEARER", KIND_OAUTHBEARER, 1},
    {"XOAUTH", KIND_OPAQUE, 1},
    {"EXTERNAL", KIND_EXTERNAL, 1},
    {"ANONYMOUS", KIND_ANONYMOUS, 1},
    {"OTP", KIND_OTP, 0},
    {"SKEY", KIND_OTP, 0},
    {"NTLM", KIND_OPAQUE, 0},
    {"GSSAPI", KIND_OPAQUE, 0},
    {"GSS-SPNEGO", KIND_OPAQUE, 0},
    {"GS2-*", KIND_OPAQUE, 0},
    {"KERBEROS_V4", KIND_OPAQUE, 0},
    {"KERBEROS_V5", KIND_OPAQUE, 0},
    {"SECURID", KIND_OPAQUE, 0},
    {"OAUTH10A", KIND_OPAQUE, 0},
    {"OPENID20", KIND_OPAQUE, 0},
    {"SAML20", KIND_OPAQUE, 0},
    {"EAP-AES128", KIND_OPAQUE, 0},
    {"EAP-AES128-PLUS", KIND_OPAQUE, 0},
    {"ECDSA-NIST256P-CHALLENGE", KIND_OPAQUE, 0},
    {"ECDH-X25519-CHALLENGE", KIND_OPAQUE, 0},
    {"9798-*", KIND_OPAQUE, 0},
    {"SXOVER-PLUS", KIND_OPAQUE, 0},
    {"NMAS_LOGIN", KIND_OPAQUE, 0},
    {"NMAS_AUTHEN", KIND_OPAQUE, 0},
    {"NMAS-SAMBA-AUTH", KIND_OPAQUE, 0},
    {"PASSDSS-3DES-1", KIND_OPAQUE, 0},
    {"SRP", KIND_OPAQUE, 0},
    {"MSN", KIND_OPAQUE, 0},
};

/* What a challenge of LOGIN asks for. */
enum { PROMPT_OTHER, PROMPT_USER, PROMPT_PASS };

void
sasl_init(struct sasl *s)
{
	memset(s, 0, sizeof *s);
}

static size_t
find_mechanism(const unsigned char *name, size_t n)
{
	for (size_t i = 1; i < sizeof mechanisms / sizeof *mechanisms; i++) {
		const char *m = mechanisms[i].name;
		size_t len = strlen(m);
		char stem[32];

		if (m[len - 1] != '*') {
			if (word_is(name, n, m))
				return i;
			continue;
		}
		memcpy(stem, m, len - 1);
		stem[len - 1] = '\0';
		/* any ending of letters, so that it can hold no secret */
		if (n > len && n <= 32 && word_begins(name, n, stem)) {
			size_t k = len - 1;

			while (k < n && (name[k] == '-' || name[k] == '_' ||
			    (name[k] >= 'A' && name[k] <= 'Z') ||
			    (name[k] >= '0' && name[k] <= '9')))
				k++;
			if (k == n)
				return i;
		}
	}
	return 0;
}

bool
sasl_known(const unsigned char *name, size_t n)
{
	return find_mechanism(name, n) != 0;
}

/* ---- labels ----------------------------------------------------------- */

/* A label under construction. */
struct label {
	struct str s;
	char text[SASL_LABEL];
};

static void
label_init(struct label *b)
{
	str_init(&b->s, b->text, sizeof b->text);
}

/* Add key=value; in the value `)`, `,`, `(` and controls are escaped too. */
static void
label_add(struct label *b, const char *key, const unsigned char *p, size_t n)
{
	char text[255 * ESCAPE_MAX + SCAN_SLACK];
	enum escape_after after = AFTER_TEXT;
	const unsigned char *at;
	char *end;

	if (n > 255)
		n = 255;
	while (memchr(p, '\n', n) != NULL || memchr(p, '\0', n) != NULL)
		n--; /* nothing behind such a byte is worth a label */
	end = escape_text(text, p, p + n, 0, &after, &at);
	str_fmt(&b->s, "%s%s=", b->s.len > 0 ? ", " : "", key);
	for (char *c = text; c < end; c++) {
		if (*c == ')' || *c == ',' || *c == '*' || *c == '(')
			str_fmt(&b->s, "\\x%02x", (unsigned)*c);
		else
			str_char(&b->s, *c);
	}
}

static const unsigned char *
find_byte(const unsigned char *p, const unsigned char *end, int c)
{
	const unsigned char *q = p < end ?
	    memchr(p, c, (size_t)(end - p)) : NULL;

	return q != NULL ? q : end;
}

static const unsigned char *
find_text(const unsigned char *p, const unsigned char *end, const char *text)
{
	const unsigned char *q = p < end ?
	    memmem(p, (size_t)(end - p), text, strlen(text)) : NULL;

	return q != NULL ? q : end;
}

static bool
is_text(const unsigned char *p, const unsigned char *end)
{
	while (p < end) {
		size_t n = escape_utf8(p, end);

		if (n == 0 && (*p < 0x20 || *p >= 0x7f))
			return false;
		p += n > 0 ? n : 1;
	}
	return true;
}

static void
name_user(struct track *t, struct label *b, const unsigned char *p,
    const unsigned char *end)
{
	label_add(b, "user", p, (size_t)(end - p));
	track_user(t, p, (size_t)(end - p));
}

static void
read_plain(struct track *t, struct label *b, const unsigned char *p,
    const unsigned char *end)
{
	const unsigned char *one = find_byte(p, end, '\0');
	const unsigned char *two = find_byte(one < end ? one + 1 : end, end, 0);

	if (one == end || two == end) {
		track_hint(t, DIR_S,
		    one == end ? "plain-no-nul" : "plain-one-nul");
		return;
	}
	if (find_byte(two + 1, end, '\0') != end)
		return;
	name_user(t, b, one + 1, two);
	if (one > p)
		label_add(b, "authzid", p, (size_t)(one - p));
	echo_keep_form(&t->echo, two + 1, (size_t)(end - two - 1));
	if (end > two + 1 && (end[-1] == '\n' || end[-1] == '\r'))
		track_hint(t, DIR_S, "trailing-newline");
}

static void
read_cram(struct track *t, struct label *b, const unsigned char *p,
    const unsigned char *end)
{
	const unsigned char *sp = memrchr(p, ' ', (size_t)(end - p));
	size_t digest;

	if (sp == NULL || sp == p)
		return;
	digest = (size_t)(end - sp - 1);
	echo_keep_form(&t->echo, sp + 1, digest);
	if (digest < 32)
		return;
	for (size_t i = 0; i < digest; i++)
		if (strchr("0123456789abcdefABCDEF", sp[1 + i]) == NULL ||
		    sp[1 + i] == '\0')
			return;
	if (is_text(p, sp))
		name_user(t, b, p, sp);
}

/* The value behind `key` (which ends in '='), quoted or up to a comma. */
static bool
directive(const unsigned char *p, const unsigned char *end, const char *key,
    const unsigned char **value, const unsigned char **value_end)
{
	const unsigned char *at = p;
	size_t n = strlen(key);

	for (; (at = find_text(at, end, key)) < end; at += n) {
		if (at > p && at[-1] != ',' && at[-1] != ' ')
			continue;
		at += n;
		if (at < end && *at == '"') {
			*value = at + 1;
			*value_end = find_byte(at + 1, end, '"');
		} else {
			*value = at;
			*value_end = find_byte(at, end, ',');
		}
		return true;
	}
	return false;
}

static void
read_digest(struct track *t, struct label *b, const unsigned char *p,
    const unsigned char *end)
{
	const unsigned char *v, *ve;

	if (directive(p, end, "response=", &v, &ve))
		echo_keep_form(&t->echo, v, (size_t)(ve - v));
	if (directive(p, end, "username=", &v, &ve) && ve < end &&
	    is_text(v, ve))
		name_user(t, b, v, ve);
}

static void
read_scram(struct track *t, struct label *b, const unsigned char *p,
    const unsigned char *end)
{
	const unsigned char *v, *ve;

	if (directive(p, end, "p=", &v, &ve) && t->sasl.given > 1)
		echo_keep_form(&t->echo, v, (size_t)(ve - v));
	if (t->sasl.given == 1 && is_text(p, end) &&
	    directive(p, end, "n=", &v, &ve))
		name_user(t, b, v, ve);
}

static void
read_xoauth2(struct track *t, struct label *b, const unsigned char *p,
    const unsigned char *end)
{
	const unsigned char *sep = find_byte(p, end, 1), *v;

	v = find_text(p, end, "auth=Bearer ");
	if (v < end) {
		v += sizeof "auth=Bearer " - 1;
		echo_keep_form(&t->echo, v,
		    (size_t)(find_byte(v, end, 1) - v));
	}
	if (end - p > 5 && memcmp(p, "user=", 5) == 0 && sep < end &&
	    v < end && end[-1] == 1 && is_text(p, sep))
		name_user(t, b, p + 5, sep);
}

static void
read_oauthbearer(struct track *t, struct label *b, const unsigned char *p,
    const unsigned char *end)
{
	const unsigned char *v, *ve;
	const unsigned char *head = find_byte(p, end, 1);

	v = find_text(p, end, "auth=Bearer ");
	if (v < end) {
		v += sizeof "auth=Bearer " - 1;
		echo_keep_form(&t->echo, v,
		    (size_t)(find_byte(v, end, 1) - v));
	}
	if (head < end && is_text(p, head) && directive(p, head, "a=", &v, &ve))
		name_user(t, b, v, ve);
}

/* The label of a message that is not LOGIN's. */
static void
read_message(struct track *t, struct label *b, const unsigned char *p,
    size_t n)
{
	const unsigned char *end = p + n, *nul;

	switch (mechanisms[t->sasl.mech].kind) {
	case KIND_PLAIN:
		read_plain(t, b, p, end);
		break;
	case KIND_CRAM:
		read_cram(t, b, p, end);
		break;
	case KIND_DIGEST:
		read_digest(t, b, p, end);
		break;
	case KIND_SCRAM:
		read_scram(t, b, p, end);
		break;
	case KIND_XOAUTH2:
		read_xoauth2(t, b, p, end);
		break;
	case KIND_OAUTHBEARER:
		read_oauthbearer(t, b, p, end);
		break;
	case KIND_OTP:
		nul = find_byte(p, end, '\0');
		p = nul < end ? nul + 1 : p;
		if (t->sasl.given == 1 && is_text(p, end))
			name_user(t, b, p, end);
		break;
	case KIND_EXTERNAL:
		if (n > 0 && is_text(p, end))
			label_add(b, "authzid", p, n);
		break;
	case KIND_ANONYMOUS:
		if (is_text(p, end))
			label_add(b, "trace", p, n);
		break;
	default:
		break;
	}
}

/* ---- the exchange ----------------------------------------------------- */

static bool
is_line_end(unsigned char c)
{
	return c == '\r' || c == '\n' || c == '\0' || c == ' ';
}

/*
 * LOGIN's user name may be shown if nothing speaks against it: it is the first,
 * no password was asked for, and it is base64 of clean text.
 */
static bool
show_login_user(
    struct track *t, const unsigned char *p, size_t n)
{
	struct sasl *s = &t->sasl;
	size_t len;

	if (s->given != 1 || (s->challenged && s->prompt == PROMPT_PASS))
		return false;
	if (!base64_decode(p, n, t->scratch, 255, &len)) {
		track_hint(t, DIR_S, "not-base64");
		return false;
	}
	n = len;
	while (n > 0 && is_line_end(t->scratch[n - 1]))
		n--;
	if (n < len)
		track_hint(t, DIR_S, t->scratch[len - 1] == ' ' ?
		    "blank-at-end" : "trailing-newline");
	if (!is_text(t->scratch, t->scratch + n))
		return false;
	track_user(t, t->scratch, n);
	return true;
}

/* A message that should be base64 and is not: maybe `joe password`. */
static void
read_clear(struct track *t, const unsigned char *p, size_t n)
{
	const unsigned char *sp = memrchr(p, ' ', n);

	track_hint(t, DIR_S, "not-base64");
	if (sp != NULL)
		echo_keep_form(&t->echo, sp + 1, (size_t)(p + n - sp - 1));
}

/* One response at [from, to), counted already. */
static void
hide_response(struct track *t, struct line *l, size_t from, size_t to)
{
	const unsigned char *p = l->p + from;
	size_t n = to - from, len;
	struct label b;

	label_init(&b);
	if (n == 0 || (n == 1 && (p[0] == '=' || p[0] == '*')))
		return;
	if (mechanisms[t->sasl.mech].kind == KIND_LOGIN) {
		if (to == l->n && show_login_user(t, p, n))
			return;
		line_hide(l, from, l->n);
		if (base64_decode(p, n, t->scratch, sizeof t->scratch, &len)) {
			if (t->mode == TRACK_MASK)
				echo_keep(&t->echo, p, n);
			echo_keep_form(&t->echo, t->scratch, len);
			l->spans[l->nspans - 1].secret = false;
		}
		return;
	}
	if (t->mode == TRACK_MASK)
		echo_keep(&t->echo, p, n);
	if (base64_decode(p, n, t->scratch, sizeof t->scratch, &len))
		read_message(t, &b, t->scratch, len);
	else
		read_clear(t, p, n);
	line_hide_as(l, from, to, b.text);
	l->spans[l->nspans - 1].secret = false; /* it is kept, in both forms */
	explicit_bzero(t->scratch, sizeof t->scratch);
}

void
sasl_begin(struct track *t, struct line *l, size_t mech, size_t mech_end,
    size_t ir, size_t ir_end, unsigned command)
{
	struct sasl *s = &t->sasl;

	sasl_init(s);
	s->open = true;
	s->command = command;
	s->mech = (unsigned char)find_mechanism(l->p + mech, mech_end - mech);
	if (s->mech == 0) {
		line_hide(l, mech, l->n);
		return;
	}
	if (ir >= ir_end)
		return;
	s->given = 1;
	if (ir_end == ir + 1 && l->p[ir] == '=')
		return;
	if (l->p[ir] == '*' && ir_end == ir + 1)
		line_hide(l, ir, ir_end); /* no abort, where one begins */
	else
		hide_response(t, l, ir, ir_end);
}

bool
sasl_due(const struct track *t)
{
	const struct sasl *s = &t->sasl;
	unsigned want = mechanisms[s->mech].responses;

	return s->open && (s->challenged || want == 0 || s->given < want);
}

/* The fact that this part of the line is a message of the exchange. */
static void
tell(struct track *t, struct fact *f, const struct line *l, size_t from,
    size_t to)
{
	const struct sasl *s = &t->sasl;

	f->verb = s->mech != 0 ? mechanisms[s->mech].name : NULL;
	f->arg = l->p + from;
	f->arg_len = to - from;
	f->command = s->command;
	if (t->out.fact != NULL)
		t->out.fact(t->out.arg, f);
}

void
sasl_response(struct track *t, struct line *l, size_t from, size_t to)
{
	struct fact f = {.kind = FACT_RESPONSE, .dir = DIR_S};
	struct sasl *s = &t->sasl;

	s->given++;
	hide_response(t, l, from, to);
	s->challenged = false;
	tell(t, &f, l, from, to);
}

/* What LOGIN's challenge asks for, as far as it is one of the known texts. */
static int
prompt_of(const unsigned char *p, size_t n)
{
	static const char *const users[] = {"USERNAME", "USER NAME", "USER",
	    "LOGIN", NULL};
	static const char *const passes[] = {"PASSWORD", "PASS", "PASSWD",
	    NULL};

	while (n > 0 && (p[n - 1] == '\0' || p[n - 1] == ' ' ||
	    p[n - 1] == ':'))
		n--;
	for (int i = 0; users[i] != NULL; i++)
		if (word_is(p, n, users[i]))
			return PROMPT_USER;
	for (int i = 0; passes[i] != NULL; i++)
		if (word_is(p, n, passes[i]))
			return PROMPT_PASS;
	return PROMPT_OTHER;
}

/*
 * OAuth's error as JSON (RFC 7628 section 3.2.2): a status of three digits may
 * be told; anything else could be a lie.
 */
static bool
oauth_status(const unsigned char *p, size_t n, char status[4])
{
	unsigned char text[512];
	const unsigned char *end, *v;
	size_t len;

	if (!base64_decode(p, n, text, sizeof text, &len))
		return false;
	end = text + len;
	v = find_text(text, end, "\"status\"");
	v = find_byte(v < end ? v + 8 : end, end, '"');
	if (end - v < 5 || word_code(v + 1, 3) == 0 || v[4] != '"')
		return false;
	memcpy(status, v + 1, 3);
	status[3] = '\0';
	return true;
}

void
sasl_hide_challenge(struct track *t, struct line *l, size_t from, size_t to)
{
	enum kind kind = mechanisms[t->sasl.mech].kind;
	unsigned char text[64];
	char label[16] = "status=";
	size_t n;

	if (from >= to)
		return;
	if (t->sasl.open && !l->cut && kind == KIND_LOGIN &&
	    base64_decode(l->p + from, to - from, text, sizeof text, &n) &&
	    prompt_of(text, n) != PROMPT_OTHER)
		return;
	if (t->sasl.open && !l->cut &&
	    (kind == KIND_XOAUTH2 || kind == KIND_OAUTHBEARER) &&
	    oauth_status(l->p + from, to - from, label + 7))
		line_hide_as(l, from, to, label);
	else
		line_hide(l, from, to);
	l->spans[l->nspans - 1].secret = false; /* none of the client's */
}

static bool
mentions_pass(const unsigned char *p, size_t n)
{
	for (size_t i = 0; i + 4 <= n; i++)
		if (word_begins(p + i, n - i, "PASS"))
			return true;
	return false;
}

void
sasl_challenge(
    struct track *t, const struct line *l, size_t from, size_t to)
{
	struct fact f = {.kind = FACT_CHALLENGE, .dir = DIR_R};
	struct sasl *s = &t->sasl;
	size_t n;

	if (!s->open)
		return;
	s->challenged = true;
	s->prompt = PROMPT_OTHER;
	if (from < to && base64_decode(l->p + from, to - from, t->scratch,
	    sizeof t->scratch, &n) && mentions_pass(t->scratch, n))
		s->prompt = PROMPT_PASS;
	tell(t, &f, l, from, to);
}

void
sasl_mechanism(struct track *t, const unsigned char *name, size_t n)
{
	struct sasl *s = &t->sasl;
	size_t mech = find_mechanism(name, n);

	if (!s->open || s->mech != mech)
		sasl_init(s);
	s->open = true;
	s->mech = (unsigned char)mech;
}

void
sasl_message(struct track *t, const unsigned char *p, size_t n, char *label)
{
	struct label b;

	label_init(&b);
	t->sasl.given++;
	if (t->mode == TRACK_MASK)
		echo_keep(&t->echo, p, n);
	read_message(t, &b, p, n);
	memcpy(label, b.text, b.s.len + 1);
}

void
sasl_end(struct track *t)
{
	sasl_init(&t->sasl);
}
