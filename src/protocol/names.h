/*
 * names.h - names whose values are secrets, and values that show themselves
 *
 * The names of form fields, JSON keys, query parameters and `key=value` pairs
 * are judged by what they contain, are, or end in.
 */
#ifndef TEED_NAMES_H
#define TEED_NAMES_H

#include <stdbool.h>
#include <stddef.h>

/* Whether the value of this name is a secret.  Percent codes are decoded. */
bool names_secret(const unsigned char *p, size_t n);

/* Whether a header field of HTTP with this name holds a secret. */
bool names_secret_header(const unsigned char *p, size_t n);

/*
 * Where a token begins at p that needs no name: the JWT `eyJ...` (RFC 7519), or
 * what follows `Bearer ` (RFC 6750).  Returns false if there is none; else
 * *from and *to are the secret's place behind p.
 */
bool names_token(const unsigned char *p, size_t n, size_t *from, size_t *to);

#endif
