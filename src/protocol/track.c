/*
 * track.c - the engine: bytes in, units to the protocol, judgement out
 *
 * A direction is at any time in one frame (a line, a body, counted bytes).
 * Lines that lie whole in the caller's buffer are judged there, and a run of
 * lines in which nothing is hidden goes out in one piece.
 */
#include "track.h"
#include "guess.h"

#include "../base/scan.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define EVENT_TEXT 512
#define IDLE_MAX 8

_Static_assert(sizeof(struct track) <= 64 * 1024, "a tracker's memory");

size_t
track_size(void)
{
	return sizeof(struct track);
}

void
track_open(struct track *t, const struct protocol *p, bool sure,
    enum track_mode mode, const struct track_out *out)
{
	/* The large buffers are left alone: untouched pages cost nothing. */
	for (int d = 0; d < 2; d++)
		memset(&t->side[d], 0, offsetof(struct side, buf));
	memset(&t->sum, 0, sizeof t->sum);
	t->run = NULL;
	t->run_len = 0;
	t->judging = false;
	str_init(&t->events, t->events_text, sizeof t->events_text);
	memset(t->state, 0, sizeof t->state);
	t->proto = p;
	t->sure = sure;
	t->mode = mode;
	t->out = *out;
	/* The client's hello; or a daemon's alert that it wants one. */
	t->side[DIR_S].expect_tls = t->side[DIR_R].expect_tls = true;
	pending_init(&t->pending);
	echo_init(&t->echo);
	sasl_init(&t->sasl);
	if (p->open != NULL)
		p->open(t);
}

const struct summary *
track_summary(const struct track *t)
{
	return &t->sum;
}

const struct protocol *
track_protocol(const struct track *t)
{
	return t->proto;
}

/* ---- giving out ------------------------------------------------------- */

static void
flush_run(struct track *t)
{
	if (t->run_len > 0)
		t->out.text(t->out.arg, t->run_dir, t->run, t->run_len);
	t->run_len = 0;
}

/* The reads that ended in the first n of the bytes held, from `from` on. */
static void
give_cuts(struct track *t, enum dir d, size_t from, size_t n)
{
	size_t at;
	uint64_t mark;

	while (cuts_take(&t->side[d].cuts, from, n, &at, &mark))
		t->out.cut(t->out.arg, d, mark);
}

/* Bytes that lie behind what is in the run already, or begin a new one. */
static void
add_to_run(struct track *t, enum dir d, const unsigned char *p, size_t n)
{
	if (t->run_len > 0 && t->run + t->run_len == p) {
		t->run_len += n;
		return;
	}
	flush_run(t);
	t->run = p;
	t->run_len = n;
	t->run_dir = d;
}

/* Text; where it was held, the ends of its reads show. */
static void
give_text(struct track *t, enum dir d, const unsigned char *p, size_t n)
{
	struct side *s = &t->side[d];
	const unsigned char *end = p + n;
	size_t at;
	uint64_t mark;

	while (n > 0 && s->cuts.n > 0 && p >= s->buf &&
	    p < s->buf + sizeof s->buf &&
	    cuts_take(&s->cuts, (size_t)(p - s->buf), (size_t)(end - s->buf),
		&at, &mark)) {
		if (s->buf + at > p)
			add_to_run(t, d, p, (size_t)(s->buf + at - p));
		flush_run(t);
		t->out.cut(t->out.arg, d, mark);
		p = s->buf + at;
	}
	if (p < end)
		add_to_run(t, d, p, (size_t)(end - p));
}

static void
sort_spans(struct line *l)
{
	for (unsigned i = 1; i < l->nspans; i++) {
		struct span s = l->spans[i];
		unsigned k = i;

		for (; k > 0 && l->spans[k - 1].from > s.from; k--)
			l->spans[k] = l->spans[k - 1];
		l->spans[k] = s;
	}
}

/*
 * Give out [from, to) of a line with its masks.  Spans that overlap or touch
 * are one mask; one that begins before `from` was given out already.
 */
static void
give_line(struct track *t, enum dir d, struct line *l, size_t from, size_t to)
{
	size_t at = from;

	sort_spans(l);
	for (unsigned i = 0; i < l->nspans; i++) {
		const struct span *s = &l->spans[i];
		size_t end = s->to;
		const char *label = s->label != SIZE_MAX ?
		    l->labels + s->label : NULL;

		while (i + 1 < l->nspans && l->spans[i + 1].from < end) {
			i++;
			if (l->spans[i].to > end)
				end = l->spans[i].to;
			if (l->spans[i].label != SIZE_MAX && label == NULL)
				label = l->labels + l->spans[i].label;
		}
		if (s->from >= to || end < from || (end == from && from > 0))
			continue;
		if (s->from >= at) {
			give_text(t, d, l->p + at, s->from - at);
			flush_run(t);
			t->out.mask(t->out.arg, d, label);
		}
		if (end > at)
			at = end;
	}
	if (at < to)
		give_text(t, d, l->p + at, to - at);
	if (to == l->n)
		give_text(t, d, l->p + l->n, l->eol);
}

/* What was learnt from a line is told behind it. */
static void
give_events(struct track *t)
{
	if (t->events.len == 0)
		return;
	flush_run(t);
	for (char *at = t->events_text, *lf; *at != '\0'; at = lf + 1) {
		lf = strchr(at, '\n');
		*lf = '\0';
		t->out.event(t->out.arg, at);
	}
	str_init(&t->events, t->events_text, sizeof t->events_text);
}

void
track_event(struct track *t, const char *fmt, ...)
{
	char text[EVENT_TEXT];
	struct str s;
	va_list ap;

	str_init(&s, text, sizeof text);
	va_start(ap, fmt);
	str_vfmt(&s, fmt, ap);
	va_end(ap);
	if (t->events.len + s.len + 2 > t->events.size)
		return; /* nobody needs that many about one line */
	str_fmt(&t->events, "%s\n", text);
	if (!t->judging)
		give_events(t);
}

/* ---- judging a line --------------------------------------------------- */

static void
line_init(struct line *l, const unsigned char *p, size_t n, size_t eol)
{
	l->p = p;
	l->n = n;
	l->eol = eol;
	l->cut = l->more = l->all_text = l->opaque = l->after_cr = false;
	l->hold = n;
	l->protect = 0;
	l->nspans = 0;
	l->labels_len = 0;
}

/* A control byte in what would be shown hides the rest from its word on. */
static void
hide_controls(struct line *l)
{
	size_t word = 0;

	if (l->all_text)
		return;
	for (size_t i = 0; i < l->n; i++) {
		unsigned char b = l->p[i];
		size_t iac = b == 0xff ? command_iac(l->p + i, l->n - i) : 0;

		if (iac > 0) {
			i += iac - 1;
		} else if (b == ' ' || b == '\t' || b == '\r') {
			word = i + 1;
		} else if ((b < 0x20 || b == 0x7f) && !line_hides(l, i)) {
			line_hide(l, word, l->n);
			return;
		}
	}
}

/* A daemon that takes a hello for a line may repeat it. */
static void
hide_hello(const struct track *t, struct line *l)
{
	if (t->side[DIR_S].frame == FRAME_TLS)
		hide_controls(l);
}

static void
hide_echoes(struct track *t, struct line *l)
{
	size_t from = l->protect, at, end;
	bool rest;

	while (echo_find(&t->echo, l->p, l->n, from, &at, &end, &rest)) {
		from = end;
		if (line_hides(l, at))
			continue;
		if (rest) {
			at = word_skip(l->p, l->n, l->protect);
			line_hide_quietly(l, at, l->n);
			return;
		}
		line_hide_quietly(l, at, end);
	}
}

/* Keep what a client's line hides, so that its echoes are found. */
static void
keep_secrets(struct track *t, const struct line *l)
{
	for (unsigned i = 0; i < l->nspans; i++) {
		const struct span *s = &l->spans[i];

		if (s->secret && s->to > s->from)
			echo_keep(&t->echo, l->p + s->from, s->to - s->from);
	}
}

/* Judge a line, remember what it says, and what it hides. */
static void
judge(struct track *t, enum dir d, struct line *l)
{
	const struct protocol *p;

	t->judging = true;
	p = d == DIR_R && !t->side[d].spoke ? guess_again(t, l) : NULL;
	if (p != NULL)
		track_switch(t, p);
	do {
		p = t->proto;
		l->nspans = 0;
		l->labels_len = 0;
		p->line(t, d, l);
	} while (t->proto != p);
	t->judging = false;
	t->side[d].spoke = true;
	if (t->mode != TRACK_MASK)
		return;
	if (d == DIR_S) {
		hide_controls(l);
		hide_echoes(t, l);
		keep_secrets(t, l);
	} else {
		if (p->hide_reply != NULL)
			p->hide_reply(t, l);
		hide_hello(t, l);
		hide_echoes(t, l);
	}
}

/*
 * More of a line that is too long to be held: nothing but the rules for all.  A
 * bare CR may end it, and nobody would look at the command behind that.
 */
static void
judge_more(struct track *t, enum dir d, struct line *l)
{
	const unsigned char *cr = l->n == 0 ? NULL :
	    memchr(l->p, '\r', l->n - 1);

	l->more = true;
	if (d == DIR_S && cr != NULL)
		line_hide(l, (size_t)(cr + 1 - l->p), l->n);
	if (!l->cut && t->proto->tail != NULL)
		t->proto->tail(t, d, l);
	if (t->proto->more != NULL)
		t->proto->more(t, d, l);
	if (t->mode != TRACK_MASK)
		return;
	line_hide_urlauth(l);
	if (d == DIR_S)
		hide_controls(l);
	else
		hide_hello(t, l);
	hide_echoes(t, l);
}

/* The line turned out to be no text: count it, and all that follows. */
static void
give_opaque(struct track *t, enum dir d, const struct line *l)
{
	struct side *s = &t->side[d];

	flush_run(t);
	t->out.opaque(t->out.arg, d, l->p + s->shown, l->n + l->eol - s->shown);
	if (!s->has_next)
		track_frame(t, d, FRAME_OPAQUE, 0);
}

/* ---- cutting lines ---------------------------------------------------- */

static bool
hides_end(const struct line *l)
{
	return l->n > 0 && line_hides(l, l->n - 1);
}

static bool
ends_at_cr(const struct track *t, enum dir d)
{
	return d == DIR_S && t->proto->cr_ends;
}

/* The length of CR or CR NUL (RFC 854) at the end of p, or 0. */
static size_t
cr_end(const unsigned char *p, size_t n)
{
	if (n > 1 && p[n - 2] == '\r' && p[n - 1] == '\0')
		return 2;
	return n > 0 && p[n - 1] == '\r';
}

/* The last byte of the line that begins at p, or NULL. */
static const unsigned char *
find_end(
    const struct track *t, enum dir d, const unsigned char *p, size_t n)
{
	const unsigned char *end = p + n;

	if (!ends_at_cr(t, d))
		return memchr(p, '\n', n);
	while (p < end && *p != '\n' && *p != '\r')
		p++;
	if (p == end)
		return NULL;
	return *p == '\r' && p + 1 < end && (p[1] == '\n' || p[1] == '\0') ?
	    p + 1 : p;
}

/* A whole line, or the last of a long one. */
static void
take_line(struct track *t, enum dir d, const unsigned char *p, size_t n)
{
	struct side *s = &t->side[d];
	struct line *l = &t->line;
	size_t eol = 0;

	if (n > 0 && p[n - 1] == '\n')
		eol = n > 1 && p[n - 2] == '\r' ? 2 : 1;
	else if (ends_at_cr(t, d))
		eol = cr_end(p, n);
	line_init(l, p, n - eol, eol);
	l->after_cr = s->after_cr;
	s->after_cr = s->cr = eol == 1 && p[n - 1] == '\r';
	if (s->rest == REST_HIDDEN) {
		if (t->proto->tail != NULL) {
			l->more = true;
			t->proto->tail(t, d, l);
		}
		l->nspans = 0;
		give_text(t, d, p + n - eol, eol);
		s->rest = REST_NONE;
		return;
	}
	if (s->rest == REST_SHOWN)
		judge_more(t, d, l);
	else
		judge(t, d, l);
	s->rest = REST_NONE;
	if (l->opaque)
		give_opaque(t, d, l);
	else if (t->mode == TRACK_MASK)
		give_line(t, d, l, s->shown, l->n);
	give_events(t);
}

/*
 * Where a long line is cut: before its tail, but not before the end of what is
 * hidden, because what told so may stand before the cut.
 */
static size_t
cut_at(const struct line *l)
{
	size_t to = l->n - TRACK_TAIL;

	for (unsigned i = 0; i < l->nspans; i++)
		if (l->spans[i].to > to)
			to = l->spans[i].to;
	return to;
}

/*
 * The line fills the buffer and does not end: judge what there is, give out
 * all but a tail that an echo may begin in, and hold that.
 */
static void
take_part(struct track *t, enum dir d)
{
	struct side *s = &t->side[d];
	struct line *l = &t->line;
	size_t keep = TRACK_TAIL;

	if (s->rest == REST_HIDDEN) {
		/* Hold a few bytes, in which the line may end for tail(). */
		cuts_clear(&s->cuts);
		memmove(s->buf, s->buf + s->len - keep, keep);
		s->len = keep;
		return;
	}
	line_init(l, s->buf, s->len, 0);
	l->cut = true;
	if (s->rest == REST_SHOWN)
		judge_more(t, d, l);
	else
		judge(t, d, l);
	if (l->opaque) {
		give_opaque(t, d, l);
		cuts_clear(&s->cuts);
		s->len = s->shown = 0;
		return;
	}
	s->rest = REST_SHOWN;
	if (t->mode == TRACK_MASK) {
		if (hides_end(l)) {
			give_line(t, d, l, s->shown, l->n);
			s->rest = REST_HIDDEN;
		} else {
			keep = l->n - cut_at(l);
			give_line(t, d, l, s->shown, l->n - keep);
		}
		flush_run(t);
	}
	give_events(t);
	/* A pause may have given out some of the tail already. */
	s->shown = s->shown > s->len - keep ? s->shown - (s->len - keep) : 0;
	cuts_shift(&s->cuts, s->len - keep);
	memmove(s->buf, s->buf + s->len - keep, keep);
	s->len = keep;
}

/* Gather a line in buf; returns how many bytes were taken. */
static size_t
gather(struct track *t, enum dir d, const unsigned char *p, size_t n,
    const unsigned char *lf)
{
	struct side *s = &t->side[d];
	size_t want = lf != NULL ? (size_t)(lf + 1 - p) : n;

	if (s->len == TRACK_LINE) {
		take_part(t, d);
		if (s->has_next)
			return 0;
	}
	if (want > TRACK_LINE - s->len)
		want = TRACK_LINE - s->len;
	if (t->mode != TRACK_MASK)
		give_text(t, d, p, want);
	memcpy(s->buf + s->len, p, want);
	s->len += want;
	if (lf != NULL && p + want == lf + 1) {
		size_t len = s->len;

		s->len = 0; /* what the line sets holds for what follows it */
		take_line(t, d, s->buf, len);
		flush_run(t);
		cuts_clear(&s->cuts);
		s->shown = 0;
	}
	return want;
}

/* ---- bodies ----------------------------------------------------------- */

static void
give_content(struct track *t, enum dir d, const unsigned char *p, size_t n)
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

static void
body_done(struct track *t, enum dir d)
{
	struct side *s = &t->side[d];

	s->frame = FRAME_LINE;
	if (t->proto->done != NULL)
		t->proto->done(t, d);
}

/* How much of a lone dot has been seen. */
enum { DOT_MIDDLE, DOT_START, DOT_DOT, DOT_CR };

/*
 * Content up to a line that is a lone dot, whatever ends it (RFC 5321 section
 * 4.1.1.4 says CRLF; servers differ, and leaving early is safe).
 */
static size_t
take_dot(struct track *t, enum dir d, const unsigned char *p, size_t n)
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
		give_content(t, d, held, 1);
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
	give_content(t, d, p, (size_t)(dot - p));
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
static void
break_dot(struct track *t, enum dir d)
{
	struct side *s = &t->side[d];

	if (s->frame != FRAME_DOT && s->frame != FRAME_LIST)
		return;
	if (s->dot == DOT_DOT)
		give_content(t, d, (const unsigned char *)".", 1);
	else if (s->dot == DOT_CR)
		give_content(t, d, (const unsigned char *)".\r", 2);
	cuts_clear(&s->cuts);
	s->dot = DOT_MIDDLE;
}

static size_t
take_count(struct track *t, enum dir d, const unsigned char *p, size_t n)
{
	struct side *s = &t->side[d];

	if (n > s->left)
		n = (size_t)s->left;
	s->left -= n;
	if (s->frame == FRAME_COUNT)
		give_content(t, d, p, n);
	if (s->left == 0)
		body_done(t, d);
	return n;
}

/* ---- the loop --------------------------------------------------------- */

static void
apply_next(struct track *t, enum dir d)
{
	struct side *s = &t->side[d];

	if (!s->has_next || track_in_line(t, d))
		return;
	flush_run(t);
	break_dot(t, d);
	s->has_next = false;
	s->frame = s->next;
	s->left = s->next_left;
	s->dot = DOT_START;
	s->fresh = true;
	if (s->frame == FRAME_LIST)
		track_fact(t, FACT_LIST, d, NULL, 0);
	else if (s->frame == FRAME_DOT || s->frame == FRAME_COUNT ||
	    s->frame == FRAME_ALL)
		track_fact(t, FACT_CONTENT, d, NULL, 0);
	if ((s->frame == FRAME_COUNT || s->frame == FRAME_HIDE) && s->left == 0)
		body_done(t, d);
}

/* What was there of a line or a message is all that comes of it. */
static void
end_unit(struct track *t, enum dir d)
{
	struct side *s = &t->side[d];
	size_t n = s->len;

	if (s->frame == FRAME_OWN && t->proto->flush != NULL)
		t->proto->flush(t, d, true);
	break_dot(t, d);
	if (s->frame == FRAME_LINE && n > 0) {
		s->len = 0;
		take_line(t, d, s->buf, n);
		s->shown = 0;
	}
	flush_run(t);
	cuts_clear(&s->cuts);
}

static void
begin_tls(struct track *t, enum dir d)
{
	struct side *s = &t->side[d];

	end_unit(t, d);
	s->has_next = false;
	s->frame = FRAME_TLS;
	tls_init(&s->tls);
	tls_bytes(t, d, s->sniffed, s->sniffs);
	if (d == DIR_S) {
		t->side[DIR_R].expect_tls = true;
		sasl_end(t);
		track_fact(t, FACT_TLS, d, NULL, 0);
	}
}

static void feed(
    struct track *t, enum dir d, const unsigned char *p, size_t n);

/* What was held to sniff at is no TLS but what the frame takes. */
static void
feed_sniffed(struct track *t, enum dir d)
{
	struct side *s = &t->side[d];
	size_t n = s->sniffs;

	s->expect_tls = false;
	s->sniffs = 0;
	feed(t, d, s->sniffed, n);
}

/* Whether TLS begins here.  Holds bytes back as long as that can't be told. */
static size_t
take_sniff(struct track *t, enum dir d, const unsigned char *p, size_t n)
{
	struct side *s = &t->side[d];
	size_t took = 0;
	enum tls_is is = TLS_MAYBE, ldap = TLS_NO;

	while (took < n && is == TLS_MAYBE) {
		s->sniffed[s->sniffs++] = p[took++];
		is = tls_sniff(s->sniffed, s->sniffs, d);
		if (is == TLS_NO && d == DIR_S && t->proto == &proto_auto)
			is = ldap = guess_ldap(s->sniffed, s->sniffs);
	}
	if (is == TLS_MAYBE)
		return took;
	s->expect_tls = false;
	if (is == TLS_YES && ldap == TLS_NO) {
		begin_tls(t, d);
		return took;
	}
	if (ldap == TLS_YES)
		track_switch(t, protocol_find("ldap"));
	if (s->sniffs > took) { /* some came in a call before */
		feed_sniffed(t, d);
		return took;
	}
	took -= s->sniffs;
	s->sniffs = 0;
	return took;
}

/* Whole lines in which there is nothing to judge. */
static size_t
take_clean(struct track *t, enum dir d, const unsigned char *p, size_t n)
{
	size_t at, end;
	bool rest;
	const unsigned char *lf;

	if (t->mode != TRACK_MASK || t->proto->clean == NULL)
		return 0;
	n = t->proto->clean(t, d, p, n);
	if (n > 0 && echo_find(&t->echo, p, n, 0, &at, &end, &rest)) {
		lf = memrchr(p, '\n', at);
		n = lf != NULL ? (size_t)(lf + 1 - p) : 0;
	}
	if (n == 0)
		return 0;
	give_text(t, d, p, n);
	t->side[d].spoke = true;
	t->side[d].cr = t->side[d].after_cr = false;
	return n;
}

/* One line that begins here, or as much of it as there is. */
static size_t
take_one(struct track *t, enum dir d, const unsigned char *p, size_t n)
{
	struct side *s = &t->side[d];
	const unsigned char *last = find_end(t, d, p, n);

	if (last == NULL || last - p >= TRACK_LINE || s->len > 0 ||
	    s->rest != REST_NONE)
		return gather(t, d, p, n, last);
	n = (size_t)(last + 1 - p);
	if (t->mode != TRACK_MASK)
		give_text(t, d, p, n);
	take_line(t, d, p, n);
	return n;
}

static size_t
take_lines(struct track *t, enum dir d, const unsigned char *p, size_t n)
{
	struct side *s = &t->side[d];
	const unsigned char *start = p, *end = p + n;
	size_t took;

	while (p < end && (!s->has_next || track_in_line(t, d)) &&
	    s->frame == FRAME_LINE && !s->expect_tls && !s->cr) {
		n = (size_t)(end - p);
		took = s->len == 0 && s->rest == REST_NONE ?
		    take_clean(t, d, p, n) : 0;
		if (took == 0)
			took = take_one(t, d, p, n);
		p += took;
	}
	return (size_t)(p - start);
}

/* What follows a CR that ended a line: LF or NUL is part of that. */
static size_t
take_after_cr(struct track *t, enum dir d, const unsigned char *p)
{
	struct side *s = &t->side[d];

	s->cr = false;
	if ((*p != '\n' && *p != '\0') || s->frame == FRAME_OPAQUE)
		return 0;
	s->after_cr = false;
	give_text(t, d, p, 1);
	return 1;
}

/* Bytes that the frame takes at once; at least one, unless it changes. */
static size_t
take(struct track *t, enum dir d, const unsigned char *p, size_t n)
{
	struct side *s = &t->side[d];

	if (s->cr)
		return take_after_cr(t, d, p);
	if (s->expect_tls && (s->frame == FRAME_LINE || s->frame == FRAME_OWN))
		return take_sniff(t, d, p, n);
	switch (s->frame) {
	case FRAME_LINE:
		return take_lines(t, d, p, n);
	case FRAME_DOT:
	case FRAME_LIST:
		return take_dot(t, d, p, n);
	case FRAME_COUNT:
	case FRAME_HIDE:
		return take_count(t, d, p, n);
	case FRAME_OPAQUE:
		t->out.opaque(t->out.arg, d, p, n);
		return n;
	case FRAME_TLS:
		return tls_bytes(t, d, p, n);
	case FRAME_ALL:
		give_content(t, d, p, n);
		return n;
	case FRAME_OWN:
		return t->proto->own(t, d, p, n);
	}
	return n;
}

static void
feed(struct track *t, enum dir d, const unsigned char *p, size_t n)
{
	size_t took;
	unsigned idle = 0; /* turns without a byte taken: only to change frame */

	while (n > 0 && idle < IDLE_MAX) {
		apply_next(t, d);
		took = take(t, d, p, n);
		if (t->side[d].frame != FRAME_LINE)
			flush_run(t);
		idle = took == 0 ? idle + 1 : 0;
		p += took;
		n -= took;
	}
	apply_next(t, d);
	flush_run(t);
}

void
track_bytes(struct track *t, enum dir d, const unsigned char *p, size_t n)
{
	struct side *client = &t->side[DIR_S];

	if (d == DIR_R && client->unread.n > 0)
		unread_keep(&client->unread, &t->echo);
	t->side[d].seen += n;
	feed(t, d, p, n);
}

/* What of an incomplete line of the daemon's may be given out. */
static void
break_line(struct track *t)
{
	struct side *s = &t->side[DIR_R];
	struct line *l = &t->line;
	size_t to = s->len;

	if (s->rest == REST_HIDDEN)
		return;
	if (to > 0 && s->buf[to - 1] == '\r')
		to--; /* maybe half of a line end */
	line_init(l, s->buf, to, 0);
	l->cut = true;
	if (s->rest == REST_SHOWN) {
		l->more = true;
		line_hide_urlauth(l);
	} else if (t->proto->hide_reply != NULL) {
		t->proto->hide_reply(t, l);
	}
	hide_hello(t, l);
	hide_echoes(t, l);
	if (l->hold < to)
		to = l->hold;
	else if (to > 0 && !hides_end(l))
		to -= echo_tail(&t->echo, s->buf, to);
	if (to <= s->shown)
		return;
	give_line(t, DIR_R, l, s->shown, to);
	flush_run(t);
	s->shown = to;
}

void
track_break(struct track *t, enum dir d)
{
	struct side *s = &t->side[d];

	if (s->frame == FRAME_OWN && t->proto->flush != NULL)
		t->proto->flush(t, d, false);
	else if (s->frame == FRAME_LINE && d == DIR_R && s->len > s->shown &&
	    t->mode == TRACK_MASK && !s->expect_tls)
		break_line(t);
}

/* How many bytes of this direction are held that will be given out. */
static size_t
held(const struct track *t, enum dir d)
{
	const struct side *s = &t->side[d];

	if (s->frame == FRAME_LINE && t->mode == TRACK_MASK)
		return s->len > s->shown ? s->len : 0;
	if (s->frame != FRAME_DOT && s->frame != FRAME_LIST)
		return 0;
	return s->dot == DOT_CR ? 2 : s->dot == DOT_DOT;
}

void
track_cut(struct track *t, enum dir d, uint64_t mark)
{
	size_t n = held(t, d);

	if (n > 0) {
		cuts_add(&t->side[d].cuts, n, mark);
		return;
	}
	track_break(t, d); /* what a protocol holds of its own */
	t->out.cut(t->out.arg, d, mark);
}

void
track_close(struct track *t, enum dir d)
{
	struct side *s = &t->side[d];

	if (s->closed)
		return;
	s->closed = true;
	apply_next(t, d);
	if (s->sniffs > 0 && s->expect_tls)
		feed_sniffed(t, d);
	end_unit(t, d);
	if (s->frame == FRAME_TLS)
		tls_end(t, d);
	if (t->side[DIR_S].closed && t->side[DIR_R].closed)
		echo_wipe(&t->echo);
}

bool
track_holds(const struct track *t, enum dir d)
{
	return t->side[d].len > t->side[d].shown;
}

void
track_elided(struct track *t, enum dir d, uint64_t bytes)
{
	struct side *s = &t->side[d];

	apply_next(t, d);
	if (s->frame == FRAME_COUNT && bytes >= s->left)
		body_done(t, d);
	else if (s->frame == FRAME_COUNT)
		s->left -= bytes;
	else
		s->dot = DOT_START;
}

/* ---- what protocols call ---------------------------------------------- */

void
track_frame(struct track *t, enum dir d, enum frame f, uint64_t count)
{
	struct side *s = &t->side[d];

	s->has_next = true;
	s->next = f;
	s->next_left = count;
}

enum frame
track_frame_of(const struct track *t, enum dir d)
{
	const struct side *s = &t->side[d];

	return s->has_next ? s->next : s->frame;
}

bool
track_in_line(const struct track *t, enum dir d)
{
	const struct side *s = &t->side[d];

	return s->frame == FRAME_LINE && (s->len > 0 || s->rest != REST_NONE);
}

bool
track_waits(const struct track *t, const struct waiting *w)
{
	return w != NULL && pending_sure(&t->pending) &&
	    pending_last(&t->pending) == w && !track_in_line(t, DIR_S);
}

struct line *
track_piece(struct track *t, const unsigned char *p, size_t n, size_t eol)
{
	line_init(&t->line, p, n, eol);
	return &t->line;
}

void
track_give(struct track *t, enum dir d, struct line *l)
{
	if (t->mode == TRACK_MASK) {
		if (d == DIR_S)
			hide_controls(l);
		hide_echoes(t, l);
		if (d == DIR_S)
			keep_secrets(t, l);
		give_line(t, d, l, 0, l->n);
		flush_run(t);
	}
	give_events(t);
}

void
track_expect_tls(struct track *t)
{
	t->side[DIR_S].expect_tls = true;
	t->side[DIR_R].expect_tls = true; /* where the hello came too early */
}
