/*
 * escape_dense.h - bytes of which few are text (private to escape.c)
 *
 * Where one byte is no text more will follow, in no order that a processor could
 * guess: so these are escaped, or copied, without a branch for each.
 */
#ifndef TEED_ESCAPE_DENSE_H
#define TEED_ESCAPE_DENSE_H

/*
 * Escape bytes from *at on, as many as seems wise, maybe none, and at most up to
 * what may end a line or to a star before another.  *at tells how far.  Returns
 * the new end of out, behind which less than SCAN_SLACK is overwritten.
 */
char *escape_dense(
    char *out, const unsigned char **at, const unsigned char *end);

#endif
