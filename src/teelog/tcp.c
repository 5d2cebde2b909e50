/* tcp.c - conversations put together from the segments of TCP (RFC 9293) */
#include "tcp.h"
#include "mem.h"

#include <search.h>
#include <stdlib.h>

/* So many segments of one direction wait for one that is missing. */
#define HELD 64

struct side {
	bool known; /* `next` is */
	uint32_t next; /* sequence number of the next byte */
	struct tcp_segment *held; /* by sequence number; NULL: none ever */
	size_t nheld;
	bool closed;
};

struct connection {
	const char *ends[2]; /* in the order of strcmp() */
	struct side side[2]; /* bytes that come from ends[i] */
};

struct tcp {
	struct reader *rd;
	void *connections; /* for tsearch(3) */
	uint64_t number; /* of the packet */
	int64_t us;
};

struct tcp *
tcp_open(struct reader *rd)
{
	struct tcp *t = mem_alloc(sizeof *t);

	memset(t, 0, sizeof *t);
	t->rd = rd;
	return t;
}

static int
by_ends(const void *a, const void *b)
{
	const struct connection *x = a, *y = b;
	int first = strcmp(x->ends[0], y->ends[0]);

	return first != 0 ? first : strcmp(x->ends[1], y->ends[1]);
}

static struct connection *
connection_of(struct tcp *t, const struct flow *f, bool *second)
{
	struct connection probe = {.ends = {f->from, f->to}}, *c, **found;

	*second = strcmp(f->from, f->to) > 0;
	if (*second) {
		probe.ends[0] = f->to;
		probe.ends[1] = f->from;
	}
	found = tfind(&probe, &t->connections, by_ends);
	if (found != NULL)
		return *found;
	c = log_alloc(t->rd->log, sizeof *c);
	*c = probe;
	if (tsearch(c, &t->connections, by_ends) == NULL)
		mem_array(NULL, SIZE_MAX, 2); /* says that there is no memory */
	return c;
}

/* ---- events ------------------------------------------------------------- */

static struct record
record_of(const struct tcp *t)
{
	return (struct record){.line = t->number,
	    .dir = DIR_NONE,
	    .clock = CLOCK_DATE,
	    .us = t->us};
}

static void
left_out(struct tcp *t, const struct flow *f, uint64_t n, bool lost)
{
	struct record r = record_of(t);
	struct log_session *s =
	    flow_session(t->rd, f, &r, (struct take){NULL, NULL});

	if (lost)
		log_damage(t->rd->log, s, r.line,
		    "bytes were on the wire and not captured");
	reader_omitted(t->rd, &r, n);
}

static void
ended(struct tcp *t, const struct flow *f, const char *how)
{
	struct record r = record_of(t);
	struct log_session *s =
	    flow_session(t->rd, f, &r, (struct take){NULL, NULL});
	struct event *ev = log_state(t->rd->log, s, r.line, "%s %s", how,
	    r.dir == DIR_S ? "client" : "daemon");

	log_time(s, ev, r.us);
}

/* ---- order -------------------------------------------------------------- */

/* How far a sequence number is behind another, across the turn of the count. */
static int32_t
distance(uint32_t from, uint32_t to)
{
	return (int32_t)(to - from);
}

/* Give out a segment that is not beyond what comes next. */
static void
deliver(struct tcp *t, struct side *side, const struct tcp_segment *s)
{
	uint32_t old = side->next - s->seq, captured;
	struct take data = s->data;
	struct record r = record_of(t);

	if (old < s->len) {
		captured = (uint32_t)take_left(&data);
		data.p += old < captured ? old : captured;
		flow_add(t->rd, &s->flow, &r, data);
		side->next = s->seq + s->len;
		if (captured < s->len)
			left_out(t, &s->flow,
			    s->len - (old > captured ? old : captured), false);
	}
	if (s->fin && !side->closed && side->next == s->seq + s->len) {
		side->closed = true;
		ended(t, &s->flow, "close");
	}
}

/* Those that waited and need not any more. */
static void
deliver_held(struct tcp *t, struct side *side)
{
	size_t n = 0;

	if (side->nheld == 0)
		return;
	while (n < side->nheld && distance(side->next, side->held[n].seq) <= 0)
		deliver(t, side, &side->held[n++]);
	side->nheld -= n;
	memmove(side->held, side->held + n, side->nheld * sizeof *side->held);
}

/* What is missing will not come. */
static void
give_up(struct tcp *t, struct side *side)
{
	if (side->nheld == 0)
		return;
	left_out(t, &side->held[0].flow,
	    (uint64_t)distance(side->next, side->held[0].seq), true);
	side->next = side->held[0].seq;
	deliver_held(t, side);
}

static void
hold(struct tcp *t, struct side *side, const struct tcp_segment *s)
{
	size_t i;

	if (side->held == NULL)
		side->held = mem_array(NULL, HELD, sizeof *side->held);
	if (side->nheld == HELD)
		give_up(t, side);
	if (distance(side->next, s->seq) <= 0) {
		deliver(t, side, s);
		return;
	}
	for (i = side->nheld;
	     i > 0 && distance(s->seq, side->held[i - 1].seq) > 0; i--)
		side->held[i] = side->held[i - 1];
	side->held[i] = *s;
	side->nheld++;
}

/* ---- segments ----------------------------------------------------------- */

static void
open_session(struct tcp *t, const struct tcp_segment *s)
{
	struct flow f = s->flow;
	struct record r = record_of(t);
	struct log_session *session;

	f.opens = true;
	session = flow_session(t->rd, &f, &r, (struct take){NULL, NULL});
	if (session->origin_us == TIME_NONE)
		session->origin_us = session->head.start_us = s->us;
}

static void
forget(struct side *side)
{
	side->known = side->closed = false;
	side->nheld = 0;
}

void
tcp_add(struct tcp *t, const struct tcp_segment *s)
{
	bool second;
	struct connection *c = connection_of(t, &s->flow, &second);
	struct side *side = &c->side[second], *other = &c->side[!second];

	t->number = s->number;
	t->us = s->us;
	/* The other end has what we miss, so it will not come again. */
	if (s->acks && other->nheld > 0 && distance(other->next, s->ack) > 0)
		give_up(t, other);
	if (s->syn) {
		if (side->known && side->next == s->seq + 1)
			return; /* it was sent again */
		if (!s->acks) {
			forget(other);
			open_session(t, s);
		}
		forget(side);
		side->known = true;
		side->next = s->seq + 1;
		return;
	}
	if (!side->known) {
		side->known = true;
		side->next = s->seq;
	}
	if (s->len > 0 || s->fin) {
		if (distance(side->next, s->seq) > 0)
			hold(t, side, s);
		else
			deliver(t, side, s);
		deliver_held(t, side);
	}
	if (s->rst && !side->closed) {
		side->closed = true;
		ended(t, &s->flow, "reset");
	}
}

static void
close_connection(struct tcp *t, struct connection *c)
{
	for (int i = 0; i < 2; i++) {
		while (c->side[i].nheld > 0)
			give_up(t, &c->side[i]);
		free(c->side[i].held);
	}
}

void
tcp_close(struct tcp **tcp)
{
	struct tcp *t = *tcp;

	while (t->connections != NULL) {
		struct connection *c = *(struct connection **)t->connections;

		tdelete(c, &t->connections, by_ends);
		close_connection(t, c);
	}
	free(t);
	*tcp = NULL;
}
