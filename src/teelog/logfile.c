/* logfile.c - a foreign log's file, read whole, and its lines */
#include "log.h"
#include "mem.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Whether every line ends in CRLF (and there is one). */
static bool
is_crlf(const unsigned char *p, size_t n)
{
	const unsigned char *end = p + n, *lf;
	bool any = false;

	for (; (lf = memchr(p, '\n', (size_t)(end - p))) != NULL; p = lf + 1) {
		if (lf == p || lf[-1] != '\r')
			return false;
		any = true;
	}
	return any;
}

int64_t
logfile_time(int fd)
{
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
		return TIME_NONE;
	return (int64_t)st.st_mtim.tv_sec * 1000000 + st.st_mtim.tv_nsec / 1000;
}

struct logfile *
logfile_read(const char *name, int fd, const void *have, size_t have_len,
    const char **why)
{
	struct logfile *t = mem_alloc(sizeof *t);
	size_t room = have_len + 256 * 1024, n = have_len;
	unsigned char *buf = mem_alloc(room);
	ssize_t got = 0;

	memcpy(buf, have, have_len);
	while (fd >= 0 && n <= LOGFILE_MOST &&
	    ((got = read(fd, buf + n, room - n)) > 0 ||
		(got < 0 && errno == EINTR))) {
		n += got > 0 ? (size_t)got : 0;
		if (n == room)
			buf = mem_resize(buf, room *= 2);
	}
	memset(t, 0, sizeof *t);
	t->name = mem_text("%s", name);
	t->p = buf;
	t->n = n;
	t->mtime_us = logfile_time(fd);
	if (got < 0 || n > LOGFILE_MOST) {
		*why = got < 0 ? strerror(errno) :
				 "too large for a log that is read whole";
		logfile_free(&t);
		return NULL;
	}
	t->crlf = is_crlf(buf, n);
	logfile_rewind(t);
	return t;
}

void
logfile_free(struct logfile **file)
{
	struct logfile *t = *file;
	char *name;
	unsigned char *p;

	if (t == NULL)
		return;
	/* Both are ours; they are const for the decoders only. */
	memcpy(&name, &t->name, sizeof name);
	memcpy(&p, &t->p, sizeof p);
	free(name);
	free(p);
	free(t);
	*file = NULL;
}

size_t
logfile_undo_entities(unsigned char *p, size_t n)
{
	static const struct {
		const char *name;
		unsigned char byte;
	} entities[] = {
	    {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&amp;", '&'}};
	const unsigned char *from = p, *end = p + n;
	unsigned char *to = p;

	while (from < end) {
		size_t len = 1;

		*to = *from;
		for (size_t i = 0; *from == '&' && len == 1 &&
		     i < sizeof entities / sizeof *entities;
		     i++) {
			size_t name = strlen(entities[i].name);

			if ((size_t)(end - from) < name ||
			    memcmp(from, entities[i].name, name) != 0)
				continue;
			*to = entities[i].byte;
			len = name;
		}
		from += len;
		to++;
	}
	return (size_t)(to - p);
}

void
logfile_was_copied(struct logfile *t, const struct copied *copied)
{
	unsigned char *p;

	/* It is ours; it is const for the decoders only. */
	memcpy(&p, &t->p, sizeof p);
	if (copied->entities)
		t->n = logfile_undo_entities(p, t->n);
	t->prefix = (const char *)p;
	t->prefix_len = copied->prefix;
	t->copied = copied->prefix > 0 || copied->entities;
	t->front = copied->front;
	logfile_rewind(t);
}

void
logfile_rewind(struct logfile *t)
{
	t->at = 0;
	t->number = 0;
	t->year = (struct stamp_year){.written_us = t->mtime_us};
}

/* How much of the prefix this line has: all, or what trailing blanks left. */
static size_t
skip_prefix(const struct logfile *t, const unsigned char *p, size_t n)
{
	size_t i = 0;

	while (
	    i < n && i < t->prefix_len && p[i] == (unsigned char)t->prefix[i])
		i++;
	return i;
}

bool
logfile_next(struct logfile *t, struct logfile_line *line)
{
	const unsigned char *p = t->p + t->at, *lf;
	size_t left = t->n - t->at, n;
	struct take take;

	if (left == 0)
		return false;
	lf = memchr(p, '\n', left);
	n = lf != NULL ? (size_t)(lf - p) : left;
	t->at += n + (lf != NULL);
	line->end = lf != NULL ? END_LF : END_NONE;
	if (t->crlf && n > 0 && p[n - 1] == '\r' && lf != NULL) {
		line->end = END_CRLF;
		n--;
	}
	if (t->prefix_len > 0) {
		size_t skip = skip_prefix(t, p, n);

		p += skip;
		n -= skip;
	}
	take = take_from(p, n);
	line->us = TIME_NONE;
	if (t->front != FRONT_NONE &&
	    !stamp_front(&take, t->front, &t->year, &line->us))
		line->us = TIME_NONE;
	line->p = take.p;
	line->n = take_left(&take);
	line->number = ++t->number;
	return true;
}
