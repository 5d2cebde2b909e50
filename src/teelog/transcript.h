/*
 * transcript.h - a transcript's sessions, as they stream by
 *
 * One record at a time, in constant memory whatever the size of the file.  The
 * segments of a session are read as one.  A damaged file is read as far as it
 * makes sense; each thing that is wrong becomes an EVENT_DAMAGE at its place.
 */
#ifndef TEELOG_TRANSCRIPT_H
#define TEELOG_TRANSCRIPT_H

#include "lines.h"
#include "seen.h"
#include "session.h"

struct transcript;

/*
 * Read what `lines` is open on, which belongs to the transcript afterwards.
 * path: of that file, copied; NULL where it has none (and so no segments).
 * *seen, unless NULL, learns which other segments are read.
 */
struct transcript *transcript_open(
    struct lines *lines, const char *path, struct seen **seen);
void transcript_close(struct transcript **t);

/* Leave bytes and masks of data unset; `said` has it all. */
void transcript_undecoded(struct transcript *t, bool undecoded);

/*
 * The file grows: where it ends for now transcript_event() is false, and true
 * again when there is more, until the session has ended.  Set before the first
 * session is asked for (which must be there: a file's header is written at once).
 */
void transcript_growing(struct transcript *t);

/* Whether the session is over: nothing can follow any more. */
bool transcript_over(const struct transcript *t);

/* Whether its recorder is at work; see transcript_is_open(). */
bool transcript_alive(const struct transcript *t);

/*
 * The next session, which lives until the one after it is asked for, or NULL.
 * What was not read of the last one is passed over.
 */
struct session *transcript_session(struct transcript *t);

/* Its next event; false at the end. */
bool transcript_event(struct transcript *t, struct event *ev);

/* errno of a read that failed; 0 if none has. */
int transcript_error(const struct transcript *t);

/* Whether somebody is writing this transcript: its recorder holds a lock. */
bool transcript_is_open(int fd);

#endif
