/* relay_end.c - the ends of a relay: of input, of a side, of the session */
#include "relay_lane.h"

#include "../base/fd.h"

#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#ifdef __linux__
#define SIOCOUTQ TIOCOUTQ /* linux/sockios.h is not there for every libc */
#endif

/*
 * Reads of what a daemon has said before it is told that nobody listens; a fast
 * one has more to say with each.
 */
#define LAST_READS 16

/* How long undelivered bytes may hold back a reset. */
#define RESET_WAIT_MS 5000

/* ---- the two sides ---------------------------------------------------- */

static void
forget_fd(struct relaying *s, int fd)
{
	for (int d = 0; d < DIRS; d++) {
		if (s->lane[d].from == fd)
			s->lane[d].from = -1;
		if (s->lane[d].to == fd)
			lane_deaf(&s->lane[d]);
	}
}

void
relay_end_client(struct relaying *s, bool broken)
{
	struct relay *r = s->r;
	const struct linger now = {1, 0};

	forget_fd(s, r->client_in);
	forget_fd(s, r->client_out);
	if (broken && r->client_tcp && r->client_in >= 0)
		setsockopt(
		    r->client_in, SOL_SOCKET, SO_LINGER, &now, sizeof now);
	if (r->client_out != r->client_in)
		fd_close(&r->client_out);
	fd_close(&r->client_in);
	r->client_out = -1;
	s->lane[DIR_S].eof = true;
}

void
relay_end_daemon(struct relaying *s, bool broken)
{
	forget_fd(s, s->r->pair->in);
	forget_fd(s, s->r->pair->out);
	if (broken)
		pair_reset(s->r->pair);
	else
		pair_close(s->r->pair);
	s->lane[DIR_R].eof = true;
}

static bool
in_flight(int fd)
{
	int n = 0;

#ifdef SIOCOUTQ
	if (fd >= 0 && ioctl(fd, SIOCOUTQ, &n) < 0)
		return false;
#endif
	return fd >= 0 && n > 0;
}

/* The daemon's side broke: what it said before arrives first. */
static void
reset_client(struct relaying *s)
{
	struct pollfd pfd = {.fd = s->r->client_in, .events = 0};
	int waited = 0;

	while (s->r->client_tcp && in_flight(pfd.fd) &&
	    waited < RESET_WAIT_MS && poll(&pfd, 1, 1 + waited / 8) == 0)
		waited += 1 + waited / 8;
	relay_end_client(s, true);
}

/* ---- the end of a lane ------------------------------------------------ */

/* The client is gone: what the daemon has said by now is for the record. */
static void
drop_daemon(struct relaying *s)
{
	struct lane *out = &s->lane[DIR_R];

	for (int i = 0; i < LAST_READS && out->from >= 0 && !out->eof; i++)
		if (!lane_read(s, out, 0))
			break;
	relay_end_daemon(s, true);
}

static void
end_of_client(struct relaying *s)
{
	struct pair *p = s->r->pair;

	if (s->r->client_socket && !s->r->client_tcp &&
	    s->lane[DIR_S]
		.hung_up) { /* a local one tells that it listens no more */
		s->client_gone = true;
		lane_deaf(&s->lane[DIR_R]);
	}
	if (s->client_gone) {
		drop_daemon(s);
	} else if (p->in == p->out && p->out >= 0) {
		shutdown(p->out, SHUT_WR);
	} else {
		forget_fd(s, p->out);
		fd_close(&p->out);
	}
}

/*
 * The daemon has let go, and so do we; or it was dropped, as the client was gone.
 * Nobody holds the other end of our socket, so it can go with the process.
 */
static void
part(struct relaying *s)
{
	struct pair *p = s->r->pair;

	relay_end_client(s, false);
	s->lane[DIR_S].open = false;
	forget_fd(s, p->in);
	forget_fd(s, p->out);
	p->in = p->out = -1;
}

/* Whether the end of the daemon's output is the end of its input too. */
static bool
lets_go(const struct relaying *s)
{
	if (s->r->pair->kind == PAIR_PIPE)
		return false; /* it may still read the other pipe */
	return s->lane[DIR_R].hung_up || pair_closed(s->r->pair) > 0;
}

static void
end_of_daemon(struct relaying *s)
{
	struct relay *r = s->r;

	if (s->reset)
		reset_client(s);
	else if (s->client_gone || lets_go(s))
		part(s);
	else if (r->client_in == r->client_out && r->client_out >= 0)
		shutdown(r->client_out, SHUT_WR);
	else
		fd_close(&r->client_out);
}

/*
 * The daemon's standard error goes to the client, too, and there is more of it:
 * that keeps the connection as the client's own socket would.
 */
static bool
talks_on(const struct relaying *s)
{
	const struct lane *err = &s->lane[DIR_E];

	return err->open && err->to >= 0 && s->r->err_socket &&
	    !s->client_gone && (s->reset || lets_go(s));
}

static void
end_lane(struct relaying *s, struct lane *l)
{
	l->open = false;
	if (l->dir == DIR_S)
		end_of_client(s);
	else if (l->dir == DIR_R)
		end_of_daemon(s);
	else
		fd_close(&s->r->err_in);
}

void
relay_end_lanes(struct relaying *s)
{
	bool again;

	/* Its end was passed on before it broke. */
	if (s->client_gone && !s->lane[DIR_S].open && s->lane[DIR_R].open)
		drop_daemon(s);
	do {
		again = false;
		for (int d = 0; d < DIRS; d++) {
			struct lane *l = &s->lane[d];

			if (l->open && l->eof && l->len == 0 &&
			    (d != DIR_R || !talks_on(s))) {
				end_lane(s, l);
				again = true;
			}
		}
	} while (again);
	if (s->reset && !s->lane[DIR_R].open && s->r->client_in >= 0)
		reset_client(s);
}
