/* json.h - the small part of JSON that is written here */
#ifndef TEELOG_JSON_H
#define TEELOG_JSON_H

#include "out.h"
#include "said.h"
#include "session.h"

/*
 * An event's data in the alphabet of a transcript, as a string.  room is the
 * caller's, to be used again.
 */
void json_said(struct out *o, struct buf *room, const struct event *ev);

/* A text of ours: bytes that are no UTF-8 or control a terminal are \xHH. */
void json_text(struct out *o, const char *text, size_t n);

/* `,"key":` and a text (null for NULL), a number, a time in seconds. */
void json_key(struct out *o, const char *key);
void json_pair(struct out *o, const char *key, const char *text);
void json_number(struct out *o, const char *key, uint64_t number);
void json_seconds(struct out *o, const char *key, int64_t us);
void json_date(struct out *o, const char *key, int64_t us);

/* The members of a session's header, each with a comma in front. */
void json_session(struct out *o, const struct session *s);

#endif
