/*
 * import_exim_mainlog.c - exim's main log
 *
 *	YYYY-MM-DD HH:MM:SS [[PID] ]SMTP connection from [A] ...
 *	YYYY-MM-DD HH:MM:SS ID <= sender H=(name) [A] P=esmtpa A=plain:user ...
 *	YYYY-MM-DD HH:MM:SS SMTP connection from (name) [A] closed by QUIT
 *
 * Sessions of notes: what was said is not in it.  One is told by the client's
 * address, so two at once from the same are one; what is about messages alone
 * (=>, Completed) is passed over.
 */
#include "reader.h"

#include "import.h"

static bool
take_stamp(struct record *r, struct take *t)
{
	struct take at;

	if (!stamp_full(t, '-', false, &r->us) || !take_text(t, " "))
		return false;
	r->clock = CLOCK_DATE;
	at = *t;
	if (take_text(&at, "[") && take_number(&at, 1, 10, NULL) &&
	    take_text(&at, "] "))
		*t = at; /* log_selector = +pid */
	return true;
}

/* `[A]`, maybe with `:port` behind it. */
static bool
find_client(struct take t, struct take *host, struct take *port)
{
	do {
		if (!take_until(&t, "[", NULL) || !take_until(&t, "]", host))
			return false;
		port->p = port->end = t.p;
		if (take_text(&t, ":")) {
			port->p = t.p;
			take_number(&t, 1, 5, NULL);
			port->end = t.p;
		}
	} while (memchr(host->p, ' ', take_left(host)) != NULL);
	return true;
}

/* `A=plain:user` */
static void
read_user(struct log *log, struct log_session *s, struct take t)
{
	struct take user;

	if (s->head.user != NULL || !take_until(&t, " A=", NULL) ||
	    !take_token(&t, &user) || !take_until(&user, ":", NULL))
		return;
	s->head.user = log_copy(log, user.p, take_left(&user));
}

static void
read_line(struct reader *rd, struct record *r)
{
	struct take t = r->text, host, port, key;
	struct log_session *s;
	bool connection;

	if (!take_stamp(r, &t))
		return;
	r->text = t;
	connection = take_text(&t, "SMTP ");
	if (!connection && !take_has(&t, " <= ") &&
	    !take_has(&t, "rejected ") && !take_has(&t, "authenticator failed"))
		return;
	if (find_client(t, &host, &port)) {
		key = (struct take){host.p, port.end};
	} else if (connection && take_text(&t, "connection from ") &&
	    take_token(&t, &key)) {
		host.p = NULL; /* a user of this machine */
	} else {
		return;
	}
	reader_key_piece(rd, &key);
	r->opens = connection && take_has(&r->text, "connection count");
	r->closes = connection &&
	    (take_has(&r->text, " closed by ") || take_has(&r->text, " lost"));
	s = reader_add(rd, r);
	if (s == NULL)
		return;
	s->head.protocol = "smtp";
	s->head.lacks |= LACKS_ZONE;
	if (s->head.client == NULL && host.p != NULL)
		s->head.client = reader_address(rd->log, &host, &port);
	read_user(rd->log, s, r->text);
}

static void
decode(struct log *log, struct logfile *file)
{
	struct reader rd = reader_of(log, file);
	struct record r;

	while (reader_next(&rd, &r))
		read_line(&rd, &r);
	reader_done(&rd, 0);
}

const struct import import_exim_mainlog = {
    .name = "exim-mainlog",
    .about = "exim's main log",
    .sniff = {.line = "^[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9:]{8} "
		      "(\\[[0-9]+\\] )?([^ ]+ )?"
		      "(<=|=>|==|SMTP connection|exim [0-9])"},
    .decode = decode,
};
