/*
 * mozilla.h - what Thunderbird and its kin log of their connections
 *
 * Two generations of clients are in it.  Those in C++ (all up to version 60 or
 * so, IMAP to this day) log records like `RECV: +OK` and the numbers of their
 * states; those in JavaScript log `S: +OK\r\n`, there with S for the server.
 * Where the records stand, in a log file or on the console, is the matter of
 * the formats:
 *
 *	struct mozilla m = mozilla_of(log, file);
 *
 *	while (reader_next(&m.rd, &r))
 *		... mozilla_script() or mozilla_native() ...
 *	mozilla_done(&m);
 */
#ifndef TEELOG_MOZILLA_H
#define TEELOG_MOZILLA_H

#include "reader.h"

enum mozilla_client { MOZILLA_POP3, MOZILLA_SMTP, MOZILLA_NNTP };
#define MOZILLA_CLIENTS 3
/* Numbers of states changed their meaning once. */
#define MOZILLA_TABLES 2

/* A note with the number of a state, to which the name will be added. */
struct mozilla_entered {
	struct log_session *session;
	size_t at; /* event */
	enum mozilla_client client;
	uint64_t number;
};

struct mozilla {
	struct reader rd;
	/* The record before is part of a line or message of this session. */
	struct log_session *piece;
	size_t piece_at; /* the event */
	struct take piece_thread;
	bool data; /* the record before was part of the conversation ... */
	enum dir dir; /* ... and of this direction */
	/* What tells which table the log's numbers are from. */
	bool wrong[MOZILLA_CLIENTS][MOZILLA_TABLES];
	struct log_session *state_of; /* whose state it was last ... */
	uint64_t state; /* ... that had this number */
	struct take command; /* the last of SMTP */
	bool forgeable; /* records have no marks on each line (settle.h) */
	bool message; /* SMTP's server waits for one */
	struct mozilla_entered *entered;
	size_t nentered, room;
};

struct mozilla mozilla_of(struct log *log, struct logfile *file);

/* Name the states, settle all, give memory back. */
void mozilla_done(struct mozilla *m);

/* Where a record stands. */
struct mozilla_place {
	struct take thread; /* whatever tells it */
	struct take module; /* POP3, pop3.server2.1; empty: not told */
	char level; /* one of EWIDV; NUL: not told */
};

/*
 * A message of a client in JavaScript.  said is its first argument, decoded;
 * all of the message is in r->text, should it be a note.  lossy: not all of it
 * could be decoded.
 */
void mozilla_script(struct mozilla *m, struct record *r,
    const struct take *logger, struct take said, bool lossy);

/* Whether it is the logger of such a client. */
bool mozilla_is_logger(const struct take *module);

/* Whether what a client logs was decoded to text before. */
bool mozilla_logs_text(const struct take *logger);

/* A record of a client in C++. */
void mozilla_native(
    struct mozilla *m, struct record *r, const struct mozilla_place *at);

/* Likewise of IMAP's; false if it is none. */
bool mozilla_imap(
    struct mozilla *m, struct record *r, const struct mozilla_place *at);

/* A line that belongs to the record before. */
void mozilla_goes_on(struct mozilla *m, struct record *r);

/* ---- for these files --------------------------------------------------- */

/* Records that follow belong to the connection with this protocol and id. */
void mozilla_key(
    struct mozilla *m, const char *protocol, const struct take *id);

/* Add a note that belongs to whatever was said last. */
void mozilla_note(struct mozilla *m, struct record *r);

/* Add what was said, or a note of this connection. */
struct log_session *mozilla_add(
    struct mozilla *m, struct record *r, const char *protocol);

/* Add what the log suppresses. */
void mozilla_masked(struct mozilla *m, struct record *r, const char *protocol);

/* Whether something was said in the session of the records. */
bool mozilla_has_begun(struct mozilla *m);

/* NULL if this table has no such state. */
const char *mozilla_state(
    enum mozilla_client c, unsigned table, uint64_t number);

#endif
