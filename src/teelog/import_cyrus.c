/*
 * import_cyrus.c - Cyrus IMAP's telemetry log
 *
 *	---------- USER CTIME
 *
 *	<EPOCH<bytes	the client's: what one read took
 *	>EPOCH>bytes	the server's: what one flush wrote
 *
 * A chunk may begin and end within a line.  The marks have no escape, so one is
 * only believed where its time fits to the one before.  It begins after the
 * login, with the reply to it; a process serves many sessions, one after
 * another.
 */
#include "blocks.h"
#include "infer_words.h"

#include "import.h"

/* A mark's time is that of the one before, or so much later at most. */
#define LATER (3600 * (int64_t)1000000)

struct telemetry {
	struct blocks b;
	int64_t us; /* of the last mark, or TIME_NONE */
	const char *user;
};

/* `---------- tanaka Sun Nov 22 01:58:01 2026` and an empty line */
static bool
take_heading(struct take *t, struct take *user, int64_t *us)
{
	struct take at = *t;

	if (!take_text(&at, "---------- ") || !take_token(&at, user) ||
	    !take_text(&at, " ") || !stamp_ctime(&at, us))
		return false;
	take_text(&at, "\r");
	if (!take_text(&at, "\n"))
		return false;
	take_text(&at, "\n");
	*t = at;
	return true;
}

static bool
take_mark(struct take *t, enum dir *d, int64_t *us)
{
	struct take at = *t;
	uint64_t seconds;
	char c, again;

	if (!take_one(&at, "<>", &c) || !take_number(&at, 9, 11, &seconds) ||
	    !take_one(&at, "<>", &again) || again != c)
		return false;
	*d = c == '<' ? DIR_S : DIR_R;
	*us = (int64_t)seconds * 1000000;
	*t = at;
	return true;
}

static bool
is_believed(const struct telemetry *m, int64_t us)
{
	return m->us == TIME_NONE || (us >= m->us && us <= m->us + LATER);
}

/* Everything up to the next mark or heading. */
static struct take
take_chunk(struct telemetry *m)
{
	struct take *t = &m->b.t, chunk = *t, at, user;
	enum dir d;
	int64_t us;

	for (; t->p < t->end; t->p++) {
		at = *t;
		if ((*t->p == '<' || *t->p == '>') && take_mark(&at, &d, &us) &&
		    is_believed(m, us))
			break;
		if (*t->p == '-' && t->p > chunk.p && t->p[-1] == '\n' &&
		    take_heading(&at, &user, &us))
			break;
	}
	chunk.end = t->p;
	return chunk;
}

static void
add_chunk(struct telemetry *m, struct record *r)
{
	struct log_session *s;
	struct take chunk;

	m->us = r->us;
	chunk = take_chunk(m);
	if (chunk.p == chunk.end)
		return;
	if (m->b.rd.session == NULL)
		reader_after_login(&m->b.rd, r->line);
	r->clock = CLOCK_DATE;
	s = blocks_add(&m->b, r, chunk);
	s->head.user = m->user;
	if (s->head.protocol == NULL && r->dir == DIR_R)
		s->head.protocol = infer_words_of(NULL, chunk)->protocol;
}

static void
decode(struct log *log, struct logfile *file)
{
	struct telemetry m = {.b = blocks_of(log, file), .us = TIME_NONE};
	struct take user, line;
	struct record r;

	while (m.b.t.p < m.b.t.end) {
		memset(&r, 0, sizeof r);
		r.line = blocks_line(&m.b, m.b.t.p);
		if (take_heading(&m.b.t, &user, &r.us)) {
			m.user = log_copy(log, user.p, take_left(&user));
			m.us = TIME_NONE;
			reader_close(&m.b.rd);
		} else if (take_mark(&m.b.t, &r.dir, &r.us)) {
			add_chunk(&m, &r);
		} else if (blocks_take_line(&m.b, &line)) {
			blocks_note(&m.b, &r, line);
		}
	}
	reader_done(&m.b.rd, SETTLE_FORGED);
}

const struct import import_cyrus = {
    .name = "cyrus",
    .about = "Cyrus IMAP's telemetry",
    .sniff = {.line = "^---------- [^ ]+ [A-Z][a-z]{2} [A-Z][a-z]{2} "
		      "[ 0-9][0-9] [0-9:]{8} [0-9]{4}$",
	.also = "^[<>][0-9]{9,11}[<>]"},
    .decode = decode,
};
