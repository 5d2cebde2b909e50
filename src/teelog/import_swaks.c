/*
 * import_swaks.c - what swaks prints
 *
 *	 -> text	the client's;  ~> under TLS;  **> and *~> where it is wrong
 *	<-  text	the server's;  <~ under TLS;  <** and <~* where it is
 *	=== text	a message;  *** an error
 *
 * CR is kept in the message's lines and lost elsewhere.
 */
#include "reader.h"

#include "import.h"

static const struct mark marks[] = {{" -> ", DIR_S}, {" ~> ", DIR_S},
    {"**> ", DIR_S}, {"*~> ", DIR_S}, {"<-  ", DIR_R}, {"<~  ", DIR_R},
    {"<** ", DIR_R}, {"<~* ", DIR_R}, {NULL, DIR_NONE}};

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
		r.dir = reader_mark(&r.text, marks);
		r.opens = take_text(&t, "=== Trying ");
		if (r.opens)
			server = reader_host_port(log, t);
		r.closes = take_text(&t, "=== Connection closed");
		s = reader_add(&rd, &r);
		if (s != NULL && s->head.server == NULL)
			s->head.server = server;
	}
	reader_done(&rd, SETTLE_MASKS);
}

const struct import import_swaks = {
    .name = "swaks",
    .about = "swaks",
    .sniff = {.line = "^=== (Trying|Connected)",
	.also = "^( (-|~)> |<(-|~)  |<\\*\\* |<~\\* )"},
    .decode = decode,
};
