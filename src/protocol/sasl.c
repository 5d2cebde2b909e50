/*
 * sasl.c - authentication exchanges, which six protocols share (RFC 4422)
 *
 * Every message is hidden, but the user name of LOGIN; what may be told of a
 * message stands in a label behind the mask, which sasl_label.c makes.
 */
#include "track.h"

#include "base64.h"
#include "sasl_label.h"

#include <string.h>

static const struct mechanism {
	char name[26]; /* a star: any ending */
	enum sasl_kind kind;
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

			while (k < n &&
			    (name[k] == '-' || name[k] == '_' ||
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
show_login_user(struct track *t, const unsigned char *p, size_t n)
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
		track_hint(t, DIR_S,
		    t->scratch[len - 1] == ' ' ? "blank-at-end" :
						 "trailing-newline");
	return sasl_is_text(t->scratch, t->scratch + n) &&
	    track_user(t, t->scratch, n);
}

/* A message that should be base64 and is not: maybe `joe password`. */
static void
keep_clear(struct track *t, const unsigned char *p, size_t n)
{
	const unsigned char *sp;

	while (n > 0 && p[n - 1] == ' ')
		n--;
	sp = memrchr(p, ' ', n);
	if (sp != NULL)
		echo_keep_form(&t->echo, sp + 1, (size_t)(p + n - sp - 1));
}

/* One response at [from, to), counted already. */
static void
hide_response(struct track *t, struct line *l, size_t from, size_t to)
{
	const unsigned char *p = l->p + from;
	size_t n = to - from, len;
	enum sasl_kind kind = mechanisms[t->sasl.mech].kind;
	bool login = kind == KIND_LOGIN, clear;
	char label[SASL_LABEL] = "";

	if (n == 0 || (n == 1 && (p[0] == '=' || p[0] == '*')))
		return;
	if (login && to == l->n && show_login_user(t, p, n))
		return;
	if (t->mode == TRACK_MASK)
		echo_keep(&t->echo, p, n);
	clear = !base64_decode(p, n, t->scratch, sizeof t->scratch, &len);
	if (clear && !login)
		track_hint(t, DIR_S, "not-base64");
	if (clear)
		keep_clear(t, p, n);
	else if (login)
		echo_keep_form(&t->echo, t->scratch, len);
	else
		sasl_label(t, kind, false, t->scratch, len, label);
	line_hide_as(l, from, login ? l->n : to, label);
	/* It is kept, in both forms; of LOGIN maybe not all of it. */
	l->spans[l->nspans - 1].secret = login && clear && to < l->n;
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
	if (l->verb_end > 0)
		l->verb_end = mech_end; /* its name is as well known */
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
	static const char *const users[] = {
	    "USERNAME", "USER NAME", "USER", "LOGIN", NULL};
	static const char *const passes[] = {
	    "PASSWORD", "PASS", "PASSWD", NULL};

	while (
	    n > 0 && (p[n - 1] == '\0' || p[n - 1] == ' ' || p[n - 1] == ':'))
		n--;
	for (int i = 0; users[i] != NULL; i++)
		if (word_is(p, n, users[i]))
			return PROMPT_USER;
	for (int i = 0; passes[i] != NULL; i++)
		if (word_is(p, n, passes[i]))
			return PROMPT_PASS;
	return PROMPT_OTHER;
}

void
sasl_hide_challenge(struct track *t, struct line *l, size_t from, size_t to)
{
	enum sasl_kind kind = mechanisms[t->sasl.mech].kind;
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
	    sasl_status(l->p + from, to - from, label + 7))
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
sasl_challenge(struct track *t, const struct line *l, size_t from, size_t to)
{
	struct fact f = {.kind = FACT_CHALLENGE, .dir = DIR_R};
	struct sasl *s = &t->sasl;
	size_t n;

	if (!s->open)
		return;
	s->challenged = true;
	s->prompt = PROMPT_OTHER;
	if (from < to &&
	    base64_decode(
		l->p + from, to - from, t->scratch, sizeof t->scratch, &n) &&
	    mentions_pass(t->scratch, n))
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
	enum sasl_kind kind = mechanisms[t->sasl.mech].kind;
	size_t at = 0, len = n;

	t->sasl.given++;
	if (kind == KIND_DIGEST && !sasl_digest(p, n, &at, &len))
		len = n;
	if (t->mode == TRACK_MASK)
		echo_keep(&t->echo, p + at, len);
	sasl_label(t, kind, true, p, n, label);
}

bool
sasl_late_user(struct track *t, const unsigned char *p, size_t n)
{
	bool late = t->sasl.late;

	t->sasl.late = false;
	return late && base64_decode(p, n, t->scratch, 255, &n) &&
	    sasl_is_text(t->scratch, t->scratch + n);
}

void
sasl_end(struct track *t)
{
	struct sasl *s = &t->sasl;
	bool late =
	    s->open && s->given == 0 && mechanisms[s->mech].kind == KIND_LOGIN;

	late |= s->late;
	sasl_init(s);
	s->late = late;
}
