/*
 * import_alpine.c - the debug file of Alpine and Pine (-d imap=N)
 *
 *	IMAP DEBUG HH:MM:SS.uuuuuu: text
 *
 * for both directions and for POP3, too: who speaks is worked out.  Messages and
 * literals are not there.  What else is in the file are its messages; a line of
 * time stands before each of them.
 */
#include "import.h"
#include "infer.h"
#include "reader.h"

/* The file's date, from its heading; midnight of that day. */
static void
read_date(const struct record *r, int64_t *midnight)
{
	struct take t = r->text;
	int64_t us, clock;

	if (*midnight != TIME_NONE || !stamp_ctime(&t, &us))
		return;
	t = r->text;
	t.p += strlen("Sun Nov 22 ");
	if (stamp_clock(&t, &clock))
		*midnight = us - clock;
}

static bool
is_time_only(const struct record *r)
{
	struct take t = r->text;
	int64_t us;

	return stamp_clock(&t, &us) && t.p == t.end;
}

/* The program was started once more. */
static bool
is_heading(const struct record *r)
{
	struct take t = r->text;

	return take_text(&t, "Debug output of the ");
}

static bool
take_mark(struct record *r)
{
	struct take t = r->text;

	if (!take_text(&t, "IMAP DEBUG ") || !stamp_clock(&t, &r->us) ||
	    !take_text(&t, ":"))
		return false;
	take_text(&t, " ");
	r->text = t;
	return true;
}

static void
decode(struct log *log, struct logfile *file)
{
	struct reader rd = reader_of(log, file);
	struct infer *in = infer_open(log, NULL, NULL, NULL);
	int64_t midnight = TIME_NONE, us;
	struct event *ev;
	struct record r;

	infer_without_bodies(in);
	while (reader_next(&rd, &r)) {
		if (is_heading(&r)) {
			infer_end(in);
			midnight = TIME_NONE;
			memset(&rd.day, 0, sizeof rd.day);
		}
		read_date(&r, &midnight);
		if (!take_mark(&r)) {
			if (r.text.p < r.text.end && !is_time_only(&r))
				log_note(log, infer_session(in), r.line,
				    r.text.p, take_left(&r.text));
			continue;
		}
		ev = infer_line(
		    in, r.line, r.text.p, take_left(&r.text), END_UNKNOWN);
		if (ev == NULL)
			continue;
		us = stamp_of_day(&rd.day, r.us);
		if (midnight == TIME_NONE) {
			log_clock(infer_session(in), ev, us);
		} else {
			log_time(infer_session(in), ev, midnight + us);
			infer_session(in)->head.lacks |= LACKS_ZONE;
		}
	}
	infer_close(&in);
	reader_done(&rd, SETTLE_MASKS);
}

const struct import import_alpine = {
    .name = "alpine",
    .about = "Alpine and Pine -d imap=N",
    .sniff = {.line = "^(Debug output of the (Alpine|Pine) program|"
		      "IMAP DEBUG [0-9][0-9]:)"},
    .decode = decode,
};
