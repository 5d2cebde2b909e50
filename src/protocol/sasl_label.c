/*
 * sasl_label.c - what may be told of a message of SASL's, behind its mask
 *
 * Users' names, and what part of the message is the secret.
 */
#include "sasl_label.h"

#include "base64.h"

#include "../base/scan.h"

#include <string.h>

/* A label under construction. */
struct label {
	struct str s;
	bool raw; /* the message was kept as it is, names and all */
};

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
	const unsigned char *q =
	    p < end ? memchr(p, c, (size_t)(end - p)) : NULL;

	return q != NULL ? q : end;
}

static const unsigned char *
find_text(const unsigned char *p, const unsigned char *end, const char *text)
{
	const unsigned char *q =
	    p < end ? memmem(p, (size_t)(end - p), text, strlen(text)) : NULL;

	return q != NULL ? q : end;
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
is_secret(const struct track *t, const struct label *b, const unsigned char *p,
    size_t n)
{
	return !b->raw && sasl_was_secret(t, p, n);
}

static void
name_user(struct track *t, struct label *b, const unsigned char *p,
    const unsigned char *end)
{
	if (track_user(t, p, (size_t)(end - p)))
		label_add(b, "user", p, (size_t)(end - p));
}

static void
read_plain(struct track *t, struct label *b, const unsigned char *p,
    const unsigned char *end)
{
	const unsigned char *one = find_byte(p, end, '\0');
	const unsigned char *two = find_byte(one < end ? one + 1 : end, end, 0);

	if (one == end || two == end) {
		track_hint(
		    t, DIR_S, one == end ? "plain-no-nul" : "plain-one-nul");
		return;
	}
	if (find_byte(two + 1, end, '\0') != end)
		return;
	name_user(t, b, one + 1, two);
	if (one > p && b->s.len > 0 && !is_secret(t, b, p, (size_t)(one - p)))
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
	if (sasl_is_text(p, sp))
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

bool
sasl_digest(
    const unsigned char *p, size_t n, size_t *response, size_t *response_len)
{
	const unsigned char *v, *ve;

	if (!directive(p, p + n, "response=", &v, &ve))
		return false;
	*response = (size_t)(v - p);
	*response_len = (size_t)(ve - v);
	return true;
}

static void
read_digest(struct track *t, struct label *b, const unsigned char *p,
    const unsigned char *end)
{
	const unsigned char *v, *ve;

	if (directive(p, end, "response=", &v, &ve))
		echo_keep_form(&t->echo, v, (size_t)(ve - v));
	if (directive(p, end, "username=", &v, &ve) && ve < end &&
	    sasl_is_text(v, ve))
		name_user(t, b, v, ve);
}

static void
read_scram(struct track *t, struct label *b, const unsigned char *p,
    const unsigned char *end)
{
	const unsigned char *v, *ve;

	if (directive(p, end, "p=", &v, &ve) && t->sasl.given > 1)
		echo_keep_form(&t->echo, v, (size_t)(ve - v));
	if (t->sasl.given == 1 && sasl_is_text(p, end) &&
	    directive(p, end, "n=", &v, &ve))
		name_user(t, b, v, ve);
}

static const char bearer[] = "auth=Bearer ";

static void
keep_bearer(struct track *t, const unsigned char *p, const unsigned char *end)
{
	const unsigned char *v = find_text(p, end, bearer);

	if (v == end)
		return;
	v += sizeof bearer - 1;
	echo_keep_form(&t->echo, v, (size_t)(find_byte(v, end, 1) - v));
}

static void
read_xoauth2(struct track *t, struct label *b, const unsigned char *p,
    const unsigned char *end)
{
	const unsigned char *sep = find_byte(p, end, 1);

	if (end - p > 5 && memcmp(p, "user=", 5) == 0 && sep < end &&
	    find_text(p, end, bearer) < end && end[-1] == 1 &&
	    sasl_is_text(p, sep))
		name_user(t, b, p + 5, sep);
	keep_bearer(t, p, end);
}

static void
read_oauthbearer(struct track *t, struct label *b, const unsigned char *p,
    const unsigned char *end)
{
	const unsigned char *v, *ve;
	const unsigned char *head = find_byte(p, end, 1);

	if (head < end && sasl_is_text(p, head) &&
	    directive(p, head, "a=", &v, &ve))
		name_user(t, b, v, ve);
	keep_bearer(t, p, end);
}

static void
read_message(struct track *t, enum sasl_kind kind, struct label *b,
    const unsigned char *p, size_t n)
{
	const unsigned char *end = p + n, *nul;
	bool first = t->sasl.given == 1;

	switch (kind) {
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
		if (first && sasl_is_text(p, end))
			name_user(t, b, p, end);
		break;
	case KIND_EXTERNAL:
	case KIND_ANONYMOUS:
		if (first && n > 0 && sasl_is_text(p, end) &&
		    !is_secret(t, b, p, n))
			label_add(b,
			    kind == KIND_EXTERNAL ? "authzid" : "trace", p, n);
		break;
	default:
		break;
	}
}

void
sasl_label(struct track *t, enum sasl_kind kind, bool raw,
    const unsigned char *p, size_t n, char label[SASL_LABEL])
{
	struct label b = {.raw = raw};

	str_init(&b.s, label, SASL_LABEL);
	read_message(t, kind, &b, p, n);
}

void
sasl_label_user(const unsigned char *name, size_t n, char label[SASL_LABEL])
{
	struct label b = {.raw = false};

	str_init(&b.s, label, SASL_LABEL);
	label_add(&b, "user", name, n);
}

/* RFC 7628 section 3.2.2: JSON; anything but three digits could be a lie. */
bool
sasl_status(const unsigned char *p, size_t n, char status[4])
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
