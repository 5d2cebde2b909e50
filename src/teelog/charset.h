/* charset.h - text of one charset in another */
#ifndef TEELOG_CHARSET_H
#define TEELOG_CHARSET_H

#include "buf.h"

#include <stdbool.h>

struct charset; /* a conversion and its state */

/*
 * From this charset to UTF-8.  NULL if the system does not know it.  The name
 * need not end in NUL.
 */
struct charset *charset_open(const char *name, size_t n);

/*
 * From UTF-8 to that of the locale, which the terminal then has; NULL if that is
 * UTF-8, or ASCII, for which transcripts are no less readable in UTF-8.
 */
struct charset *charset_terminal(void);
void charset_close(struct charset **c);

/*
 * Convert and append.  Shifts (ISO-2022-JP) and characters that are cut go on in
 * the next call; what is no text becomes U+FFFD (or ? where there is none).
 */
void charset_convert(
    struct charset *c, const void *p, size_t n, struct buf *to);

/* Forget what was begun: a new text begins. */
void charset_reset(struct charset *c);

#endif
