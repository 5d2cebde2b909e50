/*
 * track.h - what the files of the protocols are made with
 *
 * The engine (track.c) cuts each direction into units: lines in command state,
 * bodies that end with a lone dot, counted bytes.  It hands a protocol one line
 * at a time; the protocol says what of it must be hidden (line_hide() and its
 * kin), remembers what it means, and sets the frame of what follows.  The
 * engine then searches the line for echoes of secrets and gives out the rest.
 */
#ifndef TEED_TRACK_H
#define TEED_TRACK_H

#include "protocol.h"
#include "cuts.h"
#include "echo.h"
#include "pending.h"
#include "sasl.h"
#include "tls.h"
#include "unread.h"

#include "../base/str.h"
#include "../transcript/escape.h"

#define TRACK_LINE 8192 /* bytes of a line that are held */
#define TRACK_TAIL 1024 /* of a longer one, what is looked at twice */
#define LINE_SPANS 64
#define LINE_LABELS 1100

/* ---- a line and what is hidden in it ---------------------------------- */

struct span {
	size_t from, to; /* within the line */
	size_t label; /* offset in labels, or SIZE_MAX for none */
	bool secret; /* keep it, to find echoes of it */
};

struct line {
	const unsigned char *p; /* the text, without its line end */
	size_t n;
	size_t eol; /* bytes of the line end behind it: 0, 1, 2 */
	bool cut; /* more of this line follows; see protocol.tail */
	bool more; /* this is not the line's beginning */
	bool after_cr; /* what ended the line before was a bare CR */
	size_t protect; /* no echo is looked for in these first bytes */
	size_t least; /* echoes of fewer bytes than this are none */
	bool all_text; /* a control byte hides nothing (client lines) */
	bool opaque; /* it is no text, nor is what follows it */
	size_t echo; /* where the last echo began, with what is shown of it */
	size_t hold; /* incomplete: bytes from here on must wait */
	size_t verb, verb_end; /* of a command that is known */
	bool goes_on; /* a command, cut: the rest of it is no secret either */
	unsigned nspans;
	size_t labels_len;
	struct span spans[LINE_SPANS];
	char labels[LINE_LABELS];
	struct echo *draft; /* it has not ended: secrets are kept here */
};

/* Hide [from, to) of the line as one secret field. */
void line_hide(struct line *l, size_t from, size_t to);

/* Hide it with a label behind the mask; label NULL or "" is none. */
void line_hide_as(struct line *l, size_t from, size_t to, const char *label);

/*
 * Hide it, but do not look for it later: it is no secret of the client's, like
 * a challenge or the count of a literal.
 */
void line_hide_quietly(struct line *l, size_t from, size_t to);

/*
 * Default deny (the verb is not known): hide all from `from` on.  The line and
 * the line without its first word are kept, to find echoes of them.
 */
void line_deny(struct track *t, struct line *l, size_t from);

/*
 * Hide all from `from` on as one field that may be several secrets: each of the
 * words is looked for later, the last however short it is.
 */
void line_hide_words(struct track *t, struct line *l, size_t from);

/* Where the secrets of the client's line are kept. */
struct echo *line_echo(struct track *t, const struct line *l);

/* Whether the line is hidden from its first byte to its last. */
bool line_is_hidden(const struct line *l, size_t from);

/* Whether that byte is hidden already. */
bool line_hides(const struct line *l, size_t at);

/*
 * Hide the tokens of `;URLAUTH=access:mech:token` (RFC 4467 section 3) wherever
 * they are in the line.
 */
void line_hide_urlauth(struct line *l);

/*
 * Hide all that is secret in URLs: those tokens, and the password of
 * `scheme://user:password@host` (RFC 3986 section 3.2.1).
 */
void line_hide_urls(struct line *l);

/* ---- commands made of a verb and its arguments ------------------------ */

/* What is shown of a command's arguments. */
enum args {
	ARGS_SHOW, /* all */
	ARGS_NONE, /* there should be none: hide what there is */
	ARGS_SECRET, /* hide them */
	ARGS_WORD, /* the first word, up to a blank or a colon */
	ARGS_OWN, /* the protocol knows */
	ARGS_VERB /* likewise: a verb of its second table comes next */
};

/* Verbs that are treated alike. */
struct verb {
	/* Words, see word_among(); no pointer, which would be relocated. */
	char names[19];
	unsigned char args; /* enum args */
	unsigned char id; /* the protocol's own number for it */
};

/* A command within a line: the places of its parts. */
struct command {
	size_t at; /* where it begins, white space and IAC skipped */
	size_t verb, verb_end;
	size_t arg; /* first byte of the arguments, or `end` */
	size_t end; /* of the command: the line's, or a bare CR */
	const struct verb *known; /* NULL: not in the table */
	const char *name; /* its name there, or NULL */
};

/*
 * The command that begins at `from`.  Verbs are looked up in a table that ends
 * with an empty name.  False when there is nothing.
 */
bool command_parse(const struct line *l, size_t from, const struct verb *table,
    struct command *c);

/*
 * Hide what the table says.  A verb that is not known hides the whole command,
 * but for PASS with its secret written to it, a verb that a middlebox overwrote
 * (XXXX), and a lone dot.  ARGS_OWN is left to the caller.
 */
void command_hide(struct track *t, struct line *l, const struct command *c);

/*
 * A command that is too long to be held: hide the rest of it, unless its
 * arguments have begun, and all are shown.
 */
void command_cut(struct line *l);

/*
 * A client's line, for protocols whose lines are verbs with arguments: hides it
 * by the table, asks `one` about each command in it (a bare CR ends one, for
 * some servers), and remembers the first until its reply comes.  `one` hides
 * what the table can't tell and returns the number to remember it by.
 */
void command_line(struct track *t, struct line *l, const struct verb *table,
    unsigned char (*one)(
	struct track *t, struct line *l, const struct command *c));

/* Likewise, but where a response of SASL's is due it is that. */
void command_or_response(struct track *t, struct line *l,
    const struct verb *table,
    unsigned char (*one)(
	struct track *t, struct line *l, const struct command *c));

/*
 * Daemons that answer in order: if no greeting has come this reply is it, and
 * nothing else.
 */
bool command_greeting(
    struct track *t, enum fact_status status, int code, const struct line *l);

/*
 * A reply (FACT_REPLY_MORE: a line of one) to the command that has waited
 * longest, which is returned; NULL if none waits.
 */
struct waiting *command_reply(struct track *t, enum fact_kind kind,
    enum fact_status status, int code, const struct line *l);

/*
 * That command is done with its reply, as is the exchange that it opened if
 * `sasl` is its number; so is any where nobody knows what was answered.
 */
void command_done(struct track *t, const struct waiting *w, unsigned char sasl);

/* What a reply with that code says. */
enum fact_status command_status(int code);

/* Length of a telnet IAC sequence at p (RFC 854), 0 if there is none. */
size_t command_iac(const unsigned char *p, size_t n);

/* Whether this is the first line of a request of HTTP. */
bool command_is_http(const unsigned char *p, size_t n);

/*
 * Whether this first line of the client's opens another protocol in a way that
 * holds no secret: an HTTP request, a PROXY header, an SSH banner, a greeting.
 * Tells a hint, and goes over to HTTP where it is that.
 */
bool command_foreign(struct track *t, struct line *l);

/* ---- words ------------------------------------------------------------ */

/* Compare without regard to (ASCII) case with an upper-case word. */
bool word_is(const unsigned char *p, size_t n, const char *upper);
bool word_begins(const unsigned char *p, size_t n, const char *upper);

/*
 * The one of these words that it is, or NULL.  Words stand one behind another,
 * each with its NUL; an empty one ends them.  Which one: 1 for the first, 0 for
 * none.
 */
const char *word_among(const unsigned char *p, size_t n, const char *words);
unsigned word_which(const unsigned char *p, size_t n, const char *words);

/* Likewise which it begins with, or ends in where that has a plus (`+XML`). */
unsigned word_which_part(const unsigned char *p, size_t n, const char *words);

/* Likewise the one that it begins with. */
const char *word_begins_among(
    const unsigned char *p, size_t n, const char *words);

/* Where that upper-case text stands in p without regard to case, or n. */
size_t word_find(const unsigned char *p, size_t n, const char *upper);

/* Whether [from, to) of the line is one of these words, see word_among(). */
bool line_says(const struct line *l, size_t from, size_t to, const char *words);

/* The end of the word at `at`: the next blank, or n. */
size_t word_end(const unsigned char *p, size_t n, size_t at);
/* The first byte from `at` on that is no blank, or n. */
size_t word_skip(const unsigned char *p, size_t n, size_t at);

/*
 * Whether it looks like a tag of IMAP's and can be no secret: up to four letters
 * and up to eight digits.
 */
bool word_is_tag(const unsigned char *p, size_t n);

/* Likewise, of a line: what begins at `at`, the next blank, the next byte. */
bool line_begins(const struct line *l, size_t at, const char *upper);
size_t line_word_end(const struct line *l, size_t at);
size_t line_skip(const struct line *l, size_t at);

/* A decimal number that is all of p; false if it is none or above 2^63 - 1. */
bool word_number(const unsigned char *p, size_t n, uint64_t *out);

/* What a digit of a hexadecimal number counts, or -1. */
int word_hex(unsigned char c);

/* The byte that a code like %2F at p stands for, or -1: it is none. */
int word_percent(const unsigned char *p, size_t n);

/* A three-digit code at the beginning of a line, 0 if there is none. */
int word_code(const unsigned char *p, size_t n);

/* ---- what follows ----------------------------------------------------- */

enum frame {
	FRAME_LINE, /* lines, in command state */
	FRAME_DOT, /* content up to a lone dot */
	FRAME_LIST, /* likewise a list, which is no message */
	FRAME_COUNT, /* so many bytes of content */
	FRAME_HIDE, /* so many bytes of a secret, whose mask was given out */
	FRAME_OPAQUE, /* encrypted, compressed, binary: counted */
	FRAME_TLS, /* likewise, in TLS records */
	FRAME_ALL, /* content until the end */
	FRAME_OWN /* protocol.own() takes the bytes */
};

/*
 * What the direction's bytes are behind the line that is being read (also a
 * line of the other direction that has begun already).
 */
void track_frame(struct track *t, enum dir d, enum frame f, uint64_t count);
enum frame track_frame_of(const struct track *t, enum dir d);

/* Whether a line of this direction has begun and not ended. */
bool track_in_line(const struct track *t, enum dir d);

/*
 * Whether the client waits for the reply to w: it has sent nothing behind that
 * command, so that a body which the reply asks for begins with its next byte.
 */
bool track_waits(const struct track *t, const struct waiting *w);

/*
 * Bytes that own() gathered, to be judged as a line: make it, hide in it what
 * must be, give it out.  Where nothing is masked, own() has given them out.
 */
struct line *track_piece(
    struct track *t, const unsigned char *p, size_t n, size_t eol);
void track_hide_echoes(struct track *t, enum dir d, struct line *l);

/*
 * The daemon speaks while a line of the client's is incomplete: it gave up, and
 * may say of what.  Nobody knows yet what of that line is a secret.  Hide what
 * [from, to) has of it; returns how many of its last bytes may be the beginning
 * of more.
 */
size_t track_hide_unfinished(
    struct track *t, struct line *l, size_t from, size_t to);
void track_give(struct track *t, enum dir d, struct line *l);

/* What own() takes from here on is content, or is none any more. */
void track_content(struct track *t, enum dir d, bool content);

/* TLS may begin here: look at the client's next bytes. */
void track_expect_tls(struct track *t);

/* ---- what was understood ---------------------------------------------- */

void track_event(struct track *t, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
void track_hint(struct track *t, enum dir d, const char *word);

/* A command; counts it.  arg is within l. */
void track_command(struct track *t, const char *verb, const struct line *l,
    const struct command *c);

/* A reply (or a line of one) to the command with that number (0: none). */
void track_reply(struct track *t, enum fact_kind kind, enum fact_status status,
    int code, const struct line *l, unsigned command);

void track_fact(struct track *t, enum fact_kind kind, enum dir d,
    const unsigned char *arg, size_t n);

/*
 * A user was named; false if that is a secret, which was sent as one before.
 */
bool track_user(struct track *t, const unsigned char *name, size_t n);

/*
 * The user named in the first word of a line's argument, which a colon ends,
 * too.  Not one with a control byte: the engine hides such a word.
 */
void track_user_word(struct track *t, const unsigned char *p, size_t n);

/* A line of the daemon's that belongs to nothing. */
void track_stray(struct track *t, const struct line *l);

/* A message of SASL's. */
void track_exchange(struct track *t, enum fact_kind kind, enum dir d,
    const unsigned char *p, size_t n);

/* How many messages the mailbox holds; false if p is no number. */
bool track_mailbox(struct track *t, const unsigned char *p, size_t n);

/* Both directions are compressed from here on. */
void track_compressed(struct track *t);

/* A login ended. */
void track_login(struct track *t, bool ok);

/* Another protocol than thought; l is read again by it. */
void track_switch(struct track *t, const struct protocol *p);

/* ---- the state -------------------------------------------------------- */

struct side {
	enum frame frame, next;
	bool has_next;
	uint64_t left, next_left; /* of FRAME_COUNT, FRAME_HIDE */
	bool expect_tls; /* the next bytes may be a TLS hello */
	unsigned sniffs; /* of those, how many are in `sniffed` */
	unsigned char sniffed[TLS_SNIFF];
	bool spoke; /* its first line has been judged */
	bool cr; /* its line ended with a CR: LF or NUL may belong to that */
	bool after_cr; /* it did not */
	bool closed;
	uint64_t seen; /* bytes so far */
	bool fresh; /* content: the next bytes are its first */
	bool content; /* what own() takes is content */

	unsigned char *buf; /* FRAME_LINE: TRACK_LINE bytes */
	size_t len; /* bytes in buf */
	size_t shown; /* of those, how many were given out */
	enum { REST_NONE, REST_SHOWN, REST_HIDDEN } rest; /* of a long line */
	unsigned char dot; /* FRAME_DOT: how much of a lone dot was seen */
	struct tls tls;
	struct cuts cuts; /* reads that ended in what is held */
};

#define TRACK_ASIDE 2048 /* bytes held of a line to standard error */

struct aside {
	size_t len;
	unsigned char buf[TRACK_ASIDE];
};

/*
 * Not to be copied.  What any session writes to stands together, behind what is
 * large and not always used: a recorder's pages are its own only when it writes
 * to them.
 */
struct track {
	struct aside aside;
	unsigned char scratch[TRACK_LINE]; /* for decoding */
	unsigned char bufs[2][TRACK_LINE];
	char events_text[2048];
	struct cut_place cuts[2][CUTS_MAX];
	struct unread unread; /* what the client said and nobody understood */
	struct echo echo;
	const struct protocol *proto;
	enum track_mode mode;
	bool sure;
	struct track_out out;
	/* The run of clean lines in the caller's buffer, not given out yet. */
	const unsigned char *run;
	size_t run_len;
	enum dir run_dir;
	bool judging; /* events wait until the line was given out */
	bool greeted; /* command_greeting() has seen one */
	struct str events;
	struct sasl sasl;
	struct summary sum;
	struct side side[2];
	struct pending pending;
	uint64_t state[2048 / 8]; /* the protocol's own */
	struct line line;
};

/* The protocol's own state; all zero when the protocol begins. */
#define TRACK_STATE(t, type) ((type *)track_state((t), sizeof(type)))

static inline void *
track_state(struct track *t, size_t size)
{
	return size <= sizeof t->state ? t->state : NULL;
}

#endif
