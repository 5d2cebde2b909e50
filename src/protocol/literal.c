/*
 * literal.c - strings that are sent as counted bytes: `{7}`, and then seven
 *
 * A message goes to the engine, which counts it.  Other literals are gathered
 * in the side's buffer, which no line needs meanwhile.  Where a secret follows,
 * and where nobody can know what does, everything is hidden until the command
 * is over, with one mask.
 */
#include "literal.h"
#include "track.h"

#include <string.h>

#define COUNT_MAX 40 /* bytes between the braces that are looked at */
#define KEEP ECHO_LEN /* of what is hidden, to find echoes of it */
#define KEEP_LINE (TRACK_LINE / 2) /* where in the buffer a line is kept */

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

bool
literal_announces(const struct literal *x, size_t at)
{
	return x != NULL && x->at == at && x->form != LITERAL_BAD &&
	    x->form != LITERAL_ODD;
}

/* ---- readings --------------------------------------------------------- */

/* A line has ended: does it announce a literal?  Whether the client waits. */
static bool
reading_line(const struct track *t, struct reading *r)
{
	struct line l = {.p = r->end, .n = r->end_len, .more = true};
	struct literal x;

	if (l.n > 0 && l.p[l.n - 1] == '\r')
		l.n--;
	r->start = !literal_at_end(t, &l, &x) || x.form == LITERAL_BAD;
	r->left = r->start ? 0 : x.n;
	r->end_len = 0;
	return !r->start && x.form == LITERAL_SYNC;
}

/* One byte; returns whether it ended a line behind which the client waits. */
static bool
reading_step(const struct track *t, struct reading *r, unsigned char c)
{
	if (!r->on)
		return false;
	if (r->left > 0) {
		r->left--;
		return false;
	}
	if (c == '\n')
		return reading_line(t, r);
	r->start = false;
	if (r->end_len == sizeof r->end) {
		r->end_len = sizeof r->end - 1;
		memmove(r->end, r->end + 1, r->end_len);
	}
	r->end[r->end_len++] = c;
	return false;
}

/* ---- beginning -------------------------------------------------------- */

/* Hide all to the end of the command; it may have ended with the line. */
static void
hide_from(struct literals *s, uint64_t left, bool maybe_over)
{
	s->phase = LITERALS_HIDE;
	s->as_literal.on = true;
	s->as_literal.left = left;
	s->as_command.on = maybe_over;
	s->as_command.start = maybe_over;
	s->unsure = maybe_over;
	s->commands = 0;
	s->line_len = 0;
}

/* Likewise what was to be shown, as nobody knows any more what it is. */
static void
hide_rest(struct literals *s, bool maybe_over)
{
	s->harmless = s->role <= LITERAL_NAME;
	if (s->role < LITERAL_NAME)
		s->role = LITERAL_UNSURE;
	hide_from(s, s->left, maybe_over);
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
	track_fact(t, FACT_CONTENT, d, NULL, 0);
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
		hide_from(s, x->n, sync || !sure);
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
	hide_from(s, left, false);
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

/* ---- hiding ----------------------------------------------------------- */

static bool
is_over(const struct literals *s)
{
	return (!s->as_literal.on || s->as_literal.start) &&
	    (!s->as_command.on || s->as_command.start);
}

/* What was gathered may be a password: keep it, to find echoes of it. */
static void
keep(struct track *t, struct literals *s)
{
	unsigned char *buf = t->side[DIR_S].buf;
	size_t n = s->got;

	s->got = 0;
	if (t->mode == TRACK_MASK && n > 0)
		echo_keep(&t->echo, buf, n);
	explicit_bzero(buf, n);
}

/* A byte of a literal, or of the line behind one: each is kept by itself. */
static void
keep_literal(struct track *t, struct literals *s, unsigned char c)
{
	struct line l = {.p = t->side[DIR_S].buf, .more = true};
	struct literal x;

	if (s->harmless) {
		s->harmless = s->as_literal.left > 1;
		s->got = 0;
		return;
	}
	if (s->got < KEEP && (s->as_literal.left > 0 || c != '\n'))
		t->side[DIR_S].buf[s->got++] = c;
	if (s->as_literal.left == 1) {
		keep(t, s);
	} else if (s->as_literal.left == 0 && c == '\n') {
		s->got -= s->got > 0 && l.p[s->got - 1] == '\r';
		l.n = s->got;
		if (literal_at_end(t, &l, &x))
			s->got = x.at;
		while (s->got > 0 && l.p[s->got - 1] == ' ')
			s->got--;
		keep(t, s);
	}
}

/* Whether a line logs in, if it is a command: by one of its first words. */
static bool
logs_in(const unsigned char *p, size_t n)
{
	size_t at = word_skip(p, n, 0), end;

	for (int i = 0; i < 2; i++) {
		end = word_end(p, n, at);
		if (word_is(p + at, end - at, "LOGIN") ||
		    word_is(p + at, end - at, "AUTHENTICATE"))
			return true;
		at = word_skip(p, n, end);
	}
	return false;
}

/* Likewise a line that is a command in one of the readings. */
static void
keep_line(struct track *t, struct literals *s, unsigned char c)
{
	unsigned char *p = t->side[DIR_S].buf + KEEP_LINE;
	size_t n, last;

	if (!s->as_command.on)
		return;
	if (s->line_len == 0)
		s->line_is_command = false;
	if (c > ' ' && (!s->as_literal.on || !s->harmless))
		s->line_is_command = true;
	if (c != '\n') {
		if (s->line_len < KEEP)
			p[s->line_len++] = c;
		return;
	}
	for (n = s->line_len; n > 0 && p[n - 1] <= ' '; n--)
		;
	for (last = n; last > 0 && p[last - 1] > ' '; last--)
		;
	if (t->mode == TRACK_MASK && n > 0 &&
	    (s->line_is_command || logs_in(p, n))) {
		echo_keep(&t->echo, p, n);
		echo_keep_form(&t->echo, p + last, n - last);
	}
	explicit_bzero(p, s->line_len);
	s->line_len = 0;
}

/* In a record a mask stands for all of it, whatever was announced. */
static void
look_for_mask(struct literals *s, unsigned char c)
{
	if (s->stars > 3)
		return;
	s->stars = c == '*' ? s->stars + 1 : 5;
	if (s->stars == 4)
		s->as_literal.left = s->as_command.left = 0;
}

static void
hide_byte(struct track *t, enum dir d, struct literals *s, unsigned char c)
{
	if (t->mode == TRACK_READ)
		look_for_mask(s, c);
	if (d == DIR_S) {
		keep_literal(t, s, c);
		keep_line(t, s, c);
	}
	if (reading_step(t, &s->as_literal, c) && !s->as_command.on) {
		s->unsure = true; /* whether the client waited, and for what */
		s->as_command.on = s->as_command.start = true;
	}
	s->unsure |= reading_step(t, &s->as_command, c);
	if (c == '\n') {
		s->commands += s->as_command.on && s->as_command.start;
		s->crlf = s->last == '\r';
	}
	s->last = c;
}

static size_t
hide(struct track *t, enum dir d, struct literals *s,
    const struct literal_user *u, const unsigned char *p, size_t n)
{
	static const unsigned char crlf[] = "\r\n";
	size_t took = 0;

	while (took < n && !is_over(s))
		hide_byte(t, d, s, p[took++]);
	if (took > 0 && t->mode != TRACK_MASK) {
		t->out.text(t->out.arg, d, p, took);
	} else if (took > 0 && !s->masked) {
		t->out.mask(t->out.arg, d, NULL);
		s->masked = s->alone = true;
	}
	if (!is_over(s))
		return took;
	if (s->alone && t->mode == TRACK_MASK)
		t->out.text(
		    t->out.arg, d, s->crlf ? crlf : crlf + 1, s->crlf ? 2 : 1);
	s->phase = LITERALS_NONE;
	track_frame(t, d, FRAME_LINE, 0);
	u->over(t, d, s->unsure, s->unsure ? s->commands : 0);
	return took;
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
		line_hide_urlauth(l);
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
	line_hide_urlauth(l);
	line_hide_quietly(l, l->n - TRACK_TAIL, l->n);
	track_give(t, d, l);
	s->got = 0;
	s->role = LITERAL_UNSURE;
	s->masked = s->alone = true;
	hide_from(s, s->left, false);
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
		return hide(t, d, s, u, p, n);
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
