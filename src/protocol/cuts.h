/*
 * cuts.h - where the reads ended whose bytes are still held
 *
 * A recorder may want to show which bytes came together (--exact).  A line that
 * is held until it ends was often read in pieces: the places are kept here,
 * each with a word of the recorder's own, until the bytes before them are given
 * out.  Those within a secret are never told.
 */
#ifndef TEED_CUTS_H
#define TEED_CUTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CUTS_MAX 64 /* in one line; further ones are not kept */

struct cut_place {
	uint16_t at; /* bytes that are held before it */
	uint64_t mark;
};

struct cuts {
	unsigned n;
	struct cut_place *list; /* the owner's room for CUTS_MAX */
};

void cuts_clear(struct cuts *c);

/* A read ended behind `at` bytes; not before the cut that was added last. */
void cuts_add(struct cuts *c, size_t at, uint64_t mark);

/*
 * The first cut in [from, to], which is taken out, as are those before it.
 * False if there is none.
 */
bool cuts_take(
    struct cuts *c, size_t from, size_t to, size_t *at, uint64_t *mark);

/* So many of the bytes held are gone; the others have moved down. */
void cuts_shift(struct cuts *c, size_t n);

#endif
