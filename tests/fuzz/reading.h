/*
 * reading.h - a session as all of the reader sees it, with its promises checked
 *
 * What is printed commands no terminal and is valid UTF-8; what is written down
 * in a transcript's alphabet is read back the same; an event's pointers, masks
 * and times are what session.h says.
 */
#ifndef READING_H
#define READING_H

#include "../../src/teelog/digest.h"
#include "../../src/teelog/print.h"

struct reading {
	struct out out;
	struct print how, print;
	struct digesting *digesting;
	struct buf room;
};

/* how: any number, from which the way of printing is chosen. */
void reading_open(struct reading *r, unsigned how);
void reading_session(struct reading *r, const struct session *s);
void reading_event(struct reading *r, const struct event *ev);
void reading_end(struct reading *r);
void reading_close(struct reading *r);

#endif
