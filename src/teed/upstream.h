/*
 * upstream.h - a server elsewhere in the daemon's place
 */
#ifndef TEED_UPSTREAM_H
#define TEED_UPSTREAM_H

#include "config.h"

/*
 * Connect to the upstream; the connection is the pair.  Returns 0, or -1 with a
 * text in *why.
 */
int upstream_connect(const struct config *c, const struct peer *peer,
    struct pair *pair, struct str *why);

/*
 * Tell it who the client is (PROXY protocol, version 1 or 2), if that was asked
 * for.  Returns 0, or -1 with a text in *why.  *told describes what was sent.
 */
int upstream_introduce(const struct config *c, const struct peer *peer,
    struct pair *pair, struct str *told, struct str *why);

#endif
