/*
 * spawn.c - run the daemon
 *
 * vfork() makes the child share our memory until it executes the program, which
 * costs a tenth of a copy and lets it tell why that failed.  So the child calls
 * nothing but system calls and writes only to what is meant for it.
 */
#include "spawn.h"

#include <errno.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

/* What the child finds out, and tells by sharing memory. */
static volatile int child_error;

/* What the daemon should find: SIGCHLD as our launcher left it. */
static struct sigaction old_child;
static volatile bool leads_session, leads_group;

/* An alarm clock survives exec, so it is meant for the daemon and not for us. */
static struct itimerval alarm_clock;

/* Put one descriptor in its place; both may be the same already. */
static int
place(int fd, int at)
{
	if (fd < 0 || fd == at)
		return 0;
	return dup2(fd, at) < 0 ? -1 : 0;
}

static void
set_alarm(void)
{
	if (timerisset(&alarm_clock.it_value))
		setitimer(ITIMER_REAL, &alarm_clock, NULL);
}

static void
in_child(const struct spawn *s)
{
	if (leads_session)
		setsid();
	else if (leads_group)
		setpgid(0, 0);
	if (old_child.sa_handler == SIG_IGN)
		sigaction(SIGCHLD, &old_child, NULL);
	if (place(s->fds[0], 0) == 0 && place(s->fds[1], 1) == 0 &&
	    place(s->fds[2], 2) == 0) {
		sigprocmask(SIG_SETMASK, s->mask, NULL);
		set_alarm();
		execvp(s->file, s->argv);
	}
	child_error = errno;
	_exit(spawn_status(child_error));
}

pid_t
spawn_daemon(const struct spawn *s, bool *ran)
{
	const struct itimerval off = {.it_value = {0}};
	struct sigaction sa = {.sa_handler = SIG_DFL};
	pid_t pid;

	leads_group = getpgrp() == s->self;
	leads_session = leads_group && getsid(0) == s->self;
	/* Ignored, a child that ends at once would leave no status. */
	sigemptyset(&sa.sa_mask);
	sigaction(SIGCHLD, &sa, &old_child);
	setitimer(ITIMER_REAL, &off, &alarm_clock);
	child_error = 0;
	*ran = false;
	pid = vfork();
	if (pid == 0)
		in_child(s);
	if (pid < 0) {
		sigaction(SIGCHLD, &old_child, NULL);
		set_alarm();
		return -1;
	}
	if (child_error != 0) {
		waitpid(pid, NULL, 0);
		*ran = true;
		errno = child_error;
		return -1;
	}
	return pid;
}

void
spawn_exec(const struct spawn *s)
{
	execvp(s->file, s->argv);
}

int
spawn_status(int error)
{
	return error == ENOENT || error == ENOTDIR ? 127 : 126;
}
