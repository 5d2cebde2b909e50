/*
 * launch.h - start a program with a connection as its descriptors, as inetd does
 */
#ifndef PROBE_LAUNCH_H
#define PROBE_LAUNCH_H

#include <signal.h>
#include <stdbool.h>
#include <sys/types.h>

struct launch {
	const char *descriptors; /* "012": which become the connection */
	const char *leader; /* "session", "group", "none" */
	sigset_t blocked;
	int ignored[8], waiting[8]; /* signals; 0 ends the list */
	unsigned alarm;
	bool nonblock;
	long uid; /* -1: as we are */
	const char *refused; /* "netns", "diag", NULL */
};

#define LAUNCH_OPTIONS "d:l:i:b:w:A:Nu:q:"

void launch_init(struct launch *l);

/* One of those options; false: it is none, or wrong. */
bool launch_option(struct launch *l, int c, const char *value);

/* Start it; fds are the connection for reading and for writing. */
pid_t launch(const struct launch *l, const int fds[2], char **argv);

#endif
