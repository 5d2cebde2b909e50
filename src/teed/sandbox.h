/*
 * sandbox.h - the recorder gives up what it does not need any more
 *
 * Once the daemon runs, the recorder reads and writes descriptors that it has,
 * looks at the clock, and makes files in one directory.  Everything else is
 * refused from then on; nothing of this reaches the daemon.
 */
#ifndef TEED_SANDBOX_H
#define TEED_SANDBOX_H

#include "config.h"

struct sandbox {
	const struct config *config; /* for the user to become */
	int dir; /* the directory of the records, or -1 */
	pid_t daemon; /* may be signalled; 0 if there is none */
};

/*
 * Enter it.  What a system can't do is left out; only the user that was asked
 * for must be had, or the session ends without a record.
 */
void sandbox_enter(const struct sandbox *s);

#endif
