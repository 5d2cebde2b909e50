/*
 * import_mbsync.c - what mbsync (isync) prints with -D, -Dn, -DN
 *
 *	[(N in progress) ][F: |N: ]>>> tag command CR	the client's
 *	[F: |N: ]text					the server's
 *	=========, data, =========			its literal
 *	>>>>>>>>>, data, >>>>>>>>>			the client's literal
 *
 * The server's lines have no mark, and the program's messages look like them:
 * what has the form of IMAP is the server's.  Its CR is lost; secrets are masked.
 * F and N are the far and the near side, two connections at most; a side that is
 * a directory has messages only.
 */
#include "reader.h"

#include "infer_words.h"
#include "import.h"

struct mbsync {
	struct reader rd;
	const struct infer_words *imap;
	const char *side; /* of the line; NULL: it does not tell */
	bool literals; /* they are in this log */
	enum dir literal, last; /* we are, or were, in one; else DIR_NONE */
	uint64_t got; /* bytes of it so far, each line end taken for CR LF */
	bool announced; /* the server's line was: a literal or nothing */
	uint64_t count; /* how many bytes the last that was announced has */
};

/* `* 1 FETCH (BODY[] {683}`, `3 APPEND INBOX {683+}`: how many bytes follow. */
static bool
announces(const struct take *t, uint64_t *n)
{
	const unsigned char *brace = memrchr(t->p, '{', take_left(t));
	struct take at;
	uint64_t count;

	*n = 0;
	if (brace == NULL)
		return false;
	at = (struct take){brace + 1, t->end};
	take_trim(&at, "\r");
	if (!take_number(&at, 1, 12, &count))
		return false;
	take_text(&at, "+");
	if (!take_is(&at, "}"))
		return false;
	*n = count;
	return true;
}

static bool
is_reply(const struct mbsync *m, const struct take *t)
{
	/* What goes on behind a literal, of which nothing may be here. */
	if (m->announced &&
	    (take_text(&(struct take){t->p, t->end}, ")") ||
		take_text(&(struct take){t->p, t->end}, " ")))
		return true;
	return m->imap->is_reply(*t);
}

/*
 * A literal begins or ends, with the same mark.  The text may have a line like
 * it, so that one is believed which comes behind all bytes that were announced.
 */
static bool
is_literal_mark(struct mbsync *m, const struct take *t)
{
	enum dir d = take_is(t, "=========") ? DIR_R :
	    take_is(t, ">>>>>>>>>")	     ? DIR_S :
					       DIR_NONE;

	if (d == DIR_NONE || (m->literal != DIR_NONE && m->literal != d) ||
	    (m->literal == d && m->got < m->count))
		return false;
	m->literals = true;
	m->literal = m->literal == d ? DIR_NONE : d;
	m->got = 0;
	if (m->literal == DIR_NONE)
		m->count = 0;
	return true;
}

/* Add what was said, to the session of its side. */
static void
add(struct mbsync *m, struct record *r)
{
	if (m->side != NULL)
		reader_key(&m->rd, m->side);
	reader_add(&m->rd, r);
}

/* `(2 in progress) F: `, either of which may be missing. */
static void
take_label(struct mbsync *m, struct take *t)
{
	struct take at = *t;

	if (take_text(&at, "(") && take_number(&at, 1, 9, NULL) &&
	    take_text(&at, " in progress) "))
		*t = at;
	m->side = take_text(t, "F: ") ? "F" : take_text(t, "N: ") ? "N" : NULL;
}

/* The client's literal is the last of its command, whose end is not logged. */
static void
end_command(struct mbsync *m, const struct record *r)
{
	struct record rest = {.line = r->line, .dir = DIR_S};

	if (m->literal == DIR_NONE && m->last == DIR_S)
		add(m, &rest);
	m->last = m->literal;
}

/* A line of a literal; if its last has no LF, the mark stands behind that. */
static void
add_literal(struct mbsync *m, struct record *r)
{
	const uint64_t due = m->count > m->got ? m->count - m->got : 0;
	const size_t n = take_left(&r->text);
	struct take mark = {r->text.p, r->text.end};

	r->dir = m->literal;
	r->end = RECORD_LF_CUT;
	m->got += n + (take_ends(&r->text, "\r") ? 1 : 2);
	if (due > 0 && due < n) {
		mark.p += due;
		take_label(m, &mark);
		if (is_literal_mark(m, &mark)) {
			r->text.end = r->text.p + due;
			r->end = RECORD_BYTES;
		}
	}
	add(m, r);
	if (m->literal == DIR_NONE)
		end_command(m, r);
}

static void
add_line(struct mbsync *m, struct record *r)
{
	struct take all = r->text;

	take_label(m, &r->text);
	if (is_literal_mark(m, &r->text)) {
		end_command(m, r);
		return;
	}
	if (m->literal != DIR_NONE) {
		r->text = all;
		add_literal(m, r);
	} else if (take_text(&r->text, ">>> ")) {
		r->dir = DIR_S;
		announces(&r->text, &m->count);
		add(m, r);
	} else if (is_reply(m, &r->text)) {
		r->dir = DIR_R;
		m->announced = announces(&r->text, &m->count);
		add(m, r);
	} else {
		r->text = all;
		reader_add(&m->rd, r);
	}
}

static void
decode(struct log *log, struct logfile *file)
{
	struct mbsync m = {.rd = reader_of(log, file),
	    .imap = infer_words_of("imap", take_from("", 0)),
	    .literal = DIR_NONE,
	    .last = DIR_NONE};
	struct record r;

	while (reader_next(&m.rd, &r))
		add_line(&m, &r);
	for (struct log_session *s = log->first; s != NULL; s = s->next)
		s->head.protocol = "imap";
	reader_done(&m.rd, SETTLE_MASKS | (m.literals ? 0 : SETTLE_BODIES));
}

const struct import import_mbsync = {
    .name = "mbsync",
    .about = "mbsync (isync) -D, -Dn, -DN",
    .sniff = {.line = "^(\\([0-9]+ in progress\\) )?([FN]: )?"
		      ">>> [0-9]+ [A-Z]",
	.also = "^([FN]: )?\\* (OK|PREAUTH|BYE)"},
    .decode = decode,
};
