/*
 * weave.h - lines of other logs among the events of a session
 *
 * A syslog or a debug log tells what the daemon thought while it talked.  Its
 * lines that fall into the session's time and belong to it become notes
 * (EVENT_NOTE, line 0) at their place in the stream of events.
 *
 *	weave_open()
 *	weave_add()		for each --with
 *	weave_begin()		a session
 *	weave_next()		instead of session_next()
 *	weave_close()
 *
 * Without a file it passes the events on as they are.
 */
#ifndef TEELOG_WEAVE_H
#define TEELOG_WEAVE_H

#include "sessions.h"

struct weave;

struct weave *weave_open(void);

/* Also the lines of this file, "-" for standard input; the name is borrowed. */
void weave_add(struct weave *w, const char *file);
bool weave_has_files(const struct weave *w);

/* Find the lines that belong to this session, which ss has just given out. */
void weave_begin(struct weave *w, struct sessions *ss, const struct session *s);
bool weave_next(struct weave *w, struct event *ev);

/* Be done.  Returns 0, or EX_NOINPUT (66) where a file could not be read. */
int weave_close(struct weave **w);

#endif
