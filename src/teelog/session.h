/*
 * session.h - one conversation, as every command sees it; read this first
 *
 * A session is a header and a list of events, whatever program wrote it down.
 * Commands work on this and never on a format; a format is a decoder to this
 * (import.h), and teed's own transcripts are one of them.
 *
 *	sessions_open()		what the user named: files, ids, services (sessions.h)
 *	sessions_next()		one session after another
 *	session_next()		its events, in the order of the log
 *	sessions_close()
 *
 * S is what the client sent and R what it received, here as everywhere in these
 * programs, whatever letters or arrows a log has for them.
 */
#ifndef TEELOG_SESSION_H
#define TEELOG_SESSION_H

#include "../transcript/event.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A time or a date that the log does not tell. */
#define TIME_NONE INT64_MIN

enum event_kind {
	EVENT_DATA, /* bytes of the conversation; dir is S, R or E */
	/*
	 * Something that happened, in the words of a transcript's events
	 * (teed-transcript(5)): `close client`, `exit 0`, `reset daemon ...`,
	 * `tls S ...`, `elided R ...`, `end S=.. R=.. ...`.  Decoders use these
	 * words where their log says the same thing in its own.
	 */
	EVENT_STATE,
	EVENT_NOTE, /* a message of the program that wrote the log, as it is */
	EVENT_DAMAGE /* what is wrong with the log here, in words */
};

/* How the bytes' last line ended. */
enum line_end {
	END_CRLF,
	END_LF,
	END_NONE, /* it did not: the next event of this direction goes on */
	END_UNKNOWN /* the log does not tell; it will have been CRLF */
};

enum event_flag {
	/* A secret is not in the log; bytes hold what stands in its place. */
	EVENT_MASKED = 1,
	/* The bytes are not those of the wire: CR lost, dots undone, ... */
	EVENT_LOSSY = 2,
	/* The event ends within a line; the next of this direction goes on. */
	EVENT_PARTIAL = 4,
	/* There were bytes here that are not in the log; see `omitted`. */
	EVENT_OMITTED = 8,
	/* The log has no direction marks; the direction was worked out. */
	EVENT_INFERRED = 16,
	/* The bytes describe what was said instead of quoting it. */
	EVENT_DESCRIBED = 32
};

/* Where in an event's bytes a mask stands. */
struct event_mask {
	size_t at, len;
	const char
	    *label; /* `user=joe`: what is known of the secret; or NULL */
	size_t label_len;
};

/*
 * One record of the log.  Pointers live until the next event of the session is
 * asked for.
 */
struct event {
	enum event_kind kind;
	enum dir dir; /* DIR_NONE unless EVENT_DATA */
	int64_t time_us; /* since the session's start, or TIME_NONE */
	bool brief; /* it came with the event before, in one read */
	uint64_t line; /* of the file, from 1; 0 where that means nothing */
	const unsigned char *bytes; /* without the end of their last line */
	size_t len;
	enum line_end end; /* of EVENT_DATA */
	unsigned flags; /* enum event_flag */
	uint64_t omitted; /* EVENT_OMITTED: how many bytes; 0 is not told */
	const struct event_mask *masks; /* in order of their places */
	size_t nmasks;
	/*
	 * A transcript's data as it stands there, with escapes, masks and
	 * labels, as its writer left it: for those who write it on (see
	 * sessions_undecoded()).  NULL of other formats.
	 */
	const char *said;
	size_t said_len;
};

/* What a log may not tell; a reader is told so, and nothing is invented. */
enum session_lack {
	LACKS_TIMES = 1,
	LACKS_DATE = 2, /* times of the day only */
	LACKS_ZONE = 4, /* local times; the reader's zone was taken */
	LACKS_LINE_ENDS = 8,
	LACKS_DIRECTIONS = 16 /* they were worked out */
};

/*
 * A session's header.  Texts are NULL where the log does not tell, and live as
 * long as the session.  Addresses are written as in a transcript: 192.0.2.7:110,
 * [2001:db8::7]:110, or without a port.
 */
struct session {
	const char *id; /* of a foreign log: made of the file's name */
	const char *format; /* "teed", or a decoder's name */
	const char *file; /* where it was read, for messages; never NULL */
	const char *protocol; /* as protocol_find() knows it */
	const char *service, *client, *server, *host, *pid;
	const char *user; /* where the log tells it by itself */
	const char *words; /* a transcript's `key=value` words, all of them */
	int64_t start_us; /* since 1970 UTC, or TIME_NONE */
	unsigned lacks; /* enum session_lack: what the log does not tell */

	/* What is known when all events were read. */
	uint64_t damage; /* EVENT_DAMAGE events that there were */
	bool in_progress; /* its recorder is still writing */
	const char *end_words; /* those of `#end`; NULL if there was none */
};

/* What follows the bytes on the wire: "\r\n", "\n" or "". */
const char *event_line_end(const struct event *ev);

/* The name of a line end as in JSON: crlf, lf, none, unknown. */
const char *line_end_name(enum line_end end);

/* The name of the nth lack (`times`, `date`, ...) and its bit; NULL at the end. */
const char *session_lack_name(size_t n, unsigned *bit);

/*
 * Whether this is an EVENT_STATE whose first words are these (whole words:
 * "close client").  rest and n may be NULL; else they tell what follows, for
 * head_find() and its kin.
 */
bool event_is(
    const struct event *ev, const char *words, const char **rest, size_t *n);

/*
 * The host of an address, without port and brackets; returns its length.  *host
 * points into the address.
 */
size_t address_host(const char *address, const char **host);

/* The port, or 0. */
unsigned address_port(const char *address);

/*
 * A word of an `elided R lines=2 bytes=80` or `end S=41 ... login=ok`: the value
 * of this key as a number, or 0.
 */
uint64_t words_number(const char *words, size_t n, const char *key);

#endif
