/*
 * reader.h - records of a log become events of its sessions
 *
 * What the formats have in common that mark every line.  A decoder takes a line
 * apart into a struct record and adds it; sessions, times and line ends are seen
 * to here.  When all is read, reader_done() goes over the whole (settle.h).
 *
 *	struct reader rd = reader_of(log, file);
 *
 *	while (reader_next(&rd, &r)) {
 *		if (take_text(&r.text, "--> "))
 *			r.dir = DIR_S;
 *		...
 *		reader_add(&rd, &r);
 *	}
 *	reader_done(&rd, SETTLE_MASKS);
 */
#ifndef TEELOG_READER_H
#define TEELOG_READER_H

#include "log.h"
#include "settle.h"
#include "stamp.h"
#include "take.h"

/* What `text` holds of the end of its line. */
enum record_end {
	RECORD_STRIPPED, /* nothing, unless a CR is left: that was CRLF */
	/*
	 * All but its LF: without a CR, that was all, unless the whole log has
	 * no CR or each line has one, so that it was lost or is the file's.
	 */
	RECORD_LF_CUT,
	RECORD_BYTES /* it is no line but so many bytes */
};

enum record_clock { CLOCK_NONE, CLOCK_DATE, CLOCK_OF_DAY };

struct record {
	uint64_t line; /* of the file */
	enum dir dir; /* DIR_NONE: a note */
	struct take text;
	enum record_end end;
	enum record_clock clock;
	int64_t us;
	unsigned flags; /* more of them, enum event_flag */
	bool opens; /* a session begins here ... */
	bool closes; /* ... or ends, with this record */
};

struct reader {
	struct log *log;
	struct logfile *file;
	bool has_cr; /* some lines end in CRLF, others do not */
	struct stamp_day day;
	struct log_session *session; /* that of the record before */
	bool keyed; /* the records belong to the session with this key */
	char key[256];
	struct event *event; /* what the last record became */
	struct logfile_line *held; /* notes before the first session */
	size_t nheld;
};

struct reader reader_of(struct log *log, struct logfile *file);

/* The next line, as a note that says all of it. */
bool reader_next(struct reader *rd, struct record *r);

/*
 * What tells the session of the records that follow: the first 255 bytes of a
 * text, or all of a piece of one.  NULL: there is only one at a time.
 */
void reader_key(struct reader *rd, const char *key);
void reader_key_piece(struct reader *rd, const struct take *key);

/* The time of the day in front of the text; false, and nothing, if none is. */
bool reader_clock(struct record *r);

/*
 * Add it to its session; an empty note is dropped.  Where the server greets
 * again after the client has said goodbye, another session has begun.
 */
struct log_session *reader_add(struct reader *rd, const struct record *r);

/*
 * A line without a mark is the rest of the one before, which was broken in two;
 * where nothing was said before, it is a note.
 */
void reader_goes_on(struct reader *rd, struct record *r);

/* Say that a server's log of a session begins after the login. */
void reader_after_login(struct reader *rd, uint64_t line);

/* Likewise for what the log leaves out; n is 0 where it does not tell. */
void reader_omitted(struct reader *rd, const struct record *r, uint64_t n);

/* The session of the records, made if there is none. */
struct log_session *reader_session(struct reader *rd);

/* Whether anything was said in the session that is open. */
bool reader_said(const struct reader *rd);

/* Nothing more belongs to that session. */
void reader_close(struct reader *rd);

void reader_done(struct reader *rd, unsigned settle);

/*
 * What a transcript calls an address: `host:port`, `[2001:db8::7]:port`, or
 * without a port where that is empty; NULL if it can't be one.
 */
const char *reader_address(
    struct log *log, const struct take *host, const struct take *port);

/* Likewise of `host:port` in one piece, as far as the next blank. */
const char *reader_host_port(struct log *log, struct take t);

/*
 * A format that is no more than marks at the beginning of lines; what has none
 * is a note.  Ends with a NULL text.
 */
struct mark {
	const char *text;
	enum dir dir;
};
void reader_marks(struct log *log, struct logfile *file,
    const struct mark *marks, enum record_end end, unsigned settle);

/*
 * The direction of the mark that stands here; DIR_NONE if none does.  Where it
 * ends in blanks, a line that lost these has it, too.
 */
enum dir reader_mark(struct take *t, const struct mark *marks);

#endif
