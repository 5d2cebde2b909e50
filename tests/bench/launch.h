/*
 * launch.h - a program on a TCP connection, as inetd runs it, and its cost
 */
#ifndef BENCH_LAUNCH_H
#define BENCH_LAUNCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct session {
	int fd; /* the client's end */
	size_t at, len; /* what of buf is read but not taken */
	unsigned char buf[256 * 1024];
};

/*
 * Run argv with the other end of a new connection as its descriptors 0 to 2.
 * served > 0: its last `served` words are the daemon, which is not the program's
 * but stands at a TCP port of its own; `@PORT@` in a word is that port.  Exits
 * on an error.
 */
void launch(struct session *s, char **argv, int served);

/* A connection to 127.0.0.1:port. */
void launch_connect(struct session *s, unsigned port);

/* A port of 127.0.0.1 that nobody listens on once we have ended. */
unsigned launch_free_port(void);

/* Read until there is something in buf; false at the end, or after seconds. */
bool session_fill(struct session *s, int seconds);

/* Send a line (CRLF is added) and take the first line of the answer. */
void session_say(struct session *s, const char *text);
void session_hear(struct session *s, const char *begins);

/* Whether the other side ends within so many seconds; what it says is lost. */
bool session_ends(struct session *s, int seconds);

/* How long things took. */
int64_t clock_ns(void);

/*
 * Wait until all that was launched has ended; what has not after a while is
 * killed.  Returns the CPU time that all of it took, in microseconds.
 */
int64_t launch_reap(void);

/* What the processes launched, but the daemons, hold for themselves, in kB. */
struct memory {
	unsigned processes;
	uint64_t private_kb, pss_kb;
};
struct memory launch_memory(const char *daemon);

_Noreturn void die(const char *what);

#endif
