/*
 * said.h - an event's data in the alphabet of a transcript
 *
 * Every format's data can so be written in one way that is UTF-8, can be turned
 * back into bytes, tells masks from stars and commands no terminal.
 */
#ifndef TEELOG_SAID_H
#define TEELOG_SAID_H

#include "session.h"

/* Grows as it is used; begin with all zeros, end with said_free(). */
struct said {
	char *text; /* not terminated */
	size_t len;
	size_t room;
};

/* Make the text of an EVENT_DATA, masks and labels and all. */
void said_make(struct said *s, const struct event *ev);

void said_free(struct said *s);

#endif
