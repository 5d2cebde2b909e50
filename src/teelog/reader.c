/* reader.c - records of a log become events of its sessions */
#include "reader.h"

#include <ctype.h>

/* So many lines are kept for a session that has not begun. */
#define HELD 1000

/* How far a session has come. */
struct talk {
	struct settle_talk ends;
	bool any; /* it has a record ... */
	bool said; /* ... which is no note */
};

struct reader
reader_of(struct log *log, struct logfile *file)
{
	return (struct reader){.log = log,
	    .file = file,
	    .has_cr = !file->crlf && file->n > 0 &&
		memmem(file->p, file->n, "\r\n", 2) != NULL};
}

bool
reader_next(struct reader *rd, struct record *r)
{
	struct logfile_line line;

	if (!logfile_next(rd->file, &line))
		return false;
	memset(r, 0, sizeof *r);
	r->line = line.number;
	r->dir = DIR_NONE;
	r->text = take_from(line.p, line.n);
	if (line.us != TIME_NONE) {
		r->clock = CLOCK_DATE;
		r->us = line.us;
	}
	return true;
}

void
reader_key_piece(struct reader *rd, const struct take *key)
{
	size_t n = 0;

	while (
	    n < sizeof rd->key - 1 && n < take_left(key) && key->p[n] != '\0') {
		rd->key[n] = (char)key->p[n];
		n++;
	}
	rd->key[n] = '\0';
	rd->keyed = true;
}

void
reader_key(struct reader *rd, const char *key)
{
	rd->keyed = key != NULL;
	if (key != NULL)
		reader_key_piece(rd,
		    &(struct take){(const unsigned char *)key,
			(const unsigned char *)key + strlen(key)});
}

bool
reader_clock(struct record *r)
{
	if (!stamp_clock(&r->text, &r->us))
		return false;
	r->clock = CLOCK_OF_DAY;
	return true;
}

struct log_session *
reader_session(struct reader *rd)
{
	struct log_session *s =
	    log_session(rd->log, rd->keyed ? rd->key : NULL);

	if (s->state == NULL) {
		s->state = log_alloc(rd->log, sizeof(struct talk));
		for (size_t i = 0; i < rd->nheld; i++)
			log_note(rd->log, s, rd->held[i].number, rd->held[i].p,
			    rd->held[i].n);
		rd->nheld = 0;
	}
	return rd->session = s;
}

bool
reader_said(const struct reader *rd)
{
	const struct talk *talk =
	    rd->session != NULL ? rd->session->state : NULL;

	return talk != NULL && talk->said;
}

void
reader_close(struct reader *rd)
{
	if (rd->session != NULL)
		log_close(rd->log, rd->session);
	rd->session = NULL;
}

/* Keep a note for the session that it will turn out to belong to. */
static void
hold(struct reader *rd, const struct record *r)
{
	if (rd->held == NULL)
		rd->held = log_alloc(rd->log, HELD * sizeof *rd->held);
	if (rd->nheld == HELD)
		return;
	rd->held[rd->nheld++] = (struct logfile_line){
	    .p = r->text.p, .n = take_left(&r->text), .number = r->line};
}

static struct event *
add_data(struct reader *rd, struct log_session *s, const struct record *r)
{
	struct log *log = rd->log;
	size_t n = take_left(&r->text);
	struct event *ev;

	if (r->end == RECORD_BYTES) {
		ev = log_data(log, s, r->line, r->dir, r->text.p, n);
		if (ev->end == END_NONE)
			ev->flags |= EVENT_PARTIAL;
		return ev;
	}
	ev = log_line(log, s, r->line, r->dir, r->text.p, n);
	if (n > 0 && r->text.p[n - 1] == '\r') {
		ev->len--;
		ev->end = END_CRLF;
		ev->flags = 0;
	} else if (r->end == RECORD_LF_CUT && rd->has_cr) {
		ev->end = END_LF;
		ev->flags = 0;
	}
	return ev;
}

static void
set_time(struct reader *rd, struct log_session *s, struct event *ev,
    const struct record *r)
{
	if (r->clock == CLOCK_DATE)
		log_time(s, ev, r->us);
	else if (r->clock == CLOCK_OF_DAY)
		log_clock(s, ev, stamp_of_day(&rd->day, r->us));
}

/* The session of this record. */
static struct log_session *
session_of(struct reader *rd, const struct record *r)
{
	struct log_session *s = reader_session(rd);
	struct talk *talk = s->state;

	if ((r->opens && talk->any) ||
	    settle_is_anew(
		&talk->ends, r->dir, r->text.p, take_left(&r->text))) {
		log_close(rd->log, s);
		s = reader_session(rd);
		talk = s->state;
	}
	talk->any = true;
	talk->said |= r->dir != DIR_NONE;
	return s;
}

struct log_session *
reader_add(struct reader *rd, const struct record *r)
{
	struct log_session *s = rd->session;

	if (r->dir != DIR_NONE) {
		s = session_of(rd, r);
		rd->event = add_data(rd, s, r);
	} else {
		if (r->text.p == r->text.end)
			return s;
		if (r->opens || rd->keyed)
			s = session_of(rd, r);
		if (s == NULL) {
			hold(rd, r);
			return NULL;
		}
		rd->event = log_note(
		    rd->log, s, r->line, r->text.p, take_left(&r->text));
	}
	rd->event->flags |= r->flags;
	set_time(rd, s, rd->event, r);
	if (r->closes)
		reader_close(rd);
	return s;
}

void
reader_goes_on(struct reader *rd, struct record *r)
{
	struct log_session *s = rd->session;
	struct event *before = NULL;
	unsigned char *text;
	size_t n;

	if (r->text.p == r->text.end)
		return;
	if (s != NULL && s->nevents > 0)
		before = &s->events[s->nevents - 1];
	if (before == NULL || before->kind != EVENT_DATA ||
	    before->end != END_UNKNOWN) {
		reader_add(rd, r);
		return;
	}
	before->end = END_NONE;
	before->flags |= EVENT_PARTIAL;
	take_blanks(&r->text);
	n = take_left(&r->text);
	text = log_alloc(rd->log, n + 1);
	text[0] = ' ';
	memcpy(text + 1, r->text.p, n);
	rd->event = log_line(rd->log, s, r->line, before->dir, text, n + 1);
}

void
reader_after_login(struct reader *rd, uint64_t line)
{
	static const char words[] = "the log begins after the login";
	const struct record note = {.line = line,
	    .dir = DIR_NONE,
	    .text = take_from(words, sizeof words - 1)};

	rd->keyed = false;
	reader_add(rd, &note);
}

void
reader_omitted(struct reader *rd, const struct record *r, uint64_t n)
{
	struct log_session *s = reader_session(rd);

	rd->event = log_omitted(rd->log, s, r->line, r->dir, n);
	set_time(rd, s, rd->event, r);
}

void
reader_done(struct reader *rd, unsigned how)
{
	struct log_session *last = rd->log->recent;

	/* Notes alone are a log, too, of a connection that failed. */
	if (rd->nheld > 0 && last == NULL)
		reader_session(rd);
	for (size_t i = 0; i < rd->nheld; i++)
		log_note(rd->log, last, rd->held[i].number, rd->held[i].p,
		    rd->held[i].n);
	settle(rd->log, how);
}

enum dir
reader_mark(struct take *t, const struct mark *marks)
{
	for (; marks->text != NULL; marks++) {
		size_t n = strlen(marks->text);

		if (take_text(t, marks->text))
			return marks->dir;
		while (n > 0 && marks->text[n - 1] == ' ')
			n--;
		if (take_left(t) == n && memcmp(t->p, marks->text, n) == 0) {
			t->p = t->end;
			return marks->dir;
		}
	}
	return DIR_NONE;
}

const char *
reader_address(
    struct log *log, const struct take *host, const struct take *port)
{
	bool colons;

	if (host->p == host->end || take_left(host) > 255 ||
	    take_left(port) > 5)
		return NULL;
	colons = memchr(host->p, ':', take_left(host)) != NULL;
	for (const unsigned char *p = host->p; p < host->end; p++)
		if (!isgraph(*p))
			return NULL;
	for (const unsigned char *p = port->p; p < port->end; p++)
		if (!take_is_digit(*p))
			return NULL;
	return log_text(log, "%s%.*s%s%s%.*s", colons ? "[" : "",
	    (int)take_left(host), host->p, colons ? "]" : "",
	    port->p < port->end ? ":" : "", (int)take_left(port), port->p);
}

const char *
reader_host_port(struct log *log, struct take t)
{
	struct take host, port;
	const unsigned char *colon;

	if (!take_token(&t, &host))
		return NULL;
	port = (struct take){host.end, host.end};
	colon = memrchr(host.p, ':', take_left(&host));
	if (colon != NULL) {
		port.p = colon + 1;
		host.end = colon;
		take_trim(&port, ".");
	}
	if (host.p < host.end && *host.p == '[' && host.end[-1] == ']') {
		host.p++;
		host.end--;
	}
	return reader_address(log, &host, &port);
}

void
reader_marks(struct log *log, struct logfile *file, const struct mark *marks,
    enum record_end end, unsigned how)
{
	struct reader rd = reader_of(log, file);
	struct record r;

	while (reader_next(&rd, &r)) {
		r.dir = reader_mark(&r.text, marks);
		r.end = end;
		reader_add(&rd, &r);
	}
	reader_done(&rd, how);
}
