/*
 * spent.h - whose the time of a session was
 *
 * Every stretch between two lines is somebody's: the daemon's, from the client's
 * last word to its first; the client's, the other way round; of the flow of
 * data, where one side goes on; or of waiting that was asked for (IMAP's IDLE).
 */
#ifndef TEELOG_SPENT_H
#define TEELOG_SPENT_H

#include "asked.h"
#include "session.h"

enum spent_by {
	SPENT_DAEMON,
	SPENT_CLIENT,
	SPENT_FLOW,
	SPENT_IDLE,
	SPENT_NONE
};
#define SPENT_KINDS SPENT_NONE

struct spent {
	int64_t us[SPENT_KINDS];
	int64_t last_us; /* of the last line that was said, or TIME_NONE */
	enum dir last_dir; /* who said it */
	bool idle; /* waiting was asked for, and goes on */
};

void spent_init(struct spent *t);

/*
 * Times of hostile logs are added up to this, and no further.
 */
#define SPENT_MOST (INT64_MAX / 16)

static inline int64_t
spent_add(int64_t a, int64_t b)
{
	return a > SPENT_MOST - b ? SPENT_MOST : a + b;
}

/*
 * An event: whose the time since the last line was, and how much it was, in
 * *us; SPENT_NONE where that is not known.
 */
enum spent_by spent_event(struct spent *t, const struct event *ev, int64_t *us);

/* A fact, and the command that it is about: whether waiting is asked for. */
void spent_fact(struct spent *t, const struct fact *f, const struct asked *a);

#endif
