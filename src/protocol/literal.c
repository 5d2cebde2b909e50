/*
 * literal.c - strings that are sent as counted bytes: `{7}`, and then seven
 *
 * A message goes to the engine, which counts it.  Other literals are gathered
 * in the side's buffer, which no line needs meanwhile.  What must be hidden to
 * the end of its command is literal_hide.c's.
 */
#include "literal.h"
#include "track.h"

#include <limits.h>
#include <string.h>

#define COUNT_MAX 40 /* bytes between the braces that are looked at */

/* ---- what a line announces -------------------------------------------- */

/* Whether the quotes in p are closed. */
static bool
outside_strings(const unsigned char *p, size_t n)
{
	bool in = false;

	for (size_t i = 0; i < n; i++) {
		if (in && p[i] == '\\')
			i++;
		else if (p[i] == '"')
			in = !in;
	}
	return !in;
}

/* What stands between braces; false if it is no count, not even a bad one. */
static bool
parse_count(const struct track *t, const unsigned char *p, struct literal *x,
    size_t end)
{
	size_t n;

	x->digits_end = end;
	x->form = LITERAL_SYNC;
	if (end > x->digits && (p[end - 1] == '+' || p[end - 1] == '-')) {
		x->form = p[end - 1] == '+' ? LITERAL_NOW : LITERAL_ODD;
		x->digits_end--;
	}
	n = x->digits_end - x->digits;
	if (word_number(p + x->digits, n, &x->n))
		return true;
	x->form = LITERAL_BAD;
	if (t->mode == TRACK_READ && n == 4 &&
	    memcmp(p + x->digits, "****", 4) == 0)
		x->form = LITERAL_MASKED;
	for (size_t i = x->digits; i < end; i++)
		if (memchr("0123456789+-* ", p[i], 14) == NULL)
			return false;
	return true;
}

bool
literal_ends(
    const struct track *t, const unsigned char *p, size_t n, struct literal *x)
{
	size_t i = n;

	if (i < 2 || p[i - 1] != '}')
		return false;
	while (i > 0 && n - i < COUNT_MAX && p[i - 1] != '{')
		i--;
	if (i == 0 || p[i - 1] != '{')
		return false;
	x->digits = i;
	x->at = i - 1;
	x->n = 0;
	if (x->at > 0 && p[x->at - 1] == '~')
		x->at--; /* literal8 (RFC 3516 section 4.4) */
	return parse_count(t, p, x, n - 1);
}

const struct literal *
literal_at_end(const struct track *t, const struct line *l, struct literal *x)
{
	if (!literal_ends(t, l->p, l->n, x))
		return NULL;
	/* The quotes of a long line can't be known. */
	x->clean = (l->more || outside_strings(l->p, x->at)) &&
	    (x->at == 0 || memchr(" \t(", l->p[x->at - 1], 3) != NULL);
	return x;
}

size_t
literal_quoted(const unsigned char *p, size_t n, size_t at)
{
	for (at++; at < n && p[at] != '\r'; at++) {
		if (p[at] == '\\')
			at++;
		else if (p[at] == '"')
			return at + 1;
	}
	return 0;
}

bool
literal_announces(const struct literal *x, size_t at)
{
	return x != NULL && x->at == at && x->form != LITERAL_BAD &&
	    x->form != LITERAL_ODD;
}

void
literal_hide_count(struct line *l, const struct literal *x)
{
	line_hide_quietly(l, x->digits, x->digits_end);
}

/* ---- beginning -------------------------------------------------------- */

/* Hide what was to be shown, as nobody knows any more what it is. */
static void
hide_rest(struct literals *s, bool maybe_over)
{
	s->harmless = s->role <= LITERAL_NAME;
	if (s->role < LITERAL_NAME)
		s->role = LITERAL_UNSURE;
	literal_hide_from(s, s->left, maybe_over);
}

static void
gather_from(struct literals *s, uint64_t left)
{
	s->phase = LITERALS_GATHER;
	s->left = left;
}

static void
begin_body(struct track *t, enum dir d, struct literals *s, uint64_t left)
{
	s->phase = LITERALS_BODY;
	track_frame(t, d, FRAME_COUNT, left);
}

static struct literal_state *
state(struct track *t)
{
	return TRACK_STATE(t, struct literal_state);
}

void
literal_begin(struct track *t, enum dir d, struct literals *s,
    const struct literal *x, enum literal_role role, bool wait)
{
	bool sync = wait && x->form == LITERAL_SYNC;
	bool sure = x->form != LITERAL_ODD && (x->clean || sync);

	memset(s, 0, sizeof *s);
	if (role < LITERAL_SECRET && !sure)
		role = LITERAL_UNSURE;
	if ((role == LITERAL_WHOLE || role == LITERAL_NAME) &&
	    x->n > TRACK_LINE)
		role = LITERAL_SECRET;
	s->role = role;
	s->sync = sync;
	s->masked = role == LITERAL_SILENT;
	s->harmless = role == LITERAL_UNSURE;
	s->left = x->n;
	if (role == LITERAL_BODY && !sync) {
		begin_body(t, d, s, x->n);
		return;
	}
	track_frame(t, d, FRAME_OWN, 0);
	if (role >= LITERAL_SECRET)
		literal_hide_from(s, x->n, sync || !sure);
	else if (sync)
		s->phase = LITERALS_WAIT;
	else
		gather_from(s, x->n);
}

void
literal_go(struct track *t, bool sure)
{
	struct literals *s = &state(t)->literals[DIR_S];

	if (!sure || s->begun || !s->sync)
		return;
	if (s->phase == LITERALS_HIDE) {
		s->unsure = false;
	} else if (s->phase == LITERALS_WAIT && s->role == LITERAL_BODY) {
		begin_body(t, DIR_S, s, s->left);
	} else if (s->phase == LITERALS_WAIT) {
		gather_from(s, s->left);
	}
}

/* A message that is being sent, and that nobody wants any more. */
static bool
refuse_body(struct track *t, struct literals *s)
{
	const struct side *side = &t->side[DIR_S];
	uint64_t left = side->has_next ? side->next_left : side->left;

	s->phase = LITERALS_NONE;
	if (track_frame_of(t, DIR_S) != FRAME_COUNT)
		return true;
	if (s->sync) {
		track_frame(t, DIR_S, FRAME_LINE, 0);
		return true;
	}
	/* The client goes on, for it did not ask (RFC 7888 section 4). */
	track_frame(t, DIR_S, FRAME_OWN, 0);
	s->role = LITERAL_UNSURE;
	s->harmless = true;
	literal_hide_from(s, left, false);
	return false;
}

/* Returns whether the command is over with that; else it will be. */
static bool
refuse(struct track *t, struct literals *s, bool ok)
{
	if (s->phase == LITERALS_NONE)
		return true;
	if (s->phase == LITERALS_BODY)
		return refuse_body(t, s);
	if (s->sync && !s->begun) {
		/* The client was told before it sent a byte. */
		s->phase = LITERALS_NONE;
		track_frame(t, DIR_S, FRAME_LINE, 0);
		return true;
	}
	if (s->phase == LITERALS_GATHER)
		hide_rest(s, s->sync);
	else if (ok && s->as_literal.start)
		s->unsure = s->as_command.on = false; /* it was read */
	else if (s->sync && s->role == LITERAL_UNSURE)
		s->as_literal.on = false;
	return false;
}

void
literal_refused(struct track *t, bool ok)
{
	struct literal_state *s = state(t);

	if (s->open && refuse(t, &s->literals[DIR_S], ok))
		s->open = false;
}

/* ---- the client's lines ----------------------------------------------- */

/* For the client's command the daemon will ask once more. */
static void
expect_asking(struct track *t, unsigned number)
{
	for (unsigned i = t->pending.count; i-- > 0;) {
		struct waiting *w = pending_nth(&t->pending, i);

		if (w->command == number && w->flag <= UCHAR_MAX - LITERAL_ASK)
			w->flag += LITERAL_ASK;
	}
}

void
literal_client_end(struct track *t, struct line *l, const struct literal *x,
    literal_judge *judge, bool wait)
{
	struct literal_state *s = state(t);
	enum literal_role role;

	if (l->cut) {
		s->hidden = line_hides(l, l->n - 1);
		return;
	}
	s->open = false;
	if (l->eol == 0 || x == NULL)
		return;
	if (x->form == LITERAL_BAD) {
		line_hide_quietly(l, x->at, l->n);
		return;
	}
	if (s->hidden || line_hides(l, x->at) || s->id == COMMAND_UNKNOWN)
		role = LITERAL_SILENT;
	else if (memchr(l->p, '\r', l->n) != NULL)
		role = LITERAL_SECRET; /* whose command is it? */
	else if (s->id != COMMAND_AUTHENTICATE)
		role = judge(t, l, x);
	else if (x->form == LITERAL_MASKED)
		return; /* its line is read as a response */
	else
		role = LITERAL_WHOLE;
	s->named = s->open = true;
	literal_begin(t, DIR_S, &s->literals[DIR_S], x, role, wait);
	if (s->literals[DIR_S].sync)
		expect_asking(t, s->number);
}

void
literal_client_tail(
    struct track *t, struct line *l, literal_judge *judge, bool wait)
{
	struct literal_state *s = state(t);
	struct literal x;

	s->hidden |= t->side[DIR_S].rest == REST_HIDDEN;
	literal_client_end(t, l, literal_at_end(t, l, &x), judge, wait);
	s->hidden = false;
}

bool
literal_response(struct track *t, struct line *l, const struct literal *x)
{
	if (!literal_announces(x, line_skip(l, 0)))
		return false;
	literal_hide_count(l, x);
	state(t)->id = COMMAND_AUTHENTICATE;
	return true;
}

/* ---- gathering -------------------------------------------------------- */

/* Give out what was gathered: all of it, or a line of it. */
static void
give(struct track *t, enum dir d, struct literals *s, literal_whole *whole)
{
	struct line *l = track_piece(t, t->side[d].buf, s->got, 0);

	l->all_text = true;
	if (s->role == LITERAL_STRING)
		line_hide_urls(l);
	else
		whole(t, d, l);
	track_give(t, d, l);
	s->got = 0;
}

/* A line of more than the buffer: show what fits, hide what follows. */
static void
give_long(struct track *t, enum dir d, struct literals *s)
{
	struct line *l = track_piece(t, t->side[d].buf, s->got, 0);

	l->all_text = true;
	line_hide_urls(l);
	line_hide_quietly(l, l->n - TRACK_TAIL, l->n);
	track_give(t, d, l);
	s->got = 0;
	s->role = LITERAL_UNSURE;
	s->masked = s->alone = true;
	literal_hide_from(s, s->left, false);
}

static bool
has_mask(const unsigned char *p, size_t n)
{
	return memmem(p, n, "****", 4) != NULL;
}

/*
 * A record that has fewer bytes than announced, for some were masked: the line
 * ends with the line.
 */
static void
cut_short(struct track *t, enum dir d, struct literals *s)
{
	size_t n = s->got - 1;
	struct line *l;

	if (n > 0 && t->side[d].buf[n - 1] == '\r')
		n--;
	l = track_piece(t, t->side[d].buf, n, s->got - n);
	s->phase = LITERALS_NONE;
	track_frame(t, d, FRAME_LINE, 0);
	t->proto->line(t, d, l);
	track_give(t, d, l);
}

static size_t
gather(struct track *t, enum dir d, struct literals *s, literal_whole *whole,
    const unsigned char *p, size_t n)
{
	unsigned char *buf = t->side[d].buf;
	const unsigned char *lf;
	bool ended;

	if (n > s->left)
		n = (size_t)s->left;
	if (n > TRACK_LINE - s->got)
		n = TRACK_LINE - s->got;
	lf = n > 0 ? memchr(p, '\n', n) : NULL;
	ended = lf != NULL;
	if (ended)
		n = (size_t)(lf + 1 - p);
	if (n > 0) {
		memcpy(buf + s->got, p, n);
		if (t->mode != TRACK_MASK)
			t->out.text(t->out.arg, d, p, n);
	}
	s->got += n;
	s->left -= n;
	if (ended && t->mode == TRACK_READ && has_mask(buf, s->got)) {
		cut_short(t, d, s);
	} else if (s->left == 0) {
		s->phase = LITERALS_NONE;
		track_frame(t, d, FRAME_LINE, 0);
		give(t, d, s, whole);
	} else if (s->role == LITERAL_STRING) {
		if (ended)
			give(t, d, s, whole);
		else if (s->got == TRACK_LINE)
			give_long(t, d, s);
	}
	return n;
}

/* ---- the engine's calls ----------------------------------------------- */

size_t
literal_own(struct track *t, enum dir d, struct literals *s,
    literal_whole *whole, const unsigned char *p, size_t n)
{
	if (s->phase == LITERALS_WAIT)
		hide_rest(s, true); /* unasked, if it is the literal at all */
	s->begun = true;
	if (s->phase == LITERALS_HIDE)
		return literal_hide(t, d, s, p, n);
	if (s->phase == LITERALS_GATHER)
		return gather(t, d, s, whole, p, n);
	track_frame(t, d, FRAME_LINE, 0);
	return 0;
}

void
literal_flush(struct track *t, enum dir d, struct literals *s,
    literal_whole *whole, bool end)
{
	if (!end || t->mode != TRACK_MASK || s->got == 0 || s->masked ||
	    (s->phase != LITERALS_GATHER && s->phase != LITERALS_HIDE))
		return;
	if (s->phase == LITERALS_GATHER && s->role == LITERAL_STRING)
		give(t, d, s, whole);
	else
		t->out.mask(t->out.arg, d, NULL);
	s->got = 0;
}

void
literal_done(struct track *t, enum dir d)
{
	state(t)->literals[d].phase = LITERALS_NONE;
	track_fact(t, FACT_CONTENT_END, d, NULL, 0);
}
