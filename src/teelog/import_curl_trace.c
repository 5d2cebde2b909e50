/*
 * import_curl_trace.c - curl --trace and --trace-ascii
 *
 *	[HH:MM:SS.uuuuuu ]=> Send header, n bytes (0xn)
 *	[HH:MM:SS.uuuuuu ]<= Recv data, n bytes (0xn)
 *	offset: hh hh ... text		--trace, exact
 *	offset: text			--trace-ascii
 *	[HH:MM:SS.uuuuuu ]== Info: text
 *
 * In --trace-ascii a text line or 64 bytes stand on a line; CR LF is not shown,
 * and the next offset tells that it was there.  What is not printable is a dot.
 * curl does not log everything, see import_curl.c.
 */
#include "hexdump.h"
#include "import_curl.h"
#include "reader.h"

#include "import.h"

/* Blocks of data one after another. */
struct message {
	struct log_session *session; /* NULL: none is open */
	size_t at; /* the event that is its first */
	uint64_t bytes;
};

/* A block that is being put together. */
struct block {
	struct record r; /* of its heading */
	bool open, hex, skip, message;
	size_t n, got; /* bytes */
	unsigned char *bytes;
	struct message m;
};

/* `=> Send header, 29 bytes (0x1d)` */
static bool
take_heading(struct record *r, struct take *kind, uint64_t *n)
{
	struct take t = r->text;
	enum dir d;

	if (take_text(&t, "=> Send "))
		d = DIR_S;
	else if (take_text(&t, "<= Recv "))
		d = DIR_R;
	else
		return false;
	if (!take_until(&t, ", ", kind) || !take_number(&t, 1, 10, n) ||
	    !take_text(&t, " bytes (0x"))
		return false;
	r->dir = d;
	return true;
}

/*
 * The part of a POP3 message that came with its `+OK` is not logged.  What is, up
 * to the dot, and the size that the reply tells, tell how much that was.
 */
static void
end_message(struct log *log, struct message *m)
{
	struct log_session *s = m->session;
	uint64_t told = 0, have = m->bytes;

	if (s != NULL && m->at >= 2) {
		const struct event *command = &s->events[m->at - 2];
		const struct event *reply = &s->events[m->at - 1];

		told = settle_told_size(take_from(command->bytes, command->len),
		    take_from(reply->bytes, reply->len));
	}
	if (told > 0 && told + 3 > have)
		settle_left_out(log, s, m->at, DIR_R, told + 3 - have, true);
	m->session = NULL;
}

static void
end_block(struct reader *rd, struct block *b)
{
	struct log_session *s;

	if (b->open && !b->skip && b->got > 0) {
		b->r.text = take_from(b->bytes, b->got);
		b->r.end = RECORD_BYTES;
		s = reader_add(rd, &b->r);
		if (b->message && b->m.session == NULL) {
			b->m.session = s;
			b->m.at = s->nevents - 1;
			b->m.bytes = 0;
		}
		b->m.bytes += b->got;
	}
	b->open = false;
}

static void
begin_block(struct reader *rd, struct block *b, const struct record *r,
    const struct take *kind, uint64_t n)
{
	b->message = take_is(kind, "data") && r->dir == DIR_R;
	if (!b->message)
		end_message(rd->log, &b->m);
	b->r = *r;
	b->got = 0;
	b->hex = false;
	b->open = true;
	b->skip = !take_is(kind, "header") && !take_is(kind, "data");
	/* No more than the file can hold, whatever the heading says. */
	b->n = n < rd->file->n ? (size_t)n : rd->file->n;
	b->bytes = log_alloc(rd->log, b->n + 1);
	if (b->skip) {
		b->r.dir = DIR_NONE;
		reader_add(rd, &b->r);
	}
}

static void
add(struct block *b, const void *p, size_t n)
{
	if (n > b->n - b->got)
		n = b->n - b->got;
	memcpy(b->bytes + b->got, p, n);
	b->got += n;
}

/* The offset tells whether a line end came before this line. */
static void
add_text(struct block *b, struct take t, uint64_t offset)
{
	if (offset == b->got + 2)
		add(b, "\r\n", 2);
	add(b, t.p, take_left(&t));
	if (memchr(t.p, '.', take_left(&t)) != NULL)
		b->r.flags |= EVENT_LOSSY;
}

/* What is missing of the block is a line end that was not shown. */
static void
add_end(struct block *b)
{
	if (!b->hex && b->n - b->got == 2)
		add(b, "\r\n", 2);
}

/* Whether the row is hexadecimal: as many bytes as the text beside them has. */
static bool
is_hex_row(const struct block *b, struct take t)
{
	unsigned char row[16];
	size_t left = b->n - b->got, want = left < 16 ? left : 16;

	return hexdump_row(&t, 1, want, row) == want && take_left(&t) > want;
}

static bool
add_row(struct block *b, struct take t)
{
	unsigned char row[16];
	uint64_t offset;
	size_t left;

	if (!take_hex_number(&t, 4, 8, &offset) || !take_text(&t, ":"))
		return false;
	if (b->got == 0)
		b->hex = is_hex_row(b, t);
	left = b->n - b->got;
	if (b->hex) {
		add(b, row, hexdump_row(&t, 1, left < 16 ? left : 16, row));
	} else {
		take_text(&t, " ");
		add_text(b, t, offset);
	}
	return true;
}

static void
decode(struct log *log, struct logfile *file)
{
	struct reader rd = reader_of(log, file);
	struct block b = {.open = false};
	struct record r;
	struct take kind;
	uint64_t n;

	while (reader_next(&rd, &r)) {
		if (b.open && add_row(&b, r.text))
			continue;
		if (b.open)
			add_end(&b);
		end_block(&rd, &b);
		import_curl_front(&rd, &r);
		if (take_heading(&r, &kind, &n)) {
			begin_block(&rd, &b, &r, &kind, n);
			continue;
		}
		take_text(&r.text, "== Info: ");
		take_blanks(&r.text);
		import_curl_info(&rd, &r);
	}
	add_end(&b);
	end_block(&rd, &b);
	end_message(log, &b.m);
	reader_done(&rd, SETTLE_MASKS | SETTLE_BODIES);
}

const struct import import_curl_trace = {
    .name = "curl-trace",
    .about = "curl --trace and --trace-ascii",
    .sniff = {.line = IMPORT_CURL_FRONT "(<= Recv|=> Send) "
					"(header|data|SSL data), [0-9]+ bytes "
					"\\(0x[0-9a-f]+\\)$"},
    .decode = decode,
};
