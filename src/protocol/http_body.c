/*
 * http_body.c - where a body ends, and what of it waits
 *
 * The bytes of a body come from the caller's buffer or, while it can't be told
 * yet whether a secret begins in them, from the side's own.
 */
#include "http.h"
#include "text.h"

#include <stdio.h>

/*
 * Bytes of a body that is shown, behind those that are held: judge what there
 * is, and hold the rest.  gaps: they may be none of the body's own.
 */
static void
take(struct track *t, enum dir d, const unsigned char *p, size_t n, bool gaps,
    bool end)
{
	struct http_side *h = http_side(t, d);
	struct side *s = &t->side[d];
	struct http_window w = {.d = d,
	    .raw = p,
	    .raw_n = n,
	    .first = h->first,
	    .p = p,
	    .n = n,
	    .end = end || h->frame.phase >= FRAME_OVER};
	struct http_run r = {.n = 0};
	size_t done, left;

	if (s->len > 0 || gaps) {
		memcpy(s->buf + s->len, p, n);
		s->len += n;
		w.raw = s->buf;
		w.raw_n = s->len;
		http_take_apart(t, &w);
	}
	done = http_look_at(t, &w);
	left = w.raw_n - done;
	if (left > 0 && (w.end || left == TRACK_LINE)) {
		http_give_up(t, &w);
		done = w.raw_n;
		left = 0;
	}
	w.raw_n = done;
	while (http_next_run(&r, &w))
		;
	h->first = r.frame;
	memmove(s->buf, w.raw + done, left);
	s->len = left;
	s->shown = 0;
}

/* What is held, and no more. */
static void
take_rest(struct track *t, enum dir d)
{
	struct side *s = &t->side[d];

	if (s->len > 0)
		take(t, d, s->buf, 0, true, true);
}

/* From here on it is no text. */
static void
become_binary(struct track *t, enum dir d)
{
	struct http_side *h = http_side(t, d);
	char text[32];

	snprintf(text, sizeof text, "[body: %s]",
	    h->coding != NULL ? h->coding : "binary");
	take_rest(t, d);
	track_content(t, d, false);
	t->out.describe(t->out.arg, d, text, 0);
	h->text.kind = HTTP_BINARY;
}

/*
 * How many of these bytes are text; where two come at once, none is NUL.  Telnet
 * has no commands here: a byte of 255 is one like any other.
 */
static size_t
count_text(const unsigned char *p, size_t n)
{
	const unsigned char *nul = memchr(p, '\0', n), *high;
	size_t at = 0, end;

	if (nul != NULL)
		n = (size_t)(nul - p);
	while (at < n) {
		high = memchr(p + at, 0xff, n - at);
		end = high != NULL ? (size_t)(high - p) : n;
		at += text_binary(p + at, end - at);
		if (at < end || high == NULL)
			break;
		at++;
	}
	return at;
}

static size_t
take_masked(struct track *t, enum dir d, const unsigned char *p, size_t n)
{
	struct http_side *h = http_side(t, d);
	struct http_frame behind = h->frame;
	bool text = h->text.kind != HTTP_BINARY;
	size_t held = t->side[d].len, k;

	if (text && n > TRACK_LINE - held)
		n = TRACK_LINE - held;
	n = http_step(&behind, p, n);
	k = text && behind.sort == HTTP_DATA ? count_text(p, n) : n;
	if (k == 0 && n > 0) {
		become_binary(t, d);
		return 0;
	}
	if (held == 0)
		h->first = h->frame;
	if (k < n) {
		behind = h->frame;
		n = http_step(&behind, p, k);
	}
	h->frame = behind;
	if (text)
		take(t, d, p, n, behind.sort != HTTP_DATA, false);
	else
		t->out.opaque(t->out.arg, d, p, n);
	return n;
}

/* Nothing is hidden.  In a record a mask, or a note, stands for other bytes. */
static size_t
take_shown(struct track *t, enum dir d, const unsigned char *p, size_t n)
{
	struct http_side *h = http_side(t, d);
	struct side *s = &t->side[d];

	if (t->mode == TRACK_READ &&
	    (memmem(p, n, "****", 4) != NULL ||
		(n > 7 && memcmp(p, "[body: ", 7) == 0)))
		h->lost = true;
	if (!h->lost)
		n = http_step(&h->frame, p, n);
	if (n > 0)
		t->out.content(t->out.arg, d, p, n, s->fresh);
	s->fresh = false;
	if (h->frame.phase == FRAME_WRONG && t->mode == TRACK_READ) {
		h->frame.phase = CHUNK_DATA;
		h->lost = true;
	}
	return n;
}

/* Another protocol has begun; but a daemon may decline HTTP/2 in HTTP/1. */
static size_t
take_tunnel(struct track *t, enum dir d, const unsigned char *p)
{
	struct http_side *h = http_side(t, d);

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
	struct http_side *h = http_side(t, d);

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
	struct http_side *h = http_side(t, d);

	if (!end || h->at != HTTP_BODY)
		return;
	take_rest(t, d);
	http_end_value(t, d);
	track_content(t, d, false);
}

void
http_skip(struct track *t, enum dir d, uint64_t n)
{
	struct http_side *h = http_side(t, d);

	if (h->at != HTTP_BODY)
		return;
	h->seen = true;
	if (h->frame.how == HTTP_COUNTED && n >= h->frame.left) {
		h->frame.phase = FRAME_OVER;
		http_body_over(t, d);
	} else {
		h->lost = true;
	}
}
