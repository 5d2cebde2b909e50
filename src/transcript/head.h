/*
 * head.h - the first line of a transcript: `#teed 1` and key=value words
 *
 * Readers skip keys that they don't know, so keys may be added.
 */
#ifndef TEED_HEAD_H
#define TEED_HEAD_H

#include "../base/str.h"

#include <stdint.h>

/* Begin the line. */
void head_begin(struct str *s);

/* Add a word; the value is quoted where it must be.  NULL adds nothing. */
void head_word(struct str *s, const char *key, const char *value);
/* The same for text that people wrote: quoted in any case. */
void head_text(struct str *s, const char *key, const char *value);
void head_number(struct str *s, const char *key, uint64_t value);

/* A date as 2026-11-22T00:58:00.123456Z; us: microseconds since 1970. */
void head_date(struct str *s, const char *key, int64_t us);

/* End the line. */
void head_end(struct str *s);

/*
 * Find a word in `key=value` words: those of a first line, or those behind
 * `#end`.  The value is copied, unquoted, to out.  Returns 1 if the key is
 * there, 0 if it is not.
 */
int head_find(
    const char *line, size_t n, const char *key, char *out, size_t size);

/*
 * The words one after another: *at moves along and begins at 0.  Returns 1 for
 * a word, 0 at the end.  A word without `=` has an empty value.
 */
int head_next(const char *line, size_t n, size_t *at, char *key,
    size_t key_size, char *value, size_t value_size);

#endif
