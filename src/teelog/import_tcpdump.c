/*
 * import_tcpdump.c - tcpdump -A
 *
 *	[DATE ]TIME IP A.P > A.P: Flags [P.], seq a:b, ..., length n
 *	the packet as text, headers first
 *
 * A CR before a LF is dropped and what is not printable is a dot, so where the
 * data begins must be found from behind: n bytes, with a LF counted as CRLF.
 */
#include "blocks.h"
#include "flow.h"

#include "import.h"

struct heading {
	struct flow flow;
	uint64_t n; /* bytes of data */
	bool opens;
};

/* `127.0.0.1.23310`, or with a name for the port. */
static const char *
read_end(struct log *log, struct take t)
{
	struct take port = {t.end, t.end};
	const unsigned char *dot = memrchr(t.p, '.', take_left(&t));

	if (dot != NULL) {
		port.p = dot + 1;
		t.end = dot;
	}
	if (port.p < port.end && !take_is_digit(*port.p))
		port.p = port.end;
	return reader_address(log, &t, &port);
}

static void
take_stamp(struct take *t, struct record *r)
{
	if (stamp_full(t, '-', false, &r->us) || stamp_epoch(t, &r->us))
		r->clock = CLOCK_DATE;
	else if (stamp_clock(t, &r->us))
		r->clock = CLOCK_OF_DAY;
	take_blanks(t);
}

static bool
read_heading(
    struct log *log, struct take t, struct record *r, struct heading *h)
{
	struct take from, to, flags;

	take_stamp(&t, r);
	if ((!take_text(&t, "IP ") && !take_text(&t, "IP6 ")) ||
	    !take_token(&t, &from) || !take_text(&t, " > ") ||
	    !take_until(&t, ": Flags [", &to) || !take_until(&t, "]", &flags) ||
	    !take_until(&t, ", length ", NULL) ||
	    !take_number(&t, 1, 10, &h->n))
		return false;
	if (log == NULL)
		return true;
	h->flow.from = read_end(log, from);
	h->flow.to = read_end(log, to);
	h->opens = take_is(&flags, "S");
	return h->flow.from != NULL && h->flow.to != NULL;
}

/* The text of the packet, up to the next heading. */
static struct take
take_packet(struct blocks *b)
{
	struct take text = {b->t.p, b->t.p}, line;
	struct record r;
	struct heading h;

	while (blocks_peek(b, &line) && !read_heading(NULL, line, &r, &h)) {
		blocks_take_line(b, &line);
		text.end = b->t.p;
	}
	if (text.end > text.p && text.end[-1] == '\n')
		text.end--; /* of the program */
	return text;
}

/* Its last n bytes, where each LF was CRLF. */
static struct take
data_of(struct log *log, struct take text, uint64_t n)
{
	const unsigned char *p = text.end;
	unsigned char *bytes, *to;

	while (p > text.p && n > 0) {
		p--;
		n -= *p == '\n' && n > 1 ? 2 : 1;
	}
	to = bytes = log_alloc(log, (size_t)(text.end - p) * 2 + 1);
	for (; p < text.end; p++) {
		if (*p == '\n')
			*to++ = '\r';
		*to++ = *p;
	}
	return take_from(bytes, (size_t)(to - bytes));
}

static void
add_packet(struct blocks *b, struct record *r, struct heading *h)
{
	struct take text = take_packet(b);
	struct log_session *s;

	if (h->opens) {
		h->flow.opens = true;
		flow_session(&b->rd, &h->flow, r, (struct take){NULL, NULL});
	}
	if (h->n == 0)
		return;
	h->flow.opens = false;
	r->flags = EVENT_LOSSY;
	s = flow_add(&b->rd, &h->flow, r, data_of(b->rd.log, text, h->n));
	if (s != NULL && r->clock == CLOCK_DATE)
		s->head.lacks |= LACKS_ZONE;
}

static void
decode(struct log *log, struct logfile *file)
{
	struct blocks b = blocks_of(log, file);
	struct heading h;
	struct take line;
	struct record r;

	while (blocks_peek(&b, &line)) {
		memset(&r, 0, sizeof r);
		memset(&h, 0, sizeof h);
		r.line = blocks_line(&b, line.p);
		blocks_take_line(&b, &line);
		if (read_heading(log, line, &r, &h))
			add_packet(&b, &r, &h);
		else
			blocks_note(&b, &r, line);
	}
	reader_done(&b.rd, SETTLE_FORGED);
}

const struct import import_tcpdump = {
    .name = "tcpdump",
    .about = "tcpdump -A",
    .sniff = {.line = "^[^ ]*( [^ ]+)? ?IP6? [^ ]+ > [^ ]+: Flags \\["},
    .decode = decode,
};
