/*
 * daemon.c - a daemon that costs little, for measuring what stands before it
 *
 *	daemon pop3 KIND SIZE	answers as POP3 does; RETR sends a load
 *	daemon smtp KIND SIZE	answers as SMTP does; DATA takes a load
 *	daemon bytes KIND SIZE	sends a load as soon as a line has come
 *
 * Where BENCH_USAGE is in the environment, the microseconds of CPU time that it
 * took are appended to that file, so that they can be told from the recorder's.
 */
#include "load.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/resource.h>
#include <unistd.h>

static char in[256 * 1024];
static size_t in_at, in_len;
static struct load load;
static const char *kind;
static uint64_t size;

static void
say(const char *text)
{
	if (write(1, text, strlen(text)) < 0)
		exit(1);
}

static bool
fill(void)
{
	ssize_t n;

	do
		n = read(0, in, sizeof in);
	while (n < 0 && load_may_block(0));
	in_at = 0;
	in_len = n > 0 ? (size_t)n : 0;
	return n > 0;
}

/* One line without its end; false at the end of the input. */
static bool
hear(char *line, size_t room)
{
	size_t n = 0;

	for (;;) {
		if (in_at == in_len && !fill())
			return false;
		if (in[in_at] == '\n')
			break;
		if (in[in_at] != '\r' && n + 1 < room)
			line[n++] = in[in_at];
		in_at++;
	}
	in_at++;
	line[n] = '\0';
	return true;
}

static void
send_load(void)
{
	load.at = 0;
	if (!load_write(&load, 1))
		exit(1);
}

/* The load, and a lone dot. */
static bool
take_load(void)
{
	char line[16];

	load.at = 0;
	while (load.at < load.size && (in_at < in_len || fill()))
		in_at += load_check(
		    &load, (const unsigned char *)in + in_at, in_len - in_at);
	return hear(line, sizeof line) && strcmp(line, ".") == 0 && !load.wrong;
}

static void
pop3(void)
{
	char line[512];

	say("+OK ready\r\n");
	while (hear(line, sizeof line)) {
		if (strncasecmp(line, "RETR", 4) == 0) {
			say("+OK message follows\r\n");
			send_load();
			say(".\r\n");
		} else if (strcasecmp(line, "QUIT") == 0) {
			say("+OK bye\r\n");
			return;
		} else {
			say("+OK\r\n");
		}
	}
}

static void
smtp(void)
{
	char line[512];

	say("220 mail.example ESMTP\r\n");
	while (hear(line, sizeof line)) {
		if (strcasecmp(line, "DATA") == 0) {
			say("354 go on\r\n");
			say(take_load() ? "250 taken\r\n" : "554 wrong\r\n");
		} else if (strcasecmp(line, "QUIT") == 0) {
			say("221 bye\r\n");
			return;
		} else {
			say("250 ok\r\n");
		}
	}
}

static void
bytes(void)
{
	char line[512];

	if (hear(line, sizeof line))
		send_load();
}

static void
tell_usage(void)
{
	const char *file = getenv("BENCH_USAGE");
	struct rusage u;
	char text[32];
	int fd, n;

	if (file == NULL)
		return;
	getrusage(RUSAGE_SELF, &u);
	fd = open(file, O_WRONLY | O_APPEND | O_CREAT, 0600);
	n = snprintf(text, sizeof text, "%lld\n",
	    (long long)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1000000 +
		u.ru_utime.tv_usec + u.ru_stime.tv_usec);
	if (fd < 0 || write(fd, text, (size_t)n) != n)
		exit(1);
}

int
main(int argc, char **argv)
{
	if (argc != 4)
		return 64;
	kind = argv[2];
	size = strtoull(argv[3], NULL, 10);
	if (size > 0 && !load_open(&load, kind, size))
		return 64;
	if (strcmp(argv[1], "pop3") == 0)
		pop3();
	else if (strcmp(argv[1], "smtp") == 0)
		smtp();
	else if (strcmp(argv[1], "bytes") == 0)
		bytes();
	tell_usage();
	return 0;
}
