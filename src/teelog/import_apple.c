/*
 * import_apple.c - the connection log of Apple Mail
 *
 *	WORD Mon D HH:MM:SS.mmm [...] -- host:H -- port:P -- socket:S ...
 *	text, and an empty line
 *
 * WORD is READ, WROTE, CONNECTED, INITIATING CONNECTION.  The socket is the
 * connection.  Line ends are lost, and the year is not told.
 */
#include "reader.h"

#include "import.h"

static const struct mark words[] = {{"READ ", DIR_R}, {"WROTE ", DIR_S},
    {"CONNECTED ", DIR_NONE}, {"INITIATING CONNECTION ", DIR_NONE},
    {NULL, DIR_NONE}};

struct apple {
	struct reader rd;
	struct stamp_year year;
	struct record head; /* the record that text belongs to */
	bool open; /* there is one */
	size_t empty; /* lines that were, and may belong to the text */
};

static bool
take_words(struct take *t, struct record *r)
{
	for (size_t i = 0; words[i].text != NULL; i++)
		if (take_text(t, words[i].text)) {
			r->dir = words[i].dir;
			return true;
		}
	return false;
}

/* What stands behind ` -- NAME:`. */
static bool
find_word(struct take t, const char *name, struct take *word)
{
	return take_until(&t, name, NULL) && take_token(&t, word);
}

static bool
read_heading(struct apple *a, struct record *r)
{
	struct take t = r->text, host, port, socket;
	struct log_session *s;

	if (!take_words(&t, r) || !stamp_syslog(&t, &a->year, &r->us))
		return false;
	r->clock = CLOCK_DATE;
	if (!find_word(t, " -- socket:", &socket))
		return false;
	a->rd.keyed = false;
	if (take_is(&socket, "0x0"))
		return true; /* it is not there yet */
	reader_key_piece(&a->rd, &socket);
	s = reader_session(&a->rd);
	s->head.lacks |= LACKS_ZONE;
	if (s->head.server == NULL && find_word(t, " -- host:", &host) &&
	    find_word(t, " -- port:", &port))
		s->head.server = reader_address(a->rd.log, &host, &port);
	return true;
}

static void
add_text(struct apple *a, const struct record *line)
{
	struct record r = a->head;

	for (; a->empty > 0; a->empty--) {
		r.line = line->line - a->empty;
		r.text = (struct take){line->text.p, line->text.p};
		reader_add(&a->rd, &r);
	}
	r.line = line->line;
	r.text = line->text;
	reader_add(&a->rd, &r);
}

static void
decode(struct log *log, struct logfile *file)
{
	struct apple a = {.rd = reader_of(log, file)};
	struct record r, note;

	a.year.written_us = file->mtime_us;
	while (reader_next(&a.rd, &r)) {
		note = r;
		if (read_heading(&a, &r)) {
			a.head = r;
			a.open = r.dir != DIR_NONE;
			a.empty = 0;
			if (!a.open) {
				a.rd.session = a.rd.keyed ? a.rd.session : NULL;
				note.clock = r.clock;
				note.us = r.us;
				reader_add(&a.rd, &note);
			}
		} else if (!a.open) {
			reader_add(&a.rd, &r);
		} else if (r.text.p == r.text.end) {
			a.empty++;
		} else {
			add_text(&a, &r);
		}
	}
	reader_done(&a.rd, SETTLE_MASKS | SETTLE_BODIES | SETTLE_FORGED);
}

const struct import import_apple = {
    .name = "apple-mail",
    .about = "Apple Mail's connection log",
    .sniff = {.line = "^(INITIATING CONNECTION|CONNECTED|READ|WROTE) "
		      "[A-Z][a-z]{2} [0-9]+ [0-9:]{8}\\.[0-9]{3}"},
    .decode = decode,
};
