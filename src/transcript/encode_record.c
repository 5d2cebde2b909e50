/* encode_record.c - bytes and masks become records, a line each */
#include "encode_record.h"
#include "encode_plain.h"

#include <stdio.h>
#include <string.h>

/* Where lines have something to escape so do the next, up to here. */
#define ODD (8 * PLAIN_WINDOW)

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

void
encode_begin(struct encode *e, enum dir d)
{
	struct encode_side *s = &e->side[d];

	if (e->at >= e->limit)
		encode_make_room(e);
	if (is_brief(e, d)) {
		*e->at++ = dir_letter(d);
		*e->at++ = '\t';
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
		if (p >= odd && end - p >= PLAIN_WINDOW + PLAIN_COPIED &&
		    e->at < e->limit && is_brief(e, d) &&
		    e->side[d].after == AFTER_TEXT) {
			e->at =
			    encode_plain(e->at, e->limit, dir_letter(d), &q);
			e->side[d].batch += (size_t)(q - p);
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
