/*
 * steps.h - a list of small things to do on one end of a connection
 *
 * The client and the daemon of a test are both played by such a list.  Each
 * step writes a line about what came of it, without times and without anything
 * else that differs from run to run, so that two runs can be compared.
 *
 *	say:TEXT	send it (C's escapes, and \s for a blank)
 *	urgent:C	send one byte of urgent data
 *	pour:N		send N bytes of a pattern
 *	trickle:N	the same, a byte at a time
 *	cross:N		the same, reading what comes meanwhile
 *	hear:N		read N bytes, or to the end
 *	line		read up to a newline
 *	rest		read to the end
 *	oob		read the urgent byte that is kept beside the stream
 *	mark		read up to the urgent mark, byte by byte
 *	ask:N answer:N	N small requests, each in two writes, and their replies
 *	shut:r|w|rw	shutdown()
 *	close		let go of the connection
 *	reset		break it
 *	ready		wait until there is something to read
 *	broken		wait until the connection is, without reading
 *	set:NAME=VALUE	set a socket option
 *	get:NAME	tell one
 *	did:NAME	make a file, for the other side to wait for
 *	await:NAME	wait for that file
 *	until:COMMAND	run a shell command until it succeeds
 *	run:COMMAND	run it once
 *	signal:NAME	send the program that was started a signal
 *	catch:NAME	catch a signal; caught:NAME waits for it
 *	ignore:NAME	ignore it
 *	heir:N		go on as a child, while the parent exits with N
 *	exit:N die:NAME	end with a status, or by a signal
 *	alarm		wait for the alarm clock that the launcher may have set
 *	report		write everything one can see into the file `report`
 */
#ifndef PROBE_STEPS_H
#define PROBE_STEPS_H

#include <stddef.h>
#include <stdio.h>

struct steps {
	int in, out; /* the connection; -1 when it is closed */
	FILE *log; /* line buffered */
	int argc; /* for report */
	char *const *argv;
};

/* Open the log, beyond the descriptors that matter. */
FILE *steps_log(const char *path);

/* Do them all.  A step that takes 20 seconds ends the process. */
void steps_do(struct steps *s, char *const *list, size_t n);

/* The number of a signal's name, without SIG; 0: there is none. */
int steps_signal(const char *name);

#endif
