/*
 * listen.c - accept connections without an inetd
 *
 * A process for each connection, as inetd would do it: the connection is its
 * descriptors 0 and 1; 2 is ours.  Sessions that run when the listener ends are
 * left alone.
 */
#include "listen.h"
#include "run.h"

#include "../base/fd.h"
#include "../base/msg.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define SOCKETS (2 * CONFIG_LISTEN)
#define BACKLOG 128

/* After an error that may pass (no descriptors, no memory). */
#define PAUSE_MS 200

struct listener {
	const struct config *config;
	struct pollfd fds[SOCKETS];
	nfds_t n;
	unsigned sessions;
	sigset_t mask; /* as we were started, and for the sessions */
};

static volatile sig_atomic_t got_child, got_end;

static void
on_signal(int sig)
{
	if (sig == SIGCHLD)
		got_child = 1;
	else
		got_end = sig;
}

static void
say_where(int fd)
{
	struct sockaddr_storage ss;
	socklen_t n = sizeof ss;
	char host[NI_MAXHOST], port[NI_MAXSERV], text[NI_MAXHOST + 16];
	struct str s;

	if (getsockname(fd, (struct sockaddr *)&ss, &n) < 0 ||
	    getnameinfo((struct sockaddr *)&ss, n, host, sizeof host, port,
	    sizeof port, NI_NUMERICHOST | NI_NUMERICSERV) != 0)
		return;
	str_init(&s, text, sizeof text);
	peer_text(&s, host, port);
	msg_info("listening on %s", text);
}

static int
bind_address(const struct addrinfo *ai)
{
	int on = 1, fd;

	fd = socket(ai->ai_family, ai->ai_socktype | SOCK_CLOEXEC |
	    SOCK_NONBLOCK, ai->ai_protocol);
	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	if (ai->ai_family == AF_INET6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
	if (bind(fd, ai->ai_addr, ai->ai_addrlen) < 0 ||
	    listen(fd, BACKLOG) < 0)
		fd_close(&fd);
	return fd;
}

/* Loopback unless an address is given; * is every address. */
static int
open_address(struct listener *l, const struct config_host *h)
{
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *list;
	const char *host = h->host[0] != '\0' ? h->host : "127.0.0.1";
	int error, fd, opened = 0;

	if (strcmp(host, "*") == 0) {
		hints.ai_flags = AI_PASSIVE;
		host = NULL;
	}
	error = getaddrinfo(host, h->port, &hints, &list);
	if (error != 0) {
		msg_error("--listen %s:%s: %s", h->host, h->port,
		    gai_strerror(error));
		return -1;
	}
	for (struct addrinfo *ai = list; ai != NULL; ai = ai->ai_next) {
		if (l->n == SOCKETS || (fd = bind_address(ai)) < 0)
			continue;
		l->fds[l->n].fd = fd;
		l->fds[l->n++].events = POLLIN;
		opened++;
		say_where(fd);
	}
	if (opened == 0)
		msg_error("--listen %s:%s: %s", h->host, h->port,
		    strerror(errno));
	freeaddrinfo(list);
	return opened > 0 ? 0 : -1;
}

static void
catch_signals(struct listener *l)
{
	static const int caught[] = {SIGCHLD, SIGTERM, SIGINT};
	struct sigaction sa = {.sa_handler = on_signal};
	sigset_t block;

	sigemptyset(&sa.sa_mask);
	sigemptyset(&block);
	for (size_t i = 0; i < sizeof caught / sizeof *caught; i++) {
		sigaction(caught[i], &sa, NULL);
		sigaddset(&block, caught[i]);
	}
	sigprocmask(SIG_BLOCK, &block, &l->mask);
	for (size_t i = 0; i < sizeof caught / sizeof *caught; i++)
		sigdelset(&l->mask, caught[i]);
}

static void
reap(struct listener *l)
{
	got_child = 0;
	while (waitpid(-1, NULL, WNOHANG) > 0)
		l->sessions--;
}

/* In the session's own process. */
static void
be_session(struct listener *l, int fd)
{
	struct sigaction sa = {.sa_handler = SIG_DFL};
	int status;

	sigemptyset(&sa.sa_mask);
	sigaction(SIGCHLD, &sa, NULL);
	sigaction(SIGTERM, &sa, NULL);
	sigaction(SIGINT, &sa, NULL);
	for (nfds_t i = 0; i < l->n; i++)
		fd_close(&l->fds[i].fd);
	if (dup2(fd, 0) < 0 || dup2(0, 1) < 0)
		_exit(STATUS_TEMPFAIL);
	close(fd);
	sigprocmask(SIG_SETMASK, &l->mask, NULL);
	status = run_session(l->config);
	_exit(status);
}

static void
accept_one(struct listener *l, int listener)
{
	int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	pid_t pid;

	if (fd < 0) {
		if (errno != EAGAIN && errno != EINTR &&
		    errno != ECONNABORTED) {
			msg_error("accept: %s", strerror(errno));
			poll(NULL, 0, PAUSE_MS);
		}
		return;
	}
	pid = fork();
	if (pid == 0)
		be_session(l, fd);
	if (pid < 0)
		msg_error("no process for a session: %s", strerror(errno));
	else
		l->sessions++;
	close(fd);
}

int
listen_run(const struct config *c)
{
	static struct listener l;

	l.config = c;
	for (unsigned i = 0; i < c->nlisten; i++)
		if (open_address(&l, &c->listen[i]) < 0)
			return STATUS_TEMPFAIL;
	catch_signals(&l);
	while (!got_end) {
		bool full = l.sessions >= c->max;

		if (ppoll(l.fds, full ? 0 : l.n, NULL, &l.mask) > 0)
			for (nfds_t i = 0; i < l.n && l.sessions < c->max; i++)
				if (l.fds[i].revents != 0)
					accept_one(&l, l.fds[i].fd);
		if (got_child)
			reap(&l);
	}
	return 0;
}
