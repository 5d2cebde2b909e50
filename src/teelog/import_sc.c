/*
 * import_sc.c - lists of S: and C: lines, as in RFCs
 *
 *	S: text		the server's
 *	C: text		the client's
 *
 * Also `Server:` and `Client:`, `S>` and `C>`, `<S>` and `<C>`.  Line ends are
 * lost; a continuation line has no mark.  `<message text>` and the like stand for
 * what nobody wanted to write.
 */
#include "reader.h"

#include "import.h"

static const struct mark marks[] = {{"S: ", DIR_R}, {"C: ", DIR_S},
    {"Server: ", DIR_R}, {"Client: ", DIR_S}, {"S> ", DIR_R}, {"C> ", DIR_S},
    {"<S> ", DIR_R}, {"<C> ", DIR_S}, {"S:", DIR_R}, {"C:", DIR_S},
    {NULL, DIR_NONE}};

/* `<message text>`, but not an address or a mask. */
static bool
is_placeholder(const struct take *t)
{
	return take_left(t) > 2 && t->p[0] == '<' && t->end[-1] == '>' &&
	    memchr(t->p, ' ', take_left(t)) != NULL &&
	    memchr(t->p, '@', take_left(t)) == NULL;
}

static void
decode(struct log *log, struct logfile *file)
{
	struct reader rd = reader_of(log, file);
	struct record r;
	enum dir last = DIR_NONE, d;

	while (reader_next(&rd, &r)) {
		d = reader_mark(&r.text, marks);
		if (d == DIR_NONE)
			take_blanks(&r.text);
		else
			last = d;
		if (is_placeholder(&r.text) && last != DIR_NONE) {
			r.dir = last;
			reader_omitted(&rd, &r, 0);
			r.dir = DIR_NONE;
			reader_add(&rd, &r);
		} else if (d != DIR_NONE) {
			r.dir = d;
			reader_add(&rd, &r);
		} else {
			reader_goes_on(&rd, &r);
		}
	}
	reader_done(&rd, SETTLE_MASKS | SETTLE_BODIES);
}

/* Both sides must be there; what is indented goes on. */
static size_t
own(const struct sniff_text *t)
{
	size_t first = 0, fit = 0, indented = 0;
	bool seen[2] = {false, false};

	for (size_t i = 0; i < t->nlines; i++) {
		struct take line = take_from(t->lines[i], strlen(t->lines[i]));
		enum dir d = reader_mark(&line, marks);

		if (d == DIR_NONE) {
			indented += t->lines[i][0] == ' ' && first > 0;
			continue;
		}
		if (first == 0)
			first = i + 1;
		seen[d] = true;
		fit++;
	}
	return seen[DIR_S] && seen[DIR_R] &&
		fit * 100 >= (t->nonempty - indented) * 90 ?
	    first :
	    0;
}

const struct import import_sc = {
    .name = "sc",
    .about = "S: and C: in front of each line, S the server",
    .sniff = {.own = own},
    .decode = decode,
};
