/*
 * flow.h - what was captured between two addresses
 *
 * Captures tell who sent a packet and to whom, but not which of the two is the
 * server.  It is the one that greets; else the one that did not open the
 * connection; else the one with the lower port.
 */
#ifndef TEELOG_FLOW_H
#define TEELOG_FLOW_H

#include "reader.h"

/* One packet's two ends, as a transcript writes addresses; neither is NULL. */
struct flow {
	const char *from, *to;
	bool opens; /* this is the packet that opens the connection */
};

/*
 * The session between the two, and in r->dir the direction of these bytes,
 * which may be none.
 */
struct log_session *flow_session(struct reader *rd, const struct flow *f,
    struct record *r, struct take bytes);

/* Likewise, and add the bytes. */
struct log_session *flow_add(struct reader *rd, const struct flow *f,
    struct record *r, struct take bytes);

#endif
