/*
 * literal.h - strings that are sent as counted bytes: `{7}`, and then seven
 *
 * IMAP (RFC 3501 section 4.3, RFC 7888, RFC 3516) and ManageSieve (RFC 5804
 * section 4) announce such a string at the end of a line; the line then goes on
 * behind it.  So a command is lines and literals in turn, and ends with the
 * first line that announces none.
 *
 *	literal_at_end()	what a line announces
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

bool literal_at_end(
    const struct track *t, const struct line *l, struct literal *x);

/* Where the string ends whose quote is at `at`, RFC 3501's; 0 if it does not. */
size_t literal_quoted(const unsigned char *p, size_t n, size_t at);

/* Whether the line says at `at` that one follows, and no more; x may be NULL. */
static inline bool
literal_announces(const struct literal *x, size_t at)
{
	return x != NULL && x->at == at && x->form != LITERAL_BAD &&
	    x->form != LITERAL_ODD;
}

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
	size_t line_len; /* hiding: likewise of a line ... */
	bool line_is_command; /* ... that goes on behind the literal */
	unsigned commands; /* hiding: what may have been some */
	struct reading as_literal, as_command;
};

struct literal_user {
	/* A LITERAL_NAME or LITERAL_WHOLE; hide in l what must be. */
	void (*whole)(struct track *t, enum dir d, struct line *l);
	/*
	 * The command whose rest was hidden is over.  unsure: so it seems, and
	 * nobody knows what the daemon may ask for.  commands: that many may
	 * have been among what was hidden.
	 */
	void (*over)(
	    struct track *t, enum dir d, bool unsure, unsigned commands);
};

/*
 * The literal x follows this line.  wait: the client has to wait until the
 * daemon asks for one without a plus.
 */
void literal_begin(struct track *t, enum dir d, struct literals *s,
    const struct literal *x, enum literal_role role, bool wait);

/* The daemon asked for the client's literal.  sure: for no other one. */
void literal_go(struct track *t, struct literals *s, bool sure);

/*
 * The daemon has answered the command of a client's literal before it was seen
 * to be complete; ok: as if it had been.  Returns whether the command is over
 * with that; else over() tells.
 */
bool literal_refused(struct track *t, struct literals *s, bool ok);

size_t literal_own(struct track *t, enum dir d, struct literals *s,
    const struct literal_user *u, const unsigned char *p, size_t n);
void literal_end(struct track *t, enum dir d, struct literals *s,
    const struct literal_user *u);

/*
 * literal_hide.c: hide so many bytes of a literal and all to the end of its
 * command; maybe_over: it may have ended with the line.
 */
void literal_hide_from(struct literals *s, uint64_t left, bool maybe_over);
/* The daemon speaks: what there is of what is hidden must be known. */
void literal_keep(struct track *t, const struct literals *s);

size_t literal_hide(struct track *t, enum dir d, struct literals *s,
    const struct literal_user *u, const unsigned char *p, size_t n);

#endif
