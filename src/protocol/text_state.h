/*
 * text_state.h - what is remembered of a conversation in an unknown protocol
 *
 * text_hear.c follows what the daemon asks for and what it gives back of the
 * client's typing; text.c judges lines by that.
 */
#ifndef TEED_TEXT_STATE_H
#define TEED_TEXT_STATE_H

#include "text.h"
#include "track.h"

#define TEXT_TYPED 512 /* bytes of the client's last line that are kept */

struct text {
	/* What the daemon asks for: by its last whole line that says anything,
	 * and when the client began the line that it is sending. */
	unsigned char asks, asked;
	bool hush; /* the client's lines are secret until the daemon speaks */
	bool hush_next; /* and its next line is, even so */
	bool spoke; /* it has, since the client's last line ended */
	bool goes_on; /* and what it said is a challenge of some protocol */
	bool exchange; /* the client's last line was part of a login */
	bool hid_end; /* it ended in a secret */
	bool pair_next; /* rsync: the next line is `user digest` */
	bool folded[2]; /* the last line was a header's, and secret */
	unsigned char cvs; /* CVS: lines since BEGIN ... REQUEST */
	size_t resp; /* RESP: lines of an array that are to come ... */
	bool resp_secret; /* ... which are secret */
	/* Bytes of the daemon's unfinished line that were there when the
	 * client's last line ended, and when it began the next; where the echo
	 * of the last one begins. */
	size_t answered, typing, echo_from;
	/* The client's last line; how much of it came back; where in it a
	 * secret begins, which an echo of it has too. */
	bool typed_secret;
	size_t typed_len, echoed, secret_at;
	unsigned char typed[TEXT_TYPED];
};

static inline struct text *
text_state(struct track *t)
{
	return TRACK_STATE(t, struct text);
}

/* What the daemon asks for now. */
enum text_prompt text_asked(struct track *t);

/* Whether it has said anything since the client's last line. */
bool text_has_spoken(struct track *t);

/* The daemon's line, whole or as far as it has come. */
void text_hear(struct track *t, const unsigned char *p, size_t n, bool whole);

/* A line of the daemon's is too long to be held: places in it are lost. */
void text_lose(struct text *s);

/*
 * Bytes of the daemon's that are no text: lines of them may be.  What was heard of
 * the last one counts when the daemon waits.
 */
void text_overhear(struct track *t, const unsigned char *p, size_t n);
void text_overheard(struct track *t);

/*
 * The echo of a secret.  While it is typed, what the daemon says waits; then it
 * is hidden as far as it is the same.  Asked before text_hear() of a whole line.
 */
void text_hide_echo(struct track *t, struct line *l, bool whole);

/* The client's line has ended, and was judged; asks: what it answered. */
void text_typed(struct track *t, const struct line *l, enum text_prompt asks);

#endif
