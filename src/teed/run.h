/*
 * run.h - one session, from the first look at descriptor 0 to the exit status
 */
#ifndef TEED_RUN_H
#define TEED_RUN_H

#include "config.h"

#define STATUS_USAGE 64 /* EX_USAGE of sysexits(3) */
#define STATUS_TEMPFAIL 75 /* EX_TEMPFAIL */

/* Run the session on descriptor 0; returns the exit status. */
int run_session(const struct config *c);

#endif
