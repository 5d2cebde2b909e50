/*
 * rows.h - blocks of bytes that a log shows in rows of 16
 *
 * A block goes on in the next row if this one is full and the same side said
 * the next.  Begin with all zeros.
 *
 *	if (!rows_go_on(&rows, side))
 *		... add what rows_take() gives, if that is anything ...
 *	rows_add(&rows, &r, side, row, n);
 */
#ifndef TEELOG_ROWS_H
#define TEELOG_ROWS_H

#include "buf.h"
#include "reader.h"

#define ROWS_BYTES 16

struct rows {
	struct buf bytes;
	struct record r; /* of the first row */
	int side;
	size_t last; /* bytes of the last row */
};

bool rows_go_on(const struct rows *w, int side);
void rows_add(struct rows *w, const struct record *r, int side,
    const unsigned char *row, size_t n);

/* The bytes of the block, in the log's memory; the rows are empty then. */
struct take rows_take(struct rows *w, struct log *log);

#endif
