/*
 * explain_own.h - what the parts of explain share
 */
#ifndef TEELOG_EXPLAIN_OWN_H
#define TEELOG_EXPLAIN_OWN_H

#include "asked.h"
#include "explain.h"
#include "spent.h"

/* Words that are explained once in a session; so many of a table. */
#define SEEN_MAX 256

/* The state that every protocol can come to. */
#define EXPLAIN_TLS "TLS: what is said can't be read any more"

/* For the remarks about the whole. */
struct told {
	struct spent spent;
	char end[128]; /* `exit 0`, `reset client`, ... */
};

struct explain {
	const struct session *session;
	struct hearing *hearing;
	const struct doc *doc; /* of the protocol; NULL while it is not known */
	struct asked_ring asked;
	struct notes notes;
	const struct event *line; /* that is being heard */

	/* Of this line. */
	bool masks_told, fact_list, fact_end;
	bool left_out; /* content that is not in the log */
	unsigned command; /* that its reply answers */
	char user[256];

	/* The list or content that is open. */
	enum explain_part part;
	enum dir part_dir;
	uint64_t lines, octets, announced; /* announced 0: not told */
	bool inexact; /* not all octets are in the log */
	bool open_before; /* what is left out came last, so it goes on */
	const struct asked *list_of;

	const char *state, *new_state;
	bool read_only, greeted;
	unsigned recipients;
	bool seen[SEEN_MAX], seen_parameter[SEEN_MAX];
	struct told told;
};

/* explain.c: what the masks of the line stand for, if that was not told yet. */
void explain_masks(struct explain *x, const char *hides);

/* explain_reply.c: replies, and the words in them. */
void explain_greeting(struct explain *x, const struct fact *f);
void explain_reply(struct explain *x, const struct fact *f, struct asked *a);
void explain_more(struct explain *x, const struct fact *f, struct asked *a);

/* explain_words.c: capabilities, parameters, mechanisms. */
void explain_capability(struct explain *x, const char *p, size_t n);
void explain_capabilities(struct explain *x, const char *p, size_t n);
void explain_mechanism(struct explain *x, const char *name, size_t n);
void explain_parameters(struct explain *x, const char *p, size_t n);

/* Names of IMAP's mailboxes that people can't read as they are. */
void explain_names(struct explain *x, const char *p, size_t n);

/* A word of one of the protocol's tables: `WORD: what it means`. */
void explain_word(
    struct explain *x, const struct doc_word *table, const char *p, size_t n);

/* explain_sasl.c: what is within base64. */
void explain_challenge(struct explain *x, const struct fact *f);
void explain_response(struct explain *x, const struct fact *f);
void explain_initial(struct explain *x, const struct asked *a);

/* explain_state.c: the state that a fact leads to. */
void explain_state(
    struct explain *x, const struct fact *f, const struct asked *a);

/* explain_event.c: what happened, in the words of a transcript. */
void explain_event(struct explain *x, const struct event *ev);

/* explain_whole.c: the session as a whole. */
void told_event(struct told *t, const struct event *ev);
void explain_whole(struct explain *x);

#endif
