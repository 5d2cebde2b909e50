/*
 * track_aside.c - what the daemon writes to its standard error
 *
 * It belongs to no protocol, and a daemon that is asked to be verbose repeats
 * there what it was told.  Lines are searched for echoes and for secrets that
 * show themselves.
 */
#include "engine.h"
#include "text.h"

#include <string.h>

/* Give out what is held, but for what an echo may begin in unless `all`. */
static void
give_held(struct track *t, bool all)
{
	struct aside *a = &t->aside;
	struct line *l = &t->line;
	size_t n = a->len, eol = 0, keep = 0;

	if (n > 0 && a->buf[n - 1] == '\n')
		eol = n > 1 && a->buf[n - 2] == '\r' ? 2 : 1;
	judge_init(l, a->buf, n - eol, eol);
	text_hide_values(t, l, DIR_R);
	track_hide_echoes(t, DIR_R, l);
	if (!all && eol == 0 && !judge_hides_end(l))
		keep = echo_tail(&t->echo, l->p, l->n, 1);
	give_line(t, DIR_E, l, 0, l->n - keep);
	give_flush(t);
	memmove(a->buf, a->buf + n - keep, keep);
	a->len = keep;
}

void
track_aside(struct track *t, const unsigned char *p, size_t n)
{
	struct aside *a = &t->aside;
	const unsigned char *lf;
	size_t take;

	if (t->mode != TRACK_MASK) {
		t->out.text(t->out.arg, DIR_E, p, n);
		return;
	}
	for (; n > 0; p += take, n -= take) {
		lf = memchr(p, '\n', n);
		take = lf != NULL ? (size_t)(lf + 1 - p) : n;
		if (take > sizeof a->buf - a->len)
			take = sizeof a->buf - a->len;
		memcpy(a->buf + a->len, p, take);
		a->len += take;
		if (a->buf[a->len - 1] == '\n' || a->len == sizeof a->buf)
			give_held(t, a->len < sizeof a->buf);
	}
}

void
track_aside_break(struct track *t, bool end)
{
	if (t->aside.len > 0)
		give_held(t, end);
}
