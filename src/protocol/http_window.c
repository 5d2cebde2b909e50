/*
 * http_window.c - secrets in what there is of a body
 *
 * Chunks are taken apart (RFC 9112 section 7.1) before anybody looks for
 * secrets, so that one which lies in several is found; what is between chunks is
 * shown where it was, but not within a secret, whose length it would tell.
 */
#include "http.h"
#include "text.h"

/* Room in a line's spans that is left for what overlaps. */
#define SPANS (LINE_SPANS - 8)

#define LEAST 6 /* bytes of an echo in a body */

bool
http_next_run(struct http_run *r, const struct http_window *w)
{
	if (r->n == 0)
		r->frame = w->first;
	r->at += r->n;
	r->n = 0;
	if (r->at < w->raw_n)
		r->n = http_step(&r->frame, w->raw + r->at, w->raw_n - r->at);
	return r->n > 0;
}

void
http_take_apart(struct track *t, struct http_window *w)
{
	struct http_run r = {.n = 0};

	w->p = t->scratch;
	w->n = 0;
	w->gaps = true;
	while (http_next_run(&r, w)) {
		if (r.frame.sort != HTTP_DATA)
			continue;
		memcpy(t->scratch + w->n, w->raw + r.at, r.n);
		w->n += r.n;
	}
}

/* Where byte `at` of the body's own is among the raw ones. */
static size_t
raw_place(const struct http_window *w, size_t at)
{
	struct http_run r = {.n = 0};

	while (w->gaps && http_next_run(&r, w)) {
		if (r.frame.sort != HTTP_DATA)
			continue;
		if (r.n > at)
			break;
		at -= r.n;
	}
	return r.at + at;
}

static size_t
raw_end(const struct http_window *w, size_t at)
{
	return at > 0 ? raw_place(w, at - 1) + 1 : 0;
}

/* ---- secrets ---------------------------------------------------------- */

/* What was read of a secret; of the value of a name, both its forms. */
static void
keep(struct track *t, struct http_secret *v)
{
	unsigned char text[ECHO_LEN];
	size_t n;

	if (v->n == 0)
		return;
	echo_keep_more(&t->echo, v->text, v->n, v->kept);
	v->kept = v->n;
	if (v == &http_state(t)->token)
		return;
	n = text_unescape(text, sizeof text, v->text, v->n);
	if (n != v->n || memcmp(text, v->text, n) != 0)
		echo_keep_form(&t->echo, text, n);
	explicit_bzero(text, n);
}

void
http_keep_value(struct track *t)
{
	struct http *s = http_state(t);
	bool token = s->token.n > s->value.n;
	struct http_secret *outer = token ? &s->token : &s->value;
	struct http_secret *inner = token ? &s->value : &s->token;

	keep(t, outer);
	/* Of two, one is within the other; it is found there but in part. */
	if (inner->n < ECHO_RUN || outer->n == ECHO_LEN)
		keep(t, inner);
}

/* A secret of the client's body goes on, or has ended. */
static void
gather(struct track *t, enum dir d, struct http_secret *v,
    const unsigned char *p, size_t n, bool ends)
{
	if (d != DIR_S)
		return;
	for (; v->n == 0 && n > 0 && *p <= ' '; p++)
		n--; /* blanks before a secret are none of it */
	if (n > ECHO_LEN - v->n)
		n = ECHO_LEN - v->n;
	if (n > 0)
		memcpy(v->text + v->n, p, n);
	v->n += n;
	if (!ends)
		return;
	keep(t, v);
	explicit_bzero(v, sizeof *v);
}

/*
 * The first `n` spans of a line are tokens: keep those that end in (from, to],
 * from left to right.  One that is open has not ended.
 */
static void
keep_tokens(struct track *t, enum dir d, const struct line *l, unsigned n,
    size_t from, size_t to, bool open)
{
	const struct span *next;

	while (d == DIR_S && from < to) {
		next = NULL;
		for (unsigned i = 0; i < n; i++) {
			const struct span *s = &l->spans[i];

			if (s->to > from && s->to <= to &&
			    (next == NULL || s->to < next->to ||
				(s->to == next->to && s->from < next->from)))
				next = s;
		}
		if (next == NULL)
			break;
		from = next->to;
		gather(t, d, &http_state(t)->token, l->p + next->from,
		    next->to - next->from, !open || from < l->n);
	}
}

void
http_end_value(struct track *t, enum dir d)
{
	struct http *s = http_state(t);

	gather(t, d, &s->token, NULL, 0, true);
	gather(t, d, &s->value, NULL, 0, true);
}

/* Read on in the text; what of that is the value of a secret name is kept. */
static size_t
read_run(
    struct track *t, enum dir d, const unsigned char *p, size_t n, bool end)
{
	struct http *s = http_state(t);
	struct http_text *x = &s->side[d].text;
	bool was = x->hide;

	n = http_text_run(x, p, n, end);
	if (was)
		gather(t, d, &s->value, p, n, !x->hide);
	return n;
}

/* Bytes that are hidden for another reason: where in the text are we then? */
static void
read_on(struct track *t, enum dir d, const unsigned char *p, size_t n)
{
	const struct http_text *x = &http_side(t, d)->text;

	for (size_t done = 0, k; done < n; done += k) {
		bool was = x->hide;

		k = read_run(t, d, p + done, n - done, true);
		if (k == 0 && x->hide == was)
			break;
	}
}

/*
 * Bytes of a secret whose mask was given out: how many of them there are.  Of a
 * token, too, the text is read.
 */
static size_t
hidden(struct track *t, const struct http_window *w)
{
	struct http *s = http_state(t);
	struct http_text *x = &s->side[w->d].text;
	const unsigned char *p = w->p + w->at;
	size_t n = w->n - w->at;

	if (x->open == 0)
		return read_run(t, w->d, p, n, w->end);
	n = http_token_rest(x->open, p, n);
	if (w->at + n < w->n || w->end)
		x->open = 0;
	if (s->token.n > 0)
		gather(t, w->d, &s->token, p, n, x->open == 0);
	read_on(t, w->d, p, n);
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

/*
 * What was found is not parted, for what overlaps it may be found behind it; nor
 * is a token from the word before it, which told it.
 */
static void
hold_whole(struct line *l, unsigned tokens, bool end)
{
	for (unsigned i = 0; i < l->nspans;) {
		const struct span *s = &l->spans[i];
		size_t from = i < tokens ? word_before(l, s->from) : s->from;
		bool grows = i >= tokens && s->to == l->n && !end; /* a code */

		if (grows && l->echo < from)
			from = l->echo;
		i++;
		if (from < l->hold && (l->hold < s->to || grows)) {
			l->hold = from;
			i = 0; /* which may part another one */
		}
	}
}

/*
 * How many bytes of the window go on with an echo that began in bytes which are
 * done with, and were hidden for another reason.  False where more must be known.
 */
static bool
crosses(struct track *t, const struct http_window *w, size_t *len)
{
	const struct http_side *h = http_side(t, DIR_R);
	const size_t before = h->before_len, look = 2 * ECHO_LEN;
	unsigned char text[sizeof h->before + 2 * ECHO_LEN];
	size_t n = w->n - w->at, from = 0;
	size_t size = before + (n < look ? n : look);
	struct echo_hit hit;

	if (t->echo.any == 0 || before == 0 || !h->hid)
		return true;
	memcpy(text, h->before + sizeof h->before - before, before);
	memcpy(text + before, w->p + w->at, size - before);
	while (from < before &&
	    echo_find(&t->echo, text, size, from, LEAST, &hit)) {
		from = hit.end;
		if (hit.at < before && hit.end > before)
			*len = hit.end - before;
	}
	if (w->end || n > look)
		return true;
	return *len < n && echo_tail(&t->echo, text, size, 1) <= n;
}

/* Echoes in what the daemon says; what may go on with one waits. */
static void
hide_echoes(struct track *t, struct line *l, bool end)
{
	size_t tail = 0, begun = 0;

	track_hide_echoes(t, DIR_R, l);
	if (http_may_be_secret(t))
		begun = track_hide_unfinished(t, l, 0, l->n);
	if (!end)
		tail = echo_tail(&t->echo, l->p, l->n, 1);
	if (!end && begun > tail)
		tail = begun;
	if (l->n - tail < l->hold)
		l->hold = l->n - tail;
}

/* How far a line can be judged, by the tokens that it hides, and echoes in it. */
static size_t
hide_found(struct track *t, enum dir d, struct line *l, bool end)
{
	unsigned tokens = l->nspans;

	for (unsigned i = 0; i < tokens; i++)
		l->spans[i].secret = false; /* keep_tokens() does that */
	if (d == DIR_R)
		hide_echoes(t, l, end);
	hold_whole(l, tokens, end);
	return l->hold;
}

/*
 * Bytes that are shown, but for what is hidden in them; returns how many are
 * judged.
 */
static size_t
judge(struct track *t, enum dir d, struct line *l, bool end)
{
	struct http_text *x = &http_side(t, d)->text;
	unsigned char open = http_hide_tokens(l, 0, end);
	unsigned tokens = l->nspans;
	size_t done = 0, k, hold = hide_found(t, d, l, end);
	struct span *last = NULL; /* a secret that has not ended */

	while (done < hold &&
	    (l->nspans < SPANS || line_hides(l, done) || x->hide)) {
		bool was = x->hide;

		k = http_text_run(x, l->p + done, hold - done, end);
		keep_tokens(t, d, l, tokens, done, done + k, open != 0);
		if (was && (k > 0 || !x->hide)) {
			if (last == NULL)
				line_hide_quietly(l, done, done + k);
			else
				last->to = done + k;
			last = x->hide ? &l->spans[l->nspans - 1] : NULL;
			gather(t, d, &http_state(t)->value, l->p + done, k,
			    !x->hide);
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
 * the raw ones from w->given to `to`.
 */
static void
put_together(
    const struct http_window *w, size_t from, size_t to, struct line *l)
{
	struct http_run r = {.n = 0};

	for (unsigned i = 0; i < l->nspans; i++) {
		struct span *s = &l->spans[i];
		bool any = s->to > s->from;

		s->from = raw_place(w, from + s->from) - w->given;
		s->to = any ? raw_end(w, from + s->to) - w->given : s->from;
	}
	l->p = w->raw + w->given;
	l->n = to - w->given;
	while (http_next_run(&r, w) && r.at < to)
		if (r.frame.sort == HTTP_EXTENSION && r.at >= w->given)
			line_hide_quietly(
			    l, r.at - w->given, r.at - w->given + r.n);
}

/* ---- windows ---------------------------------------------------------- */

/* These bytes of the body are done with. */
static void
pass(struct track *t, struct http_window *w, size_t n, bool hid)
{
	struct http_side *h = http_side(t, w->d);
	const size_t room = sizeof h->before;
	const unsigned char *p = w->p + w->at;

	w->at += n;
	if (n > 0)
		h->hid = hid;
	if (n > room) {
		p += n - room;
		n = room;
	}
	memmove(h->before, h->before + n, room - n);
	memcpy(h->before + room - n, p, n);
	h->before_len += h->before_len + n < room ? n : room - h->before_len;
}

/* The raw bytes up to which all is decided. */
static size_t
decided(struct track *t, const struct http_window *w)
{
	const struct http_frame *f = &http_side(t, w->d)->frame;

	if (w->at == w->n && (f->phase == CHUNK_DATA || f->phase == FRAME_OVER))
		return w->raw_n;
	return raw_end(w, w->at);
}

/* Give out the raw bytes up to `to`; `from` of the body's own come first. */
static void
give(struct track *t, struct http_window *w, size_t from, size_t to,
    struct line *l)
{
	if (w->gaps)
		put_together(w, from, to, l);
	else
		l->n = to - w->given;
	w->given = to;
	l->protect = l->n; /* echoes were looked for */
	track_give(t, w->d, l);
}

static struct line *
piece(struct track *t, const struct http_window *w)
{
	struct line *l = track_piece(t, w->p + w->at, w->n - w->at, 0);

	l->all_text = true;
	l->least = LEAST;
	return l;
}

size_t
http_look_at(struct track *t, struct http_window *w)
{
	struct http_text *x = &http_side(t, w->d)->text;
	size_t from, n;
	struct line *l;

	while (w->at < w->n) {
		bool was = x->hide, open = x->open != 0;
		bool masked = open || (was && !x->due);

		from = w->at;
		n = 0;
		if (masked)
			n = hidden(t, w);
		else if (w->d == DIR_R && !crosses(t, w, &n))
			break;
		else
			read_on(t, w->d, w->p + from, n);
		if (masked || n > 0) {
			if (n == 0 && x->hide == was && !open)
				break;
			pass(t, w, n, true);
			if (n > 0)
				w->given = raw_end(w, w->at);
			continue;
		}
		l = piece(t, w);
		n = judge(t, w->d, l, w->end);
		if (n == 0 && x->hide == was)
			break;
		pass(t, w, n, n > 0 && line_hides(l, n - 1));
		give(t, w, from, decided(t, w), l);
	}
	n = decided(t, w);
	if (n > w->given && (!x->hide || x->due) && x->open == 0)
		give(t, w, w->at, n, piece(t, w));
	return n;
}

void
http_give_up(struct track *t, struct http_window *w)
{
	struct http_text *x = &http_side(t, w->d)->text;
	struct line *l = track_piece(t, w->raw, w->raw_n, 0);

	if (x->open == 0 && !x->hide) {
		l->all_text = true;
		line_hide_quietly(l, 0, l->n);
		track_give(t, w->d, l);
	}
	read_on(t, w->d, w->p, w->n);
	w->at = 0;
	pass(t, w, w->n, true);
	x->open = 1;
}
