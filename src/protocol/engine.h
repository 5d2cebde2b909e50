/*
 * engine.h - the parts of the engine, for one another; no protocol needs this
 *
 *	track.c		the loop: which frame takes the bytes
 *	track_line.c	lines: whole, in pieces, too long to be held
 *	track_body.c	bodies: up to a lone dot, counted
 *	track_judge.c	what of a line is hidden, by the protocol and the rules for all
 *	track_aside.c	what the daemon writes to its standard error
 *	track_give.c	what goes out: runs of text, masks, events
 */
#ifndef TEED_ENGINE_H
#define TEED_ENGINE_H

#include "track.h"

/* ---- track_give.c ----------------------------------------------------- */

/* Text of the caller's goes out before it returns. */
void give_flush(struct track *t);

/* The reads that ended in the first n of the bytes held, from `from` on. */
void give_cuts(struct track *t, enum dir d, size_t from, size_t n);

/* Text; where it was held, the ends of its reads show. */
void give_text(struct track *t, enum dir d, const unsigned char *p, size_t n);

/* [from, to) of a line with its masks. */
void give_line(
    struct track *t, enum dir d, struct line *l, size_t from, size_t to);

/* What was learnt from a line is told behind it. */
void give_events(struct track *t);

/* The line turned out to be no text: count it, and all that follows. */
void give_opaque(struct track *t, enum dir d, const struct line *l);

/* ---- track_judge.c ---------------------------------------------------- */

/* Begin a line of n bytes and a line end; nothing of it is hidden. */
void judge_init(struct line *l, const unsigned char *p, size_t n, size_t eol);

/* Judge a line, remember what it says, and what it hides. */
void judge_line(struct track *t, enum dir d, struct line *l);

/* More of a line that is too long to be held: nothing but the rules for all. */
void judge_more(struct track *t, enum dir d, struct line *l);

/* Whether its last byte is hidden. */
bool judge_hides_end(const struct line *l);

/*
 * A line that is too long to be held goes on: hide its end, and so all that
 * follows, where nobody could judge that by what is left of what stood before.
 */
void judge_cut(struct line *l);

/*
 * What there is of a line of the daemon's that is not complete.  Returns how
 * much of it may be given out.
 */
size_t judge_piece(struct track *t, struct line *l, bool more);

/* ---- track_line.c ----------------------------------------------------- */

/* Take lines from p as long as the frame is FRAME_LINE. */
size_t lines_take(
    struct track *t, enum dir d, const unsigned char *p, size_t n);

/* What follows a CR that ended a line: LF or NUL is part of that. */
size_t lines_after_cr(struct track *t, enum dir d, const unsigned char *p);

/* Give out what is safe of the daemon's incomplete line. */
void lines_break(struct track *t);

/* The line that was begun is complete. */
void lines_end(struct track *t, enum dir d);

/* ---- track_body.c ----------------------------------------------------- */

/* One begins with the next byte. */
void body_begin(struct track *t, enum dir d);

/* Bytes of FRAME_ALL. */
void body_give(struct track *t, enum dir d, const unsigned char *p, size_t n);

/* Bytes of FRAME_DOT and FRAME_LIST; of FRAME_COUNT and FRAME_HIDE. */
size_t body_take_dot(
    struct track *t, enum dir d, const unsigned char *p, size_t n);
size_t body_take_count(
    struct track *t, enum dir d, const unsigned char *p, size_t n);

/* How many bytes of what may be a lone dot are held. */
size_t body_holds(const struct side *s);

/* The body ends without its dot. */
void body_break(struct track *t, enum dir d);

/* The body has ended: back to lines. */
void body_done(struct track *t, enum dir d);

/* Reading a record: so many bytes of the body were left out. */
void body_skip(struct track *t, enum dir d, uint64_t n);

#endif
