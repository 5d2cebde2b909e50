/* mutf7.h - names of IMAP's mailboxes as people read them */
#ifndef TEELOG_MUTF7_H
#define TEELOG_MUTF7_H

#include "buf.h"

#include <stdbool.h>

/*
 * Append a name in modified UTF-7 (RFC 3501 section 5.1.3) as UTF-8.  False, and
 * nothing, if it is malformed or reads as it stands.
 */
bool mutf7_decode(struct buf *to, const char *name, size_t n);

#endif
