/*
 * leak.h - whether a secret came out, in any form
 *
 * Raw without regard to case, in hex, in base64 at each of its alignments.
 * Forms that are so short that they may be anything are not looked for.
 */
#ifndef LEAK_H
#define LEAK_H

#include <stddef.h>

/* The form in which the secret is in a text, in a word; NULL: it is not. */
const char *leak_in(const char *text, const char *secret);

/* Likewise in bytes that are not text. */
const char *leak_in_bytes(const void *p, size_t n, const char *secret);

#endif
