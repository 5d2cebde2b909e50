/* launch.c - a program on a TCP connection, as inetd runs it, and its cost */
#include "launch.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PATIENCE 60 /* seconds for an answer */
#define END_MS 1000 /* for all processes to end */
#define CONNECT_TRIES 500 /* of 10 ms each */

void
die(const char *what)
{
	fprintf(stderr, "drive: %s: %s\n", what, strerror(errno));
	exit(1);
}

int64_t
clock_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* ---- connections ------------------------------------------------------ */

/*
 * As on most machines: some algorithms send by a timer (bbr, which may be the
 * default), and what waits for one says nothing of who relays.
 */
static void
set_congestion(int fd)
{
	static const char usual[] = "cubic";

	setsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, usual, sizeof usual - 1);
}

static int
listen_somewhere(unsigned *port)
{
	struct sockaddr_in sin = {.sin_family = AF_INET};
	socklen_t n = sizeof sin;
	int on = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	sin.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	if (fd >= 0)
		set_congestion(fd);
	if (fd < 0 || bind(fd, (struct sockaddr *)&sin, sizeof sin) < 0 ||
	    listen(fd, 1) < 0 ||
	    getsockname(fd, (struct sockaddr *)&sin, &n) < 0)
		die("listen");
	*port = ntohs(sin.sin_port);
	return fd;
}

/* It stays open, so that the next one differs. */
unsigned
launch_free_port(void)
{
	unsigned port;

	listen_somewhere(&port);
	return port;
}

void
launch_connect(struct session *s, unsigned port)
{
	struct sockaddr_in sin = {.sin_family = AF_INET};
	int on = 1;

	sin.sin_port = htons((in_port_t)port);
	sin.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	s->at = s->len = 0;
	s->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (s->fd < 0)
		die("socket");
	set_congestion(s->fd);
	for (int i = 0; i < CONNECT_TRIES; i++) {
		if (connect(s->fd, (struct sockaddr *)&sin, sizeof sin) == 0)
			break;
		if (errno != ECONNREFUSED || i == CONNECT_TRIES - 1)
			die("connect");
		usleep(10000); /* it may be about to listen */
	}
	setsockopt(s->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

static _Noreturn void
become(int fd, char **argv)
{
	signal(SIGPIPE, SIG_DFL);
	for (int i = 0; i < 3; i++)
		dup2(fd, i);
	execvp(argv[0], argv);
	_exit(127);
}

static void
run(int fd, char **argv)
{
	pid_t pid = fork();

	if (pid < 0)
		die("fork");
	if (pid == 0)
		become(fd, argv);
	close(fd);
}

/* The daemon at a port of its own, for one client. */
static unsigned
serve(char **argv)
{
	unsigned port;
	int listener = listen_somewhere(&port);
	pid_t pid = fork();

	if (pid < 0)
		die("fork");
	if (pid == 0) {
		int fd = accept(listener, NULL, NULL);

		close(listener);
		if (fd >= 0)
			become(fd, argv);
		_exit(1);
	}
	close(listener);
	return port;
}

static char *
with_port(const char *word, unsigned port)
{
	const char *at = strstr(word, "@PORT@");
	char *out;

	if (at == NULL)
		return strdup(word);
	if (asprintf(&out, "%.*s%u%s", (int)(at - word), word, port,
		at + sizeof "@PORT@" - 1) < 0)
		die("memory");
	return out;
}

void
launch(struct session *s, char **argv, int served)
{
	char *words[64];
	unsigned port, daemon_port = 0;
	int n = 0, listener, fd;

	while (argv[n] != NULL)
		n++;
	if (served >= n || n >= 64) {
		errno = EINVAL;
		die("launch");
	}
	if (served > 0)
		daemon_port = serve(argv + n - served);
	for (int i = 0; i < n - served; i++)
		words[i] = with_port(argv[i], daemon_port);
	words[n - served] = NULL;
	listener = listen_somewhere(&port);
	launch_connect(s, port);
	fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	if (fd < 0)
		die("accept");
	close(listener);
	run(fd, words);
	for (int i = 0; i < n - served; i++)
		free(words[i]);
}

/* ---- conversation ----------------------------------------------------- */

bool
session_fill(struct session *s, int seconds)
{
	struct pollfd pfd = {s->fd, POLLIN, 0};
	ssize_t n;

	if (poll(&pfd, 1, seconds * 1000) <= 0)
		return false;
	n = recv(s->fd, s->buf, sizeof s->buf, 0);
	s->at = 0;
	s->len = n > 0 ? (size_t)n : 0;
	return n > 0;
}

void
session_say(struct session *s, const char *text)
{
	char line[512];
	int n = snprintf(line, sizeof line, "%s\r\n", text);

	if (send(s->fd, line, (size_t)n, MSG_NOSIGNAL) != n)
		die("send");
}

void
session_hear(struct session *s, const char *begins)
{
	char line[512];
	size_t n = 0;

	errno = ETIMEDOUT;
	for (;;) {
		if (s->at == s->len && !session_fill(s, PATIENCE))
			die("no answer");
		if (s->buf[s->at] == '\n')
			break;
		if (n + 1 < sizeof line)
			line[n++] = (char)s->buf[s->at];
		s->at++;
	}
	s->at++;
	line[n] = '\0';
	if (strncmp(line, begins, strlen(begins)) != 0) {
		fprintf(stderr, "drive: heard %s\n", line);
		errno = EPROTO;
		die(begins);
	}
}

bool
session_ends(struct session *s, int seconds)
{
	struct pollfd pfd = {s->fd, POLLIN, 0};

	while (session_fill(s, seconds))
		;
	return poll(&pfd, 1, 0) > 0;
}

/* ---- processes -------------------------------------------------------- */

/* The parent of a process, or 0. */
static pid_t
parent_of(pid_t pid)
{
	char path[64], text[512], *at;
	FILE *f;
	size_t n;

	snprintf(path, sizeof path, "/proc/%ld/stat", (long)pid);
	f = fopen(path, "r");
	if (f == NULL)
		return 0;
	n = fread(text, 1, sizeof text - 1, f);
	fclose(f);
	text[n] = '\0';
	at = strrchr(text, ')');
	return at != NULL && strlen(at) > 4 ? (pid_t)atol(at + 4) : 0;
}

static bool
is_ours(pid_t pid)
{
	pid_t self = getpid();

	for (int i = 0; i < 8 && pid > 1; i++) {
		pid = parent_of(pid);
		if (pid == self)
			return true;
	}
	return false;
}

/* Call `what` for every process that was launched. */
static void
for_all(void (*what)(pid_t pid, void *arg), void *arg)
{
	DIR *dir = opendir("/proc");
	struct dirent *de;

	if (dir == NULL)
		die("/proc");
	while ((de = readdir(dir)) != NULL) {
		pid_t pid = (pid_t)atol(de->d_name);

		if (pid > 1 && is_ours(pid))
			what(pid, arg);
	}
	closedir(dir);
}

static void
kill_one(pid_t pid, void *arg)
{
	(void)arg;
	kill(pid, SIGKILL);
}

int64_t
launch_reap(void)
{
	int64_t until = clock_ns() + END_MS * (int64_t)1000000;
	struct rusage u;
	pid_t pid;

	while ((pid = waitpid(-1, NULL, WNOHANG)) >= 0) {
		if (pid == 0 && clock_ns() > until)
			for_all(kill_one, NULL);
		if (pid == 0)
			usleep(200);
	}
	getrusage(RUSAGE_CHILDREN, &u);
	return (int64_t)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1000000 +
	    u.ru_utime.tv_usec + u.ru_stime.tv_usec;
}

struct look {
	const char *daemon;
	struct memory memory;
};

static void
look_at(pid_t pid, void *arg)
{
	struct look *k = arg;
	char path[64], exe[4096], line[256];
	unsigned long kb;
	ssize_t n;
	FILE *f;

	snprintf(path, sizeof path, "/proc/%ld/exe", (long)pid);
	n = readlink(path, exe, sizeof exe - 1);
	if (n < 0)
		return;
	exe[n] = '\0';
	if (strcmp(exe, k->daemon) == 0)
		return;
	snprintf(path, sizeof path, "/proc/%ld/smaps_rollup", (long)pid);
	f = fopen(path, "r");
	if (f == NULL)
		return;
	k->memory.processes++;
	while (fgets(line, sizeof line, f) != NULL)
		if (sscanf(line, "Private_%*[a-zA-Z]: %lu", &kb) == 1)
			k->memory.private_kb += kb;
		else if (sscanf(line, "Pss: %lu", &kb) == 1)
			k->memory.pss_kb += kb;
	fclose(f);
}

struct memory
launch_memory(const char *daemon)
{
	struct look k = {.daemon = daemon};

	for_all(look_at, &k);
	return k.memory;
}
