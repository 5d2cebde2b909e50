/*
 * import_claws.c - the protocol log of Claws Mail and Sylpheed
 *
 *	[YYYY-MM-DD HH:MM:SS] POP> text		the client's
 *	[YYYY-MM-DD HH:MM:SS] POP< text		the server's
 *	[YYYY-MM-DD HH:MM:SS] * message: ...	its messages
 *
 * Older versions have no date.  Line ends, messages and lists are lost; the dot
 * behind a message is shown as `. (EOM)`.
 */
#include "reader.h"

#include "import.h"

static const struct {
	const char *word, *protocol;
} protocols[] = {{"POP3", "pop3"}, {"POP", "pop3"}, {"IMAP4", "imap"},
    {"IMAP", "imap"}, {"ESMTP", "smtp"}, {"SMTP", "smtp"}, {"NNTP", "nntp"},
    {NULL, NULL}};

static bool
read_stamp(struct record *r)
{
	struct take t = r->text;

	if (!take_text(&t, "["))
		return false;
	if (stamp_full(&t, '-', false, &r->us))
		r->clock = CLOCK_DATE;
	else if (stamp_clock(&t, &r->us))
		r->clock = CLOCK_OF_DAY;
	else
		return false;
	if (!take_text(&t, "] "))
		return false;
	r->text = t;
	return true;
}

/* `POP> `, or `SMTP<< `. */
static const char *
read_mark(struct record *r)
{
	struct take t = r->text;
	const char *protocol = NULL;
	char arrow;

	for (int i = 0; protocols[i].word != NULL && protocol == NULL; i++)
		if (take_text(&t, protocols[i].word))
			protocol = protocols[i].protocol;
	if (protocol == NULL || !take_one(&t, "<>", &arrow))
		return NULL;
	while (take_one(&t, "<>", NULL))
		continue;
	if (t.p < t.end && !take_text(&t, " "))
		return NULL;
	r->dir = arrow == '>' ? DIR_S : DIR_R;
	r->text = t;
	if (r->dir == DIR_S && take_is(&t, ". (EOM)"))
		r->text.end = r->text.p + 1;
	return protocol;
}

/* `... Connecting to POP3 server: 127.0.0.1:110...` */
static const char *
read_server(struct log *log, const struct record *r)
{
	struct take t = r->text;

	if (!take_until(&t, "Connecting to ", NULL) ||
	    !take_until(&t, "server: ", NULL))
		return NULL;
	return reader_host_port(log, t);
}

static void
decode(struct log *log, struct logfile *file)
{
	struct reader rd = reader_of(log, file);
	const char *protocol, *server;
	struct log_session *s;
	struct record r;

	while (reader_next(&rd, &r)) {
		protocol = read_stamp(&r) ? read_mark(&r) : NULL;
		server = protocol == NULL ? read_server(log, &r) : NULL;
		r.opens = server != NULL;
		s = reader_add(&rd, &r);
		if (s == NULL)
			continue;
		if (server != NULL)
			s->head.server = server;
		if (protocol != NULL)
			s->head.protocol = protocol;
		if (r.clock == CLOCK_DATE)
			s->head.lacks |= LACKS_ZONE;
	}
	reader_done(&rd, SETTLE_MASKS | SETTLE_BODIES);
}

const struct import import_claws = {
    .name = "claws",
    .about = "Claws Mail and Sylpheed",
    .sniff = {.line = "^\\[[0-9: -]+\\] (POP3?|IMAP4?|E?SMTP|NNTP)[<>]+ "},
    .decode = decode,
};
