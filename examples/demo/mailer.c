/*
 * mailer.c - a scripted mail client for demonstrations
 *
 * usage: mailer port < script
 *
 * Connects to 127.0.0.1 and says the lines of the script, each when the server
 * has answered the one before.  The server's answer has come when a line looks
 * like the last of a reply (POP3: +OK, -ERR, and the lone dot of a list; SMTP:
 * a code with a blank behind it).  Script lines that begin with a tilde are
 * said without waiting, as the lines of a message are.
 */
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Commands of POP3 whose good reply is followed by a list or a message. */
static int
is_list(const char *command)
{
	return strncmp(command, "CAPA", 4) == 0 ||
	    strncmp(command, "RETR", 4) == 0 ||
	    strcmp(command, "LIST\r\n") == 0;
}

/* Read one reply; returns 0 at the end of the connection. */
static int
read_reply(FILE *server, const char *command)
{
	char line[1024];

	while (fgets(line, sizeof line, server) != NULL) {
		if (strncmp(line, "-ERR", 4) == 0 || strcmp(line, ".\r\n") == 0)
			return 1;
		if (strncmp(line, "+OK", 3) == 0 && !is_list(command))
			return 1;
		if (strspn(line, "0123456789") == 3 && line[3] == ' ')
			return 1;
	}
	return 0;
}

static int
converse(FILE *server, FILE *out)
{
	char script[1000], line[1024] = "";

	if (!read_reply(server, line))
		return 1;
	while (fgets(script, sizeof script, stdin) != NULL) {
		script[strcspn(script, "\n")] = '\0';
		snprintf(
		    line, sizeof line, "%s\r\n", script + (script[0] == '~'));
		fputs(line, out);
		if (script[0] == '~')
			continue;
		if (fflush(out) == EOF || !read_reply(server, line))
			return 1;
	}
	return 0;
}

int
main(int argc, char **argv)
{
	struct sockaddr_in to = {.sin_family = AF_INET};
	FILE *server, *out;
	int fd;

	if (argc != 2) {
		fprintf(stderr, "usage: mailer port < script\n");
		return 64;
	}
	to.sin_port = htons((unsigned short)atoi(argv[1]));
	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	fd = socket(AF_INET, SOCK_STREAM, 0);
	if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof to) < 0 ||
	    (server = fdopen(dup(fd), "r")) == NULL ||
	    (out = fdopen(fd, "w")) == NULL) {
		perror("mailer");
		return 75;
	}
	return converse(server, out);
}
