/*
 * lines.h - a file's lines, one after another, in constant memory
 */
#ifndef TEELOG_LINES_H
#define TEELOG_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The longest line that is given out whole.  A transcript's record takes less
 * than a fifth of it; a longer line comes in pieces.
 */
#define LINES_LONGEST (256 * 1024)

struct lines {
	int fd; /* owned; -1: nothing more to read */
	unsigned char *buf;
	size_t at, end; /* what was read and not given out yet */
	uint64_t number; /* of the last line given out, from 1 */
	bool whole; /* that line ended in LF */
	bool within; /* ... or was a piece of one, and more of it follows */
	/*
	 * The file grows: its end is not the end, and a line that is not whole
	 * is not given out.  Set by who opened it.
	 */
	bool growing;
	int error; /* errno of a read that failed, or 0 */
};

/* Begin at the descriptor's place.  fd is closed by lines_close(). */
void lines_open(struct lines *l, int fd);
void lines_close(struct lines *l);

/* Likewise on bytes in memory, which are copied. */
void lines_of(struct lines *l, const void *p, size_t n);

/* Go on with another file; numbers begin at 1 again. */
void lines_switch(struct lines *l, int fd);

/*
 * The next line without its LF, which lives until the next call.  A last line
 * without LF and the pieces of one that is too long have `whole` unset.
 * Returns false at the end, or where reading failed (see error).
 */
bool lines_next(struct lines *l, const char **p, size_t *n);

/*
 * Look ahead: at least `want` bytes of what was not given out yet, fewer only
 * at the end of the file.  want <= LINES_LONGEST.
 */
size_t lines_peek(struct lines *l, size_t want, const unsigned char **p);

#endif
