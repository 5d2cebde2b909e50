/*
 * sasl.h - authentication exchanges, which six protocols share (RFC 4422)
 *
 * The protocols frame an exchange each in their own way; what the messages mean
 * and what of them may be shown is the same.  A protocol calls sasl_begin() for
 * the command that opens an exchange, asks sasl_due() whether the next client
 * line is a response, and sasl_end() when the reply to that command came.
 */
#ifndef TEED_SASL_H
#define TEED_SASL_H

#include <stdbool.h>
#include <stddef.h>

#define SASL_LABEL 600 /* room for a label */

struct command;
struct line;
struct track;

struct sasl {
	bool open;
	bool late; /* LOGIN was refused before the user's name came */
	bool challenged; /* a challenge is not answered yet */
	unsigned char kind; /* of its mechanism, see sasl_label.h */
	const char *mech; /* its name; NULL: not known */
	unsigned given; /* responses so far, the initial one included */
	unsigned users; /* of them, user names that were shown */
	unsigned char prompt; /* what the last challenge asked for */
	unsigned command; /* the command that opened it */
};

void sasl_init(struct sasl *s);

/* Whether this is the name of a mechanism that we know. */
bool sasl_known(const unsigned char *name, size_t n);

/*
 * An exchange opens with the mechanism at [mech, mech_end) of the line and,
 * where ir_end > ir, an initial response at [ir, ir_end).  Hides what must be.
 */
void sasl_begin(struct track *t, struct line *l, size_t mech, size_t mech_end,
    size_t ir, size_t ir_end);

/* Likewise, if the command has an argument: `mechanism [response]`. */
void sasl_command(struct track *t, struct line *l, const struct command *c);

/* Whether the next client line is a response. */
bool sasl_due(const struct track *t);

/* The client's response at [from, to) of the line: hides it, labels it. */
void sasl_response(struct track *t, struct line *l, size_t from, size_t to);

/* Hide what must be of a challenge at [from, to); changes nothing else. */
void sasl_hide_challenge(
    struct track *t, struct line *l, size_t from, size_t to);

/* A challenge came; remember what it asks for. */
void sasl_challenge(
    struct track *t, const struct line *l, size_t from, size_t to);

/*
 * For a protocol that has no base64 around its messages: the mechanism of the
 * message that follows, which may go on with an exchange that is open; and a
 * message of the client's, which is kept for echoes.  label: SASL_LABEL bytes,
 * what may be told of it, "" for nothing.
 */
void sasl_mechanism(struct track *t, const unsigned char *name, size_t n);
void sasl_message(
    struct track *t, const unsigned char *p, size_t n, char *label);

/*
 * A line of the client's that is no command: whether it is the user's name for
 * LOGIN, which was refused, and the client does not listen.  True once.
 */
bool sasl_late_user(struct track *t, const unsigned char *p, size_t n);

/* The exchange is over, however it ended. */
void sasl_end(struct track *t);

#endif
