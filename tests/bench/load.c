/* load.c - what is sent when speed is measured, and whether it arrived */
#include "load.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PIECE (64 * 1024) /* what programs write at once */

static unsigned
next_random(void)
{
	static uint64_t x = 88172645463325252u;

	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;
	return (unsigned)(x >> 32);
}

/* Lines of 40 to 76 characters, of words in which no rule sees a secret. */
static void
make_text(unsigned char *p, size_t n)
{
	static const char *const words[] = {"and", "before", "conversation",
	    "day", "each", "from", "guest", "house", "in", "just", "know",
	    "letter", "morning", "no", "of", "people", "question", "river",
	    "the", "under", "very", "with", "year", "zone"};
	const char *word = words[0];
	size_t len = 0, want = 60;

	for (size_t i = 0; i < n; i++, len++) {
		if (len == want && i + 2 < n) {
			p[i++] = '\r';
			p[i] = '\n';
			len = (size_t)-1;
			want = 40 + next_random() % 37;
			word = words[next_random() % 24];
		} else if (*word != '\0') {
			p[i] = (unsigned char)*word++;
		} else {
			p[i] = ' ';
			word = words[next_random() % 24];
		}
	}
}

static void
make_random(unsigned char *p, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		p[i] = (unsigned char)(next_random() >> 7);
		if (p[i] == '.' &&
		    (i == 0 || p[i - 1] == '\n' || p[i - 1] == '\r'))
			p[i] = 'x';
	}
}

bool
load_open(struct load *l, const char *kind, uint64_t size)
{
	unsigned char *p = malloc(LOAD_BLOCK);

	memset(l, 0, sizeof *l);
	if (p == NULL)
		return false;
	if (strcmp(kind, "text") == 0)
		make_text(p, LOAD_BLOCK);
	else if (strcmp(kind, "random") == 0)
		make_random(p, LOAD_BLOCK);
	else
		return false;
	memcpy(p + LOAD_BLOCK - 3, "x\r\n", 3);
	l->block = p;
	l->size = (size + LOAD_BLOCK - 1) / LOAD_BLOCK * LOAD_BLOCK;
	return true;
}

static ssize_t
write_some(struct load *l, int fd)
{
	size_t at = (size_t)(l->at % LOAD_BLOCK), n = LOAD_BLOCK - at;
	ssize_t done;

	if (n > PIECE)
		n = PIECE;
	if (n > l->size - l->at)
		n = (size_t)(l->size - l->at);
	done = write(fd, l->block + at, n);
	if (done > 0)
		l->at += (uint64_t)done;
	return done;
}

bool
load_may_block(int fd)
{
	int flags = fcntl(fd, F_GETFL);

	return errno == EAGAIN && flags >= 0 &&
	    fcntl(fd, F_SETFL, flags & ~O_NONBLOCK) == 0;
}

bool
load_write(struct load *l, int fd)
{
	while (l->at < l->size)
		if (write_some(l, fd) < 0 && !load_may_block(fd))
			return false;
	return true;
}

size_t
load_check(struct load *l, const unsigned char *p, size_t n)
{
	size_t took = 0;

	while (took < n && l->at < l->size) {
		size_t at = (size_t)(l->at % LOAD_BLOCK), k = LOAD_BLOCK - at;

		if (k > n - took)
			k = n - took;
		if (memcmp(p + took, l->block + at, k) != 0)
			l->wrong = true;
		took += k;
		l->at += k;
	}
	return took;
}
