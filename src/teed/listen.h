/* listen.h - accept connections without an inetd */
#ifndef TEED_LISTEN_H
#define TEED_LISTEN_H

#include "config.h"

/*
 * Accept connections on all addresses and run a session for each, in a process
 * of its own, until SIGTERM or SIGINT.  Returns the exit status.
 */
int listen_run(const struct config *c);

#endif
