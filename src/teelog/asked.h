/*
 * asked.h - the commands of a session, for who looks at their replies
 *
 * Facts about replies tell the number of the command that they answer
 * (protocol.h); here is what that was.  The last ASKED_MAX commands are kept.
 */
#ifndef TEELOG_ASKED_H
#define TEELOG_ASKED_H

#include "../protocol/doc.h"
#include "../protocol/protocol.h"

#define ASKED_MAX 128
#define ASKED_ARG 512 /* bytes of the arguments that are kept */

struct asked {
	unsigned number; /* as in facts; 0: none */
	char name[48]; /* FETCH, UID FETCH, AUTHINFO USER; "" not known */
	const struct doc_verb *doc; /* what is told of it, or NULL */
	char arg[ASKED_ARG]; /* behind the name */
	size_t arg_len;
	unsigned replies; /* whole ones so far */
	unsigned more; /* lines of the reply that has begun */
};

struct asked_ring {
	struct asked last[ASKED_MAX];
};

/*
 * Remember the command of a FACT_COMMAND; doc may be NULL.  It stays until
 * ASKED_MAX more have come.
 */
struct asked *asked_note(
    struct asked_ring *r, const struct doc *doc, const struct fact *f);

/* The command with this number; NULL if it is not known (any more). */
struct asked *asked_find(struct asked_ring *r, unsigned number);

#endif
