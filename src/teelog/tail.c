/* tail.c - one session that is followed while it is recorded */
#include "tail.h"
#include "mem.h"
#include "tell.h"
#include "transcript.h"

#include "../base/clock.h"
#include "../base/str.h"
#include "../transcript/name.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* `pop3-4567`, made of the id; or the id, where it is none of teed's. */
static char *
make_label(const char *path, bool short_label)
{
	const char *file = str_base(path), *pid;
	char stamp[NAME_STAMP];
	unsigned segment;
	size_t n = name_service(file, stamp, &segment);

	if (n == 0)
		return mem_text("%s", file);
	pid = strrchr(stamp, '-');
	return mem_text("%.*s%s%s", (int)n, file, short_label ? "" : "-",
	    short_label ? pid : stamp);
}

struct tail *
tail_open(const char *path, const struct print *how, bool short_label)
{
	struct tail *tl = mem_alloc(sizeof *tl);

	memset(tl, 0, sizeof *tl);
	tl->path = mem_text("%s", path);
	tl->label = make_label(path, short_label);
	tl->print = *how;
	tl->print.label = tl->label;
	tl->print.live = true;
	tl->changed = true;
	return tl;
}

void
tail_close(struct tail **p)
{
	struct tail *tl = *p;

	if (tl == NULL)
		return;
	if (tl->transcript != NULL) {
		tl->session->in_progress = !transcript_over(tl->transcript);
		print_end(&tl->print);
	}
	transcript_close(&tl->transcript);
	free(tl->path);
	free(tl->label);
	free(tl);
	*p = NULL;
}

/* Open what there is of it; NULL while there is no first line. */
static struct transcript *
open_growing(const char *path, struct session **s)
{
	struct transcript *t;
	struct lines lines;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return NULL;
	lines_open(&lines, fd);
	t = transcript_open(&lines, path, NULL);
	transcript_growing(t);
	*s = transcript_session(t);
	if (*s == NULL)
		transcript_close(&t);
	return t;
}

void
tail_last(struct tail *tl, uint64_t n)
{
	struct session *s;
	struct transcript *t = open_growing(tl->path, &s);
	struct event ev;

	while (t != NULL && transcript_event(t, &ev))
		tl->skip++;
	tl->skip -= n < tl->skip ? n : tl->skip;
	transcript_close(&t);
}

void
tail_pump(struct tail *tl)
{
	struct event ev;

	tl->changed = false;
	if (tl->transcript == NULL) {
		tl->transcript = open_growing(tl->path, &tl->session);
		if (tl->transcript == NULL)
			return;
		print_begin(&tl->print, tl->session);
	}
	while (transcript_event(tl->transcript, &ev)) {
		if (tl->skip > 0)
			tl->skip--;
		else
			print_event(&tl->print, &ev);
		if (tl->gone_us > 0)
			tl->gone_us = clock_us();
	}
}

bool
tail_over(struct tail *tl, bool look, uint64_t patience_us)
{
	if (tl->transcript == NULL)
		return look && access(tl->path, R_OK) < 0;
	if (transcript_over(tl->transcript))
		return true;
	if (!look || transcript_alive(tl->transcript))
		return false;
	tail_pump(tl); /* its last words, if there were any */
	if (transcript_over(tl->transcript))
		return true;
	if (tl->gone_us == 0) {
		tell_error("%s: no #end: its recorder died", tl->session->id);
		tl->gone_us = clock_us();
	}
	return clock_us() - tl->gone_us >= patience_us;
}

bool
tail_has(const struct tail *tl, const char *file)
{
	char stamp[NAME_STAMP], service[NAME_SERVICE + 1], first[NAME_FILE];
	const char *mine = str_base(tl->path);
	unsigned segment;
	size_t n = name_service(file, stamp, &segment);

	if (n == 0)
		return strcmp(mine, file) == 0;
	memcpy(service, file, n);
	service[n] = '\0';
	name_file(first, service, stamp, 1);
	return strcmp(mine, first) == 0;
}
