/*
 * take.h - take a line apart from its left
 *
 * A struct take is what is left of a text.  Each function takes something off
 * its front and returns true, or returns false and leaves it as it was.  What is
 * taken is a struct take again.  Nothing is copied and nothing is beyond `end`.
 */
#ifndef TEELOG_TAKE_H
#define TEELOG_TAKE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct take {
	const unsigned char *p, *end;
};

/* p may be NULL where n is 0. */
static inline struct take
take_from(const void *p, size_t n)
{
	const unsigned char *at = p != NULL ? p : (const unsigned char *)"";

	return (struct take){at, at + n};
}

static inline size_t
take_left(const struct take *t)
{
	return (size_t)(t->end - t->p);
}

static inline bool
take_is_digit(unsigned char c)
{
	return c >= '0' && c <= '9';
}

/* The value of a hexadecimal digit of either case, or -1. */
int take_hex_digit(unsigned char c);

/* This text stands here; take_word: in upper or lower case. */
bool take_text(struct take *t, const char *text);
bool take_word(struct take *t, const char *upper);

/* One of these bytes stands here; it goes to *c unless that is NULL. */
bool take_one(struct take *t, const char *bytes, char *c);

/* All blanks and TABs that stand here, maybe none. */
void take_blanks(struct take *t);

/* A decimal number of min to max (at most 19) digits; n may be NULL. */
bool take_number(struct take *t, unsigned min, unsigned max, uint64_t *n);

/* Exactly so many digits, a decimal or hexadecimal number (at most 8 digits). */
bool take_digits(struct take *t, unsigned n, unsigned *value);
bool take_hex(struct take *t, unsigned n, unsigned *value);

/* Hexadecimal digits, at least min and at most max (16) of them. */
bool take_hex_number(
    struct take *t, unsigned min, unsigned max, uint64_t *value);

/*
 * Everything up to where `text` stands; *piece is what came before it, and
 * `text` is taken too.  False if it is nowhere.
 */
bool take_until(struct take *t, const char *text, struct take *piece);

/* A run of bytes up to the next blank or the end; false if it is empty. */
bool take_token(struct take *t, struct take *piece);

/* What the text is, or ends with, or where in it something stands. */
bool take_is(const struct take *t, const char *text);
bool take_ends(const struct take *t, const char *text);
bool take_has(const struct take *t, const char *text);

/* Cut these bytes off the end where they stand there, as often as they do. */
void take_trim(struct take *t, const char *bytes);

#endif
