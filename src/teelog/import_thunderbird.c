/*
 * import_thunderbird.c - NSPR_LOG_FILE and MOZ_LOG_FILE of Thunderbird
 *
 *	[DATE TIME UTC - ]TID[PTR]: text			NSPR, to 54
 *	[DATE TIME UTC - ][[PROCESS ]THREAD]: L/MODULE text	Gecko, from 55
 *
 * L is a level, one of EWIDV.  Text of clients in JavaScript is `debug: "..."`
 * with a string literal; of the others see mozilla.c.  Lines without the prefix
 * go on with the record before.
 */
#include "mozilla.h"
#include "quoted.h"

#include "import.h"

static void
read_stamp(struct record *r, struct take *t)
{
	struct take at = *t;

	if (!stamp_full(&at, '-', true, &r->us) || !take_text(&at, " UTC - "))
		return;
	r->clock = CLOCK_DATE;
	*t = at;
}

/* `0[ef1790]: ` */
static bool
take_nspr(struct take *t, struct mozilla_place *at)
{
	struct take in = *t;

	at->thread.p = in.p;
	take_text(&in, "-");
	if (!take_number(&in, 1, 10, NULL) || !take_text(&in, "["))
		return false;
	take_text(&in, "0x");
	if (!take_hex_number(&in, 1, 16, NULL))
		return false;
	at->thread.end = in.p;
	if (!take_text(&in, "]: "))
		return false;
	at->module = (struct take){in.p, in.p};
	at->level = '\0';
	*t = in;
	return true;
}

/* `[Parent 17586: IMAP]: I/IMAP ` */
static bool
take_gecko(struct take *t, struct mozilla_place *at)
{
	struct take in = *t;

	if (!take_text(&in, "[") || !take_until(&in, "]: ", &at->thread) ||
	    memchr(at->thread.p, ']', take_left(&at->thread)) != NULL ||
	    !take_one(&in, "EWIDV", &at->level) || !take_text(&in, "/") ||
	    !take_token(&in, &at->module) || !take_text(&in, " "))
		return false;
	*t = in;
	return true;
}

static void
add_script(struct mozilla *m, struct record *r, const struct take *logger)
{
	static const char *const levels[] = {
	    "debug: ", "error: ", "warn: ", "info: ", "log: ", NULL};
	struct take t = r->text;
	struct quoted q;

	for (size_t i = 0; levels[i] != NULL; i++)
		if (take_text(&t, levels[i]))
			break;
	if (quoted_take(m->rd.log, &t,
		mozilla_logs_text(logger) ? QUOTED_TEXT : QUOTED_BYTES, &q))
		mozilla_script(m, r, logger, q.bytes, q.lossy || !q.closed);
	else
		mozilla_note(m, r);
}

/* The last record may be cut anywhere: the program writes whole buffers. */
static void
end_of_file(struct mozilla *m)
{
	const struct logfile *f = m->rd.file;
	struct event *ev;

	if (f->n == 0 || f->p[f->n - 1] == '\n' || !m->data ||
	    m->rd.session == NULL || m->rd.session->nevents == 0)
		return;
	ev = &m->rd.session->events[m->rd.session->nevents - 1];
	if (ev->end == END_CRLF)
		return;
	ev->end = END_NONE;
	ev->flags = EVENT_PARTIAL;
}

static void
decode(struct log *log, struct logfile *file)
{
	struct mozilla m = mozilla_of(log, file);
	struct mozilla_place at;
	struct record r;
	struct take t;

	while (reader_next(&m.rd, &r)) {
		t = r.text;
		read_stamp(&r, &t);
		if (!take_gecko(&t, &at) && !take_nspr(&t, &at)) {
			mozilla_goes_on(&m, &r);
			continue;
		}
		r.text = t;
		if (mozilla_is_logger(&at.module))
			add_script(&m, &r, &at.module);
		else
			mozilla_native(&m, &r, &at);
	}
	end_of_file(&m);
	mozilla_done(&m);
}

#define STAMP "([0-9]{4}-[0-9]{2}-[0-9]{2} [0-9:]{8}\\.[0-9]{6} UTC - )?"

const struct import import_thunderbird = {
    .name = "thunderbird",
    .about = "Thunderbird's MOZ_LOG_FILE and NSPR_LOG_FILE",
    .sniff = {.line = "^" STAMP "(\\[[^]]*\\]: [EWIDV]/(POP3|IMAP|SMTP|NNTP|"
		      "pop3\\.[^ ]+|mailnews\\.[a-z0-9]+) |"
		      "-?[0-9]+\\[[0-9a-fx]+\\]: (\\[this=[^]]*\\] |"
		      "\\([0-9a-fx]+\\) )?(RECV: |SEND: |POP3: Entering state|"
		      "SMTP |Receiving: |Sending: |"
		      "Entering NET_ProcessPop3|"
		      "([0-9a-f]+:)?[^ ]+:(NA|A|S-.*):[A-Za-z]+: ))"},
    .decode = decode,
};
