/* wanted.h - which events of a session were asked for: whose, and which lines */
#ifndef TEELOG_WANTED_H
#define TEELOG_WANTED_H

#include "session.h"

/* Zeroed, it wants everything. */
struct wanted {
	const char *dirs; /* only these letters, or NULL for all and events */
	uint64_t first, last; /* lines of the file; last 0: to the end */

	/* From here on it is wanted.c's own. */
	uint64_t line; /* where in the file we are */
	bool done; /* nothing that still comes is wanted */
};

/* A session begins. */
void wanted_begin(struct wanted *w);

/* The next event.  One of no line of the file stands where the last one did. */
bool wanted_event(struct wanted *w, const struct event *ev);

#endif
