/*
 * sasl_label.c - what may be told of a message of SASL's, behind its mask
 *
 * Users' names, and what part of the message is the secret.
 */
#include "sasl_label.h"

#include "base64.h"

#include "../base/scan.h"

#include <string.h>

/* A message, or a part of one. */
struct part {
	const unsigned char *p, *end;
};

/* A message that is read, and the label under construction. */
struct label {
	struct track *t;
	struct str s;
	bool raw; /* the message was kept as it is, names and all */
};

/* Add key=value; in the value `)`, `,`, `(` and controls are escaped too. */
static void
label_add(struct label *b, const char *key, struct part v)
{
	char text[255 * ESCAPE_MAX + SCAN_SLACK];
	enum escape_after after = AFTER_TEXT;
	size_t n = (size_t)(v.end - v.p);
	const unsigned char *at;
	char *end;

	if (n > 255)
		n = 255;
	while (memchr(v.p, '\n', n) != NULL || memchr(v.p, '\0', n) != NULL)
		n--; /* nothing behind such a byte is worth a label */
	end = escape_text(text, v.p, v.p + n, 0, &after, &at);
	str_fmt(&b->s, "%s%s=", b->s.len > 0 ? ", " : "", key);
	for (char *c = text; c < end; c++) {
		if (*c == ')' || *c == ',' || *c == '*' || *c == '(')
			str_fmt(&b->s, "\\x%02x", (unsigned)*c);
		else
			str_char(&b->s, *c);
	}
}

/* Where that is in the part, or its end. */
static const unsigned char *
find(struct part m, const char *text, size_t len)
{
	const unsigned char *q =
	    m.p < m.end ? memmem(m.p, (size_t)(m.end - m.p), text, len) : NULL;

	return q != NULL ? q : m.end;
}

bool
sasl_is_text(const unsigned char *p, const unsigned char *end)
{
	while (p < end) {
		size_t n = escape_utf8(p, end);

		if (n == 0 && (*p < 0x20 || *p >= 0x7f))
			return false;
		p += n > 0 ? n : 1;
	}
	return true;
}

bool
sasl_was_secret(const struct track *t, const unsigned char *p, size_t n)
{
	struct echo_hit hit;

	return echo_find(&t->echo, p, n, 0, 1, &hit);
}

static bool
is_secret(const struct label *b, struct part m)
{
	return !b->raw && sasl_was_secret(b->t, m.p, (size_t)(m.end - m.p));
}

static void
keep(const struct label *b, struct part secret)
{
	echo_keep_form(&b->t->echo, secret.p, (size_t)(secret.end - secret.p));
}

static void
name_user(struct label *b, struct part name)
{
	if (track_user(b->t, name.p, (size_t)(name.end - name.p)))
		label_add(b, "user", name);
}

static void
read_plain(struct label *b, struct part m)
{
	struct part id = {m.p, find(m, "\0", 1)}, user, secret;

	if (id.end == m.end) {
		track_hint(b->t, DIR_S, "plain-no-nul");
		return;
	}
	user.p = id.end + 1;
	user.end = find((struct part){user.p, m.end}, "\0", 1);
	if (user.end == m.end) {
		track_hint(b->t, DIR_S, "plain-one-nul");
		return;
	}
	secret = (struct part){user.end + 1, m.end};
	if (find(secret, "\0", 1) != m.end)
		return;
	name_user(b, user);
	if (id.end > id.p && b->s.len > 0 && !is_secret(b, id))
		label_add(b, "authzid", id);
	keep(b, secret);
	if (secret.end > secret.p && (m.end[-1] == '\n' || m.end[-1] == '\r'))
		track_hint(b->t, DIR_S, "trailing-newline");
}

static void
read_cram(struct label *b, struct part m)
{
	const unsigned char *sp = memrchr(m.p, ' ', (size_t)(m.end - m.p));

	if (sp == NULL || sp == m.p)
		return;
	keep(b, (struct part){sp + 1, m.end});
	if (m.end - sp <= 32)
		return;
	for (const unsigned char *d = sp + 1; d < m.end; d++)
		if (word_hex(*d) < 0)
			return;
	if (sasl_is_text(m.p, sp))
		name_user(b, (struct part){m.p, sp});
}

/*
 * The value behind `key` (which ends in '='), quoted or up to a comma; its p is
 * NULL if there is none.
 */
static struct part
directive(struct part m, const char *key)
{
	struct part rest = m;
	size_t n = strlen(key);

	for (; (rest.p = find(rest, key, n)) < m.end; rest.p += n) {
		if (rest.p > m.p && rest.p[-1] != ',' && rest.p[-1] != ' ')
			continue;
		rest.p += n;
		if (rest.p < m.end && *rest.p == '"') {
			rest.p++;
			rest.end = find(rest, "\"", 1);
		} else {
			rest.end = find(rest, ",", 1);
		}
		return rest;
	}
	return (struct part){NULL, NULL};
}

void
sasl_digest(const unsigned char **p, size_t *n)
{
	struct part v = directive((struct part){*p, *p + *n}, "response=");

	if (v.p == NULL)
		return;
	*p = v.p;
	*n = (size_t)(v.end - v.p);
}

static void
read_digest(struct label *b, struct part m)
{
	struct part v = directive(m, "response=");

	if (v.p != NULL)
		keep(b, v);
	v = directive(m, "username=");
	if (v.p != NULL && v.end < m.end && sasl_is_text(v.p, v.end))
		name_user(b, v);
}

static void
read_scram(struct label *b, struct part m, bool first)
{
	struct part v = directive(m, first ? "n=" : "p=");

	if (v.p == NULL)
		return;
	if (!first)
		keep(b, v);
	else if (sasl_is_text(m.p, m.end))
		name_user(b, v);
}

/* Of both mechanisms: what names the user ends with a ^A. */
static void
read_oauth(struct label *b, struct part m)
{
	static const char bearer[] = "auth=Bearer ";
	struct part head = {m.p, find(m, "\1", 1)}, token = m, v;

	token.p = find(m, bearer, sizeof bearer - 1);
	if (head.end == m.end || !sasl_is_text(head.p, head.end)) {
		/* nobody is named */
	} else if (b->t->sasl.kind == KIND_OAUTHBEARER) {
		v = directive(head, "a=");
		if (v.p != NULL)
			name_user(b, v);
	} else if (m.end - m.p > 5 && memcmp(m.p, "user=", 5) == 0 &&
	    token.p < m.end && m.end[-1] == 1) {
		name_user(b, (struct part){m.p + 5, head.end});
	}
	if (token.p == m.end)
		return;
	token.p += sizeof bearer - 1;
	token.end = find(token, "\1", 1);
	keep(b, token);
}

void
sasl_label(struct track *t, bool raw, const unsigned char *p, size_t n,
    char label[SASL_LABEL])
{
	struct label b = {.t = t, .raw = raw};
	struct part m = {p, p + n};
	bool first = t->sasl.given == 1;

	str_init(&b.s, label, SASL_LABEL);
	switch (t->sasl.kind) {
	case KIND_PLAIN:
		read_plain(&b, m);
		break;
	case KIND_CRAM:
		read_cram(&b, m);
		break;
	case KIND_DIGEST:
		read_digest(&b, m);
		break;
	case KIND_SCRAM:
		read_scram(&b, m, first);
		break;
	case KIND_XOAUTH2:
	case KIND_OAUTHBEARER:
		read_oauth(&b, m);
		break;
	case KIND_OTP:
		p = find(m, "\0", 1);
		if (p < m.end)
			m.p = p + 1;
		if (first && sasl_is_text(m.p, m.end))
			name_user(&b, m);
		break;
	case KIND_EXTERNAL:
	case KIND_ANONYMOUS:
		if (first && n > 0 && sasl_is_text(p, m.end) &&
		    !is_secret(&b, m))
			label_add(&b,
			    t->sasl.kind == KIND_EXTERNAL ? "authzid" : "trace",
			    m);
		break;
	}
}

void
sasl_label_user(const unsigned char *name, size_t n, char label[SASL_LABEL])
{
	struct label b = {.raw = false};

	str_init(&b.s, label, SASL_LABEL);
	label_add(&b, "user", (struct part){name, name + n});
}

/* RFC 7628 section 3.2.2: JSON; anything but three digits could be a lie. */
void
sasl_status(const unsigned char *p, size_t n, char label[sizeof "status=500"])
{
	static const char key[] = "\"status\"";
	unsigned char text[512];
	struct part m = {text, text};
	size_t len;

	if (!base64_decode(p, n, text, sizeof text, &len))
		return;
	m.end += len;
	m.p = find(m, key, sizeof key - 1);
	if (m.p < m.end)
		m.p += sizeof key - 1;
	m.p = find(m, "\"", 1);
	if (m.end - m.p < 5 || word_code(m.p + 1, 3) == 0 || m.p[4] != '"')
		return;
	memcpy(label, "status=", 7);
	memcpy(label + 7, m.p + 1, 3);
	label[10] = '\0';
}
