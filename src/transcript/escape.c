/* escape.c - the alphabet of a transcript's text */
#include "escape.h"
#include "escape_dense.h"
#include "format.h"

#include "../base/scan.h"

#include <string.h>

size_t
escape_utf8(const unsigned char *p, const unsigned char *end)
{
	size_t n;
	unsigned char lo = 0x80, hi = 0xbf; /* bounds of the second byte */

	if (end - p < 2)
		return 0;
	if (p[0] == 0xc2) {
		n = 2;
		lo = 0xa0; /* below are the C1 controls */
	} else if (p[0] > 0xc2 && p[0] <= 0xdf) {
		n = 2;
	} else if (p[0] >= 0xe0 && p[0] <= 0xef) {
		n = 3;
		if (p[0] == 0xe0)
			lo = 0xa0; /* shorter forms exist */
		else if (p[0] == 0xed)
			hi = 0x9f; /* surrogates */
	} else if (p[0] >= 0xf0 && p[0] <= 0xf4) {
		n = 4;
		if (p[0] == 0xf0)
			lo = 0x90;
		else if (p[0] == 0xf4)
			hi = 0x8f; /* nothing above U+10FFFF */
	} else {
		return 0;
	}
	if ((size_t)(end - p) < n || p[1] < lo || p[1] > hi)
		return 0;
	for (size_t i = 2; i < n; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	return n;
}

static inline char *
hex(char *out, unsigned char c)
{
	static const char digits[] = "0123456789abcdef";

	*out++ = '\\';
	*out++ = 'x';
	*out++ = digits[c >> 4];
	*out++ = digits[c & 15];
	return out;
}

/* The same, and quickly for nearly all that there are; [p, p + 4) is there. */
static inline size_t
character(const unsigned char *p, const unsigned char *end)
{
	if ((p[1] & 0xc0) == 0x80) {
		if (p[0] >= 0xc3 && p[0] <= 0xdf)
			return 2;
		if (p[0] >= 0xe1 && p[0] <= 0xec && (p[2] & 0xc0) == 0x80)
			return 3;
	}
	return escape_utf8(p, end);
}

/*
 * A star is escaped if three more follow it, so that four bare ones are always
 * a mask.  The run ends where the text ends, unless a mask comes next.
 */
static char *
stars(char *out, const unsigned char **p, const unsigned char *end, int mask)
{
	const unsigned char *q = *p;
	size_t run;

	while (q < end && *q == '*')
		q++;
	run = (size_t)(q - *p);
	*p = q;
	for (; run > 0; run--)
		if (run >= 4 || (mask && q == end))
			out = hex(out, '*');
		else
			*out++ = '*';
	return out;
}

/* Bytes (or UTF-8 characters) from *p on, which scan_copy() would not pass. */
static char *
special(char *out, const unsigned char **p, const unsigned char *end)
{
	const unsigned char *q = *p;
	size_t n;

	if (*q >= 0x80) {
		while (end - q >= ESCAPE_MAX && *q >= 0x80 &&
		    (n = character(q, end)) > 0) {
			memcpy(out, q, ESCAPE_MAX);
			out += n;
			q += n;
		}
		if (q == *p && (n = escape_utf8(q, end)) > 0) {
			memcpy(out, q, n);
			out += n;
			q += n;
		} else if (q == *p) {
			out = hex(out, *q++);
			out = escape_dense(out, &q, end);
		}
	} else if (*q == '\\') {
		*out++ = '\\';
		*out++ = '\\';
		q++;
	} else if (*q == '\r') {
		*out++ = '\\';
		*out++ = 'r';
		q++;
	} else {
		out = hex(out, *q++);
		out = escape_dense(out, &q, end);
	}
	*p = q;
	return out;
}

/* The first bytes behind a mask, until they can't be taken for a label. */
static char *
behind_mask(char *out, const unsigned char **p, const unsigned char *end,
    enum escape_after *after)
{
	if (*p < end && *after == AFTER_MASK && **p == ' ') {
		*out++ = ' ';
		(*p)++;
		*after = AFTER_MASK_SPACE;
	}
	if (*p < end && *after == AFTER_MASK_SPACE && **p == '(') {
		out = hex(out, '(');
		(*p)++;
		*after = AFTER_TEXT;
	}
	if (*p < end)
		*after = AFTER_TEXT;
	return out;
}

char *
escape_text(char *out, const unsigned char *p, const unsigned char *end,
    int mask_next, enum escape_after *after, const unsigned char **at)
{
	if (*after != AFTER_TEXT)
		out = behind_mask(out, &p, end, after);
	for (;;) {
		p = scan_copy(p, end, &out);
		if (p == end || *p == '\n')
			break;
		if (*p == '\r' && p + 1 < end && p[1] == '\n')
			break;
		if (*p == '*')
			out = stars(out, &p, end, mask_next);
		else
			out = special(out, &p, end);
	}
	*at = p;
	return out;
}

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

/* A mask at p: told, and its label passed over.  Returns what follows. */
static const char *
read_mask(const char *p, const char *end, size_t offset, unescape_mask *mask,
    void *arg)
{
	const char *label = NULL, *close = NULL;

	p += 4;
	if (end - p > 2 && p[0] == ' ' && p[1] == '(') {
		label = p + 2;
		close = memchr(label, ')', (size_t)(end - label));
	}
	if (mask != NULL)
		mask(arg, offset, close != NULL ? label : NULL,
		    close != NULL ? (size_t)(close - label) : 0);
	return close != NULL ? close + 1 : p;
}

size_t
unescape_text(unsigned char *out, const char *text, size_t n,
    unescape_mask *mask, void *arg)
{
	unsigned char *o = out;
	const char *p = text, *end = text + n;

	for (;;) {
		size_t left;

		while (p < end && *p != '\\' && *p != '*')
			*o++ = (unsigned char)*p++;
		if (p == end)
			break;
		left = (size_t)(end - p);
		if (*p == '*' && left >= 4 && memcmp(p, "****", 4) == 0) {
			p = read_mask(p, end, (size_t)(o - out), mask, arg);
			memcpy(o, "****", 4);
			o += 4;
		} else if (*p != '\\' || left < 2) {
			*o++ = (unsigned char)*p++;
		} else if (p[1] == '\\') {
			*o++ = '\\';
			p += 2;
		} else if (p[1] == 'r') {
			*o++ = '\r';
			p += 2;
		} else if (p[1] == 'x' && left >= 4 && hex_digit(p[2]) >= 0 &&
		    hex_digit(p[3]) >= 0) {
			*o++ = (unsigned char)(hex_digit(p[2]) << 4 |
			    hex_digit(p[3]));
			p += 4;
		} else {
			*o++ = (unsigned char)*p++;
		}
	}
	return (size_t)(o - out);
}

bool
escape_has_mask(const char *text, size_t n)
{
	const char *end = text + n, *p = memchr(text, '*', n);

	for (; p != NULL; p = memchr(p + 1, '*', (size_t)(end - p - 1)))
		if (end - p >= 4 && memcmp(p, FORMAT_MASK, 4) == 0)
			return true;
	return false;
}

bool
escape_is_none(const char *text, size_t n)
{
	return memchr(text, '\\', n) == NULL && !escape_has_mask(text, n);
}
