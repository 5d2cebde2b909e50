/* linewise.c - data events as lines */
#include "linewise.h"
#include "mem.h"

#include <stdlib.h>
#include <string.h>

void
linewise_init(struct linewise *l, bool join,
    void (*line)(void *arg, const struct event *ev, bool brief), void *arg)
{
	memset(l, 0, sizeof *l);
	l->join = join;
	l->line = line;
	l->arg = arg;
	l->held.dir = DIR_NONE;
}

void
linewise_free(struct linewise *l)
{
	free(l->bytes);
	free(l->masks);
	memset(l, 0, sizeof *l);
}

void
linewise_flush(struct linewise *l)
{
	if (l->held.dir == DIR_NONE)
		return;
	l->held.flags |= EVENT_PARTIAL;
	l->line(l->arg, &l->held, false);
	l->held.dir = DIR_NONE;
}

/*
 * Put [from, to) of an event behind what is held; the mask `*next` is the first
 * that does not lie before `from`, and moves on.
 */
static void
hold(struct linewise *l, const struct event *ev, size_t from, size_t to,
    size_t *next)
{
	struct event *h = &l->held;

	if (h->dir == DIR_NONE) {
		*h = *ev;
		h->len = h->nmasks = 0;
		h->said = NULL;
	}
	h->flags |= ev->flags;
	h->time_us = ev->time_us;
	if (h->len + to - from >= l->bytes_room) {
		l->bytes_room = h->len + to - from + 1;
		l->bytes = mem_resize(l->bytes, l->bytes_room);
	}
	for (; *next < ev->nmasks && ev->masks[*next].at < to; ++*next) {
		if (h->nmasks == l->masks_room) {
			l->masks_room += 8;
			l->masks = mem_array(
			    l->masks, l->masks_room, sizeof *l->masks);
		}
		l->masks[h->nmasks] = ev->masks[*next];
		l->masks[h->nmasks++].at += h->len - from;
	}
	memcpy(l->bytes + h->len, ev->bytes + from, to - from);
	h->len += to - from;
	h->bytes = l->bytes;
	h->masks = l->masks;
}

/* What is held is a whole line now. */
static void
give(struct linewise *l, enum line_end end, bool brief)
{
	l->held.end = end;
	if (end != END_NONE)
		l->held.flags &= ~(unsigned)EVENT_PARTIAL;
	l->line(l->arg, &l->held, brief);
	l->held.dir = DIR_NONE;
}

/* Take an event with line ends in its midst apart. */
static void
take_apart(struct linewise *l, const struct event *ev)
{
	const unsigned char *lf;
	size_t from = 0, mask = 0;
	bool brief = false;

	while ((lf = memchr(ev->bytes + from, '\n', ev->len - from)) != NULL) {
		size_t to = (size_t)(lf - ev->bytes);
		bool crlf = to > from && lf[-1] == '\r';

		hold(l, ev, from, to - crlf, &mask);
		give(l, crlf ? END_CRLF : END_LF, brief);
		brief = true;
		from = to + 1;
	}
	hold(l, ev, from, ev->len, &mask);
	if (ev->end != END_NONE)
		give(l, ev->end, brief);
	else if (!l->join || l->held.len > LINEWISE_MOST)
		give(l, END_NONE, brief);
	/* Labels live no longer than the event. */
	for (size_t i = 0; i < l->held.nmasks; i++)
		l->masks[i].label = NULL;
}

void
linewise_event(struct linewise *l, const struct event *ev)
{
	if (l->held.dir != DIR_NONE && ev->dir != l->held.dir)
		linewise_flush(l);
	if (ev->kind != EVENT_DATA ||
	    (ev->flags & (EVENT_DESCRIBED | EVENT_OMITTED)) != 0 ||
	    (l->held.dir == DIR_NONE && (ev->end != END_NONE || !l->join) &&
		memchr(ev->bytes, '\n', ev->len) == NULL)) {
		linewise_flush(l);
		l->line(l->arg, ev, false);
	} else {
		take_apart(l, ev);
	}
}
