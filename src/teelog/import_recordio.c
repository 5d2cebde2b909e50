/*
 * import_recordio.c - the log of recordio (ucspi-tcp, by D. J. Bernstein)
 *
 *	PID DIR DATA BLANK	data ended in LF; a CR before it is data
 *	PID DIR DATA +		it did not: the next record goes on
 *	PID DIR [EOF]		that side has ended
 *
 * DIR is < from the client and > to it; PID is the recorded program's, and one
 * session each.  No time is told.  All bytes are kept, NULs too.  tcpserver's
 * messages are in the same stream, and know the addresses.
 */
#include "import.h"

#include <string.h>

/* One record, taken apart. */
struct record {
	const unsigned char *pid, *data;
	size_t pid_len, len;
	enum dir dir;
};

static bool
is_digit(unsigned char c)
{
	return c >= '0' && c <= '9';
}

static bool
read_record(const struct logfile_line *line, struct record *r)
{
	const unsigned char *p = line->p, *end = p + line->n;

	/* tai64n, as multilog would have put it in front */
	if (end - p > 26 && p[0] == '@' && p[25] == ' ')
		p += 26;
	r->pid = p;
	while (p < end && is_digit(*p))
		p++;
	r->pid_len = (size_t)(p - r->pid);
	if (r->pid_len == 0 || r->pid_len > 10 || end - p < 3 || p[0] != ' ' ||
	    (p[1] != '<' && p[1] != '>') || p[2] != ' ')
		return false;
	r->dir = p[1] == '<' ? DIR_S : DIR_R;
	r->data = p + 3;
	r->len = (size_t)(end - r->data);
	return true;
}

/* Which sides of a session have ended. */
struct ended {
	bool side[2];
};

static struct log_session *
session_of(struct log *log, const unsigned char *pid, size_t n)
{
	char key[16];
	struct log_session *s;

	memcpy(key, pid, n);
	key[n] = '\0';
	s = log_session(log, key);
	if (s->head.pid == NULL) {
		s->head.pid = log_text(log, "%s", key);
		s->state = log_alloc(log, sizeof(struct ended));
	}
	return s;
}

/* The data with the LF that the blank stands for. */
static void
add_line(struct log *log, struct log_session *s, uint64_t number,
    const struct record *r, size_t n)
{
	struct event *ev = log_data(log, s, number, r->dir, r->data, n);

	ev->end = n > 0 && r->data[n - 1] == '\r' ? END_CRLF : END_LF;
	if (ev->end == END_CRLF)
		ev->len--;
}

static void
add_record(struct log *log, uint64_t number, const struct record *r)
{
	struct log_session *s = session_of(log, r->pid, r->pid_len);
	unsigned char last = r->len > 0 ? r->data[r->len - 1] : '\0';
	struct ended *ended = s->state;
	struct event *ev;

	if (ended->side[DIR_S] && ended->side[DIR_R]) {
		log_close(log, s); /* the number of that process is used again */
		s = session_of(log, r->pid, r->pid_len);
		ended = s->state;
	}
	if (r->len == 5 && memcmp(r->data, "[EOF]", 5) == 0) {
		ended->side[r->dir] = true;
		log_state(log, s, number, "close %s",
		    r->dir == DIR_S ? "client" : "daemon");
	} else if (last == ' ') {
		add_line(log, s, number, r, r->len - 1);
	} else if (last == '+') {
		ev = log_data(log, s, number, r->dir, r->data, r->len - 1);
		ev->flags |= EVENT_PARTIAL;
	} else {
		/* Whoever pasted this log lost the blanks at the line ends. */
		ev = log_line(log, s, number, r->dir, r->data, r->len);
		if (last == '\r')
			ev->len--;
	}
}

/* What follows `words` in a message of tcpserver; NULL if it is another. */
static const unsigned char *
after(const struct logfile_line *line, const char *words, size_t *n)
{
	size_t len = strlen(words);

	if (line->n < len || memcmp(line->p, words, len) != 0)
		return NULL;
	*n = line->n - len;
	return line->p + len;
}

static size_t
digits(const unsigned char *p, size_t n)
{
	size_t i = 0;

	while (i < n && i < 10 && is_digit(p[i]))
		i++;
	return i;
}

/* `HOST:ADDRESS:PORT` or `HOST:ADDRESS:USER:PORT`, the address without colons. */
static const char *
address(struct log *log, const unsigned char *p, size_t n)
{
	const unsigned char *end = p + n, *host, *port;

	host = memchr(p, ':', n);
	port = memrchr(p, ':', n);
	if (host == NULL || port <= host + 1)
		return NULL;
	p = memchr(host + 1, ':', (size_t)(end - host - 1));
	return log_text(log, "%.*s:%.*s", (int)(p - host - 1), host + 1,
	    (int)(end - port - 1), port + 1);
}

/* `tcpserver: ok PID SERVER-HOST:ADDRESS:PORT CLIENT-HOST:ADDRESS:USER:PORT` */
static void
read_ok(struct log *log, struct log_session *s, const unsigned char *p,
    size_t n)
{
	const unsigned char *blank = memchr(p, ' ', n);

	if (blank == NULL)
		return;
	s->head.server = address(log, p, (size_t)(blank - p));
	s->head.client =
	    address(log, blank + 1, n - (size_t)(blank - p) - 1);
}

static void
read_message(struct log *log, const struct logfile_line *line)
{
	static const char *const words[] = {
	    "tcpserver: pid ", "tcpserver: ok ", "tcpserver: end "};
	const unsigned char *p = NULL;
	struct log_session *s;
	size_t i, n = 0, d;

	for (i = 0; i < 3 && p == NULL; i++)
		p = after(line, words[i], &n);
	if (p == NULL || (d = digits(p, n)) == 0) {
		/* It belongs to no session; tell it with the last one. */
		if (log->first != NULL)
			log_note(log, log->recent, line->number, line->p,
			    line->n);
		return;
	}
	s = session_of(log, p, d);
	log_note(log, s, line->number, line->p, line->n);
	if (i == 2 && d < n)
		read_ok(log, s, p + d + 1, n - d - 1);
	if (i == 3)
		log_close(log, s);
}

static void
decode(struct log *log, struct logfile *file)
{
	struct logfile_line line;
	struct record r;

	while (logfile_next(file, &line)) {
		if (read_record(&line, &r))
			add_record(log, line.number, &r);
		else if (line.n > 0)
			read_message(log, &line);
	}
}

const struct import import_recordio = {
    .name = "recordio",
    .about = "recordio of ucspi-tcp",
    .sniff = {
	.line = "^(@[0-9a-f]{24} )?[0-9]+ [<>] ",
	.share = 80,
    },
    .decode = decode,
};
