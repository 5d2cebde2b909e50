/*
 * pending.h - commands that wait for their replies
 *
 * A list of fixed size.  Daemons answer in order, IMAP by tag.  When more
 * commands are outstanding than fit, the pairing is not trusted until all have
 * been answered: then no reply begins a body and no upgrade happens.
 */
#ifndef TEED_PENDING_H
#define TEED_PENDING_H

#include <stdbool.h>
#include <stddef.h>

#define PENDING_MAX 64
#define PENDING_TAG 24

struct waiting {
	unsigned char id; /* the protocol's number of the command */
	unsigned char flag; /* and what else it wants to remember */
	unsigned char tag_len; /* IMAP; PENDING_TAG + 1: too long to compare */
	unsigned char tag[PENDING_TAG];
	unsigned command; /* its number in the session */
};

struct pending { /* all zero: nothing waits */
	unsigned count;
	unsigned over; /* commands that did not fit */
	bool distrust;
	struct waiting list[PENDING_MAX]; /* the oldest first */
};

/* Remember a command; NULL when there is no room. */
struct waiting *pending_push(struct pending *p, unsigned char id,
    const unsigned char *tag, size_t tag_len, unsigned command);

/* The n-th oldest; n is less than count. */
struct waiting *pending_nth(struct pending *p, unsigned n);

/* The oldest; NULL if there is none. */
struct waiting *pending_head(struct pending *p);

/* The newest. */
const struct waiting *pending_last(const struct pending *p);

/* Take the oldest away; the others move, as with pending_remove(). */
void pending_pop(struct pending *p);

/* The oldest with that tag; NULL if there is none. */
struct waiting *pending_find(
    struct pending *p, const unsigned char *tag, size_t tag_len);

/* Take that one away. */
void pending_remove(struct pending *p, struct waiting *w);

/* The oldest command with that id; NULL if there is none. */
struct waiting *pending_find_id(struct pending *p, unsigned char id);

/* Count them, but forget what they are: another protocol takes over. */
void pending_forget(struct pending *p);

/* A reply came for a command that is not in the list. */
void pending_missed(struct pending *p);

/* Whether a reply's command is known for sure. */
bool pending_sure(const struct pending *p);

#endif
