/*
 * timing.h - where the time of sessions went, by commands
 *
 * The daemon's time for a command is that from the client's last word to the
 * first of the reply; it is measured where no other command was waiting, for
 * with several nobody knows which the daemon was at.  The client's time is that
 * from the end of the reply to its next word, a round trip included.
 */
#ifndef TEELOG_TIMING_H
#define TEELOG_TIMING_H

#include "session.h"

/* Times of one kind, in microseconds. */
struct samples {
	int64_t *us; /* in order after timing_sort() */
	size_t n, room;
	int64_t sum_us;
};

struct timing_row {
	char name[56]; /* RETR, UID FETCH, (greeting), DATA (text) */
	uint64_t count, bytes[DIRS];
	struct samples daemon, client;
};

struct timing {
	struct timing_row *rows; /* in the order in which they came */
	size_t nrows, room;
	int64_t daemon_us, client_us, flow_us, idle_us;
	int64_t
	    total_us; /* of the sessions, or TIME_NONE if none tells times */
	uint64_t unmeasured; /* commands that were not alone, or not answered */
	struct timing_run *run; /* the session that is being measured */
};

/* Begin with timing_init(); for each session begin, event, end; then sort. */
void timing_init(struct timing *t);
void timing_begin(struct timing *t, const struct session *s);
void timing_event(struct timing *t, const struct event *ev);
void timing_end(struct timing *t);
void timing_sort(struct timing *t);
void timing_free(struct timing *t);

/*
 * The sample that `percent` of them do not exceed; 0 is the least.  TIME_NONE if
 * there are none.
 */
int64_t samples_at(const struct samples *s, unsigned percent);

#endif
