/*
 * listen.c - accept connections without an inetd
 *
 * A process for each connection, as inetd would do it: the connection is its
 * descriptors 0 and 1; 2 is ours.  Sessions that run when the listener ends are
 * left alone.
 */
#include "listen.h"
#include "run.h"
#include "signals.h"

#include "../base/fd.h"
#include "../base/msg.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
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
	struct pollfd fds[1 + SOCKETS]; /* signals, and the sockets */
	nfds_t n;
	unsigned sessions;
	/* As we were started, and for the sessions. */
	sigset_t mask;
	struct sigaction child;
};

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

	fd = socket(ai->ai_family,
	    ai->ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, ai->ai_protocol);
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
	const char *told = h->host[0] != '\0' ? h->host : "127.0.0.1";
	const char *host = told;
	int error, fd, opened = 0;

	if (strcmp(host, "*") == 0) {
		hints.ai_flags = AI_PASSIVE;
		host = NULL;
	}
	error = getaddrinfo(host, h->port, &hints, &list);
	if (error != 0) {
		msg_error(
		    "--listen %s:%s: %s", told, h->port, gai_strerror(error));
		return -1;
	}
	for (struct addrinfo *ai = list; ai != NULL; ai = ai->ai_next) {
		if (l->n == 1 + SOCKETS || (fd = bind_address(ai)) < 0)
			continue;
		l->fds[l->n].fd = fd;
		l->fds[l->n++].events = POLLIN;
		opened++;
		say_where(fd);
	}
	if (opened == 0)
		msg_error("--listen %s:%s: %s", told, h->port, strerror(errno));
	freeaddrinfo(list);
	return opened > 0 ? 0 : -1;
}

static void
reap(struct listener *l)
{
	/* A shell that became us may have left children that are no sessions. */
	while (waitpid(-1, NULL, WNOHANG) > 0)
		if (l->sessions > 0)
			l->sessions--;
}

/* Returns false when it is time to end. */
static bool
take_signals(struct listener *l)
{
	int sig[SIGNALS_AT_ONCE], n = signals_read(l->fds[0].fd, sig);

	for (int i = 0; i < n; i++) {
		if (sig[i] == SIGCHLD)
			reap(l);
		if (sig[i] == SIGTERM || sig[i] == SIGINT)
			return false;
	}
	return true;
}

/* In the session's own process. */
static void
be_session(struct listener *l, int fd)
{
	int status;

	for (nfds_t i = 0; i < l->n; i++)
		fd_close(&l->fds[i].fd);
	if (dup2(fd, 0) < 0 || dup2(0, 1) < 0)
		_exit(STATUS_TEMPFAIL);
	close(fd);
	sigaction(SIGCHLD, &l->child, NULL);
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

/* Descriptors 0, 1 and 2 will be a session's: nothing of ours may be there. */
static void
keep_standard_free(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDWR);
	while (fd >= 0 && fd <= STDERR_FILENO);
	fd_close(&fd);
}

int
listen_run(const struct config *c)
{
	static struct listener l;
	/* Ignored, sessions would end without a word and never be counted off. */
	const struct sigaction sa = {.sa_handler = SIG_DFL};
	bool running = true;

	l.config = c;
	keep_standard_free();
	sigaction(SIGCHLD, &sa, &l.child);
	signals_block(&l.mask);
	l.fds[0].fd = signals_open();
	l.fds[0].events = POLLIN;
	l.n = 1;
	for (unsigned i = 0; i < c->nlisten; i++)
		if (open_address(&l, &c->listen[i]) < 0)
			return STATUS_TEMPFAIL;
	while (running) {
		bool full = l.sessions >= c->max;

		if (poll(l.fds, full ? 1 : l.n, -1) < 0)
			continue;
		for (nfds_t i = 1; i < l.n && l.sessions < c->max; i++)
			if (l.fds[i].revents != 0)
				accept_one(&l, l.fds[i].fd);
		if (l.fds[0].revents != 0)
			running = take_signals(&l);
	}
	return 0;
}
