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
#include "relay.h"
#include "signals.h"

#include "../base/fd.h"

#include <errno.h>
#include <limits.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#define SIOCOUTQ TIOCOUTQ /* linux/sockios.h is not there for every libc */
#endif

#define BUFFER (64 * 1024)
#define ERR_BUFFER 4096

/* How long undelivered bytes may hold back a reset. */
#define RESET_WAIT_MS 5000

/* A daemon that does not pause is looked at after so many reads. */
#define LOOK_AFTER 64

/*
 * How often to look where no event tells: what the daemon has set on its socket,
 * whether its heirs have let go; also whether it has ended, where there was not
 * even a descriptor for signals.
 */
#define LOOK_MS 250

struct lane {
	enum dir dir;
	int from, to; /* -1: not there (any more) */
	bool from_socket, to_socket;
	bool to_ours; /* non-blocking, made by us */
	bool open; /* the end has not been passed on yet */
	bool eof; /* no more comes in */
	bool urgent; /* the one byte in buf is urgent data */
	bool oob_inline; /* urgent data comes in its place */
	bool hung_up; /* at the end of input the other side had closed */
	size_t off, len; /* what is in buf and not written */
	unsigned char *buf;
	size_t size;
};

static unsigned char buffers[2][BUFFER], err_buffer[ERR_BUFFER];

struct state {
	struct relay *r;
	struct lane lane[DIRS];
	bool child; /* the daemon runs */
	bool exit_due; /* it has ended, and the sink was not told yet */
	bool end_due; /* a signal came that there is no daemon for */
	bool client_gone; /* the client's side broke: so will the daemon's */
	bool reset; /* the daemon's side broke: so will the client's */
	unsigned unseen; /* reads since the last look at what it has set */
};

/* ---- signals ---------------------------------------------------------- */

static void
reap(struct state *s)
{
	if (s->child && waitpid(s->r->pid, &s->r->status, WNOHANG) ==
	    s->r->pid) {
		s->child = false;
		s->exit_due = true;
	}
}

/*
 * Tell of the daemon's end behind its last words, as far as there will be any:
 * a child of it may go on.
 */
static void
tell_exit(struct state *s, bool silent)
{
	if (s->exit_due && (silent || !s->lane[DIR_R].open)) {
		s->exit_due = false;
		s->r->sink.exited(s->r->sink.arg, s->r->status);
	}
}

/* What the daemon can't be told any more, or where there is none, is for us. */
static void
take_signals(struct state *s)
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

/* ---- the two sides ---------------------------------------------------- */

/* Nothing more can be delivered: what still comes is only for the record. */
static void
lane_deaf(struct lane *l)
{
	l->to = -1;
	l->len = 0;
}

static void
forget_fd(struct state *s, int fd)
{
	for (int d = 0; d < DIRS; d++) {
		if (s->lane[d].from == fd)
			s->lane[d].from = -1;
		if (s->lane[d].to == fd)
			lane_deaf(&s->lane[d]);
	}
}

/* Let go of the client; broken: so that it sees a reset. */
static void
close_client(struct state *s, bool broken)
{
	struct relay *r = s->r;
	const struct linger now = {1, 0};

	forget_fd(s, r->client_in);
	forget_fd(s, r->client_out);
	if (broken && r->client_tcp && r->client_in >= 0)
		setsockopt(r->client_in, SOL_SOCKET, SO_LINGER, &now,
		    sizeof now);
	if (r->client_out != r->client_in)
		fd_close(&r->client_out);
	fd_close(&r->client_in);
	r->client_out = -1;
	s->lane[DIR_S].eof = true;
}

static void
close_daemon(struct state *s, bool broken)
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
reset_client(struct state *s)
{
	struct pollfd pfd = {.fd = s->r->client_in, .events = 0};
	int waited = 0;

	while (s->r->client_tcp && in_flight(pfd.fd) &&
	    waited < RESET_WAIT_MS && poll(&pfd, 1, 1 + waited / 8) == 0)
		waited += 1 + waited / 8;
	close_client(s, true);
}

/* ---- moving a lane ---------------------------------------------------- */

static bool
is_again(int error)
{
	return error == EAGAIN || error == EWOULDBLOCK || error == EINTR;
}

/* Whether a call on it would not wait. */
static bool
is_ready(int fd, short events)
{
	struct pollfd pfd = {.fd = fd, .events = events};

	return poll(&pfd, 1, 0) > 0;
}

static bool lane_read(struct state *s, struct lane *l, short revents);
static int lane_write(struct lane *l);

/*
 * The client is gone.  What it said before reaches the daemon as far as that
 * takes it now; then the daemon sees the connection break.
 */
static void
client_broke(struct state *s, int error)
{
	struct lane *in = &s->lane[DIR_S];

	if (s->client_gone)
		return;
	s->client_gone = true;
	lane_deaf(&s->lane[DIR_R]);
	while (in->from >= 0 && !in->eof && in->len == 0)
		if (!is_ready(in->from, POLLIN) || !lane_read(s, in, 0))
			break;
	if (in->len > 0)
		lane_write(in);
	in->len = 0;
	in->from = -1;
	if (!in->eof)
		s->r->sink.ended(s->r->sink.arg, DIR_S, error);
	in->eof = true;
}

/* The daemon's socket broke: pass on what it said, then tell the client. */
static void
daemon_broke(struct state *s, int error)
{
	struct lane *out = &s->lane[DIR_R];

	lane_deaf(&s->lane[DIR_S]);
	if (!out->eof)
		s->r->sink.ended(s->r->sink.arg, DIR_R, error);
	out->eof = true;
	out->from = -1;
	s->reset = true;
}

static void
lane_broke(struct state *s, struct lane *l, bool reading, int error)
{
	if (l->dir == DIR_E) {
		if (reading)
			l->eof = true;
		else
			lane_deaf(l);
	} else if ((l->dir == DIR_S) == reading) {
		client_broke(s, error);
	} else if (reading) {
		daemon_broke(s, error);
	} else {
		lane_deaf(l); /* the end of its output tells the rest */
		if (s->lane[DIR_R].eof && s->r->pair->kind != PAIR_PIPE)
			s->reset = true;
	}
}

static ssize_t
put(const struct lane *l)
{
	const unsigned char *p = l->buf + l->off;
	size_t n = l->len;

	if (l->to_socket)
		return send(l->to, p, n, MSG_DONTWAIT | MSG_NOSIGNAL |
		    (l->urgent ? MSG_OOB : 0));
	if (!l->to_ours) {
		/* Not ours to make non-blocking; a ready pipe takes this. */
		if (!is_ready(l->to, POLLOUT)) {
			errno = EAGAIN;
			return -1;
		}
		if (n > PIPE_BUF)
			n = PIPE_BUF;
	}
	return write(l->to, p, n);
}

/* Write what there is; returns 0, or errno if the other side broke. */
static int
lane_write(struct lane *l)
{
	ssize_t n;

	while (l->len > 0 && l->to >= 0) {
		n = put(l);
		if (n < 0)
			return is_again(errno) ? 0 : errno;
		l->off += (size_t)n;
		l->len -= (size_t)n;
	}
	l->len = 0;
	return 0;
}

/*
 * How much to read at once: urgent data alone, so that it keeps its place.  A
 * read never passes the mark, so that poll() tells of urgent data before it is
 * read; early enough to ask for it inline.
 */
static size_t
read_size(struct lane *l, short revents)
{
	int at_mark = 0, on = 1;

	l->urgent = false;
	if ((revents & POLLPRI) == 0)
		return l->size;
	if (!l->oob_inline)
		setsockopt(l->from, SOL_SOCKET, SO_OOBINLINE, &on, sizeof on);
	l->oob_inline = true;
	if (ioctl(l->from, SIOCATMARK, &at_mark) < 0)
		return l->size;
	l->urgent = at_mark;
	return at_mark ? 1 : l->size;
}

/* Returns whether anything came. */
static bool
lane_read(struct state *s, struct lane *l, short revents)
{
	size_t want = read_size(l, revents);
	ssize_t n;
	int error;

	if (l->from_socket)
		n = recv(l->from, l->buf, want, MSG_DONTWAIT);
	else
		n = read(l->from, l->buf, want);
	if (n > 0) {
		l->off = 0;
		l->len = (size_t)n;
		error = lane_write(l);
		s->r->sink.data(s->r->sink.arg, l->dir, l->buf, (size_t)n);
		s->unseen += l->dir == DIR_R && s->r->pair->kind == PAIR_TCP;
		if (error != 0)
			lane_broke(s, l, false, error);
		return true;
	}
	if (n == 0 && !(l->dir == DIR_S && s->client_gone)) {
		l->eof = true;
		l->hung_up = revents & POLLHUP;
		s->r->sink.ended(s->r->sink.arg, l->dir, 0);
	} else if (n < 0 && !is_again(errno)) {
		lane_broke(s, l, true, errno);
	}
	return false;
}

/* ---- the end of a lane ------------------------------------------------ */

/* The client is gone: what the daemon has said by now is for the record. */
static void
drop_daemon(struct state *s)
{
	struct lane *out = &s->lane[DIR_R];

	for (int i = 0; i < 64 && out->from >= 0 && !out->eof; i++)
		if (!lane_read(s, out, 0))
			break;
	close_daemon(s, true);
}

static void
end_of_client(struct state *s)
{
	struct pair *p = s->r->pair;

	if (s->r->client_socket && !s->r->client_tcp &&
	    s->lane[DIR_S].hung_up) { /* a local one tells that it listens no more */
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

/* The daemon has let go, and so do we. */
static void
part(struct state *s)
{
	close_client(s, false);
	s->lane[DIR_S].open = false;
	close_daemon(s, false);
}

/* Whether the end of the daemon's output is the end of its input too. */
static bool
lets_go(const struct state *s)
{
	if (s->r->pair->kind == PAIR_PIPE)
		return false; /* it may still read the other pipe */
	return s->lane[DIR_R].hung_up || pair_closed(s->r->pair) > 0;
}

static void
end_of_daemon(struct state *s)
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
talks_on(const struct state *s)
{
	const struct lane *err = &s->lane[DIR_E];

	return err->open && err->to >= 0 && s->r->err_socket &&
	    !s->client_gone && (s->reset || lets_go(s));
}

static void
end_lane(struct state *s, struct lane *l)
{
	l->open = false;
	if (l->dir == DIR_S)
		end_of_client(s);
	else if (l->dir == DIR_R)
		end_of_daemon(s);
	else
		fd_close(&s->r->err_in);
}

/* Pass on the ends that are due; one may bring about another. */
static void
end_lanes(struct state *s)
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
listens_on(const struct state *s)
{
	return !s->lane[DIR_R].open && s->lane[DIR_S].open &&
	    s->lane[DIR_S].to >= 0 && s->r->pair->in == s->r->pair->out;
}

/*
 * The client has ended its output but may still listen: when it breaks the
 * connection, the daemon should know before it writes.
 */
static bool
hears_on(const struct state *s)
{
	return s->r->client_tcp && !s->client_gone && !s->lane[DIR_S].open &&
	    s->lane[DIR_R].open && s->r->client_in >= 0;
}

static void
arm(const struct state *s, struct poll_set *set)
{
	set->n = 0;
	want(set, s->r->signals, POLLIN);
	for (int d = 0; d < DIRS; d++) {
		const struct lane *l = &s->lane[d];

		if (l->open && !l->eof && l->len == 0 && l->from >= 0)
			want(set, l->from, POLLIN |
			    (l->from_socket ? POLLPRI : 0));
		if (l->len > 0 && l->to >= 0)
			want(set, l->to, POLLOUT);
	}
	if (listens_on(s))
		want(set, s->lane[DIR_S].to, 0);
	if (hears_on(s))
		want(set, s->r->client_in, 0);
}

static void
move(struct state *s, struct lane *l, const struct poll_set *set)
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
check_listeners(struct state *s, const struct poll_set *set)
{
	short events = listens_on(s) ? got(set, s->lane[DIR_S].to) : 0;

	if (events & POLLERR) {
		lane_deaf(&s->lane[DIR_S]);
		s->reset = true;
	} else if (events & POLLHUP) {
		close_client(s, false);
	}
	if (hears_on(s) && (got(set, s->r->client_in) & POLLERR))
		client_broke(s, EPIPE);
}

/* A signal ends it, when a daemon's last words have been delivered. */
static bool
is_ended(const struct state *s, const struct poll_set *set)
{
	return s->end_due && (s->r->pid == 0 ||
	    (s->lane[DIR_R].len == 0 && got(set, s->r->pair->in) == 0));
}

static bool
is_over(struct state *s)
{
	if (s->lane[DIR_R].open || s->lane[DIR_E].open || s->child)
		return false;
	if (!s->lane[DIR_S].open)
		return true;
	return s->r->pid != 0 && pair_closed(s->r->pair) != 0;
}

static int
wait_ms(const struct state *s)
{
	int ms = s->r->sink.timeout(s->r->sink.arg);
	bool heirs = !s->child && s->r->pid != 0 && !s->lane[DIR_R].open;

	if (s->end_due && s->lane[DIR_R].len == 0)
		return 0;
	if ((s->unseen > 0 || heirs || (s->child && s->r->signals < 0)) &&
	    (ms < 0 || ms > LOOK_MS))
		ms = LOOK_MS;
	return ms;
}

static void
set_up(struct state *s, struct relay *r)
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
	l[DIR_S].buf = buffers[0];
	l[DIR_R].buf = buffers[1];
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
mirror(struct state *s)
{
	if (s->unseen > 0 && s->r->client_in >= 0)
		pair_mirror(s->r->pair, s->r->client_in);
	s->unseen = 0;
}

void
relay_run(struct relay *r)
{
	struct poll_set set;
	struct state s;
	int n;

	set_up(&s, r);
	while (!is_over(&s)) {
		arm(&s, &set);
		r->sink.flush(r->sink.arg);
		n = poll(set.fds, set.n, wait_ms(&s));
		if (n == 0) {
			r->sink.tick(r->sink.arg);
			mirror(&s);
		}
		for (int d = 0; n > 0 && d < DIRS; d++)
			move(&s, &s.lane[d], &set);
		if (n > 0)
			check_listeners(&s, &set);
		if (s.unseen > LOOK_AFTER)
			mirror(&s);
		end_lanes(&s);
		tell_exit(&s, got(&set, r->pair->in) == 0);
		if (r->signals < 0)
			reap(&s);
		else if (got(&set, r->signals) != 0)
			take_signals(&s);
		if (is_ended(&s, &set))
			break;
	}
	tell_exit(&s, true);
	close_client(&s, false);
	close_daemon(&s, false);
	fd_close(&r->err_in);
}
