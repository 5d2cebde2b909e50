/*
 * import_msmtp.c - what mpop and msmtp print with -d
 *
 *	--> text CR	the client's, exact
 *	<-- text CR	the server's
 *
 * Everything else are its settings and messages.  Commands are logged when they
 * are made and replies when they are read, which with pipelining is not the order
 * of the wire.
 */
#include "reader.h"

#include "import.h"

static const struct mark marks[] = {
    {"--> ", DIR_S}, {"<-- ", DIR_R}, {NULL, DIR_NONE}};

/* `host = mail.example.org`, one of the settings at the top. */
static void
read_setting(const struct record *r, const char *name, struct take *value)
{
	struct take t = r->text;

	if (take_text(&t, name) && take_text(&t, " = "))
		*value = t;
}

static void
decode(struct log *log, struct logfile *file)
{
	struct reader rd = reader_of(log, file);
	struct take host = take_from(NULL, 0), port = host;
	struct log_session *s;
	struct record r;

	while (reader_next(&rd, &r)) {
		r.dir = reader_mark(&r.text, marks);
		r.end = RECORD_LF_CUT;
		if (r.dir == DIR_NONE) {
			read_setting(&r, "host", &host);
			read_setting(&r, "port", &port);
		}
		s = reader_add(&rd, &r);
		if (s != NULL && s->head.server == NULL)
			s->head.server = reader_address(log, &host, &port);
	}
	reader_done(&rd, SETTLE_MASKS);
}

const struct import import_msmtp = {
    .name = "msmtp",
    .about = "msmtp -d and mpop -d",
    .sniff = {.line = "^--> ", .also = "^<-- "},
    .decode = decode,
};
