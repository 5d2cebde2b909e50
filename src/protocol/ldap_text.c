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
	}
	x->p[x->len] = '\0';
}

/* What a value looks like: lines of text, or what needs no quotes either. */
enum look { BINARY, TEXT, BARE };

static enum look
look_of(const unsigned char *p, const unsigned char *end)
{
	enum look look = p < end && *p != '[' ? BARE : TEXT;

	while (p < end) {
		size_t n = escape_utf8(p, end);

		if (n == 0 &&
		    (*p >= 0x7f ||
			(*p < ' ' && memchr("\t\r\n", *p, 3) == NULL)))
			return BINARY;
		if (*p <= ' ' || *p == '"' || *p == ',')
			look = TEXT;
		p += n > 0 ? n : 1;
	}
	return look;
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
	enum ldap_style style;
	enum escape_after after;
	size_t left; /* bytes that may still be shown */
	size_t told; /* its length as far as that may be told */
	bool cut; /* there were more */
	bool masked;
};

static void
put(struct piece *o, const unsigned char *p, size_t n, bool mask_next)
{
	size_t k = whole(p, n, o->left);

	o->told += n;
	o->left -= k;
	if (k < n) {
		o->cut = true;
		o->left = 0;
	}
	if (o->style == LDAP_FILTER)
		o->end = put_filter(o->end, p, p + k);
	else
		o->end =
		    put_text(o->end, p, p + k, mask_next && k == n, &o->after);
}

static void
put_mask(struct piece *o)
{
	if (!o->cut)
		o->end = stpcpy(o->end, FORMAT_MASK);
	o->after = AFTER_MASK;
	o->told += sizeof FORMAT_MASK - 1;
	o->masked = true;
}

/*
 * Put the string without the echoes in it; there is more of it than this.
 * Returns whether an echo reaches to its end, so that nobody knows how far it
 * goes.
 */
static bool
put_string(struct piece *o, const struct echo *echo, const unsigned char *p,
    size_t n, bool more)
{
	size_t at = 0, tail = 0;
	bool open = false;
	struct echo_hit hit;

	while (at < n && echo != NULL && echo_find(echo, p, n, at, 1, &hit)) {
		put(o, p + at, hit.at - at, true);
		if (at == 0 || hit.at > at)
			put_mask(o);
		at = hit.rest ? n : hit.end;
		open = at == n;
	}
	if (more && echo != NULL)
		tail = echo_tail(echo, p + at, n - at, 2);
	put(o, p + at, n - at - tail, tail > 0);
	if (tail > 0)
		put_mask(o);
	return open || tail > 0;
}

size_t
ldap_text_string(struct ldap_text *x, const struct echo *echo,
    const unsigned char *p, size_t n, size_t total, enum ldap_style style)
{
	struct piece o; /* its text needs no zeros */
	bool quoted = style == LDAP_QUOTED, more = total > n, open;

	o.end = o.text;
	o.style = style;
	o.after = AFTER_TEXT;
	o.left = LDAP_SHOWN;
	o.told = 0;
	o.cut = o.masked = false;
	if (more)
		n = whole(p, n, n - 1);
	if (style == LDAP_VALUE) {
		enum look look = look_of(p, p + n);

		if (look == BINARY) {
			ldap_text_add(x, "[binary]");
			return total;
		}
		quoted = look == TEXT;
	}
	if (quoted)
		*o.end++ = '"';
	open = put_string(&o, echo, p, n, more);
	if (o.cut || (more && !open))
		o.end = stpcpy(o.end, "...");
	if (quoted)
		*o.end++ = '"';
	add(x, o.text, (size_t)(o.end - o.text));
	x->masked |= o.masked;
	if (more && echo != NULL && echo->any > 0)
		x->masked = true; /* nobody looked for echoes in the rest */
	else
		o.told += total - n;
	return o.told;
}

void
ldap_text_move(struct ldap_text *x, size_t from, size_t to)
{
	for (; !x->cut && from < x->len; from++, to++) {
		char c = x->p[from];

		memmove(x->p + to + 1, x->p + to, from - to);
		x->p[to] = c;
	}
}
