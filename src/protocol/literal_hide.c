/*
 * literal_hide.c - hide a literal, and all to the end of its command
 *
 * One mask stands for all of it.  Where nobody can know whether the literal or
 * a new command follows, both readings are kept up, and it is over only where
 * both have come to the beginning of a command.
 */
#include "literal.h"
#include "track.h"

#include <string.h>

#define KEEP ECHO_LEN /* of what is hidden, to find echoes of it */
#define KEEP_LINE (TRACK_LINE / 2) /* where in the buffer a line is kept */

/* ---- readings --------------------------------------------------------- */

/* A line has ended: does it announce a literal?  Whether the client waits. */
static bool
reading_line(const struct track *t, struct reading *r)
{
	size_t n = r->end_len;
	struct literal x;

	if (n > 0 && r->end[n - 1] == '\r')
		n--;
	r->start = !literal_ends(t, r->end, n, &x) || x.form == LITERAL_BAD;
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

/* ---- hiding ----------------------------------------------------------- */

void
literal_hide_from(struct literals *s, uint64_t left, bool maybe_over)
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
		echo_keep_more(&t->echo, buf, n, s->kept);
	s->kept = 0;
	explicit_bzero(buf, n);
}

void
literal_keep(struct track *t)
{
	struct literals *s = TRACK_STATE(t, struct literal_state)->literals;
	bool secret = s->phase == LITERALS_HIDE ||
	    (s->phase == LITERALS_GATHER && s->role == LITERAL_WHOLE);

	if (!secret || s->got < 4 || t->mode != TRACK_MASK)
		return;
	echo_keep_more(&t->echo, t->side[DIR_S].buf, s->got, s->kept);
	s->kept = s->got;
}

/* A byte of a literal, or of the line behind one: each is kept by itself. */
static void
keep_literal(struct track *t, struct literals *s, unsigned char c)
{
	unsigned char *buf = t->side[DIR_S].buf;
	struct literal x;

	if (s->harmless) {
		s->harmless = s->as_literal.left > 1;
		s->got = 0;
		return;
	}
	if (s->got < KEEP && (s->as_literal.left > 0 || c != '\n'))
		buf[s->got++] = c;
	if (s->as_literal.left == 1) {
		keep(t, s);
	} else if (s->as_literal.left == 0 && c == '\n') {
		s->got -= s->got > 0 && buf[s->got - 1] == '\r';
		if (literal_ends(t, buf, s->got, &x))
			s->got = x.at;
		while (s->got > 0 && buf[s->got - 1] == ' ')
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
		if (word_among(p + at, end - at, "LOGIN\0AUTHENTICATE\0") !=
		    NULL)
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

/* The command whose rest was hidden is over, or so it seems. */
static void
over(struct track *t, enum dir d, const struct literals *s)
{
	struct literal_state *all = TRACK_STATE(t, struct literal_state);
	struct waiting *w;

	if (d == DIR_R) {
		all->reply_open = false;
		return;
	}
	all->open = false;
	if (all->id == COMMAND_AUTHENTICATE && t->sasl.open)
		t->sasl.given++; /* what was hidden was the response */
	if (!s->unsure)
		return;
	/* Nobody knows what the daemon may ask for. */
	t->pending.distrust = true;
	for (unsigned i = 0; i < s->commands && t->pending.over == 0; i++) {
		w = pending_push(
		    &t->pending, COMMAND_UNKNOWN, NULL, 0, all->number);
		if (w != NULL)
			w->flag = LITERAL_HIDDEN;
	}
}

size_t
literal_hide(struct track *t, enum dir d, struct literals *s,
    const unsigned char *p, size_t n)
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
	over(t, d, s);
	return took;
}
