/* lines.c - a file's lines, one after another, in constant memory */
#include "lines.h"
#include "mem.h"

#include "../base/fd.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Twice the longest line, so that what moves to the front is seldom much. */
#define BUFFER (2 * LINES_LONGEST)

void
lines_open(struct lines *l, int fd)
{
	memset(l, 0, sizeof *l);
	l->fd = fd;
	l->buf = mem_alloc(BUFFER);
}

void
lines_of(struct lines *l, const void *p, size_t n)
{
	memset(l, 0, sizeof *l);
	l->fd = -1;
	l->buf = mem_alloc(n);
	memcpy(l->buf, p, n);
	l->end = n;
}

void
lines_close(struct lines *l)
{
	fd_close(&l->fd);
	free(l->buf);
	l->buf = NULL;
	l->at = l->end = 0;
}

void
lines_switch(struct lines *l, int fd)
{
	fd_close(&l->fd);
	l->fd = fd;
	l->at = l->end = 0;
	l->number = 0;
	l->within = false;
	l->error = 0;
}

/* Read more behind what is there; false at the end of the file. */
static bool
fill(struct lines *l)
{
	ssize_t n;

	if (l->fd < 0)
		return false;
	if (l->at > 0 && BUFFER - l->end < LINES_LONGEST) {
		memmove(l->buf, l->buf + l->at, l->end - l->at);
		l->end -= l->at;
		l->at = 0;
	}
	do
		n = read(l->fd, l->buf + l->end, BUFFER - l->end);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		l->error = errno;
	if (n > 0)
		l->end += (size_t)n;
	else if (n < 0 || !l->growing)
		fd_close(&l->fd);
	return n > 0;
}

bool
lines_next(struct lines *l, const char **p, size_t *n)
{
	unsigned char *from, *lf = NULL;
	size_t seen = 0, have;

	for (;;) {
		have = l->end - l->at;
		from = l->buf + l->at;
		if (have > seen)
			lf = memchr(from + seen, '\n', have - seen);
		if (lf != NULL || have >= LINES_LONGEST)
			break;
		seen = have;
		if (!fill(l))
			break;
	}
	if (lf == NULL && (have == 0 || (l->growing && have < LINES_LONGEST)))
		return false;
	if (!l->within)
		l->number++;
	l->whole = lf != NULL;
	*n = lf != NULL ? (size_t)(lf - from) : have;
	if (*n > LINES_LONGEST) {
		*n = LINES_LONGEST;
		l->whole = false;
	}
	l->within = !l->whole;
	*p = (const char *)from;
	l->at += *n + l->whole;
	return true;
}

size_t
lines_peek(struct lines *l, size_t want, const unsigned char **p)
{
	while (l->end - l->at < want && fill(l))
		continue;
	*p = l->buf + l->at;
	return l->end - l->at;
}
