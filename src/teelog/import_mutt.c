/*
 * import_mutt.c - the debug files of mutt and NeoMutt (-d 2 to -d 5)
 *
 *	[YYYY-MM-DD HH:MM:SS] FD> text CR	the client's
 *	[YYYY-MM-DD HH:MM:SS] FD< text		the server's
 *
 * NeoMutt has <N> and the function's name between.  FD is the socket's number,
 * which is used again; it is missing where a secret is masked.  The client's CR
 * is there from level 3 on, the server's never.  A write without a line end is
 * followed by the next record on the same line; of one with several lines only
 * the first has a mark.
 */
#include "reader.h"

#include "import.h"

static bool
take_stamp(struct take *t, int64_t *us)
{
	struct take at = *t;

	if (!take_text(&at, "[") || !stamp_full(&at, '-', false, us) ||
	    !take_text(&at, "]"))
		return false;
	*t = at;
	return true;
}

/* `<2> mutt_socket_open() `, the level and function that NeoMutt tells. */
static void
take_function(struct take *t)
{
	struct take at = *t, level, name;

	if (take_text(&at, "<") && take_until(&at, "> ", &level) &&
	    take_left(&level) == 1 && take_until(&at, "() ", &name) &&
	    memchr(name.p, ' ', take_left(&name)) == NULL)
		*t = at;
}

/* `4> `, or `> ` where a secret is masked. */
static bool
take_mark(struct take *t, enum dir *d)
{
	struct take at = *t;
	char arrow;

	take_text(&at, " ");
	take_function(&at);
	take_number(&at, 0, 5, NULL);
	if (!take_one(&at, "<>", &arrow) ||
	    (at.p < at.end && !take_text(&at, " ")))
		return false;
	*d = arrow == '>' ? DIR_S : DIR_R;
	*t = at;
	return true;
}

/* Where in the text another record begins; its end if none does. */
static const unsigned char *
next_record(struct take t)
{
	struct take at;
	enum dir d;
	int64_t us;

	while (take_until(&t, "[", NULL)) {
		at = (struct take){t.p - 1, t.end};
		if (take_stamp(&at, &us) && take_mark(&at, &d))
			return t.p - 1;
	}
	return t.end;
}

/* `Connected to 127.0.0.1:110 on fd=4`, of which the server is left. */
static bool
take_connected(struct take *t)
{
	struct take at = *t;

	take_function(&at);
	if (!take_text(&at, "Connected to ") || !take_has(&at, " on fd="))
		return false;
	*t = at;
	return true;
}

/* All records of one line. */
static void
add_line(struct reader *rd, struct record *r)
{
	const unsigned char *end = r->text.end;
	struct log_session *s;
	struct take server;

	for (;;) {
		r->dir = DIR_NONE;
		if (!take_mark(&r->text, &r->dir))
			take_text(&r->text, " ");
		server = r->text;
		r->opens = r->dir == DIR_NONE && take_connected(&server);
		if (r->dir != DIR_NONE)
			r->text.end = next_record(r->text);
		r->end = r->text.end < end ? RECORD_BYTES : RECORD_STRIPPED;
		s = reader_add(rd, r);
		if (s != NULL && r->opens)
			s->head.server = reader_host_port(rd->log, server);
		if (s != NULL)
			s->head.lacks |= LACKS_ZONE;
		if (r->text.end == end)
			return;
		r->text = (struct take){r->text.end, end};
		take_stamp(&r->text, &r->us);
	}
}

static void
decode(struct log *log, struct logfile *file)
{
	struct reader rd = reader_of(log, file);
	struct record r;
	enum dir last = DIR_NONE;

	while (reader_next(&rd, &r)) {
		if (take_stamp(&r.text, &r.us)) {
			r.clock = CLOCK_DATE;
			add_line(&rd, &r);
			last = r.dir;
			continue;
		}
		/* More of what was written at once. */
		if (last == DIR_S && take_ends(&r.text, "\r"))
			r.dir = DIR_S;
		reader_add(&rd, &r);
	}
	reader_done(&rd, SETTLE_MASKS | SETTLE_BODIES);
}

#define STAMP "^\\[[0-9]{4}-[0-9][0-9]-[0-9][0-9] [0-9:]{8}\\]"

const struct import import_mutt = {
    .name = "mutt",
    .about = "mutt -d 2 to -d 5, and NeoMutt",
    .sniff = {.line = STAMP "( (Neo)?Mutt| [0-9]*[<>] |<[0-9]> .*\\(\\) "
			    "[0-9]*[<>] )"},
    .decode = decode,
};
