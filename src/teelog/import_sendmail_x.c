/*
 * import_sendmail_x.c - the traffic log of sendmail -X
 *
 *	PID <<< text CR	what sendmail reads, exact
 *	PID >>> text	what it writes; the CR is lost
 *	PID === text	a message: EXEC, CONNECT
 *
 * The process id has at least five digits.  As a server it reads what the client
 * says.  Where it delivers it is the client itself, which CONNECT tells, or that
 * what it reads first is a greeting.
 */
#include "reader.h"

#include "import.h"

static const struct mark marks[] = {
    {"<<< ", DIR_S}, {">>> ", DIR_R}, {"=== ", DIR_NONE}, {NULL, DIR_NONE}};

/* Take the process id, which is the session's key. */
static bool
read_pid(struct reader *rd, struct record *r)
{
	struct take t = r->text, pid;

	if (!take_token(&t, &pid) || take_left(&pid) > 10 ||
	    !take_number(&pid, 5, 10, NULL) || pid.p < pid.end ||
	    !take_text(&t, " "))
		return false;
	reader_key_piece(rd, &(struct take){r->text.p, pid.p});
	r->text = t;
	return true;
}

static void
decode(struct log *log, struct logfile *file)
{
	struct reader rd = reader_of(log, file);
	struct log_session *s;
	struct record r;

	while (reader_next(&rd, &r)) {
		if (read_pid(&rd, &r))
			r.dir = reader_mark(&r.text, marks);
		/* Without a CR there was none, where the server reads. */
		if (r.dir == DIR_S)
			r.end = RECORD_LF_CUT;
		r.opens = r.dir == DIR_NONE && take_has(&r.text, "CONNECT ");
		s = reader_add(&rd, &r);
		if (s != NULL && s->head.pid == NULL && s->key != NULL)
			s->head.pid = s->key + strspn(s->key, "0");
	}
	for (s = log->first; s != NULL; s = s->next)
		if (settle_is_turned(s))
			settle_turn(s);
	reader_done(&rd, SETTLE_MASKS);
}

const struct import import_sendmail_x = {
    .name = "sendmail-x",
    .about = "sendmail -X",
    .sniff = {.line = "^[0-9]{5,} (<<<|>>>|===) ", .share = 90},
    .decode = decode,
};
