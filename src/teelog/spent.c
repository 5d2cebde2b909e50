/* spent.c - whose the time of a session was */
#include "spent.h"

#include <string.h>

void
spent_init(struct spent *t)
{
	memset(t, 0, sizeof *t);
	t->last_us = TIME_NONE;
	t->last_dir = DIR_NONE;
}

static enum spent_by
whose(const struct spent *t, enum dir d)
{
	if (t->idle)
		return SPENT_IDLE;
	if (d == DIR_R && t->last_dir != DIR_R)
		return SPENT_DAEMON;
	return d == DIR_S && t->last_dir != DIR_S ? SPENT_CLIENT : SPENT_FLOW;
}

enum spent_by
spent_event(struct spent *t, const struct event *ev, int64_t *us)
{
	enum spent_by by = SPENT_NONE;

	*us = 0;
	if (ev->kind != EVENT_DATA || ev->dir == DIR_E)
		return by;
	if (ev->time_us != TIME_NONE) {
		*us = ev->time_us - (t->last_us != TIME_NONE ? t->last_us : 0);
		if (*us < 0)
			*us = 0; /* a log whose clock was set back */
		if (*us > SPENT_MOST)
			*us = SPENT_MOST;
		by = whose(t, ev->dir);
		t->us[by] = spent_add(t->us[by], *us);
		t->last_us = ev->time_us;
	}
	t->last_dir = ev->dir;
	return by;
}

void
spent_fact(struct spent *t, const struct fact *f, const struct asked *a)
{
	if (a == NULL || strcmp(a->name, "IDLE") != 0)
		return;
	if (f->kind == FACT_COMMAND)
		t->idle = true;
	else if (f->kind == FACT_REPLY)
		t->idle = false;
}
