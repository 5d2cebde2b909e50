/*
 * sessions.h - what the user named, as sessions one after another
 */
#ifndef TEELOG_SESSIONS_H
#define TEELOG_SESSIONS_H

#include "session.h"

struct teelog;
struct sessions;

/*
 * Begin with these operands: files, ids, services, `service@N`, `file#N`, `-`;
 * the newest session of all where there are none.
 */
struct sessions *sessions_open(
    const struct teelog *t, int noperands, char *const *operands);

/*
 * The next session, or NULL.  It lives until the one after it is asked for.
 * What can't be read is told on standard error and passed over.
 */
struct session *sessions_next(struct sessions *ss);

/*
 * The next event of that session, in the order of the log; false at its end.
 * Its pointers live until the next event.
 */
bool session_next(struct sessions *ss, struct event *ev);

/*
 * Where a transcript's data has `said`, its bytes and masks are not wanted: they
 * are left unset, which saves the work of making them.
 */
void sessions_undecoded(struct sessions *ss);

/*
 * Be done.  Returns the exit status that follows from reading alone: 0, EX_NOINPUT
 * (66) where a session was not there, EX_DATAERR (65) where a log could not be
 * read.  Damage within what could be read was told on standard error.
 */
int sessions_close(struct sessions **ss);

#endif
