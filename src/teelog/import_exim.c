/*
 * import_exim.c - exim -d
 *
 *	[HH:MM:SS ][PID ]SMTP<< text	from the client
 *	[HH:MM:SS ][PID ]SMTP>> text	to the client
 *	                      text	7 blanks: a reply's next line
 *
 * Where exim itself is the client, its lines are indented by two blanks more,
 * and the arrows mean the opposite.  A session is a process's; what processes
 * without a conversation say is passed over.  Line ends are lost, and messages
 * are not told.
 */
#include "reader.h"

#include "import.h"

struct exim {
	struct reader rd;
	bool reply; /* the line before was one, or its next */
	enum dir dir; /* ... and of this direction */
};

/* The time, and the process, which goes to the key. */
static void
take_front(struct exim *e, struct take *t, struct record *r)
{
	struct take pid = {t->p, t->p}, at;

	if (stamp_clock(t, &r->us)) {
		r->clock = CLOCK_OF_DAY;
		take_text(t, " ");
	}
	at = *t;
	take_blanks(&at);
	pid.p = pid.end = at.p;
	if (take_number(&at, 1, 10, NULL) && take_text(&at, " ")) {
		pid.end = at.p - 1;
		*t = at;
	}
	reader_key_piece(&e->rd, &pid);
}

/* `SMTP>> text`; *client: exim is the client. */
static bool
take_mark(struct take *t, enum dir *d, bool *client)
{
	struct take at = *t;

	*client = take_text(&at, "  ");
	if (!take_text(&at, "SMTP"))
		return false;
	if (take_text(&at, "<<"))
		*d = *client ? DIR_R : DIR_S;
	else if (take_text(&at, ">>"))
		*d = *client ? DIR_S : DIR_R;
	else
		return false;
	if (at.p < at.end && !take_text(&at, " "))
		return false; /* (close on process exit) */
	*t = at;
	return !take_has(&at, "writing message and terminating \".\"");
}

/* `       250-SIZE`: more of the reply. */
static bool
take_next_line(struct take *t)
{
	struct take at = *t, text;

	if (!take_text(&at, "       "))
		return false;
	take_blanks(&at);
	text = at;
	if (!take_number(&at, 3, 3, NULL) || !take_one(&at, " -", NULL))
		return false;
	*t = text;
	return true;
}

static void
read_line(struct exim *e, struct record *r)
{
	struct take t = r->text;
	struct log_session *s;
	bool client;

	take_front(e, &t, r);
	if (take_mark(&t, &r->dir, &client)) {
		e->dir = r->dir;
		e->reply = r->dir == DIR_R;
	} else if (e->reply && take_next_line(&t)) {
		r->dir = e->dir;
	} else {
		e->reply = false;
		r->dir = DIR_NONE;
		if (log_find(e->rd.log, e->rd.key) == NULL)
			return;
	}
	r->text = t;
	s = reader_add(&e->rd, r);
	s->head.protocol = "smtp";
	if (s->head.pid == NULL && e->rd.key[0] != '\0')
		s->head.pid = log_text(e->rd.log, "%s", e->rd.key);
}

static void
decode(struct log *log, struct logfile *file)
{
	struct exim e = {.rd = reader_of(log, file)};
	struct record r;

	while (reader_next(&e.rd, &r))
		read_line(&e, &r);
	reader_done(&e.rd, SETTLE_BODIES);
}

const struct import import_exim = {
    .name = "exim",
    .about = "exim -d",
    .sniff = {.line = "^([0-9:]{8} +)?( *[0-9]+ )?Exim version [0-9]|"
		      "^([0-9:]{8} +)?( *[0-9]+ )? *SMTP(<<|>>) "},
    .decode = decode,
};
