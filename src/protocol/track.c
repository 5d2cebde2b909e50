/*
 * track.c - the engine: bytes in, units to the protocol, judgement out
 *
 * A direction is at any time in one frame (a line, a body, counted bytes).
 * Lines that lie whole in the caller's buffer are judged there, and a run of
 * lines in which nothing is hidden goes out in one piece.
 */
#include "engine.h"
#include "guess.h"

#include <string.h>

#define IDLE_MAX 8

_Static_assert(sizeof(struct track) <= 64 * 1024, "a tracker's memory");

size_t
track_size(void)
{
	return sizeof(struct track);
}

void
track_open(struct track *t, const struct protocol *p, bool sure,
    enum track_mode mode, const struct track_out *out)
{
	memset(t, 0, sizeof *t);
	track_open_zeroed(t, p, sure, mode, out);
}

void
track_open_zeroed(struct track *t, const struct protocol *p, bool sure,
    enum track_mode mode, const struct track_out *out)
{
	for (int d = 0; d < 2; d++) {
		t->side[d].buf = t->bufs[d];
		t->side[d].cuts.list = t->cuts[d];
	}
	t->proto = p;
	t->sure = sure;
	t->mode = mode;
	t->out = *out;
	/* The client's hello; or a daemon's alert that it wants one. */
	t->side[DIR_S].expect_tls = t->side[DIR_R].expect_tls = true;
	sasl_init(&t->sasl);
	if (p->open != NULL)
		p->open(t);
}

const struct summary *
track_summary(const struct track *t)
{
	return &t->sum;
}

const struct protocol *
track_protocol(const struct track *t)
{
	return t->proto;
}
/* ---- the loop --------------------------------------------------------- */

static void
apply_next(struct track *t, enum dir d)
{
	struct side *s = &t->side[d];

	if (!s->has_next || track_in_line(t, d))
		return;
	give_flush(t);
	body_break(t, d);
	s->has_next = false;
	s->frame = s->next;
	s->left = s->next_left;
	body_begin(t, d);
	if (s->frame == FRAME_LIST)
		track_fact(t, FACT_LIST, d, NULL, 0);
	else if (s->frame == FRAME_DOT || s->frame == FRAME_COUNT ||
	    s->frame == FRAME_ALL)
		track_fact(t, FACT_CONTENT, d, NULL, 0);
	if ((s->frame == FRAME_COUNT || s->frame == FRAME_HIDE) && s->left == 0)
		body_done(t, d);
}

/* What was there of a line or a message is all that comes of it. */
static void
end_unit(struct track *t, enum dir d)
{
	struct side *s = &t->side[d];

	if (s->frame == FRAME_OWN && t->proto->flush != NULL)
		t->proto->flush(t, d, true);
	body_break(t, d);
	lines_end(t, d);
	give_flush(t);
	cuts_clear(&s->cuts);
}

static void
begin_tls(struct track *t, enum dir d)
{
	struct side *s = &t->side[d];

	end_unit(t, d);
	s->has_next = false;
	s->frame = FRAME_TLS;
	tls_init(&s->tls);
	tls_bytes(t, d, s->sniffed, s->sniffs);
	if (d == DIR_S) {
		t->side[DIR_R].expect_tls = true;
		sasl_end(t);
		track_fact(t, FACT_TLS, d, NULL, 0);
	}
}

static void feed(struct track *t, enum dir d, const unsigned char *p, size_t n);

/* What was held to sniff at is no TLS but what the frame takes. */
static void
feed_sniffed(struct track *t, enum dir d)
{
	struct side *s = &t->side[d];
	size_t n = s->sniffs;

	s->expect_tls = false;
	s->sniffs = 0;
	feed(t, d, s->sniffed, n);
}

/* Whether TLS begins here.  Holds bytes back as long as that can't be told. */
static size_t
take_sniff(struct track *t, enum dir d, const unsigned char *p, size_t n)
{
	struct side *s = &t->side[d];
	size_t took = 0;
	enum tls_is is = TLS_MAYBE, ldap = TLS_NO;

	while (took < n && is == TLS_MAYBE) {
		s->sniffed[s->sniffs++] = p[took++];
		is = tls_sniff(s->sniffed, s->sniffs, d);
		if (is == TLS_NO && d == DIR_S && t->proto == &proto_auto)
			is = ldap = guess_ldap(s->sniffed, s->sniffs);
	}
	if (is == TLS_MAYBE)
		return took;
	s->expect_tls = false;
	if (is == TLS_YES && ldap == TLS_NO) {
		begin_tls(t, d);
		return took;
	}
	if (ldap == TLS_YES)
		track_switch(t, protocol_find("ldap"));
	if (s->sniffs > took) { /* some came in a call before */
		feed_sniffed(t, d);
		return took;
	}
	took -= s->sniffs;
	s->sniffs = 0;
	return took;
}

static size_t
take(struct track *t, enum dir d, const unsigned char *p, size_t n)
{
	struct side *s = &t->side[d];

	if (s->cr)
		return lines_after_cr(t, d, p);
	if (s->expect_tls && (s->frame == FRAME_LINE || s->frame == FRAME_OWN))
		return take_sniff(t, d, p, n);
	switch (s->frame) {
	case FRAME_LINE:
		return lines_take(t, d, p, n);
	case FRAME_DOT:
	case FRAME_LIST:
		return body_take_dot(t, d, p, n);
	case FRAME_COUNT:
	case FRAME_HIDE:
		return body_take_count(t, d, p, n);
	case FRAME_OPAQUE:
		t->out.opaque(t->out.arg, d, p, n);
		return n;
	case FRAME_TLS:
		return tls_bytes(t, d, p, n);
	case FRAME_ALL:
		body_give(t, d, p, n);
		return n;
	case FRAME_OWN:
		return t->proto->own(t, d, p, n);
	}
	return n;
}

static void
feed(struct track *t, enum dir d, const unsigned char *p, size_t n)
{
	size_t took;
	unsigned idle =
	    0; /* turns without a byte taken: only to change frame */

	while (n > 0 && idle < IDLE_MAX) {
		apply_next(t, d);
		took = take(t, d, p, n);
		if (t->side[d].frame != FRAME_LINE)
			give_flush(t);
		idle = took == 0 ? idle + 1 : 0;
		p += took;
		n -= took;
	}
	apply_next(t, d);
	give_flush(t);
}

void
track_bytes(struct track *t, enum dir d, const unsigned char *p, size_t n)
{
	if (d == DIR_R && t->unread.n > 0)
		unread_keep(&t->unread, &t->echo);
	t->side[d].seen += n;
	feed(t, d, p, n);
}

/* What of an incomplete line of the daemon's may be given out. */
void
track_break(struct track *t, enum dir d)
{
	struct side *s = &t->side[d];

	if (s->frame == FRAME_OWN && t->proto->flush != NULL)
		t->proto->flush(t, d, false);
	else if (s->frame == FRAME_LINE && d == DIR_R && s->len > s->shown &&
	    t->mode == TRACK_MASK && !s->expect_tls)
		lines_break(t);
}

/* How many bytes of this direction are held that will be given out. */
static size_t
held(const struct track *t, enum dir d)
{
	const struct side *s = &t->side[d];

	if (s->frame == FRAME_LINE && t->mode == TRACK_MASK)
		return s->len > s->shown ? s->len : 0;
	return body_holds(s);
}

void
track_cut(struct track *t, enum dir d, uint64_t mark)
{
	size_t n = held(t, d);

	if (n > 0) {
		cuts_add(&t->side[d].cuts, n, mark);
		return;
	}
	track_break(t, d); /* what a protocol holds of its own */
	t->out.cut(t->out.arg, d, mark);
}

void
track_close(struct track *t, enum dir d)
{
	struct side *s = &t->side[d];

	if (s->closed)
		return;
	s->closed = true;
	apply_next(t, d);
	if (s->sniffs > 0 && s->expect_tls)
		feed_sniffed(t, d);
	end_unit(t, d);
	if (s->frame == FRAME_TLS)
		tls_end(t, d);
}

void
track_forget(struct track *t)
{
	echo_wipe(&t->echo);
}

bool
track_holds(const struct track *t, enum dir d)
{
	return t->side[d].len > t->side[d].shown;
}

void
track_elided(struct track *t, enum dir d, uint64_t bytes)
{
	apply_next(t, d);
	body_skip(t, d, bytes);
}

/* ---- what protocols call ---------------------------------------------- */

void
track_frame(struct track *t, enum dir d, enum frame f, uint64_t count)
{
	struct side *s = &t->side[d];

	s->has_next = true;
	s->next = f;
	s->next_left = count;
}

enum frame
track_frame_of(const struct track *t, enum dir d)
{
	const struct side *s = &t->side[d];

	return s->has_next ? s->next : s->frame;
}

bool
track_in_line(const struct track *t, enum dir d)
{
	const struct side *s = &t->side[d];

	return s->frame == FRAME_LINE && (s->len > 0 || s->rest != REST_NONE);
}

bool
track_waits(const struct track *t, const struct waiting *w)
{
	return w != NULL && pending_sure(&t->pending) &&
	    pending_last(&t->pending) == w && !track_in_line(t, DIR_S);
}

void
track_expect_tls(struct track *t)
{
	t->side[DIR_S].expect_tls = true;
	t->side[DIR_R].expect_tls = true; /* where the hello came too early */
}
