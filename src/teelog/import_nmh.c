/*
 * import_nmh.c - what nmh's programs print with -snoop
 *
 *	=> text		the client's
 *	<= text		the server's
 *
 * maybe behind `(tls-encrypted) ` or `(sasl-encrypted) `.  Line ends, messages
 * and lists are lost.  What is base64 on the wire is shown decoded, as
 * `b64<user[0x00]...>`.
 */
#include "reader.h"

#include "import.h"

static const struct mark marks[] = {
    {"=> ", DIR_S}, {"<= ", DIR_R}, {NULL, DIR_NONE}};

/* `[0x00]` is a byte. */
static size_t
undo_brackets(struct take t, unsigned char *to)
{
	unsigned value;
	size_t n = 0;

	while (t.p < t.end) {
		struct take at = t;

		if (take_text(&at, "[0x") && take_hex(&at, 2, &value) &&
		    take_text(&at, "]")) {
			to[n++] = (unsigned char)value;
			t = at;
		} else {
			to[n++] = *t.p++;
		}
	}
	return n;
}

static size_t
encode(const unsigned char *p, size_t n, unsigned char *to)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "abcdefghijklmnopqrstuvwxyz0123456789+/";
	const unsigned char *start = to;

	for (size_t i = 0; i < n; i += 3) {
		unsigned v = (unsigned)p[i] << 16;

		if (i + 1 < n)
			v |= (unsigned)p[i + 1] << 8;
		if (i + 2 < n)
			v |= p[i + 2];
		*to++ = (unsigned char)digits[v >> 18];
		*to++ = (unsigned char)digits[v >> 12 & 63];
		*to++ = i + 1 < n ? (unsigned char)digits[v >> 6 & 63] : '=';
		*to++ = i + 2 < n ? (unsigned char)digits[v & 63] : '=';
	}
	return (size_t)(to - start);
}

/* Where the text has `b64<...>`, what stood there on the wire. */
static void
encode_again(struct log *log, struct record *r)
{
	struct take t = r->text, before, plain;
	unsigned char *bytes, *to;
	size_t n, len;

	if (!take_until(&t, "b64<", &before) || !take_ends(&t, ">"))
		return;
	plain = (struct take){t.p, t.end - 1};
	n = take_left(&before);
	bytes = log_alloc(log, take_left(&plain) + 1);
	len = undo_brackets(plain, bytes);
	to = log_alloc(log, n + (len + 2) / 3 * 4 + 1);
	memcpy(to, before.p, n);
	n += encode(bytes, len, to + n);
	r->text = take_from(to, n);
	r->flags |= EVENT_LOSSY;
}

static void
decode(struct log *log, struct logfile *file)
{
	struct reader rd = reader_of(log, file);
	const char *server = NULL;
	struct log_session *s;
	struct record r;
	struct take t;

	while (reader_next(&rd, &r)) {
		t = r.text;
		if (!take_text(&r.text, "(tls-encrypted) "))
			take_text(&r.text, "(sasl-encrypted) ");
		r.dir = reader_mark(&r.text, marks);
		if (r.dir == DIR_NONE)
			r.text = t;
		else
			encode_again(log, &r);
		r.opens = take_text(&t, "Connecting to ");
		if (r.opens)
			server = reader_host_port(log, t);
		s = reader_add(&rd, &r);
		if (s != NULL && s->head.server == NULL)
			s->head.server = server;
	}
	reader_done(&rd, SETTLE_MASKS | SETTLE_BODIES);
}

const struct import import_nmh = {
    .name = "nmh",
    .about = "nmh's -snoop",
    .sniff = {.line = "^(\\((tls|sasl)-encrypted\\) )?=> ",
	.also = "^(\\((tls|sasl)-encrypted\\) )?<= "},
    .decode = decode,
};
