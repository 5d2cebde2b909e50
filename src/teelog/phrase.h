/* phrase.h - a text of doc.h with a command's arguments in it */
#ifndef TEELOG_PHRASE_H
#define TEELOG_PHRASE_H

#include "buf.h"

#include <stdbool.h>

/*
 * Append the text, with %1, %2, %*, %+, %< replaced by what they stand for in
 * these arguments.  What a client said is not safe to print.
 */
void phrase_add(struct buf *to, const char *text, const char *arg, size_t n);

/*
 * The next word of arguments: up to a blank, or what is in double quotes or
 * parentheses.  *at moves behind it; false at the end.  Quotes are no part of
 * the word, parentheses are.
 */
bool phrase_word(
    const char *arg, size_t n, size_t *at, const char **word, size_t *len);

#endif
