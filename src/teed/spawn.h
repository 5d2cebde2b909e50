/*
 * spawn.h - run the daemon
 */
#ifndef TEED_SPAWN_H
#define TEED_SPAWN_H

#include "pair.h"

#include <signal.h>
#include <sys/types.h>

struct spawn {
	const char *file; /* found by PATH if it has no slash */
	char **argv;
	int fds[3]; /* what becomes 0, 1, 2; -1: as ours */
	const sigset_t *mask; /* the daemon's signal mask */
	pid_t self; /* our own process */
};

/*
 * Run it as a child that has nothing of ours but what is said here; where we
 * lead a session or a process group it leads one of its own.  Returns its
 * process id; or -1 with errno, when it could not be run (*ran false: there was
 * not even a process).
 */
pid_t spawn_daemon(const struct spawn *s, bool *ran);

/*
 * Become the daemon: it gets what we were given.  Returns only if that fails,
 * with errno.
 */
void spawn_exec(const struct spawn *s);

/* 126 or 127: what a shell says of a program that it can't run. */
int spawn_status(int error);

#endif
