/*
 * import_thunderbird_console.c - Thunderbird's Error Console, saved or copied
 *
 *	[HH:MM:SS.mmm ]LOGGER: text SOURCE.sys.mjs:LINE:COLUMN
 *
 * Text has no escapes.  A CRLF in it is shown as two line ends, and where text
 * ends in a line end, the source stands on a line of its own.  A control byte
 * is U+FFFD, and bytes from 0xA0 on are characters of Latin-1.  Messages of all
 * other parts of the program are between.
 */
#include "buf.h"
#include "mozilla.h"

#include "import.h"

/* A message that is being put together. */
struct message {
	struct record r;
	struct take logger;
	bool open, lossy;
	struct buf text;
};

/* `Pop3Client.sys.mjs:358:18` at the end; *t without it. */
static bool
cut_source(struct take *t)
{
	static const char *const ends[] = {".sys.mjs:", ".jsm:", ".js:"};
	const unsigned char *word = t->end, *p;
	struct take at;

	while (word > t->p && word[-1] != ' ')
		word--;
	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
		at = (struct take){word, t->end};
		if (!take_until(&at, ends[i], NULL) ||
		    !take_number(&at, 1, 9, NULL) || !take_text(&at, ":") ||
		    !take_number(&at, 1, 9, NULL) || at.p < at.end)
			continue;
		p = word;
		t->end = p > t->p ? p - 1 : p; /* the blank, too */
		return true;
	}
	return false;
}

/* A line of text: UTF-8 of Latin-1 becomes bytes again. */
static void
add_text(struct message *m, struct take t)
{
	while (t.p < t.end) {
		if (take_text(&t, "\xef\xbf\xbd")) {
			m->lossy = true;
			buf_add(&m->text, "\xef\xbf\xbd", 3);
		} else if (!mozilla_logs_text(&m->logger) &&
		    take_left(&t) > 1 && (*t.p == 0xc2 || *t.p == 0xc3) &&
		    (t.p[1] & 0xc0) == 0x80) {
			char c = (char)((*t.p & 3) << 6 | (t.p[1] & 0x3f));

			buf_add(&m->text, &c, 1);
			t.p += 2;
		} else {
			buf_add(&m->text, t.p++, 1);
		}
	}
}

/*
 * Two line ends stand for a CRLF, so every other line is empty.  One alone,
 * that text stands behind, was a lone CR or LF, which can't be known.
 */
static void
add_line_end(struct message *m)
{
	struct buf *b = &m->text;

	if (b->len > 0 && b->p[b->len - 1] == '\n' &&
	    (b->len < 2 || b->p[b->len - 2] != '\r')) {
		b->p[b->len - 1] = '\r';
		buf_add(b, "\n", 1);
	} else {
		buf_add(b, "\n", 1);
	}
}

static void
end_message(struct mozilla *z, struct message *m)
{
	struct take said;

	if (!m->open)
		return;
	said =
	    take_from(log_copy(z->rd.log, m->text.p, m->text.len), m->text.len);
	m->r.text = said;
	mozilla_script(z, &m->r, &m->logger, said, m->lossy);
	m->open = false;
}

/* `02:05:39.762 pop3.server2.1: ` */
static bool
take_head(struct record *r, struct take *t, struct take *logger)
{
	struct take at = *t;

	if (stamp_clock(&at, &r->us)) {
		r->clock = CLOCK_OF_DAY;
		take_text(&at, " ");
	}
	if (!mozilla_is_logger(&at) || !take_until(&at, ": ", logger) ||
	    memchr(logger->p, ' ', take_left(logger)) != NULL)
		return false;
	*t = at;
	return true;
}

static void
decode(struct log *log, struct logfile *file)
{
	struct mozilla z = mozilla_of(log, file);
	struct message m = {.open = false};
	struct take t, logger;
	struct record r;

	z.forgeable = true;
	while (reader_next(&z.rd, &r)) {
		t = r.text;
		if (take_head(&r, &t, &logger)) {
			end_message(&z, &m);
			m.r = r;
			m.logger = logger;
			m.open = true;
			m.lossy = false;
			m.text.len = 0;
		} else if (!m.open) {
			continue; /* some other part of the program */
		} else {
			add_line_end(&m);
		}
		if (cut_source(&t)) {
			add_text(&m, t);
			end_message(&z, &m);
		} else {
			add_text(&m, t);
		}
	}
	end_message(&z, &m);
	buf_free(&m.text);
	mozilla_done(&z);
}

const struct import import_thunderbird_console = {
    .name = "thunderbird-console",
    .about = "Thunderbird's Error Console",
    .sniff = {.line = "^([0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{3} )?"
		      "(pop3\\.[^ ]+|mailnews\\.(smtp|nntp|pop3)): ",
	.also = "\\.(sys\\.mjs|jsm|js):[0-9]+:[0-9]+$"},
    .decode = decode,
};
