/*
 * text_hear.c - what a daemon asks for, and what it gives back of the typing
 *
 * An answer belongs to what the daemon had said last when its line ended, or
 * when it began.  A terminal's user sees his typing because the daemon sends it
 * back: what is an echo of a secret is one, too.
 */
#include "text_state.h"

#include <string.h>

static bool
says(unsigned char c)
{
	return (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z') ||
	    c >= 0x80;
}

/* Whether a line says no more than blanks, bars and escapes. */
static bool
says_nothing(const unsigned char *p, size_t n)
{
	unsigned char text[TEXT_TYPED];

	if (n > 0 && says(p[0]) && p[0] != 0xff)
		return false;
	n = text_visible(text, sizeof text, p, n);
	for (size_t i = 0; i < n; i++)
		if (says(text[i]))
			return false;
	return true;
}

/* Without what editing leaves behind, and stars that stand for bytes. */
static size_t
plain_typing(unsigned char *out, const unsigned char *p, size_t n)
{
	size_t len = 0;

	for (size_t i = 0; i < n && len < TEXT_TYPED; i++) {
		if (p[i] == '\b' && i + 2 < n && p[i + 1] == ' ' &&
		    p[i + 2] == '\b')
			i += 2;
		else if (p[i] != '\b' && p[i] != 0x7f && p[i] != '*' &&
		    p[i] != '\r' && p[i] != '\n' && p[i] != '\0')
			out[len++] = p[i];
	}
	return len;
}

/* An echo of what was typed. */
struct echoed {
	size_t n; /* its bytes, from the first that was looked at */
	size_t same; /* so many bytes of what was typed have come back */
	size_t secret; /* where in it the secret begins, or n */
};

/*
 * How much of p is an echo of what was typed, behind the bytes of that which
 * have come back already.
 */
static struct echoed
echo_of(const struct text *s, const unsigned char *typed, size_t typed_len,
    const unsigned char *p, size_t n)
{
	unsigned char plain[TEXT_TYPED], one[TEXT_TYPED];
	size_t len = plain_typing(plain, typed, typed_len), k;
	struct echoed e = {0, s->echoed < len ? s->echoed : len, SIZE_MAX};

	for (; e.n < n; e.n += k) {
		k = p[e.n] == '\b' && n - e.n > 2 && p[e.n + 1] == ' ' ? 3 : 1;
		if (e.same >= s->secret_at && e.secret == SIZE_MAX)
			e.secret = e.n;
		if (plain_typing(one, p + e.n, k) == 0)
			continue; /* editing, or a star */
		if (e.same == len || p[e.n] != plain[e.same])
			break;
		e.same++;
	}
	if (e.secret > e.n)
		e.secret = e.n;
	return e;
}

/* Whether all of p is an echo of the client's last line. */
static bool
is_echo(const struct text *s, const unsigned char *p, size_t n)
{
	return s->typed_len > 0 && n > 0 &&
	    echo_of(s, s->typed, s->typed_len, p, n).n == n;
}

/*
 * What the daemon asks for with a line, which may be unfinished.  A line that
 * says nothing, such as `> `, does not take back what was asked before it.
 */
static enum text_prompt
asked_by(const struct text *s, const unsigned char *p, size_t n)
{
	size_t from = s->answered < n ? s->answered : n;
	enum text_prompt asks;

	if (says_nothing(p + from, n - from))
		return from > 0 ? ASKS_NOTHING : s->asks;
	if (from > 0 && is_echo(s, p + from, n - from))
		return ASKS_NOTHING; /* that was answered */
	asks = text_prompt(p + from, n - from);
	return asks == ASKS_USER ? asks : text_prompt(p, n);
}

/* The daemon's line that has not ended, also of bytes that are not shown. */
static size_t
unfinished(const struct track *t)
{
	const struct side *r = &t->side[DIR_R];

	return r->frame == FRAME_LINE || r->frame == FRAME_OWN ? r->len : 0;
}

enum text_prompt
text_asked(struct track *t)
{
	const struct text *s = text_state(t);
	enum text_prompt asks = asked_by(s, t->side[DIR_R].buf, unfinished(t));

	/* Or it did, when the line began that has ended now. */
	return s->asked > asks ? (enum text_prompt)s->asked : asks;
}

/* Whether there is anything new in p: more than blanks or an echo. */
static bool
is_news(const struct text *s, const unsigned char *p, size_t n)
{
	size_t from = s->answered < n ? s->answered : n;

	return !says_nothing(p + from, n - from) &&
	    !is_echo(s, p + from, n - from);
}

bool
text_has_spoken(struct track *t)
{
	const struct text *s = text_state(t);

	return s->spoke || is_news(s, t->side[DIR_R].buf, unfinished(t));
}

/* What goes on with a login: `+ b64`, 334, 335, 383. */
static bool
is_challenge(const unsigned char *p, size_t n)
{
	int code = word_code(p, n);

	return code == 334 || code == 335 || code == 383 ||
	    (n > 0 && p[0] == '+' && (n == 1 || p[1] == ' ' || p[1] == '\t'));
}

void
text_lose(struct text *s)
{
	s->answered = s->typing = s->echo_from = 0;
}

void
text_hear(struct track *t, const unsigned char *p, size_t n, bool whole)
{
	struct text *s = text_state(t);
	enum text_prompt asks = asked_by(s, p, n);

	if (!track_in_line(t, DIR_S) ||
	    (asks == ASKS_SECRET && s->asked != ASKS_SECRET)) {
		if (asks == ASKS_SECRET)
			s->echoed = s->secret_at = 0;
		s->asked = (unsigned char)asks;
		s->typing = n;
	}
	if (!whole)
		return;
	if (is_news(s, p, n)) {
		s->spoke = true;
		s->goes_on = is_challenge(p, n);
		s->hush = s->typed_secret = false;
		s->typed_len = 0;
	}
	s->asks = (unsigned char)asks;
	text_lose(s);
}

/* ---- bytes that are not shown ------------------------------------------- */

/* The line goes on: its last bytes are kept. */
static void
overhear_part(struct track *t, const unsigned char *p, size_t n)
{
	struct side *r = &t->side[DIR_R];
	size_t keep = r->len;

	if (n > TEXT_TYPED) {
		p += n - TEXT_TYPED;
		n = TEXT_TYPED;
	}
	if (keep + n > TEXT_TYPED) {
		keep = TEXT_TYPED - n;
		memmove(r->buf, r->buf + r->len - keep, keep);
		text_lose(text_state(t));
	}
	if (n > 0)
		memcpy(r->buf + keep, p, n);
	r->len = r->shown = keep + n;
}

/*
 * Whether a line that begins and ends so would change nothing: it says
 * something, is no challenge, and ends neither like a question nor with a telnet
 * command.
 */
static bool
is_dull(const struct text *s, const unsigned char *p, size_t n)
{
	return n > 0 && s->spoke && !s->goes_on && !s->hush &&
	    !s->typed_secret && s->typed_len == 0 && s->answered == 0 &&
	    s->asks == ASKS_NOTHING && s->asked == ASKS_NOTHING && says(p[0]) &&
	    p[0] > '9' && p[0] != 0xff && says(p[n - 1]) && p[n - 1] < 0xef;
}

void
text_overhear(struct track *t, const unsigned char *p, size_t n)
{
	struct side *r = &t->side[DIR_R];
	const unsigned char *end = p + n, *lf;

	for (; (lf = memchr(p, '\n', (size_t)(end - p))) != NULL; p = lf + 1) {
		n = (size_t)(lf - p);
		if (r->len == 0 && is_dull(text_state(t), p, n))
			continue;
		overhear_part(t, p, n);
		text_state(t)->spoke = true;
		text_hear(t, r->buf, r->len, true);
		r->len = r->shown = 0;
	}
	overhear_part(t, p, (size_t)(end - p));
}

void
text_overheard(struct track *t)
{
	const struct side *r = &t->side[DIR_R];

	if (r->frame == FRAME_OWN && r->len > 0)
		text_hear(t, r->buf, r->len, false);
}

/* While the client types: what the daemon says behind `from`. */
static void
hide_while_typing(struct track *t, struct line *l, bool whole)
{
	const struct side *c = &t->side[DIR_S];
	struct text *s = text_state(t);
	bool secret = s->asked == ASKS_SECRET;
	size_t from = s->typing, n;
	struct echoed e;

	if (from >= l->n)
		return;
	n = l->n - from;
	e = echo_of(s, c->buf, c->len, l->p + from, n);
	if (!whole) {
		/* Of what is typed nobody knows yet what it will be. */
		if ((secret || e.n == n) && from < l->hold)
			l->hold = from;
		return;
	}
	if (secret)
		s->echoed = e.same;
	if (secret && l->cut)
		e.n = n; /* it can't wait any longer */
	if (e.n > 0 && (secret || text_may_be_verb(c->buf, c->len)))
		line_hide_quietly(l, from, from + e.n);
}

void
text_hide_echo(struct track *t, struct line *l, bool whole)
{
	const struct text *s = text_state(t);
	size_t from = s->echo_from;
	struct echoed e;

	if (track_in_line(t, DIR_S)) {
		hide_while_typing(t, l, whole);
		return;
	}
	if (from >= l->n || !s->typed_secret || s->typed_len == 0)
		return;
	e = echo_of(s, s->typed, s->typed_len, l->p + from, l->n - from);
	if (e.n < l->n - from)
		return; /* something else; what is whole in it is found */
	if (whole && e.secret < e.n)
		line_hide_quietly(l, from + e.secret, l->n);
	else if (!whole && from < l->hold)
		l->hold = from;
}

/* How many bytes of the line were typed before the first that is hidden. */
static size_t
before_secret(const struct line *l)
{
	unsigned char plain[TEXT_TYPED];
	size_t first = l->n;

	for (unsigned i = 0; i < l->nspans; i++)
		if (l->spans[i].from < first)
			first = l->spans[i].from;
	return plain_typing(
	    plain, l->p, first < TEXT_TYPED ? first : TEXT_TYPED);
}

void
text_typed(struct track *t, const struct line *l, enum text_prompt asks)
{
	struct text *s = text_state(t);
	bool edited = memchr(l->p, '\b', l->n) != NULL ||
	    memchr(l->p, 0x7f, l->n) != NULL;

	if (asks != ASKS_SECRET)
		s->echoed = 0;
	s->secret_at = before_secret(l);
	/* What was not edited is found wherever it comes. */
	s->typed_secret = l->nspans > 0 && (s->secret_at == 0 || edited);
	s->echo_from = asks == ASKS_SECRET ? s->typing : unfinished(t);
	s->answered = s->typing = unfinished(t);
	s->asks = s->asked = ASKS_NOTHING;
	s->spoke = s->goes_on = false;
	s->typed_len = l->n < TEXT_TYPED ? l->n : TEXT_TYPED;
	memcpy(s->typed, l->p, s->typed_len);
}
