/*
 * import_slrn.c - the file of slrn --debug
 *
 *	>bytes LF	a write of the client's
 *	<bytes LF	a line of the server's, with its CR LF
 *	!text LF	a message
 *
 * Exact: a write may end within a line, and then has the LF of the record only;
 * a command is written in two pieces.  A line that belongs to neither side is
 * another message.
 */
#include "reader.h"

#include "import.h"

static bool
is_mark(unsigned char c)
{
	return c == '<' || c == '>' || c == '!';
}

/*
 * The LF that ends the record which begins at p, or the end of the file.  Of
 * the client's it is the one before a mark, or which follows the LF of a line.
 */
static const unsigned char *
record_end(const unsigned char *p, const unsigned char *end)
{
	const unsigned char *lf = p;

	while ((lf = memchr(lf, '\n', (size_t)(end - lf))) != NULL) {
		if (*p != '>' || lf + 1 == end || is_mark(lf[1]) ||
		    lf[-1] == '\n')
			return lf;
		lf++;
	}
	return end;
}

static uint64_t
count_lines(const unsigned char *p, const unsigned char *end)
{
	uint64_t n = 0;

	while ((p = memchr(p, '\n', (size_t)(end - p))) != NULL) {
		n++;
		p++;
	}
	return n;
}

static void
decode(struct log *log, struct logfile *file)
{
	struct reader rd = reader_of(log, file);
	const unsigned char *p = file->p, *end = p + file->n, *at;
	struct record r = {.line = 1};

	while (p < end) {
		at = record_end(p, end);
		r.dir = *p == '>' ? DIR_S : *p == '<' ? DIR_R : DIR_NONE;
		r.text = (struct take){p + is_mark(*p), at};
		r.end = RECORD_BYTES;
		r.opens = r.dir == DIR_NONE &&
		    take_text(
			&(struct take){r.text.p, at}, "Connecting to server");
		/* The server's line has its own LF, which is the record's. */
		if (r.dir == DIR_R && at < end)
			r.text.end++;
		reader_add(&rd, &r);
		at += at < end;
		r.line += count_lines(p, at);
		p = at;
		if (rd.session != NULL)
			rd.session->head.protocol = "nntp";
	}
	reader_done(&rd, SETTLE_MASKS);
}

static size_t
own(const struct sniff_text *t)
{
	size_t first = 0, fit = 0, notes = 0;

	for (size_t i = 0; i < t->nlines; i++) {
		const char *line = t->lines[i];

		if (line[0] != '\0' && !is_mark((unsigned char)line[0]))
			continue;
		fit++;
		if (line[0] != '\0' && first == 0)
			first = i + 1;
		notes += line[0] == '!';
	}
	return notes > 0 && fit * 10 >= t->nlines * 9 ? first : 0;
}

const struct import import_slrn = {
    .name = "slrn",
    .about = "slrn --debug",
    .sniff = {.own = own},
    .decode = decode,
};
