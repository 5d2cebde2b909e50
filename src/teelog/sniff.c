/* sniff.c - which format a file has: the earliest sure line wins */
#include "import.h"
#include "mem.h"

#include <locale.h>
#include <regex.h>
#include <stdlib.h>
#include <string.h>

/* No match: later than every line. */
#define NEVER SIZE_MAX

/* ---- the first lines -------------------------------------------------- */

/* A line as a string: without its line end, and NULs are something else. */
static void
add_line(struct sniff_text *t, char *line, size_t n)
{
	if (n > 0 && line[n - 1] == '\r')
		n--;
	for (size_t i = 0; i < n; i++)
		if (line[i] == '\0')
			line[i] = '\1';
	line[n] = '\0';
	if (t->nlines == t->room) {
		t->room = t->room > 0 ? t->room * 2 : 256;
		t->lines = mem_array(t->lines, t->room, sizeof *t->lines);
	}
	t->lines[t->nlines++] = line;
	t->nonempty += n > 0;
}

/* Where the line begins behind what was put in front of it. */
static size_t
skip_front(const char *line, size_t n, const unsigned char *prefix,
    const struct copied *copied)
{
	struct stamp_year year = {.written_us = TIME_NONE};
	struct take t = take_from(line, n);
	size_t skip = 0;
	int64_t us;

	while (skip < copied->prefix && skip < n && t.p[skip] == prefix[skip])
		skip++;
	t.p += skip;
	stamp_front(&t, copied->front, &year, &us);
	return n - take_left(&t);
}

static void
open_text(struct sniff_text *t, const unsigned char *p, size_t n,
    const struct copied *copied)
{
	char *line, *end, *lf;

	memset(t, 0, sizeof *t);
	t->p = p;
	t->n = n;
	t->copy = line = mem_copy(p, n);
	end = line + n;
	while (line < end) {
		size_t skip, len;

		lf = memchr(line, '\n', (size_t)(end - line));
		if (lf == NULL && n >= SNIFF_BYTES && t->nlines > 0)
			break; /* the rest of this line was not read */
		len = (size_t)((lf != NULL ? lf : end) - line);
		skip = skip_front(line, len, p, copied);
		add_line(t, line + skip, len - skip);
		line = lf != NULL ? lf + 1 : end;
	}
}

static void
close_text(struct sniff_text *t)
{
	free(t->lines);
	free(t->copy);
}

/* ---- patterns --------------------------------------------------------- */

/*
 * The first line before `limit` that matches; *count, unless NULL, is how many
 * lines match at all.
 */
static size_t
first_match(const struct sniff_text *t, const char *pattern, size_t limit,
    size_t *count)
{
	size_t first = NEVER;
	regex_t re;

	if (regcomp(&re, pattern, REG_EXTENDED | REG_NOSUB) != 0)
		return NEVER;
	for (size_t i = 0; i < t->nlines; i++) {
		if (first == NEVER && i >= limit)
			break;
		if (regexec(&re, t->lines[i], 0, NULL, 0) != 0)
			continue;
		if (first == NEVER)
			first = i;
		if (count == NULL)
			break;
		++*count;
	}
	regfree(&re);
	return first;
}

static bool
matches_start(const struct sniff_text *t, const char *pattern, size_t *at)
{
	regex_t re;
	bool found;

	for (*at = 0; *at < t->nlines && t->lines[*at][0] == '\0'; ++*at)
		continue;
	if (*at == t->nlines ||
	    regcomp(&re, pattern, REG_EXTENDED | REG_NOSUB) != 0)
		return false;
	found = regexec(&re, t->lines[*at], 0, NULL, 0) == 0;
	regfree(&re);
	return found;
}

/* The line by which the text is of this format, if it is before `best`. */
static size_t
sniff_one(const struct sniff *s, const struct sniff_text *t, size_t best)
{
	size_t at, also, count = 0;

	if (s->own != NULL && (at = s->own(t)) > 0)
		return at - 1;
	if (s->line == NULL)
		return NEVER;
	if (s->at_start)
		return matches_start(t, s->line, &at) ? at : NEVER;
	if (s->also != NULL) {
		at = first_match(t, s->line, t->nlines, NULL);
		if (at == NEVER)
			return NEVER;
		also = first_match(t, s->also, t->nlines, NULL);
		return also == NEVER || at < also ?
		    (also == NEVER ? also : at) :
		    also;
	}
	at = first_match(t, s->line, best, s->share > 0 ? &count : NULL);
	if (at != NEVER && count * 100 < t->nonempty * s->share)
		return NEVER;
	return at;
}

static const struct import *
sniff_all(const struct sniff_text *t, const struct import *only)
{
	const struct import *found = NULL, *im;
	size_t best = NEVER, at;

	for (size_t i = 0; (im = import_nth(i)) != NULL; i++) {
		if (only != NULL && im != only)
			continue;
		at = sniff_one(&im->sniff, t, best);
		if (at < best) {
			best = at;
			found = im;
		}
		if (best == 0)
			break;
	}
	return found;
}

/* ---- what stands in front of every line ------------------------------- */

/* Length of one character of a quoting or indenting prefix, or 0. */
static size_t
prefix_char(const unsigned char *p, const unsigned char *end)
{
	if (p < end && (*p == ' ' || *p == '\t' || *p == '>' || *p == '|'))
		return 1;
	if (end - p >= 2 && p[0] == 0xc2 && p[1] == 0xa0)
		return 2; /* a blank that must not break, as web pages have it */
	return 0;
}

static size_t
find_prefix(const unsigned char *p, size_t n)
{
	const unsigned char *end = p + n, *line = p, *lf;
	size_t len = 0, k;

	while (line < end && (k = prefix_char(p + len, end)) > 0)
		len += k;
	while (len > 0 && line < end) {
		size_t same = 0, have;

		lf = memchr(line, '\n', (size_t)(end - line));
		have = (size_t)((lf != NULL ? lf : end) - line);
		while (have > 0 && line[have - 1] == '\r')
			have--;
		while (same < len && same < have && line[same] == p[same])
			same++;
		if (same < have)
			len = same; /* else the prefix lost its last blanks */
		line = lf != NULL ? lf + 1 : end;
	}
	return len;
}

/* What kind of stamp the first line begins with. */
static enum stamp_front
find_front(const unsigned char *p, size_t n)
{
	static const enum stamp_front fronts[] = {
	    FRONT_TAI64N, FRONT_RFC3339, FRONT_ISO, FRONT_SYSLOG};
	struct stamp_year year = {.written_us = TIME_NONE};
	struct take t;
	int64_t us;

	for (size_t i = 0; i < sizeof fronts / sizeof *fronts; i++) {
		t = take_from(p, n);
		if (stamp_front(&t, fronts[i], &year, &us))
			return fronts[i];
	}
	return FRONT_NONE;
}

static const struct import *
sniff_behind(const unsigned char *p, size_t n, const struct import *only,
    const struct copied *copied)
{
	const struct import *found;
	struct sniff_text t;

	open_text(&t, p, n, copied);
	found = sniff_all(&t, only);
	close_text(&t);
	return found;
}

/* Of the text, or of what is behind something in front of its lines. */
static const struct import *
sniff_text(const unsigned char *p, size_t n, const struct import *only,
    struct copied *copied)
{
	const struct import *found;

	copied->prefix = 0;
	copied->front = FRONT_NONE;
	found = sniff_behind(p, n, only, copied);
	if (found == NULL && (copied->prefix = find_prefix(p, n)) > 0)
		found = sniff_behind(p, n, only, copied);
	if (found == NULL &&
	    (copied->front = find_front(
		 p + copied->prefix, n - copied->prefix)) != FRONT_NONE)
		found = sniff_behind(p, n, only, copied);
	return found;
}

static const struct import *
sniff_entities(const unsigned char *p, size_t n, const struct import *only,
    struct copied *copied)
{
	const struct import *found;
	unsigned char *text;

	if (memmem(p, n, "&lt;", 4) == NULL && memmem(p, n, "&gt;", 4) == NULL)
		return NULL;
	text = (unsigned char *)mem_copy(p, n);
	n = logfile_undo_entities(text, n);
	found = sniff_text(text, n, only, copied);
	copied->entities = found != NULL;
	free(text);
	return found;
}

const struct import *
import_sniff(const unsigned char *p, size_t n, const struct import *only,
    struct copied *copied)
{
	locale_t plain = newlocale(LC_ALL_MASK, "C", (locale_t)0);
	locale_t before = uselocale(plain);
	const struct import *found;

	if (n > SNIFF_BYTES)
		n = SNIFF_BYTES;
	copied->entities = false;
	found = sniff_text(p, n, only, copied);
	if (found == NULL)
		found = sniff_entities(p, n, only, copied);
	if (found == NULL)
		memset(copied, 0, sizeof *copied);
	uselocale(before);
	if (plain != (locale_t)0)
		freelocale(plain);
	return only != NULL ? only : found;
}
