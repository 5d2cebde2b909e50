/* pair.c - what the daemon gets as its descriptors, and teed's end of it */
#include "pair.h"

#include "../base/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

const char *
pair_name(enum pair_kind kind)
{
	static const char names[][5] = {"tcp", "unix", "pipe", "auto"};

	return names[kind];
}

static enum pair_kind
choose(const struct peer *peer)
{
	switch (peer->kind) {
	case PEER_TCP:
		return PAIR_TCP;
	case PEER_STREAM:
		return PAIR_UNIX;
	default:
		return PAIR_PIPE;
	}
}

static int
pipes(struct pair *p, struct str *why)
{
	int to[2], from[2];

	if (pipe2(to, O_CLOEXEC) < 0) {
		str_fmt(why, "no pipe: %s", strerror(errno));
		return -1;
	}
	if (pipe2(from, O_CLOEXEC) < 0) {
		str_fmt(why, "no pipe: %s", strerror(errno));
		close(to[0]);
		close(to[1]);
		return -1;
	}
	p->out = to[1];
	p->daemon[0] = to[0];
	p->in = from[0];
	p->daemon[1] = from[1];
	if (p->peer->is_client[2] && p->peer->kind != PEER_FILE)
		p->daemon[2] = from[1];
	/* Our ends only: they are open files of their own. */
	fcntl(p->out, F_SETFL, O_NONBLOCK);
	fcntl(p->in, F_SETFL, O_NONBLOCK);
	return 0;
}

/* A launcher may have made the connection non-blocking. */
static void
copy_nonblocking(const struct pair *p)
{
	for (int i = 0; i < 3; i++) {
		int fd = p->daemon[i], flags;

		if (fd < 0 || (i > 0 && fd == p->daemon[i - 1]))
			continue;
		flags = fcntl(i, F_GETFL);
		if (flags >= 0 && (flags & O_NONBLOCK))
			fcntl(fd, F_SETFL, O_NONBLOCK);
	}
}

static int
make(struct pair *p, bool by_hand, struct str *why)
{
	switch (p->kind) {
	case PAIR_TCP:
		if (p->peer->kind == PEER_TCP)
			return pair_netns_make(p, why);
		str_text(why, "no TCP client to make a pair tcp for");
		return -1;
	case PAIR_UNIX:
		if (!by_hand && p->peer->server.ss_family != AF_UNIX) {
			str_text(why,
			    "descriptor 0 is a socket of a kind that "
			    "teed cannot imitate");
			return -1;
		}
		return pair_unix_make(p, !by_hand, why);
	default:
		return pipes(p, why);
	}
}

int
pair_make(struct pair *p, enum pair_kind kind, const struct peer *peer,
    struct str *why)
{
	p->kind = kind == PAIR_AUTO ? choose(peer) : kind;
	p->in = p->out = p->diag = -1;
	p->daemon[0] = p->daemon[1] = p->daemon[2] = -1;
	p->made[0] = p->made[1] = -1;
	p->peer = peer;
	p->tos = p->keepalive = -1;
	p->gentle = false;
	if (make(p, kind != PAIR_AUTO, why) < 0)
		return -1;
	copy_nonblocking(p);
	return 0;
}

void
pair_given(struct pair *p, int fds[PAIR_GIVEN])
{
	memcpy(fds, p->daemon, sizeof p->daemon);
	memcpy(fds + 3, p->made, sizeof p->made);
	memset(p->daemon, -1, sizeof p->daemon); /* -1 in each */
	memset(p->made, -1, sizeof p->made);
}

int
pair_closed(struct pair *p)
{
	struct pollfd pfd = {.fd = p->in, .events = 0};

	if (p->kind == PAIR_PIPE || p->in < 0)
		return 1;
	if (p->kind == PAIR_TCP)
		return pair_diag_closed(p);
	return poll(&pfd, 1, 0) > 0 && (pfd.revents & (POLLHUP | POLLERR));
}

void
pair_reset(struct pair *p)
{
	const struct linger now = {1, 0};

	if (p->kind == PAIR_TCP && p->out >= 0)
		setsockopt(p->out, SOL_SOCKET, SO_LINGER, &now, sizeof now);
	pair_close(p);
}

void
pair_mirror(struct pair *p, int real)
{
	if (p->kind == PAIR_TCP && p->diag >= 0)
		pair_diag_mirror(p, real);
}

void
pair_close(struct pair *p)
{
	int fds[PAIR_GIVEN];

	pair_given(p, fds);
	fd_close_all(fds, PAIR_GIVEN);
	if (p->out != p->in)
		fd_close(&p->out);
	fd_close(&p->in);
	p->out = -1;
}
