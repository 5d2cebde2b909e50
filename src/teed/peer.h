/*
 * peer.h - what descriptor 0 is, and who is at its other end
 */
#ifndef TEED_PEER_H
#define TEED_PEER_H

#include "../base/str.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

enum peer_kind {
	PEER_TCP, /* a connected TCP socket */
	PEER_STREAM, /* another stream socket: AF_UNIX */
	PEER_FILE, /* a pipe, a terminal, a file */
	PEER_GONE, /* a TCP socket whose client has broken the connection */
	PEER_NONE /* nothing that a conversation can be recorded on */
};

#define PEER_ADDR 64 /* size of an address as text */
#define PEER_PORT 8

struct peer {
	enum peer_kind kind;
	bool is_client[3]; /* which of descriptors 0, 1, 2 are that socket */
	struct sockaddr_storage client, server;
	socklen_t client_len, server_len; /* 0: no address */
	int nodelay; /* TCP_NODELAY as the launcher left it */
	/* As text, IPv4-mapped addresses as IPv4; "" where there are none. */
	char client_addr[PEER_ADDR], client_port[PEER_PORT];
	char server_addr[PEER_ADDR], server_port[PEER_PORT];
};

/* Look at the descriptors.  Never fails; kind tells. */
void peer_identify(struct peer *p);

/* `address:port`, `[address]:port`, or `-`. */
void peer_text(struct str *s, const char *addr, const char *port);

/* The server's port; 0 if there is none. */
unsigned peer_server_port(const struct peer *p);

/* A network: an address and how many of its bits count. */
struct network {
	int family;
	unsigned char bits[16];
	unsigned len;
};

/* Read ADDR or ADDR/LEN; NULL, or a text that says what is wrong. */
const char *network_parse(struct network *n, const char *text);

/* Whether the client's address belongs to it. */
bool network_holds(const struct network *n, const struct peer *p);

#endif
