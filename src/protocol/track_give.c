/* track_give.c - what goes out: runs of text, masks, events */
#include "engine.h"

#include <stdarg.h>
#include <string.h>

#define EVENT_TEXT 512

void
give_flush(struct track *t)
{
	size_t n = t->run_len;

	t->run_len = 0;
	if (n > 0 && t->run_dir != DIR_E && t->side[t->run_dir].content)
		body_give(t, t->run_dir, t->run, n);
	else if (n > 0)
		t->out.text(t->out.arg, t->run_dir, t->run, n);
}

/* The reads that ended in the first n of the bytes held, from `from` on. */
void
give_cuts(struct track *t, enum dir d, size_t from, size_t n)
{
	size_t at;
	uint64_t mark;

	while (cuts_take(&t->side[d].cuts, from, n, &at, &mark))
		t->out.cut(t->out.arg, d, mark);
}

/* Bytes that lie behind what is in the run already, or begin a new one. */
static void
add_to_run(struct track *t, enum dir d, const unsigned char *p, size_t n)
{
	if (t->run_len > 0 && t->run + t->run_len == p) {
		t->run_len += n;
		return;
	}
	give_flush(t);
	t->run = p;
	t->run_len = n;
	t->run_dir = d;
}

/* Text; where it was held, the ends of its reads show. */
void
give_text(struct track *t, enum dir d, const unsigned char *p, size_t n)
{
	const bool tracked = d != DIR_E; /* standard error has no side */
	struct side *s = &t->side[tracked ? d : DIR_R];
	const unsigned char *end = p + n;
	size_t at;
	uint64_t mark;

	while (n > 0 && tracked && s->cuts.n > 0 && p >= s->buf &&
	    p < s->buf + TRACK_LINE &&
	    cuts_take(&s->cuts, (size_t)(p - s->buf), (size_t)(end - s->buf),
		&at, &mark)) {
		if (s->buf + at > p)
			add_to_run(t, d, p, (size_t)(s->buf + at - p));
		give_flush(t);
		t->out.cut(t->out.arg, d, mark);
		p = s->buf + at;
	}
	if (p < end)
		add_to_run(t, d, p, (size_t)(end - p));
}

static void
sort_spans(struct line *l)
{
	for (unsigned i = 1; i < l->nspans; i++) {
		struct span s = l->spans[i];
		unsigned k = i;

		for (; k > 0 && l->spans[k - 1].from > s.from; k--)
			l->spans[k] = l->spans[k - 1];
		l->spans[k] = s;
	}
}

/*
 * Give out [from, to) of a line with its masks.  Spans that overlap or touch
 * are one mask; one that begins before `from` was given out already.
 */
void
give_line(struct track *t, enum dir d, struct line *l, size_t from, size_t to)
{
	size_t at = from;

	sort_spans(l);
	for (unsigned i = 0; i < l->nspans; i++) {
		const struct span *s = &l->spans[i];
		size_t end = s->to;
		const char *label =
		    s->label != SIZE_MAX ? l->labels + s->label : NULL;

		while (i + 1 < l->nspans && l->spans[i + 1].from < end) {
			i++;
			if (l->spans[i].to > end)
				end = l->spans[i].to;
			if (l->spans[i].label != SIZE_MAX && label == NULL)
				label = l->labels + l->spans[i].label;
		}
		if (s->from >= to || end < from || (end == from && from > 0))
			continue;
		if (s->from >= at) {
			give_text(t, d, l->p + at, s->from - at);
			give_flush(t);
			t->out.mask(t->out.arg, d, label);
		}
		if (end > at)
			at = end;
	}
	if (at < to)
		give_text(t, d, l->p + at, to - at);
	if (to == l->n)
		give_text(t, d, l->p + l->n, l->eol);
}

/* What was learnt from a line is told behind it. */
void
give_events(struct track *t)
{
	if (t->events.len == 0)
		return;
	give_flush(t);
	for (char *at = t->events_text, *lf; (lf = strchr(at, '\n')) != NULL;
	     at = lf + 1) {
		*lf = '\0';
		t->out.event(t->out.arg, at);
	}
	t->events.len = 0;
}

void
track_event(struct track *t, const char *fmt, ...)
{
	char text[EVENT_TEXT];
	struct str s;
	va_list ap;

	str_init(&s, text, sizeof text);
	va_start(ap, fmt);
	str_vfmt(&s, fmt, ap);
	va_end(ap);
	if (t->events.len == 0)
		str_init(&t->events, t->events_text, sizeof t->events_text);
	if (t->events.len + s.len + 2 > t->events.size)
		return; /* nobody needs that many about one line */
	str_fmt(&t->events, "%s\n", text);
	if (!t->judging)
		give_events(t);
}

/* The line turned out to be no text: count it, and all that follows. */
void
give_opaque(struct track *t, enum dir d, const struct line *l)
{
	struct side *s = &t->side[d];

	give_flush(t);
	t->out.opaque(t->out.arg, d, l->p + s->shown, l->n + l->eol - s->shown);
	if (!s->has_next)
		track_frame(t, d, FRAME_OPAQUE, 0);
}
