/*
 * log.h - what a decoder of a foreign log gets, and what it delivers
 *
 * A foreign log is read whole (struct logfile) and becomes a list of sessions,
 * each with its events (struct log).  Sessions may be interleaved in the file.
 *
 *	while (logfile_next(file, &line)) {
 *		s = log_session(log, key);	the one with this pid, name, ...
 *		log_data(log, s, line.number, DIR_R, p, n);
 *	}
 *
 * Memory belongs to the log and lives as long as it does: pointers into the file
 * may stand in events as they are; bytes that had to be changed are made with
 * log_alloc().  Nothing here fails; where a log would take too much memory, what
 * is left of it is passed over and the session says so.
 */
#ifndef TEELOG_LOG_H
#define TEELOG_LOG_H

#include "seen.h"
#include "session.h"
#include "stamp.h"

/* ---- the file --------------------------------------------------------- */

struct logfile {
	const char *name; /* path, or "-" */
	const unsigned char *p;
	size_t n;
	int64_t mtime_us; /* of the file, since 1970, or TIME_NONE */
	size_t at; /* of logfile_next() */
	uint64_t number; /* likewise */
	/*
	 * Every line of the file ends in CRLF: the CR then belongs to the file
	 * and not to what it records, unless the format says otherwise.
	 */
	bool crlf;
	/* What stands in front of every line, since it was quoted in a mail. */
	const char *prefix;
	size_t prefix_len;
	bool copied; /* by somebody: it is not as it was written */
	enum stamp_front front; /* likewise, behind the prefix */
	struct stamp_year year;
};

struct logfile_line {
	/* Without the prefix, the stamp, LF, and CR if file.crlf. */
	const unsigned char *p;
	size_t n;
	enum line_end end; /* what was cut off: END_CRLF, END_LF or END_NONE */
	uint64_t number; /* from 1 */
	int64_t us; /* of the stamp, since 1970; or TIME_NONE */
};

/* What happened to a log between its writer and us. */
struct copied {
	/*
	 * What stands in front of every line, since it was quoted in a mail or
	 * indented, is the first so many bytes of the first line; usually 0.
	 */
	size_t prefix;
	bool entities; /* it is a web page's source: `<` is `&lt;` */
	enum stamp_front front; /* it went through a program that tells times */
};

/* The next line; false at the end.  Setting t->at and number goes elsewhere. */
bool logfile_next(struct logfile *t, struct logfile_line *line);

/* Begin again. */
void logfile_rewind(struct logfile *t);

/*
 * Turn `&lt;` `&gt;` `&quot;` `&amp;` into what they stand for; returns how
 * many of the n bytes are left.
 */
size_t logfile_undo_entities(unsigned char *p, size_t n);

/* ---- the sessions ----------------------------------------------------- */

struct log;

struct log_session {
	struct session head; /* texts: constants or made by log_text() */
	struct event *events;
	size_t nevents, room;
	const char *key; /* NULL: closed */
	int64_t origin_us; /* what the events' times count from, or TIME_NONE */
	void *state; /* the decoder's own, from log_alloc(); NULL at first */
	struct log_session *next;
};

struct log {
	struct logfile *file;
	struct log_session *first, **last;
	struct log_session *recent; /* what log_session() gave last, or NULL */
	size_t nsessions;
	void *open; /* those that have a key, for tsearch(3) */
	size_t bytes; /* memory taken so far */
	bool full; /* too much: nothing is added any more */
	struct log_chunk *chunks;
	struct log_sibling *also; /* files of log_sibling() ... */
	struct seen **seen; /* ... are remembered here */
};

/*
 * The session that has this key and was not closed, or a new one; key NULL is a
 * key too.  The decoder fills its head: protocol, addresses, user, pid.
 */
struct log_session *log_session(struct log *log, const char *key);

/* Likewise, or NULL where there is none; key is not NULL. */
struct log_session *log_find(struct log *log, const char *key);

/* Nothing more belongs to it: the next use of its key begins another one. */
void log_close(struct log *log, struct log_session *s);

/*
 * Bytes of the conversation, exactly as they were on the wire; their last line
 * end, if there is one, is told apart.  An event is one record of the log: a
 * line or a chunk; it is not split or joined.  Returns the event, which may be
 * changed until the next one is added (flags, end, masks).
 */
struct event *log_data(struct log *log, struct log_session *s, uint64_t line,
    enum dir d, const void *p, size_t n);

/* Likewise one line whose end is not in the log: END_UNKNOWN, lossy. */
struct event *log_line(struct log *log, struct log_session *s, uint64_t line,
    enum dir d, const void *p, size_t n);

/* Bytes that are not in the log; n is 0 where it does not tell how many. */
struct event *log_omitted(struct log *log, struct log_session *s, uint64_t line,
    enum dir d, uint64_t n);

/* Something happened; words as in a transcript: "close client". */
struct event *log_state(struct log *log, struct log_session *s, uint64_t line,
    const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/* A message of the program that wrote the log. */
struct event *log_note(struct log *log, struct log_session *s, uint64_t line,
    const void *p, size_t n);

/* What is wrong with the log here.  why: a constant. */
struct event *log_damage(
    struct log *log, struct log_session *s, uint64_t line, const char *why);

/*
 * The time of an event, in microseconds since 1970; the first that a session
 * gets is its start.  For a log that tells no date log_clock() takes any count of
 * microseconds, as of the time of day: the session's start stays unknown.  The
 * decoder sees to it that us is within what dates can be (below 2^60).
 */
void log_time(struct log_session *s, struct event *ev, int64_t us);
void log_clock(struct log_session *s, struct event *ev, int64_t us);

/* These bytes of the event stand for a secret: EVENT_MASKED. */
void log_mask(struct log *log, struct event *ev, size_t at, size_t len);

/* Memory that lives as long as the log, zeroed. */
void *log_alloc(struct log *log, size_t n);
char *log_text(struct log *log, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
char *log_copy(struct log *log, const void *p, size_t n);

/*
 * Another file that belongs to this log (rawlog's other direction); NULL if it
 * can't be read.  If the user names it too, it is not read twice.
 */
struct logfile *log_sibling(struct log *log, const char *path);

/* ---- for those who read the log --------------------------------------- */

/* The largest log that is read whole. */
#define LOGFILE_MOST ((size_t)512 * 1024 * 1024)

/*
 * Take a file over and make an empty log for it; *seen learns what other files
 * are read.  Sessions get ids when the decoder is done, by log_finish().
 */
struct log *log_open(struct logfile *file, struct seen **seen);
void log_finish(struct log *log, const char *format);
void log_free(struct log **log);

/*
 * The rest of a descriptor behind `have` bytes that were read already.  NULL and
 * a constant in *why if it can't be read or is larger than LOGFILE_MOST.
 */
struct logfile *logfile_read(const char *name, int fd, const void *have,
    size_t have_len, const char **why);

/* Undo that as far as it goes; *copied is what import_sniff() found. */
void logfile_was_copied(struct logfile *t, const struct copied *copied);

/* When the file behind a descriptor was written to, or TIME_NONE. */
int64_t logfile_time(int fd);
void logfile_free(struct logfile **file);

#endif
