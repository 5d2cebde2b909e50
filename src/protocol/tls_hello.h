/* tls_hello.h - what the first message of a side of TLS says */
#ifndef TEED_TLS_HELLO_H
#define TEED_TLS_HELLO_H

#include "track.h"

/* Bytes of the message; true when it is there, or no more of it is of use. */
bool tls_hello_bytes(struct side *side, const unsigned char *p, size_t n);

/* Whether it begins as a hello does. */
bool tls_hello_looks(const struct side *side);

/* Tell what it says; only that there is TLS where it says nothing. */
void tls_hello_tell(struct track *t, enum dir d);

/* `1.2`; NULL for a version that nobody knows. */
const char *tls_version_name(unsigned v);

#endif
