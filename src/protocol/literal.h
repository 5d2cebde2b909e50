/*
 * literal.h - strings that are sent as counted bytes: `{7}`, and then seven
 *
 * IMAP (RFC 3501 section 4.3, RFC 7888, RFC 3516) and ManageSieve (RFC 5804
 * section 4) announce such a string at the end of a line; the line then goes on
 * behind it.  So a command is lines and literals in turn, and ends with the
 * first line that announces none.
 *
 *	literal_at_end()	what a line announces
 *	literal_client_end()	the client's line has ended, maybe with one
 *	literal_begin()		it follows, and this is what it is
 *	literal_go()		IMAP: the daemon asked for it
 *	literal_refused()	the daemon has answered the command already
 *	literal_own()		protocol.own, protocol.flush, protocol.done
 */
#ifndef TEED_LITERAL_H
#define TEED_LITERAL_H

#include "protocol.h"

/* What a line announces at its end. */
enum literal_form {
	LITERAL_SYNC, /* {7}: of a client, only when the daemon asks for it */
	LITERAL_NOW, /* {7+} */
	LITERAL_ODD, /* {7-}: no such form; maybe a literal, maybe not */
	LITERAL_BAD, /* no number, or one too large */
	LITERAL_MASKED /* reading a record: its count was hidden */
};

struct literal {
	enum literal_form form;
	uint64_t n; /* bytes */
	size_t at; /* where it begins in the line: `{`, or the `~` of `~{` */
	size_t digits, digits_end;
	bool clean; /* it is a word of its own, outside of any string */
};

/* x, or NULL if it announces nothing. */
const struct literal *literal_at_end(
    const struct track *t, const struct line *l, struct literal *x);

/* Whether these bytes end in one; x->clean is not told. */
bool literal_ends(
    const struct track *t, const unsigned char *p, size_t n, struct literal *x);

/* Where the string ends whose quote is at `at`, RFC 3501's; 0 if it does not. */
size_t literal_quoted(const unsigned char *p, size_t n, size_t at);

/* Whether the line says at `at` that one follows, and no more; x may be NULL. */
bool literal_announces(const struct literal *x, size_t at);

/* Hide its count. */
void literal_hide_count(struct line *l, const struct literal *x);

/* What the bytes are. */
enum literal_role {
	LITERAL_BODY, /* content */
	LITERAL_STRING, /* an argument: shown, but for URLAUTH and echoes */
	LITERAL_NAME, /* likewise, judged by the protocol when it is complete */
	LITERAL_WHOLE, /* likewise, and a secret as long as nobody judged it */
	LITERAL_SECRET, /* hidden, and so is the rest of the command */
	LITERAL_SILENT, /* likewise, with a mask that was given out already */
	LITERAL_UNSURE /* likewise a secret, but nobody's credentials */
};

/*
 * Two readings of the same bytes are followed at a time where it can't be known
 * whether a literal or a new command follows; only where both have come to the
 * beginning of a command is it one.
 */
struct reading {
	bool on;
	bool start; /* at the beginning of a command */
	uint64_t left; /* of a literal */
	unsigned char end_len;
	unsigned char end[32]; /* of the line, for what it announces */
};

/* The literal of one direction that is under way. */
struct literals {
	enum {
		LITERALS_NONE,
		LITERALS_WAIT, /* shown, when the daemon asks for it */
		LITERALS_BODY, /* the engine counts it */
		LITERALS_GATHER,
		LITERALS_HIDE /* until the command ends */
	} phase;
	enum literal_role role;
	bool sync; /* the client has to wait */
	bool unsure; /* hiding: it did not, or what else is hidden had to */
	bool begun; /* a byte of it has come */
	bool harmless; /* hiding: the literal, and we are in it, is no secret */
	bool masked; /* the mask was given out ... */
	bool alone; /* ... here, on a line of its own */
	unsigned char last; /* hiding: the byte before */
	bool crlf; /* and whether the last line ended so */
	unsigned char stars; /* reading a record: of a mask, at the beginning */
	uint64_t left; /* gathering: bytes to come */
	size_t got; /* bytes of it in the side's buffer */
	size_t kept; /* of them, to find echoes */
	size_t line_len; /* hiding: likewise of a line ... */
	bool line_is_command; /* ... that goes on behind the literal */
	unsigned commands; /* hiding: what may have been some */
	struct reading as_literal, as_command;
};

/* The commands that both protocols have; others are numbered from NEXT on. */
enum {
	COMMAND_OTHER,
	COMMAND_UNKNOWN,
	COMMAND_AUTHENTICATE, /* the rest of it is a response of SASL's */
	COMMAND_NEXT
};

/*
 * What a waiting command's flag says: whether it may have been none, as it was
 * hidden, and how many times more the daemon will ask the client to go on.
 */
enum {
	LITERAL_HIDDEN = 4,
	LITERAL_ASK = 8 /* once; twice is 16 */
};

/* The protocol's state begins with this. */
struct literal_state {
	struct literals literals[2];
	bool open; /* the client's command goes on behind a literal */
	bool hidden; /* its line is too long to be held, and its end hidden */
	bool named; /* what stands before its content was given */
	unsigned char id;
	unsigned number; /* IMAP: which command it is */
	bool reply_open; /* the daemon's reply goes on behind one */
};

/* What the client's literal x is: one that is neither hidden nor a response. */
typedef enum literal_role literal_judge(
    struct track *t, struct line *l, const struct literal *x);

/* A LITERAL_NAME or LITERAL_WHOLE has come: hide in l what must be. */
typedef void literal_whole(struct track *t, enum dir d, struct line *l);

/*
 * The client's line has ended, or as much of it as can be held (l->cut), with x
 * or NULL.  wait: the client has to wait until the daemon asks for a literal
 * without a plus.
 */
void literal_client_end(struct track *t, struct line *l,
    const struct literal *x, literal_judge *judge, bool wait);

/* Likewise, of a line that was too long to be held. */
void literal_client_tail(
    struct track *t, struct line *l, literal_judge *judge, bool wait);

/*
 * Whether the client's line of an exchange announces the response as a literal,
 * which is wrong, but may be.
 */
bool literal_response(struct track *t, struct line *l, const struct literal *x);

/* The literal x follows this line. */
void literal_begin(struct track *t, enum dir d, struct literals *s,
    const struct literal *x, enum literal_role role, bool wait);

/* The daemon asked for the client's literal.  sure: for no other one. */
void literal_go(struct track *t, bool sure);

/*
 * The daemon has answered the client's command, maybe before it was seen to be
 * complete; ok: as if it had been.
 */
void literal_refused(struct track *t, bool ok);

size_t literal_own(struct track *t, enum dir d, struct literals *s,
    literal_whole *whole, const unsigned char *p, size_t n);
void literal_flush(struct track *t, enum dir d, struct literals *s,
    literal_whole *whole, bool end);
void literal_done(struct track *t, enum dir d);

/*
 * literal_hide.c: hide so many bytes of a literal and all to the end of its
 * command; maybe_over: it may have ended with the line.
 */
void literal_hide_from(struct literals *s, uint64_t left, bool maybe_over);
/* The daemon speaks: what there is of what is hidden must be known. */
void literal_keep(struct track *t);

size_t literal_hide(struct track *t, enum dir d, struct literals *s,
    const unsigned char *p, size_t n);

#endif
