/*
 * import_terminal.c - telnet and nc on a terminal: recorded, or copied
 *
 *	$ telnet HOST PORT
 *	Trying ADDRESS...
 *	Connected to HOST.
 *	Escape character is '^]'.
 *	... what the server said, and what was typed ...
 *	Connection closed by foreign host.
 *
 *	Connection to HOST PORT port [tcp/NAME] succeeded!	nc of OpenBSD
 *	HOST [ADDRESS] PORT (NAME) open			the traditional nc
 *	Ncat: Connected to ADDRESS:PORT.
 *
 * Who says a line is worked out.  A terminal's recording has a CR at every line
 * end, and another where the server's were CRLF and the program left them.
 */
#include "infer.h"
#include "reader.h"

#include "import.h"

struct terminal {
	struct log *log;
	struct infer *in;
	const char *server;
	struct take port; /* that the command line told */
	bool talking; /* connected, or nothing said so yet */
	struct log_session *over; /* closed, and no other has begun; or NULL */
};

static void
fill(void *arg, struct log_session *s)
{
	const struct terminal *t = arg;

	s->head.server = t->server;
}

static void
note(struct terminal *t, const struct logfile_line *line)
{
	struct log_session *s = t->over;

	if (line->n == 0)
		return;
	if (s == NULL)
		s = infer_session(t->in);
	log_note(t->log, s, line->number, line->p, line->n);
}

/* A new connection; what was said before belongs to another. */
static void
open_connection(struct terminal *t, const char *server)
{
	struct log_session *s;

	if (t->talking && infer_next(t->in) != DIR_NONE)
		infer_end(t->in);
	s = infer_session(t->in);
	if (server != NULL)
		t->server = server;
	s->head.server = t->server;
	t->talking = true;
}

static void
close_connection(struct terminal *t)
{
	t->over = infer_session(t->in);
	infer_end(t->in);
	t->talking = false;
	t->server = NULL;
	t->port.p = t->port.end = NULL;
}

/* ---- the programs' messages ------------------------------------------- */

/* `$ telnet HOST PORT`, behind any prompt. */
static bool
read_command(struct terminal *t, const struct logfile_line *line)
{
	static const char *const programs[] = {
	    "telnet ", "nc ", "netcat ", "ncat "};
	struct take in, word, host = {NULL, NULL}, port = {NULL, NULL};
	size_t i = 0;

	do {
		in = take_from(line->p, line->n);
		take_trim(&in, "\r ");
		/* at the start, or behind a prompt */
		if (take_until(&in, "$ ", NULL) ||
		    take_until(&in, "# ", NULL) || take_until(&in, "% ", NULL))
			take_blanks(&in);
	} while (!take_text(&in, programs[i]) && ++i < 4);
	if (i == 4)
		return false;
	while (take_blanks(&in), take_token(&in, &word)) {
		host = port;
		port = word;
	}
	if (host.p == NULL || *port.p < '0' || *port.p > '9') {
		host = port;
		port.p = port.end;
	}
	t->server = reader_address(t->log, &host, &port);
	t->port = port;
	t->over = NULL;
	return true;
}

/* `Trying 192.0.2.1...` */
static const char *
read_trying(struct terminal *t, struct take in)
{
	struct take host;

	if (!take_text(&in, "Trying ") || !take_token(&in, &host))
		return NULL;
	if (take_ends(&host, "\xe2\x80\xa6"))
		host.end -= 3;
	take_trim(&host, ".");
	if (t->port.p == NULL)
		t->port = (struct take){host.end, host.end};
	return reader_address(t->log, &host, &t->port);
}

/* Whether the line says that there is a connection now; to which server. */
static bool
is_opening(struct terminal *t, struct take in, const char **server)
{
	struct take host, port, at = in;

	*server = NULL;
	if (take_text(&in, "Connected to ") ||
	    take_text(&in, "Escape character is "))
		return true;
	if (take_text(&in, "Ncat: Connected to ")) {
		*server = reader_host_port(t->log, in);
		return true;
	}
	if (take_text(&in, "Connection to ") && take_token(&in, &host) &&
	    take_text(&in, " ") && take_token(&in, &port) &&
	    take_has(&in, "succeeded!")) {
		*server = reader_address(t->log, &host, &port);
		return true;
	}
	if (take_until(&at, " [", NULL) && take_until(&at, "] ", &host) &&
	    take_token(&at, &port) && take_text(&at, " (") &&
	    (take_ends(&at, ") open") || take_ends(&at, ") open\r"))) {
		*server = reader_address(t->log, &host, &port);
		return true;
	}
	return false;
}

static bool
is_closing(struct take in)
{
	take_trim(&in, "\r ");
	return take_is(&in, "Connection closed by foreign host.") ||
	    take_is(&in, "Connection closed.") ||
	    take_text(&in, "Script done on ") ||
	    (take_text(&in, "Ncat: ") && !take_text(&in, "Connected to "));
}

static bool
is_script(struct take in)
{
	return take_text(&in, "Script started on ") ||
	    take_text(&in, "Script done on ");
}

/* ---- lines ------------------------------------------------------------- */

/* Whether a message that is open may have this line in it. */
static bool
is_within(const struct terminal *t, const struct logfile *file)
{
	struct logfile rest = *file;
	struct logfile_line line;
	struct take in;

	if (!t->talking || infer_next(t->in) == DIR_NONE)
		return false;
	/* It has not, where nothing follows but a shell. */
	while (logfile_next(&rest, &line)) {
		in = take_from(line.p, line.n);
		take_trim(&in, "\r ");
		if (in.p < in.end)
			return !is_script(in) && !take_has(&in, "$ ") &&
			    !take_ends(&in, "$");
	}
	return false;
}

static void
read_line(struct terminal *t, const struct logfile *file,
    const struct logfile_line *line)
{
	struct take in = take_from(line->p, line->n);
	const char *server;

	if (is_script(in) && t->talking && is_closing(in)) {
		note(t, line);
		close_connection(t);
	} else if (is_script(in) || (!t->talking && read_command(t, line))) {
		note(t, line);
	} else if (is_closing(in) && !is_within(t, file)) {
		note(t, line);
		close_connection(t);
	} else if ((server = read_trying(t, in)) != NULL && !t->talking) {
		t->server = server;
		open_connection(t, server);
		t->talking = false;
		note(t, line);
	} else if (!(t->talking && infer_next(t->in) == DIR_R) &&
	    is_opening(t, in, &server)) {
		open_connection(t, server);
		note(t, line);
	} else if (t->talking) {
		infer_logged(t->in, line);
	} else {
		note(t, line);
	}
}

static void
decode(struct log *log, struct logfile *file)
{
	struct terminal t = {.log = log};
	struct logfile_line line;

	t.in = infer_open(log, NULL, fill, &t);
	while (logfile_next(file, &line))
		read_line(&t, file, &line);
	infer_close(&t.in);
	settle(log, SETTLE_MASKS);
}

const struct import import_terminal = {
    .name = "telnet",
    .about = "telnet, nc and ncat on a terminal",
    .sniff = {.line = "^Trying [^ ]+ ?(\\.\\.\\.|\xe2\x80\xa6)$|"
		      "^Escape character is |"
		      "^([^ ]*[$#%>] )?telnet [^ ]+( [^ ]+)?$|"
		      "^Connection to [^ ]+ [0-9]+ port \\[|"
		      "^[^ ]+ \\[[0-9.]+\\] [0-9]+ \\([^ ]+\\) open|"
		      "^Ncat: Connected to "},
    .decode = decode,
};
