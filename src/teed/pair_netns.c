/*
 * pair_netns.c - a real TCP connection that carries the true addresses
 *
 * In a network namespace of its own every address can be ours: a route of type
 * local for the client's and one for the server's address, and a connection
 * between the two can be made.  Sockets stay in the namespace that they were
 * born in, so teed itself never changes its own: a thread makes everything, while
 * teed waits, leaves the sockets in the table of descriptors, and is gone.
 * The namespace goes with its last socket; nothing else is left behind.
 *
 * Where a namespace takes privilege that we don't have, a user namespace is made
 * as well, which takes a child that shares memory and descriptors.
 *
 * Two details of the routes: the one to the server's address is marked
 * `quickack`, so that teed's end acknowledges at once, or the daemon's Nagle
 * algorithm would wait 40 ms for it; and none needs an address on an interface,
 * which for IPv6 would take a second of duplicate detection.
 */
#include "pair.h"

#include "../base/fd.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#ifdef __linux__

#include "../compat/netlink.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <stdalign.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef IPV6_FREEBIND
#define IPV6_FREEBIND 78
#endif
#ifndef SO_BUF_LOCK
#define SO_BUF_LOCK 72
#endif

#define LOOPBACK 1 /* its index in every namespace */
#define LINK_UP 1 /* IFF_UP */
#define STACK (16 * 1024) /* on our own, which may be limited */
#define THREAD (CLONE_THREAD | CLONE_SIGHAND) /* nobody waits for it */

/* What the child does, and what came of it. */
struct job {
	struct pair *pair;
	const char *step; /* what it was doing when an error came */
	int error;
};

/* ---- netlink ---------------------------------------------------------- */

/* Messages that go to the kernel in one piece. */
struct batch {
	alignas(4) char buf[512];
	size_t len;
	uint32_t seq;
};

static struct nl_header *
begin(struct batch *b, uint16_t type, uint16_t flags)
{
	struct nl_header *h = (void *)(b->buf + b->len);

	memset(h, 0, sizeof *h);
	h->len = sizeof *h;
	h->type = type;
	h->flags = flags | NL_F_REQUEST;
	h->seq = ++b->seq;
	b->len += sizeof *h;
	return h;
}

static void *
append(struct batch *b, struct nl_header *h, const void *p, size_t n)
{
	void *at = b->buf + b->len;
	size_t padded = (n + 3) & ~(size_t)3;

	memset(at, 0, padded);
	memcpy(at, p, n);
	b->len += padded;
	h->len += (uint32_t)padded;
	return at;
}

static void
attribute(struct batch *b, struct nl_header *h, uint16_t type, const void *p,
    size_t n)
{
	struct nl_attr a = {(uint16_t)(sizeof a + n), type};

	append(b, h, &a, sizeof a);
	append(b, h, p, n);
}

static void
add_link(struct batch *b, int index, const char *kind)
{
	struct rt_link link = {
	    .index = index, .flags = LINK_UP, .change = LINK_UP};
	struct nl_header *h;
	char info[16];
	struct nl_attr a = {0, LINK_INFO_KIND};

	h = begin(b, RT_NEWLINK, kind ? NL_F_CREATE | NL_F_EXCL : 0);
	append(b, h, &link, sizeof link);
	if (kind == NULL)
		return;
	a.len = (uint16_t)(sizeof a + strlen(kind) + 1);
	memset(info, 0, sizeof info);
	memcpy(info, &a, sizeof a);
	memcpy(info + sizeof a, kind, strlen(kind) + 1);
	attribute(b, h, LINK_INFO, info, a.len);
}

/*
 * A route of type local for one address; everything sent there arrives.  To be
 * made, or to be deleted whoever made it.
 */
static void
put_route(struct batch *b, uint16_t what, int family, const void *addr,
    int index, bool quick)
{
	struct rt_route route = {.family = (uint8_t)family,
	    .dst_len = family == AF_INET ? 32 : 128,
	    .table = ROUTE_TABLE_LOCAL,
	    .protocol = what == RT_NEWROUTE ? ROUTE_PROTOCOL_BOOT : 0,
	    .scope = family == AF_INET ? ROUTE_SCOPE_HOST : 0,
	    .type = ROUTE_TYPE_LOCAL};
	struct {
		struct nl_attr a;
		uint32_t on;
	} metric = {{sizeof metric, METRIC_QUICKACK}, 1};
	struct nl_header *h = begin(b, what, NL_F_CREATE);

	append(b, h, &route, sizeof route);
	attribute(b, h, ROUTE_DST, addr, family == AF_INET ? 4 : 16);
	attribute(b, h, ROUTE_OIF, &index, sizeof index);
	if (quick)
		attribute(b, h, ROUTE_METRICS, &metric, sizeof metric);
}

/*
 * The first error that the kernel has told, or 0.  What is sent to it has been
 * done when send() returns.
 */
static int
first_error(int nl)
{
	alignas(4) char buf[512];
	const struct nl_header *h = (const void *)buf;
	const struct nl_error *e = (const void *)(h + 1);
	ssize_t n;

	while ((n = recv(nl, buf, sizeof buf, MSG_DONTWAIT)) > 0)
		if ((size_t)n >= sizeof *h + sizeof *e && h->type == NL_ERROR &&
		    e->error != 0)
			return -e->error;
	return 0;
}

/* ---- the namespace ---------------------------------------------------- */

static const void *
route_address(const struct sockaddr_storage *ss, int *family)
{
	const struct sockaddr_in6 *in6 = (const void *)ss;
	const struct sockaddr_in *in = (const void *)ss;

	*family = ss->ss_family;
	if (ss->ss_family == AF_INET)
		return &in->sin_addr;
	if (!IN6_IS_ADDR_V4MAPPED(&in6->sin6_addr))
		return &in6->sin6_addr;
	*family = AF_INET;
	return in6->sin6_addr.s6_addr + 12;
}

/* Either address may be link-local, and the other one not. */
static int
interface_of(const struct peer *peer)
{
	const struct sockaddr_in6 *client = (const void *)&peer->client;
	const struct sockaddr_in6 *server = (const void *)&peer->server;

	if (peer->client.ss_family != AF_INET6)
		return LOOPBACK;
	if (client->sin6_scope_id != 0)
		return (int)client->sin6_scope_id;
	return server->sin6_scope_id != 0 ? (int)server->sin6_scope_id :
					    LOOPBACK;
}

/*
 * A link-local address belongs to an interface: make one with the same index.
 * What kinds there are depends on the kernel.
 */
static int
make_interface(int nl, int index)
{
	static const char kinds[][6] = {"dummy", "veth", "ifb"};

	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		struct batch b = {.len = 0};

		add_link(&b, index, kinds[i]);
		if (send(nl, b.buf, b.len, 0) < 0)
			return -1;
		errno = first_error(nl);
		if (errno == 0 || errno == EEXIST)
			return 0;
	}
	return -1;
}

/* Whether a route could not be made shows when the connection is. */
static int
make_routes(struct job *job)
{
	const struct peer *peer = job->pair->peer;
	int index, family, nl;
	const void *client, *server;
	struct batch b = {.len = 0};

	job->step = "netlink";
	nl = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NL_ROUTE);
	job->pair->made[0] = nl;
	if (nl < 0)
		return -1;
	job->step = "an interface";
	index = interface_of(peer);
	if (index != LOOPBACK && make_interface(nl, index) < 0)
		return -1;
	job->step = "routes";
	add_link(&b, LOOPBACK, NULL);
	client = route_address(&peer->client, &family);
	server = route_address(&peer->server, &family);
	if (memcmp(client, server, family == AF_INET ? 4 : 16) != 0)
		put_route(&b, RT_NEWROUTE, family, client, index, false);
	/* The kernel's own route to ::1 would be preferred to ours. */
	if (family == AF_INET6 &&
	    IN6_IS_ADDR_LOOPBACK((const struct in6_addr *)server))
		put_route(&b, RT_DELROUTE, family, server, index, false);
	put_route(&b, RT_NEWROUTE, family, server, index, true);
	return send(nl, b.buf, b.len, 0) < 0 ? -1 : 0;
}

/* ---- options ---------------------------------------------------------- */

struct option {
	int level, name;
	int fresh; /* what a new socket has; all bytes zero where it is 0 */
};

/* The value of one option; set on `to` where it is not what a new one has. */
static bool
copy_option(int from, int to, const struct option *o)
{
	static const char zeros[32];
	union {
		int i;
		char bytes[32];
	} v;
	socklen_t n = sizeof v;

	if (getsockopt(from, o->level, o->name, &v, &n) < 0)
		return false;
	if (o->fresh != 0 ? v.i == o->fresh : memcmp(&v, zeros, n) == 0)
		return false;
	setsockopt(to, o->level, o->name, &v, n);
	return true;
}

static void
copy_congestion(int from, int to)
{
	char name[16] = "", own[16] = "";
	socklen_t n = sizeof name, own_n = sizeof own;

	if (getsockopt(from, IPPROTO_TCP, TCP_CONGESTION, name, &n) == 0 &&
	    getsockopt(to, IPPROTO_TCP, TCP_CONGESTION, own, &own_n) == 0 &&
	    strncmp(name, own, sizeof name) != 0)
		setsockopt(to, IPPROTO_TCP, TCP_CONGESTION, name,
		    (socklen_t)strnlen(name, sizeof name));
}

/* A buffer size counts only where somebody has set it. */
static void
copy_buffers(int from, int to)
{
	int locks = 0, size;
	socklen_t n = sizeof locks;

	if (getsockopt(from, SOL_SOCKET, SO_BUF_LOCK, &locks, &n) < 0)
		return;
	for (int i = 0; i < 2; i++) {
		int name = i == 0 ? SO_SNDBUF : SO_RCVBUF;

		n = sizeof size;
		if ((locks & 1 << i) == 0 ||
		    getsockopt(from, SOL_SOCKET, name, &size, &n) < 0)
			continue;
		size /= 2; /* the kernel doubles what it is told */
		setsockopt(to, SOL_SOCKET, name, &size, sizeof size);
	}
}

/*
 * What the launcher has set on the real socket, the daemon finds on its own.
 * Returns whether that is SO_LINGER, too.
 */
static bool
copy_options(int from, int to, const struct peer *peer)
{
	bool lingers = false;
	static const struct option always[] = {
	    {SOL_SOCKET, SO_OOBINLINE, 0},
	    {SOL_SOCKET, SO_REUSEADDR, 0},
	    {SOL_SOCKET, SO_LINGER, 0},
	    {SOL_SOCKET, SO_RCVTIMEO, 0},
	    {SOL_SOCKET, SO_SNDTIMEO, 0},
	    {SOL_SOCKET, SO_MARK, 0},
	    {IPPROTO_IP, IP_TOS, 0},
	    {IPPROTO_IP, IP_TTL, 64},
	    {SOL_SOCKET, SO_PRIORITY, 0}, /* after TOS, which sets it too */
	    {IPPROTO_TCP, TCP_USER_TIMEOUT, 0},
	};
	static const struct option v6[] = {
	    {IPPROTO_IPV6, IPV6_TCLASS, 0},
	    {IPPROTO_IPV6, IPV6_UNICAST_HOPS, 64},
	};
	static const struct option keepalive[] = {
	    {SOL_SOCKET, SO_KEEPALIVE, 0},
	    {IPPROTO_TCP, TCP_KEEPIDLE, 7200},
	    {IPPROTO_TCP, TCP_KEEPINTVL, 75},
	    {IPPROTO_TCP, TCP_KEEPCNT, 9},
	};

	for (size_t i = 0; i < sizeof always / sizeof *always; i++)
		if (copy_option(from, to, &always[i]) &&
		    always[i].level == SOL_SOCKET &&
		    always[i].name == SO_LINGER)
			lingers = true;
	if (peer->nodelay)
		setsockopt(to, IPPROTO_TCP, TCP_NODELAY, &peer->nodelay,
		    sizeof peer->nodelay);
	if (peer->server.ss_family == AF_INET6)
		for (size_t i = 0; i < sizeof v6 / sizeof *v6; i++)
			copy_option(from, to, &v6[i]);
	/* The times count where it is on; the client's own socket has them. */
	if (copy_option(from, to, &keepalive[0]))
		for (size_t i = 1; i < sizeof keepalive / sizeof *keepalive;
		     i++)
			copy_option(from, to, &keepalive[i]);
	copy_congestion(from, to);
	copy_buffers(from, to);
	return lingers;
}

/* ---- the connection --------------------------------------------------- */

static int
new_socket(const struct sockaddr_storage *local, socklen_t len, bool v6only)
{
	int on = 1, only = v6only, fd;
	int family = local->ss_family;

	fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -1;
	if (family == AF_INET6) {
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &only, sizeof only);
		setsockopt(fd, IPPROTO_IPV6, IPV6_FREEBIND, &on, sizeof on);
	}
	if (bind(fd, (const struct sockaddr *)local, len) < 0)
		fd_close(&fd);
	else if (family == AF_INET6)
		setsockopt(
		    fd, IPPROTO_IPV6, IPV6_FREEBIND, &(int){0}, sizeof on);
	return fd;
}

static bool
is_v6only(const struct peer *peer)
{
	int on = 0;
	socklen_t n = sizeof on;

	return peer->server.ss_family == AF_INET6 &&
	    getsockopt(0, IPPROTO_IPV6, IPV6_V6ONLY, &on, &n) == 0 && on;
}

/* The daemon's end connects to teed's, so its port needs no listener. */
static int
make_connection(struct job *job)
{
	struct pair *p = job->pair;
	const struct peer *peer = p->peer;
	bool v6only = is_v6only(peer);
	int on = 1, listener, daemon;

	job->step = "the client's address";
	listener = new_socket(&peer->client, peer->client_len, v6only);
	p->made[1] = listener;
	if (listener < 0)
		return -1;
	/* Teed's end inherits it from the listener. */
	setsockopt(listener, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	job->step = "the server's address";
	daemon = new_socket(&peer->server, peer->server_len, v6only);
	for (int i = 0; i < 3; i++)
		if (peer->is_client[i])
			p->daemon[i] = daemon;
	if (daemon < 0 || listen(listener, 1) < 0 ||
	    connect(daemon, (const struct sockaddr *)&peer->client,
		peer->client_len) < 0)
		return -1;
	job->step = "the connection";
	p->in = p->out = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	if (p->in < 0)
		return -1;
	p->gentle = !copy_options(0, daemon, peer);
	p->diag = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NL_SOCK_DIAG);
	return 0;
}

/* In the child: same memory, same descriptors, a namespace of its own. */
static int
in_namespace(void *arg)
{
	struct job *job = arg;
	int refused;

	if (make_routes(job) == 0 && make_connection(job) == 0)
		return 0;
	job->error = errno;
	refused = first_error(job->pair->made[0]);
	if (refused != 0) {
		job->step = "routes";
		job->error = refused;
	}
	return 0;
}

static bool
is_denied(int error)
{
	return error == EPERM || error == EACCES;
}

int
pair_netns_make(struct pair *p, struct str *why)
{
	alignas(16) char stack[STACK];
	const int share = CLONE_VM | CLONE_VFORK | CLONE_FILES;
	/* Root may lack a capability that it has in a user namespace. */
	static const int kinds[] = {
	    CLONE_NEWNET | THREAD, CLONE_NEWUSER | CLONE_NEWNET};
	struct job job = {.pair = p, .error = EPERM};
	pid_t pid;

	for (int i = 0; i < 2 && is_denied(job.error); i++) {
		job.step = "a network namespace";
		job.error = 0;
		pid = clone(
		    in_namespace, stack + sizeof stack, kinds[i] | share, &job);
		if (pid < 0)
			job.error = errno;
		else if ((kinds[i] & CLONE_THREAD) == 0)
			waitpid(pid, NULL, __WALL);
		if (job.error != 0)
			pair_close(p);
	}
	if (job.error == 0)
		return 0;
	str_fmt(why, "no true socket for the daemon: cannot make %s: %s",
	    job.step, strerror(job.error));
	return -1;
}

#else /* no network namespaces */

int
pair_netns_make(struct pair *p, struct str *why)
{
	(void)p;
	str_text(why, "no true socket for the daemon on this system");
	return -1;
}

#endif
