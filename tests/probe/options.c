/* options.c - the socket options that a launcher or a daemon may set */
#include "options.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>

#ifndef SO_PEERGROUPS
#define SO_PEERGROUPS 59
#endif
#ifndef SO_BUF_LOCK
#define SO_BUF_LOCK 72
#endif

enum kind {
	NUMBER,
	SECONDS, /* a struct timeval */
	LINGER, /* -1: off; otherwise seconds */
	TEXT,
	BUFFER, /* counts only when somebody has set it: SO_BUF_LOCK */
	KERNELS /* the kernel's own business: it can't be set */
};

static const struct option {
	const char *name;
	int level, number;
	enum kind kind;
} options[] = {
    {"domain", SOL_SOCKET, SO_DOMAIN, KERNELS},
    {"type", SOL_SOCKET, SO_TYPE, KERNELS},
    {"protocol", SOL_SOCKET, SO_PROTOCOL, KERNELS},
    {"listens", SOL_SOCKET, SO_ACCEPTCONN, KERNELS},
    {"error", SOL_SOCKET, SO_ERROR, KERNELS},
    {"keepalive", SOL_SOCKET, SO_KEEPALIVE, NUMBER},
    {"oobinline", SOL_SOCKET, SO_OOBINLINE, NUMBER},
    {"reuseaddr", SOL_SOCKET, SO_REUSEADDR, NUMBER},
    {"reuseport", SOL_SOCKET, SO_REUSEPORT, NUMBER},
    {"linger", SOL_SOCKET, SO_LINGER, LINGER},
    {"rcvtimeo", SOL_SOCKET, SO_RCVTIMEO, SECONDS},
    {"sndtimeo", SOL_SOCKET, SO_SNDTIMEO, SECONDS},
    {"rcvlowat", SOL_SOCKET, SO_RCVLOWAT, NUMBER},
    {"priority", SOL_SOCKET, SO_PRIORITY, NUMBER},
    {"mark", SOL_SOCKET, SO_MARK, NUMBER},
    {"rcvbuf", SOL_SOCKET, SO_RCVBUF, BUFFER},
    {"sndbuf", SOL_SOCKET, SO_SNDBUF, BUFFER},
    {"tos", IPPROTO_IP, IP_TOS, NUMBER},
    {"ttl", IPPROTO_IP, IP_TTL, NUMBER},
    {"tclass", IPPROTO_IPV6, IPV6_TCLASS, NUMBER},
    {"hops", IPPROTO_IPV6, IPV6_UNICAST_HOPS, NUMBER},
    {"v6only", IPPROTO_IPV6, IPV6_V6ONLY, NUMBER},
    {"nodelay", IPPROTO_TCP, TCP_NODELAY, NUMBER},
    {"cork", IPPROTO_TCP, TCP_CORK, NUMBER},
    {"keepidle", IPPROTO_TCP, TCP_KEEPIDLE, NUMBER},
    {"keepintvl", IPPROTO_TCP, TCP_KEEPINTVL, NUMBER},
    {"keepcnt", IPPROTO_TCP, TCP_KEEPCNT, NUMBER},
    {"user_timeout", IPPROTO_TCP, TCP_USER_TIMEOUT, NUMBER},
    {"linger2", IPPROTO_TCP, TCP_LINGER2, NUMBER},
    {"congestion", IPPROTO_TCP, TCP_CONGESTION, TEXT},
};

#define OPTIONS (sizeof options / sizeof *options)

/* ---- setting ---------------------------------------------------------- */

static int
set_one(int fd, const struct option *o, const char *value)
{
	int n = atoi(value);
	const struct timeval tv = {.tv_sec = n};
	const struct linger lg = {n >= 0, n >= 0 ? n : 0};

	switch (o->kind) {
	case SECONDS:
		return setsockopt(fd, o->level, o->number, &tv, sizeof tv);
	case LINGER:
		return setsockopt(fd, o->level, o->number, &lg, sizeof lg);
	case TEXT:
		return setsockopt(
		    fd, o->level, o->number, value, (socklen_t)strlen(value));
	case KERNELS:
		errno = EINVAL;
		return -1;
	default:
		return setsockopt(fd, o->level, o->number, &n, sizeof n);
	}
}

int
option_set(int fd, const char *assignment)
{
	size_t len = strcspn(assignment, "=");

	for (size_t i = 0; i < OPTIONS && assignment[len] == '='; i++)
		if (strlen(options[i].name) == len &&
		    memcmp(options[i].name, assignment, len) == 0)
			return set_one(fd, &options[i], assignment + len + 1);
	errno = EINVAL;
	return -1;
}

/* ---- telling ---------------------------------------------------------- */

static void
tell_buffer(FILE *f, int fd, const struct option *o, int size)
{
	int locks = 0, bit = o->number == SO_SNDBUF ? 1 : 2;
	socklen_t n = sizeof locks;

	getsockopt(fd, SOL_SOCKET, SO_BUF_LOCK, &locks, &n);
	if (locks & bit)
		fprintf(f, "%d", size);
	else
		fprintf(f, "the kernel's choice");
}

static void
tell_one(FILE *f, int fd, const struct option *o)
{
	union {
		int i;
		struct timeval tv;
		struct linger lg;
		char text[32];
	} v;
	socklen_t n = sizeof v;

	memset(&v, 0, sizeof v);
	if (getsockopt(fd, o->level, o->number, &v, &n) < 0) {
		fprintf(f, "%s\n", strerror(errno));
		return;
	}
	switch (o->kind) {
	case SECONDS:
		fprintf(f, "%lld.%06ld", (long long)v.tv.tv_sec,
		    (long)v.tv.tv_usec);
		break;
	case LINGER:
		fprintf(f, "%d %d", v.lg.l_onoff, v.lg.l_linger);
		break;
	case TEXT:
		fprintf(f, "%.32s", v.text);
		break;
	case BUFFER:
		tell_buffer(f, fd, o, v.i);
		break;
	default:
		fprintf(f, "%d", v.i);
	}
	fprintf(f, " (%u bytes)\n", (unsigned)n);
}

void
option_tell(FILE *f, int fd, const char *name)
{
	for (size_t i = 0; i < OPTIONS; i++)
		if (name == NULL || strcmp(name, options[i].name) == 0) {
			fprintf(f, "option %s: ", options[i].name);
			tell_one(f, fd, &options[i]);
		}
}

/* ---- names ------------------------------------------------------------ */

static void
tell_name(FILE *f, const struct sockaddr_storage *ss, socklen_t n)
{
	const struct sockaddr_in6 *in6 = (const void *)ss;
	const struct sockaddr_in *in = (const void *)ss;
	const struct sockaddr_un *un = (const void *)ss;
	char text[INET6_ADDRSTRLEN];

	if (n >= sizeof *in && ss->ss_family == AF_INET) {
		inet_ntop(AF_INET, &in->sin_addr, text, sizeof text);
		fprintf(f, "IPv4 %s port %u", text, ntohs(in->sin_port));
	} else if (n >= sizeof *in6 && ss->ss_family == AF_INET6) {
		inet_ntop(AF_INET6, &in6->sin6_addr, text, sizeof text);
		fprintf(f, "IPv6 %s port %u scope %u flow %x", text,
		    ntohs(in6->sin6_port), in6->sin6_scope_id,
		    ntohl(in6->sin6_flowinfo));
	} else if (ss->ss_family == AF_UNIX) {
		fprintf(f, "unix %s",
		    n > sizeof(sa_family_t) ? un->sun_path : "unnamed");
	} else {
		fprintf(f, "family %d", ss->ss_family);
	}
	fprintf(f, " (%u bytes)\n", (unsigned)n);
}

/* Who is at the other end of a local socket. */
static void
tell_user(FILE *f, int fd, int family)
{
	struct ucred who;
	gid_t groups[64];
	socklen_t n = sizeof who;

	if (family != AF_UNIX ||
	    getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &n) < 0)
		return;
	fprintf(f, "peer's user: %u group %u, groups", who.uid, who.gid);
	n = sizeof groups;
	if (getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, groups, &n) == 0)
		for (size_t i = 0; i < n / sizeof *groups; i++)
			fprintf(f, " %u", groups[i]);
	fprintf(f, "\n");
}

void
option_tell_names(FILE *f, int fd)
{
	struct sockaddr_storage ss;
	socklen_t n = sizeof ss;

	memset(&ss, 0, sizeof ss);
	fprintf(f, "peer: ");
	if (getpeername(fd, (struct sockaddr *)&ss, &n) < 0)
		fprintf(f, "%s\n", strerror(errno));
	else
		tell_name(f, &ss, n);
	tell_user(f, fd, ss.ss_family);
	n = sizeof ss;
	memset(&ss, 0, sizeof ss);
	fprintf(f, "own: ");
	if (getsockname(fd, (struct sockaddr *)&ss, &n) < 0)
		fprintf(f, "%s\n", strerror(errno));
	else
		tell_name(f, &ss, n);
}
