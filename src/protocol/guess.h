/* guess.h - the automatic choice of a protocol, for the engine */
#ifndef TEED_GUESS_H
#define TEED_GUESS_H

#include "protocol.h"
#include "tls.h"

/* The choice that is not made yet. */
extern const struct protocol proto_auto;

/*
 * The daemon's first line: another protocol than was guessed from names and
 * ports, or NULL.
 */
const struct protocol *guess_again(const struct track *t, const struct line *l);

/* Whether the client's first bytes are LDAP. */
enum tls_is guess_ldap(const unsigned char *p, size_t n);

#endif
