/* track_body.c - bodies: content up to a lone dot, or so many bytes of it */
#include "engine.h"

#include "../base/scan.h"

/* How much of a lone dot has been seen. */
enum { DOT_MIDDLE, DOT_START, DOT_DOT, DOT_CR };

void
body_begin(struct track *t, enum dir d)
{
	t->side[d].dot = DOT_START;
	t->side[d].fresh = true;
}

void
body_give(struct track *t, enum dir d, const unsigned char *p, size_t n)
{
	struct side *s = &t->side[d];

	if (n == 0)
		return;
	if (s->frame == FRAME_LIST)
		t->out.text(t->out.arg, d, p, n);
	else
		t->out.content(t->out.arg, d, p, n, s->fresh);
	s->fresh = false;
}

void
body_done(struct track *t, enum dir d)
{
	struct side *s = &t->side[d];

	s->frame = FRAME_LINE;
	if (t->proto->done != NULL)
		t->proto->done(t, d);
}

/*
 * Content up to a line that is a lone dot, whatever ends it (RFC 5321 section
 * 4.1.1.4 says CRLF; servers differ, and leaving early is safe).
 */
size_t
body_take_dot(struct track *t, enum dir d, const unsigned char *p, size_t n)
{
	static const unsigned char held[] = ".\r";
	struct side *s = &t->side[d];
	const unsigned char *end = p + n, *dot;

	switch (s->dot) {
	case DOT_START:
		if (*p == '.') {
			s->dot = DOT_DOT;
			return 1;
		}
		break;
	case DOT_DOT:
		if (*p == '\r') {
			s->dot = DOT_CR;
			return 1;
		}
		if (*p == '\n') {
			t->out.text(t->out.arg, d, held, 1);
			give_cuts(t, d, 0, 1);
			t->out.text(t->out.arg, d, p, 1);
			body_done(t, d);
			return 1;
		}
		body_give(t, d, held, 1);
		give_cuts(t, d, 0, 1);
		break;
	case DOT_CR:
		t->out.text(t->out.arg, d, held, 1);
		give_cuts(t, d, 0, 1);
		t->out.text(t->out.arg, d, held + 1, 1);
		give_cuts(t, d, 0, 2);
		if (*p == '\n')
			t->out.text(t->out.arg, d, p, 1);
		body_done(t, d);
		return *p == '\n';
	}
	dot = scan_dot(p, end);
	body_give(t, d, p, (size_t)(dot - p));
	s->dot = DOT_MIDDLE;
	if (dot < end) {
		s->dot = DOT_DOT;
		dot++;
	} else if (end[-1] == '\n' || end[-1] == '\r') {
		s->dot = DOT_START;
	}
	return (size_t)(dot - p);
}

/* The body ends without its dot. */
void
body_break(struct track *t, enum dir d)
{
	struct side *s = &t->side[d];

	if (s->frame != FRAME_DOT && s->frame != FRAME_LIST)
		return;
	if (s->dot == DOT_DOT)
		body_give(t, d, (const unsigned char *)".", 1);
	else if (s->dot == DOT_CR)
		body_give(t, d, (const unsigned char *)".\r", 2);
	cuts_clear(&s->cuts);
	s->dot = DOT_MIDDLE;
}

size_t
body_take_count(struct track *t, enum dir d, const unsigned char *p, size_t n)
{
	struct side *s = &t->side[d];

	if (n > s->left)
		n = (size_t)s->left;
	s->left -= n;
	if (s->frame == FRAME_COUNT)
		body_give(t, d, p, n);
	if (s->left == 0)
		body_done(t, d);
	return n;
}

size_t
body_holds(const struct side *s)
{
	if (s->frame != FRAME_DOT && s->frame != FRAME_LIST)
		return 0;
	return s->dot == DOT_CR ? 2 : s->dot == DOT_DOT;
}

void
track_content(struct track *t, enum dir d, bool content)
{
	struct side *s = &t->side[d];

	if (s->content == content)
		return;
	give_flush(t);
	s->content = s->fresh = content;
	track_fact(t, content ? FACT_CONTENT : FACT_CONTENT_END, d, NULL, 0);
	if (!content)
		t->out.text(t->out.arg, d, NULL, 0);
}

void
body_skip(struct track *t, enum dir d, uint64_t n)
{
	struct side *s = &t->side[d];

	if (s->frame == FRAME_COUNT && n >= s->left)
		body_done(t, d);
	else if (s->frame == FRAME_COUNT)
		s->left -= n;
	else if (s->frame == FRAME_OWN && t->proto->skip != NULL)
		t->proto->skip(t, d, n);
	else
		s->dot = DOT_START;
}
