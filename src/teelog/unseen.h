/*
 * unseen.h - characters that nobody sees, or that make a line look like another
 */
#ifndef TEELOG_UNSEEN_H
#define TEELOG_UNSEEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The code point of the valid UTF-8 character of n bytes at p. */
uint32_t unseen_code(const unsigned char *p, size_t n);

/*
 * Whether the character of n bytes at p, which is valid UTF-8, must not go to a
 * screen as it is.  What is around it, in [from, end), tells for some.
 */
bool unseen(const unsigned char *from, const unsigned char *p, size_t n,
    const unsigned char *end);

#endif
