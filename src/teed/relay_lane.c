/* relay_lane.c - bytes from one side of a relay to the other, and a side that breaks */
#include "relay_lane.h"

#include <errno.h>
#include <limits.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define MUCH (16 * 1024) /* bytes of a read, whose memory is worth a call */

void
lane_deaf(struct lane *l)
{
	l->to = -1;
	l->len = 0;
}

static bool
is_again(int error)
{
	return error == EAGAIN || error == EWOULDBLOCK || error == EINTR;
}

/* Whether a call on it would not wait. */
static bool
is_ready(int fd, short events)
{
	struct pollfd pfd = {.fd = fd, .events = events};

	return poll(&pfd, 1, 0) > 0;
}

void
lane_client_broke(struct relaying *s, int error)
{
	struct lane *in = &s->lane[DIR_S];

	if (s->client_gone)
		return;
	s->client_gone = true;
	lane_deaf(&s->lane[DIR_R]);
	while (in->from >= 0 && !in->eof && in->len == 0)
		if (!is_ready(in->from, POLLIN) || !lane_read(s, in, 0))
			break;
	if (in->len > 0)
		lane_write(in);
	in->len = 0;
	in->from = -1;
	if (!in->eof)
		s->r->sink.ended(s->r->sink.arg, DIR_S, error);
	in->eof = true;
}

/* The daemon's socket broke: pass on what it said, then tell the client. */
static void
daemon_broke(struct relaying *s, int error)
{
	struct lane *out = &s->lane[DIR_R];

	lane_deaf(&s->lane[DIR_S]);
	if (!out->eof)
		s->r->sink.ended(s->r->sink.arg, DIR_R, error);
	out->eof = true;
	out->from = -1;
	s->reset = true;
}

void
lane_broke(struct relaying *s, struct lane *l, bool reading, int error)
{
	if (l->dir == DIR_E) {
		if (reading)
			l->eof = true;
		else
			lane_deaf(l);
	} else if ((l->dir == DIR_S) == reading) {
		lane_client_broke(s, error);
	} else if (reading) {
		daemon_broke(s, error);
	} else {
		lane_deaf(l); /* the end of its output tells the rest */
		if (s->lane[DIR_R].eof && s->r->pair->kind != PAIR_PIPE)
			s->reset = true;
	}
}

static ssize_t
put(const struct lane *l)
{
	const unsigned char *p = l->buf + l->off;
	size_t n = l->len;

	if (l->to_socket)
		return send(l->to, p, n,
		    MSG_DONTWAIT | MSG_NOSIGNAL | (l->urgent ? MSG_OOB : 0));
	if (!l->to_ours) {
		/* Not ours to make non-blocking; a ready pipe takes this. */
		if (!is_ready(l->to, POLLOUT)) {
			errno = EAGAIN;
			return -1;
		}
		if (n > PIPE_BUF)
			n = PIPE_BUF;
	}
	return write(l->to, p, n);
}

int
lane_write(struct lane *l)
{
	ssize_t n;

	while (l->len > 0 && l->to >= 0) {
		n = put(l);
		if (n < 0)
			return is_again(errno) ? 0 : errno;
		l->off += (size_t)n;
		l->len -= (size_t)n;
	}
	l->len = 0;
	return 0;
}

/*
 * How much to read at once: urgent data alone, so that it keeps its place.  A
 * read never passes the mark, so that poll() tells of urgent data before it is
 * read; early enough to ask for it inline.
 */
static size_t
read_size(struct lane *l, short revents)
{
	int at_mark = 0, on = 1;

	l->urgent = false;
	if ((revents & POLLPRI) == 0)
		return l->size;
	if (!l->oob_inline)
		setsockopt(l->from, SOL_SOCKET, SO_OOBINLINE, &on, sizeof on);
	l->oob_inline = true;
	if (ioctl(l->from, SIOCATMARK, &at_mark) < 0)
		return l->size;
	l->urgent = at_mark;
	return at_mark ? 1 : l->size;
}

/*
 * One buffer does for both directions, unless the other one still has bytes in
 * it that can't be delivered: the less memory is used, the more of it stays in
 * the cache.
 */
static void
take_buffer(struct relaying *s, struct lane *l)
{
	const struct lane *other = &s->lane[l->dir == DIR_S ? DIR_R : DIR_S];

	if (l->dir != DIR_E)
		l->buf =
		    s->buffers[other->len > 0 && other->buf == s->buffers[0]];
}

bool
lane_read(struct relaying *s, struct lane *l, short revents)
{
	size_t want = read_size(l, revents);
	ssize_t n;
	int error;

	take_buffer(s, l);
	if (l->from_socket)
		n = recv(l->from, l->buf, want, MSG_DONTWAIT);
	else
		n = read(l->from, l->buf, want);
	if (n > 0) {
		l->off = 0;
		l->len = (size_t)n;
		s->grown |= n > MUCH;
		error = lane_write(l);
		s->r->sink.data(s->r->sink.arg, l->dir, l->buf, (size_t)n);
		s->unseen += l->dir == DIR_R && s->r->pair->kind == PAIR_TCP;
		if (error != 0)
			lane_broke(s, l, false, error);
		return true;
	}
	if (n == 0 && !(l->dir == DIR_S && s->client_gone)) {
		l->eof = true;
		l->hung_up = revents & POLLHUP;
		s->r->sink.ended(s->r->sink.arg, l->dir, 0);
	} else if (n < 0 && !is_again(errno)) {
		lane_broke(s, l, true, errno);
	}
	return false;
}
