/*
 * import_tcpflow.c - tcpflow -c, with -g, with -D; and the files it makes
 *
 *	SSS.SSS.SSS.SSS.PPPPP-DDD.DDD.DDD.DDD.PPPPP: data LF	-c
 *	ESC[0;31m ... ESC[0m LF					-g, around each
 *	offset: hhhh hhhh ... text				-D, rows of 32
 *
 * There is neither time nor length: data goes up to the next heading, and one
 * LF in front of that is not data.  Without an option each direction has a file
 * that is called like this: the other is found by its name, but in which order
 * what is in the two was said is not known.
 */
#include "blocks.h"
#include "flow.h"
#include "hexdump.h"
#include "import_tcpflow.h"

#include "../base/str.h"

#include "import.h"

#define ROW 32 /* bytes of -D */

/* `127.000.000.001.23310` */
static bool
take_end(struct log *log, struct take *t, const char **address)
{
	struct take at = *t;
	unsigned part[5];

	for (int i = 0; i < 4; i++)
		if (!take_digits(&at, 3, &part[i]) || part[i] > 255 ||
		    !take_text(&at, "."))
			return false;
	if (!take_digits(&at, 5, &part[4]) || part[4] > 65535)
		return false;
	if (log != NULL)
		*address = log_text(log, "%u.%u.%u.%u:%u", part[0], part[1],
		    part[2], part[3], part[4]);
	*t = at;
	return true;
}

/* Both ends; log NULL: only look whether they are there. */
static bool
take_ends_of(struct log *log, struct take *t, struct flow *f)
{
	struct take at = *t;

	if (!take_end(log, &at, &f->from) || !take_text(&at, "-") ||
	    !take_end(log, &at, &f->to))
		return false;
	*t = at;
	return true;
}

static bool
take_heading(struct log *log, struct take *t, struct flow *f)
{
	struct take at = *t;

	if (take_text(&at, "\x1b[0;3") &&
	    (!take_number(&at, 1, 1, NULL) || !take_text(&at, "m")))
		return false;
	if (!take_ends_of(log, &at, f) || !take_text(&at, ": "))
		return false;
	*t = at;
	return true;
}

/* Data up to the next heading at the beginning of a line. */
static struct take
take_data(struct take *t)
{
	struct take data = *t, at;
	struct flow f;

	while (t->p < t->end) {
		const unsigned char *lf = memchr(t->p, '\n', take_left(t));

		t->p = lf != NULL ? lf + 1 : t->end;
		at = *t;
		if (lf == NULL || take_heading(NULL, &at, &f))
			break;
	}
	data.end = t->p;
	if (data.end > data.p && data.end[-1] == '\n')
		data.end--;
	if (take_ends(&data, "\x1b[0m"))
		data.end -= 4;
	return data;
}

/* ---- -D ----------------------------------------------------------------- */

/*
 * How many bytes a row shows: the text beside them has one character of each,
 * so the length of the row tells.  The first row is not padded, all others are.
 */
static size_t
bytes_of_row(struct take t, bool first)
{
	const size_t padding = ROW * 2 + ROW / 2 + 1;

	for (size_t n = 1; n <= ROW; n++)
		if ((first ? 2 * n + n / 2 + 1 : padding) + n == take_left(&t))
			return n;
	return 0;
}

/* The bytes of rows; the same, if these are none. */
static struct take
undump(struct log *log, struct take data)
{
	unsigned char *bytes;
	size_t got = 0, n;
	struct take t = data, row;

	if (!take_text(&t, "\n"))
		return data;
	bytes = log_alloc(log, take_left(&data) / 2 + ROW);
	while (t.p < t.end) {
		if (!take_until(&t, "\n", &row)) {
			row = t;
			t.p = t.end;
		}
		if (row.p == row.end)
			continue;
		if (!take_hex_number(&row, 4, 8, NULL) ||
		    !take_text(&row, ": ") ||
		    (n = bytes_of_row(row, got == 0)) == 0 ||
		    hexdump_row(&row, 1, n, bytes + got) != n)
			return data;
		got += n;
	}
	return take_from(bytes, got);
}

/* What is not printable is a dot, but for rows of -D. */
static void
add_block(struct blocks *b, struct record *r, const struct flow *f)
{
	struct take data = take_data(&b->t);
	struct take bytes = undump(b->rd.log, data);

	if (bytes.p == data.p && memchr(data.p, '.', take_left(&data)) != NULL)
		r->flags |= EVENT_LOSSY;
	flow_add(&b->rd, f, r, bytes);
}

static void
decode_console(struct log *log, struct logfile *file)
{
	struct blocks b = blocks_of(log, file);
	struct flow f = {.opens = false};
	struct take line;
	struct record r;

	while (b.t.p < b.t.end) {
		memset(&r, 0, sizeof r);
		r.line = blocks_line(&b, b.t.p);
		if (take_heading(log, &b.t, &f)) {
			add_block(&b, &r, &f);
		} else if (blocks_take_line(&b, &line)) {
			blocks_note(&b, &r, line);
		}
	}
	reader_done(&b.rd, SETTLE_FORGED);
}

/* ---- a file each -------------------------------------------------------- */

/* `[time-]source-destination...`: the name of the other direction's file. */
static const char *
other_name(struct log *log, const char *path, struct flow *f)
{
	const char *base = str_base(path), *at = base;
	struct take t = take_from(base, strlen(base)), from, to;

	while (t = take_from(at, strlen(at)), from.p = t.p,
	    !take_end(log, &t, &f->from)) {
		at = strchr(at, '-');
		if (at == NULL)
			return NULL;
		at++;
	}
	from.end = t.p;
	if (!take_text(&t, "-"))
		return NULL;
	to.p = t.p;
	if (!take_end(log, &t, &f->to))
		return NULL;
	to.end = t.p;
	return log_text(log, "%.*s%.*s-%.*s%.*s", (int)(at - path), path,
	    (int)take_left(&to), to.p, (int)take_left(&from), from.p,
	    (int)take_left(&t), t.p);
}

static void
add_file(struct reader *rd, struct logfile *file, const struct flow *f)
{
	struct logfile_line line;
	struct record r;

	file->crlf = false;
	while (logfile_next(file, &line)) {
		memset(&r, 0, sizeof r);
		r.line = line.number;
		flow_add(rd, f, &r,
		    take_from(line.p, line.n + (line.end != END_NONE)));
	}
}

static void
decode_files(struct log *log, struct logfile *file, struct logfile *other,
    const struct flow *f)
{
	static const char words[] =
	    "each direction has a file: their order is not known";
	const struct flow back = {.from = f->to, .to = f->from};
	struct reader rd = reader_of(log, file);
	bool first = settle_is_greeting(file->p, file->n);
	struct log_session *s;

	if (other != NULL && !first) {
		add_file(&rd, other, &back);
		add_file(&rd, file, f);
	} else {
		add_file(&rd, file, f);
		if (other != NULL)
			add_file(&rd, other, &back);
	}
	for (s = log->first; s != NULL; s = s->next)
		log_note(log, s, 0, words, sizeof words - 1);
	reader_done(&rd, 0);
}

bool
import_tcpflow_files(struct log *log, struct logfile *file)
{
	struct flow f = {.opens = false};
	const char *other = other_name(log, file->name, &f);

	if (other == NULL)
		return false;
	decode_files(log, file, log_sibling(log, other), &f);
	return true;
}

static void
decode(struct log *log, struct logfile *file)
{
	struct take t = take_from(file->p, file->n);
	struct flow f;

	if (take_heading(NULL, &t, &f) || !import_tcpflow_files(log, file))
		decode_console(log, file);
}

const struct import import_tcpflow = {
    .name = "tcpflow",
    .about = "tcpflow -c, -c -g, -c -D, and its files",
    .sniff = {.line = "^(\x1b\\[0;3[0-9]m)?([0-9]{3}\\.){4}[0-9]{5}-"
		      "([0-9]{3}\\.){4}[0-9]{5}: "},
    .decode = decode,
};
