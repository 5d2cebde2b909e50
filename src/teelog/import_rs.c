/*
 * import_rs.c - lists of R and S lines
 *
 *	R text	what the daemon replied
 *	S text	what the mailer sent
 *
 * What the recipe with two tees came to when it was written up by hand.  Line
 * ends are lost, and blanks before them; a line without a mark was broken in two
 * by a mail program.
 */
#include "reader.h"

#include "import.h"

static bool
take_mark(struct record *r)
{
	struct take t = r->text;
	char c;

	if (!take_one(&t, "RS", &c) || (t.p < t.end && *t.p != ' '))
		return false;
	take_text(&t, " ");
	r->dir = c == 'R' ? DIR_R : DIR_S;
	r->text = t;
	return true;
}

static void
decode(struct log *log, struct logfile *file)
{
	struct reader rd = reader_of(log, file);
	struct record r;

	while (reader_next(&rd, &r))
		if (take_mark(&r))
			reader_add(&rd, &r);
		else
			reader_goes_on(&rd, &r);
	reader_done(&rd, SETTLE_MASKS | SETTLE_BODIES);
}

/* Both letters must be there. */
static size_t
own(const struct sniff_text *t)
{
	size_t first = 0, fit = 0, seen[2] = {0, 0};

	for (size_t i = 0; i < t->nlines; i++) {
		const char *line = t->lines[i];

		if ((line[0] != 'R' && line[0] != 'S') ||
		    (line[1] != ' ' && line[1] != '\0'))
			continue;
		if (first == 0)
			first = i + 1;
		seen[line[0] == 'S']++;
		fit++;
	}
	return fit * 100 >= t->nonempty * 90 && seen[0] > 0 && seen[1] > 0 ?
	    first :
	    0;
}

const struct import import_rs = {
    .name = "rs",
    .about = "R and S in front of each line, S the mailer",
    .sniff = {.own = own},
    .decode = decode,
};
