/*
 * normal.h - a line of a conversation without what always differs
 *
 * Dates, times, numbers of processes, ids of messages and queues, nonces: no two
 * sessions have the same.  They are replaced by one byte.
 */
#ifndef TEELOG_NORMAL_H
#define TEELOG_NORMAL_H

#include "buf.h"

#define NORMAL_ANY '\1' /* a mask: it may be any text */
#define NORMAL_ID '\2' /* what was replaced */

/* Append the normal form of n bytes. */
void normal_text(struct buf *to, const char *p, size_t n);

/* Replace a word wherever it stands, in what was appended since `from`. */
void normal_word(struct buf *to, size_t from, const char *word, size_t n);

#endif
