/*
 * import_rawlog.c - Dovecot's rawlog
 *
 *	EPOCH.uuuuuu bytes	NAME.in: the client's; NAME.out: the server's
 *	EPOCH.uuuuuu I: bytes	one file for both; O: the server's; I> and O>
 *				where a line did not end
 *
 * A stamp stands only where a line begins, and a line's rest has none.  Of two
 * files one is named and the other found, and they are merged by their times,
 * the client's first.  It begins after the login, with the reply to it.
 */
#include "infer_words.h"
#include "reader.h"

#include "../base/str.h"

#include "import.h"

/* One of the two files. */
struct side {
	struct logfile *file; /* NULL: it is not there */
	enum dir dir;
	struct record r; /* the next */
	bool more;
	bool begins; /* a line begins there */
	int64_t us; /* when the line began */
};

/* NAME of NAME.in or NAME.out, and which it is. */
static bool
is_one_of_two(const char *name, size_t *n, enum dir *d)
{
	struct take t = take_from(name, strlen(name));

	if (take_ends(&t, ".in")) {
		*d = DIR_S;
		*n = take_left(&t) - 3;
	} else if (take_ends(&t, ".out")) {
		*d = DIR_R;
		*n = take_left(&t) - 4;
	} else {
		return false;
	}
	return true;
}

static bool
take_stamp(struct take *t, int64_t *us)
{
	struct take at = *t;
	int64_t stamp;

	if (!stamp_epoch(&at, &stamp) || !take_text(&at, " "))
		return false;
	*us = stamp;
	*t = at;
	return true;
}

/* `I: `, or `O> ` where the line does not end. */
static enum dir
take_letter(struct take *t, bool *goes_on)
{
	struct take at = *t;
	char letter, mark;

	if (!take_one(&at, "IO", &letter) || !take_one(&at, ":>", &mark) ||
	    !take_text(&at, " "))
		return DIR_NONE;
	*t = at;
	*goes_on = mark == '>';
	return letter == 'I' ? DIR_S : DIR_R;
}

/* The process that a name `YYYYMMDD-HHMMSS.PID.N.in`, or `-PID.in`, tells. */
static const char *
read_pid(struct log *log, const char *name)
{
	const char *base = str_base(name);
	struct take t = take_from(base, strlen(base)), pid;

	if (!take_number(&t, 8, 8, NULL) || !take_text(&t, "-") ||
	    !take_number(&t, 6, 6, NULL) || !take_one(&t, ".-", NULL))
		return NULL;
	pid.p = t.p;
	if (!take_number(&t, 1, 10, NULL))
		return NULL;
	return log_copy(log, pid.p, (size_t)(t.p - pid.p));
}

/* The bytes as they were: with their line end, unless the file's was added. */
static void
add(struct reader *rd, struct record *r, bool cut)
{
	struct log_session *s;

	if (!cut && r->text.end < rd->file->p + rd->file->n)
		r->text.end++;
	if (r->text.p == r->text.end)
		return;
	if (rd->session == NULL)
		reader_after_login(rd, r->line);
	r->end = RECORD_BYTES;
	s = reader_add(rd, r);
	if (s->head.pid == NULL)
		s->head.pid = read_pid(rd->log, rd->file->name);
	if (s->head.protocol == NULL && r->dir == DIR_R)
		s->head.protocol = infer_words_of(NULL, r->text)->protocol;
}

/* ---- one file ----------------------------------------------------------- */

static const char one_side[] = "what the other side said is in another file";

/* Whose file it is, if no name tells: the server's begins with a reply. */
static enum dir
who_begins(struct take line)
{
	return infer_words_of(NULL, line)->is_reply(line) ? DIR_R : DIR_S;
}

static void
decode_one(struct log *log, struct logfile *file, enum dir d)
{
	struct reader rd = reader_of(log, file);
	bool goes_on = false, letters = false;
	int64_t us = TIME_NONE;
	enum dir said = DIR_NONE;
	struct record r;

	file->crlf = false; /* the CR is what was recorded */
	while (reader_next(&rd, &r)) {
		bool cut = false;
		enum dir letter;

		if (take_stamp(&r.text, &us) || us == TIME_NONE) {
			letter = take_letter(&r.text, &goes_on);
			letters |= letter != DIR_NONE;
			if (letter == DIR_NONE && d == DIR_NONE)
				d = who_begins(r.text);
			said = letter != DIR_NONE ? letter : d;
			cut = letter != DIR_NONE && goes_on;
		}
		r.dir = said;
		if (us != TIME_NONE) {
			r.clock = CLOCK_DATE;
			r.us = us;
		}
		add(&rd, &r, cut);
	}
	if (!letters && rd.session != NULL)
		log_note(
		    log, rd.session, r.line, one_side, sizeof one_side - 1);
	reader_done(&rd, 0);
}

/* ---- two files ---------------------------------------------------------- */

static void
advance(struct side *side)
{
	struct logfile_line line;

	side->more = side->file != NULL && logfile_next(side->file, &line);
	if (!side->more)
		return;
	memset(&side->r, 0, sizeof side->r);
	side->r.text = take_from(line.p, line.n);
	side->r.line = line.number;
	side->r.dir = side->dir;
	side->begins = take_stamp(&side->r.text, &side->us);
	side->r.us = side->us;
	if (side->us != TIME_NONE)
		side->r.clock = CLOCK_DATE;
}

/* Whose record is the earlier; what goes on with a line goes first. */
static struct side *
earlier(struct side *s, struct side *r)
{
	if (!s->more || !r->more)
		return s->more ? s : r;
	if (!r->begins)
		return r;
	return !s->begins || s->us <= r->us ? s : r;
}

static void
decode_two(struct log *log, struct side *s, struct side *r)
{
	struct reader rd = reader_of(log, s->file != NULL ? s->file : r->file);
	struct side *next;

	s->us = r->us = TIME_NONE;
	advance(s);
	advance(r);
	while (next = earlier(s, r), next->more) {
		rd.file = next->file;
		add(&rd, &next->r, false);
		advance(next);
	}
	reader_done(&rd, 0);
}

static void
decode(struct log *log, struct logfile *file)
{
	struct side side[2] = {{.dir = DIR_S}, {.dir = DIR_R}};
	struct logfile *other;
	enum dir d;
	size_t n;

	if (!is_one_of_two(file->name, &n, &d)) {
		decode_one(log, file, DIR_NONE);
		return;
	}
	other = log_sibling(log,
	    log_text(log, "%.*s%s", (int)n, file->name,
		d == DIR_S ? ".out" : ".in"));
	if (other == NULL) {
		decode_one(log, file, d);
		return;
	}
	file->crlf = other->crlf = false;
	side[d].file = file;
	side[1 - d].file = other;
	decode_two(log, &side[DIR_S], &side[DIR_R]);
}

const struct import import_rawlog = {
    .name = "rawlog",
    .about = "Dovecot's rawlog (.in and .out)",
    .sniff = {.line = "^[0-9]{9,11}\\.[0-9]{6} ", .share = 20},
    .decode = decode,
};
