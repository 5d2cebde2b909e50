/*
 * import_thunderbird_stdout.c - Thunderbird's messages on standard output
 *
 *	console.debug: LOGGER: "text" ...
 *
 * with devtools.console.stdout.chrome and mailnews.PROTOCOL.loglevel.  No time
 * is told.  All else that the program prints is between.
 */
#include "mozilla.h"
#include "quoted.h"

#include "import.h"

/* `console.debug: pop3.server2.1: ` */
static bool
take_logger(struct take *t, struct take *logger)
{
	struct take at = *t;

	if (!take_text(&at, "console.") || !take_until(&at, ": ", NULL) ||
	    !take_until(&at, ": ", logger) || !mozilla_is_logger(logger))
		return false;
	*t = at;
	return true;
}

static void
decode(struct log *log, struct logfile *file)
{
	struct mozilla m = mozilla_of(log, file);
	struct take t, logger;
	struct record r;
	struct quoted q;

	while (reader_next(&m.rd, &r)) {
		t = r.text;
		if (!take_logger(&t, &logger) ||
		    !quoted_take(log, &t,
			mozilla_logs_text(&logger) ? QUOTED_TEXT : QUOTED_BYTES,
			&q)) {
			mozilla_note(&m, &r);
			continue;
		}
		mozilla_script(&m, &r, &logger, q.bytes, q.lossy || !q.closed);
	}
	mozilla_done(&m);
}

const struct import import_thunderbird_stdout = {
    .name = "thunderbird-stdout",
    .about = "what Thunderbird prints of its connections",
    .sniff = {.line = "^console\\.(debug|warn|error|log|info): "
		      "(pop3\\.|mailnews\\.)"},
    .decode = decode,
};
