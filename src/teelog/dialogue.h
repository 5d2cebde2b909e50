/*
 * dialogue.h - a session as commands and their replies, to be compared
 *
 * Whatever log it comes from: lines are whole, replies stand with the commands
 * that they answer, tags are gone, and each line has a key without what always
 * differs.  It is kept in memory.
 */
#ifndef TEELOG_DIALOGUE_H
#define TEELOG_DIALOGUE_H

#include "session.h"
#include "sessions.h"

struct dialogue_line {
	enum dir dir;
	uint64_t number; /* of the file */
	char *text; /* in the alphabet of a transcript; not terminated */
	size_t len;
	char *key; /* see normal.h; NULL: as the text */
	size_t key_len;
	uint64_t hash; /* of the key */
	bool content; /* of a message, or of a list */
	bool masked; /* the key has NORMAL_ANY in it */
	bool lossy; /* control bytes and others may have been replaced */
	bool omitted; /* stands for any lines, which are not in the log */
};

/* A command and all that belongs to it; the first is the greeting. */
struct turn {
	struct dialogue_line *lines[2]; /* DIR_S, DIR_R */
	size_t n[2], room[2];
	char verb[48]; /* "" where it is not known */
};

struct dialogue {
	struct turn *turns;
	size_t n, room;
	const char *client, *server; /* hosts that keys have no more */
	uint64_t masks, omitted; /* what can't be compared */
};

/* Read all of the session that ss has just given out. */
void dialogue_read(struct dialogue *d, struct sessions *ss,
    const struct session *s, bool strict);
void dialogue_free(struct dialogue *d);

/* Whether two lines say the same, as far as both logs hold it. */
bool dialogue_same_line(
    const struct dialogue_line *a, const struct dialogue_line *b);

/* Whether all lines of a direction do, in these two turns. */
bool dialogue_same_lines(
    const struct turn *a, const struct turn *b, enum dir d);

#endif
