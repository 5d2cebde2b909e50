/*
 * import_fetchmail.c - what fetchmail prints with -v -v
 *
 *	[fetchmail: ]POP3> text		the client's
 *	[fetchmail: ]POP3< text		the server's
 *
 * Everything else are its messages; after some of them no line ends, so a record
 * may begin in the midst of one.  Secrets are masked, line ends and messages
 * lost.  It speaks SMTP or LMTP to deliver: that is another session.
 */
#include "reader.h"

#include "import.h"

static const struct {
	const char *word, *protocol;
} protocols[] = {{"POP3", "pop3"}, {"POP2", NULL}, {"IMAP", "imap"},
    {"ESMTP", "smtp"}, {"SMTP", "smtp"}, {"LMTP", "lmtp"}, {"ETRN", "smtp"},
    {"ODMR", "smtp"}, {NULL, NULL}};

/* `IMAP< `: which of the protocols, or -1. */
static int
take_mark(struct take *t, enum dir *d)
{
	for (int i = 0; protocols[i].word != NULL; i++) {
		struct take at = *t;
		char arrow;

		if (!take_text(&at, protocols[i].word) ||
		    !take_one(&at, "<>", &arrow) ||
		    (at.p < at.end && !take_text(&at, " ")))
			continue;
		*d = arrow == '>' ? DIR_S : DIR_R;
		*t = at;
		return i;
	}
	return -1;
}

/* Deliveries have a protocol of their own, and so a session. */
static const char *
key_of(int protocol)
{
	const char *name = protocols[protocol].protocol;

	return name != NULL && strstr(name, "mtp") != NULL ? name : NULL;
}

/* `Trying to connect to 127.0.0.1/110...connected.` */
static const char *
read_server(struct log *log, struct take t)
{
	struct take host, port;

	if (!take_text(&t, "Trying to connect to ") ||
	    !take_until(&t, "/", &host))
		return NULL;
	port.p = t.p;
	take_number(&t, 1, 5, NULL);
	port.end = t.p;
	return reader_address(log, &host, &port);
}

struct fetchmail {
	struct reader rd;
	const char *delivery; /* the server that it delivers to, once known */
};

static void
add_record(struct fetchmail *f, struct record *r, int protocol)
{
	const char *key = key_of(protocol);
	struct log_session *s;

	reader_key(&f->rd, key);
	s = reader_add(&f->rd, r);
	s->head.protocol = protocols[protocol].protocol;
	if (key != NULL && s->head.server == NULL)
		s->head.server = f->delivery;
	reader_key(&f->rd, NULL);
}

static void
add_note(struct fetchmail *f, struct record *r)
{
	const char *server = read_server(f->rd.log, r->text);
	struct log_session *s;
	struct take t = r->text;

	r->opens =
	    take_text(&t, "fetchmail: ") && take_ends(&t, "poll started");
	r->closes = take_ends(&t, "poll completed");
	if (server != NULL && reader_said(&f->rd)) {
		f->delivery = server;
		server = NULL;
	}
	s = reader_add(&f->rd, r);
	if (s != NULL && server != NULL)
		s->head.server = server;
}

/* A record at the line's beginning, or within it behind a message. */
static void
add_line(struct fetchmail *f, struct record *r)
{
	struct record note = *r;
	int protocol;

	take_text(&r->text, "fetchmail: ");
	protocol = take_mark(&r->text, &r->dir);
	while (protocol < 0 && take_until(&r->text, "fetchmail: ", NULL)) {
		note.text.end = r->text.p - strlen("fetchmail: ");
		protocol = take_mark(&r->text, &r->dir);
		if (protocol >= 0)
			add_note(f, &note);
	}
	if (protocol >= 0) {
		add_record(f, r, protocol);
	} else {
		note.text.end = r->text.end;
		add_note(f, &note);
	}
}

static void
decode(struct log *log, struct logfile *file)
{
	struct fetchmail f = {.rd = reader_of(log, file)};
	struct record r;

	while (reader_next(&f.rd, &r))
		add_line(&f, &r);
	reader_done(&f.rd, SETTLE_MASKS | SETTLE_BODIES);
}

const struct import import_fetchmail = {
    .name = "fetchmail",
    .about = "fetchmail -v -v",
    .sniff = {.line = "^(fetchmail: )?"
		      "(POP3|POP2|IMAP|SMTP|LMTP|ESMTP|ETRN|ODMR)[<>] "},
    .decode = decode,
};
