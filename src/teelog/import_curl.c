/*
 * import_curl.c - what curl prints with -v
 *
 *	[HH:MM:SS.uuuuuu ]> text CR	the client's
 *	[HH:MM:SS.uuuuuu ]< text CR	the server's
 *	[HH:MM:SS.uuuuuu ]{ [n bytes data]	received; } sent: not in the log
 *	[HH:MM:SS.uuuuuu ]* text	a message
 *
 * With --trace-ids, numbers of the transfer and the connection stand before the
 * mark: [0-1].
 *
 * What it writes to standard output may be between these without a mark: lines
 * without a time where the others have one, or what follows the message that a
 * connection is left or closed.  The final dot of DATA, the last QUIT or LOGOUT
 * and the part of a message that came with the reply before it are not logged.
 */
#include "import_curl.h"

#include "import.h"

static const struct mark marks[] = {{"> ", DIR_S}, {"< ", DIR_R},
    {"} [", DIR_S}, {"{ [", DIR_R}, {"* ", DIR_NONE}, {NULL, DIR_NONE}};

/* `} [442 bytes data]` */
static bool
take_data(struct record *r, uint64_t *n)
{
	struct take t = r->text;

	return (take_text(&t, "} [") || take_text(&t, "{ [")) &&
	    take_number(&t, 1, 18, n) && take_is(&t, " bytes data]");
}

/* ` from 192.0.2.7 port 51000` */
static const char *
read_client(struct log *log, struct take t)
{
	struct take address, port;

	if (!take_text(&t, "Established connection to ") ||
	    !take_until(&t, ") from ", NULL) || !take_token(&t, &address) ||
	    !take_text(&t, " port ") || !take_token(&t, &port))
		return NULL;
	return reader_address(log, &address, &port);
}

/*
 * `Connected to mail.example.org (192.0.2.1) port 110 (#0)`, or since 8.15
 * `Established connection to mail.example.org (192.0.2.1 port 110) from ...`
 */
static const char *
read_server(struct log *log, struct take t)
{
	struct take address, port;

	if (take_text(&t, "Connected to ")) {
		if (!take_until(&t, "(", NULL) ||
		    !take_until(&t, ") port ", &address))
			return NULL;
	} else if (!take_text(&t, "Established connection to ") ||
	    !take_until(&t, "(", NULL) || !take_until(&t, " port ", &address)) {
		return NULL;
	}
	if (!take_token(&t, &port))
		return NULL;
	take_trim(&port, ")");
	return reader_address(log, &address, &port);
}

/* `Written 209 bytes, 474 bytes are left for transfer`: those are not logged. */
static bool
is_written(const struct record *r, uint64_t *n)
{
	struct take t = r->text;

	return take_text(&t, "Written ") && take_number(&t, 1, 18, n) &&
	    take_text(&t, " bytes, ") && take_ends(&t, " for transfer");
}

/* `[0-1] ` is transfer 0 on connection 1; x: there is none yet. */
static void
take_ids(struct reader *rd, struct record *r)
{
	struct take t = r->text, key;

	if (!take_text(&t, "[") || !take_number(&t, 1, 18, NULL) ||
	    !take_text(&t, "-"))
		return;
	key.p = t.p;
	if (!take_number(&t, 1, 18, NULL) && !take_text(&t, "x"))
		return;
	key.end = t.p;
	if (!take_text(&t, "] "))
		return;
	r->text = t;
	if (!take_is(&key, "x"))
		reader_key_piece(rd, &key);
}

void
import_curl_front(struct reader *rd, struct record *r)
{
	if (reader_clock(r))
		take_text(&r->text, " ");
	take_ids(rd, r);
}

void
import_curl_info(struct reader *rd, struct record *r)
{
	const char *server = read_server(rd->log, r->text);
	struct log_session *s;
	uint64_t n;

	/* All addresses of a host are tried for one connection. */
	r->opens = (rd->session == NULL || reader_said(rd)) &&
	    take_text(&(struct take){r->text.p, r->text.end}, "Trying ");
	s = reader_add(rd, r);
	if (s != NULL && server != NULL) {
		s->head.server = server;
		s->head.client = read_client(rd->log, r->text);
	}
	if (s != NULL && is_written(r, &n)) {
		r->dir = DIR_R;
		reader_omitted(rd, r, n);
		rd->event->flags |= EVENT_PARTIAL;
	}
}

/* The progress meter's line, which a CR begins and nothing ends: 78 columns. */
static void
skip_meter(struct take *t)
{
	static const char columns[] = " 0123456789.:-kMGTPE";
	struct take at;

	while (take_left(t) > 78 && *t->p == '\r') {
		at = (struct take){t->p + 1, t->p + 79};
		while (take_one(&at, columns, NULL))
			continue;
		if (at.p < at.end)
			break;
		t->p = at.end;
	}
}

struct curl {
	struct reader rd;
	bool timed; /* records have times */
	bool left; /* what follows is not curl's, up to its next message */
	bool tls; /* there is, or is about to be, a TLS connection ... */
	bool handshake; /* ... whose record the next data is */
};

/*
 * Data of TLS looks like data: what follows a message about it, and the five
 * bytes of each record's header.  Nothing else comes before anything was said.
 */
static bool
is_tls(const struct curl *c, uint64_t n)
{
	return c->handshake || (c->tls && n == 5) || !reader_said(&c->rd);
}

/* `TLSv1.3 (OUT), TLS handshake, Client hello (1):` */
static bool
is_handshake(struct take t)
{
	return take_text(&t, "TLS") || take_text(&t, "SSLv");
}

/* `STLS`, `a1 STARTTLS` */
static bool
asks_for_tls(const struct record *r)
{
	return r->dir == DIR_S && take_left(&r->text) < 32 &&
	    (take_has(&r->text, "STARTTLS") || take_has(&r->text, "STLS"));
}

static void
add_data(struct curl *c, struct record *r, uint64_t n)
{
	bool tls = is_tls(c, n);

	c->handshake = false;
	if (tls) {
		reader_add(&c->rd, r);
		return;
	}
	r->dir = reader_mark(&r->text, marks);
	reader_omitted(&c->rd, r, n);
}

static void
add_record(struct curl *c, struct record *r)
{
	uint64_t n;

	if (take_data(r, &n)) {
		add_data(c, r, n);
		return;
	}
	r->dir = reader_mark(&r->text, marks);
	if (r->dir != DIR_NONE) {
		reader_add(&c->rd, r);
		c->tls |= asks_for_tls(r);
		return;
	}
	take_blanks(&r->text);
	c->left = take_ends(&r->text, " left intact") ||
	    take_text(
		&(struct take){r->text.p, r->text.end}, "Closing connection");
	c->handshake = is_handshake(r->text);
	import_curl_info(&c->rd, r);
	c->tls = (c->tls && !r->opens) || c->handshake;
}

/* Whether the line is none of curl's, but of what it fetched. */
static bool
is_output(struct curl *c, const struct record *r)
{
	const struct take *t = &r->text;

	if (c->timed)
		return r->clock == CLOCK_NONE;
	return c->left &&
	    !(take_text(&(struct take){t->p, t->end}, "* ") &&
		!take_ends(t, "\r"));
}

static void
decode(struct log *log, struct logfile *file)
{
	struct curl c = {.rd = reader_of(log, file)};
	struct record r;

	while (reader_next(&c.rd, &r)) {
		skip_meter(&r.text);
		import_curl_front(&c.rd, &r);
		c.timed |= r.clock != CLOCK_NONE;
		r.end = RECORD_LF_CUT;
		if (is_output(&c, &r))
			reader_add(&c.rd, &r);
		else
			add_record(&c, &r);
	}
	reader_done(&c.rd, SETTLE_MASKS | SETTLE_BODIES);
}

const struct import import_curl = {
    .name = "curl",
    .about = "curl -v",
    .sniff = {.line = IMPORT_CURL_FRONT "\\* +(Trying|Connected to)",
	.also = IMPORT_CURL_FRONT "[<>] "},
    .decode = decode,
};
