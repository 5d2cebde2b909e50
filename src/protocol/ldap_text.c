/* ldap_text.c - the line that describes a message */
#include "ldap_text.h"

#include "../base/scan.h"
#include "../transcript/escape.h"
#include "../transcript/format.h"

#include <stdio.h>
#include <string.h>

#define CUT_MARK " [...]"

/*
 * What one byte can become: a byte of a filter, its backslash doubled; and
 * there may be a mask behind each.
 */
#define STYLED_MAX 5
#define STRING_ROOM (LDAP_SHOWN * (STYLED_MAX + 4) + SCAN_SLACK + 16)

void
ldap_text_init(struct ldap_text *x, char *p)
{
	x->p = p;
	x->len = 0;
	x->cut = x->masked = false;
}

static void
add(struct ldap_text *x, const char *p, size_t n)
{
	size_t room = FORMAT_RECORD - sizeof CUT_MARK - x->len;

	if (n > room)
		x->cut = true;
	if (x->cut)
		return;
	memcpy(x->p + x->len, p, n);
	x->len += n;
}

void
ldap_text_add(struct ldap_text *x, const char *words)
{
	add(x, words, strlen(words));
}

void
ldap_text_end(struct ldap_text *x)
{
	if (x->cut) {
		memcpy(x->p + x->len, CUT_MARK, sizeof CUT_MARK - 1);
		x->len += sizeof CUT_MARK - 1;
		x->cut = false;
	}
	x->p[x->len] = '\0';
}

/* Whether it is text, as far as lines of text may go. */
static bool
is_text(const unsigned char *p, const unsigned char *end)
{
	while (p < end) {
		size_t n = escape_utf8(p, end);

		if (n == 0 &&
		    (*p >= 0x7f ||
			(*p < 0x20 && *p != '\t' && *p != '\r' && *p != '\n')))
			return false;
		p += n > 0 ? n : 1;
	}
	return true;
}

/* Whether a value can stand without quotes. */
static bool
is_bare(const unsigned char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (p[i] <= ' ' || p[i] == '"' || p[i] == ',')
			return false;
	return n > 0 && p[0] != '[';
}

/* As a filter has it: what means something there is a backslash and hex. */
static char *
put_filter(char *o, const unsigned char *p, const unsigned char *end)
{
	while (p < end) {
		size_t n = escape_utf8(p, end);

		if (n > 0) {
			memcpy(o, p, n);
			o += n;
			p += n;
		} else if (*p >= 0x20 && *p < 0x7f &&
		    strchr("*()\\", *p) == NULL) {
			*o++ = (char)*p++;
		} else {
			o += sprintf(o, "\\\\%02x", *p++);
		}
	}
	return o;
}

/* As a transcript has it, line ends and quotes escaped too. */
static char *
put_text(char *o, const unsigned char *p, const unsigned char *end,
    bool mask_next, enum escape_after *after)
{
	while (p < end) {
		const unsigned char *stop = memchr(p, '"', (size_t)(end - p));

		if (stop == NULL)
			stop = end;
		o = escape_text(
		    o, p, stop, mask_next && stop == end, after, &p);
		if (p < end) {
			o += sprintf(o, "\\x%02x", *p++);
			*after = AFTER_TEXT;
		}
	}
	return o;
}

/* At most `limit` of n bytes, and no part of a character. */
static size_t
whole(const unsigned char *p, size_t n, size_t limit)
{
	size_t k = limit;

	if (n <= limit)
		return n;
	while (k > 0 && limit - k < 4 && (p[k] & 0xc0) == 0x80)
		k--;
	return k;
}

/* A string on its way into the line. */
struct piece {
	char text[STRING_ROOM], *end;
	enum escape_after after;
	size_t left; /* bytes that may still be shown */
	bool cut; /* there were more */
	bool more; /* there are more than are held */
	bool masked;
};

static void
put(struct piece *o, const unsigned char *p, size_t n, enum ldap_style style,
    bool mask_next)
{
	size_t k = o->cut ? 0 : whole(p, n, o->left);

	o->cut |= k < n;
	o->left -= k;
	if (style == LDAP_FILTER)
		o->end = put_filter(o->end, p, p + k);
	else
		o->end =
		    put_text(o->end, p, p + k, mask_next && k == n, &o->after);
}

static void
put_words(struct piece *o, const char *words)
{
	size_t n = strlen(words);

	memcpy(o->end, words, n);
	o->end += n;
}

/* A mask; returns what it counts. */
static size_t
put_mask(struct piece *o)
{
	if (!o->cut)
		put_words(o, FORMAT_MASK);
	o->after = AFTER_MASK;
	o->masked = true;
	return sizeof FORMAT_MASK - 1;
}

/*
 * Put the string without the echoes in it; more of it may follow.  Returns how
 * many bytes may be told of.  *open is set where an echo reaches to its end, so
 * that nobody knows how far it goes.
 */
static size_t
put_string(struct piece *o, const struct echo *echo, const unsigned char *p,
    size_t n, enum ldap_style style, bool *open)
{
	size_t at = 0, told = 0, tail = 0;
	struct echo_hit hit;

	*open = false;
	while (at < n && echo != NULL && echo_find(echo, p, n, at, 1, &hit)) {
		put(o, p + at, hit.at - at, style, true);
		told += hit.at - at;
		if (at == 0 || hit.at > at)
			told += put_mask(o);
		at = hit.rest ? n : hit.end;
		*open = at == n;
	}
	if (o->more && echo != NULL)
		tail = echo_tail(echo, p + at, n - at, 2);
	put(o, p + at, n - at - tail, style, tail > 0);
	told += n - at - tail;
	if (tail > 0) {
		told += put_mask(o);
		*open = true;
	}
	return told;
}

size_t
ldap_text_string(struct ldap_text *x, const struct echo *echo,
    const unsigned char *p, size_t n, size_t total, enum ldap_style style)
{
	struct piece o; /* its text needs no zeros */
	bool quoted = style == LDAP_QUOTED, open;
	size_t told;

	o.end = o.text;
	o.after = AFTER_TEXT;
	o.left = LDAP_SHOWN;
	o.cut = o.masked = false;
	o.more = total > n;
	if (o.more)
		n = whole(p, n, n - 1);
	if (style == LDAP_VALUE && !is_text(p, p + n)) {
		ldap_text_add(x, "[binary]");
		return total;
	}
	if (style == LDAP_VALUE)
		quoted = !is_bare(p, n);
	if (quoted)
		put_words(&o, "\"");
	told = put_string(&o, echo, p, n, style, &open);
	if (o.cut || (o.more && !open))
		put_words(&o, "...");
	if (quoted)
		put_words(&o, "\"");
	add(x, o.text, (size_t)(o.end - o.text));
	x->masked |= o.masked;
	if (o.more && echo != NULL && echo->any > 0)
		x->masked = true; /* nobody looked for echoes in the rest */
	else
		told += total - n;
	return told;
}

static void
reverse(char *p, char *end)
{
	while (p < end) {
		char c = *p;

		*p++ = *--end;
		*end = c;
	}
}

void
ldap_text_move(struct ldap_text *x, size_t from, size_t to)
{
	if (x->cut)
		return;
	reverse(x->p + to, x->p + from);
	reverse(x->p + from, x->p + x->len);
	reverse(x->p + to, x->p + x->len);
}
