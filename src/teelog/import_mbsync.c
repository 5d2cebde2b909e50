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
 * F and N are the far and the near side, two connections at most.
 */
#include "reader.h"

#include "infer_words.h"
#include "import.h"

struct mbsync {
	struct reader rd;
	const struct infer_words *imap;
	enum dir literal; /* we are in one */
	bool announced; /* the server's line was: a literal or nothing */
	uint64_t count; /* how many bytes it has */
};

/* `* 1 FETCH (BODY[] {683}`: how many bytes follow. */
static bool
announces(const struct take *t, uint64_t *n)
{
	const unsigned char *brace = memrchr(t->p, '{', take_left(t));
	struct take at;

	if (brace == NULL)
		return false;
	at = (struct take){brace + 1, t->end};
	return take_number(&at, 1, 12, n) && take_is(&at, "}");
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

/* The marks of literals: the same before and behind them. */
static bool
is_literal_mark(struct mbsync *m, const struct take *t)
{
	enum dir d = take_is(t, "=========") ? DIR_R :
	    take_is(t, ">>>>>>>>>") ? DIR_S : DIR_NONE;

	if (d == DIR_NONE || (m->literal != DIR_NONE && m->literal != d))
		return false;
	m->literal = m->literal == d ? DIR_NONE : d;
	m->count = 0;
	return true;
}

static void
add_reply(struct mbsync *m, struct record *r)
{
	if (m->announced && m->count > 0) {
		r->dir = DIR_R;
		reader_omitted(&m->rd, r, m->count);
	}
	r->dir = DIR_R;
	m->announced = announces(&r->text, &m->count);
	reader_add(&m->rd, r);
}

static void
add_line(struct mbsync *m, struct record *r)
{
	struct take all = r->text;
	uint64_t n;

	if (take_text(&r->text, "(") && take_number(&r->text, 1, 9, &n) &&
	    take_text(&r->text, " in progress) "))
		;
	else
		r->text = all;
	if (take_text(&r->text, "F: "))
		reader_key(&m->rd, "F");
	else if (take_text(&r->text, "N: "))
		reader_key(&m->rd, "N");
	if (is_literal_mark(m, &r->text))
		return;
	if (m->literal != DIR_NONE) {
		r->dir = m->literal;
		r->end = RECORD_LF_CUT;
		reader_add(&m->rd, r);
	} else if (take_text(&r->text, ">>> ")) {
		r->dir = DIR_S;
		reader_add(&m->rd, r);
	} else if (is_reply(m, &r->text)) {
		add_reply(m, r);
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
	    .literal = DIR_NONE};
	struct record r;

	while (reader_next(&m.rd, &r))
		add_line(&m, &r);
	for (struct log_session *s = log->first; s != NULL; s = s->next)
		s->head.protocol = "imap";
	reader_done(&m.rd, SETTLE_MASKS);
}

const struct import import_mbsync = {
    .name = "mbsync",
    .about = "mbsync (isync) -D, -Dn, -DN",
    .sniff = {.line = "^(\\([0-9]+ in progress\\) )?([FN]: )?"
		      ">>> [0-9]+ [A-Z]",
	.also = "^([FN]: )?\\* (OK|PREAUTH|BYE)"},
    .decode = decode,
};
