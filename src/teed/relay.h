/*
 * relay.h - copy bytes both ways between client and daemon
 *
 * The relay knows descriptors and a sink; it knows neither files nor protocols.
 * Each read is passed on first and then handed to the sink; before each wait
 * the sink is told to write down what it has.
 */
#ifndef TEED_RELAY_H
#define TEED_RELAY_H

#include "pair.h"

#include "../transcript/event.h"

#include <sys/types.h>

/* Where copies go. */
struct relay_sink {
	/* Bytes of a direction, as one read brought them. */
	void (*data)(void *arg, enum dir d, const unsigned char *p, size_t n);
	/* A direction has ended; error: errno if it broke, else 0. */
	void (*ended)(void *arg, enum dir d, int error);
	/* The daemon has ended, with this status of wait(). */
	void (*exited)(void *arg, int status);
	/* About to wait: write down what there is. */
	void (*flush)(void *arg);
	/* Milliseconds until tick() is wanted, or -1. */
	int (*timeout)(void *arg);
	/* That time has passed in silence. */
	void (*tick)(void *arg);
	/* Nothing came for a while: what has become large need not stay so. */
	void (*rest)(void *arg);
	void *arg;
};

struct relay {
	struct relay_sink sink;
	struct pair *pair; /* the daemon's side */
	int client_in, client_out; /* the client's; the same for a socket */
	bool client_socket, client_tcp;
	int err_in; /* the daemon's standard error, or -1 */
	int err_out; /* where that is passed on to, or -1 */
	bool err_socket; /* which is a socket */
	int signals; /* signals_open(), or -1 */
	pid_t pid; /* the daemon, or 0 where there is none (upstream) */
	int status; /* of wait(), when pid has ended */
};

/*
 * Run until the session is over.  All descriptors but `signals` are closed when
 * it returns.
 */
void relay_run(struct relay *r);

#endif
