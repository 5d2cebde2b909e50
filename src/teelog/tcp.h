/*
 * tcp.h - conversations put together from the segments of TCP
 *
 * Segments are given in the order in which they were captured; what they carry
 * becomes events in the order of its sequence numbers, once.  What was never
 * captured is told.
 */
#ifndef TEELOG_TCP_H
#define TEELOG_TCP_H

#include "flow.h"

struct tcp_segment {
	struct flow flow;
	uint64_t number; /* of the packet */
	int64_t us;
	uint32_t seq, ack;
	bool syn, acks, fin, rst;
	struct take data; /* what was captured of it */
	uint32_t len; /* how much there was */
};

struct tcp;

struct tcp *tcp_open(struct reader *rd);
void tcp_add(struct tcp *t, const struct tcp_segment *s);

/* No more segments: what waits for others is given out. */
void tcp_close(struct tcp **t);

#endif
