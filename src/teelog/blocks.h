/*
 * blocks.h - logs that have blocks of bytes under headings
 *
 * A heading tells who said the bytes below it, sometimes how many there are.
 * They may be anything, headings too, so these logs are read by bytes and not
 * by lines.
 *
 *	struct blocks b = blocks_of(log, file);
 *
 *	while (b.t.p < b.t.end) {
 *		... take the heading from b.t ...
 *		blocks_add(&b, &r, bytes);
 *	}
 *	reader_done(&b.rd, 0);
 */
#ifndef TEELOG_BLOCKS_H
#define TEELOG_BLOCKS_H

#include "reader.h"

struct blocks {
	struct reader rd;
	struct take t; /* what was not read yet */
	const unsigned char *counted; /* so far lines were counted */
	uint64_t line; /* the one there */
};

/* A prefix of all lines (struct logfile) is taken off. */
struct blocks blocks_of(struct log *log, struct logfile *file);

/* The number of the line in which this is; not before what was asked last. */
uint64_t blocks_line(struct blocks *b, const unsigned char *at);

/* Take a line, without its LF and a CR before it; false at the end. */
bool blocks_take_line(struct blocks *b, struct take *line);

/* Likewise, but leave it there. */
bool blocks_peek(const struct blocks *b, struct take *line);

/* Add bytes, if there are any: what r says of them but for the text. */
struct log_session *blocks_add(
    struct blocks *b, struct record *r, struct take bytes);

/* Add a line as a note; r tells its time. */
void blocks_note(struct blocks *b, struct record *r, struct take line);

#endif
