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
#include <strings.h>

/* Words, in the order of their kinds; an empty one ends each kind. */
static const char mechanisms[] =
    /* KIND_OPAQUE; a star: any ending */
    "NTLM\0GSSAPI\0GSS-SPNEGO\0GS2-*\0KERBEROS_V4\0KERBEROS_V5\0SECURID\0"
    "OAUTH10A\0OPENID20\0SAML20\0EAP-AES128\0EAP-AES128-PLUS\0"
    "ECDSA-NIST256P-CHALLENGE\0ECDH-X25519-CHALLENGE\0"
    "9798-*\0SXOVER-PLUS\0"
    "NMAS_LOGIN\0NMAS_AUTHEN\0NMAS-SAMBA-AUTH\0PASSDSS-3DES-1\0SRP\0MSN\0\0"
    "DIGEST-MD5\0DIGEST-SHA\0\0"
    "SCRAM-SHA-1\0SCRAM-SHA-224\0SCRAM-SHA-256\0SCRAM-SHA-384\0"
    "SCRAM-SHA-512\0SCRAM-SHA3-512\0SCRAM-SHA-1-PLUS\0SCRAM-SHA-224-PLUS\0"
    "SCRAM-SHA-256-PLUS\0SCRAM-SHA-384-PLUS\0SCRAM-SHA-512-PLUS\0"
    "SCRAM-SHA3-512-PLUS\0\0"
    "OTP\0SKEY\0\0"
    "LOGIN\0\0"
    "PLAIN\0\0"
    "CRAM-MD5\0CRAM-SHA1\0CRAM-SHA256\0CRAM-SHA512\0\0"
    "XOAUTH2\0\0"
    "OAUTHBEARER\0\0"
    "XOAUTH\0\0"
    "EXTERNAL\0\0"
    "ANONYMOUS\0";

/* What a challenge of LOGIN asks for. */
enum { PROMPT_OTHER, PROMPT_USER, PROMPT_PASS };

void
sasl_init(struct sasl *s)
{
	memset(s, 0, sizeof *s);
}

static bool
is_mechanism(const char *name, const unsigned char *p, size_t n)
{
	size_t i = strlen(name) - 1;

	if (name[i] != '*')
		return word_is(p, n, name);
	/* any ending of letters, so that it can hold no secret */
	if (n < i + 2 || n > 32 || strncasecmp((const char *)p, name, i) != 0)
		return false;
	while (i < n &&
	    (p[i] == '-' || p[i] == '_' || (p[i] >= 'A' && p[i] <= 'Z') ||
		(p[i] >= '0' && p[i] <= '9')))
		i++;
	return i == n;
}

/* The name as it stands above, NULL if it is none that we know. */
static const char *
find_mechanism(const unsigned char *p, size_t n)
{
	const char *m = mechanisms, *end = m + sizeof mechanisms;

	for (; m < end; m += strlen(m) + 1)
		if (*m != '\0' && is_mechanism(m, p, n))
			return m;
	return NULL;
}

static void
set_mechanism(struct sasl *s, const char *mech)
{
	s->mech = mech;
	s->kind = KIND_OPAQUE;
	for (const char *m = mechanisms; mech != NULL && m < mech; m++)
		if (m[0] == '\0' && m[1] == '\0')
			s->kind++;
}

bool
sasl_known(const unsigned char *name, size_t n)
{
	return find_mechanism(name, n) != NULL;
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
	bool login = t->sasl.kind == KIND_LOGIN, clear;
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
		sasl_label(t, false, t->scratch, len, label);
	line_hide_as(l, from, login ? l->n : to, label);
	/* It is kept, in both forms; of LOGIN maybe not all of it. */
	l->spans[l->nspans - 1].secret = login && clear && to < l->n;
	explicit_bzero(t->scratch, sizeof t->scratch);
}

void
sasl_begin(struct track *t, struct line *l, size_t mech, size_t mech_end,
    size_t ir, size_t ir_end)
{
	struct sasl *s = &t->sasl;

	sasl_init(s);
	s->open = true;
	s->command = t->sum.commands + 1;
	set_mechanism(s, find_mechanism(l->p + mech, mech_end - mech));
	if (s->mech == NULL) {
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

void
sasl_command(struct track *t, struct line *l, const struct command *c)
{
	size_t end = word_end(l->p, c->end, c->arg);

	if (c->arg < c->end)
		sasl_begin(
		    t, l, c->arg, end, word_skip(l->p, c->end, end), c->end);
}

bool
sasl_due(const struct track *t)
{
	const struct sasl *s = &t->sasl;
	unsigned want = 1 + (s->kind == KIND_LOGIN);

	return s->open &&
	    (s->challenged || s->kind < KIND_LOGIN || s->given < want);
}

void
sasl_response(struct track *t, struct line *l, size_t from, size_t to)
{
	t->sasl.given++;
	hide_response(t, l, from, to);
	t->sasl.challenged = false;
	track_exchange(t, FACT_RESPONSE, DIR_S, l->p + from, to - from);
}

/* What LOGIN's challenge asks for, as far as it is one of the known texts. */
static int
prompt_of(const unsigned char *p, size_t n)
{
	while (
	    n > 0 && (p[n - 1] == '\0' || p[n - 1] == ' ' || p[n - 1] == ':'))
		n--;
	if (word_among(p, n, "USERNAME\0USER NAME\0USER\0LOGIN\0") != NULL)
		return PROMPT_USER;
	if (word_among(p, n, "PASSWORD\0PASS\0PASSWD\0") != NULL)
		return PROMPT_PASS;
	return PROMPT_OTHER;
}

void
sasl_hide_challenge(struct track *t, struct line *l, size_t from, size_t to)
{
	const unsigned char *p = l->p + from;
	bool known = t->sasl.open && !l->cut;
	unsigned char text[64], kind = t->sasl.kind;
	char label[sizeof "status=500"] = "";
	size_t n = to - from;

	if (from >= to)
		return;
	if (known && (kind == KIND_XOAUTH2 || kind == KIND_OAUTHBEARER))
		sasl_status(p, n, label);
	if (known && kind == KIND_LOGIN &&
	    base64_decode(p, n, text, sizeof text, &n) &&
	    prompt_of(text, n) != PROMPT_OTHER)
		return;
	line_hide_as(l, from, to, label);
	l->spans[l->nspans - 1].secret = false; /* none of the client's */
}

void
sasl_challenge(struct track *t, const struct line *l, size_t from, size_t to)
{
	struct sasl *s = &t->sasl;
	size_t n;

	if (!s->open)
		return;
	s->challenged = true;
	s->prompt = PROMPT_OTHER;
	if (from < to &&
	    base64_decode(
		l->p + from, to - from, t->scratch, sizeof t->scratch, &n) &&
	    word_find(t->scratch, n, "PASS") < n)
		s->prompt = PROMPT_PASS;
	track_exchange(t, FACT_CHALLENGE, DIR_R, l->p + from, to - from);
}

void
sasl_mechanism(struct track *t, const unsigned char *name, size_t n)
{
	struct sasl *s = &t->sasl;
	const char *mech = find_mechanism(name, n);

	if (!s->open || s->mech != mech)
		sasl_init(s);
	s->open = true;
	set_mechanism(s, mech);
}

void
sasl_message(struct track *t, const unsigned char *p, size_t n, char *label)
{
	const unsigned char *secret = p;
	size_t len = n;

	t->sasl.given++;
	if (t->sasl.kind == KIND_DIGEST)
		sasl_digest(&secret, &len);
	if (t->mode == TRACK_MASK)
		echo_keep(&t->echo, secret, len);
	sasl_label(t, true, p, n, label);
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
	    s->late || (s->open && s->given == 0 && s->kind == KIND_LOGIN);

	sasl_init(s);
	s->late = late;
}
