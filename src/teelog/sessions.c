/* sessions.c - what the user named, as sessions one after another */
#include "sessions.h"
#include "command.h"
#include "import.h"
#include "mem.h"
#include "operand.h"
#include "seen.h"
#include "tell.h"
#include "transcript.h"

#include "../base/str.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

/* So much of what is wrong with the logs is told; the rest is counted. */
#define TOLD 20

struct sessions {
	const struct teelog *t;
	char *const *operands;
	int noperands, at;
	bool undecoded;
	int status;
	struct operand operand; /* the one that is being read */
	size_t nth; /* which session of it the current one is */
	struct transcript *transcript; /* one of these two is set */
	struct log *log;
	struct log_session *foreign; /* the next session of the log */
	struct log_session *current;
	size_t event; /* the next event of it */
	struct session *session;
	struct seen *seen;
	char *damage[TOLD];
	size_t ndamage;
};

struct sessions *
sessions_open(const struct teelog *t, int noperands, char *const *operands)
{
	struct sessions *ss = mem_alloc(sizeof *ss);

	memset(ss, 0, sizeof *ss);
	ss->t = t;
	ss->operands = operands;
	ss->noperands = noperands;
	return ss;
}

void
sessions_undecoded(struct sessions *ss)
{
	ss->undecoded = true;
}

static void
fail(struct sessions *ss, int status)
{
	if (ss->status == 0)
		ss->status = status;
}

static void
note_damage(struct sessions *ss, const struct event *ev)
{
	const char *file = ss->session->file;

	if (ss->ndamage < TOLD && ev->line > 0)
		ss->damage[ss->ndamage] = mem_text("%s:%llu: %.*s", file,
		    (unsigned long long)ev->line, (int)ev->len, ev->bytes);
	else if (ss->ndamage < TOLD)
		ss->damage[ss->ndamage] =
		    mem_text("%s: %.*s", file, (int)ev->len, ev->bytes);
	ss->ndamage++;
}

/* Later than the events, so that it does not stand in the midst of them. */
static void
tell_damage(struct sessions *ss)
{
	for (size_t i = 0; i < ss->ndamage && i < TOLD; i++) {
		tell_error("%s", ss->damage[i]);
		free(ss->damage[i]);
	}
	if (ss->ndamage > TOLD)
		tell_error("and %zu more of the kind", ss->ndamage - TOLD);
	ss->ndamage = 0;
}

/* ---- one operand ------------------------------------------------------ */

static void
unreadable(struct sessions *ss, const char *why)
{
	tell_error("%s: %s", ss->operand.path, why);
	fail(ss, EX_DATAERR);
}

/* A foreign log is read whole, and then it is all there. */
static void
open_foreign(struct sessions *ss, const struct import *im, struct lines *l,
    const struct copied *copied, int64_t mtime_us)
{
	const unsigned char *p;
	const char *why;
	size_t n = lines_peek(l, SNIFF_BYTES, &p);
	struct logfile *file =
	    logfile_read(ss->operand.path, l->fd, p, n, &why);

	if (file == NULL) {
		unreadable(ss, why);
		return;
	}
	file->mtime_us = mtime_us;
	logfile_was_copied(file, copied);
	ss->log = log_open(file, &ss->seen);
	im->decode(ss->log, file);
	log_finish(ss->log, im->name);
	ss->foreign = ss->log->first;
	if (ss->foreign == NULL)
		unreadable(ss, "there is no session in it");
}

static const struct import *
format_of(struct sessions *ss, struct lines *l, struct copied *copied)
{
	const struct import *named = NULL, *found;
	const unsigned char *p;
	size_t n;

	memset(copied, 0, sizeof *copied);
	if (ss->t->from != NULL)
		named = import_find(ss->t->from);
	/* Don't wait for more of a pipe than it takes. */
	n = lines_peek(l, 6, &p);
	if (named == NULL && n >= 6 && memcmp(p, "#teed ", 6) == 0)
		return import_find("teed");
	if (n == 0) {
		unreadable(
		    ss, l->error != 0 ? strerror(l->error) : "it is empty");
		return NULL;
	}
	n = lines_peek(l, SNIFF_BYTES, &p);
	found = import_sniff(p, n, named, copied);
	if (found == NULL)
		unreadable(ss, "not a log of a known format (see --from)");
	return found;
}

/* Open what ss->operand names; afterwards there is a source, or there is not. */
static void
open_source(struct sessions *ss)
{
	const struct import *im;
	const char *path = ss->operand.path;
	bool is_stdin = strcmp(path, "-") == 0;
	struct lines lines;
	int64_t mtime_us;
	struct copied copied;
	int fd = is_stdin ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3) :
			    open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0) {
		tell_error("%s: %s", path, strerror(errno));
		fail(ss, EX_NOINPUT);
		return;
	}
	if (seen_has(ss->seen, fd)) {
		close(fd);
		return;
	}
	mtime_us = logfile_time(fd);
	lines_open(&lines, fd);
	im = format_of(ss, &lines, &copied);
	if (im != NULL && im->decode == NULL) {
		ss->transcript =
		    transcript_open(&lines, is_stdin ? NULL : path, &ss->seen);
		transcript_undecoded(ss->transcript, ss->undecoded);
		return;
	}
	if (im != NULL)
		open_foreign(ss, im, &lines, &copied, mtime_us);
	lines_close(&lines);
}

static void
close_source(struct sessions *ss)
{
	if (ss->operand.nth > ss->nth) {
		tell_error(
		    "%s: only %zu sessions in it", ss->operand.path, ss->nth);
		fail(ss, EX_NOINPUT);
	}
	transcript_close(&ss->transcript);
	log_free(&ss->log);
	ss->foreign = ss->current = NULL;
	ss->session = NULL;
	ss->nth = 0;
	free(ss->operand.path);
	ss->operand.path = NULL;
}

/* ---- all of them ------------------------------------------------------ */

static bool
next_operand(struct sessions *ss)
{
	const char *name = ss->noperands > 0 ? ss->operands[ss->at] : NULL;
	char *why = operand_find(ss->t->dir, name, &ss->operand);

	ss->at++;
	if (why != NULL) {
		tell_error("%s", why);
		free(why);
		fail(ss, EX_NOINPUT);
		return false;
	}
	open_source(ss);
	return true;
}

/* The next session of the source that is open. */
static struct session *
next_of_source(struct sessions *ss)
{
	struct session *s = NULL;

	if (ss->transcript != NULL) {
		s = transcript_session(ss->transcript);
		if (s == NULL && transcript_error(ss->transcript) != 0)
			unreadable(
			    ss, strerror(transcript_error(ss->transcript)));
	} else if (ss->foreign != NULL) {
		ss->current = ss->foreign;
		ss->foreign = ss->foreign->next;
		ss->event = 0;
		s = &ss->current->head;
	}
	ss->nth += s != NULL;
	return s;
}

struct session *
sessions_next(struct sessions *ss)
{
	for (;;) {
		while ((ss->session = next_of_source(ss)) != NULL)
			if (ss->operand.nth == 0 || ss->operand.nth == ss->nth)
				return ss->session;
		if (ss->operand.path != NULL)
			close_source(ss);
		if (ss->at > 0 && ss->at >= ss->noperands)
			return NULL;
		next_operand(ss);
	}
}

bool
session_next(struct sessions *ss, struct event *ev)
{
	bool more;

	if (ss->transcript != NULL) {
		more = transcript_event(ss->transcript, ev);
	} else {
		more = ss->current != NULL && ss->event < ss->current->nevents;
		if (more)
			*ev = ss->current->events[ss->event++];
	}
	if (more && ev->kind == EVENT_DAMAGE)
		note_damage(ss, ev);
	return more;
}

int
sessions_close(struct sessions **p)
{
	struct sessions *ss = *p;
	int status = ss->status;

	if (ss->operand.path != NULL)
		close_source(ss);
	tell_damage(ss);
	seen_free(&ss->seen);
	free(ss);
	*p = NULL;
	return status;
}
