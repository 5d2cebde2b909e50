/*
 * track_line.c - lines: whole in the caller's buffer, in pieces, too long
 *
 * A line that lies whole in the caller's buffer is judged there.  One that
 * comes in pieces is gathered; one that is too long for that is judged by what
 * fits, and the rest goes past with a tail held in which an echo may begin.
 */
#include "engine.h"

#include <string.h>

static bool
ends_at_cr(const struct track *t, enum dir d)
{
	return d == DIR_S && t->proto->cr_ends;
}

/* The length of CR or CR NUL (RFC 854) at the end of p, or 0. */
static size_t
cr_end(const unsigned char *p, size_t n)
{
	if (n > 1 && p[n - 2] == '\r' && p[n - 1] == '\0')
		return 2;
	return n > 0 && p[n - 1] == '\r';
}

/* The last byte of the line that begins at p, or NULL. */
static const unsigned char *
find_end(const struct track *t, enum dir d, const unsigned char *p, size_t n)
{
	const unsigned char *end = p + n;

	if (!ends_at_cr(t, d))
		return memchr(p, '\n', n);
	while (p < end && *p != '\n' && *p != '\r')
		p++;
	if (p == end)
		return NULL;
	return *p == '\r' && p + 1 < end && (p[1] == '\n' || p[1] == '\0') ?
	    p + 1 :
	    p;
}

/* A whole line, or the last of a long one. */
static void
take_line(struct track *t, enum dir d, const unsigned char *p, size_t n)
{
	struct side *s = &t->side[d];
	struct line *l = &t->line;
	size_t eol = 0;

	if (n > 0 && p[n - 1] == '\n')
		eol = n > 1 && p[n - 2] == '\r' ? 2 : 1;
	else if (ends_at_cr(t, d))
		eol = cr_end(p, n);
	judge_init(l, p, n - eol, eol);
	l->after_cr = s->after_cr;
	s->after_cr = s->cr = eol == 1 && p[n - 1] == '\r';
	if (s->rest == REST_HIDDEN) {
		if (t->proto->tail != NULL) {
			l->more = true;
			t->proto->tail(t, d, l);
		}
		l->nspans = 0;
		give_text(t, d, p + n - eol, eol);
		s->rest = REST_NONE;
		return;
	}
	if (s->rest == REST_SHOWN)
		judge_more(t, d, l);
	else
		judge_line(t, d, l);
	s->rest = REST_NONE;
	if (l->opaque)
		give_opaque(t, d, l);
	else if (t->mode == TRACK_MASK)
		give_line(t, d, l, s->shown, l->n);
	give_events(t);
}

/*
 * Where a long line is cut: before its tail, but not before the end of what is
 * hidden, because what told so may stand before the cut.
 */
static size_t
cut_at(const struct line *l)
{
	size_t to = l->n - TRACK_TAIL;

	for (unsigned i = 0; i < l->nspans; i++)
		if (l->spans[i].to > to)
			to = l->spans[i].to;
	return to;
}

/*
 * The line fills the buffer and does not end: judge what there is, give out
 * all but a tail that an echo may begin in, and hold that.
 */
static void
take_part(struct track *t, enum dir d)
{
	struct side *s = &t->side[d];
	struct line *l = &t->line;
	size_t keep = TRACK_TAIL;

	if (s->rest == REST_HIDDEN) {
		/* Hold a few bytes, in which the line may end for tail(). */
		cuts_clear(&s->cuts);
		memmove(s->buf, s->buf + s->len - keep, keep);
		s->len = keep;
		return;
	}
	judge_init(l, s->buf, s->len, 0);
	l->cut = true;
	if (s->rest == REST_SHOWN)
		judge_more(t, d, l);
	else
		judge_line(t, d, l);
	if (l->opaque) {
		give_opaque(t, d, l);
		cuts_clear(&s->cuts);
		s->len = s->shown = 0;
		return;
	}
	s->rest = REST_SHOWN;
	if (t->mode == TRACK_MASK) {
		judge_cut(l);
		if (judge_hides_end(l)) {
			give_line(t, d, l, s->shown, l->n);
			s->rest = REST_HIDDEN;
		} else {
			keep = l->n - cut_at(l);
			give_line(t, d, l, s->shown, l->n - keep);
		}
		give_flush(t);
	}
	give_events(t);
	/* A pause may have given out some of the tail already. */
	s->shown = s->shown > s->len - keep ? s->shown - (s->len - keep) : 0;
	cuts_shift(&s->cuts, s->len - keep);
	memmove(s->buf, s->buf + s->len - keep, keep);
	s->len = keep;
}

/* Gather a line in buf; returns how many bytes were taken. */
static size_t
gather(struct track *t, enum dir d, const unsigned char *p, size_t n,
    const unsigned char *lf)
{
	struct side *s = &t->side[d];
	size_t want = lf != NULL ? (size_t)(lf + 1 - p) : n;

	if (s->len == TRACK_LINE) {
		take_part(t, d);
		if (s->has_next)
			return 0;
	}
	if (want > TRACK_LINE - s->len)
		want = TRACK_LINE - s->len;
	if (t->mode != TRACK_MASK)
		give_text(t, d, p, want);
	memcpy(s->buf + s->len, p, want);
	s->len += want;
	if (lf != NULL && p + want == lf + 1) {
		size_t len = s->len;

		s->len = 0; /* what the line sets holds for what follows it */
		take_line(t, d, s->buf, len);
		give_flush(t);
		cuts_clear(&s->cuts);
		s->shown = 0;
	}
	return want;
}

/* Whole lines in which there is nothing to judge. */
static size_t
take_clean(struct track *t, enum dir d, const unsigned char *p, size_t n)
{
	struct echo_hit hit;
	const unsigned char *lf;

	if (t->mode != TRACK_MASK || t->proto->clean == NULL ||
	    (d == DIR_R && t->side[DIR_S].frame == FRAME_TLS))
		return 0;
	n = t->proto->clean(t, d, p, n);
	if (n > 0 && echo_find(&t->echo, p, n, 0, 1, &hit)) {
		lf = memrchr(p, '\n', hit.at);
		n = lf != NULL ? (size_t)(lf + 1 - p) : 0;
	}
	if (n == 0)
		return 0;
	give_text(t, d, p, n);
	t->side[d].spoke = true;
	t->side[d].cr = t->side[d].after_cr = false;
	return n;
}

/* One line that begins here, or as much of it as there is. */
static size_t
take_one(struct track *t, enum dir d, const unsigned char *p, size_t n)
{
	struct side *s = &t->side[d];
	const unsigned char *last = find_end(t, d, p, n);

	if (last == NULL || last - p >= TRACK_LINE || s->len > 0 ||
	    s->rest != REST_NONE)
		return gather(t, d, p, n, last);
	n = (size_t)(last + 1 - p);
	if (t->mode != TRACK_MASK)
		give_text(t, d, p, n);
	take_line(t, d, p, n);
	return n;
}

size_t
lines_take(struct track *t, enum dir d, const unsigned char *p, size_t n)
{
	struct side *s = &t->side[d];
	const unsigned char *start = p, *end = p + n;
	size_t took;

	while (p < end && (!s->has_next || track_in_line(t, d)) &&
	    s->frame == FRAME_LINE && !s->expect_tls && !s->cr) {
		n = (size_t)(end - p);
		took = s->len == 0 && s->rest == REST_NONE ?
		    take_clean(t, d, p, n) :
		    0;
		if (took == 0)
			took = take_one(t, d, p, n);
		p += took;
	}
	return (size_t)(p - start);
}

/* What follows a CR that ended a line: LF or NUL is part of that. */
size_t
lines_after_cr(struct track *t, enum dir d, const unsigned char *p)
{
	struct side *s = &t->side[d];

	s->cr = false;
	if ((*p != '\n' && *p != '\0') || s->frame == FRAME_OPAQUE)
		return 0;
	s->after_cr = false;
	give_text(t, d, p, 1);
	return 1;
}

void
lines_break(struct track *t)
{
	struct side *s = &t->side[DIR_R];
	struct line *l = &t->line;
	size_t to = s->len;

	if (s->rest == REST_HIDDEN)
		return;
	if (to > 0 && s->buf[to - 1] == '\r')
		to--; /* maybe half of a line end */
	judge_init(l, s->buf, to, 0);
	to = judge_piece(t, l, s->rest == REST_SHOWN);
	if (to <= s->shown)
		return;
	give_line(t, DIR_R, l, s->shown, to);
	give_flush(t);
	s->shown = to;
}

void
lines_end(struct track *t, enum dir d)
{
	struct side *s = &t->side[d];
	size_t n = s->len;

	if (s->frame != FRAME_LINE || n == 0)
		return;
	s->len = 0;
	take_line(t, d, s->buf, n);
	s->shown = 0;
}
