/*
 * cmd_import.c - turn logs of other programs into transcripts
 *
 * What a log does not tell is not made up: the header's `lacks=` says so, and its
 * own messages become `note` events.  Secrets that a log shows stay as they are,
 * for they stand in that log; with --secrets mask they go through the protocol's
 * tracker as they would have when recorded, and are looked for in messages.
 */
#include "buf.h"
#include "command.h"
#include "hearing.h"
#include "known.h"
#include "leak.h"
#include "mem.h"
#include "said.h"
#include "tell.h"
#include "when.h"

#include "../base/clock.h"
#include "../base/num.h"
#include "../base/str.h"
#include "../protocol/protocol.h"
#include "../transcript/encode.h"
#include "../transcript/head.h"
#include "../transcript/store.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

extern const struct command cmd_import;

/* Sessions of one second have letters; there are not enough for all of a log. */
#define SECONDS_TRIED 3600

struct importing {
	struct teelog *t;
	const char *service; /* NULL: the format's name */
	bool mask;
	int64_t undated_us; /* a start for the name of a session without one */
	struct store store;
	struct encode encode;
	struct track *track; /* of --secrets mask, while there is a session */
	struct hearing *hearing;
	uint64_t time_us; /* of the last event that had one */
	struct buf text, note;
	struct known known; /* with --secrets mask */
};

/* ---- what the tracker lets pass --------------------------------------- */

static void
on_text(void *arg, enum dir d, const unsigned char *p, size_t n)
{
	encode_text(&((struct importing *)arg)->encode, d, p, n);
}

static void
on_content(void *arg, enum dir d, const unsigned char *p, size_t n, bool begin)
{
	(void)begin;
	on_text(arg, d, p, n);
}

static void
on_mask(void *arg, enum dir d, const char *label)
{
	encode_mask(&((struct importing *)arg)->encode, d, label);
}

static void
on_opaque(void *arg, enum dir d, const unsigned char *p, size_t n)
{
	struct importing *im = arg;

	(void)p;
	encode_count(&im->encode, d, n);
	encode_event(
	    &im->encode, im->time_us, "opaque %c=%zu", dir_letter(d), n);
}

static void
on_describe(void *arg, enum dir d, const char *text, size_t n)
{
	encode_describe(&((struct importing *)arg)->encode, d, text, n);
}

static void
on_event(void *arg, const char *text)
{
	struct importing *im = arg;

	encode_event(&im->encode, im->time_us, "%s", text);
}

static void
open_track(struct importing *im, const struct session *s)
{
	const struct track_out out = {.text = on_text,
	    .content = on_content,
	    .mask = on_mask,
	    .opaque = on_opaque,
	    .describe = on_describe,
	    .event = on_event,
	    .arg = im};
	const struct protocol *p = NULL;

	if (s->protocol != NULL)
		p = protocol_find(s->protocol);
	im->track = mem_alloc(track_size());
	track_open(im->track, p != NULL ? p : protocol_find("auto"), p != NULL,
	    TRACK_MASK, &out);
}

static void
on_fact(void *arg, const struct fact *f)
{
	known_fact(&((struct importing *)arg)->known, f);
}

/* ---- events ----------------------------------------------------------- */

static void
put_bytes(struct importing *im, enum dir d, const void *p, size_t n)
{
	if (n == 0)
		return;
	if (im->track != NULL && d == DIR_E)
		track_aside(im->track, p, n);
	else if (im->track != NULL)
		track_bytes(im->track, d, p, n);
	else
		encode_text(&im->encode, d, p, n);
}

/* The bytes between the masks, and the masks. */
static void
put_data(struct importing *im, const struct event *ev)
{
	const char *end = event_line_end(ev);
	size_t from = 0;

	for (size_t i = 0; i < ev->nmasks; i++) {
		const struct event_mask *m = &ev->masks[i];
		char label[ENCODE_LABELS];
		struct str s;

		put_bytes(im, ev->dir, ev->bytes + from, m->at - from);
		from = m->at + m->len;
		str_init(&s, label, sizeof label);
		if (m->label != NULL)
			str_bytes(&s, m->label, m->label_len);
		if (im->track != NULL)
			put_bytes(
			    im, ev->dir, FORMAT_MASK, sizeof FORMAT_MASK - 1);
		else
			encode_mask(&im->encode, ev->dir,
			    m->label != NULL ? label : NULL);
	}
	put_bytes(im, ev->dir, ev->bytes + from, ev->len - from);
	put_bytes(im, ev->dir, end, strlen(end));
	if (*end == '\0' && im->track == NULL)
		encode_break(&im->encode, ev->dir);
}

static void
put_described(struct importing *im, const struct event *ev)
{
	said_make(&im->text, ev);
	if (im->text.len > FORMAT_RECORD)
		im->text.len = FORMAT_RECORD;
	buf_add(&im->text, "", 1);
	encode_describe(&im->encode, ev->dir, im->text.p, ev->len);
}

/* A word and a text on one line. */
static void
put_words(struct importing *im, const char *word, const struct event *ev)
{
	struct event text = {.bytes = ev->bytes, .len = ev->len};

	said_make(&im->text, &text);
	encode_event(&im->encode, im->time_us, "%s%.*s", word,
	    (int)im->text.len, im->text.p);
}

/* Text of a message, where the dialogue's secrets are masked. */
static void
add_note(struct importing *im, struct take t)
{
	struct take piece = t, secret;
	bool found;

	do {
		found = im->mask && known_next(&im->known, &t, &secret);
		piece.end = found ? secret.p : t.end;
		said_make(&im->text,
		    &(struct event){
			.bytes = piece.p, .len = take_left(&piece)});
		buf_add(&im->note, im->text.p, im->text.len);
		if (found)
			buf_text(&im->note, FORMAT_MASK);
		piece.p = t.p;
	} while (found);
}

/*
 * A message of the log's writer; its secrets are known by the words about them,
 * or from the dialogue.
 */
static void
put_note(struct importing *im, const struct event *ev)
{
	struct take t = take_from(ev->bytes, ev->len), piece = t, secret;
	bool found;

	im->note.len = 0;
	do {
		found = im->mask && leak_next(&t, &secret);
		piece.end = found ? secret.p : t.end;
		add_note(im, piece);
		if (found)
			buf_text(&im->note, FORMAT_MASK);
		piece.p = t.p;
	} while (found);
	encode_event(&im->encode, im->time_us, "note %.*s", (int)im->note.len,
	    im->note.p);
}

static void
put_event(struct importing *im, const struct event *ev)
{
	if (ev->time_us > (int64_t)im->time_us)
		im->time_us = (uint64_t)ev->time_us;
	if (ev->kind == EVENT_NOTE) {
		put_note(im, ev);
	} else if (ev->kind == EVENT_DAMAGE) {
		put_words(im, "note damaged here: ", ev);
	} else if (ev->kind == EVENT_STATE) {
		if (!event_is(ev, "end", NULL, NULL) &&
		    !event_is(ev, "segment", NULL, NULL))
			put_words(im, "", ev);
	} else if ((ev->flags & EVENT_OMITTED) != 0) {
		encode_event(&im->encode, im->time_us,
		    "elided %c lines=0 bytes=%" PRIu64, dir_letter(ev->dir),
		    ev->omitted);
	} else {
		if (!ev->brief)
			encode_read(&im->encode, ev->dir, im->time_us);
		if ((ev->flags & EVENT_DESCRIBED) != 0)
			put_described(im, ev);
		else
			put_data(im, ev);
	}
}

/* ---- sessions --------------------------------------------------------- */

static bool
to_store(void *arg, const char *p, size_t n)
{
	return store_write(arg, p, n);
}

static void
put_header(struct importing *im, const struct session *s)
{
	char line[4096], date[64], lacks[128];
	const char *name;
	unsigned bit;
	struct str h, l;

	str_init(&l, lacks, sizeof lacks);
	for (size_t i = 0; (name = session_lack_name(i, &bit)) != NULL; i++)
		if ((s->lacks & bit) != 0)
			str_fmt(&l, "%s%s", l.len > 0 ? "," : "", name);
	str_init(&h, line, sizeof line);
	head_begin(&h);
	head_word(&h, "id", im->store.id);
	head_word(&h, "service", im->store.service);
	head_word(&h, "protocol", s->protocol != NULL ? s->protocol : "auto");
	head_word(&h, "start", when_iso(date, sizeof date, s->start_us));
	head_word(&h, "client", s->client != NULL ? s->client : "-");
	head_word(&h, "server", s->server != NULL ? s->server : "-");
	head_word(&h, "host", s->host);
	head_word(&h, "pid", s->pid);
	head_word(&h, "secrets", im->mask ? "mask" : "show");
	head_word(&h, "from", s->format);
	head_word(&h, "lacks", l.len > 0 ? lacks : NULL);
	head_end(&h);
	store_write(&im->store, line, h.len);
}

/* The process that the log tells of, or ours. */
static pid_t
pid_of(const struct session *s)
{
	uint64_t pid;

	if (s->pid == NULL || num_parse(s->pid, 1, INT32_MAX, &pid) != NULL)
		return getpid();
	return (pid_t)pid;
}

/* Make the session's file: its name has the start, to the second. */
static bool
create(struct importing *im, const struct session *s)
{
	const char *service = im->service != NULL ? im->service : s->format;
	int64_t start = s->start_us;
	char text[512];
	struct str why;

	if (start == TIME_NONE)
		start = im->undated_us += 1000000;
	for (int i = 0; i < SECONDS_TRIED; i++, start += 1000000) {
		str_init(&why, text, sizeof text);
		if (store_open(
			&im->store, im->t->dir, geteuid(), false, &why) == 0 &&
		    store_create(&im->store, service, start, pid_of(s), 0,
			UINT64_MAX, &why) == 0)
			return true;
		store_close(&im->store);
		if (errno != EEXIST)
			break;
	}
	tell_error("%s", text);
	return false;
}

/* What is understood of the session, for its last line. */
static void
end_record(struct importing *im)
{
	static const char *const logins[] = {"none", "ok", "failed"};
	const struct summary *sum = hearing_summary(im->hearing);
	char words[1024];
	struct str s;

	str_init(&s, words, sizeof words);
	if (hearing_user(im->hearing)[0] != '\0')
		head_word(&s, "user", hearing_user(im->hearing));
	head_word(&s, "login", logins[sum->login]);
	head_number(&s, "messages", sum->messages);
	head_number(&s, "commands", sum->commands);
	head_number(&s, "refused", sum->refused);
	encode_end(&im->encode, im->time_us, words + 1);
}

static bool
import_session(
    struct importing *im, struct sessions *ss, const struct session *s)
{
	const struct encode_out out = {to_store, NULL, &im->store};
	struct event ev;
	bool ok = create(im, s);

	if (!ok)
		return false;
	im->time_us = 0;
	put_header(im, s);
	encode_init(&im->encode, &out, UINT64_MAX);
	memset(&im->known, 0, sizeof im->known);
	im->hearing = hearing_open(s, im->mask ? on_fact : NULL, im);
	if (im->mask)
		open_track(im, s);
	while (session_next(ss, &ev)) {
		hearing_event(im->hearing, &ev);
		put_event(im, &ev);
	}
	hearing_end(im->hearing);
	if (im->track != NULL) {
		track_aside_break(im->track, true);
		track_close(im->track, DIR_S);
		track_close(im->track, DIR_R);
		track_forget(im->track);
	}
	end_record(im);
	ok = im->encode.error == 0;
	if (!ok)
		tell_error("%s: %s", im->store.id, strerror(im->encode.error));
	else
		out_fmt(&im->t->out, "%s\n", im->store.id);
	hearing_close(&im->hearing);
	free(im->track);
	im->track = NULL;
	store_finish(&im->store, ok);
	store_close(&im->store);
	return ok;
}

static int
run(struct teelog *t, int argc, char **argv)
{
	static const struct option options[] = {
	    {"service", required_argument, NULL, 'n'},
	    {"secrets", required_argument, NULL, 'm'}, COMMAND_OPTIONS,
	    {NULL, 0, NULL, 0}};
	struct importing *im = mem_alloc(sizeof *im);
	struct sessions *ss;
	struct session *s;
	int c, status, failed = 0;

	memset(im, 0, sizeof *im);
	im->t = t;
	im->undated_us = clock_date_us();
	while ((c = getopt_long(argc, argv, "n:m:", options, NULL)) != -1)
		if (c == 'n' && name_is_service(optarg))
			im->service = optarg;
		else if (c == 'n')
			command_usage(
			    &cmd_import, "'%s' can't name a service", optarg);
		else if (c == 'm' && strcmp(optarg, "mask") == 0)
			im->mask = true;
		else if (c == 'm' && strcmp(optarg, "show") != 0)
			command_usage(&cmd_import,
			    "--secrets is mask or show, not '%s'", optarg);
		else if (c != 'm')
			command_option(t, &cmd_import, c);
	if (optind == argc)
		command_usage(&cmd_import, "which logs?");
	ss = sessions_open(t, argc - optind, argv + optind);
	while (failed == 0 && (s = sessions_next(ss)) != NULL)
		if (!import_session(im, ss, s))
			failed = EX_CANTCREAT;
	status = sessions_close(&ss);
	buf_free(&im->text);
	buf_free(&im->note);
	free(im);
	return failed != 0 ? failed : status;
}

const struct command cmd_import = {
    .name = "import",
    .args = "[--service NAME] [--secrets mask|show] log ...",
    .about = "turn logs of other programs into transcripts",
    .run = run,
};
