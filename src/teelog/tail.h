/* tail.h - one session that is followed while it is recorded */
#ifndef TEELOG_TAIL_H
#define TEELOG_TAIL_H

#include "print.h"

struct tail {
	struct tail *next; /* the caller's */
	bool changed; /* likewise: there may be more to print */
	/* From here on it is tail.c's own. */
	char *path; /* of its first file */
	char *label;
	struct transcript *transcript; /* NULL until there is a first line */
	struct session *session;
	struct print print;
	uint64_t skip; /* events to pass over before printing */
	uint64_t gone_us; /* when its recorder was last missed, or 0 */
};

/*
 * Follow the session whose first file this is; how says how to print.  short_label:
 * `pop3-4567` instead of the whole id in front of each line.
 */
struct tail *tail_open(
    const char *path, const struct print *how, bool short_label);

/* Print no more than the last n events of what is there already. */
void tail_last(struct tail *tl, uint64_t n);

/* Print what is new. */
void tail_pump(struct tail *tl);

/*
 * Whether the session is over.  look: also where its recorder has gone without a
 * word, which is then told.  So long it may still grow, for a copy of a record, or
 * one on a file system without locks, looks the same.
 */
bool tail_over(struct tail *tl, bool look, uint64_t patience_us);

/* Whether a file belongs to this session: a segment of it. */
bool tail_has(const struct tail *tl, const char *file);

void tail_close(struct tail **tl);

#endif
