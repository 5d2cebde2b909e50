/*
 * encode_record.h - one record of a transcript, and many (encode.c, encode_record.c)
 */
#ifndef TEED_ENCODE_RECORD_H
#define TEED_ENCODE_RECORD_H

#include "encode.h"

/* Flush, and go on in the next segment if this one is full. */
void encode_make_room(struct encode *e);

/* Seconds with six decimals, right-aligned.  Returns what is behind them. */
char *encode_time(char *o, uint64_t us, int width);

/* Begin a record: with its time, or brief. */
void encode_begin(struct encode *e, enum dir d);

/* End one with a mark of how its line goes on. */
static inline char *
encode_mark_end(char *o, char mark)
{
	*o++ = '\\';
	*o++ = mark;
	*o++ = '\n';
	return o;
}

/*
 * Records for the text [p, end), which has no masks.  Whole lines, and then at
 * most one record that does not end its line.
 */
void encode_lines(struct encode *e, enum dir d, const unsigned char *p,
    const unsigned char *end);

/* One record for what is held, with its masks in their places. */
void encode_marked(struct encode *e, enum dir d);

#endif
