/* encode_record.c - bytes and masks become records, a line each */
#include "encode_record.h"

#include "../base/scan.h"

#include <stdio.h>
#include <string.h>

/* Where lines have something to escape so do the next, up to here. */
#define ODD (8 * SCAN_WINDOW)

char *
encode_time(char *o, uint64_t us, int width)
{
	char digits[24], *d = digits + sizeof digits;
	int i;

	for (i = 0; i < 6; i++, us /= 10)
		*--d = (char)('0' + us % 10);
	*--d = '.';
	do
		*--d = (char)('0' + us % 10);
	while ((us /= 10) > 0);
	for (i = (int)(digits + sizeof digits - d); i < width; i++)
		*o++ = ' ';
	memcpy(o, d, (size_t)(digits + sizeof digits - d));
	return o + (digits + sizeof digits - d);
}

/* Whether a record needs no time: the one before it came in the same read. */
static inline bool
is_brief(const struct encode *e, enum dir d)
{
	return e->brief_dir == d && e->brief_read == e->side[d].read;
}

static inline char *
begin_brief(char *o, enum dir d)
{
	*o++ = dir_letter(d);
	*o++ = '\t';
	return o;
}

void
encode_begin(struct encode *e, enum dir d)
{
	struct encode_side *s = &e->side[d];

	if (e->at >= e->limit)
		encode_make_room(e);
	if (is_brief(e, d)) {
		e->at = begin_brief(e->at, d);
		return;
	}
	*e->at++ = dir_letter(d);
	*e->at++ = ' ';
	e->at = encode_time(e->at, s->time_us, FORMAT_TIME_WIDTH);
	*e->at++ = ' ';
	e->brief_dir = d;
	e->brief_read = s->read;
}

/* What ends the record at p: CRLF, LF, or nothing yet.  Returns what follows. */
static const unsigned char *
line_end(struct encode *e, const unsigned char *p, const unsigned char *end)
{
	if (p < end && *p == '\n') {
		e->at = encode_mark_end(e->at, 'n');
		return p + 1;
	}
	if (end - p >= 2 && p[0] == '\r' && p[1] == '\n') {
		*e->at++ = '\n';
		return p + 2;
	}
	e->at = encode_mark_end(e->at, 'c');
	return p;
}

/* How far one record's text may go that begins at p. */
static inline const unsigned char *
record_limit(const unsigned char *p, const unsigned char *end)
{
	const unsigned char *lim = end;

	if (end - p > FORMAT_RECORD) {
		lim = p + FORMAT_RECORD;
		if (lim[-1] == '\r' && lim[0] == '\n')
			lim--; /* never part a CRLF */
	}
	return lim;
}

/*
 * Brief records for lines that have nothing to escape, from p on, which is as
 * text is for the most part: the ends of many are found first, so that none
 * waits for the line before it.  More is copied than there is of most lines,
 * which costs less than to count.  Returns where the next record begins; there
 * must be SCAN_WINDOW + COPIED bytes.
 */
#define COPIED 96
static const unsigned char *
put_plain(struct encode *e, enum dir d, const unsigned char *p)
{
	const unsigned char *first = p, *cr;
	uint16_t ends[SCAN_WINDOW];
	unsigned n = scan_line_ends(p, ends);
	char *o = e->at;

	for (unsigned i = 0; i < n && o < e->limit; i++, p = cr + 2) {
		cr = first + ends[i] - 1;
		o = begin_brief(o, d);
		memcpy(o, p, COPIED);
		if (cr - p > COPIED)
			memcpy(
			    o + COPIED, p + COPIED, (size_t)(cr - p) - COPIED);
		o += cr - p;
		*o++ = '\n';
	}
	e->side[d].batch += (size_t)(p - first);
	e->at = o;
	return p;
}

/* One record from p on.  Returns where the next begins. */
static const unsigned char *
put_record(struct encode *e, enum dir d, const unsigned char *p,
    const unsigned char *end)
{
	struct encode_side *s = &e->side[d];
	const unsigned char *q;

	encode_begin(e, d);
	e->at = escape_text(e->at, p, record_limit(p, end), 0, &s->after, &q);
	q = line_end(e, q, end);
	s->batch += (size_t)(q - p);
	return q;
}

void
encode_lines(struct encode *e, enum dir d, const unsigned char *p,
    const unsigned char *end)
{
	const unsigned char *q, *odd = p;

	while (p < end) {
		q = p;
		if (p >= odd && end - p >= SCAN_WINDOW + COPIED &&
		    e->at < e->limit && is_brief(e, d) &&
		    e->side[d].after == AFTER_TEXT) {
			q = put_plain(e, d, p);
			if (q == p)
				odd = end - p > ODD ? p + ODD : end;
		}
		if (q == p)
			q = put_record(e, d, p, end);
		p = q;
	}
}

void
encode_marked(struct encode *e, enum dir d)
{
	struct encode_side *s = &e->side[d];
	const unsigned char *p = s->hold, *end = s->hold + s->held;

	encode_begin(e, d);
	for (unsigned i = 0; i < s->nmarks; i++) {
		const struct encode_mark *m = &s->marks[i];

		e->at =
		    escape_text(e->at, p, s->hold + m->at, 1, &s->after, &p);
		memcpy(e->at, FORMAT_MASK, 4);
		e->at += 4;
		s->after = AFTER_MASK;
		if (m->label_len > 0) {
			e->at += sprintf(e->at, " (%.*s)", (int)m->label_len,
			    s->labels + m->label);
			s->after = AFTER_TEXT;
		}
	}
	e->at = escape_text(e->at, p, end, 0, &s->after, &p);
	p = line_end(e, p, end);
	s->batch += s->held + 4 * (uint64_t)s->nmarks;
}
