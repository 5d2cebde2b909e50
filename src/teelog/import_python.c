/*
 * import_python.c - what Python's mail modules print when asked to
 *
 *	poplib		*put* b'...'	*get* b'...\r\n'
 *			at level 1 only *cmd* '...' and *resp* b'...'
 *	smtplib		[HH:MM:SS.uuuuuu ]send: '...\r\n'  reply: b'...\r\n'
 *	imaplib		  MM:SS.hh > b'...'	  MM:SS.hh < b'...'
 *	imaplib2	[imap]: MM:SS.hh HOST writer > b'...\r\n'
 *					HOST reader < b'...\r\n' (OfflineIMAP)
 *
 * The payloads are literals.  Where they have no line end, CRLF is what the
 * module adds or takes off; imaplib leaves literals out and tells their size.
 */
#include "quoted.h"
#include "reader.h"

#include "import.h"

#define HOUR (3600 * (int64_t)1000000)

struct python {
	struct reader rd;
	struct stamp_day hour; /* of clocks that tell none */
	bool brief; /* poplib at level 1 */
};

static const struct mark poplib[] = {
    {"*put* ", DIR_S}, {"*get* ", DIR_R}, {NULL, DIR_NONE}};

static const struct mark poplib_brief[] = {
    {"*cmd* ", DIR_S}, {"*resp* ", DIR_R}, {NULL, DIR_NONE}};

static const struct mark others[] = {{"send: ", DIR_S}, {"reply: ", DIR_R},
    {"> ", DIR_S}, {"< ", DIR_R}, {NULL, DIR_NONE}};

/* `33:53.15 ` */
static bool
take_minutes(struct python *py, struct take *t, struct record *r)
{
	struct take at = *t;
	unsigned minute, second, hundredth;

	if (!take_digits(&at, 2, &minute) || !take_text(&at, ":") ||
	    !take_digits(&at, 2, &second) || !take_text(&at, ".") ||
	    !take_digits(&at, 2, &hundredth) || !take_text(&at, " "))
		return false;
	r->us = stamp_of_cycle(&py->hour,
	    ((int64_t)minute * 60 + second) * 1000000 + hundredth * 10000,
	    HOUR);
	r->clock = CLOCK_OF_DAY;
	*t = at;
	return true;
}

/* `HOST reader < ` and `HOST writer > ` of imaplib2; the host is the key. */
static bool
take_thread(struct take *t, struct take *host, enum dir *d)
{
	struct take at = *t;

	if (take_until(&at, " reader < ", host))
		*d = DIR_R;
	else if (take_until(&at, " writer > ", host))
		*d = DIR_S;
	else
		return false;
	if (memchr(host->p, ' ', take_left(host)) != NULL)
		return false;
	*t = at;
	return true;
}

/* The time, the direction, what is left of the line. */
static enum dir
take_mark(struct python *py, struct record *r, struct take *t)
{
	enum dir d = reader_mark(t, py->brief ? poplib_brief : poplib);
	struct take host;

	if (d != DIR_NONE)
		return d;
	if (stamp_clock(t, &r->us)) {
		r->clock = CLOCK_OF_DAY;
		take_text(t, " ");
		return reader_mark(t, others);
	}
	take_text(t, "[imap]:");
	take_blanks(t);
	if (take_minutes(py, t, r) && take_thread(t, &host, &d)) {
		reader_key_piece(&py->rd, &host);
		return d;
	}
	return reader_mark(t, others);
}

/* `read literal size 683` */
static bool
add_literal(struct python *py, struct record *r, struct take t)
{
	uint64_t n;

	if (take_text(&t, "read literal size "))
		r->dir = DIR_R;
	else if (take_text(&t, "write literal size "))
		r->dir = DIR_S;
	else
		return false;
	if (!take_number(&t, 1, 12, &n) || t.p < t.end) {
		r->dir = DIR_NONE;
		return false;
	}
	reader_omitted(&py->rd, r, n);
	return true;
}

static bool
add_data(struct python *py, struct record *r, struct take t)
{
	bool bytes = take_text(&t, "b");
	struct quoted q;

	if (!quoted_take(
		py->rd.log, &t, bytes ? QUOTED_BYTES : QUOTED_TEXT, &q))
		return false;
	r->text = q.bytes;
	r->end = RECORD_BYTES;
	if (q.lossy || !q.closed)
		r->flags |= EVENT_LOSSY;
	reader_add(&py->rd, r);
	if (py->rd.event->end == END_NONE && q.closed) {
		py->rd.event->end = END_CRLF;
		py->rd.event->flags &= ~(unsigned)EVENT_PARTIAL;
	}
	return true;
}

/* `connect: to ('127.0.0.1', 25) None` */
static const char *
read_server(struct log *log, struct take t)
{
	struct take host, port;

	if (!take_text(&t, "connect: ") || !take_until(&t, "('", NULL) ||
	    !take_until(&t, "', ", &host) || !take_until(&t, ")", &port))
		return NULL;
	return reader_address(log, &host, &port);
}

static void
add_note(struct python *py, struct record *r, struct take t)
{
	const char *server = read_server(py->rd.log, t);
	struct log_session *s;

	r->dir = DIR_NONE;
	r->opens = server != NULL;
	py->rd.keyed &= r->opens;
	s = reader_add(&py->rd, r);
	if (server != NULL && s != NULL)
		s->head.server = server;
}

static void
decode(struct log *log, struct logfile *file)
{
	struct python py = {.rd = reader_of(log, file)};
	struct record r;
	struct take t;

	py.brief = memmem(file->p, file->n, "*cmd* ", 6) != NULL &&
	    memmem(file->p, file->n, "*put* ", 6) == NULL;
	while (reader_next(&py.rd, &r)) {
		t = r.text;
		r.dir = take_mark(&py, &r, &t);
		if (r.dir != DIR_NONE && add_data(&py, &r, t))
			continue;
		r.dir = DIR_NONE;
		if (!add_literal(&py, &r, t))
			add_note(&py, &r, t);
	}
	reader_done(&py.rd, py.brief ? SETTLE_BODIES : 0);
}

const struct import import_python = {
    .name = "python",
    .about = "Python's poplib, smtplib, imaplib; OfflineIMAP",
    .sniff = {.line = "^\\*(put|get|cmd|resp)\\* |"
		      "^([0-9:]{8}\\.[0-9]+ )?(send: b?['\"]|reply: b['\"])|"
		      "^(\\[imap\\]:)? +[0-9]{2}:[0-9]{2}\\.[0-9]{2} "
		      ".*(reader <|writer >) b|"
		      "^ *[0-9]{2}:[0-9]{2}\\.[0-9]{2} [<>] b?['\"]"},
    .decode = decode,
};
