/* environment.h - what the daemon's environment tells of the session */
#ifndef TEED_ENVIRONMENT_H
#define TEED_ENVIRONMENT_H

#include "peer.h"

/*
 * What ucspi-tcp and xinetd tell of the two ends, where the socket can't: PROTO,
 * TCPREMOTEIP and its like, as far as the launcher has not set them.
 */
void environment_peer(const struct peer *p);

/* What --env adds: the id and the file of the record, which is open. */
void environment_record(void);

#endif
