/*
 * http_header.c - fields of a header: what they hide
 *
 * A field is shown unless its name tells of a secret (names.c); some are shown
 * in part.  Whatever may hold a URI has it looked through.
 */
#include "credentials.h"
#include "http.h"
#include "names.h"
#include "text.h"

#include <string.h>

/* What of a field is shown; those of http.h tell of the body. */
enum { SHOWN = HTTP_FIELDS, CREDENTIALS, CHALLENGE, COOKIE, SET_COOKIE, URI };

static const struct {
	const char *name;
	unsigned char field;
} fields[] = {
    {"AUTHORIZATION", CREDENTIALS},
    {"PROXY-AUTHORIZATION", CREDENTIALS},
    {"WWW-AUTHENTICATE", CHALLENGE},
    {"PROXY-AUTHENTICATE", CHALLENGE},
    {"COOKIE", COOKIE},
    {"SET-COOKIE", SET_COOKIE},
    {"LOCATION", URI},
    {"CONTENT-LOCATION", URI},
    {"REFERER", URI},
    {"DESTINATION", URI},
    {"CONTENT-LENGTH", HTTP_LENGTH},
    {"TRANSFER-ENCODING", HTTP_TRANSFER},
    {"CONTENT-ENCODING", HTTP_CODING},
    {"CONTENT-TYPE", HTTP_TYPE},
    {"EXPECT", HTTP_EXPECT},
    {"UPGRADE", HTTP_UPGRADE},
};

/* ---- credentials, cookies --------------------------------------------- */

/* `Basic am9lOnB3`: the scheme is shown if we know it, and more follows. */
static enum http_fold
credentials(struct track *t, enum dir d, struct line *l, size_t from, size_t to)
{
	size_t end = word_end(l->p, to, from);
	size_t at = word_skip(l->p, to, end);
	size_t last = to;

	while (last > at && (l->p[last - 1] == ' ' || l->p[last - 1] == '\t'))
		last--;
	if (from >= to)
		return FOLD_CREDENTIALS;
	if (!credentials_scheme(l->p + from, end - from)) {
		line_hide(l, from, to);
	} else if (at < last) {
		credentials_hide(
		    t, l, d, l->p + from, end - from, at, l->cut ? to : last);
	} else {
		return word_is(l->p + from, end - from, "BASIC") ? FOLD_BASIC :
		    word_is(l->p + from, end - from, "DIGEST")	 ? FOLD_DIGEST :
								   FOLD_HIDDEN;
	}
	return FOLD_HIDDEN;
}

/* A challenge is shown, but what goes on with Negotiate or NTLM (RFC 4559). */
static enum http_fold
challenge(struct track *t, enum dir d, struct line *l, size_t from, size_t to)
{
	struct http_side *h = &http_state(t)->side[d];
	size_t end, next;

	for (size_t at = from; at < to; at = next) {
		end = word_end(l->p, to, at);
		next = word_skip(l->p, to, end);
		if (!word_is(l->p + at, end - at, "NEGOTIATE") &&
		    !word_is(l->p + at, end - at, "NTLM") &&
		    !word_is(l->p + at, end - at, "KERBEROS"))
			continue;
		if (next == to)
			return FOLD_HIDDEN;
		h->goes_on = true;
		for (end = next; end < to && l->p[end] != ',' &&
		     l->p[end] != ' ' && l->p[end] != '\t';)
			end++;
		if (end == to) {
			line_hide_quietly(l, next, to);
			return FOLD_HIDDEN;
		}
		line_hide_quietly(l, next, end);
		next = word_skip(l->p, to, end);
	}
	return FOLD_SHOWN;
}

/* Whether an attribute of a cookie may be shown (RFC 6265 section 4.1). */
static bool
attribute_is_known(const unsigned char *p, size_t n)
{
	static const char *const names[] = {"PATH", "DOMAIN", "EXPIRES",
	    "MAX-AGE", "SECURE", "HTTPONLY", "SAMESITE", "PARTITIONED",
	    "PRIORITY", NULL};
	const unsigned char *eq = memchr(p, '=', n);
	size_t len = eq != NULL ? (size_t)(eq - p) : n;
	size_t value = eq != NULL ? len + 1 : n;

	while (len > 0 && p[len - 1] == ' ')
		len--;
	for (int i = 0; names[i] != NULL; i++)
		if (word_is(p, len, names[i]))
			return memchr(p + value, '=', n - value) == NULL &&
			    (names[i][0] == 'E' ||
				memchr(p + value, ',', n - value) == NULL);
	return false;
}

/* `sid=31d4d96e; theme=dark`: the names are shown, and known attributes. */
static void
cookies(struct track *t, enum dir d, struct line *l, size_t from, size_t to,
    bool set)
{
	size_t at, end, eq;
	bool first = true;

	for (; from < to; from = end + 1, first = !set) {
		at = word_skip(l->p, to, from);
		for (end = at; end < to && l->p[end] != ';';)
			end++;
		if (!first && attribute_is_known(l->p + at, end - at) &&
		    (end < to || !l->cut))
			continue;
		for (eq = at; eq < end && l->p[eq] != '=' && first;)
			eq++;
		if (first && eq + 1 < end && l->p[eq + 1] == '"')
			for (end = eq + 2; end < to && l->p[end] != '"';)
				end++;
		while (end < to && l->p[end] != ';')
			end++;
		if (first && eq < end)
			text_hide_value(t, l, eq + 1, end, d);
		else if (at < end)
			line_hide(l, at, end);
	}
}

/* ---- lines ------------------------------------------------------------ */

static bool
is_token(const unsigned char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (p[i] <= ' ' || p[i] >= 0x7f ||
		    http_is_one_of(p[i], "\"(),/:;<=>?@[\\]{}"))
			return false;
	return n > 0;
}

static void
show(struct track *t, enum dir d, struct line *l, size_t from, size_t to,
    bool whole)
{
	http_hide_uri(t, d, l, from, to, whole, false);
	http_hide_tokens(l, from, true);
}

/* What is no field. */
static void
deny(struct track *t, enum dir d, struct line *l, size_t from, size_t to)
{
	struct http_side *h = &http_state(t)->side[d];

	if (d == DIR_S)
		line_deny(t, l, from);
	else
		line_hide_quietly(l, from, to);
	h->fold = FOLD_HIDDEN;
	h->odd = true;
}

/* A line that goes on with the field before it (RFC 9112 section 5.2). */
static void
folded(struct track *t, enum dir d, struct line *l, size_t from, size_t to)
{
	struct http_side *h = &http_state(t)->side[d];
	const char *scheme = h->fold == FOLD_BASIC ? "BASIC" : "DIGEST";
	size_t at = word_skip(l->p, to, from);

	h->odd |= h->fold == FOLD_FRAMING;
	if (at == to)
		return;
	switch (h->fold) {
	case FOLD_FRAMING:
	case FOLD_SHOWN:
		show(t, d, l, at, to, false);
		break;
	case FOLD_CREDENTIALS:
		h->fold = credentials(t, d, l, at, to);
		break;
	case FOLD_BASIC:
	case FOLD_DIGEST:
		credentials_hide(t, l, d, (const unsigned char *)scheme,
		    strlen(scheme), at, to);
		h->fold = FOLD_HIDDEN;
		break;
	case FOLD_HIDDEN:
		line_hide(l, at, to);
		break;
	case FOLD_NONE:
		deny(t, d, l, from, to);
	}
}

static unsigned char
find_field(const unsigned char *p, size_t n)
{
	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
		if (word_is(p, n, fields[i].name))
			return fields[i].field;
	return SHOWN;
}

/* The value [at, to) of a field that is none of those that frame a body. */
static enum http_fold
value(struct track *t, enum dir d, struct line *l, unsigned char field,
    size_t at, size_t to)
{
	switch (field) {
	case CREDENTIALS:
		return credentials(t, d, l, at, to);
	case CHALLENGE:
		return challenge(t, d, l, at, to);
	case COOKIE:
	case SET_COOKIE:
		cookies(t, d, l, at, to, field == SET_COOKIE);
		return FOLD_HIDDEN;
	}
	show(t, d, l, at, to, field == URI);
	return FOLD_SHOWN;
}

bool
http_may_be_secret(struct track *t)
{
	const struct http_side *h = &http_state(t)->side[DIR_S];
	const struct side *c = &t->side[DIR_S];
	const unsigned char *p = c->buf, *colon = memchr(p, ':', c->len);
	size_t n = c->len, len = colon != NULL ? (size_t)(colon - p) : 0;
	unsigned char field = find_field(p, len);

	if (c->frame != FRAME_LINE || n == 0)
		return false;
	if (c->rest != REST_NONE) /* nobody knows its name any more */
		return true;
	if (*p == ' ' || *p == '\t')
		return h->fold >= FOLD_HIDDEN;
	return field == CREDENTIALS || names_secret_header(p, len) ||
	    memchr(p, '?', n) != NULL;
}

void
http_field(struct track *t, enum dir d, struct line *l, size_t from, size_t to,
    bool frames)
{
	struct http_side *h = &http_state(t)->side[d];
	const unsigned char *p = l->p + from, *colon;
	unsigned char field;
	size_t n, at;

	if (from == to)
		return;
	if (*p == ' ' || *p == '\t') {
		folded(t, d, l, from, to);
		return;
	}
	colon = memchr(p, ':', to - from);
	n = colon != NULL ? (size_t)(colon - p) : 0;
	at = word_skip(l->p, to, from + n + 1);
	while (n > 0 && (p[n - 1] == ' ' || p[n - 1] == '\t'))
		n--;
	if (!is_token(p, n)) {
		deny(t, d, l, from, to);
		return;
	}
	field = find_field(p, n);
	if (field == CREDENTIALS && d == DIR_S)
		http_state(t)->said |=
		    (*p | 32) == 'p' ? HTTP_HAS_PROXY_USER : HTTP_HAS_USER;
	if (field < HTTP_FIELDS && frames)
		http_frame_field(h, field, l, at, to);
	if (field == SHOWN && names_secret_header(p, n)) {
		h->fold = FOLD_HIDDEN;
		if (at < to)
			line_hide(l, at, to);
		return;
	}
	h->fold = value(t, d, l, field, at, to);
	if (field < HTTP_FIELDS && h->fold == FOLD_SHOWN)
		h->fold = FOLD_FRAMING;
}
