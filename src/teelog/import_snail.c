/*
 * import_snail.c - what s-nail prints with -vv
 *
 *	s-nail: >>> SERVER: text	the server's
 *	s-nail: >>> text		the client's
 *
 * Line ends, control bytes and blanks at the beginning are lost, and what is sent
 * is shown before its dots are stuffed.
 */
#include "reader.h"

#include "import.h"

static const struct mark marks[] = {
    {"s-nail: >>> SERVER: ", DIR_R}, {"s-nail: >>> ", DIR_S}, {NULL, DIR_NONE}};

static void
decode(struct log *log, struct logfile *file)
{
	struct reader rd = reader_of(log, file);
	const char *server = NULL;
	struct log_session *s;
	struct record r;
	struct take t;

	while (reader_next(&rd, &r)) {
		t = r.text;
		r.dir = reader_mark(&r.text, marks);
		r.flags = r.dir != DIR_NONE ? EVENT_LOSSY : 0;
		r.opens = take_text(&t, "s-nail: Connecting to ");
		if (r.opens)
			server = reader_host_port(log, t);
		s = reader_add(&rd, &r);
		if (s != NULL && s->head.server == NULL)
			s->head.server = server;
	}
	reader_done(&rd, SETTLE_MASKS | SETTLE_BODIES | SETTLE_DOTS);
}

const struct import import_snail = {
    .name = "s-nail",
    .about = "s-nail -vv",
    .sniff = {.line = "^s-nail: >>> "},
    .decode = decode,
};
