/*
 * import_outlook.c - Pop3.log, Smtp.log, Imap4.log of Outlook Express
 *
 *	POP3: HH:MM:SS [rx] text	the server's
 *	POP3: HH:MM:SS [tx] text	the client's
 *	POP3: HH:MM:SS [db] text	a message
 *
 * behind a heading that tells the date, in the order of the United States.
 * Line ends are lost.
 */
#include "reader.h"

#include "import.h"

#include <stdio.h>

static const struct {
	const char *word, *protocol;
} protocols[] = {{"POP3: ", "pop3"}, {"SMTP: ", "smtp"}, {"IMAP: ", "imap"},
    {"NNTP: ", "nntp"}, {NULL, NULL}};

static const struct mark marks[] = {
    {"[rx] ", DIR_R}, {"[tx] ", DIR_S}, {"[db] ", DIR_NONE}, {NULL, DIR_NONE}};

/* `POP3 Log started at 10/24/2003 11:25:15`: midnight of that day. */
static bool
read_date(const struct record *r, int64_t *midnight)
{
	struct take t = r->text;
	char iso[32];
	unsigned month, day, year;

	if (!take_until(&t, "started at ", NULL) ||
	    !take_digits(&t, 2, &month) || !take_text(&t, "/") ||
	    !take_digits(&t, 2, &day) || !take_text(&t, "/") ||
	    !take_digits(&t, 4, &year) || month > 12 || day > 31 || year > 9999)
		return false;
	snprintf(iso, sizeof iso, "%04u-%02u-%02u 00:00:00", year, month, day);
	t = take_from(iso, strlen(iso));
	return stamp_full(&t, '-', false, midnight);
}

/* `Connecting to 'mail.example.org' on port 110.` */
static const char *
read_server(struct log *log, struct take t)
{
	struct take host, port;

	if (!take_text(&t, "Connecting to '") || !take_until(&t, "'", &host) ||
	    !take_text(&t, " on port "))
		return NULL;
	port = t;
	take_trim(&port, ".");
	return reader_address(log, &host, &port);
}

static void
decode(struct log *log, struct logfile *file)
{
	struct reader rd = reader_of(log, file);
	int64_t midnight = TIME_NONE;
	struct log_session *s;
	struct record r;
	const char *protocol, *server;

	while (reader_next(&rd, &r)) {
		protocol = NULL;
		for (int i = 0; protocols[i].word != NULL; i++)
			if (take_text(&r.text, protocols[i].word))
				protocol = protocols[i].protocol;
		if (protocol != NULL && reader_clock(&r)) {
			take_blanks(&r.text);
			r.dir = reader_mark(&r.text, marks);
			if (midnight != TIME_NONE) {
				r.us = midnight + stamp_of_day(&rd.day, r.us);
				r.clock = CLOCK_DATE;
			}
		} else {
			read_date(&r, &midnight);
		}
		server = r.dir == DIR_NONE ? read_server(log, r.text) : NULL;
		r.opens = server != NULL;
		s = reader_add(&rd, &r);
		if (s == NULL)
			continue;
		if (server != NULL)
			s->head.server = server;
		if (protocol != NULL)
			s->head.protocol = protocol;
		if (midnight != TIME_NONE)
			s->head.lacks |= LACKS_ZONE;
	}
	reader_done(&rd, SETTLE_MASKS | SETTLE_BODIES);
}

const struct import import_outlook = {
    .name = "outlook-express",
    .about = "Outlook Express and Windows Mail",
    .sniff = {.line = "^(POP3|SMTP|IMAP|NNTP): "
		      "[0-9:]+ *\\[(rx|tx|db)\\] "},
    .decode = decode,
};
