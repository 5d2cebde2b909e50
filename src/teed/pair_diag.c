/*
 * pair_diag.c - what the daemon has done to its end of a TCP pair
 *
 * Its socket is in a namespace that teed is not in; the kernel tells of it by a
 * netlink socket that was born there (sock_diag(7)).
 */
#include "pair.h"

#ifdef __linux__

#include "../compat/netlink.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdalign.h>
#include <string.h>
#include <sys/socket.h>

/* A socket's place in a diag message: its own address, and its peer's. */
static void
set_sockid(struct diag_sockid *id, const struct sockaddr_storage *own,
    const struct sockaddr_storage *other)
{
	const struct sockaddr_in6 *o6 = (const void *)own;
	const struct sockaddr_in6 *p6 = (const void *)other;
	const struct sockaddr_in *o = (const void *)own;
	const struct sockaddr_in *p = (const void *)other;

	memset(id, 0, sizeof *id);
	id->cookie[0] = id->cookie[1] = UINT32_MAX;
	if (own->ss_family == AF_INET) {
		id->sport = o->sin_port;
		id->dport = p->sin_port;
		memcpy(id->src, &o->sin_addr, 4);
		memcpy(id->dst, &p->sin_addr, 4);
	} else {
		id->sport = o6->sin6_port;
		id->dport = p6->sin6_port;
		memcpy(id->src, &o6->sin6_addr, 16);
		memcpy(id->dst, &p6->sin6_addr, 16);
		id->ifindex = o6->sin6_scope_id;
	}
}

/*
 * Ask for the daemon's end, or for ours.  Returns the size of the answer in
 * buf, 0 when there is no such socket any more, -1 when nobody knows.
 */
static ssize_t
ask(struct pair *p, bool ours, char *buf, size_t size)
{
	const struct peer *peer = p->peer;
	struct {
		struct nl_header h;
		struct diag_request r;
	} q;
	const struct nl_header *h = (const void *)buf;
	const struct nl_error *e = (const void *)(h + 1);
	ssize_t n;

	if (p->diag < 0)
		return -1;
	memset(&q, 0, sizeof q);
	q.h.len = sizeof q;
	q.h.type = DIAG_BY_FAMILY;
	q.h.flags = NL_F_REQUEST;
	q.r.family = (uint8_t)peer->server.ss_family;
	q.r.protocol = IPPROTO_TCP;
	q.r.ext = 1 << (DIAG_EXT_TOS - 1) | 1 << (DIAG_EXT_TCLASS - 1);
	q.r.states = UINT32_MAX;
	set_sockid(&q.r.id, ours ? &peer->client : &peer->server,
	    ours ? &peer->server : &peer->client);
	if (send(p->diag, &q, sizeof q, MSG_DONTWAIT) < 0)
		return -1;
	n = recv(p->diag, buf, size, MSG_DONTWAIT);
	if (n < (ssize_t)(sizeof *h + sizeof *e))
		return -1;
	if (h->type == NL_ERROR)
		return e->error == -ENOENT ? 0 : -1;
	return n < (ssize_t)(sizeof *h + sizeof(struct diag_reply)) ? -1 : n;
}

int
pair_diag_closed(struct pair *p)
{
	alignas(4) char buf[1024];
	const struct diag_reply *r =
	    (const void *)(buf + sizeof(struct nl_header));
	ssize_t n = ask(p, false, buf, sizeof buf);

	/* A kernel that can't tell of TCP finds nothing, not even our own end. */
	if (n < 0 || (n == 0 && ask(p, true, buf, sizeof buf) <= 0))
		return -1;
	/* A socket that nobody holds any more has no inode. */
	return n == 0 || r->inode == 0;
}

/* The type of service, or the class of traffic, in an answer; -1: not there. */
static int
tos_of(const char *buf, ssize_t n, int type)
{
	size_t at = sizeof(struct nl_header) + sizeof(struct diag_reply);
	struct nl_attr a;

	while (at + sizeof a <= (size_t)n) {
		memcpy(&a, buf + at, sizeof a);
		if (a.len < sizeof a || at + a.len > (size_t)n)
			break;
		if (a.type == type && a.len > sizeof a)
			return (unsigned char)buf[at + sizeof a];
		at += (a.len + 3u) & ~3u;
	}
	return -1;
}

static int
option_of(int fd, int level, int name)
{
	int value = 0;
	socklen_t n = sizeof value;

	return getsockopt(fd, level, name, &value, &n) == 0 ? value : -1;
}

/* Keepalive shows as the timer that is running when nothing else does. */
#define DIAG_TIMER_KEEPALIVE 2

void
pair_diag_mirror(struct pair *p, int real)
{
	alignas(4) char buf[1024];
	const struct diag_reply *r =
	    (const void *)(buf + sizeof(struct nl_header));
	const struct sockaddr_in6 *server = (const void *)&p->peer->server;
	int level = IPPROTO_IP, name = IP_TOS, type = DIAG_EXT_TOS;
	ssize_t n = ask(p, false, buf, sizeof buf);
	int tos, on;

	if (n <= 0 || r->inode == 0)
		return;
	if (server->sin6_family == AF_INET6 &&
	    !IN6_IS_ADDR_V4MAPPED(&server->sin6_addr)) {
		level = IPPROTO_IPV6;
		name = IPV6_TCLASS;
		type = DIAG_EXT_TCLASS;
	}
	tos = tos_of(buf, n, type);
	if (p->tos < 0) /* the first look: what the real one has */
		p->tos = option_of(real, level, name);
	if (tos >= 0 && tos != p->tos) {
		setsockopt(real, level, name, &tos, sizeof tos);
		p->tos = tos;
	}
	if (p->keepalive < 0)
		p->keepalive = option_of(real, SOL_SOCKET, SO_KEEPALIVE);
	on = r->timer == DIAG_TIMER_KEEPALIVE;
	if ((on || r->timer == 0) && on != p->keepalive) {
		setsockopt(real, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
		p->keepalive = on;
	}
}

#else /* nothing tells */

int
pair_diag_closed(struct pair *p)
{
	(void)p;
	return 1;
}

void
pair_diag_mirror(struct pair *p, int real)
{
	(void)p;
	(void)real;
}

#endif
