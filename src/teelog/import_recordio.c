/*
 * import_recordio.c - the log of recordio (ucspi-tcp, by D. J. Bernstein)
 *
 *	PID DIR DATA BLANK	data ended in LF; a CR before it is data
 *	PID DIR DATA +		it did not: the next record goes on
 *	PID DIR [EOF]		that side has ended
 *
 * DIR is < from the client and > to it; PID is the recorded program's, and one
 * session each.  No time is told, unless the log went through tai64n.  All bytes
 * are kept, NULs too.  tcpserver's messages are in the same stream, and know the
 * addresses.
 */
#include "import.h"
#include "take.h"

#include <string.h>

/* One record, taken apart. */
struct chunk {
	struct take pid, data;
	enum dir dir;
};

static bool
read_chunk(const struct logfile_line *line, struct chunk *c)
{
	struct take t = take_from(line->p, line->n);
	char arrow;

	c->pid.p = t.p;
	if (!take_number(&t, 1, 10, NULL))
		return false;
	c->pid.end = t.p;
	if (!take_text(&t, " ") || !take_one(&t, "<>", &arrow) ||
	    !take_text(&t, " "))
		return false;
	c->dir = arrow == '<' ? DIR_S : DIR_R;
	c->data = t;
	return true;
}

/* Which sides of a session have ended. */
struct ended {
	bool side[2];
};

/* pid: at most ten digits. */
static struct log_session *
session_of(struct log *log, struct take pid)
{
	char key[16];
	struct log_session *s;

	memcpy(key, pid.p, take_left(&pid));
	key[take_left(&pid)] = '\0';
	s = log_session(log, key);
	if (s->head.pid == NULL) {
		s->head.pid = log_text(log, "%s", key);
		s->state = log_alloc(log, sizeof(struct ended));
	}
	return s;
}

/* The data with the LF that the blank stands for. */
static struct event *
add_line(struct log *log, struct log_session *s, uint64_t number,
    const struct chunk *c, size_t n)
{
	struct event *ev = log_data(log, s, number, c->dir, c->data.p, n);

	ev->end = n > 0 && c->data.p[n - 1] == '\r' ? END_CRLF : END_LF;
	if (ev->end == END_CRLF)
		ev->len--;
	return ev;
}

static struct event *
add_data(struct log *log, struct log_session *s, uint64_t number,
    const struct chunk *c)
{
	size_t n = take_left(&c->data);
	struct event *ev;

	if (take_ends(&c->data, " "))
		return add_line(log, s, number, c, n - 1);
	if (take_ends(&c->data, "+")) {
		ev = log_data(log, s, number, c->dir, c->data.p, n - 1);
		ev->flags |= EVENT_PARTIAL;
		return ev;
	}
	/* Whoever pasted this log lost the blanks at the line ends. */
	ev = log_line(log, s, number, c->dir, c->data.p, n);
	if (take_ends(&c->data, "\r"))
		ev->len--;
	return ev;
}

static void
add_chunk(
    struct log *log, const struct logfile_line *line, const struct chunk *c)
{
	struct log_session *s = session_of(log, c->pid);
	struct ended *ended = s->state;
	struct event *ev;

	if (ended->side[DIR_S] && ended->side[DIR_R]) {
		log_close(log, s); /* that process id is used again */
		s = session_of(log, c->pid);
		ended = s->state;
	}
	if (take_is(&c->data, "[EOF]")) {
		ended->side[c->dir] = true;
		ev = log_state(log, s, line->number, "close %s",
		    c->dir == DIR_S ? "client" : "daemon");
	} else {
		ev = add_data(log, s, line->number, c);
	}
	if (line->us != TIME_NONE)
		log_time(s, ev, line->us);
}

/* `HOST:ADDRESS:PORT`, `HOST:ADDRESS:USER:PORT`; the address has no colons. */
static const char *
read_address(struct log *log, struct take t)
{
	struct take address;
	const unsigned char *port = memrchr(t.p, ':', take_left(&t));

	if (!take_until(&t, ":", NULL) || !take_until(&t, ":", &address))
		return NULL;
	port++;
	return log_text(log, "%.*s:%.*s", (int)take_left(&address), address.p,
	    (int)(t.end - port), port);
}

/* `tcpserver: ok PID SERVER-HOST:ADDRESS:PORT CLIENT-HOST:ADDRESS:USER:PORT` */
static void
read_ok(struct log *log, struct log_session *s, struct take t)
{
	struct take server;

	if (!take_until(&t, " ", &server))
		return;
	s->head.server = read_address(log, server);
	s->head.client = read_address(log, t);
}

static void
read_message(struct log *log, const struct logfile_line *line)
{
	struct take t = take_from(line->p, line->n), pid, rest;
	bool ok = take_text(&t, "tcpserver: ok ");
	bool end = !ok && take_text(&t, "tcpserver: end ");
	struct log_session *s = log->recent;

	if (ok || end || take_text(&t, "tcpserver: pid ")) {
		pid.p = t.p;
		take_number(&t, 0, 10, NULL);
		pid.end = t.p;
		if (pid.p < pid.end)
			s = session_of(log, pid);
		else
			end = false;
		rest = t;
		if (ok && take_text(&rest, " "))
			read_ok(log, s, rest);
	}
	/* What belongs to no session is told with the last one. */
	if (s != NULL)
		log_note(log, s, line->number, line->p, line->n);
	if (end && s != NULL)
		log_close(log, s);
}

static void
decode(struct log *log, struct logfile *file)
{
	struct logfile_line line;
	struct chunk c;

	while (logfile_next(file, &line)) {
		if (read_chunk(&line, &c))
			add_chunk(log, &line, &c);
		else if (line.n > 0)
			read_message(log, &line);
	}
}

const struct import import_recordio = {
    .name = "recordio",
    .about = "recordio of ucspi-tcp",
    .sniff =
	{
	    .line = "^[0-9]+ [<>] ",
	    .share = 80,
	},
    .decode = decode,
};
