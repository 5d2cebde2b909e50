/* flow.c - what was captured between two addresses */
#include "flow.h"

#include "../base/str.h"

/* The same for both directions. */
static void
set_key(struct reader *rd, const struct flow *f)
{
	bool swap = strcmp(f->from, f->to) > 0;
	char text[sizeof rd->key];
	struct str s;

	str_init(&s, text, sizeof text);
	str_fmt(&s, "%s %s", swap ? f->to : f->from, swap ? f->from : f->to);
	reader_key(rd, text);
}

static bool
is_server(const struct flow *f, struct take bytes)
{
	unsigned from = address_port(f->from), to = address_port(f->to);

	if (f->opens)
		return false;
	if (bytes.p < bytes.end &&
	    settle_is_greeting(bytes.p, take_left(&bytes)))
		return true;
	return from != 0 && from < to;
}

static void
set_ends(struct log_session *s, const struct flow *f, bool server)
{
	s->head.server = server ? f->from : f->to;
	s->head.client = server ? f->to : f->from;
}

struct log_session *
flow_session(struct reader *rd, const struct flow *f, struct record *r,
    struct take bytes)
{
	struct log_session *s;

	set_key(rd, f);
	s = reader_session(rd);
	if (f->opens && s->nevents > 0) {
		reader_close(rd); /* the ports are used again */
		s = reader_session(rd);
	}
	if (s->head.server == NULL)
		set_ends(s, f, is_server(f, bytes));
	r->dir = strcmp(f->from, s->head.server) == 0 ? DIR_R : DIR_S;
	return s;
}

struct log_session *
flow_add(struct reader *rd, const struct flow *f, struct record *r,
    struct take bytes)
{
	struct log_session *s;

	if (bytes.p == bytes.end)
		return NULL;
	flow_session(rd, f, r, bytes);
	r->text = bytes;
	r->end = RECORD_BYTES;
	s = reader_add(rd, r);
	if (s->head.server == NULL) /* a new one between the same two */
		set_ends(s, f, r->dir == DIR_R);
	return s;
}
