/*
 * crowd.c - many conversations at once, each told from the others
 *
 *	crowd daemon			greet; answer every line with `+OK line`
 *	crowd clients N BUSY ROUNDS PORT [FILE]
 *
 * `clients` opens N connections to 127.0.0.1:PORT and waits for every greeting
 * (and for FILE to be there) before it goes on; then BUSY of them send ROUNDS lines each, in turns, and
 * check every answer; then all of them say QUIT and see the end.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define GREETING "+OK ready\r\n"

static int
fail(int client, const char *what)
{
	fprintf(stderr, "crowd: client %d: %s: %s\n", client, what,
	    strerror(errno));
	exit(1);
}

static int
be_daemon(void)
{
	char line[1024], answer[1100];
	int n;

	if (write(1, GREETING, sizeof GREETING - 1) < 0)
		return 1;
	while (fgets(line, sizeof line, stdin) != NULL) {
		n = snprintf(answer, sizeof answer, "+OK %s", line);
		if (write(1, answer, (size_t)n) != n)
			return 1;
		if (strcmp(line, "QUIT\r\n") == 0)
			break;
	}
	return 0;
}

static int
open_one(int client, unsigned port)
{
	struct sockaddr_in sin = {.sin_family = AF_INET};
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	sin.sin_port = htons((in_port_t)port);
	sin.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd < 0 || connect(fd, (struct sockaddr *)&sin, sizeof sin) < 0)
		fail(client, "connect");
	return fd;
}

static void
expect(int client, int fd, const char *text)
{
	size_t n = strlen(text), got = 0;
	char buf[1100];

	while (got < n) {
		ssize_t r = read(fd, buf + got, n - got);

		if (r <= 0)
			fail(client, text);
		got += (size_t)r;
	}
	errno = 0;
	if (memcmp(buf, text, n) != 0)
		fail(client, text);
}

static void
send_line(int client, int fd, const char *line)
{
	size_t n = strlen(line);

	if (write(fd, line, n) != (ssize_t)n)
		fail(client, line);
}

static int
be_clients(int n, int busy, int rounds, unsigned port, const char *file)
{
	int *fd = calloc((size_t)n, sizeof *fd);
	char line[100], answer[110], end;

	for (int i = 0; i < n; i++)
		fd[i] = open_one(i, port);
	for (int i = 0; i < n; i++)
		expect(i, fd[i], GREETING);
	while (file != NULL && access(file, F_OK) < 0)
		usleep(10000);
	for (int k = 0; k < rounds; k++) {
		for (int i = 0; i < busy; i++) {
			snprintf(
			    line, sizeof line, "client %d says %d\r\n", i, k);
			send_line(i, fd[i], line);
		}
		for (int i = 0; i < busy; i++) {
			snprintf(answer, sizeof answer,
			    "+OK client %d says %d\r\n", i, k);
			expect(i, fd[i], answer);
		}
	}
	for (int i = 0; i < n; i++)
		send_line(i, fd[i], "QUIT\r\n");
	for (int i = 0; i < n; i++) {
		expect(i, fd[i], "+OK QUIT\r\n");
		if (read(fd[i], &end, 1) != 0)
			fail(i, "no end");
		close(fd[i]);
	}
	free(fd);
	return 0;
}

int
main(int argc, char **argv)
{
	struct rlimit files;

	alarm(300);
	if (argc == 2 && strcmp(argv[1], "daemon") == 0)
		return be_daemon();
	if (argc < 6 || strcmp(argv[1], "clients") != 0)
		return 2;
	getrlimit(RLIMIT_NOFILE, &files);
	files.rlim_cur = files.rlim_max;
	setrlimit(RLIMIT_NOFILE, &files);
	return be_clients(atoi(argv[2]), atoi(argv[3]), atoi(argv[4]),
	    (unsigned)atoi(argv[5]), argv[6]);
}
