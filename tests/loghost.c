/*
 * loghost.c - run a command with a syslog of its own
 *
 *	loghost FILE COMMAND...
 *
 * In a mount namespace of its own the command finds a /dev in which /dev/log is
 * ours; each message becomes a line of FILE.  The status is the command's.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define END "the end of the log"

static void
must(int result, const char *what)
{
	if (result >= 0)
		return;
	fprintf(stderr, "loghost: %s: %s\n", what, strerror(errno));
	exit(125);
}

/* A /dev with the few devices that programs need. */
static void
make_dev(void)
{
	static const char *const devices[] = {
	    "null", "zero", "full", "random", "urandom", "tty"};
	char from[64], to[64], dir[] = "/tmp/loghost.XXXXXX";

	must(unshare(CLONE_NEWNS), "unshare");
	must(mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL), "private");
	must(mkdtemp(dir) == NULL ? -1 : 0, dir);
	must(mount("none", dir, "tmpfs", 0, "mode=755"), "tmpfs");
	for (size_t i = 0; i < sizeof devices / sizeof *devices; i++) {
		snprintf(from, sizeof from, "/dev/%s", devices[i]);
		snprintf(to, sizeof to, "%s/%s", dir, devices[i]);
		must(close(open(to, O_CREAT | O_WRONLY, 0666)), to);
		must(mount(from, to, NULL, MS_BIND, NULL), to);
	}
	must(mount(dir, "/dev", NULL, MS_MOVE, NULL), "/dev");
	must(rmdir(dir), dir);
	must(symlink("/proc/self/fd", "/dev/fd"), "/dev/fd");
}

static int
make_log(struct sockaddr_un *sun)
{
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	sun->sun_family = AF_UNIX;
	strcpy(sun->sun_path, "/dev/log");
	must(bind(fd, (struct sockaddr *)sun, sizeof *sun), "/dev/log");
	must(chmod("/dev/log", 0666), "/dev/log");
	return fd;
}

static void
copy_log(int from, const char *path)
{
	char line[4096];
	ssize_t n;
	int to = open(path, O_WRONLY | O_CREAT | O_APPEND, 0666);

	must(to, path);
	while ((n = recv(from, line, sizeof line - 1, 0)) >= 0) {
		if (n == sizeof END - 1 &&
		    memcmp(line, END, sizeof END - 1) == 0)
			_exit(0);
		line[n] = '\n';
		if (n > 0 && line[n - 1] == '\n')
			n--; /* some libraries send one */
		must(write(to, line, (size_t)n + 1) < 0 ? -1 : 0, path);
	}
	_exit(1);
}

int
main(int argc, char **argv)
{
	struct sockaddr_un sun;
	int log, status;
	pid_t command, copier;

	if (argc < 3)
		return 125;
	make_dev();
	log = make_log(&sun);
	copier = fork();
	if (copier == 0)
		copy_log(log, argv[1]);
	command = fork();
	if (command == 0) {
		execvp(argv[2], argv + 2);
		_exit(127);
	}
	must(waitpid(command, &status, 0), "wait");
	must(sendto(log, END, sizeof END - 1, 0, (struct sockaddr *)&sun,
		 sizeof sun) < 0 ?
		-1 :
		0,
	    "send");
	waitpid(copier, NULL, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
