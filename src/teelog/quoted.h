/*
 * quoted.h - string literals, as programs print them, turned back into bytes
 *
 * Python's repr(), JavaScript's and C's (strace) escapes overlap so far that one
 * reader does for all: \n \r \t \a \b \f \v \\ \' \", \ooo, \xHH, \uHHHH,
 * \UHHHHHHHH, and any other byte behind a backslash for itself.
 */
#ifndef TEELOG_QUOTED_H
#define TEELOG_QUOTED_H

#include "log.h"
#include "take.h"

/* What a literal holds. */
enum quoted_as {
	QUOTED_BYTES, /* \xHH is a byte; a \u beyond U+00FF can't be one */
	QUOTED_TEXT /* all are characters, which were UTF-8 on the wire */
};

struct quoted {
	struct take bytes; /* in the text itself, or the log's memory */
	bool lossy; /* U+FFFD: something was no UTF-8 */
	bool closed; /* its closing quote is there */
};

/*
 * A literal stands here: a ' or a ", and what is up to the next of the same
 * kind.  It may go on over several lines of the text.  False if there is none.
 */
bool quoted_take(
    struct log *log, struct take *t, enum quoted_as as, struct quoted *q);

/*
 * What stands behind a backslash, as bytes: at most QUOTED_MOST at `to`, of
 * which it returns how many.  Sets *lossy for U+FFFD.
 */
#define QUOTED_MOST 4
size_t quoted_escape(
    struct take *t, enum quoted_as as, unsigned char *to, bool *lossy);

#endif
