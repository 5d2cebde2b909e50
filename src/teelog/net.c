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

bool
net_read(const char *text, struct net *n)
{
	const char *slash = strchr(text, '/');
	size_t len = slash != NULL ? (size_t)(slash - text) : strlen(text);
	uint64_t bits;

	if (!read_address(text, len, n))
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

	if (!read_address(host, len, &a) || a.family != n->family ||
	    memcmp(a.address, n->address, whole) != 0)
		return false;
	return rest == 0 ||
	    ((a.address[whole] ^ n->address[whole]) >> (8 - rest)) == 0;
}
