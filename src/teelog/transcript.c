/* transcript.c - a transcript's sessions, as they stream by */
#include "transcript.h"
#include "header.h"
#include "mem.h"
#include "segment.h"

#include "../base/fd.h"
#include "../base/str.h"
#include "../transcript/decode.h"
#include "../transcript/head.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* How much of a damaged line is shown. */
#define GLIMPSE 60

/* Where in a session's reading we are. */
enum stage {
	STAGE_BETWEEN, /* no session has begun */
	STAGE_HEADLESS, /* one has, without a header; that is to be said */
	STAGE_EVENTS,
	STAGE_CUT, /* the last line was cut; that is to be said */
	STAGE_OVER
};

struct transcript {
	struct lines lines;
	struct seen **seen;
	char *path; /* of the file that is read, or NULL */
	int lock; /* a descriptor of it, to see whether it is written */
	struct decode decode;
	enum stage stage;
	bool undecoded;
	bool ended; /* #end was seen */
	unsigned goes_on; /* segment that was announced, or 0 */
	bool kept; /* `line` was read ahead and is to be read again */
	const char *line;
	size_t len;
	struct session s;
	char *texts; /* what s points into */
	char *end_words;
	unsigned char *bytes; /* a record's, where they had to be decoded */
	struct event_mask *masks;
	size_t nmasks, masks_room;
	char said[512]; /* text of a damage event */
};

static void
use_file(struct transcript *t, const char *path, int fd)
{
	free(t->path);
	t->path = path != NULL ? mem_text("%s", path) : NULL;
	fd_close(&t->lock);
	t->lock = path != NULL ? fcntl(fd, F_DUPFD_CLOEXEC, 3) : -1;
}

struct transcript *
transcript_open(struct lines *lines, const char *path, struct seen **seen)
{
	struct transcript *t = mem_alloc(sizeof *t);

	memset(t, 0, sizeof *t);
	t->lines = *lines;
	t->seen = seen;
	t->lock = -1;
	use_file(t, path, lines->fd);
	t->bytes = mem_alloc(LINES_LONGEST + 2);
	return t;
}

void
transcript_close(struct transcript **p)
{
	struct transcript *t = *p;

	if (t == NULL)
		return;
	lines_close(&t->lines);
	fd_close(&t->lock);
	free(t->path);
	free(t->texts);
	free(t->end_words);
	free(t->bytes);
	free(t->masks);
	free(t);
	*p = NULL;
}

void
transcript_undecoded(struct transcript *t, bool undecoded)
{
	t->undecoded = undecoded;
}

void
transcript_growing(struct transcript *t)
{
	t->lines.growing = true;
}

bool
transcript_over(const struct transcript *t)
{
	return t->stage == STAGE_OVER || t->stage == STAGE_BETWEEN;
}

bool
transcript_alive(const struct transcript *t)
{
	return transcript_is_open(t->lock);
}

int
transcript_error(const struct transcript *t)
{
	return t->lines.error;
}

bool
transcript_is_open(int fd)
{
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		return false;
	/* Its recorder may not have had the time to lock it; don't be first. */
	if (st.st_size == 0)
		return true;
	if (flock(fd, LOCK_SH | LOCK_NB) < 0)
		return errno == EWOULDBLOCK;
	flock(fd, LOCK_UN);
	return false;
}

/* ---- the header ------------------------------------------------------- */

static bool
next_line(struct transcript *t)
{
	if (!t->kept && !lines_next(&t->lines, &t->line, &t->len))
		return false;
	t->kept = false;
	return true;
}

static void
begin_session(struct transcript *t, const char *words, size_t n)
{
	free(t->texts);
	free(t->end_words);
	t->end_words = NULL;
	t->texts = mem_alloc(HEADER_ROOM(n));
	header_words(&t->s, words, n, t->texts);
	t->s.file = t->path != NULL ? t->path : "-";
	if (t->s.id == NULL)
		t->s.id = t->path != NULL ? str_base(t->path) : "stdin";
	decode_init(&t->decode);
	t->stage = STAGE_EVENTS;
	t->ended = false;
	t->goes_on = 0;
}

/* Whether these header words are those of a later segment of this session. */
static bool
is_segment(const struct transcript *t, const char *words, size_t n)
{
	char id[512];

	return words_number(words, n, "segment") > 1 &&
	    head_find(words, n, "id", id, sizeof id) &&
	    strcmp(id, t->s.id) == 0;
}

struct session *
transcript_session(struct transcript *t)
{
	struct event ev;

	while (t->stage != STAGE_BETWEEN && t->stage != STAGE_OVER)
		transcript_event(t, &ev);
	if (!next_line(t))
		return NULL;
	if (header_is(t->line, t->len)) {
		begin_session(t, t->line + HEADER_MAGIC, t->len - HEADER_MAGIC);
	} else {
		begin_session(t, "", 0);
		t->stage = STAGE_HEADLESS;
		t->kept = true;
	}
	return &t->s;
}

/* ---- events ----------------------------------------------------------- */

static void
new_event(const struct transcript *t, struct event *ev, enum event_kind kind)
{
	memset(ev, 0, sizeof *ev);
	ev->kind = kind;
	ev->dir = DIR_NONE;
	ev->time_us = TIME_NONE;
	ev->line = t->lines.number;
	ev->end = END_NONE;
}

static void damage(struct transcript *t, struct event *ev, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

static void
damage(struct transcript *t, struct event *ev, const char *fmt, ...)
{
	struct str s;
	va_list ap;

	new_event(t, ev, EVENT_DAMAGE);
	str_init(&s, t->said, sizeof t->said);
	va_start(ap, fmt);
	str_vfmt(&s, fmt, ap);
	va_end(ap);
	ev->bytes = (const unsigned char *)t->said;
	ev->len = s.len;
	t->s.damage++;
}

static void
add_mask(void *arg, size_t at, const char *label, size_t label_len)
{
	struct transcript *t = arg;
	struct event_mask *m;

	if (t->nmasks == t->masks_room) {
		t->masks_room = t->masks_room > 0 ? t->masks_room * 2 : 8;
		t->masks = mem_array(t->masks, t->masks_room, sizeof *m);
	}
	m = &t->masks[t->nmasks++];
	m->at = at;
	m->len = sizeof FORMAT_MASK - 1;
	m->label = label;
	m->label_len = label_len;
}

static void
read_data(struct transcript *t, const struct decode_record *r, struct event *ev)
{
	static const enum line_end ends[] = {
	    END_CRLF, END_LF, END_NONE, END_NONE};

	ev->dir = r->dir;
	ev->end = ends[r->eol];
	ev->said = r->text;
	ev->said_len = r->len;
	if (r->eol == EOL_NONE)
		ev->flags |= EVENT_PARTIAL;
	else if (r->eol == EOL_DESCRIBED)
		ev->flags |= EVENT_DESCRIBED | EVENT_LOSSY;
	if (t->undecoded) {
		if (escape_has_mask(r->text, r->len))
			ev->flags |= EVENT_MASKED;
		return;
	}
	if (escape_is_none(r->text, r->len)) {
		ev->bytes = (const unsigned char *)r->text;
		ev->len = r->len;
		return;
	}
	t->nmasks = 0;
	ev->len = unescape_text(t->bytes, r->text, r->len, add_mask, t);
	ev->bytes = t->bytes;
	ev->masks = t->masks;
	ev->nmasks = t->nmasks;
	if (t->nmasks > 0)
		ev->flags |= EVENT_MASKED;
}

/* Cut `word ` off the front; false if that is not what it begins with. */
static bool
cut_word(struct event *ev, const char *word)
{
	size_t n = strlen(word);

	if (ev->len < n || memcmp(ev->bytes, word, n) != 0 ||
	    (ev->len > n && ev->bytes[n] != ' '))
		return false;
	n += ev->len > n;
	ev->bytes += n;
	ev->len -= n;
	return true;
}

static void
read_state(
    struct transcript *t, const struct decode_record *r, struct event *ev)
{
	const char *rest;
	size_t n;

	ev->bytes = (const unsigned char *)r->text;
	ev->len = r->len;
	if (cut_word(ev, "note")) {
		ev->kind = EVENT_NOTE;
	} else if (event_is(ev, "elided", &rest, &n)) {
		ev->flags |= EVENT_OMITTED;
		ev->omitted = words_number(rest, n, "bytes");
	} else if (event_is(ev, "segment", &rest, &n) && n > 1) {
		t->goes_on = (unsigned)strtoul(rest + 1, NULL, 10);
	}
}

static void
read_end(struct transcript *t, const struct decode_record *r, struct event *ev)
{
	free(t->end_words);
	t->end_words = mem_text("end %.*s", (int)r->len, r->text);
	t->s.end_words = t->end_words + 4;
	ev->bytes = (const unsigned char *)t->end_words;
	ev->len = strlen(t->end_words);
	t->ended = true;
}

/* The line that was read, as an event. */
static void
read_line(struct transcript *t, struct event *ev)
{
	struct decode_record r;

	if (!t->lines.whole && t->lines.within && t->len == LINES_LONGEST) {
		damage(t, ev, "a line of more than %d bytes", LINES_LONGEST);
		while (
		    t->lines.within && lines_next(&t->lines, &t->line, &t->len))
			continue;
		return;
	}
	decode_line(&t->decode, t->line, t->len, &r);
	if (r.kind == DECODE_BAD) {
		damage(t, ev, "%s: %.*s", r.why,
		    (int)(t->len > GLIMPSE ? GLIMPSE : t->len), t->line);
		return;
	}
	new_event(t, ev, r.kind == DECODE_DATA ? EVENT_DATA : EVENT_STATE);
	if ((t->s.lacks & LACKS_TIMES) == 0)
		ev->time_us = (int64_t)r.time_us;
	ev->brief = r.brief;
	if (r.kind == DECODE_DATA)
		read_data(t, &r, ev);
	else if (r.kind == DECODE_END)
		read_end(t, &r, ev);
	else
		read_state(t, &r, ev);
	if (!t->lines.whole) {
		if (ev->kind == EVENT_DATA && ev->end != END_NONE) {
			ev->end = END_NONE;
			ev->flags |= EVENT_PARTIAL;
		}
		t->stage = STAGE_CUT;
	}
}

/* ---- the end of a file ------------------------------------------------ */

/*
 * Go on with the session's next segment.  False if there is none; ev is then
 * set if that is wrong (and its kind EVENT_DAMAGE).
 */
static bool
next_segment(struct transcript *t, struct event *ev, bool *told)
{
	unsigned after = t->path != NULL ? segment_number(t->path) : 0;
	unsigned want = t->goes_on > 0 ? t->goes_on : after + 1, number;
	char *path =
	    t->path != NULL ? segment_next(t->path, want, &number) : NULL;
	int fd = path != NULL ? open(path, O_RDONLY | O_CLOEXEC) : -1;

	*told = true;
	if (fd < 0) {
		*told = t->goes_on > 0 || path != NULL;
		if (*told)
			damage(t, ev, "it goes on in segment %u, which %s%s",
			    want, path != NULL ? "can't be read: " : "is gone",
			    path != NULL ? strerror(errno) : "");
		free(path);
		t->goes_on = 0;
		return false;
	}
	if (number != want)
		damage(t, ev, "segments %u to %u are gone", want, number - 1);
	else if (t->goes_on == 0)
		damage(t, ev, "the last lines of this segment are missing");
	else
		*told = false;
	if (t->seen != NULL)
		seen_add(t->seen, fd);
	lines_switch(&t->lines, fd);
	use_file(t, path, fd);
	t->s.file = t->path;
	t->goes_on = 0;
	free(path);
	return true;
}

/* No file follows: whether that is as it should be. */
static bool
end_of_file(struct transcript *t, struct event *ev)
{
	t->stage = STAGE_OVER;
	if (t->ended)
		return false;
	t->s.in_progress = transcript_is_open(t->lock);
	if (t->s.in_progress)
		return false;
	damage(t, ev, "no #end: its recorder died, or the file was cut");
	return true;
}

/* The header of another session, where this one has not ended. */
static bool
next_header(struct transcript *t, struct event *ev)
{
	t->kept = true;
	t->stage = STAGE_BETWEEN;
	if (t->ended)
		return false;
	damage(t, ev, "no #end before the next session");
	return true;
}

bool
transcript_event(struct transcript *t, struct event *ev)
{
	bool told = false;

	switch (t->stage) {
	case STAGE_BETWEEN:
	case STAGE_OVER:
		return false;
	case STAGE_HEADLESS:
		t->stage = STAGE_EVENTS;
		damage(t, ev,
		    t->len > 6 && memcmp(t->line, "#teed ", 6) == 0 ?
			"its version is not 1, the only one that is known here" :
			"the session's first line is missing");
		return true;
	case STAGE_CUT:
		t->stage = STAGE_EVENTS;
		if (transcript_is_open(t->lock))
			break;
		damage(t, ev, "the last line is cut");
		return true;
	case STAGE_EVENTS:
		break;
	}
	for (;;) {
		while (next_line(t)) {
			if (!header_is(t->line, t->len)) {
				read_line(t, ev);
				return true;
			}
			if (!is_segment(t, t->line + HEADER_MAGIC,
				t->len - HEADER_MAGIC))
				return next_header(t, ev);
		}
		if (t->lines.growing && !t->ended && t->goes_on == 0)
			return false; /* for now */
		if (t->ended || !next_segment(t, ev, &told))
			break;
		if (told)
			return true;
	}
	if (told)
		t->stage = STAGE_OVER;
	return told || end_of_file(t, ev);
}
