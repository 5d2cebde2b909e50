/*
 * scene.c - a client, and an inetd that starts a program for it
 *
 *	scene [options] program [argument ...]
 *
 * One connection is made and accepted, the program gets it as inetd would give
 * it, and the client does the steps (steps.h) of -c.  Into the working
 * directory go `client`, what came of the steps; `exit`, how the program ended
 * and whether anything was left of it; `names`, the addresses; and `pid`.
 *
 *	-f v4|v6|dual|unix|pipe	what kind of connection (v4); dual is an IPv4
 *				client of an IPv6 socket
 *	   udp|listener|seqpacket	no connection, but such a socket
 *	-a ADDRESS[%INTERFACE]	the server's address; -p and -P are the server's
 *				and the client's ports
 *	-U UID			the client is this user's, of the groups 7 and 8, too
 *	-n FILE			the client lives in this network namespace
 *	-c STEPS		what the client does, separated by blanks
 *	-o NAME=VALUE		a socket option that the launcher sets
 *	-d 012|01|0		which descriptors become the connection (012)
 *	-l session|group|none	what the program is made leader of (session)
 *	-i NAME -b NAME		a signal that it ignores, or that is blocked
 *	-w NAME			a blocked signal that waits for it
 *	-A SECONDS		an alarm clock that was set for it
 *	-N			the connection does not block
 *	-u UID			the program runs as this user
 *	-q netns|diag		the kernel refuses network namespaces, or to tell
 *				about sockets
 *	-g			the client does its steps before the program starts
 */
#include "launch.h"
#include "options.h"
#include "steps.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define MAX 32

struct scene {
	struct launch launch;
	const char *family, *address, *netns;
	long client_uid; /* -1: ours */
	char *client[MAX];
	size_t nclient;
	const char *options[MAX];
	size_t noptions;
	unsigned short port, client_port;
	bool client_first;
};

static void
fail(const char *what)
{
	fprintf(stderr, "scene: %s: %s\n", what, strerror(errno));
	exit(99);
}

/* ---- the connection --------------------------------------------------- */

static socklen_t
make_address(const struct scene *s, struct sockaddr_storage *ss, bool client)
{
	struct sockaddr_in6 *in6 = (void *)ss;
	struct sockaddr_in *in = (void *)ss;
	const char *text = s->address;
	char addr[64], *percent;

	memset(ss, 0, sizeof *ss);
	if (text == NULL)
		text = strcmp(s->family, "v6") == 0 ? "::1" : "127.0.0.1";
	snprintf(addr, sizeof addr, "%s", text);
	percent = strchr(addr, '%');
	if (percent != NULL)
		*percent++ = '\0';
	if (strcmp(s->family, "v4") == 0 ||
	    (client && strcmp(s->family, "dual") == 0)) {
		in->sin_family = AF_INET;
		inet_pton(AF_INET, addr, &in->sin_addr);
		return sizeof *in;
	}
	in6->sin6_family = AF_INET6;
	if (strcmp(s->family, "v6") == 0)
		inet_pton(AF_INET6, addr, &in6->sin6_addr);
	if (percent != NULL)
		in6->sin6_scope_id = if_nametoindex(percent);
	return sizeof *in6;
}

static void
set_port(struct sockaddr_storage *ss, unsigned short port)
{
	struct sockaddr_in *in = (void *)ss; /* its place is the same in both */

	in->sin_port = htons(port);
}

static unsigned short
port_of(const struct sockaddr_storage *ss)
{
	const struct sockaddr_in *in = (const void *)ss;

	return ntohs(in->sin_port);
}

static int
listen_tcp(struct scene *s)
{
	struct sockaddr_storage ss;
	socklen_t n = make_address(s, &ss, false);
	int fd = socket(ss.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int on = 1, off = 0;

	set_port(&ss, s->port);
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	if (strcmp(s->family, "dual") == 0)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
	if (bind(fd, (struct sockaddr *)&ss, n) < 0 || listen(fd, 1) < 0)
		fail("listen");
	getsockname(fd, (struct sockaddr *)&ss, &n);
	s->port = port_of(&ss);
	return fd;
}

static int
connect_tcp(const struct scene *s)
{
	struct sockaddr_storage ss, own;
	socklen_t n = make_address(s, &ss, true);
	const char *percent = s->address ? strchr(s->address, '%') : NULL;
	struct sockaddr_in6 *in6 = (void *)&ss;
	int fd, on = 1;

	if (s->netns != NULL) {
		int ns = open(s->netns, O_RDONLY | O_CLOEXEC);

		if (ns < 0 || setns(ns, CLONE_NEWNET) < 0)
			fail(s->netns);
		close(ns);
	}
	if (percent != NULL) /* the peer of a veth: its only other interface */
		in6->sin6_scope_id = if_nametoindex("client");
	set_port(&ss, s->port);
	fd = socket(ss.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (s->client_port != 0) {
		memset(&own, 0, sizeof own);
		own.ss_family = ss.ss_family;
		set_port(&own, s->client_port);
		setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
		if (bind(fd, (struct sockaddr *)&own, n) < 0)
			fail("bind");
	}
	if (connect(fd, (struct sockaddr *)&ss, n) < 0)
		fail("connect");
	return fd;
}

static const struct sockaddr_un path = {AF_UNIX, "socket"};

static int
listen_unix(void)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (bind(fd, (const struct sockaddr *)&path, sizeof path) < 0 ||
	    listen(fd, 1) < 0)
		fail("listen");
	chmod(path.sun_path, 0777);
	return fd;
}

static int
connect_unix(const struct scene *s)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	const gid_t groups[] = {7, 8};

	if (s->client_uid >= 0 &&
	    (setgroups(2, groups) < 0 || setgid((gid_t)s->client_uid) < 0 ||
		setuid((uid_t)s->client_uid) < 0))
		fail("client");
	if (connect(fd, (const struct sockaddr *)&path, sizeof path) < 0)
		fail("connect");
	return fd;
}

/* ---- the client ------------------------------------------------------- */

static void
play_client(struct scene *s, int in, int out)
{
	struct steps steps = {.in = in, .out = out, .log = steps_log("client")};

	signal(SIGPIPE, SIG_IGN);
	steps_do(&steps, s->client, s->nclient);
	fprintf(steps.log, "done\n");
	_exit(0);
}

/* A socket that is no connection of the kind that inetd hands over. */
static int
other_socket(struct scene *s)
{
	const struct sockaddr_in any = {.sin_family = AF_INET};
	int fd;

	if (strcmp(s->family, "listener") == 0) {
		s->family = "v4";
		return listen_tcp(s);
	}
	if (strcmp(s->family, "udp") == 0)
		fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	else
		fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	if (fd < 0 ||
	    (strcmp(s->family, "udp") == 0 &&
		bind(fd, (const struct sockaddr *)&any, sizeof any) < 0))
		fail(s->family);
	return fd;
}

static bool
is_other(const char *family)
{
	return strcmp(family, "udp") == 0 || strcmp(family, "listener") == 0 ||
	    strcmp(family, "seqpacket") == 0;
}

/* Start the client; the server's side of the connection goes to `fds`. */
static pid_t
start_client(struct scene *s, int fds[2])
{
	bool local = strcmp(s->family, "unix") == 0;
	int to[2], from[2], listener;
	pid_t pid;

	if (is_other(s->family)) {
		fds[0] = fds[1] = other_socket(s);
		pid = fork();
		if (pid == 0)
			play_client(s, -1, -1);
		return pid;
	}
	if (strcmp(s->family, "pipe") == 0) {
		if (pipe2(to, O_CLOEXEC) < 0 || pipe2(from, O_CLOEXEC) < 0)
			fail("pipe");
		pid = fork();
		if (pid == 0) {
			close(to[0]);
			close(from[1]);
			play_client(s, from[0], to[1]);
		}
		close(to[1]);
		close(from[0]);
		fds[0] = to[0];
		fds[1] = from[1];
		return pid;
	}
	listener = local ? listen_unix() : listen_tcp(s);
	pid = fork();
	if (pid == 0) {
		int fd;

		close(listener);
		fd = local ? connect_unix(s) : connect_tcp(s);
		play_client(s, fd, fd);
	}
	fds[0] = fds[1] = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	close(listener);
	return pid;
}

/* ---- the end ---------------------------------------------------------- */

static void
tell_exit(FILE *f, const char *who, int status)
{
	if (WIFSIGNALED(status))
		fprintf(f, "%s: signal %d\n", who, WTERMSIG(status));
	else
		fprintf(f, "%s: status %d\n", who, WEXITSTATUS(status));
}

/* Wait for both, and for whatever else they may have left to us. */
static void
wait_for_all(pid_t program, pid_t client)
{
	FILE *f = fopen("exit", "we");
	int status, others = 0, program_status = 0, client_status = 0;
	pid_t pid;

	while ((pid = wait(&status)) > 0) {
		if (pid == program)
			program_status = status;
		else if (pid == client)
			client_status = status;
		else
			others++;
	}
	tell_exit(f, "program", program_status);
	tell_exit(f, "client", client_status);
	fprintf(f, "others: %d\n", others);
	fclose(f);
}

static void
write_names(int fd)
{
	FILE *f = fopen("names", "we");

	option_tell_names(f, fd);
	fclose(f);
}

static void
write_pid(pid_t pid)
{
	FILE *f = fopen("pid.new", "we");

	fprintf(f, "%d\n", (int)pid);
	fclose(f);
	rename("pid.new", "pid"); /* never seen half written */
}

/* ---- options ---------------------------------------------------------- */

static void
split(struct scene *s, char *text)
{
	char *save = NULL;

	for (char *w = strtok_r(text, " ", &save);
	     w != NULL && s->nclient < MAX; w = strtok_r(NULL, " ", &save))
		s->client[s->nclient++] = w;
}

static bool
scene_option(struct scene *s, int c, char *value)
{
	switch (c) {
	case 'f':
		s->family = value;
		break;
	case 'a':
		s->address = value;
		break;
	case 'U':
		s->client_uid = atol(value);
		break;
	case 'p':
		s->port = (unsigned short)atoi(value);
		break;
	case 'P':
		s->client_port = (unsigned short)atoi(value);
		break;
	case 'n':
		s->netns = value;
		break;
	case 'c':
		split(s, value);
		break;
	case 'o':
		if (s->noptions < MAX)
			s->options[s->noptions++] = value;
		break;
	case 'g':
		s->client_first = true;
		break;
	default:
		return launch_option(&s->launch, c, value);
	}
	return true;
}

int
main(int argc, char **argv)
{
	static struct scene s = {.family = "v4", .client_uid = -1};
	pid_t client, program;
	int c, fds[2];

	launch_init(&s.launch);
	while (
	    (c = getopt(argc, argv, "+f:a:U:p:P:n:c:o:g" LAUNCH_OPTIONS)) != -1)
		if (!scene_option(&s, c, optarg))
			return 64;
	if (optind >= argc)
		return 64;
	/* What the program leaves behind comes to us. */
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	client = start_client(&s, fds);
	for (size_t i = 0; i < s.noptions; i++)
		if (option_set(fds[0], s.options[i]) < 0)
			fail(s.options[i]);
	write_names(fds[0]);
	if (s.client_first)
		waitid(P_PID, (id_t)client, &(siginfo_t){0}, WEXITED | WNOWAIT);
	program = launch(&s.launch, fds, argv + optind);
	write_pid(program);
	close(fds[0]);
	if (fds[1] != fds[0])
		close(fds[1]);
	wait_for_all(program, client);
	return 0;
}
