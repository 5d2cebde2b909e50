/*
 * mozilla_imap.c - records of Thunderbird's IMAP client
 *
 *	[PTR:]HOST:STATE:FUNCTION[:INFO]: data
 *
 * STATE is NA, A or S-MAILBOX; FUNCTION is SendData or CreateNewLineFromSocket
 * for what is said, which has its line end, and others for notes.  Connections
 * interleave, and only PTR tells them apart.
 *
 * What is longer than PIECE bytes is cut: after the last LF that is among the
 * first, or else just there.  The rest follows without all this, at level I,
 * from the same thread.  A piece without LF gets one from the logger.
 */
#include "mozilla.h"

#define PIECE 400

static const char *const functions[] = {
    ":SendData: ", ":CreateNewLineFromSocket: ", NULL};
static const enum dir function_dirs[] = {DIR_S, DIR_R};

/* What stands in front of the function: `PTR:HOST:STATE`. */
static bool
is_head(const struct take *head)
{
	return take_ends(head, ":NA") || take_ends(head, ":A") ||
	    take_has(head, ":S-");
}

/* Which function is the first; *head, and *t behind it. */
static bool
take_function(struct take *t, struct take *head, enum dir *d)
{
	struct take best = *t, piece, at;
	bool found = false;

	for (size_t i = 0; functions[i] != NULL; i++) {
		at = found ? (struct take){t->p, best.p} : *t;
		if (!take_until(&at, functions[i], &piece))
			continue;
		*head = piece;
		*d = function_dirs[i];
		best.p = at.p;
		found = true;
	}
	if (!found || !is_head(head))
		return false;
	*t = best;
	return true;
}

/* The pointer that a record begins with, or none. */
static bool
take_pointer(struct take *t, struct take *pointer)
{
	struct take at = *t;

	take_text(&at, "0x");
	pointer->p = at.p;
	if (!take_hex_number(&at, 6, 16, NULL))
		return false;
	pointer->end = at.p;
	if (!take_text(&at, ":"))
		return false;
	*t = at;
	return true;
}

/* `imap://user@host:port/...`, which tells the server and the user. */
static void
read_url(struct log *log, struct log_session *s, struct take t)
{
	struct take user, host;

	if (!take_until(&t, ":ProcessCurrentURL:imap://", NULL) ||
	    !take_until(&t, "@", &user) || !take_until(&t, "/", &host) ||
	    memchr(user.p, '/', take_left(&user)) != NULL)
		return;
	if (s->head.server == NULL)
		s->head.server = reader_host_port(log, host);
	if (s->head.user == NULL && take_left(&user) < 256)
		s->head.user = log_copy(log, user.p, take_left(&user));
}

/* `... [this=PTR]`: the thread of that connection begins or ends. */
static bool
add_loop(struct mozilla *m, struct record *r)
{
	struct take t = r->text, pointer;
	bool leaves = take_text(&t, "ImapThreadMainLoop leaving [this=");

	if (!leaves && !take_text(&t, "ImapThreadMainLoop entering [this="))
		return false;
	take_text(&t, "0x");
	if (!take_until(&t, "]", &pointer))
		return false;
	mozilla_key(m, "imap", &pointer);
	r->closes = leaves;
	mozilla_add(m, r, "imap");
	return true;
}

/* Add what may be cut, so that its rest is known. */
static void
add_data(struct mozilla *m, struct record *r, const struct mozilla_place *at)
{
	struct log_session *s = mozilla_add(m, r, "imap");

	m->piece = s;
	m->piece_at = s->nevents > 0 ? s->nevents - 1 : 0;
	m->piece_thread = at->thread;
}

/* The rest of what was cut. */
static bool
add_piece(struct mozilla *m, struct record *r, const struct mozilla_place *at)
{
	struct log_session *s = m->piece;
	struct event *before;
	size_t n = take_left(&at->thread);

	if (s == NULL || take_left(&m->piece_thread) != n ||
	    memcmp(m->piece_thread.p, at->thread.p, n) != 0 ||
	    (at->level != 'I' && at->level != '\0') ||
	    m->piece_at >= s->nevents)
		return false;
	before = &s->events[m->piece_at];
	if (before->len == PIECE && before->end != END_CRLF) {
		before->end = END_NONE;
		before->flags = EVENT_PARTIAL;
	} else if (at->level == '\0') {
		return false; /* any note looks like this */
	}
	r->dir = before->dir;
	r->end = RECORD_LF_CUT;
	add_data(m, r, at);
	return true;
}

static bool
is_note(const struct take *text)
{
	return take_is(text, "(null)") ||
	    take_has(text, "clearing IMAP_CONNECTION_IS_OPEN - rv");
}

static void
say(struct mozilla *m, struct record *r, const struct mozilla_place *at,
    struct take text)
{
	struct take t = text;

	if (r->dir == DIR_S && take_text(&t, "Logging suppressed")) {
		mozilla_masked(m, r, "imap");
		return;
	}
	if (r->dir == DIR_R && is_note(&text)) {
		r->dir = DIR_NONE;
		mozilla_add(m, r, "imap");
		return;
	}
	r->text = text;
	if (at->level != '\0')
		r->end = RECORD_LF_CUT; /* all versions with levels keep CR */
	add_data(m, r, at);
}

bool
mozilla_imap(
    struct mozilla *m, struct record *r, const struct mozilla_place *at)
{
	const struct take none = {r->text.p, r->text.p};
	struct take t = r->text, head, pointer = none;
	struct log_session *s;
	bool identified;
	enum dir d;

	if (at->module.p < at->module.end && !take_is(&at->module, "IMAP"))
		return false;
	if (take_function(&t, &head, &d)) {
		if (!take_pointer(&head, &pointer))
			pointer = none;
		mozilla_key(m, "imap", &pointer);
		r->dir = d;
		say(m, r, at, t);
		return true;
	}
	head = r->text;
	identified = take_pointer(&head, &pointer);
	if (identified &&
	    (take_has(&head, ":NA:") || take_has(&head, ":A:") ||
		take_has(&head, ":S-"))) {
		mozilla_key(m, "imap", &pointer);
		s = mozilla_add(m, r, "imap");
		read_url(m->rd.log, s, r->text);
		return true;
	}
	return add_piece(m, r, at) || add_loop(m, r);
}
