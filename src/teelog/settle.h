/*
 * settle.h - what is worked out when all of a log was read
 *
 * Decoders of single records don't know the dialogue.  When it is complete, each
 * session is gone through once with its protocol's tracker, and what follows from
 * the dialogue is added: which stars are masks and not text, where a message was
 * left out, whether the two sides were taken for each other.
 */
#ifndef TEELOG_SETTLE_H
#define TEELOG_SETTLE_H

#include "log.h"
#include "take.h"

enum settle {
	/* The log replaces secrets by stars, dots or words. */
	SETTLE_MASKS = 1,
	/* Its writer leaves messages, lists and literals out. */
	SETTLE_BODIES = 2,
	/* It shows what the client sends before dots are stuffed. */
	SETTLE_DOTS = 4,
	/*
	 * Its records have neither marks on each line nor lengths, so that a
	 * message may forge one: what is said within a reply is lossy.
	 */
	SETTLE_FORGED = 8
};

/* Go over all sessions of the log. */
void settle(struct log *log, unsigned how);

/*
 * Where one session ends and the next begins, in a log that has both: the
 * server greets after the client has said goodbye.  Tell it all that is said in
 * the order of the log; true for the first line of another session, from which
 * on `t` follows that one.  Begin with all false.
 */
struct settle_talk {
	bool goodbye, answered;
};
bool settle_is_anew(struct settle_talk *t, enum dir d, const void *p, size_t n);

/*
 * About how many bytes of message follow `+OK 683 octets`, the reply to RETR; 0
 * where that is not what these lines are.
 */
uint64_t settle_told_size(struct take command, struct take reply);

/*
 * Tell, in front of the event with that number, that bytes were left out; rest:
 * more of the same message is there.
 */
void settle_left_out(struct log *log, struct log_session *s, size_t at,
    enum dir d, uint64_t n, bool rest);

/*
 * The two sides of a session change places: its writer was the client, and its
 * marks are seen from there.
 */
void settle_turn(struct log_session *s);

/* Whether the first words of a session's client are a server's greeting. */
bool settle_is_turned(const struct log_session *s);

/* Whether a line is one with which a server begins. */
bool settle_is_greeting(const void *p, size_t n);

#endif
