/*
 * import_libnet.c - what Perl's Net::POP3, Net::SMTP, Net::NNTP print (Debug)
 *
 *	Net::SMTP=GLOB(0x55d0)>>> text CR	the client's
 *	Net::SMTP=GLOB(0x55d0)<<< text		the server's
 *
 * The address is the connection.  A message is logged before its dots are
 * stuffed and without CR; the lines of long replies are not logged.
 */
#include "reader.h"

#include "import.h"

static const struct mark marks[] = {
    {")>>> ", DIR_S}, {")<<< ", DIR_R}, {NULL, DIR_NONE}};

static const struct {
	const char *class, *protocol;
} classes[] = {{"POP3", "pop3"}, {"SMTP", "smtp"}, {"NNTP", "nntp"},
    {"FTP", "ftp"}, {NULL, NULL}};

/* The connection and who speaks; then the protocol, if it is known. */
static bool
read_mark(struct reader *rd, struct record *r, const char **protocol)
{
	struct take t = r->text, class, address;
	enum dir d;

	*protocol = NULL;
	if (!take_text(&t, "Net::") || !take_until(&t, "=GLOB(0x", &class))
		return false;
	address.p = t.p;
	if (!take_hex_number(&t, 1, 16, NULL))
		return false;
	address.end = t.p;
	d = reader_mark(&t, marks);
	if (d == DIR_NONE)
		return false;
	for (int i = 0; classes[i].class != NULL; i++)
		if (take_is(&class, classes[i].class))
			*protocol = classes[i].protocol;
	reader_key_piece(rd, &address);
	r->dir = d;
	r->text = t;
	return true;
}

static void
decode(struct log *log, struct logfile *file)
{
	struct reader rd = reader_of(log, file);
	const char *protocol;
	struct log_session *s;
	struct record r;

	while (reader_next(&rd, &r)) {
		if (!read_mark(&rd, &r, &protocol))
			reader_key(&rd, NULL);
		s = reader_add(&rd, &r);
		if (s != NULL && protocol != NULL)
			s->head.protocol = protocol;
	}
	reader_done(&rd, SETTLE_MASKS | SETTLE_BODIES | SETTLE_DOTS);
}

const struct import import_libnet = {
    .name = "libnet",
    .about = "Perl's Net::POP3, Net::SMTP and Net::NNTP with Debug",
    .sniff = {.line = "^Net::[A-Za-z0-9_:]+=GLOB\\(0x[0-9a-f]+\\)"
		      "(>>>|<<<) "},
    .decode = decode,
};
