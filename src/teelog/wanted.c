/* wanted.c - which events of a session were asked for */
#include "wanted.h"

#include <string.h>

void
wanted_begin(struct wanted *w)
{
	w->line = 1;
	w->done = false;
}

bool
wanted_event(struct wanted *w, const struct event *ev)
{
	if (ev->line > 0)
		w->line = ev->line;
	if (w->last > 0 && w->line > w->last)
		w->done = true;
	if (w->done || w->line < w->first)
		return false;
	return w->dirs == NULL ||
	    (ev->kind == EVENT_DATA &&
		strchr(w->dirs, dir_letter(ev->dir)) != NULL);
}
