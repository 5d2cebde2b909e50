/* talk_flow.c - bytes that both ends can make, in random pieces, both ways at once */
#include "talk.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define BLOCK 4096

static inline uint32_t
next_random(uint64_t *state)
{
	*state = *state * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(*state >> 33);
}

/* Block number n of a stream: any bytes, bytes that need care, or text. */
static void
make_block(const char *kind, uint64_t seed, uint64_t n, unsigned char *out)
{
	static const char odd[] = "\r\n\r\n**** (\\x\t\xc3\xa9\xc2\x85\xe2\x82"
				  "\xac\xf0\x9f\x98\x80\x80\x7f\x1bncd";
	static const char letters[] = "etaoinshrdlu cmfwyp";
	uint64_t rnd =
	    (seed + 1) * 0x9e3779b97f4a7c15u ^ n * 0xbf58476d1ce4e5b9u;
	unsigned line = 0;

	for (int i = 0; i < BLOCK; i++) {
		uint32_t r = next_random(&rnd);

		if (kind[0] == 'b')
			out[i] = (unsigned char)r;
		else if (kind[0] == 'o' && r % 4 == 0)
			out[i] = (unsigned char)(r >> 8);
		else if (kind[0] == 'o')
			out[i] =
			    (unsigned char)odd[(r >> 2) % (sizeof odd - 1)];
		else if (++line % 72 == 71)
			out[i] = '\r';
		else if (line % 72 == 0)
			out[i] = '\n';
		else
			out[i] =
			    (unsigned char)letters[r % (sizeof letters - 1)];
	}
}

struct stream {
	const char *kind;
	uint64_t seed, at, end;
	uint64_t have; /* the block in `block`, plus one */
	unsigned char block[BLOCK];
};

/* The bytes at s->at that lie in one block. */
static const unsigned char *
peek(struct stream *s, size_t *n)
{
	uint64_t block = s->at / BLOCK;
	size_t off = s->at % BLOCK;

	if (s->have != block + 1)
		make_block(s->kind, s->seed, block, s->block);
	s->have = block + 1;
	*n = BLOCK - off;
	if (*n > s->end - s->at)
		*n = (size_t)(s->end - s->at);
	return s->block + off;
}

static void
check_stream(struct stream *s, const unsigned char *p, size_t n)
{
	while (n > 0) {
		size_t m;
		const unsigned char *want;

		if (s->at == s->end)
			fail("more came than was sent");
		want = peek(s, &m);
		if (m > n)
			m = n;
		if (memcmp(want, p, m) != 0)
			fail("the flow differs near byte %llu",
			    (unsigned long long)s->at);
		s->at += m;
		p += m;
		n -= m;
	}
}

/* A piece of a random size; returns how much, 0 when that must wait. */
static size_t
send_piece(struct stream *s, uint64_t *rnd)
{
	static unsigned char piece[65536];
	uint32_t r = next_random(rnd);
	size_t n = 0, want, m;
	uint64_t at = s->at;
	ssize_t w;

	want = 1 +
	    next_random(rnd) %
		(r % 4 == 0	   ? 16 :
			r % 4 == 1 ? 1500 :
				     sizeof piece);
	while (n < want && s->at < s->end) {
		const unsigned char *p = peek(s, &m);

		if (m > want - n)
			m = want - n;
		memcpy(piece + n, p, m);
		n += m;
		s->at += m;
	}
	w = write(wfd, piece, n);
	if (w < 0 && errno != EAGAIN)
		fail("cannot send: %s", strerror(errno));
	s->at = at + (w > 0 ? (size_t)w : 0);
	return w > 0 ? (size_t)w : 0;
}

static void
take_piece(struct stream *s)
{
	static unsigned char piece[65536];
	size_t want = sizeof piece;
	ssize_t n;

	if (want > s->end - s->at)
		want = (size_t)(s->end - s->at); /* what follows is no flow */
	n = read(rfd, piece, want);
	if (n < 0 && errno == EAGAIN)
		return;
	if (n <= 0)
		fail("the flow ended at byte %llu: %s",
		    (unsigned long long)s->at,
		    n < 0 ? strerror(errno) : "end of input");
	check_stream(s, piece, (size_t)n);
	shared->got[role] += (uint64_t)n;
}

static void
set_blocking(bool yes)
{
	fcntl(rfd, F_SETFL, O_RDWR | (yes ? 0 : O_NONBLOCK));
	fcntl(wfd, F_SETFL, O_RDWR | (yes ? 0 : O_NONBLOCK));
}

void
flow(const char *word)
{
	static struct stream from_us, to_us;
	char kind[16];
	unsigned long long seed, n[2];
	uint64_t rnd;

	if (sscanf(word, "%15s %llu %llu %llu", kind, &seed, &n[0], &n[1]) != 4)
		fail("bad flow: %s", word);
	memset(&from_us, 0, sizeof from_us);
	memset(&to_us, 0, sizeof to_us);
	from_us.kind = to_us.kind = kind;
	from_us.seed = 2 * seed + (role == DAEMON);
	to_us.seed = 2 * seed + (role == CLIENT);
	from_us.end = n[role];
	to_us.end = n[!role];
	rnd = from_us.seed;
	set_blocking(false);
	while (from_us.at < from_us.end || to_us.at < to_us.end) {
		struct pollfd p[2] = {{.fd = rfd}, {.fd = wfd}};

		p[0].events = to_us.at < to_us.end ? POLLIN : 0;
		p[1].events = from_us.at < from_us.end ? POLLOUT : 0;
		if (p[0].events == 0)
			p[0].fd = -1;
		if (p[1].events == 0)
			p[1].fd = -1;
		poll(p, 2, -1);
		if (p[0].revents != 0)
			take_piece(&to_us);
		if (p[1].revents != 0)
			sent += send_piece(&from_us, &rnd);
	}
	set_blocking(true);
}

int
make(const char *kind, const char *seed, const char *n)
{
	static struct stream s;
	size_t m;

	s.kind = kind;
	s.seed = strtoull(seed, NULL, 10);
	s.end = strtoull(n, NULL, 10);
	while (s.at < s.end) {
		const unsigned char *p = peek(&s, &m);

		if (fwrite(p, 1, m, stdout) != m)
			return 1;
		s.at += m;
	}
	return 0;
}
