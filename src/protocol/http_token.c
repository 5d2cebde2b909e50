/* http_token.c - secrets that need no name: web tokens, and what bears one */
#include "http.h"
#include "names.h"

#include <string.h>
#include <strings.h>

#define HEAD_MAX 4096 /* bytes of a web token before its first dot */

enum { OPEN_NONE, OPEN_JWT, OPEN_BEARER };

static bool
goes_on(unsigned char open, unsigned char c)
{
	if (open == OPEN_BEARER)
		return c > ' ' && strchr("\",;'", c) == NULL;
	return ((c | 32) >= 'a' && (c | 32) <= 'z') || (c >= '0' && c <= '9') ||
	    memchr("-_.=", c, 4) != NULL;
}

size_t
http_token_rest(unsigned char open, const unsigned char *p, size_t n)
{
	size_t i = 0;

	while (i < n && goes_on(open, p[i]))
		i++;
	return i;
}

/* What is from `at` on may become a token: it waits. */
static void
hold(struct line *l, size_t at, bool end)
{
	if (!end && at < l->hold)
		l->hold = at;
}

/* `eyJ...` (RFC 7519): base64url of what begins with `{"`. */
static unsigned char
hide_jwt(struct line *l, size_t from, bool end)
{
	const unsigned char *p = l->p, *j = p + from;
	size_t at, rest, a, b;

	for (; j < p + l->n; j++) {
		j = memchr(j, 'J', (size_t)(p + l->n - j));
		if (j == NULL)
			break;
		if (j < p + from + 2 || j[-1] != 'y' || j[-2] != 'e')
			continue;
		at = (size_t)(j - p) - 2;
		rest = http_token_rest(OPEN_JWT, p + at, l->n - at);
		if (rest < HEAD_MAX &&
		    !names_token(p + at, l->n - at, &a, &b)) {
			if (at + rest == l->n)
				hold(l, at, end);
			j = memchr(p + at, '.', rest); /* nor before that */
			if (j == NULL)
				j = p + at + rest - 1;
			continue;
		}
		line_hide(l, at, at + rest);
		if (at + rest == l->n)
			return OPEN_JWT;
		j += rest - 3;
	}
	if (l->n > from && p[l->n - 1] == 'e')
		hold(l, l->n - 1, end);
	else if (l->n > from + 1 && memcmp(p + l->n - 2, "ey", 2) == 0)
		hold(l, l->n - 2, end);
	return OPEN_NONE;
}

/* `Bearer x` (RFC 6750), at p[at]. */
static unsigned char
hide_bearer_at(struct line *l, size_t at, bool end, size_t *to)
{
	size_t n = l->n - at, a, b, k = n < 7 ? n : 7;

	*to = at + 1;
	if ((k > 1 && (l->p[at + 1] | 32) != 'e') ||
	    strncasecmp((const char *)l->p + at, "bearer ", k) != 0 ||
	    line_hides(l, at))
		return OPEN_NONE;
	if (names_token(l->p + at, n, &a, &b)) {
		*to = at + b;
		line_hide(l, at + a, *to);
		return *to == l->n ? OPEN_BEARER : OPEN_NONE;
	}
	if (word_skip(l->p, l->n, at + k) == l->n)
		hold(l, at, end);
	return OPEN_NONE;
}

/* From left to right, and not within another token, as they are if cut. */
static unsigned char
hide_bearer(struct line *l, size_t from, bool end)
{
	size_t lower = http_until(l->p, l->n, from, "b"), at, to;
	size_t upper = http_until(l->p, l->n, from, "B");
	unsigned char open = OPEN_NONE;

	while ((at = lower < upper ? lower : upper) < l->n) {
		open |= hide_bearer_at(l, at, end, &to);
		if (lower < to)
			lower = http_until(l->p, l->n, to, "b");
		if (upper < to)
			upper = http_until(l->p, l->n, to, "B");
	}
	return open;
}

unsigned char
http_hide_tokens(struct line *l, size_t from, bool end)
{
	unsigned char jwt = hide_jwt(l, from, end);
	unsigned char bearer = hide_bearer(l, from, end);

	return bearer != OPEN_NONE ? bearer : jwt;
}
