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

static const char fields[] =
    "LOCATION\0CONTENT-LOCATION\0REFERER\0DESTINATION\0"
    "CONTENT-LENGTH\0TRANSFER-ENCODING\0CONTENT-ENCODING\0CONTENT-TYPE\0"
    "EXPECT\0UPGRADE\0"
    "WWW-AUTHENTICATE\0PROXY-AUTHENTICATE\0COOKIE\0SET-COOKIE\0"
    "AUTHORIZATION\0PROXY-AUTHORIZATION\0";

/* ---- words ------------------------------------------------------------ */

size_t
http_until(const unsigned char *p, size_t n, size_t at, const char *set)
{
	const unsigned char *found;
	uint64_t low = 0, high = 0; /* a bit for each byte of ASCII */

	if (at >= n)
		return at;
	if (set[1] == '\0') {
		found = memchr(p + at, *set, n - at);
		return found != NULL ? (size_t)(found - p) : n;
	}
	for (; *set != '\0'; set++)
		if (*set < 64)
			low |= UINT64_C(1) << *set;
		else
			high |= UINT64_C(1) << (*set - 64);
	for (; at < n; at++)
		if (((p[at] & 64 ? high : low) >> p[at] % 64 & 1) != 0 &&
		    p[at] < 128)
			break;
	return at;
}

size_t
http_trim(const unsigned char *p, size_t at, size_t to)
{
	while (to > at && (p[to - 1] == ' ' || p[to - 1] == '\t'))
		to--;
	return to;
}

/* ---- credentials, cookies --------------------------------------------- */

/* `Basic am9lOnB3`: the scheme is shown if we know it, and more follows. */
static unsigned
credentials(struct track *t, enum dir d, struct line *l, size_t from, size_t to)
{
	size_t end = word_end(l->p, to, from);
	size_t at = word_skip(l->p, to, end);
	size_t last = http_trim(l->p, at, to);

	if (from >= to)
		return HTTP_AUTHORIZATION;
	if (!credentials_scheme(l->p + from, end - from))
		line_hide(l, from, to);
	else if (at < last)
		credentials_hide(
		    t, l, d, l->p + from, end - from, at, l->cut ? to : last);
	else
		return HTTP_HIDDEN +
		    word_which(l->p + from, end - from, "BASIC\0DIGEST\0");
	return HTTP_HIDDEN;
}

/* A challenge is shown, but what goes on with Negotiate or NTLM (RFC 4559). */
static unsigned
challenge(struct track *t, enum dir d, struct line *l, size_t from, size_t to)
{
	struct http_side *h = http_side(t, d);
	size_t end, next;

	for (size_t at = from; at < to; at = next) {
		end = word_end(l->p, to, at);
		next = word_skip(l->p, to, end);
		if (!line_says(l, at, end, "NEGOTIATE\0NTLM\0KERBEROS\0"))
			continue;
		if (next == to)
			return HTTP_HIDDEN;
		h->goes_on = true;
		end = http_until(l->p, to, next, ", \t");
		line_hide_quietly(l, next, end);
		if (end == to)
			return HTTP_HIDDEN;
		next = word_skip(l->p, to, end);
	}
	return HTTP_SHOWN;
}

/* Whether an attribute of a cookie may be shown (RFC 6265 section 4.1). */
static bool
attribute_is_known(const unsigned char *p, size_t n)
{
	size_t eq = http_until(p, n, 0, "="), len = eq;
	unsigned which;

	while (len > 0 && p[len - 1] == ' ')
		len--;
	which = word_which(p, len,
	    "EXPIRES\0PATH\0DOMAIN\0MAX-AGE\0SECURE\0"
	    "HTTPONLY\0SAMESITE\0PARTITIONED\0PRIORITY\0");
	return which > 0 &&
	    http_until(p, n, eq + 1, which == 1 ? "=" : "=,") >= n;
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
		end = http_until(l->p, to, at, ";");
		if (!first && attribute_is_known(l->p + at, end - at) &&
		    (end < to || !l->cut))
			continue;
		eq = http_until(l->p, end, at, "=");
		if (first && eq + 1 < end && l->p[eq + 1] == '"')
			end = http_until(l->p, to, eq + 2, "\"");
		end = http_until(l->p, to, end, ";");
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
		if (p[i] <= ' ' || p[i] >= 0x7f)
			return false;
	return n > 0 && http_until(p, n, 0, "\"(),/:;<=>?@[\\]{}") == n;
}

/* The value [at, to) of a field.  Returns what a folded line goes on with. */
static unsigned
value(struct track *t, enum dir d, struct line *l, unsigned field, size_t at,
    size_t to)
{
	const char *scheme = field == HTTP_BASIC ? "BASIC" : "DIGEST";

	switch (field) {
	case HTTP_AUTHORIZATION:
	case HTTP_PROXY_AUTHORIZATION:
		return credentials(t, d, l, at, to);
	case HTTP_WWW_AUTHENTICATE:
	case HTTP_PROXY_AUTHENTICATE:
		return challenge(t, d, l, at, to);
	case HTTP_COOKIE:
	case HTTP_SET_COOKIE:
		cookies(t, d, l, at, to, field == HTTP_SET_COOKIE);
		return HTTP_HIDDEN;
	case HTTP_BASIC:
	case HTTP_DIGEST:
		credentials_hide(t, l, d, (const unsigned char *)scheme,
		    strlen(scheme), at, to);
		return HTTP_HIDDEN;
	case HTTP_HIDDEN:
		if (at < to)
			line_hide(l, at, to);
		return HTTP_HIDDEN;
	default:
		http_hide_uri(t, d, l, at, to,
		    field > HTTP_SHOWN && field < HTTP_LENGTH ? URI_WHOLE :
								URI_WITHIN);
		http_hide_tokens(l, at, true);
		return http_frames(field) ? field : HTTP_SHOWN;
	}
}

bool
http_may_be_secret(struct track *t)
{
	const struct http_side *h = http_side(t, DIR_S);
	const struct side *c = &t->side[DIR_S];
	const unsigned char *p = c->buf, *colon = memchr(p, ':', c->len);
	size_t n = c->len, len = colon != NULL ? (size_t)(colon - p) : 0;

	if (c->frame != FRAME_LINE || n == 0)
		return false;
	if (c->rest != REST_NONE) /* nobody knows its name any more */
		return true;
	if ((*p == ' ' || *p == '\t') && h->fold >= HTTP_AUTHORIZATION)
		return true;
	return names_secret_header(p, len) || memchr(p, '?', n) != NULL;
}

/* What is no field. */
static void
deny(struct track *t, enum dir d, struct line *l, size_t from, size_t to)
{
	struct http_side *h = http_side(t, d);

	if (d == DIR_S)
		line_deny(t, l, from);
	else
		line_hide_quietly(l, from, to);
	h->fold = HTTP_HIDDEN;
	h->odd = true;
}

/* Which field this is; n: bytes of its name. */
static unsigned
field_of(struct track *t, enum dir d, const unsigned char *p, size_t n)
{
	unsigned field = HTTP_SHOWN + word_which(p, n, fields);

	if (field == HTTP_SHOWN && names_secret_header(p, n))
		return HTTP_HIDDEN;
	if (field == HTTP_AUTHORIZATION && d == DIR_S)
		http_state(t)->said |= HTTP_HAS_USER;
	if (field == HTTP_PROXY_AUTHORIZATION && d == DIR_S)
		http_state(t)->said |= HTTP_HAS_PROXY_USER;
	return field;
}

void
http_field(struct track *t, enum dir d, struct line *l, size_t from, size_t to)
{
	struct http_side *h = http_side(t, d);
	const unsigned char *p = l->p + from;
	unsigned field = h->fold;
	size_t n, at;

	if (from == to)
		return;
	if (*p == ' ' || *p == '\t') { /* it goes on with the one before it */
		h->odd |= http_frames(field);
		at = word_skip(l->p, to, from);
		if (at == to)
			return;
	} else {
		n = http_until(p, to - from, 0, ":");
		at = word_skip(l->p, to, from + n + 1);
		n = at > to ? 0 : http_trim(p, 0, n);
		field = is_token(p, n) ? field_of(t, d, p, n) : HTTP_NO_FIELD;
		if (http_frames(field) && h->at == HTTP_HEAD)
			http_frame_field(h, field, l->p + at, to - at);
	}
	if (field == HTTP_NO_FIELD)
		deny(t, d, l, from, to);
	else
		h->fold = (unsigned char)value(t, d, l, field, at, to);
}
