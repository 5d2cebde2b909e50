/*
 * hearing.h - a session as its protocol's tracker hears it
 *
 * Feed it the events in their order; it tells what the tracker understands
 * (struct fact, protocol.h) and sums up.  A fact belongs to the event that was
 * fed when it came, and may rest on earlier ones that did not end their line.
 */
#ifndef TEELOG_HEARING_H
#define TEELOG_HEARING_H

#include "session.h"

#include "../protocol/protocol.h"

struct hearing;

/*
 * Begin.  The protocol is the session's, or where that is not known what the
 * server's port and then the conversation tell.  fact may be NULL.
 */
struct hearing *hearing_open(const struct session *s,
    void (*fact)(void *arg, const struct fact *f), void *arg);

void hearing_event(struct hearing *h, const struct event *ev);

/*
 * Whether the last event was content: a message, an article, a file (of which it
 * may be the beginning).
 */
bool hearing_content(const struct hearing *h, bool *begins);

/* What the next bytes of a direction are, by what was said so far. */
enum hearing_next {
	NEXT_LINE, /* a command or a reply */
	NEXT_LIST, /* a reply of many lines, up to a lone dot */
	NEXT_MESSAGE, /* likewise a message */
	NEXT_COUNTED, /* so many bytes, which goes to *left */
	NEXT_ANSWER, /* the client's answer to a challenge */
	NEXT_OPAQUE /* encrypted, compressed */
};
enum hearing_next hearing_next(
    const struct hearing *h, enum dir d, uint64_t *left);

/* No more events: what waits for the rest of its line is judged as it is. */
void hearing_end(struct hearing *h);

/*
 * What is known so far.  The user is also taken from masks' labels and the
 * log's own words.
 */
const struct summary *hearing_summary(const struct hearing *h);
const char *hearing_user(const struct hearing *h);

/* The protocol's name; NULL while it is not known. */
const char *hearing_protocol(const struct hearing *h);

/* Bytes of a direction so far, as they are in the log; a mask counts four. */
uint64_t hearing_bytes(const struct hearing *h, enum dir d);

void hearing_close(struct hearing **h);

#endif
