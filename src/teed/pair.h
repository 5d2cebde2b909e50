/*
 * pair.h - what the daemon gets as its descriptors, and teed's end of it
 *
 * `tcp` is a real TCP connection that carries the true addresses; `unix` a
 * socketpair; `pipe` two pipes.
 */
#ifndef TEED_PAIR_H
#define TEED_PAIR_H

#include "peer.h"

enum pair_kind { PAIR_TCP, PAIR_UNIX, PAIR_PIPE, PAIR_AUTO };

struct pair {
	enum pair_kind kind;
	int in, out; /* teed's: from and to the daemon; may be the same */
	int daemon[3]; /* the daemon's 0, 1, 2; -1: as teed's own */
	int made[2]; /* what it took to make them; closed with them */
	int diag; /* tcp: asks the kernel about the daemon's end, or -1; it
		   * is open as long as the process is */
	const struct peer *peer; /* borrowed: the addresses */
	int tos, keepalive; /* tcp: of the daemon's end, as last seen */
	bool gentle; /* the real socket is known to have no SO_LINGER */
};

const char *pair_name(enum pair_kind kind);

/*
 * Make the pair; PAIR_AUTO chooses what descriptor 0 itself is.  Returns 0, or
 * -1 with a text in *why and nothing left open.
 */
int pair_make(struct pair *p, enum pair_kind kind, const struct peer *peer,
    struct str *why);

/*
 * The daemon has its descriptors: those that we need no longer go to fds, to be
 * closed; -1 where there are fewer.
 */
#define PAIR_GIVEN 5
void pair_given(struct pair *p, int fds[PAIR_GIVEN]);

/*
 * Whether the daemon (and whoever else had it) has closed its end, and not only
 * shut down its sending side: 1 or 0; -1 where nobody knows.  Asked after the
 * end of its output.
 */
int pair_closed(struct pair *p);

/* Let the daemon see a broken connection, and close our end. */
void pair_reset(struct pair *p);

/*
 * What the daemon has set on its end since (type of service, keepalive) is set
 * on the real socket too.  Cheap when there is nothing to do.
 */
void pair_mirror(struct pair *p, int real);

void pair_close(struct pair *p);

/*
 * Local sockets (pair_unix.c).  strict: fail where the daemon can't be shown
 * the client's user, for it may trust that of teed instead.
 */
int pair_unix_make(struct pair *p, bool strict, struct str *why);

/* The same for a TCP pair, where a system can make one (pair_netns.c). */
int pair_netns_make(struct pair *p, struct str *why);

/* How the daemon's end of it is (pair_diag.c). */
int pair_diag_closed(struct pair *p);
void pair_diag_mirror(struct pair *p, int real);

#endif
