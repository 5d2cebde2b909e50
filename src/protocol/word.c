/*
 * word.c - words that are compared without regard to case, and numbers
 *
 * Lines of any protocol are looked at so, of one that nobody knows nearly all:
 * it is one of the files that are made for speed.
 */
#include "track.h"

#include <string.h>

bool
word_begins(const unsigned char *p, size_t n, const char *upper)
{
	size_t i;

	for (i = 0; upper[i] != '\0'; i++) {
		unsigned char c = i < n ? p[i] : '\0';

		if (c >= 'a' && c <= 'z')
			c = (unsigned char)(c - 32);
		if (c != (unsigned char)upper[i])
			return false;
	}
	return true;
}

bool
word_is(const unsigned char *p, size_t n, const char *upper)
{
	return word_begins(p, n, upper) && strlen(upper) == n;
}

/* The word behind this one, see word_among(). */
static inline const char *
next(const char *word)
{
	while (*word++ != '\0')
		;
	return word;
}

/* Whether a word may begin with that byte: the two differ in case at most. */
static inline bool
may_begin(const char *word, unsigned char c)
{
	return (((unsigned char)*word ^ c) & 0xdf) == 0;
}

const char *
word_among(const unsigned char *p, size_t n, const char *words)
{
	for (; *words != '\0' && n > 0; words = next(words))
		if (may_begin(words, *p) && word_is(p, n, words))
			return words;
	return NULL;
}

const char *
word_begins_among(const unsigned char *p, size_t n, const char *words)
{
	for (; *words != '\0' && n > 0; words = next(words))
		if (may_begin(words, *p) && word_begins(p, n, words))
			return words;
	return NULL;
}

static unsigned
which(const unsigned char *p, size_t n, const char *words, bool whole)
{
	size_t len, at;

	for (unsigned i = 1; (len = strlen(words)) > 0; i++) {
		at = *words != '+' || whole ? 0 : n > len ? n - len : n;
		if ((n == len || !whole) && word_begins(p + at, n - at, words))
			return i;
		words += len + 1;
	}
	return 0;
}

unsigned
word_which(const unsigned char *p, size_t n, const char *words)
{
	return which(p, n, words, true);
}

unsigned
word_which_part(const unsigned char *p, size_t n, const char *words)
{
	return which(p, n, words, false);
}

size_t
word_find(const unsigned char *p, size_t n, const char *upper)
{
	size_t i = 0;

	while (i < n &&
	    !(may_begin(upper, p[i]) && word_begins(p + i, n - i, upper)))
		i++;
	return i;
}

size_t
word_end(const unsigned char *p, size_t n, size_t at)
{
	while (at < n && p[at] != ' ' && p[at] != '\t')
		at++;
	return at;
}

size_t
word_skip(const unsigned char *p, size_t n, size_t at)
{
	while (at < n && (p[at] == ' ' || p[at] == '\t'))
		at++;
	return at;
}

bool
word_is_tag(const unsigned char *p, size_t n)
{
	size_t letters = 0, digits = 0;

	while (letters < n && letters < 4 && (p[letters] | 32) >= 'a' &&
	    (p[letters] | 32) <= 'z')
		letters++;
	while (letters + digits < n && digits < 8 &&
	    p[letters + digits] >= '0' && p[letters + digits] <= '9')
		digits++;
	return digits > 0 && letters + digits == n;
}

bool
word_number(const unsigned char *p, size_t n, uint64_t *out)
{
	uint64_t v = 0;

	if (n == 0 || n > 19)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (p[i] < '0' || p[i] > '9')
			return false;
		v = v * 10 + (uint64_t)(p[i] - '0');
	}
	if (v > INT64_MAX)
		return false;
	*out = v;
	return true;
}

int
word_hex(unsigned char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 32;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

int
word_percent(const unsigned char *p, size_t n)
{
	if (n < 3 || p[0] != '%' || word_hex(p[1]) < 0 || word_hex(p[2]) < 0)
		return -1;
	return word_hex(p[1]) << 4 | word_hex(p[2]);
}

int
word_code(const unsigned char *p, size_t n)
{
	int code = 0;
	size_t i;

	for (i = 0; i < n && i < 4 && p[i] >= '0' && p[i] <= '9'; i++)
		code = code * 10 + p[i] - '0';
	return i == 3 && code >= 100 ? code : 0;
}
