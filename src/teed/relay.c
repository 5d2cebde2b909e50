/*
 * relay.c - copy bytes both ways between client and daemon
 *
 * A session is over when all that the daemon said has been delivered (or can't
 * be) and the daemon has ended; children of it that hold its socket keep it
 * open.  Without a daemon (upstream) it is over when both directions are.
 *
 * There is one lane for each direction, and one way to move it:
 *
 *	read only into an empty buffer, write at once what was read
 *	an end of input is passed on when the buffer is empty
 *	a lane that can't deliver goes on reading, for the record, and discards
 *
 * Ends are passed on as they were: half a close as half a close, a close as a
 * close, a reset as a reset.
 */
#include "relay_lane.h"
#include "signals.h"

#include "../base/fd.h"
#include "../base/pages.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/wait.h>

/*
 * The more is read at once, the less a byte costs; and of what is not used
 * nothing is there.
 */
#define BUFFER (256 * 1024)
#define ERR_BUFFER 4096

/* A daemon that does not pause is looked at after so many reads. */
#define LOOK_AFTER 16

/*
 * How often to look where no event tells: what the daemon has set on its socket,
 * whether its heirs have let go, whether large buffers rest; also whether it has
 * ended, where there was not even a descriptor for signals.
 */
#define LOOK_MS 250

static unsigned char buffers[2][BUFFER], err_buffer[ERR_BUFFER];

/* ---- signals ---------------------------------------------------------- */

static void
reap(struct relaying *s)
{
	if (s->child &&
	    waitpid(s->r->pid, &s->r->status, WNOHANG) == s->r->pid) {
		s->child = false;
		s->exit_due = true;
	}
}

/*
 * Tell of the daemon's end behind its last words, as far as there will be any:
 * a child of it may go on.
 */
static void
tell_exit(struct relaying *s, bool silent)
{
	if (s->exit_due && (silent || !s->lane[DIR_R].open)) {
		s->exit_due = false;
		s->r->sink.exited(s->r->sink.arg, s->r->status);
	}
}

/* What the daemon can't be told any more, or where there is none, is for us. */
static void
take_signals(struct relaying *s)
{
	int sig[SIGNALS_AT_ONCE], n = signals_read(s->r->signals, sig);

	for (int i = 0; i < n; i++) {
		if (sig[i] == SIGCHLD)
			reap(s);
		else if (s->child)
			kill(s->r->pid, sig[i]);
		else
			s->end_due = true;
	}
}

/* When nothing else is open, the daemon's end is all that there is to know. */
static void
heed_signals(struct relaying *s)
{
	if (!s->lane[DIR_R].open)
		reap(s);
	if (s->child || s->lane[DIR_S].open || s->lane[DIR_R].open ||
	    s->lane[DIR_E].open)
		take_signals(s);
}

/* ---- the loop --------------------------------------------------------- */

struct poll_set {
	struct pollfd fds[6];
	nfds_t n;
};

static void
want(struct poll_set *set, int fd, short events)
{
	nfds_t i = 0;

	while (i < set->n && set->fds[i].fd != fd)
		i++;
	if (i == set->n) {
		set->fds[set->n].fd = fd;
		set->fds[set->n].events = 0;
		set->fds[set->n++].revents = 0;
	}
	set->fds[i].events |= events;
}

static short
got(const struct poll_set *set, int fd)
{
	for (nfds_t i = 0; i < set->n; i++)
		if (set->fds[i].fd == fd)
			return set->fds[i].revents;
	return 0;
}

/*
 * The daemon has ended its output but may still listen: when it lets go, the
 * client should know.
 */
static bool
listens_on(const struct relaying *s)
{
	return !s->lane[DIR_R].open && s->lane[DIR_S].open &&
	    s->lane[DIR_S].to >= 0 && s->r->pair->in == s->r->pair->out;
}

/*
 * The client has ended its output but may still listen: when it breaks the
 * connection, the daemon should know before it writes.
 */
static bool
hears_on(const struct relaying *s)
{
	return s->r->client_tcp && !s->client_gone && !s->lane[DIR_S].open &&
	    s->lane[DIR_R].open && s->r->client_in >= 0;
}

static void
arm(const struct relaying *s, struct poll_set *set)
{
	set->n = 0;
	want(set, s->r->signals, POLLIN);
	for (int d = 0; d < DIRS; d++) {
		const struct lane *l = &s->lane[d];

		if (l->open && !l->eof && l->len == 0 && l->from >= 0)
			want(set, l->from,
			    POLLIN | (l->from_socket ? POLLPRI : 0));
		if (l->len > 0 && l->to >= 0)
			want(set, l->to, POLLOUT);
	}
	if (listens_on(s))
		want(set, s->lane[DIR_S].to, 0);
	if (hears_on(s))
		want(set, s->r->client_in, 0);
}

static void
move(struct relaying *s, struct lane *l, const struct poll_set *set)
{
	const short broken = POLLERR | POLLHUP | POLLNVAL;
	short in = got(set, l->from), out = got(set, l->to);
	int error;

	if (l->len > 0 && l->to >= 0 && (out & (POLLOUT | broken))) {
		error = lane_write(l);
		if (error != 0)
			lane_broke(s, l, false, error);
	} else if (l->open && !l->eof && l->len == 0 && l->from >= 0 &&
	    (in & (POLLIN | POLLPRI | broken))) {
		lane_read(s, l, in);
	}
}

static void
check_listeners(struct relaying *s, const struct poll_set *set)
{
	short events = listens_on(s) ? got(set, s->lane[DIR_S].to) : 0;

	if (events & POLLERR) {
		lane_deaf(&s->lane[DIR_S]);
		s->reset = true;
	} else if (events & POLLHUP) {
		relay_end_client(s, false);
	}
	if (hears_on(s) && (got(set, s->r->client_in) & POLLERR))
		lane_client_broke(s, EPIPE);
}

/* A signal ends it, when a daemon's last words have been delivered. */
static bool
is_ended(const struct relaying *s, const struct poll_set *set)
{
	return s->end_due &&
	    (s->r->pid == 0 ||
		(s->lane[DIR_R].len == 0 && got(set, s->r->pair->in) == 0));
}

static bool
is_over(struct relaying *s)
{
	if (s->lane[DIR_R].open || s->lane[DIR_E].open || s->child)
		return false;
	if (!s->lane[DIR_S].open)
		return true;
	return s->r->pid != 0 && pair_closed(s->r->pair) != 0;
}

/* Whether buffers that were used much have nothing in them now. */
static bool
may_rest(const struct relaying *s)
{
	return s->grown && s->lane[DIR_S].len == 0 && s->lane[DIR_R].len == 0;
}

/* A session may be idle for hours behind a large message. */
static void
rest(struct relaying *s)
{
	if (!may_rest(s))
		return;
	s->grown = false;
	pages_release(buffers, sizeof buffers);
	s->r->sink.rest(s->r->sink.arg);
}

static int
wait_ms(const struct relaying *s)
{
	int ms = s->r->sink.timeout(s->r->sink.arg);
	bool heirs = !s->child && s->r->pid != 0 && !s->lane[DIR_R].open;

	if (s->end_due && s->lane[DIR_R].len == 0)
		return 0;
	if ((s->unseen > 0 || heirs || (s->child && s->r->signals < 0) ||
		may_rest(s)) &&
	    (ms < 0 || ms > LOOK_MS))
		ms = LOOK_MS;
	return ms;
}

static void
set_up(struct relaying *s, struct relay *r)
{
	struct lane *l = s->lane;

	memset(s, 0, sizeof *s);
	s->r = r;
	s->child = r->pid != 0;
	s->unseen = r->pair->kind == PAIR_TCP;
	l[DIR_S].from = r->client_in;
	l[DIR_S].to = r->pair->out;
	l[DIR_S].to_ours = true;
	l[DIR_R].from = r->pair->in;
	l[DIR_R].to = r->client_out;
	l[DIR_E].from = r->err_in;
	l[DIR_E].to = r->err_out;
	s->buffers[0] = buffers[0];
	s->buffers[1] = buffers[1];
	l[DIR_E].buf = err_buffer;
	l[DIR_S].size = l[DIR_R].size = BUFFER;
	l[DIR_E].size = ERR_BUFFER;
	for (int d = 0; d < DIRS; d++) {
		l[d].dir = (enum dir)d;
		l[d].open = l[d].from >= 0;
	}
	l[DIR_S].from_socket = l[DIR_R].to_socket = r->client_socket;
	l[DIR_S].to_socket = l[DIR_R].from_socket = r->pair->in == r->pair->out;
	l[DIR_E].to_socket = r->err_socket;
}

/* What the daemon has set on its socket goes for the client's. */
static void
mirror(struct relaying *s)
{
	if (s->unseen > 0 && s->r->client_in >= 0)
		pair_mirror(s->r->pair, s->r->client_in);
	s->unseen = 0;
}

void
relay_run(struct relay *r)
{
	struct poll_set set;
	struct relaying s;
	int n;

	set_up(&s, r);
	while (!is_over(&s)) {
		arm(&s, &set);
		r->sink.flush(r->sink.arg);
		n = poll(set.fds, set.n, wait_ms(&s));
		if (n == 0) {
			r->sink.tick(r->sink.arg);
			mirror(&s);
			rest(&s);
		}
		for (int d = 0; n > 0 && d < DIRS; d++)
			move(&s, &s.lane[d], &set);
		if (n > 0)
			check_listeners(&s, &set);
		if (s.unseen > LOOK_AFTER)
			mirror(&s);
		relay_end_lanes(&s);
		tell_exit(&s, got(&set, r->pair->in) == 0);
		if (r->signals < 0)
			reap(&s);
		else if (got(&set, r->signals) != 0)
			heed_signals(&s);
		if (is_ended(&s, &set))
			break;
	}
	tell_exit(&s, true);
	relay_end_client(&s, false);
	relay_end_daemon(&s, false);
	fd_close(&r->err_in);
}
