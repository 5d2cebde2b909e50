/*
 * mozilla_script.c - messages of Thunderbird's clients in JavaScript
 *
 *	S: bytes	one read; the server's
 *	C: text		the client's, without its line end
 *	Sending N bytes of payload
 *			and these, with the dots of SMTP, but without the one
 *			that ends them
 *	others		notes
 *
 * A POP3 client's logger has a number; those of SMTP and NNTP have none, and
 * what is said between `Connecting to` and the close is one session.
 */
#include "mozilla.h"

static const struct {
	const char *begins, *protocol;
} loggers[] = {{"pop3.", "pop3"}, {"mailnews.smtp", "smtp"},
    {"mailnews.nntp", "nntp"}, {"mailnews.pop3", "pop3"}, {NULL, NULL}};

static const char *
protocol_of(const struct take *logger)
{
	for (size_t i = 0; loggers[i].begins != NULL; i++) {
		struct take t = *logger;

		if (take_text(&t, loggers[i].begins))
			return loggers[i].protocol;
	}
	return NULL;
}

bool
mozilla_is_logger(const struct take *module)
{
	return protocol_of(module) != NULL;
}

bool
mozilla_logs_text(const struct take *logger)
{
	const char *protocol = protocol_of(logger);

	return protocol != NULL && *protocol == 's';
}

/* What the client says; a line end is added to it where it has none. */
static void
say(struct mozilla *m, struct record *r, const char *protocol)
{
	struct take t = r->text;

	if (take_text(&t, "Logging suppressed")) {
		mozilla_masked(m, r, protocol);
		return;
	}
	r->end = RECORD_BYTES;
	mozilla_add(m, r, protocol);
	if (m->rd.event->end == END_NONE) {
		m->rd.event->end = END_CRLF;
		m->rd.event->flags &= ~(unsigned)EVENT_PARTIAL;
	}
}

static bool
take_payload(struct take t, uint64_t *n)
{
	return take_text(&t, "Sending ") && take_number(&t, 1, 12, n) &&
	    take_text(&t, " bytes of payload");
}

/* A message about the connection, or another. */
static void
note(
    struct mozilla *m, struct record *r, const char *protocol, struct take said)
{
	struct log_session *s;
	struct take t = said;

	r->closes = take_is(&said, "Connection closed.") ||
	    take_is(&said, "Socket closed.");
	if (take_text(&t, "Connecting to ") && take_until(&t, "://", NULL)) {
		r->opens = mozilla_has_begun(m);
		s = mozilla_add(m, r, protocol);
		s->head.server = reader_host_port(m->rd.log, t);
	} else if (r->closes || *protocol == 'p') {
		mozilla_add(m, r, protocol);
	} else {
		mozilla_note(m, r); /* of the connection, or before it */
	}
}

void
mozilla_script(struct mozilla *m, struct record *r, const struct take *logger,
    struct take said, bool lossy)
{
	const char *protocol = protocol_of(logger);
	struct take text = said;
	uint64_t n;

	if (protocol == NULL) {
		mozilla_note(m, r);
		return;
	}
	mozilla_key(m, protocol, logger);
	if (take_payload(said, &n)) {
		r->dir = DIR_S;
		reader_omitted(&m->rd, r, n);
	} else if (take_text(&text, "C: ")) {
		r->dir = DIR_S;
		r->text = text;
		r->flags = lossy ? EVENT_LOSSY : 0;
		say(m, r, protocol);
	} else if (take_text(&text, "S: ")) {
		r->dir = DIR_R;
		r->text = text;
		r->end = RECORD_BYTES;
		r->flags = lossy ? EVENT_LOSSY : 0;
		mozilla_add(m, r, protocol);
	} else {
		note(m, r, protocol, said);
	}
	m->data = false; /* a line that follows is none of the record's */
}
