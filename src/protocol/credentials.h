/*
 * credentials.h - what an Authorization field of HTTP holds
 *
 * A scheme, which may be shown, and behind it a secret of which the user's name
 * may be told (RFC 9110 section 11.6.2).
 */
#ifndef TEED_CREDENTIALS_H
#define TEED_CREDENTIALS_H

#include "track.h"

/* Whether this word is a scheme that we know. */
bool credentials_scheme(const unsigned char *p, size_t n);

/*
 * Hide [from, to), which follows that scheme, and tell the user's name.  What
 * the client says is kept, to find echoes of it.
 */
void credentials_hide(struct track *t, struct line *l, enum dir d,
    const unsigned char *scheme, size_t scheme_len, size_t from, size_t to);

#endif
