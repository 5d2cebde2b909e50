/*
 * import_tin.c - the NNTP file of tin -D 1
 *
 *	>>> [HH:MM:SS.uuuuuu] text	the client's
 *	<<< [HH:MM:SS.uuuuuu] text	the server's
 *
 * Line ends and most of what is in long replies are lost.
 */
#include "reader.h"

#include "import.h"

static const struct mark marks[] = {
    {">>> [", DIR_S}, {"<<< [", DIR_R}, {NULL, DIR_NONE}};

static void
decode(struct log *log, struct logfile *file)
{
	struct reader rd = reader_of(log, file);
	struct record r;
	struct take all;

	while (reader_next(&rd, &r)) {
		all = r.text;
		r.dir = reader_mark(&r.text, marks);
		if (r.dir != DIR_NONE &&
		    (!reader_clock(&r) || !take_text(&r.text, "]"))) {
			r.dir = DIR_NONE;
			r.text = all;
		}
		take_text(&r.text, " ");
		reader_add(&rd, &r);
		if (rd.session != NULL)
			rd.session->head.protocol = "nntp";
	}
	reader_done(&rd, SETTLE_MASKS | SETTLE_BODIES);
}

const struct import import_tin = {
    .name = "tin",
    .about = "tin -D 1",
    .sniff = {.line = "^(<<<|>>>) "
		      "\\[[0-9][0-9]:[0-9][0-9]:[0-9][0-9]\\.[0-9]+\\] "},
    .decode = decode,
};
