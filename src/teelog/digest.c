/* digest.c - a session in a few words: what ls shows */
#include "digest.h"
#include "header.h"
#include "hearing.h"
#include "json.h"
#include "mem.h"
#include "transcript.h"

#include "../base/fd.h"
#include "../base/num.h"
#include "../transcript/decode.h"
#include "../transcript/head.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/*
 * A transcript tells at its end what was understood.  Where it might not, so
 * many of its events are heard to know at least who it was.
 */
#define HEARD 500

struct digesting {
	const struct session *s;
	struct hearing *hearing; /* NULL: nothing is heard */
	uint64_t events;
	bool error, reset, killed, daemon_closed, greeted, refusal;
	char protocol[32]; /* what the automatic choice has settled on */
	int64_t first_us, last_us;
};

static const char *const names[] = {
    "ok", "auth failed", "refused", "broken", "open"};

const char *
result_name(enum result r)
{
	return names[r];
}

bool
result_find(const char *name, enum result *r)
{
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strcmp(name, names[i]) == 0 ||
		    (i == RESULT_AUTH_FAILED &&
			strcmp(name, "auth-failed") == 0)) {
			*r = (enum result)i;
			return true;
		}
	return false;
}

/* ---- events ----------------------------------------------------------- */

static bool
begins(const struct event *ev, const char *with)
{
	size_t n = strlen(with);

	return ev->len >= n && memcmp(ev->bytes, with, n) == 0;
}

/* Whether the daemon's first words send the client away. */
static bool
is_refusal(const struct event *ev)
{
	const unsigned char *p = ev->bytes;

	if (ev->len >= 3 && (p[0] == '4' || p[0] == '5') && p[1] >= '0' &&
	    p[1] <= '9' && p[2] >= '0' && p[2] <= '9')
		return true;
	return begins(ev, "-ERR") || begins(ev, "* BYE");
}

static void
note_event(struct digesting *dg, const struct event *ev)
{
	const char *rest;
	size_t n;

	if (ev->time_us != TIME_NONE) {
		if (dg->first_us == TIME_NONE)
			dg->first_us = ev->time_us;
		dg->last_us = ev->time_us;
	}
	if (ev->kind == EVENT_DATA && ev->dir == DIR_R) {
		if (!dg->greeted)
			dg->refusal = is_refusal(ev);
		dg->greeted = true;
	} else if (ev->kind == EVENT_STATE) {
		if (event_is(ev, "protocol", &rest, &n) && n > 1)
			snprintf(dg->protocol, sizeof dg->protocol, "%.*s",
			    (int)n - 1, rest + 1);
		dg->error |= event_is(ev, "error", NULL, NULL);
		/* A client that resets when all is said harms nobody. */
		dg->reset |=
		    event_is(ev, "reset", NULL, NULL) && !dg->daemon_closed;
		dg->daemon_closed |= event_is(ev, "close daemon", NULL, NULL);
		dg->killed |= event_is(ev, "exit", &rest, &n) && n > 8 &&
		    memcmp(rest, " signal=", 8) == 0;
	}
}

static void
start(struct digesting *dg, const struct session *s)
{
	memset(dg, 0, sizeof *dg);
	dg->s = s;
	dg->first_us = dg->last_us = TIME_NONE;
}

struct digesting *
digest_begin(const struct session *s)
{
	struct digesting *dg = mem_alloc(sizeof *dg);

	start(dg, s);
	dg->hearing = hearing_open(s, NULL, NULL);
	return dg;
}

void
digest_event(struct digesting *dg, const struct event *ev)
{
	note_event(dg, ev);
	if (strcmp(dg->s->format, "teed") != 0 || dg->events++ < HEARD)
		hearing_event(dg->hearing, ev);
}

/* ---- the digest ------------------------------------------------------- */

static char *
copy_text(const char *text)
{
	return text != NULL && text[0] != '\0' ? mem_text("%s", text) : NULL;
}

/* The header's texts become the digest's own. */
static void
copy_head(struct digest *d, const struct session *s)
{
	const char **const texts[DIGEST_TEXTS] = {&d->head.id, &d->head.format,
	    &d->head.file, &d->head.protocol, &d->head.service, &d->head.client,
	    &d->head.server, &d->head.host, &d->head.pid, &d->head.user,
	    &d->head.words, &d->head.end_words};

	d->head = *s;
	for (size_t i = 0; i < DIGEST_TEXTS; i++)
		*texts[i] = d->texts[i] = copy_text(*texts[i]);
}

static char *
end_word(const struct session *s, const char *key)
{
	char value[1024];

	if (s->end_words == NULL ||
	    !head_find(
		s->end_words, strlen(s->end_words), key, value, sizeof value))
		return NULL;
	return copy_text(value);
}

static uint64_t
end_number(const struct session *s, const char *key)
{
	char *value = end_word(s, key);
	uint64_t n = NUMBER_NONE;

	if (value != NULL && num_parse(value, 0, UINT64_MAX - 1, &n) != NULL)
		n = NUMBER_NONE;
	free(value);
	return n;
}

static void
take_end_words(struct digest *d, const struct session *s)
{
	d->user = end_word(s, "user");
	d->login = end_word(s, "login");
	d->messages = end_number(s, "messages");
	d->commands = end_number(s, "commands");
	d->refused = end_number(s, "refused");
	d->bytes[DIR_S] = end_number(s, "S");
	d->bytes[DIR_R] = end_number(s, "R");
	d->bytes[DIR_E] = end_number(s, "E");
}

/* Where the log does not tell, what was heard; all of it, or only the start. */
static void
take_heard(struct digest *d, const struct hearing *h, bool all)
{
	static const char *const logins[] = {"none", "ok", "failed"};
	const struct summary *sum = hearing_summary(h);

	d->user = copy_text(hearing_user(h));
	if (sum->login != LOGIN_NONE || all)
		d->login = copy_text(logins[sum->login]);
	/* Logs that tell of a session, not what was said, are not counted. */
	if (!all ||
	    (hearing_bytes(h, DIR_S) == 0 && hearing_bytes(h, DIR_R) == 0 &&
		strcmp(d->head.format, "teed") != 0))
		return;
	d->messages = sum->messages;
	d->commands = sum->commands;
	d->refused = sum->refused;
	for (int i = 0; i < DIRS; i++)
		d->bytes[i] = hearing_bytes(h, (enum dir)i);
}

static enum result
judge(const struct digesting *dg, const struct digest *d)
{
	bool teed = strcmp(d->head.format, "teed") == 0;

	if (d->head.in_progress)
		return RESULT_OPEN;
	if (dg->error)
		return RESULT_REFUSED;
	if (dg->reset || dg->killed || (teed && d->head.end_words == NULL))
		return RESULT_BROKEN;
	if (d->login != NULL && strcmp(d->login, "failed") == 0)
		return RESULT_AUTH_FAILED;
	return dg->refusal ? RESULT_REFUSED : RESULT_OK;
}

static void
finish(struct digesting *dg, struct digest *d)
{
	bool all = dg->s->end_words == NULL && dg->events <= HEARD;

	memset(d, 0, sizeof *d);
	copy_head(d, dg->s);
	d->messages = d->commands = d->refused = NUMBER_NONE;
	for (int i = 0; i < DIRS; i++)
		d->bytes[i] = NUMBER_NONE;
	if (dg->s->end_words != NULL)
		take_end_words(d, dg->s);
	else if (dg->hearing != NULL)
		take_heard(d, dg->hearing, all);
	if (dg->protocol[0] != '\0')
		d->protocol = copy_text(dg->protocol);
	else if (d->head.protocol == NULL && dg->hearing != NULL)
		d->protocol = copy_text(hearing_protocol(dg->hearing));
	if (d->protocol != NULL)
		d->head.protocol = d->protocol;
	d->duration_us = TIME_NONE;
	if (dg->last_us != TIME_NONE && (d->head.lacks & LACKS_TIMES) == 0)
		d->duration_us = strcmp(d->head.format, "teed") == 0 ?
		    dg->last_us :
		    dg->last_us - dg->first_us;
	d->result = judge(dg, d);
}

void
digest_end(struct digesting **p, struct digest *d)
{
	struct digesting *dg = *p;

	hearing_end(dg->hearing);
	finish(dg, d);
	hearing_close(&dg->hearing);
	free(dg);
	*p = NULL;
}

void
digest_free(struct digest *d)
{
	for (size_t i = 0; i < DIGEST_TEXTS; i++)
		free(d->texts[i]);
	free(d->protocol);
	free(d->user);
	free(d->login);
	memset(d, 0, sizeof *d);
}

/* ---- first and last lines --------------------------------------------- */

/* What is read of either end of a file. */
#define PIECE 4096

/* One line: what it tells, without decoding it. */
static void
look_at_line(struct digesting *dg, struct decode *dec, struct buf *end_words,
    const char *line, size_t n)
{
	struct decode_record r;
	struct event ev = {.dir = DIR_NONE};

	decode_line(dec, line, n, &r);
	if (r.kind == DECODE_BAD || r.kind == DECODE_HEAD)
		return;
	ev.kind = r.kind == DECODE_DATA ? EVENT_DATA : EVENT_STATE;
	ev.dir = r.dir;
	ev.time_us = r.brief ? TIME_NONE : (int64_t)r.time_us;
	ev.bytes = (const unsigned char *)r.text;
	ev.len = r.len;
	if (r.kind == DECODE_END) {
		end_words->len = 0;
		buf_add(end_words, r.text, r.len);
		buf_add(end_words, "", 1);
		ev.len = 0;
	}
	note_event(dg, &ev);
}

/* The whole lines of a piece; returns how much of it they are. */
static size_t
look_at(struct digesting *dg, struct buf *end_words, const char *p, size_t n)
{
	const char *from = p, *end = p + n, *lf;
	struct decode dec;

	decode_init(&dec);
	for (; (lf = memchr(p, '\n', (size_t)(end - p))) != NULL; p = lf + 1)
		look_at_line(dg, &dec, end_words, p, (size_t)(lf - p));
	return (size_t)(p - from);
}

/* The last lines of a file, but nothing before `from`. */
static void
look_at_tail(struct digesting *dg, struct buf *end_words, int fd, size_t from)
{
	char piece[PIECE], *p = piece, *lf;
	struct stat st;
	off_t at;
	ssize_t n;

	if (fstat(fd, &st) < 0 || (size_t)st.st_size <= from)
		return;
	at = (off_t)from;
	if (st.st_size - at > PIECE)
		at = st.st_size - PIECE;
	n = pread(fd, piece, sizeof piece, at);
	if (n <= 0)
		return;
	if (at > (off_t)from) {
		lf = memchr(p, '\n', (size_t)n);
		if (lf == NULL)
			return;
		n -= lf + 1 - p;
		p = lf + 1;
	}
	look_at(dg, end_words, p, (size_t)n);
}

/* Who it was, where the record has not come to its end. */
static void
hear_start(struct digesting *dg, const char *path, int fd)
{
	struct transcript *t;
	struct session *s;
	struct lines lines;
	struct event ev;

	lseek(fd, 0, SEEK_SET);
	lines_open(&lines, fd);
	t = transcript_open(&lines, path, NULL);
	s = transcript_session(t);
	if (s != NULL) {
		dg->hearing = hearing_open(s, NULL, NULL);
		while (dg->events++ < HEARD && transcript_event(t, &ev))
			hearing_event(dg->hearing, &ev);
	}
	transcript_close(&t);
}

/* With both files open; takes over fd. */
static bool
digest_pieces(const char *path, int fd, int last, struct digest *d)
{
	char piece[PIECE], texts[HEADER_ROOM(PIECE)], *lf;
	struct buf end_words = {NULL, 0, 0};
	struct digesting dg;
	struct session s;
	ssize_t n = pread(fd, piece, sizeof piece, 0);
	size_t done;

	if (n <= 0 || (lf = memchr(piece, '\n', (size_t)n)) == NULL ||
	    !header_is(piece, (size_t)(lf - piece))) {
		close(fd);
		return false;
	}
	header_words(&s, piece + HEADER_MAGIC,
	    (size_t)(lf - piece) - HEADER_MAGIC, texts);
	s.file = path;
	if (s.id == NULL)
		s.id = str_base(path);
	start(&dg, &s);
	done = look_at(&dg, &end_words, piece, (size_t)n);
	look_at_tail(&dg, &end_words, last, fd == last ? done : 0);
	s.end_words = end_words.p;
	s.in_progress = end_words.p == NULL && transcript_is_open(last);
	if (end_words.p == NULL)
		hear_start(&dg, path, fd);
	else
		close(fd);
	finish(&dg, d);
	hearing_close(&dg.hearing);
	buf_free(&end_words);
	return true;
}

bool
digest_files(const char *first, const char *last, struct digest *d)
{
	const int how = O_RDONLY | O_CLOEXEC | O_NONBLOCK;
	int fd = open(first, how), end = fd;
	bool found;

	if (fd < 0)
		return false;
	if (strcmp(first, last) != 0 && (end = open(last, how)) < 0)
		end = fd;
	found = digest_pieces(first, fd, end, d);
	if (end != fd)
		close(end);
	return found;
}

/* ---- JSON ------------------------------------------------------------- */

static void
json_count(struct out *o, const char *key, uint64_t n)
{
	if (n == NUMBER_NONE)
		json_pair(o, key, NULL);
	else
		json_number(o, key, n);
}

/* The words of `#end` as they are. */
static void
json_end_words(struct out *o, const struct session *s)
{
	char key[64], value[1024];
	const char *comma = "";
	size_t at = 0, n;

	json_key(o, "end");
	if (s->end_words == NULL) {
		out_text(o, "null");
		return;
	}
	n = strlen(s->end_words);
	out_char(o, '{');
	while (head_next(
	    s->end_words, n, &at, key, sizeof key, value, sizeof value)) {
		out_text(o, comma);
		json_text(o, key, strlen(key));
		out_char(o, ':');
		json_text(o, value, strlen(value));
		comma = ",";
	}
	out_char(o, '}');
}

void
digest_json(struct out *o, const struct digest *d)
{
	out_text(o, "{\"type\":\"session\"");
	json_session(o, &d->head);
	json_seconds(o, "duration", d->duration_us);
	json_pair(o, "result", result_name(d->result));
	json_pair(o, "user", d->user);
	json_pair(o, "login", d->login);
	json_count(o, "messages", d->messages);
	json_count(o, "commands", d->commands);
	json_count(o, "refused", d->refused);
	json_count(o, "S", d->bytes[DIR_S]);
	json_count(o, "R", d->bytes[DIR_R]);
	json_count(o, "E", d->bytes[DIR_E]);
	json_end_words(o, &d->head);
	out_text(o, "}\n");
}
