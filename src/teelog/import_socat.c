/*
 * import_socat.c - socat -v, -x, -x -v
 *
 *	> YYYY/MM/DD HH:MM:SS.frac  length=n from=a to=b	the client's
 *	< ...							the server's
 *
 *	-v	n bytes with escapes, and no line end behind them
 *	-x	" hh hh ..." on one line
 *	-x -v	likewise up to 16 and their text on a line; at the end "--"
 *
 * -v shows what is not printable as a dot.  Nine digits of frac that begin with
 * 000 are microseconds (1.7.4).  from and to count the bytes of one direction
 * of one connection, which tells connections apart.  Two at once write over
 * each other, a character at a time; this can't be undone.
 */
#include "blocks.h"
#include "hexdump.h"

#include "import.h"

#include <stdio.h>

/* So many connections are known at a time. */
#define CONNECTIONS 64

enum shown { SHOWN_UNKNOWN, SHOWN_TEXT, SHOWN_HEX, SHOWN_BOTH };

struct connection {
	unsigned number;
	uint64_t next[2]; /* offset of the next byte */
};

struct socat {
	struct blocks b;
	enum shown shown;
	/* The last that said something comes first. */
	struct connection open[CONNECTIONS];
	size_t nopen;
	unsigned last; /* number */
	size_t wasted; /* bytes that were looked at in vain */
};

struct heading {
	enum dir dir;
	int64_t us;
	uint64_t n, from, to;
};

static bool
take_stamp(struct take *t, int64_t *us)
{
	struct take at = *t, fraction;

	if (!stamp_full(&at, '/', false, us))
		return false;
	fraction = *t;
	if (take_until(&fraction, ".", NULL) && fraction.p < at.p &&
	    at.p - fraction.p == 9 && take_text(&fraction, "000")) {
		uint64_t micro;

		*us -= *us % 1000000;
		if (take_number(&fraction, 6, 6, &micro))
			*us += (int64_t)micro;
	}
	*t = at;
	return true;
}

static bool
take_heading(struct take *t, struct heading *h)
{
	struct take at = *t;
	char c;

	if (!take_one(&at, "<>", &c) || !take_text(&at, " ") ||
	    !take_stamp(&at, &h->us))
		return false;
	take_blanks(&at);
	if (!take_text(&at, "length=") || !take_number(&at, 1, 18, &h->n) ||
	    !take_text(&at, " from=") || !take_number(&at, 1, 18, &h->from) ||
	    !take_text(&at, " to=") || !take_number(&at, 1, 18, &h->to))
		return false;
	take_text(&at, "\r");
	if (!take_text(&at, "\n"))
		return false;
	h->dir = c == '>' ? DIR_S : DIR_R;
	*t = at;
	return true;
}

/* ---- connections ------------------------------------------------------- */

/* The connection whose bytes these are is the first; false: some were lost. */
static bool
find_connection(struct socat *s, const struct heading *h)
{
	struct connection c;
	size_t i = 0;
	bool found = true;

	while (i < s->nopen && s->open[i].next[h->dir] != h->from)
		i++;
	if (i == s->nopen && h->from > 0 && i > 0) {
		i = 0;
		found = false;
	} else if (i == s->nopen) {
		if (s->nopen < CONNECTIONS)
			s->nopen++;
		i = s->nopen - 1;
		s->open[i] =
		    (struct connection){.number = ++s->last, .next = {0, 0}};
		found = h->from == 0;
	}
	c = s->open[i];
	c.next[h->dir] = h->to + 1;
	memmove(&s->open[1], &s->open[0], i * sizeof c);
	s->open[0] = c;
	return found;
}

/* ---- bytes -------------------------------------------------------------- */

/* n bytes of -v; returns how many there are. */
static size_t
take_text_bytes(struct take *t, size_t n, unsigned char *to)
{
	static const char letters[] = "rabvf\\", bytes[] = "\r\a\b\v\f\\";
	const char *known;
	size_t got = 0;

	for (; got < n && t->p < t->end; t->p++) {
		unsigned char c = *t->p;

		if (c == '\\' && t->end - t->p > 1 && t->p[1] != '\0' &&
		    (known = strchr(letters, t->p[1])) != NULL) {
			c = (unsigned char)bytes[known - letters];
			t->p++;
		}
		to[got++] = c;
	}
	return got;
}

/* Rows of -x, or of both. */
static size_t
take_rows(struct take *t, bool both, size_t n, unsigned char *to)
{
	size_t got = 0, row;
	struct take at;

	while (got < n) {
		at = *t;
		row = n - got < 16 || !both ? n - got : 16;
		row = hexdump_row(&at, 1, row, to + got);
		if (row == 0 || !take_until(&at, "\n", NULL))
			break;
		got += row;
		*t = at;
	}
	if (got == n && both)
		take_text(t, "--\n");
	return got;
}

static size_t
take_bytes(struct take *t, enum shown shown, size_t n, unsigned char *to)
{
	return shown == SHOWN_TEXT ? take_text_bytes(t, n, to) :
				     take_rows(t, shown == SHOWN_BOTH, n, to);
}

/* Whether a block may end here: at a heading, a message, the end. */
static bool
is_boundary(struct take t, const unsigned char *start)
{
	struct heading h;
	int64_t us;

	if (t.p == t.end || take_heading(&t, &h))
		return true;
	return t.p > start && t.p[-1] == '\n' &&
	    stamp_full(&t, '/', false, &us);
}

static bool
is_both(struct take t, size_t n)
{
	unsigned char row[16];

	return hexdump_row(&t, 1, n < 16 ? n : 16, row) > 0 &&
	    take_text(&t, "  ") && n > 0;
}

static bool
is_hex(struct take t, size_t n)
{
	unsigned value;

	for (size_t i = 0; i < n && i < 256; i++)
		if (!take_text(&t, " ") || !take_hex(&t, 2, &value))
			return false;
	return n > 256 || take_text(&t, "\n") || take_text(&t, "\r\n");
}

/* How bytes are shown is the same in all of the file. */
static enum shown
how_shown(struct take t, size_t n)
{
	if (is_both(t, n))
		return SHOWN_BOTH;
	return is_hex(t, n) ? SHOWN_HEX : SHOWN_TEXT;
}

/* Where the next heading stands, or the end. */
static const unsigned char *
find_heading(struct take t)
{
	struct heading h;
	struct take at;

	for (; t.p < t.end; t.p++) {
		at = t;
		if ((*t.p == '<' || *t.p == '>') && take_heading(&at, &h))
			break;
	}
	return t.p;
}

/* ---- blocks ------------------------------------------------------------- */

static void
add_block(struct socat *s, struct record *r, const struct heading *h)
{
	struct log *log = s->b.rd.log;
	struct take t = s->b.t;
	size_t most = take_left(&t), n, got;
	unsigned char *bytes;
	bool whole;

	n = h->n < most ? (size_t)h->n : most;
	if (s->shown == SHOWN_UNKNOWN)
		s->shown = how_shown(t, n);
	whole = n == h->n && s->wasted < s->b.rd.file->n;
	bytes = log_alloc(log, whole ? n + 1 : 1);
	got = whole ? take_bytes(&t, s->shown, n, bytes) : 0;
	if (got < n || !is_boundary(t, s->b.rd.file->p)) {
		/* Written over by another; take what is there. */
		whole = false;
		s->wasted += n;
		t = (struct take){s->b.t.p, find_heading(s->b.t)};
		most = take_left(&t);
		bytes = log_alloc(log, most + 1);
		got = take_bytes(&t, s->shown, most, bytes);
		t = (struct take){t.end, s->b.t.end};
	}
	if (!whole || (s->shown == SHOWN_TEXT && memchr(bytes, '.', got)))
		r->flags |= EVENT_LOSSY;
	s->b.t = t;
	blocks_add(&s->b, r, take_from(bytes, got));
	if (!whole)
		log_damage(log, reader_session(&s->b.rd), r->line,
		    "its length is not what the heading says: two "
		    "connections at once write over each other");
}

static void
read_block(struct socat *s, struct record *r, const struct heading *h)
{
	char key[16];
	bool found = find_connection(s, h);

	r->dir = h->dir;
	r->clock = CLOCK_DATE;
	r->us = h->us;
	snprintf(key, sizeof key, "%u", s->open[0].number);
	reader_key(&s->b.rd, key);
	reader_session(&s->b.rd)->head.lacks |= LACKS_ZONE;
	if (!found)
		log_damage(s->b.rd.log, reader_session(&s->b.rd), r->line,
		    "bytes are missing before these");
	add_block(s, r, h);
}

static void
decode(struct log *log, struct logfile *file)
{
	struct socat s = {.b = blocks_of(log, file)};
	struct heading h;
	struct take line;
	struct record r;

	while (s.b.t.p < s.b.t.end) {
		memset(&r, 0, sizeof r);
		r.line = blocks_line(&s.b, s.b.t.p);
		if (take_heading(&s.b.t, &h))
			read_block(&s, &r, &h);
		else if (blocks_take_line(&s.b, &line))
			blocks_note(&s.b, &r, line);
	}
	reader_done(&s.b.rd, 0);
}

const struct import import_socat = {
    .name = "socat",
    .about = "socat -v, -x, -x -v",
    .sniff = {.line = "^[<>] [0-9]{4}/[0-9]{2}/[0-9]{2} [0-9:]{8}\\.[0-9]+ "
		      "+length=[0-9]+ from=[0-9]+ to=[0-9]+$"},
    .decode = decode,
};
