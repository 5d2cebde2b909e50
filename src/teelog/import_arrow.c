/*
 * import_arrow.c - the arrow log of a mail server for Windows
 *
 *	ADDRESS » text		the server's
 *	ADDRESS « text		the client's
 *	ADDRESS *** user messages octets hh:mm:ss OK
 *	ADDRESS Disconnected
 *
 * The arrows are those of the document that describes the log, the opposite of
 * what they suggest.  They are UTF-8 or Latin-1.  The address is the session's
 * only key; of long replies only the first line is there, and of lists not even
 * the dot.  Some servers put a date in front.
 */
#include "reader.h"

#include "import.h"

static const struct mark marks[] = {{"\xc2\xbb ", DIR_R}, {"\xc2\xab ", DIR_S},
    {"\xbb ", DIR_R}, {"\xab ", DIR_S}, {NULL, DIR_NONE}};

static void
read_stamp(struct record *r)
{
	struct take t = r->text;

	if (stamp_full(&t, '-', false, &r->us) ||
	    stamp_full(&t, '/', false, &r->us))
		r->clock = CLOCK_DATE;
	else if (stamp_clock(&t, &r->us))
		r->clock = CLOCK_OF_DAY;
	else
		return;
	take_blanks(&t);
	r->text = t;
}

/* `*** joe 3 1742 00:00:07 OK` */
static const char *
read_user(struct log *log, struct take t)
{
	struct take user;

	if (!take_text(&t, "*** ") || !take_token(&t, &user) ||
	    take_is(&user, "-"))
		return NULL;
	return log_copy(log, user.p, take_left(&user));
}

static void
decode(struct log *log, struct logfile *file)
{
	struct reader rd = reader_of(log, file);
	const struct take no_port = take_from(NULL, 0);
	struct log_session *s;
	struct take address;
	struct record r;

	while (reader_next(&rd, &r)) {
		read_stamp(&r);
		if (!take_token(&r.text, &address))
			continue;
		take_text(&r.text, " ");
		reader_key_piece(&rd, &address);
		r.dir = reader_mark(&r.text, marks);
		r.closes =
		    r.dir == DIR_NONE && take_is(&r.text, "Disconnected");
		s = reader_add(&rd, &r);
		if (s == NULL)
			continue;
		if (r.dir == DIR_NONE && s->head.user == NULL)
			s->head.user = read_user(log, r.text);
		s->head.client = reader_address(log, &address, &no_port);
		if (r.clock == CLOCK_DATE)
			s->head.lacks |= LACKS_ZONE;
	}
	reader_done(&rd, SETTLE_MASKS | SETTLE_BODIES);
}

const struct import import_arrow = {
    .name = "arrow",
    .about = "\xc2\xbb and \xc2\xab behind the client's address",
    .sniff = {.line = "^([-0-9/]+ )?([0-9:.]+ )?[^ ]+ "
		      "(\xc2\xbb|\xc2\xab|\xbb|\xab) "},
    .decode = decode,
};
