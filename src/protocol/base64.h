/* base64.h - decoding base64 (RFC 4648 section 4), strictly */
#ifndef TEED_BASE64_H
#define TEED_BASE64_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Decode all of p.  False if it is not base64: a byte outside the alphabet, a
 * wrong length, misplaced padding; or if more than size bytes would come out.
 */
bool base64_decode(const unsigned char *p, size_t n, unsigned char *out,
    size_t size, size_t *out_len);

/* Whether all bytes are of the alphabet (padding included). */
bool base64_looks(const unsigned char *p, size_t n);

#endif
