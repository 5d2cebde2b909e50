/* log.c - sessions out of a foreign log, as its decoder finds them */
#include "log.h"
#include "hearing.h"
#include "mem.h"

#include "../base/str.h"

#include <fcntl.h>
#include <search.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What a log's sessions may take beside its text. */
#define LOG_MOST ((size_t)2048 * 1024 * 1024)

#define CHUNK (64 * 1024)

/* So many things that were said are heard to learn which protocol it is. */
#define GUESS 50

struct log_chunk {
	struct log_chunk *next;
	size_t used, size;
	max_align_t data[];
};

struct log_sibling {
	struct log_sibling *next;
	struct logfile *file;
};

struct log *
log_open(struct logfile *file, struct seen **seen)
{
	struct log *log = mem_alloc(sizeof *log);

	memset(log, 0, sizeof *log);
	log->file = file;
	log->seen = seen;
	log->last = &log->first;
	return log;
}

void
log_free(struct log **p)
{
	struct log *log = *p;

	if (log == NULL)
		return;
	for (struct log_session *s = log->first; s != NULL; s = s->next) {
		log_close(log, s);
		free(s->events);
	}
	for (struct log_sibling *f = log->also; f != NULL; f = f->next)
		logfile_free(&f->file);
	for (struct log_chunk *c = log->chunks, *next; c != NULL; c = next) {
		next = c->next;
		free(c);
	}
	logfile_free(&log->file);
	free(log);
	*p = NULL;
}

/* ---- memory ----------------------------------------------------------- */

void *
log_alloc(struct log *log, size_t n)
{
	struct log_chunk *c = log->chunks;
	char *p;

	n = (n + sizeof(max_align_t) - 1) / sizeof(max_align_t) *
	    sizeof(max_align_t);
	if (c == NULL || c->size - c->used < n) {
		size_t size = n > CHUNK ? n : CHUNK;

		c = mem_alloc(sizeof *c + size);
		c->size = size;
		c->used = 0;
		c->next = log->chunks;
		log->chunks = c;
		log->bytes += size;
		log->full |= log->bytes > LOG_MOST;
	}
	p = (char *)c->data + c->used;
	c->used += n;
	return memset(p, 0, n);
}

char *
log_copy(struct log *log, const void *p, size_t n)
{
	return memcpy(log_alloc(log, n + 1), p, n);
}

char *
log_text(struct log *log, const char *fmt, ...)
{
	va_list ap;
	char *text;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	text = log_alloc(log, (size_t)(n > 0 ? n : 0) + 1);
	va_start(ap, fmt);
	vsnprintf(text, (size_t)n + 1, fmt, ap);
	va_end(ap);
	return text;
}

struct logfile *
log_sibling(struct log *log, const char *path)
{
	const char *why;
	struct log_sibling *f;
	struct logfile *t;
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0)
		return NULL;
	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode)) {
		close(fd);
		return NULL;
	}
	t = logfile_read(path, fd, "", 0, &why);
	if (t != NULL)
		seen_add(log->seen, fd);
	close(fd);
	if (t == NULL)
		return NULL;
	f = log_alloc(log, sizeof *f);
	f->file = t;
	f->next = log->also;
	log->also = f;
	return t;
}

/* ---- sessions and events ---------------------------------------------- */

static int
by_key(const void *a, const void *b)
{
	const struct log_session *x = a, *y = b;

	return strcmp(x->key, y->key);
}

struct log_session *
log_find(struct log *log, const char *key)
{
	struct log_session probe = {.key = key};
	struct log_session **found = tfind(&probe, &log->open, by_key);

	return found != NULL ? *found : NULL;
}

struct log_session *
log_session(struct log *log, const char *key)
{
	struct log_session *s;

	if (key == NULL)
		key = "";
	s = log_find(log, key);
	if (s != NULL)
		return log->recent = s;
	s = log_alloc(log, sizeof *s);
	s->key = log_text(log, "%s", key);
	s->origin_us = s->head.start_us = TIME_NONE;
	s->head.file = log->file->name;
	*log->last = s;
	log->last = &s->next;
	log->recent = s;
	log->nsessions++;
	if (tsearch(s, &log->open, by_key) == NULL)
		mem_array(NULL, SIZE_MAX, 2); /* says that there is no memory */
	return s;
}

void
log_close(struct log *log, struct log_session *s)
{
	if (s->key != NULL)
		tdelete(s, &log->open, by_key);
	s->key = NULL;
}

/* Another event at the end; where there is no room for it, one to forget. */
static struct event *
add(struct log *log, struct log_session *s, uint64_t line, enum event_kind kind)
{
	static struct event nowhere;
	struct event *ev = &nowhere;

	if (!log->full) {
		if (s->nevents == s->room) {
			size_t room = s->room > 0 ? s->room * 2 : 8;

			s->events = mem_array(s->events, room, sizeof *ev);
			log->bytes += (room - s->room) * sizeof *ev;
			log->full |= log->bytes > LOG_MOST;
			s->room = room;
		}
		ev = &s->events[s->nevents++];
	}
	memset(ev, 0, sizeof *ev);
	ev->kind = kind;
	ev->dir = DIR_NONE;
	ev->time_us = TIME_NONE;
	ev->line = line;
	ev->bytes = (const unsigned char *)"";
	ev->end = END_NONE;
	return ev;
}

struct event *
log_data(struct log *log, struct log_session *s, uint64_t line, enum dir d,
    const void *bytes, size_t n)
{
	struct event *ev = add(log, s, line, EVENT_DATA);
	const unsigned char *p = bytes;

	ev->dir = d;
	if (n > 0)
		ev->bytes = p;
	if (n > 0 && p[n - 1] == '\n') {
		ev->end = n > 1 && p[n - 2] == '\r' ? END_CRLF : END_LF;
		n -= ev->end == END_CRLF ? 2 : 1;
	}
	ev->len = n;
	return ev;
}

struct event *
log_line(struct log *log, struct log_session *s, uint64_t line, enum dir d,
    const void *p, size_t n)
{
	struct event *ev = add(log, s, line, EVENT_DATA);

	ev->dir = d;
	if (n > 0)
		ev->bytes = p;
	ev->len = n;
	ev->end = END_UNKNOWN;
	ev->flags = EVENT_LOSSY;
	return ev;
}

struct event *
log_omitted(struct log *log, struct log_session *s, uint64_t line, enum dir d,
    uint64_t n)
{
	struct event *ev = add(log, s, line, EVENT_DATA);

	ev->dir = d;
	ev->flags = EVENT_OMITTED;
	ev->omitted = n;
	return ev;
}

struct event *
log_state(
    struct log *log, struct log_session *s, uint64_t line, const char *fmt, ...)
{
	struct event *ev = add(log, s, line, EVENT_STATE);
	char text[512];
	va_list ap;
	struct str b;

	str_init(&b, text, sizeof text);
	va_start(ap, fmt);
	str_vfmt(&b, fmt, ap);
	va_end(ap);
	ev->bytes = (unsigned char *)log_copy(log, text, b.len);
	ev->len = b.len;
	return ev;
}

struct event *
log_note(struct log *log, struct log_session *s, uint64_t line, const void *p,
    size_t n)
{
	struct event *ev = add(log, s, line, EVENT_NOTE);

	if (n > 0)
		ev->bytes = p;
	ev->len = n;
	return ev;
}

struct event *
log_damage(
    struct log *log, struct log_session *s, uint64_t line, const char *why)
{
	struct event *ev = add(log, s, line, EVENT_DAMAGE);

	ev->bytes = (const unsigned char *)why;
	ev->len = strlen(why);
	return ev;
}

void
log_clock(struct log_session *s, struct event *ev, int64_t us)
{
	if (s->origin_us == TIME_NONE)
		s->origin_us = us;
	ev->time_us = us - s->origin_us;
}

void
log_time(struct log_session *s, struct event *ev, int64_t us)
{
	log_clock(s, ev, us);
	if (s->head.start_us == TIME_NONE)
		s->head.start_us = s->origin_us;
}

void
log_mask(struct log *log, struct event *ev, size_t at, size_t len)
{
	struct event_mask *m = log_alloc(log, (ev->nmasks + 1) * sizeof *m);

	if (ev->nmasks > 0)
		memcpy(m, ev->masks, ev->nmasks * sizeof *m);
	m[ev->nmasks].at = at;
	m[ev->nmasks].len = len;
	ev->masks = m;
	ev->nmasks++;
	ev->flags |= EVENT_MASKED;
}

/* ---- when the decoder is done ----------------------------------------- */

/* What the first words of a session tell of its protocol. */
static const char *
guess_protocol(const struct log_session *s)
{
	struct hearing *h = hearing_open(&s->head, NULL, NULL);
	const char *name = NULL;
	size_t n = 0;

	for (size_t i = 0; i < s->nevents && n < GUESS && name == NULL; i++) {
		n += s->events[i].kind == EVENT_DATA;
		hearing_event(h, &s->events[i]);
		name = hearing_protocol(h);
	}
	hearing_close(&h);
	/* `text` is what is chosen where nothing is known. */
	return name != NULL && strcmp(name, "text") == 0 ? NULL : name;
}

/* What none of the events tells, or some of them do not. */
static void
sum_up(const struct logfile *file, struct log_session *s)
{
	bool timed = false;

	for (size_t i = 0; i < s->nevents; i++) {
		struct event *ev = &s->events[i];

		if (file->copied && ev->kind == EVENT_DATA)
			ev->flags |= EVENT_LOSSY;
		timed |= ev->time_us != TIME_NONE;
		s->head.damage += ev->kind == EVENT_DAMAGE;
		if (ev->end == END_UNKNOWN)
			s->head.lacks |= LACKS_LINE_ENDS;
		if ((ev->flags & EVENT_INFERRED) != 0)
			s->head.lacks |= LACKS_DIRECTIONS;
	}
	if (!timed)
		s->head.lacks |= LACKS_TIMES;
	else if (s->head.start_us == TIME_NONE)
		s->head.lacks |= LACKS_DATE;
	else if (file->front == FRONT_ISO || file->front == FRONT_SYSLOG)
		s->head.lacks |= LACKS_ZONE;
}

void
log_finish(struct log *log, const char *format)
{
	const char *name = strcmp(log->file->name, "-") == 0 ?
	    "stdin" :
	    str_base(log->file->name);
	struct log_session *s = log->first;
	size_t n = 0;

	if (log->full && s != NULL) {
		log->full = false;
		log_damage(log, s, 0, "too large; not all of it was read");
	}
	for (; s != NULL; s = s->next) {
		s->head.format = format;
		s->head.file = log->file->name;
		if (log->nsessions == 1)
			s->head.id = log_text(log, "%s", name);
		else
			s->head.id = log_text(log, "%s#%zu", name, ++n);
		if (s->head.protocol == NULL)
			s->head.protocol = guess_protocol(s);
		sum_up(log->file, s);
	}
}
