/*
 * encode_plain.h - many lines of text that have nothing to escape (private to
 * the encoder)
 *
 * As text is for the most part: the ends of many lines are found first, so that
 * none waits for the line before it.
 */
#ifndef TEED_ENCODE_PLAIN_H
#define TEED_ENCODE_PLAIN_H

#include "encode.h"

/* Of so many bytes the ends are found, and so many more must be there. */
#define PLAIN_WINDOW 1024
#define PLAIN_COPIED 96

/*
 * Brief records for the lines that end in [p, p + PLAIN_WINDOW) if there is
 * nothing there but plain bytes and CRLF (a TAB does not count as plain here).
 * Up to PLAIN_COPIED bytes of out are overwritten behind what it returns, the new
 * end of out; nothing begins at or behind `limit`.  *at goes from p to where the
 * next record begins; it stays where there was anything else, or where nobody
 * looked.
 */
char *encode_plain(
    char *out, const char *limit, char letter, const unsigned char **at);

#endif
