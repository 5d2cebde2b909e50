/*
 * infer.h - who says a line, where the log does not tell
 *
 * A proxy's raw log, a terminal's, a debug file with one mark for both sides:
 * the dialogue itself has to tell.  Lines are given in the order of the log and
 * become events that are flagged EVENT_INFERRED.  What belongs to a message, a
 * list, a literal, a challenge is known by the protocol's tracker; else a reply
 * is known by its form and a command by its first word.
 */
#ifndef TEELOG_INFER_H
#define TEELOG_INFER_H

#include "log.h"

struct infer;

/*
 * Begin.  Sessions are made with this key (copied; NULL for none).  fill is asked
 * to fill in the head of each, for example with addresses that are known before
 * anything is said; it may be NULL.
 */
struct infer *infer_open(struct log *log, const char *key,
    void (*fill)(void *arg, struct log_session *s), void *arg);

/* Messages and literals of the server are never in this log. */
void infer_without_bodies(struct infer *in);

/* The session of the lines that come, made if there is none. */
struct log_session *infer_session(struct infer *in);

/*
 * A line without its end.  Returns its event, which may be changed until the
 * next; or NULL, where an empty line belongs to nothing.
 */
struct event *infer_line(struct infer *in, uint64_t line, const void *p,
    size_t n, enum line_end end);

/*
 * Likewise a line of a file: a CR at its end was on the wire, and where there is
 * none, the line end that was is not known.
 */
struct event *infer_logged(struct infer *in, const struct logfile_line *line);

/* What the next line is, whatever it looks like; DIR_NONE: that depends. */
enum dir infer_next(const struct infer *in);

/* The session is over; the next line begins another. */
void infer_end(struct infer *in);

void infer_close(struct infer **in);

#endif
