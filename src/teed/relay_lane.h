/*
 * relay_lane.h - one direction of a relay, and what the parts of the relay share
 *
 *	relay.c		the loop, and signals
 *	relay_lane.c	bytes from one side to the other, and a side that breaks
 *	relay_end.c	the ends of input, and of the session
 */
#ifndef TEED_RELAY_LANE_H
#define TEED_RELAY_LANE_H

#include "relay.h"

struct lane {
	enum dir dir;
	int from, to; /* -1: not there (any more) */
	bool from_socket, to_socket;
	bool to_ours; /* non-blocking, made by us */
	bool open; /* the end has not been passed on yet */
	bool eof; /* no more comes in */
	bool urgent; /* the one byte in buf is urgent data */
	bool oob_inline; /* urgent data comes in its place */
	bool hung_up; /* at the end of input the other side had closed */
	size_t off, len; /* what is in buf and not written */
	unsigned char *buf; /* of DIR_S and DIR_R the one that is free */
	size_t size;
};

/* A relay at work. */
struct relaying {
	struct relay *r;
	struct lane lane[DIRS];
	unsigned char *buffers[2]; /* of DIR_S and DIR_R */
	bool grown; /* much came at once since they were given back */
	bool child; /* the daemon runs */
	bool exit_due; /* it has ended, and the sink was not told yet */
	bool end_due; /* a signal came that there is no daemon for */
	bool client_gone; /* the client's side broke: so will the daemon's */
	bool reset; /* the daemon's side broke: so will the client's */
	unsigned unseen; /* reads since the last look at what it has set */
};

/* Nothing more can be delivered: what still comes is only for the record. */
void lane_deaf(struct lane *l);

/*
 * Read once, and write what came; revents as poll() told, or 0.  Returns whether
 * anything came.
 */
bool lane_read(struct relaying *s, struct lane *l, short revents);

/* Write what there is; returns 0, or errno if the other side broke. */
int lane_write(struct lane *l);

/* Reading or writing a lane failed with this errno. */
void lane_broke(struct relaying *s, struct lane *l, bool reading, int error);

/*
 * The client is gone.  What it said before reaches the daemon as far as that
 * takes it now; then the daemon sees the connection break.
 */
void lane_client_broke(struct relaying *s, int error);

/* Let go of a side; broken: so that it sees a reset. */
void relay_end_client(struct relaying *s, bool broken);
void relay_end_daemon(struct relaying *s, bool broken);

/* Pass on the ends that are due; one may bring about another. */
void relay_end_lanes(struct relaying *s);

#endif
