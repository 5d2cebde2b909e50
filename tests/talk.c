/*
 * talk.c - play a written dialogue through a program, and check every byte
 *
 * A dialogue is a file that both ends read: one plays the client (S), the other
 * the daemon (R).  Each says its own lines and expects the other's, exactly.
 *
 *	R +OK ready		a line, written as in a transcript: CRLF unless
 *	S USER joe\n		it ends in \n (LF) or \c (nothing)
 *	2 text			the daemon says it on descriptor 2; it arrives
 *	E text			likewise, and the client does not get it
 *
 * Lines of one side that follow each other are one write.  Words for the stage:
 *
 *	! read			what was said has arrived at the other end
 *	! wait MS		silence
 *	! until COMMAND		wait for a shell command to succeed
 *	! do COMMAND		run one ($TEED_PID is the recorder)
 *	! flow KIND SEED N M	N bytes S and M bytes R at once, in random pieces
 *	! close S | R		that side ends its direction
 *	! vanish | reset	the client is gone, without or with a reset
 *	! loose			from here on, read to the end without comparing
 *	! exit N | kill NAME	how the daemon ends; exit 0 if nothing is said
 *
 * `wait`, `until` and `do` are for whoever says or does what comes next, or for
 * the one that is named: `! R: until ...`.
 *
 *	talk inetd [-6mup] [-f ADDR] [-e FILE] DIALOGUE COMMAND...
 *	talk client ADDR PORT DIALOGUE
 *	talk daemon DIALOGUE
 *	talk server PORTFILE HEADERFILE DIALOGUE
 *	talk make KIND SEED N
 *
 * `inetd` runs COMMAND on a connection as its descriptors 0, 1 and 2 and prints
 * its exit status; -6: IPv6, -m: IPv4 on an IPv6 socket, -u: AF_UNIX, -p: pipes
 * (0 and 1), -f: the client's address, -e: where descriptor 2 goes.  `server`
 * plays the daemon for --upstream; a PROXY header goes to HEADERFILE.
 */
#include "talk.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define PATIENCE 30 /* seconds for everything */

struct shared *shared;
const char *const names[2] = {"client", "daemon"};
enum who role;
int rfd, wfd;
uint64_t sent;
static pid_t child;

static void
too_late(int sig)
{
	(void)sig;
	fail("it takes too long");
}

/* ---- playing ---------------------------------------------------------- */

static void
say(int fd, const struct step *s)
{
	size_t done = 0;

	while (done < s->n) {
		ssize_t n = write(fd, s->bytes + done, s->n - done);

		if (n < 0)
			fail("cannot say \"%.*s\": %s", (int)s->n, s->bytes,
			    strerror(errno));
		done += (size_t)n;
	}
	if (s->what != SAY_ERR)
		sent += s->n;
}

static void
expect(const struct step *s)
{
	size_t done = 0;

	while (done < s->n) {
		unsigned char got[65536];
		size_t want = s->n - done;
		ssize_t n =
		    read(rfd, got, want < sizeof got ? want : sizeof got);

		if (n <= 0)
			fail("expected \"%.*s\", got %s", (int)(s->n - done),
			    s->bytes + done,
			    n < 0 ? strerror(errno) : "the end");
		if (memcmp(got, s->bytes + done, (size_t)n) != 0)
			fail("expected \"%.*s\", got \"%.*s\"",
			    (int)(s->n - done), s->bytes + done, (int)n, got);
		done += (size_t)n;
		shared->got[role] += (uint64_t)n;
	}
}

static void
expect_end(bool loose)
{
	char got[65536];
	ssize_t n;

	while ((n = read(rfd, got, sizeof got)) > 0)
		if (!loose)
			fail("expected the end, got \"%.*s\"", (int)n, got);
	if (n < 0 && !loose)
		fail("expected the end, got: %s", strerror(errno));
}

static bool
shell(const char *command)
{
	char name[32], line[4096];
	pid_t teed = role == DAEMON ? getppid() : child;

	snprintf(name, sizeof name, "%ld", (long)teed);
	if (teed > 1)
		setenv("TEED_PID", name, 1);
	/* Its descriptors 1 and 2 would be the conversation. */
	snprintf(line, sizeof line, "exec </dev/null >&9 2>&9; %s", command);
	return system(line) == 0;
}

static void
close_out(void)
{
	if (wfd != rfd || shutdown(wfd, SHUT_WR) < 0)
		close(wfd);
}

static void
leave(bool reset)
{
	const struct linger now = {1, 0};

	if (reset)
		setsockopt(wfd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
	close(wfd);
	if (rfd != wfd)
		close(rfd);
}

static void
die(const char *name)
{
	const int sig = strcmp(name, "KILL") == 0 ? SIGKILL :
	    strcmp(name, "SEGV") == 0		  ? SIGSEGV :
						    SIGTERM;

	signal(sig, SIG_DFL);
	kill(getpid(), sig);
}

static void
act(const struct step *s)
{
	switch (s->what) {
	case SAY:
		say(wfd, s);
		break;
	case SAY_2:
	case SAY_ERR:
		say(2, s);
		break;
	case READ:
		while (shared->got[!role] < sent)
			usleep(500);
		break;
	case WAIT:
		usleep((useconds_t)atoi(s->word) * 1000);
		break;
	case UNTIL:
		while (!shell(s->word))
			usleep(10000);
		break;
	case DO:
		if (!shell(s->word))
			fail("failed: %s", s->word);
		break;
	case CLOSE:
		close_out();
		break;
	case VANISH:
	case RESET:
		leave(s->what == RESET);
		break;
	case EXIT:
		exit(atoi(s->word));
	case KILL:
		die(s->word);
		break;
	case FLOW:
	case LOOSE:
		break;
	}
}

/* What the other end does.  Returns false when nothing can follow. */
static bool
watch(const struct step *s, bool *ended)
{
	switch (s->what) {
	case SAY:
	case SAY_2:
		expect(s);
		return true;
	case CLOSE:
		expect_end(false);
		*ended = true;
		return true;
	case VANISH:
	case RESET:
		expect_end(true);
		*ended = true;
		return true;
	case EXIT:
	case KILL:
		return false;
	default:
		return true;
	}
}

/* Returns whether the other side's end is still to come. */
static bool
play(void)
{
	bool ended = false, gone = false;

	for (size_t i = 0; i < nsteps; i++) {
		const struct step *s = &steps[i];

		if (s->what == FLOW) {
			flow(s->word);
		} else if (s->what == LOOSE) {
			expect_end(true);
			ended = true;
		} else if (s->who == role) {
			act(s);
			gone |= s->what == VANISH || s->what == RESET;
		} else if (gone && s->what == SAY) {
			continue;
		} else if (!watch(s, &ended)) {
			break;
		}
	}
	return !ended && !gone;
}

/* ---- the two ends, and what is between them --------------------------- */

static int
listen_at(const char *addr, struct sockaddr_storage *ss, socklen_t *len)
{
	const struct addrinfo hints = {
	    .ai_flags = AI_NUMERICHOST, .ai_socktype = SOCK_STREAM};
	struct addrinfo *ai;
	int fd, on = 1, off = 0;

	if (getaddrinfo(addr, "0", &hints, &ai) != 0)
		fail("bad address %s", addr);
	fd = socket(ai->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	if (ai->ai_family == AF_INET6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
	if (bind(fd, ai->ai_addr, ai->ai_addrlen) < 0 || listen(fd, 10) < 0)
		fail("cannot listen at %s: %s", addr, strerror(errno));
	freeaddrinfo(ai);
	*len = sizeof *ss;
	getsockname(fd, (struct sockaddr *)ss, len);
	return fd;
}

static int
connect_to(const char *addr, const char *port, const char *from)
{
	const struct addrinfo hints = {
	    .ai_flags = AI_NUMERICHOST, .ai_socktype = SOCK_STREAM};
	struct addrinfo *ai, *source;
	int fd, on = 1;

	if (getaddrinfo(addr, port, &hints, &ai) != 0)
		fail("bad address %s:%s", addr, port);
	fd = socket(ai->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (from != NULL &&
	    (getaddrinfo(from, "0", &hints, &source) != 0 ||
		bind(fd, source->ai_addr, source->ai_addrlen) < 0))
		fail("cannot be %s: %s", from, strerror(errno));
	if (connect(fd, ai->ai_addr, ai->ai_addrlen) < 0)
		fail(
		    "cannot connect to %s:%s: %s", addr, port, strerror(errno));
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	freeaddrinfo(ai);
	return fd;
}

/* A connection as inetd accepts it: the other end is ours. */
static int
accept_own(char kind, const char *from)
{
	struct sockaddr_storage ss;
	socklen_t len;
	char port[16];
	int listener, fd;

	listener = listen_at(kind == '6' ? "::1" :
		kind == 'm'		 ? "::" :
					   "127.0.0.1",
	    &ss, &len);
	snprintf(port, sizeof port, "%d",
	    ntohs(((struct sockaddr_in *)(void *)&ss)->sin_port));
	rfd = wfd = connect_to(kind == '6' ? "::1" : "127.0.0.1", port, from);
	fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	close(listener);
	return fd;
}

static void
run_on(const int fd[3], const char *err, char **command)
{
	int e = err == NULL ?
	    -1 :
	    open(err, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);

	child = fork();
	if (child != 0)
		return;
	signal(SIGPIPE, SIG_DFL);
	/* Each number may still be in use as another descriptor. */
	for (int i = 0; i < 3; i++) {
		int f = i == 2 && e >= 0 ? e : fd[i];

		if (f >= 0 && dup2(fcntl(f, F_DUPFD, 20), 30 + i) < 0)
			_exit(126);
	}
	for (int i = 0; i < 3; i++)
		if (fcntl(30 + i, F_GETFD) >= 0)
			dup2(30 + i, i);
	for (int i = 3; i < 64; i++)
		close(i);
	execvp(command[0], command);
	_exit(127);
}

static int
play_client(bool own)
{
	int status;

	if (play()) {
		expect_end(false);
		close(rfd);
	}
	if (!own)
		return 0;
	close(rfd);
	close(wfd);
	if (waitpid(child, &status, 0) < 0)
		fail("waitpid: %s", strerror(errno));
	if (WIFSIGNALED(status))
		printf("signal %d\n", WTERMSIG(status));
	else
		printf("status %d\n", WEXITSTATUS(status));
	return 0;
}

static int
inetd(int argc, char **argv)
{
	int option, fd[3] = {-1, -1, -1}, pair[2], to[2], from[2];
	const char *err = NULL, *address = NULL;
	char kind = '4';

	while ((option = getopt(argc, argv, "+6mupf:e:")) != -1) {
		if (option == 'e')
			err = optarg;
		else if (option == 'f')
			address = optarg;
		else
			kind = (char)option;
	}
	if (argc - optind < 2)
		fail("a dialogue and a command, please");
	parse(argv[optind]);
	if (kind == 'u') {
		socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair);
		rfd = wfd = pair[0];
		fd[0] = pair[1];
	} else if (kind == 'p') {
		if (pipe2(to, O_CLOEXEC) < 0 || pipe2(from, O_CLOEXEC) < 0)
			fail("no pipe");
		rfd = from[0];
		wfd = to[1];
		fd[0] = to[0];
		fd[1] = from[1];
	} else {
		fd[0] = accept_own(kind, address);
	}
	if (kind != 'p')
		fd[1] = fd[2] = fd[0];
	run_on(fd, err, argv + optind + 1);
	close(fd[0]);
	if (fd[1] != fd[0])
		close(fd[1]);
	return play_client(true);
}

/* A PROXY header of either version, up to its last byte. */
static void
take_header(const char *path)
{
	unsigned char h[256];
	size_t n = 0, want = sizeof h;
	FILE *f = fopen(path, "w");

	while (n < want && read(rfd, h + n, 1) == 1) {
		n++;
		if (h[0] == 'P' && h[n - 1] == '\n')
			break;
		if (h[0] == '\r' && n == 16)
			want = 16 + (size_t)(h[14] << 8 | h[15]);
	}
	if (f == NULL || fwrite(h, 1, n, f) != n || fclose(f) != 0)
		fail("%s: %s", path, strerror(errno));
}

static int
server(const char *port_file, const char *header, const char *dialogue)
{
	struct sockaddr_storage ss;
	socklen_t len;
	int listener;
	FILE *f;

	role = DAEMON;
	parse(dialogue);
	listener = listen_at("127.0.0.1", &ss, &len);
	f = fopen(port_file, "w");
	if (f == NULL)
		fail("%s: %s", port_file, strerror(errno));
	fprintf(
	    f, "%d\n", ntohs(((struct sockaddr_in *)(void *)&ss)->sin_port));
	fclose(f);
	rfd = wfd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	if (header[0] != '\0')
		take_header(header);
	play();
	return 0;
}

int
main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";

	signal(SIGALRM, too_late);
	signal(SIGPIPE, SIG_IGN);
	alarm(getenv("PATIENCE") != NULL ? (unsigned)atoi(getenv("PATIENCE")) :
					   PATIENCE);
	if (strcmp(what, "inetd") == 0)
		return inetd(argc - 1, argv + 1);
	if (strcmp(what, "make") == 0 && argc == 5)
		return make(argv[2], argv[3], argv[4]);
	if (strcmp(what, "server") == 0 && argc == 5)
		return server(argv[2], argv[3], argv[4]);
	if (strcmp(what, "client") == 0 && argc == 5) {
		parse(argv[4]);
		rfd = wfd = connect_to(argv[2], argv[3], NULL);
		return play_client(false);
	}
	if (strcmp(what, "daemon") == 0 && argc == 3) {
		role = DAEMON;
		parse(argv[2]);
		rfd = 0;
		wfd = 1;
		play();
		return 0;
	}
	fprintf(stderr, "usage: see the beginning of tests/talk.c\n");
	return 2;
}
