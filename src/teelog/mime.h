/*
 * mime.h - a message, line by line, as readable text (RFC 2045 to 2047)
 *
 * A line at a time, for what is shown stands line by line.  Attachments that are
 * no text stay as they are.
 */
#ifndef TEELOG_MIME_H
#define TEELOG_MIME_H

#include "buf.h"

#include <stdbool.h>

struct mime;

struct mime *mime_open(void);
void mime_close(struct mime **m);

/* A message begins. */
void mime_begin(struct mime *m);

/*
 * The next line of the message, without its line end.  True if it reads
 * otherwise than it was sent: then that, in UTF-8, is in `to`, maybe of several
 * lines (LF between them).
 */
bool mime_line(struct mime *m, const char *p, size_t n, struct buf *to);

/*
 * Any line that stands by itself: encoded words (=?utf-8?Q?...?=) and, since
 * nobody else writes that, ISO-2022-JP.  Likewise.
 */
bool mime_words(const char *p, size_t n, struct buf *to);

#endif
