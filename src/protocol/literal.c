/*
 * literal.c - strings that are sent as counted bytes: `{7}`, and then seven
 *
 * A message goes to the engine, which counts it.  Other literals are gathered
 * in the side's buffer, which no line needs meanwhile.  What must be hidden to
 * the end of its command is literal_hide.c's.
 */
#include "literal.h"
#include "track.h"

#include <string.h>

#define COUNT_MAX 40 /* bytes between the braces that are looked at */

/* ---- what a line announces -------------------------------------------- */

/* Whether the quotes before `at` are closed; a long line's can't be known. */
static bool
outside_strings(const struct line *l, size_t at)
{
	bool in = false;

	if (l->more)
		return true;
	for (size_t i = 0; i < at; i++) {
		if (in && l->p[i] == '\\')
			i++;
		else if (l->p[i] == '"')
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
		if (strchr("0123456789+-* ", p[i]) == NULL || p[i] == '\0')
			return false;
	return true;
}

bool
literal_at_end(const struct track *t, const struct line *l, struct literal *x)
{
	size_t i = l->n;

	if (i < 2 || l->p[i - 1] != '}')
		return false;
	while (i > 0 && l->n - i < COUNT_MAX && l->p[i - 1] != '{')
		i--;
	if (i == 0 || l->p[i - 1] != '{')
		return false;
	x->digits = i;
	x->at = i - 1;
	x->n = 0;
	if (x->at > 0 && l->p[x->at - 1] == '~')
		x->at--; /* literal8 (RFC 3516 section 4.4) */
	x->clean = outside_strings(l, x->at) &&
	    (x->at == 0 || l->p[x->at - 1] == ' ' || l->p[x->at - 1] == '\t' ||
		l->p[x->at - 1] == '(');
	return parse_count(t, l->p, x, l->n - 1);
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

void
literal_begin(struct track *t, enum dir d, struct literals *s,
    const struct literal *x, enum literal_role role, bool wait)
{
	bool sync = wait && x->form == LITERAL_SYNC;
	bool sure = x->form != LITERAL_ODD && (x->clean || sync);
	bool hide = role >= LITERAL_SECRET || !sure;

	memset(s, 0, sizeof *s);
	if (role < LITERAL_SECRET && !sure)
		role = LITERAL_UNSURE;
	if ((role == LITERAL_WHOLE || role == LITERAL_NAME) &&
	    x->n > TRACK_LINE) {
		role = LITERAL_SECRET;
		hide = true;
	}
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
	if (hide)
		literal_hide_from(s, x->n, sync || !sure);
	else if (sync)
		s->phase = LITERALS_WAIT;
	else
		gather_from(s, x->n);
}

void
literal_go(struct track *t, struct literals *s, bool sure)
{
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

bool
literal_refused(struct track *t, struct literals *s, bool ok)
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

/* ---- gathering -------------------------------------------------------- */

/* Give out what was gathered: all of it, or a line of it. */
static void
give(struct track *t, enum dir d, struct literals *s,
    const struct literal_user *u)
{
	struct line *l = track_piece(t, t->side[d].buf, s->got, 0);

	l->all_text = true;
	if (s->role == LITERAL_STRING)
		line_hide_urls(l);
	else
		u->whole(t, d, l);
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
gather(struct track *t, enum dir d, struct literals *s,
    const struct literal_user *u, const unsigned char *p, size_t n)
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
		give(t, d, s, u);
	} else if (s->role == LITERAL_STRING) {
		if (ended)
			give(t, d, s, u);
		else if (s->got == TRACK_LINE)
			give_long(t, d, s);
	}
	return n;
}

/* ---- the engine's calls ----------------------------------------------- */

size_t
literal_own(struct track *t, enum dir d, struct literals *s,
    const struct literal_user *u, const unsigned char *p, size_t n)
{
	if (s->phase == LITERALS_WAIT)
		hide_rest(s, true); /* unasked, if it is the literal at all */
	s->begun = true;
	if (s->phase == LITERALS_HIDE)
		return literal_hide(t, d, s, u, p, n);
	if (s->phase == LITERALS_GATHER)
		return gather(t, d, s, u, p, n);
	track_frame(t, d, FRAME_LINE, 0);
	return 0;
}

void
literal_end(struct track *t, enum dir d, struct literals *s,
    const struct literal_user *u)
{
	if (t->mode != TRACK_MASK || s->got == 0 || s->masked ||
	    (s->phase != LITERALS_GATHER && s->phase != LITERALS_HIDE))
		return;
	if (s->phase == LITERALS_GATHER && s->role == LITERAL_STRING)
		give(t, d, s, u);
	else
		t->out.mask(t->out.arg, d, NULL);
	s->got = 0;
}
