/*
 * linewise.h - data events as lines
 *
 * Events are what a log has, lines or chunks.  For people they are lines: a
 * chunk is taken apart and, if asked for, pieces of a line are put together until
 * it ends or the other side speaks.
 */
#ifndef TEELOG_LINEWISE_H
#define TEELOG_LINEWISE_H

#include "session.h"

/* A line is not put together beyond this. */
#define LINEWISE_MOST (64 * 1024)

struct linewise {
	bool join; /* put pieces together */
	/*
	 * One line, or an event that is no data.  `brief`: it is not the first
	 * that came out of its event.
	 */
	void (*line)(void *arg, const struct event *ev, bool brief);
	void *arg;
	/* What waits for the rest of its line; dir is DIR_NONE if nothing does. */
	struct event held;
	unsigned char *bytes;
	size_t bytes_room;
	struct event_mask *masks;
	size_t masks_room;
};

void linewise_init(struct linewise *l, bool join,
    void (*line)(void *arg, const struct event *ev, bool brief), void *arg);
void linewise_event(struct linewise *l, const struct event *ev);

/* Give out what waits. */
void linewise_flush(struct linewise *l);

void linewise_free(struct linewise *l);

#endif
