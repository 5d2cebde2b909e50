/*
 * import_s_client.c - openssl s_client on a terminal
 *
 * All up to the greeting is its own: certificates, the session.  Later come
 * tickets (to `read R BLOCK`), and with -msg the records of TLS with their
 * bytes. Who says the other lines is worked out.  Unless it is quiet, s_client
 * takes typed lines that begin with Q or R for commands to itself: they were
 * not sent.
 */
#include "infer.h"
#include "settle.h"
#include "take.h"

#include "import.h"

struct s_client {
	struct log *log;
	struct infer *in;
	bool talking; /* the greeting was there */
	bool quiet; /* it did not say that it is connected */
	bool ticket, record; /* within one */
};

static void
note(struct s_client *c, const struct logfile_line *line)
{
	log_note(c->log, infer_session(c->in), line->number, line->p, line->n);
}

/* The first line of the dialogue; behind STARTTLS it is a reply's last. */
static bool
is_start(struct take t)
{
	return settle_is_greeting(t.p, take_left(&t)) ||
	    take_text(&t, ". OK ") || take_text(&t, ". NO ") ||
	    take_text(&t, "250 ");
}

static bool
is_record(struct take t)
{
	return (take_text(&t, ">>> ") || take_text(&t, "<<< ")) &&
	    take_has(&t, "[length ");
}

/* Indented bytes below the line of a record. */
static bool
is_dump(struct take t)
{
	return take_text(&t, "    ") && take_hex_number(&t, 2, 2, NULL) &&
	    (t.p == t.end || *t.p == ' ' || *t.p == '\r');
}

static bool
is_message(struct take t)
{
	static const char *const whole[] = {"DONE", "closed", "RENEGOTIATING",
	    "KEYUPDATE", "read R BLOCK", "---", NULL};

	take_trim(&t, "\r");
	for (size_t i = 0; whole[i] != NULL; i++)
		if (take_is(&t, whole[i]))
			return true;
	return take_text(&t, "read:errno=") || take_text(&t, "depth=") ||
	    take_text(&t, "verify ");
}

static bool
next_begins(const struct logfile *file, const char *text)
{
	struct logfile rest = *file;
	struct logfile_line line;
	struct take t;

	if (!logfile_next(&rest, &line))
		return false;
	t = take_from(line.p, line.n);
	return take_text(&t, text);
}

/* QUIT, or RETR, that went to s_client itself. */
static bool
is_own_command(const struct s_client *c, const struct logfile *file,
    const struct logfile_line *line)
{
	if (c->quiet || line->n == 0)
		return false;
	return (*line->p == 'Q' && next_begins(file, "DONE")) ||
	    (*line->p == 'R' && next_begins(file, "RENEGOTIATING"));
}

/* Whether the line is s_client's. */
static bool
is_own(struct s_client *c, const struct logfile *file,
    const struct logfile_line *line)
{
	struct take t = take_from(line->p, line->n), ticket = t;
	/* a message may have any line in it */
	bool open = infer_next(c->in) == DIR_R;

	if (c->ticket) {
		c->ticket = !take_text(&t, "read R BLOCK");
		return true;
	}
	if (take_text(&ticket, "Post-Handshake New Session Ticket arrived:"))
		return c->ticket = true;
	if (next_begins(file, "Post-Handshake New Session Ticket") &&
	    take_text(&ticket, "---"))
		return true;
	if (is_record(t))
		return c->record = true;
	if (c->record && is_dump(t))
		return true;
	c->record = false;
	return !open && (is_message(t) || is_own_command(c, file, line));
}

static void
decode(struct log *log, struct logfile *file)
{
	struct s_client c = {.log = log, .quiet = true};
	struct logfile_line line;
	struct take t;

	c.in = infer_open(log, NULL, NULL, NULL);
	while (logfile_next(file, &line)) {
		t = take_from(line.p, line.n);
		c.talking |= is_start(t);
		if (!c.talking) {
			c.quiet &= !take_text(&t, "CONNECTED(");
			if (line.n > 0)
				note(&c, &line);
		} else if (is_own(&c, file, &line)) {
			if (line.n > 0)
				note(&c, &line);
		} else {
			infer_logged(c.in, &line);
		}
	}
	infer_close(&c.in);
	settle(log, SETTLE_MASKS);
}

const struct import import_s_client = {
    .name = "s_client",
    .about = "openssl s_client on a terminal",
    .sniff = {.line = "^CONNECTED\\([0-9A-F]{8}\\)$|^depth=[0-9]"},
    .decode = decode,
};
