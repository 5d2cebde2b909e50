/*
 * weave.c - lines of other logs among the events of a session
 *
 * A stamp that tells no more than the second leaves open where in it a line
 * belongs.  Then its words decide: a connection stands before what was said, a
 * login before the reply to it, an end before the end; and no line passes
 * another of its file.
 */
#include "weave.h"
#include "hearing.h"
#include "lines.h"
#include "log.h"
#include "mem.h"
#include "tell.h"
#include "weave_line.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#define SECOND 1000000
#define SLACK (2 * SECOND) /* clocks of two programs, and their delays */
#define LINES_MOST 100000 /* of one session */

struct weave {
	const char **files;
	size_t nfiles;
	int status;

	struct sessions *ss;
	const struct session *session;
	struct hearing *hearing; /* NULL: there are no lines */
	bool login; /* the event that was fetched answers a login */
	struct weave_line *lines;
	size_t nlines, room, at;
	enum weave_kind last; /* of the line that was given out last */
	struct event next; /* fetched, and not given out yet */
	bool fetched, over;
	int64_t last_us; /* since 1970, of the last event, or TIME_NONE */
};

struct weave *
weave_open(void)
{
	struct weave *w = mem_alloc(sizeof *w);

	memset(w, 0, sizeof *w);
	return w;
}

void
weave_add(struct weave *w, const char *file)
{
	w->files = mem_array(w->files, w->nfiles + 1, sizeof *w->files);
	w->files[w->nfiles++] = file;
}

bool
weave_has_files(const struct weave *w)
{
	return w->nfiles > 0;
}

static void
drop_lines(struct weave *w)
{
	for (size_t i = 0; i < w->nlines; i++)
		free(w->lines[i].text);
	w->nlines = w->at = 0;
	hearing_close(&w->hearing);
}

int
weave_close(struct weave **p)
{
	struct weave *w = *p;
	int status = w->status;

	drop_lines(w);
	free(w->lines);
	free(w->files);
	free(w);
	*p = NULL;
	return status;
}

/* ---- the lines -------------------------------------------------------- */

static void
add_line(struct weave *w, struct weave_line *l)
{
	if (w->nlines == LINES_MOST)
		return;
	if (w->nlines == w->room) {
		w->room = w->room > 0 ? w->room * 2 : 64;
		w->lines = mem_array(w->lines, w->room, sizeof *w->lines);
	}
	weave_line_keep(l);
	l->order = w->nlines;
	w->lines[w->nlines++] = *l;
}

static void
read_file(struct weave *w, const char *name, const struct session *s)
{
	int fd = strcmp(name, "-") == 0 ? dup(STDIN_FILENO) :
					  open(name, O_RDONLY | O_CLOEXEC);
	struct stamp_year year = {.written_us = TIME_NONE};
	struct weave_owner owner;
	struct weave_line line;
	struct lines lines;
	const char *p;
	size_t n;

	if (fd < 0) {
		tell_error("%s: %s", name, strerror(errno));
		w->status = EX_NOINPUT;
		return;
	}
	year.written_us = logfile_time(fd);
	weave_owner_init(&owner, s);
	lines_open(&lines, fd);
	while (lines_next(&lines, &p, &n)) {
		if (n > 0 && p[n - 1] == '\r')
			n--;
		if (!weave_line_read(&line, p, n, &year))
			continue;
		if (s->start_us != TIME_NONE && line.us < s->start_us - SLACK)
			continue;
		if (weave_line_is_ours(&owner, &line))
			add_line(w, &line);
	}
	if (lines.error != 0) {
		tell_error("%s: %s", name, strerror(lines.error));
		w->status = EX_NOINPUT;
	}
	lines_close(&lines);
}

/* Lines of several files by their time; those of one file keep their order. */
static int
by_time(const void *va, const void *vb)
{
	const struct weave_line *a = va, *b = vb;

	if (a->us != b->us)
		return a->us < b->us ? -1 : 1;
	return a->order < b->order ? -1 : 1;
}

/* ---- events ----------------------------------------------------------- */

static void
hear(void *arg, const struct fact *f)
{
	struct weave *w = arg;

	w->login |= f->kind == FACT_LOGIN;
}

void
weave_begin(struct weave *w, struct sessions *ss, const struct session *s)
{
	drop_lines(w);
	w->ss = ss;
	w->session = s;
	w->fetched = w->over = false;
	w->last = WEAVE_BEGIN;
	w->last_us = TIME_NONE;
	for (size_t i = 0; i < w->nfiles; i++)
		read_file(w, w->files[i], s);
	if (w->nfiles > 1)
		qsort(w->lines, w->nlines, sizeof *w->lines, by_time);
	if (w->nlines > 0)
		w->hearing = hearing_open(s, hear, w);
}

/* The next event of the session into w->next; false at its end. */
static bool
fetch(struct weave *w)
{
	if (w->fetched)
		return true;
	if (w->over || !session_next(w->ss, &w->next)) {
		w->over = true;
		return false;
	}
	w->fetched = true;
	w->login = false;
	hearing_event(w->hearing, &w->next);
	return true;
}

/* When the event that was fetched was, since 1970; or TIME_NONE. */
static int64_t
time_of(const struct weave *w)
{
	if (w->session->start_us == TIME_NONE || w->next.time_us == TIME_NONE)
		return TIME_NONE;
	return w->session->start_us + w->next.time_us;
}

static bool
ends(const struct event *ev)
{
	return ev->kind == EVENT_STATE &&
	    (event_is(ev, "close", NULL, NULL) ||
		event_is(ev, "reset", NULL, NULL) ||
		event_is(ev, "exit", NULL, NULL) ||
		event_is(ev, "end", NULL, NULL));
}

/* Whether the line stands before the event that was fetched. */
static bool
is_due(const struct weave *w, const struct weave_line *l)
{
	int64_t now = time_of(w);
	enum weave_kind kind = l->kind == WEAVE_LIKE_LAST ? w->last : l->kind;

	if (now != TIME_NONE) {
		if (now < l->us)
			return false;
		if (l->precise || now >= l->us + SECOND)
			return true;
	}
	switch (kind) {
	case WEAVE_LOGIN:
		return w->login || ends(&w->next) || w->last == WEAVE_END;
	case WEAVE_END:
		return ends(&w->next);
	default:
		return true;
	}
}

/* Whether the line can belong to a session that has ended. */
static bool
is_in_time(const struct weave *w, const struct weave_line *l)
{
	return w->last_us == TIME_NONE || l->us <= w->last_us + SLACK;
}

static void
give_line(struct weave *w, struct event *ev)
{
	const struct weave_line *l = &w->lines[w->at++];

	memset(ev, 0, sizeof *ev);
	ev->kind = EVENT_NOTE;
	ev->dir = DIR_NONE;
	ev->time_us = l->precise && w->session->start_us != TIME_NONE ?
	    l->us - w->session->start_us :
	    TIME_NONE;
	ev->bytes = (const unsigned char *)l->text;
	ev->len = l->len;
	ev->end = END_NONE;
	if (l->kind != WEAVE_LIKE_LAST)
		w->last = l->kind;
}

bool
weave_next(struct weave *w, struct event *ev)
{
	if (w->nlines == 0)
		return session_next(w->ss, ev);
	if (!fetch(w)) {
		if (w->at == w->nlines || !is_in_time(w, &w->lines[w->at]))
			return false;
		give_line(w, ev);
		return true;
	}
	if (w->at < w->nlines && is_due(w, &w->lines[w->at])) {
		give_line(w, ev);
		return true;
	}
	if (time_of(w) != TIME_NONE)
		w->last_us = time_of(w);
	w->fetched = false;
	*ev = w->next;
	return true;
}
