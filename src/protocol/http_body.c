/*
 * http_body.c - where a body ends, and what of it waits
 *
 * The bytes of a body come from the caller's buffer or, while it can't be told
 * yet whether a secret begins in them, from the side's own.  Chunks are taken
 * apart (RFC 9112 section 7.1) before anybody looks for secrets, so that one
 * which lies in several is found; what is between chunks is shown where it was,
 * but not within a secret, whose length it would tell.
 */
#include "http.h"
#include "text.h"

#include <stdio.h>

/* Room in a line's spans that is left for what overlaps. */
#define SPANS (LINE_SPANS - 8)

enum run { RUN_DATA, RUN_BETWEEN, RUN_EXTENSION };

/* Bytes of the body that are judged together. */
struct window {
	const unsigned char *raw; /* as they came */
	size_t raw_n;
	struct http_frame first; /* where the raw ones begin */
	const unsigned char *p; /* the body's own */
	size_t n;
	bool gaps; /* the two are not the same */
	bool end; /* there will be no more */
};

/* ---- counting --------------------------------------------------------- */

static int
hex_digit(unsigned char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 32;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* A byte between the data of two chunks. */
static void
between(struct http_frame *f, unsigned char c)
{
	int digit = hex_digit(c);

	switch (f->phase) {
	case CHUNK_SIZE:
		if (digit >= 0 && f->digits++ < 15)
			f->left = f->left << 4 | (unsigned)digit;
		else if (c == ';' && f->digits > 0)
			f->phase = CHUNK_EXTENSION;
		else
			f->phase = c == '\r' && f->digits > 0 ? CHUNK_SIZE_LF :
								FRAME_WRONG;
		break;
	case CHUNK_EXTENSION:
		if (c == '\r')
			f->phase = CHUNK_SIZE_LF;
		else if (c == '\n')
			f->phase = FRAME_WRONG;
		break;
	case CHUNK_SIZE_LF:
		f->phase = c != '\n' ? FRAME_WRONG :
		    f->left == 0     ? FRAME_OVER :
				       CHUNK_DATA;
		break;
	case CHUNK_CR:
		f->phase = c == '\r' ? CHUNK_LF : FRAME_WRONG;
		break;
	default:
		f->phase = c == '\n' ? CHUNK_SIZE : FRAME_WRONG;
		f->digits = 0;
		f->left = 0;
	}
}

static bool
in_extension(const struct http_frame *f, unsigned char c)
{
	return f->phase == CHUNK_EXTENSION && c != '\r';
}

/* Bytes of one sort that are next, at most n; what sort goes to *run. */
static size_t
step(struct http_frame *f, const unsigned char *p, size_t n, enum run *run)
{
	size_t i = 0;

	if (f->phase == CHUNK_DATA) {
		*run = RUN_DATA;
		if (f->how == HTTP_TO_END)
			return n;
		if (n > f->left)
			n = (size_t)f->left;
		f->left -= n;
		if (f->left == 0)
			f->phase =
			    f->how == HTTP_COUNTED ? FRAME_OVER : CHUNK_CR;
		return n;
	}
	*run = in_extension(f, *p) ? RUN_EXTENSION : RUN_BETWEEN;
	while (i < n && f->phase < FRAME_OVER && f->phase != CHUNK_DATA) {
		if (in_extension(f, p[i]) != (*run == RUN_EXTENSION))
			break;
		between(f, p[i]);
		if (f->phase == FRAME_WRONG)
			break; /* that byte is none of the body's */
		i++;
	}
	return i;
}

/* Fill scratch with the body's own bytes of the raw ones. */
static void
take_apart(struct track *t, struct window *w)
{
	struct http_frame f = w->first;
	enum run run;
	size_t k;

	w->p = t->scratch;
	w->n = 0;
	w->gaps = true;
	for (size_t i = 0; i < w->raw_n; i += k) {
		k = step(&f, w->raw + i, w->raw_n - i, &run);
		if (k == 0)
			break;
		if (run != RUN_DATA)
			continue;
		memcpy(t->scratch + w->n, w->raw + i, k);
		w->n += k;
	}
}

/* Where byte `at` of the body's own is among the raw ones. */
static size_t
raw_place(const struct window *w, size_t at)
{
	struct http_frame f = w->first;
	enum run run;
	size_t i = 0, k;

	for (; w->gaps && i < w->raw_n; i += k) {
		k = step(&f, w->raw + i, w->raw_n - i, &run);
		if (k == 0 || (run == RUN_DATA && k > at))
			break;
		at -= run == RUN_DATA ? k : 0;
	}
	return i + at;
}

static size_t
raw_end(const struct window *w, size_t at)
{
	return at > 0 ? raw_place(w, at - 1) + 1 : 0;
}

/* ---- secrets ---------------------------------------------------------- */

/* A secret of the client's body goes on, or has ended. */
static void
keep(struct track *t, enum dir d, const unsigned char *p, size_t n, bool ends)
{
	struct http *s = http_state(t);
	unsigned char text[ECHO_LEN];

	if (d != DIR_S)
		return;
	for (; s->value_len == 0 && n > 0 && *p <= ' '; p++)
		n--; /* blanks before a secret are none of it */
	if (n > sizeof s->value - s->value_len)
		n = sizeof s->value - s->value_len;
	memcpy(s->value + s->value_len, p, n);
	s->value_len += n;
	if (!ends || s->value_len == 0)
		return;
	echo_keep_more(&t->echo, s->value, s->value_len);
	n = text_unescape(text, sizeof text, s->value, s->value_len);
	if (n != s->value_len || memcmp(text, s->value, n) != 0)
		echo_keep_form(&t->echo, text, n);
	explicit_bzero(s->value, s->value_len);
	explicit_bzero(text, n);
	s->value_len = 0;
}

/* The daemon speaks: it may have understood what there is of a secret. */
void
http_keep_value(struct track *t)
{
	struct http *s = http_state(t);

	if (s->value_len > 0)
		echo_keep_more(&t->echo, s->value, s->value_len);
}

/* Bytes that are hidden for another reason: where in the text are we then? */
static void
read_on(struct http_text *x, const unsigned char *p, size_t n)
{
	for (size_t done = 0, k; done < n; done += k) {
		bool was = x->hide;

		k = http_text_run(x, p + done, n - done, true);
		if (k == 0 && x->hide == was)
			break;
	}
}

/*
 * Bytes of a secret whose mask was given out: how many of them there are.  Of a
 * token, too, the text is read.
 */
static size_t
hidden(struct track *t, enum dir d, const struct window *w, size_t at)
{
	struct http_text *x = &http_state(t)->side[d].text;
	const unsigned char *p = w->p + at;
	size_t n = w->n - at;

	if (x->open == 0) {
		n = http_text_run(x, p, n, w->end);
		keep(t, d, p, n, !x->hide);
		return n;
	}
	n = http_token_rest(x->open, p, n);
	if (at + n < w->n || w->end)
		x->open = 0;
	read_on(x, p, n);
	return n;
}

/* Where the `Bearer` may begin that tells the token at `at`. */
static size_t
word_before(const struct line *l, size_t at)
{
	size_t end = at;

	while (at > 0 && l->p[at - 1] == ' ')
		at--;
	return at == end || at < 6 ? at : at - 6;
}

/* How far a line can be judged, by tokens and echoes in it. */
static size_t
hide_found(
    struct track *t, enum dir d, struct line *l, bool end, unsigned char *open)
{
	unsigned tokens;
	size_t tail;

	*open = http_hide_tokens(l, 0, end);
	tokens = l->nspans;
	if (d == DIR_R) {
		track_hide_echoes(t, d, l);
		tail = end ? 0 : echo_tail(&t->echo, l->p, l->n, 1);
		if (l->n - tail < l->hold)
			l->hold = l->n - tail;
	}
	/*
	 * What was found is not parted; nor is a token from the word before it,
	 * which told it.
	 */
	for (unsigned i = 0; i < l->nspans; i++) {
		const struct span *s = &l->spans[i];
		size_t from = i < tokens ? word_before(l, s->from) : s->from;

		if (l->hold < s->to && from < l->hold)
			l->hold = s->to;
	}
	return l->hold;
}

/*
 * Bytes that are shown, but for what is hidden in them; returns how many are
 * judged.
 */
static size_t
judge(struct track *t, enum dir d, struct line *l, bool end)
{
	struct http_text *x = &http_state(t)->side[d].text;
	unsigned char open;
	size_t done = 0, k, hold = hide_found(t, d, l, end, &open);

	while (done < hold &&
	    (l->nspans < SPANS || line_hides(l, done) || x->hide)) {
		bool was = x->hide;

		k = http_text_run(x, l->p + done, hold - done, end);
		if (was && (k > 0 || !x->hide)) {
			line_hide_quietly(l, done, done + k);
			keep(t, d, l->p + done, k, !x->hide);
		}
		x->due = x->hide && (k == 0 ? x->due : !was);
		done += k;
		if (k == 0 && x->hide == was)
			break; /* it must wait for more */
	}
	x->open = done == l->n ? open : 0;
	return done;
}

/*
 * The line of the body's own bytes, of which `from` is the first, becomes one of
 * the raw ones in [base, to).
 */
static void
put_together(
    const struct window *w, size_t from, size_t base, size_t to, struct line *l)
{
	struct http_frame f = w->first;
	enum run run;
	size_t k;

	for (unsigned i = 0; i < l->nspans; i++) {
		struct span *s = &l->spans[i];
		bool any = s->to > s->from;

		s->from = raw_place(w, from + s->from) - base;
		s->to = any ? raw_end(w, from + s->to) - base : s->from;
	}
	l->p = w->raw + base;
	l->n = to - base;
	for (size_t i = 0; i < to; i += k) {
		k = step(&f, w->raw + i, w->raw_n - i, &run);
		if (k == 0)
			break;
		if (run == RUN_EXTENSION && i >= base)
			line_hide_quietly(l, i - base, i - base + k);
	}
}

/* ---- windows ---------------------------------------------------------- */

/* The raw bytes up to which all is decided, with `at` of the body's own. */
static size_t
decided(struct track *t, enum dir d, const struct window *w, size_t at)
{
	const struct http_frame *f = &http_state(t)->side[d].frame;

	if (at == w->n && (f->phase == CHUNK_DATA || f->phase == FRAME_OVER))
		return w->raw_n;
	return raw_end(w, at);
}

/* Give out [given, to) of the raw bytes; `from` of the body's own come first. */
static void
give(struct track *t, enum dir d, const struct window *w, size_t from,
    size_t given, size_t to, struct line *l)
{
	if (w->gaps)
		put_together(w, from, given, to, l);
	else
		l->n = to - given;
	l->protect = l->n; /* echoes were looked for */
	track_give(t, d, l);
}

static struct line *
piece(struct track *t, const struct window *w, size_t at)
{
	struct line *l = track_piece(t, w->p + at, w->n - at, 0);

	l->all_text = true;
	l->least = 6;
	return l;
}

/* Give out of a window what can be told; returns how many raw bytes. */
static size_t
look_at(struct track *t, enum dir d, const struct window *w)
{
	struct http_text *x = &http_state(t)->side[d].text;
	size_t at = 0, given = 0, done, to;
	struct line *l;

	while (at < w->n) {
		bool was = x->hide, open = x->open != 0;

		if ((was && !x->due) || open) {
			done = hidden(t, d, w, at);
			if (done == 0 && x->hide == was && !open)
				break;
			at += done;
			given = done > 0 ? raw_end(w, at) : given;
			continue;
		}
		l = piece(t, w, at);
		done = judge(t, d, l, w->end);
		if (done == 0 && x->hide == was)
			break;
		to = decided(t, d, w, at + done);
		give(t, d, w, at, given, to, l);
		given = to;
		at += done;
	}
	to = decided(t, d, w, at);
	if (to > given && (!x->hide || x->due) && x->open == 0)
		give(t, d, w, w->n, given, to, piece(t, w, w->n));
	return to;
}

/* What is held can't wait any longer: it is no text that can be told apart. */
static void
give_up(struct track *t, enum dir d, const struct window *w)
{
	struct http_text *x = &http_state(t)->side[d].text;
	struct line *l = track_piece(t, w->raw, w->raw_n, 0);

	if (x->open == 0 && !x->hide) {
		l->all_text = true;
		line_hide_quietly(l, 0, l->n);
		track_give(t, d, l);
	}
	read_on(x, w->p, w->n);
	x->open = 1;
}

/* ---- the frame -------------------------------------------------------- */

/* Judge what there is, and hold the rest. */
static void
take_window(struct track *t, enum dir d, struct window *w)
{
	struct http_side *h = &http_state(t)->side[d];
	struct side *s = &t->side[d];
	size_t done, k, left;
	enum run run;

	w->end |= h->frame.phase >= FRAME_OVER;
	done = look_at(t, d, w);
	left = w->raw_n - done;
	if (left > 0 && (w->end || (done == 0 && left == TRACK_LINE))) {
		give_up(t, d, w);
		done = w->raw_n;
		left = 0;
	}
	for (size_t i = 0; i < done; i += k)
		if ((k = step(&w->first, w->raw + i, done - i, &run)) == 0)
			break;
	h->first = w->first;
	memmove(s->buf, w->raw + done, left);
	s->len = left;
	s->shown = 0;
}

/* What is held, and no more. */
static void
take_rest(struct track *t, enum dir d)
{
	struct http_side *h = &http_state(t)->side[d];
	struct side *s = &t->side[d];
	struct window w = {
	    .raw = s->buf, .raw_n = s->len, .first = h->first, .end = true};

	if (s->len == 0)
		return;
	take_apart(t, &w);
	take_window(t, d, &w);
}

/* Bytes of a body that is shown. */
static void
take_text(struct track *t, enum dir d, const unsigned char *p, size_t n,
    const struct http_frame *before, enum run run)
{
	struct side *s = &t->side[d];
	struct window w = {
	    .raw = p, .raw_n = n, .first = *before, .p = p, .n = n};

	if (s->len > 0 || run != RUN_DATA) {
		if (s->len > 0)
			w.first = http_state(t)->side[d].first;
		memcpy(s->buf + s->len, p, n);
		s->len += n;
		w.raw = s->buf;
		w.raw_n = s->len;
		take_apart(t, &w);
	}
	take_window(t, d, &w);
}

/* From here on it is no text. */
static void
become_binary(struct track *t, enum dir d)
{
	struct http_side *h = &http_state(t)->side[d];
	char text[32] = "[body: binary]";

	if (h->coding != NULL)
		snprintf(text, sizeof text, "[body: %s]", h->coding);
	take_rest(t, d);
	track_content(t, d, false);
	t->out.describe(t->out.arg, d, text, 0);
	h->text.kind = HTTP_BINARY;
}

/* How many of these bytes are text; where two come at once, none is NUL. */
static size_t
count_text(const unsigned char *p, size_t n)
{
	const unsigned char *nul = memchr(p, '\0', n);

	return text_binary(p, nul != NULL ? (size_t)(nul - p) : n);
}

static size_t
take_masked(struct track *t, enum dir d, const unsigned char *p, size_t n)
{
	struct http_side *h = &http_state(t)->side[d];
	struct http_frame before = h->frame;
	bool text = h->text.kind != HTTP_BINARY;
	size_t room = TRACK_LINE - t->side[d].len, k;
	enum run run;

	if (text && n > room)
		n = room;
	n = step(&h->frame, p, n, &run);
	if (!text) {
		t->out.opaque(t->out.arg, d, p, n);
		return n;
	}
	k = run == RUN_DATA ? count_text(p, n) : n;
	if (k == 0 && n > 0) {
		h->frame = before;
		become_binary(t, d);
		return 0;
	}
	if (k < n) {
		h->frame = before;
		n = step(&h->frame, p, k, &run);
	}
	take_text(t, d, p, n, &before, run);
	return n;
}

/* Nothing is hidden.  In a record a mask, or a note, stands for other bytes. */
static size_t
take_shown(struct track *t, enum dir d, const unsigned char *p, size_t n)
{
	struct http_side *h = &http_state(t)->side[d];
	struct side *s = &t->side[d];
	enum run run;

	if (t->mode == TRACK_READ &&
	    (memmem(p, n, "****", 4) != NULL ||
		(n > 7 && memcmp(p, "[body: ", 7) == 0)))
		h->lost = true;
	if (!h->lost)
		n = step(&h->frame, p, n, &run);
	if (n > 0)
		t->out.content(t->out.arg, d, p, n, s->fresh);
	s->fresh = false;
	if (h->frame.phase == FRAME_WRONG && t->mode == TRACK_READ) {
		h->frame.phase = CHUNK_DATA;
		h->lost = true;
	}
	return n;
}

void
http_body_begin(struct track *t, enum dir d, const struct http_frame *f)
{
	struct http_side *h = &http_state(t)->side[d];

	h->at = HTTP_BODY;
	h->first = h->frame = *f;
	h->seen = h->lost = false;
	track_frame(t, d, FRAME_OWN, 0);
}

/* Another protocol has begun; but a daemon may decline HTTP/2 in HTTP/1. */
static size_t
take_tunnel(struct track *t, enum dir d, const unsigned char *p)
{
	struct http_side *h = &http_state(t)->side[d];

	if (h->frame.phase == FRAME_OVER && *p == 'H') {
		h->at = HTTP_START;
		track_frame(t, d, FRAME_LINE, 0);
		return 0;
	}
	track_event(t, "binary %c", dir_letter(d));
	track_frame(t, d, FRAME_OPAQUE, 0);
	return 0;
}

size_t
http_own(struct track *t, enum dir d, const unsigned char *p, size_t n)
{
	struct http_side *h = &http_state(t)->side[d];

	if (h->at == HTTP_TUNNEL)
		return take_tunnel(t, d, p);
	if (d == DIR_R)
		http_keep_value(t);
	if (t->mode == TRACK_READ && (h->lost || !h->seen) &&
	    http_starts(d, p, n)) {
		http_body_over(t, d);
		return 0;
	}
	if (!h->seen) {
		h->seen = true;
		http_text_begin(&h->text, h->text.kind);
		track_content(t, d, true);
		if (t->mode == TRACK_MASK && h->text.kind == HTTP_BINARY)
			become_binary(t, d);
	}
	n = t->mode == TRACK_MASK ? take_masked(t, d, p, n) :
				    take_shown(t, d, p, n);
	if (h->frame.phase >= FRAME_OVER)
		http_body_over(t, d);
	return n;
}

void
http_flush(struct track *t, enum dir d, bool end)
{
	struct http_side *h = &http_state(t)->side[d];

	if (!end || h->at != HTTP_BODY)
		return;
	take_rest(t, d);
	keep(t, d, NULL, 0, true);
	track_content(t, d, false);
}

void
http_skip(struct track *t, enum dir d, uint64_t n)
{
	struct http_side *h = &http_state(t)->side[d];

	if (h->at != HTTP_BODY)
		return;
	h->seen = true;
	if (h->frame.how != HTTP_COUNTED || n == UINT64_MAX) {
		h->lost = true;
	} else if (n < h->frame.left) {
		h->frame.left -= n;
	} else {
		h->frame.phase = FRAME_OVER;
		http_body_over(t, d);
	}
}
