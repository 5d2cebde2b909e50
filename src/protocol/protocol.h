/*
 * protocol.h - following a conversation; read this first
 *
 * A tracker listens to both directions of one conversation and says two things
 * about it: what may be recorded (the bytes themselves, a mask for a secret, a
 * count for what is encrypted) and what it means (a command, its reply, who
 * logged in).  The recorder uses the first, the reader's `explain` the second;
 * the knowledge is the same and stands once, in one file for each protocol.
 *
 * The rule of masking: a byte is shown only where it can be no secret however
 * the two directions were interleaved and cut; when in doubt, mask.  A client
 * line in command state is shown only if its verb is known.  A body is entered
 * only with evidence from both sides, and left with evidence from either.
 *
 * A tracker allocates nothing, needs at most 64 KiB, and gives the same output
 * however the bytes of a direction are cut.
 *
 *	line 1	track_open()	protocol by name, or the automatic choice
 *	        track_bytes()	for every read, in the order of the reads
 *	        track_break()	when one side waits: give out incomplete lines
 *	        track_cut()	a read ended here, if its end shall be told
 *	        track_close()	a direction has ended
 */
#ifndef TEED_PROTOCOL_H
#define TEED_PROTOCOL_H

#include "../transcript/event.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct track;
struct line;

/* What a fact tells; see struct fact. */
enum fact_kind {
	FACT_PROTOCOL, /* the automatic choice has settled; verb: its name */
	FACT_GREETING, /* the daemon's first reply */
	FACT_COMMAND, /* a command of the client */
	FACT_REPLY, /* the last or only line of a reply */
	FACT_REPLY_MORE, /* a line of a reply that goes on, or untagged */
	FACT_CHALLENGE, /* SASL: a challenge, or a request to go on */
	FACT_RESPONSE, /* SASL: the client's answer */
	FACT_HEADER, /* HTTP: a header line */
	FACT_CONTENT, /* a message, a script, a file begins here */
	FACT_LIST, /* a list, which is no message, begins here */
	FACT_CONTENT_END, /* the line or byte that ends either */
	FACT_USER, /* a user name; arg */
	FACT_LOGIN, /* result of a login; status */
	FACT_MAILBOX, /* a mailbox or newsgroup was opened; arg */
	FACT_TLS, /* from here on it is encrypted */
	FACT_STRAY /* a line that belongs to nothing */
};

enum fact_status { STATUS_NONE, STATUS_OK, STATUS_NO, STATUS_MORE };

/* Texts live until the callback returns. */
struct fact {
	enum fact_kind kind;
	enum dir dir;
	/*
	 * The canonical name of the command; of a challenge or response that
	 * of the mechanism.  NULL: not known.
	 */
	const char *verb;
	const unsigned char *arg; /* what follows it, or the fact's text */
	size_t arg_len;
	int code; /* of a reply: 250, or 0 where there are none */
	enum fact_status status; /* of a reply */
	unsigned command; /* which command (1, 2, ...); a reply's too, or 0 */
};

/* Where a tracker's judgement goes.  All must be set but `cut` and `fact`. */
struct track_out {
	/*
	 * These bytes may be recorded.  There are none where content has ended
	 * that need not have ended its line.
	 */
	void (*text)(void *arg, enum dir d, const unsigned char *p, size_t n);
	/*
	 * So may these, which are content: a message, an article, a file.
	 * begin: the first of it; its last bytes need not end a line.
	 */
	void (*content)(void *arg, enum dir d, const unsigned char *p, size_t n,
	    bool begin);
	/* Here was a secret.  label: escaped `key=value`s, or NULL. */
	void (*mask)(void *arg, enum dir d, const char *label);
	/*
	 * Bytes that are encrypted, compressed or binary.  p is NULL where they
	 * are no TLS though they should be: nobody may record them.
	 */
	void (*opaque)(void *arg, enum dir d, const unsigned char *p, size_t n);
	/*
	 * A line that describes bytes instead of quoting them.  text: escaped,
	 * `****` in it are masks, at most FORMAT_RECORD bytes.  n: how many
	 * bytes of the conversation it stands for, where a secret counts four.
	 */
	void (*describe)(void *arg, enum dir d, const char *text, size_t n);
	/*
	 * Here ended a read, as track_cut() said.  NULL if nobody wants to know.
	 */
	void (*cut)(void *arg, enum dir d, uint64_t mark);
	/* Something that a reader should know: the text of an event. */
	void (*event)(void *arg, const char *text);
	/* What was understood; NULL if nobody wants to know. */
	void (*fact)(void *arg, const struct fact *f);
	void *arg;
};

enum login { LOGIN_NONE, LOGIN_OK, LOGIN_FAILED };

/* What can be said of a session at its end; kept up while it runs. */
struct summary {
	char user[256]; /* escaped; "" if none was named */
	enum login login; /* of the last attempt */
	unsigned logins, login_failures;
	unsigned messages; /* messages passed, either way */
	unsigned mailbox; /* messages that the mailbox holds, as told */
	unsigned deleted; /* messages marked or removed */
	unsigned commands;
	unsigned refused; /* negative replies */
	bool mailbox_known;
};

struct verb;

struct protocol {
	const char *name;
	/*
	 * The commands, and those behind the one with ARGS_VERB, for who has a
	 * word to say about each (track.h).  NULL where they are no words.
	 */
	const struct verb *verbs, *second_verbs;
	/*
	 * By what the automatic choice knows it.  Words stand one behind
	 * another, each with its NUL, and an empty one ends them: no pointers,
	 * which would be relocated.
	 */
	const char *services; /* in a service's name: "pop3", ... */
	const char *programs; /* a daemon's name: "in.pop3d", ... */
	const uint16_t *ports; /* the server's port; 0 ends */
	bool clears_tls; /* TLS may end and clear text go on (FTP's CCC) */
	bool cr_ends; /* so does a bare CR a line of the client's (telnet) */
	/* The conversation begins (or turned out to be this protocol). */
	void (*open)(struct track *t);
	/* One line in command state; see track.h. */
	void (*line)(struct track *t, enum dir d, struct line *l);
	/*
	 * What must be hidden in a line of the daemon's that may be incomplete.
	 * Asked again when the line goes on, so it must give the same answer
	 * for the same bytes.  NULL: nothing beyond the rules for all.
	 */
	void (*hide_reply)(struct track *t, struct line *l);
	/*
	 * How many of these bytes, which begin a line, are whole lines that
	 * need not be judged, because line() would neither hide anything in
	 * them nor remember anything.  Asked only where secrets are masked.
	 */
	size_t (*clean)(
	    struct track *t, enum dir d, const unsigned char *p, size_t n);
	/* More of a line too long to be held; the last of it if not l->cut. */
	void (*more)(struct track *t, enum dir d, struct line *l);
	/* The end of a line too long to be held; the last bytes of it. */
	void (*tail)(struct track *t, enum dir d, struct line *l);
	/* A body has ended: lone dot, or all bytes of a counted one. */
	void (*done)(struct track *t, enum dir d);
	/*
	 * Bytes of a direction whose frame is FRAME_OWN.  Returns how many it
	 * took; fewer only after it has changed the frame, or where TLS may begin.
	 */
	size_t (*own)(
	    struct track *t, enum dir d, const unsigned char *p, size_t n);
	/* One side waits, or (`end`) has ended: what own() holds back. */
	void (*flush)(struct track *t, enum dir d, bool end);
	/* Reading a record: so many bytes were left out before own() saw them. */
	void (*skip)(struct track *t, enum dir d, uint64_t n);
};

/* The protocol of that name; NULL if there is none. "auto" is one. */
const struct protocol *protocol_find(const char *name);

/* All of them, one after another; NULL at the end. */
const struct protocol *protocol_nth(size_t n);

/*
 * The automatic choice before a word was said: by the service's name, the
 * daemon's program (a path will do; NULL for none), the server's port (0 for
 * none), in that order.  proto_auto if none of them tells.
 */
const struct protocol *protocol_guess(
    const char *service, const char *program, unsigned port);

enum track_mode {
	TRACK_MASK, /* secrets are masked */
	TRACK_SHOW, /* nothing is */
	TRACK_READ /* reading a record: masks are part of the text, and a text
		    * that describes comes as a line, unescaped, with LF */
};

/*
 * Begin.  sure: the protocol was asked for, not guessed, so that no greeting
 * changes it.
 */
void track_open(struct track *t, const struct protocol *p, bool sure,
    enum track_mode mode, const struct track_out *out);

/*
 * Likewise, in memory that is all zero, as a program's own is when it starts:
 * pages that a session does not need stay untouched.
 */
void track_open_zeroed(struct track *t, const struct protocol *p, bool sure,
    enum track_mode mode, const struct track_out *out);

/* Bytes of a direction, S or R, in the order of their reads. */
void track_bytes(struct track *t, enum dir d, const unsigned char *p, size_t n);

/*
 * The other side speaks, or there was silence: give out of an incomplete line
 * what is safe.  A client's line is never given out before it has ended, but
 * where nothing is masked.
 */
void track_break(struct track *t, enum dir d);

/*
 * A read ended here: out.cut() is called with this mark where the last of its
 * bytes is given out, at once or later, unless that is within a secret.
 */
void track_cut(struct track *t, enum dir d, uint64_t mark);

/*
 * What the daemon writes to its standard error: out.text() and out.mask() get
 * it as DIR_E.  An incomplete line waits until somebody else speaks, or all has
 * ended; not all of it is given out before the end.
 */
void track_aside(struct track *t, const unsigned char *p, size_t n);
void track_aside_break(struct track *t, bool end);

/* The direction has ended. */
void track_close(struct track *t, enum dir d);

/* All has ended: forget what was secret. */
void track_forget(struct track *t);

/* Content that a record left out on purpose (reading a record only). */
void track_elided(struct track *t, enum dir d, uint64_t bytes);

/* Whether bytes of this direction wait for the rest of their line. */
bool track_holds(const struct track *t, enum dir d);

const struct summary *track_summary(const struct track *t);
const struct protocol *track_protocol(const struct track *t);

/* The one tracker that a recorder needs; readers make their own. */
size_t track_size(void);

#endif
