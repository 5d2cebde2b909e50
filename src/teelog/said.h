/*
 * said.h - an event's data in the alphabet of a transcript
 *
 * Every format's data can so be written in one way that is UTF-8, can be turned
 * back into bytes, tells masks from stars and commands no terminal.
 */
#ifndef TEELOG_SAID_H
#define TEELOG_SAID_H

#include "buf.h"
#include "session.h"

/* Replace what is in `to` by an EVENT_DATA's text, masks and labels and all. */
void said_make(struct buf *to, const struct event *ev);

#endif
