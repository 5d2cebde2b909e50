/* peer.c - what descriptor 0 is, and who is at its other end */
#include "peer.h"

#include "../base/fd.h"
#include "../base/num.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <net/if.h>
#include <sys/stat.h>
#include <unistd.h>

static void
read_address(const struct sockaddr_storage *ss, char *addr, char *port)
{
	const struct sockaddr_in6 *in6 = (const void *)ss;
	const struct sockaddr_in *in = (const void *)ss;
	const unsigned char *a = in6->sin6_addr.s6_addr;
	char name[IF_NAMESIZE];
	size_t n;

	if (ss->ss_family == AF_INET) {
		inet_ntop(AF_INET, &in->sin_addr, addr, PEER_ADDR);
		snprintf(port, PEER_PORT, "%u", ntohs(in->sin_port));
	} else if (IN6_IS_ADDR_V4MAPPED(&in6->sin6_addr)) {
		inet_ntop(AF_INET, a + 12, addr, PEER_ADDR);
		snprintf(port, PEER_PORT, "%u", ntohs(in6->sin6_port));
	} else {
		inet_ntop(AF_INET6, a, addr, PEER_ADDR);
		n = strlen(addr);
		if (in6->sin6_scope_id != 0 &&
		    if_indextoname(in6->sin6_scope_id, name) != NULL)
			snprintf(addr + n, PEER_ADDR - n, "%%%s", name);
		snprintf(port, PEER_PORT, "%u", ntohs(in6->sin6_port));
	}
}

static bool
is_listening(void)
{
	int listening = 0;
	socklen_t n = sizeof listening;

	return getsockopt(0, SOL_SOCKET, SO_ACCEPTCONN, &listening, &n) == 0 &&
	    listening;
}

static bool
is_stream(void)
{
	int type;
	socklen_t n = sizeof type;

	return getsockopt(0, SOL_SOCKET, SO_TYPE, &type, &n) == 0 &&
	    type == SOCK_STREAM;
}

/* What no socket of another protocol has. */
static bool
is_tcp(struct peer *p)
{
	socklen_t n = sizeof p->nodelay;

	return getsockopt(0, IPPROTO_TCP, TCP_NODELAY, &p->nodelay, &n) == 0;
}

static enum peer_kind
socket_kind(struct peer *p)
{
	p->client_len = sizeof p->client;
	p->server_len = sizeof p->server;
	if (getpeername(0, (struct sockaddr *)&p->client, &p->client_len) < 0)
		p->client_len = 0;
	if (getsockname(0, (struct sockaddr *)&p->server, &p->server_len) < 0)
		return PEER_NONE;
	if (p->client_len == 0 && is_listening())
		return PEER_NONE;
	if (p->server.ss_family != AF_INET && p->server.ss_family != AF_INET6)
		return is_stream() ? PEER_STREAM : PEER_NONE;
	if (!is_tcp(p))
		return PEER_NONE;
	if (p->client_len == 0)
		return PEER_GONE;
	read_address(&p->client, p->client_addr, p->client_port);
	read_address(&p->server, p->server_addr, p->server_port);
	return PEER_TCP;
}

/*
 * A closed descriptor stays closed for the daemon, and is none of ours: neither
 * the record nor the connection may be where messages go.
 */
static void
reserve(int fd)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (null < 0) /* in a bare change of root */
		null = open("/", O_RDONLY | O_CLOEXEC);
	if (null >= 0 && null != fd)
		close(null);
}

void
peer_identify(struct peer *p)
{
	struct stat st[3];

	memset(p, 0, sizeof *p);
	p->kind = PEER_NONE;
	for (int i = 0; i < 3; i++) {
		if (fstat(i, &st[i]) < 0) {
			reserve(i);
			memset(&st[i], 0, sizeof st[i]);
			continue;
		}
		p->is_client[i] = st[i].st_ino == st[0].st_ino &&
		    st[i].st_dev == st[0].st_dev;
	}
	if (!p->is_client[0])
		return;
	p->kind = S_ISSOCK(st[0].st_mode) ? socket_kind(p) : PEER_FILE;
	if (p->kind != PEER_TCP)
		p->client_len = p->server_len = 0;
}

void
peer_text(struct str *s, const char *addr, const char *port)
{
	if (addr[0] == '\0')
		str_char(s, '-');
	else if (strchr(addr, ':') != NULL)
		str_fmt(s, "[%s]:%s", addr, port);
	else
		str_fmt(s, "%s:%s", addr, port);
}

unsigned
peer_server_port(const struct peer *p)
{
	uint64_t port = 0;

	num_parse(p->server_port, 0, 65535, &port);
	return (unsigned)port;
}

const char *
network_parse(struct network *n, const char *text)
{
	static const unsigned char mapped[12] = {[10] = 0xff, [11] = 0xff};
	char addr[PEER_ADDR];
	size_t len = strcspn(text, "/");
	uint64_t bits;
	unsigned max;

	if (len >= sizeof addr)
		return "is not an address";
	memcpy(addr, text, len);
	addr[len] = '\0';
	memset(n, 0, sizeof *n);
	n->family = strchr(addr, ':') != NULL ? AF_INET6 : AF_INET;
	max = n->family == AF_INET6 ? 128 : 32;
	if (inet_pton(n->family, addr, n->bits) != 1)
		return "is not an address";
	bits = max;
	if (text[len] != '\0' &&
	    num_parse(text + len + 1, 0, max, &bits) != NULL)
		return "has no valid length behind its slash";
	n->len = (unsigned)bits;
	if (n->len >= 96 && memcmp(n->bits, mapped, sizeof mapped) == 0) {
		n->family = AF_INET; /* as such clients are told */
		memmove(n->bits, n->bits + sizeof mapped, 4);
		n->len -= 96;
	}
	return NULL;
}

bool
network_holds(const struct network *n, const struct peer *p)
{
	unsigned char bits[16];
	char addr[PEER_ADDR];
	unsigned whole = n->len / 8, rest = n->len % 8;

	snprintf(addr, sizeof addr, "%s", p->client_addr);
	addr[strcspn(addr, "%")] = '\0';
	if (inet_pton(n->family, addr, bits) != 1 ||
	    memcmp(bits, n->bits, whole) != 0)
		return false;
	return rest == 0 ||
	    ((bits[whole] ^ n->bits[whole]) & 0xff << (8 - rest) & 0xff) == 0;
}
