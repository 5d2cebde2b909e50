/*
 * import_curl.c - what curl prints with -v
 *
 *	[HH:MM:SS.uuuuuu ]> text CR	the client's
 *	[HH:MM:SS.uuuuuu ]< text CR	the server's
 *	[HH:MM:SS.uuuuuu ]{ [n bytes data]	received; } sent: not in the log
 *	[HH:MM:SS.uuuuuu ]* text	a message
 *
 * What it writes to standard output may be between these without a mark.  The
 * final dot of DATA, the last QUIT or LOGOUT and the part of a message that came
 * with the reply before it are not logged at all.
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

/* `Connected to mail.example.org (192.0.2.1) port 110 (#0)` */
static const char *
read_server(struct log *log, struct take t)
{
	struct take address, port;

	if (!take_text(&t, "Connected to ") || !take_until(&t, "(", NULL) ||
	    !take_until(&t, ") port ", &address) || !take_token(&t, &port))
		return NULL;
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

void
import_curl_info(struct reader *rd, struct record *r)
{
	const char *server = read_server(rd->log, r->text);
	struct log_session *s;
	uint64_t n;

	r->opens =
	    take_text(&(struct take){r->text.p, r->text.end}, "Trying ");
	s = reader_add(rd, r);
	if (s != NULL && server != NULL)
		s->head.server = server;
	if (s != NULL && is_written(r, &n)) {
		r->dir = DIR_R;
		reader_omitted(rd, r, n);
		rd->event->flags |= EVENT_PARTIAL;
	}
}

static void
add_record(struct reader *rd, struct record *r)
{
	uint64_t n;

	if (take_data(r, &n)) {
		r->dir = reader_mark(&r->text, marks);
		reader_omitted(rd, r, n);
		return;
	}
	r->dir = reader_mark(&r->text, marks);
	if (r->dir != DIR_NONE) {
		reader_add(rd, r);
		return;
	}
	take_blanks(&r->text);
	import_curl_info(rd, r);
}

static void
decode(struct log *log, struct logfile *file)
{
	struct reader rd = reader_of(log, file);
	struct record r;

	while (reader_next(&rd, &r)) {
		if (reader_clock(&r))
			take_text(&r.text, " ");
		r.end = RECORD_LF_CUT;
		add_record(&rd, &r);
	}
	reader_done(&rd, SETTLE_MASKS | SETTLE_BODIES);
}

const struct import import_curl = {
    .name = "curl",
    .about = "curl -v",
    .sniff = {.line = "^([0-9:.]+ )?\\* +(Trying|Connected to)",
	.also = "^([0-9:.]+ )?[<>] "},
    .decode = decode,
};
