/*
 * relay.c - what teed is measured against: the least that a relay can do
 *
 *	relay program [argument ...]		pass bytes on, record nothing
 *	relay -r FILE program [argument ...]	and append them to FILE, raw
 *	relay					nothing at all: what a start costs
 *
 * Two descriptors, poll, read, write, 64 KiB, a socketpair for the daemon, and no
 * waiting for acknowledgements (without TCP_NODELAY half of all bulk would take
 * 40 ms longer, which flatters what is measured against it).  No recorder that
 * records at once can do with less, unless by a trick; and this one has neither
 * limits, nor masks, nor half the ends of a connection right.
 */
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static char buf[64 * 1024];

static int
write_all(int fd, const char *p, size_t n)
{
	while (n > 0) {
		ssize_t done = write(fd, p, n);

		if (done <= 0)
			return -1;
		p += done;
		n -= (size_t)done;
	}
	return 0;
}

static pid_t
run(char **argv, const int *pair)
{
	pid_t pid = vfork();

	if (pid == 0) {
		dup2(pair[1], 0);
		dup2(pair[1], 1);
		dup2(pair[1], 2);
		execvp(argv[0], argv);
		_exit(127);
	}
	close(pair[1]);
	return pid;
}

/* Until the daemon has ended its output. */
static int
relay(int daemon, int record)
{
	struct pollfd fds[2] = {{0, POLLIN, 0}, {daemon, POLLIN, 0}};
	const int to[2] = {daemon, 1};

	for (;;) {
		if (poll(fds, 2, -1) < 0)
			return 1;
		for (int i = 0; i < 2; i++) {
			ssize_t n;

			if (fds[i].revents == 0)
				continue;
			n = read(fds[i].fd, buf, sizeof buf);
			if (n <= 0 && i == 1)
				return 0;
			if (n <= 0) {
				fds[i].fd = -1;
				shutdown(daemon, SHUT_WR);
				continue;
			}
			if (write_all(to[i], buf, (size_t)n) < 0)
				return 1;
			if (record >= 0 &&
			    write_all(record, buf, (size_t)n) < 0)
				return 1;
		}
	}
}

int
main(int argc, char **argv)
{
	int record = -1, pair[2], status = 1, on = 1;
	pid_t pid;

	if (argc < 2)
		return 0;
	argv++;
	if (argc > 3 && strcmp(argv[0], "-r") == 0) {
		record = open(
		    argv[1], O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
		argv += 2;
	}
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
		return 1;
	setsockopt(1, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	pid = run(argv, pair);
	if (relay(pair[0], record) != 0)
		return 1;
	waitpid(pid, &status, 0);
	return status != 0;
}
