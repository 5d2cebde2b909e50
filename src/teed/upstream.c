/* upstream.c - a server elsewhere in the daemon's place */
#include "upstream.h"

#include "../base/fd.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <unistd.h>

static int
try_address(const struct addrinfo *ai)
{
	int on = 1,
	    fd = socket(
		ai->ai_family, ai->ai_socktype | SOCK_CLOEXEC, ai->ai_protocol);

	if (fd < 0)
		return -1;
	if (connect(fd, ai->ai_addr, ai->ai_addrlen) < 0) {
		fd_close(&fd);
		return -1;
	}
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
	return fd;
}

int
upstream_connect(const struct config *c, const struct peer *peer,
    struct pair *pair, struct str *why)
{
	const struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
	const struct config_host *h = &c->upstream;
	struct addrinfo *list;
	int error, fd = -1;

	memset(pair, 0, sizeof *pair);
	pair->kind = PAIR_TCP;
	pair->peer = peer;
	pair->in = pair->out = pair->diag = -1;
	pair->daemon[0] = pair->daemon[1] = pair->daemon[2] = -1;
	pair->made[0] = pair->made[1] = -1;
	error = getaddrinfo(h->host, h->port, &hints, &list);
	if (error != 0) {
		str_fmt(why, "upstream %s:%s: %s", h->host, h->port,
		    gai_strerror(error));
		return -1;
	}
	for (struct addrinfo *ai = list; ai != NULL && fd < 0; ai = ai->ai_next)
		fd = try_address(ai);
	if (fd < 0)
		str_fmt(why, "upstream %s:%s: %s", h->host, h->port,
		    strerror(errno));
	freeaddrinfo(list);
	pair->in = pair->out = fd;
	return fd < 0 ? -1 : 0;
}

/* Whether both addresses are of one family, which the header needs. */
static bool
is_v4(const struct peer *p)
{
	return strchr(p->client_addr, ':') == NULL &&
	    strchr(p->server_addr, ':') == NULL;
}

/* Names of our interfaces mean nothing elsewhere. */
static int
without_interface(const char *addr)
{
	return (int)strcspn(addr, "%");
}

static size_t
header_v1(const struct peer *p, char *out, size_t size)
{
	const char *client = p->client_addr, *server = p->server_addr;
	struct str s;

	str_init(&s, out, size);
	if (p->kind != PEER_TCP)
		str_text(&s, "PROXY UNKNOWN\r\n");
	else
		str_fmt(&s, "PROXY TCP%c %.*s %.*s %s %s\r\n",
		    is_v4(p) ? '4' : '6', without_interface(client), client,
		    without_interface(server), server, p->client_port,
		    p->server_port);
	return s.len;
}

static const void *
address_of(const struct sockaddr_storage *ss, bool v4, in_port_t *port)
{
	const struct sockaddr_in6 *in6 = (const void *)ss;
	const struct sockaddr_in *in = (const void *)ss;

	if (ss->ss_family == AF_INET) {
		*port = in->sin_port;
		return &in->sin_addr;
	}
	*port = in6->sin6_port;
	return in6->sin6_addr.s6_addr + (v4 ? 12 : 0);
}

/* Signature, version and command, family, length, addresses, ports. */
static size_t
header_v2(const struct peer *p, char *out)
{
	static const char signature[] = "\r\n\r\n\0\r\nQUIT\n";
	size_t len = sizeof signature - 1, addr = is_v4(p) ? 4 : 16;
	in_port_t client_port, server_port;
	const void *client, *server;

	memcpy(out, signature, len);
	if (p->kind != PEER_TCP) {
		memcpy(out + len, "\x20\0\0\0", 4); /* LOCAL */
		return len + 4;
	}
	client = address_of(&p->client, is_v4(p), &client_port);
	server = address_of(&p->server, is_v4(p), &server_port);
	out[len++] = 0x21; /* version 2, PROXY */
	out[len++] = addr == 4 ? 0x11 : 0x21; /* TCP over IPv4 or IPv6 */
	out[len++] = 0;
	out[len++] = (char)(2 * addr + 4);
	memcpy(out + len, client, addr);
	memcpy(out + len + addr, server, addr);
	len += 2 * addr;
	memcpy(out + len, &client_port, 2);
	memcpy(out + len + 2, &server_port, 2);
	return len + 4;
}

int
upstream_introduce(const struct config *c, const struct peer *peer,
    struct pair *pair, struct str *told, struct str *why)
{
	char header[256];
	size_t n;

	if (c->proxy_header == 0)
		return 0;
	n = header_v1(peer, header, sizeof header);
	str_fmt(told, "proxy-header %u \"%.*s\"", (unsigned)c->proxy_header,
	    (int)n - 2, header);
	if (c->proxy_header == 2)
		n = header_v2(peer, header);
	if (fd_write_all(pair->out, header, n) == n)
		return 0;
	str_fmt(
	    why, "upstream: cannot send the PROXY header: %s", strerror(errno));
	return -1;
}
