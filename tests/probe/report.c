/* report.c - everything that a daemon can see of what its launcher gave it */
#include "report.h"
#include "options.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

extern char **environ;

static int
compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void
tell_words(FILE *f, int argc, char *const *argv)
{
	size_t n = 0;

	fprintf(f, "argc: %d\n", argc);
	for (int i = 0; i < argc; i++)
		fprintf(f, "argv[%d]: %s\n", i, argv[i]);
	while (environ[n] != NULL)
		n++;
	qsort(environ, n, sizeof *environ, compare);
	for (size_t i = 0; i < n; i++)
		fprintf(f, "env: %s\n", environ[i]);
}

static void
tell_user(FILE *f)
{
	gid_t groups[64];
	uid_t r, e, s;
	gid_t rg, eg, sg;
	int n = getgroups(64, groups);

	getresuid(&r, &e, &s);
	getresgid(&rg, &eg, &sg);
	fprintf(f, "uid: %u %u %u\n", r, e, s);
	fprintf(f, "gid: %u %u %u\n", rg, eg, sg);
	fprintf(f, "groups:");
	for (int i = 0; i < n; i++)
		fprintf(f, " %u", groups[i]);
	fprintf(f, "\n");
}

/* A line of a file in /proc, where there is one. */
static void
tell_file(FILE *f, const char *name, const char *path)
{
	char line[4096];
	FILE *in = fopen(path, "re");

	if (in == NULL)
		return;
	while (fgets(line, sizeof line, in) != NULL)
		fprintf(f, "%s: %s", name, line);
	fclose(in);
}

static void
tell_place(FILE *f)
{
	static const char *const spaces[] = {
	    "cgroup", "ipc", "mnt", "net", "pid", "time", "user", "uts"};
	char path[64], to[4096];
	mode_t mask = umask(0);
	ssize_t n;

	umask(mask);
	fprintf(f, "umask: %03o\n", mask);
	fprintf(f, "cwd: %s\n", getcwd(to, sizeof to) ? to : strerror(errno));
	for (size_t i = 0; i < sizeof spaces / sizeof *spaces; i++) {
		snprintf(path, sizeof path, "/proc/self/ns/%s", spaces[i]);
		n = readlink(path, to, sizeof to - 1);
		fprintf(f, "namespace: %.*s\n", (int)(n > 0 ? n : 0), to);
	}
	n = readlink("/proc/self/root", to, sizeof to - 1);
	fprintf(f, "root: %.*s\n", (int)(n > 0 ? n : 0), to);
	tell_file(f, "cgroup", "/proc/self/cgroup");
}

static void
tell_limits(FILE *f)
{
	tell_file(f, "limit", "/proc/self/limits");
	fprintf(f, "nice: %d\n", getpriority(PRIO_PROCESS, 0));
	fprintf(f, "scheduler: %d\n", sched_getscheduler(0));
	fprintf(f, "timer slack: %d\n", prctl(PR_GET_TIMERSLACK));
	fprintf(f, "dumpable: %d\n", prctl(PR_GET_DUMPABLE));
	fprintf(f, "securebits: %d\n", prctl(PR_GET_SECUREBITS));
	tell_file(f, "oom", "/proc/self/oom_score_adj");
	tell_file(f, "personality", "/proc/self/personality");
}

static void
tell_processes(FILE *f)
{
	pid_t self = getpid(), parent = getppid();
	char path[64], to[4096];
	int tty = open("/dev/tty", O_RDONLY | O_NOCTTY | O_CLOEXEC);
	ssize_t n;

	fprintf(f, "session leader: %d\n", getsid(0) == self);
	fprintf(f, "group leader: %d\n", getpgrp() == self);
	fprintf(f, "session of parent: %d\n", getsid(0) == getsid(parent));
	fprintf(f, "group of parent: %d\n", getpgrp() == getpgid(parent));
	fprintf(f, "controlling terminal: %d\n", tty >= 0);
	snprintf(path, sizeof path, "/proc/%d/exe", (int)parent);
	n = readlink(path, to, sizeof to - 1);
	fprintf(f, "parent: %.*s\n", (int)(n > 0 ? n : 0), to);
	if (tty >= 0)
		close(tty);
}

/* Signals, capabilities and restrictions, in the kernel's own words. */
static void
tell_status(FILE *f)
{
	static const char *const keys[] = {"SigPnd", "ShdPnd", "SigBlk",
	    "SigIgn", "SigCgt", "CapInh", "CapPrm", "CapEff", "CapBnd",
	    "CapAmb", "NoNewPrivs", "Seccomp", "THP_enabled", "Threads"};
	FILE *in = fopen("/proc/self/status", "re");
	char line[4096];

	if (in == NULL)
		return;
	while (fgets(line, sizeof line, in) != NULL)
		for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
			if (strncmp(line, keys[i], strlen(keys[i])) == 0)
				fputs(line, f);
	fclose(in);
}

static const char *
type_of(mode_t mode)
{
	if (S_ISSOCK(mode))
		return "socket";
	if (S_ISFIFO(mode))
		return "pipe";
	if (S_ISCHR(mode))
		return "device";
	return S_ISREG(mode) ? "file" : "other";
}

static void
tell_descriptor(FILE *f, int fd)
{
	struct stat st, first;

	if (fstat(fd, &st) < 0) {
		fprintf(f, "descriptor %d: closed\n", fd);
		return;
	}
	fprintf(f, "descriptor %d: %s, flags %o, close on exec %d", fd,
	    type_of(st.st_mode), (unsigned)fcntl(fd, F_GETFL),
	    fcntl(fd, F_GETFD));
	for (int i = 0; i < fd && i < 3; i++)
		if (fstat(i, &first) == 0 && first.st_ino == st.st_ino &&
		    first.st_dev == st.st_dev) {
			fprintf(f, ", the same as %d", i);
			break;
		}
	if (!S_ISSOCK(st.st_mode))
		fprintf(f, ", mode %o", st.st_mode & 07777u);
	fprintf(f, "\n");
}

/* The three that matter, and whatever else is open. */
static void
tell_descriptors(FILE *f)
{
	const struct dirent *e;
	DIR *dir;

	for (int fd = 0; fd < 3; fd++)
		tell_descriptor(f, fd);
	dir = opendir("/proc/self/fd");
	while (dir != NULL && (e = readdir(dir)) != NULL) {
		int fd = atoi(e->d_name);

		if (fd > 2 && fd != fileno(f) && fd != dirfd(dir))
			tell_descriptor(f, fd);
	}
	if (dir != NULL)
		closedir(dir);
}

static void
tell_sockets(FILE *f)
{
	struct stat st;

	for (int fd = 0; fd < 3; fd++) {
		if (fstat(fd, &st) < 0 || !S_ISSOCK(st.st_mode))
			continue;
		fprintf(f, "-- socket %d\n", fd);
		option_tell_names(f, fd);
		option_tell(f, fd, NULL);
	}
}

void
report_write(const char *path, int argc, char *const *argv)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	int high = fcntl(fd, F_DUPFD_CLOEXEC, 40);
	FILE *f = high < 0 ? NULL : fdopen(high, "w");

	/* A closed 0, 1 or 2 is not to be filled by the report itself. */
	close(fd);
	if (f == NULL) {
		perror(path);
		_exit(98);
	}
	tell_words(f, argc, argv);
	tell_user(f);
	tell_place(f);
	tell_limits(f);
	tell_processes(f);
	tell_status(f);
	tell_descriptors(f);
	tell_sockets(f);
	fclose(f);
}
