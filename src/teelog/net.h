/*
 * net.h - networks, as people write them: 192.0.2.0/24, 2001:db8::/32, an address
 *
 * An address may have a port, as ls prints it: 192.0.2.1:51234, or
 * [2001:db8::1]:51234, for without brackets nobody knows where the address ends.
 */
#ifndef TEELOG_NET_H
#define TEELOG_NET_H

#include <stdbool.h>

struct net {
	int family; /* AF_INET or AF_INET6 */
	unsigned char address[16];
	unsigned bits;
	unsigned port; /* 0: any */
};

/* Read a network; false if it is none. */
bool net_read(const char *text, struct net *n);

/*
 * Whether an address of a session (with a port, in brackets; session.h) is in it.
 * An IPv4 address that is written as an IPv6 one counts as IPv4.
 */
bool net_has(const struct net *n, const char *address);

#endif
