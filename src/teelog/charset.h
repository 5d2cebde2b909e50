/* charset.h - text in any charset, made UTF-8 */
#ifndef TEELOG_CHARSET_H
#define TEELOG_CHARSET_H

#include "buf.h"

#include <stdbool.h>

struct charset; /* a conversion and its state */

/* NULL if the system does not know the charset.  The name need not end in NUL. */
struct charset *charset_open(const char *name, size_t n);
void charset_close(struct charset **c);

/*
 * Convert and append.  Shifts (ISO-2022-JP) and characters that are cut go on in
 * the next call; what is no text becomes U+FFFD.
 */
void charset_convert(
    struct charset *c, const void *p, size_t n, struct buf *to);

/* Forget what was begun: a new text begins. */
void charset_reset(struct charset *c);

#endif
