/*
 * known.h - secrets that a dialogue told, found again in what is said about it
 *
 * A server's trace shows a password in many words and places that nobody can
 * list; but it is the one that the client has just sent.
 */
#ifndef TEELOG_KNOWN_H
#define TEELOG_KNOWN_H

#include "take.h"

#include "../protocol/protocol.h"

#define KNOWN_SECRETS 16
#define KNOWN_MOST 256 /* bytes of one that are compared */

struct known {
	struct known_secret {
		unsigned char bytes[KNOWN_MOST];
		size_t n;
	} all[KNOWN_SECRETS]; /* the oldest is forgotten first */
	size_t n, next;
	unsigned responses; /* of the login that is going on */
};

/* Remember what this fact of the dialogue tells; begin with all zeros. */
void known_fact(struct known *k, const struct fact *f);

/* The next secret in a text; takes the text up to its end. */
bool known_next(const struct known *k, struct take *text, struct take *secret);

#endif
