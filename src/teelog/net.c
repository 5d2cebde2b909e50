/* net.c - networks, as people write them */
#include "net.h"
#include "session.h"

#include "../base/num.h"

#include <arpa/inet.h>
#include <string.h>
#include <sys/socket.h>

/* An address in the form of the network's family; false if it is none. */
static bool
read_address(const char *text, size_t n, struct net *to)
{
	static const unsigned char mapped[12] = {
	    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
	char host[64], *zone;

	if (n >= sizeof host)
		return false;
	memcpy(host, text, n);
	host[n] = '\0';
	if ((zone = strchr(host, '%')) != NULL)
		*zone = '\0';
	to->family = AF_INET;
	if (inet_pton(AF_INET, host, to->address) == 1)
		return true;
	to->family = AF_INET6;
	if (inet_pton(AF_INET6, host, to->address) != 1)
		return false;
	if (memcmp(to->address, mapped, sizeof mapped) == 0) {
		memmove(to->address, to->address + 12, 4);
		to->family = AF_INET;
	}
	return true;
}

/* `192.0.2.1:51234`, `[2001:db8::1]:51234`, `[2001:db8::1]`. */
static bool
read_with_port(const char *text, struct net *n)
{
	const char *host, *rest;
	size_t len = address_host(text, &host);
	uint64_t port;

	if (!read_address(host, len, n))
		return false;
	rest = host + len + (host > text); /* the bracket */
	if (*rest == '\0')
		return true;
	if (*rest != ':' || num_parse(rest + 1, 1, 65535, &port) != NULL)
		return false;
	n->port = (unsigned)port;
	return true;
}

bool
net_read(const char *text, struct net *n)
{
	const char *slash = strchr(text, '/');
	uint64_t bits;

	n->port = 0;
	if (slash != NULL ? !read_address(text, (size_t)(slash - text), n) :
			    !read_with_port(text, n))
		return false;
	n->bits = n->family == AF_INET ? 32 : 128;
	if (slash == NULL)
		return true;
	if (num_parse(slash + 1, 0, n->bits, &bits) != NULL)
		return false;
	n->bits = (unsigned)bits;
	return true;
}

bool
net_has(const struct net *n, const char *address)
{
	const char *host;
	size_t len = address_host(address, &host);
	unsigned whole = n->bits / 8, rest = n->bits % 8;
	struct net a;

	if (n->port != 0 && n->port != address_port(address))
		return false;
	if (!read_address(host, len, &a) || a.family != n->family ||
	    memcmp(a.address, n->address, whole) != 0)
		return false;
	return rest == 0 ||
	    ((a.address[whole] ^ n->address[whole]) >> (8 - rest)) == 0;
}
