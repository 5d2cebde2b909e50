/*
 * script.h - a conversation made of a fixture and the bytes of a fuzzer
 *
 * The fuzzer's bytes are:
 *
 *	fixture		one byte: which (beyond the last: none)
 *	order		one byte: 0 as it stands, else the seed of an order in
 *			which the client runs ahead
 *	changes		one byte for each turn of the fixture, with an operand
 *			where it takes one (enum change in script.c)
 *	free		what is left: turns of its own, see below
 *
 * In the free part 0xf5, which no text has, and a letter begin a turn: `C` of
 * the client, `S` of the daemon, `P` likewise behind a silence; the rest up to
 * the next 0xf5 is said.
 *
 * A fixture's secrets stay secret whatever is changed, since changes leave alone
 * what makes them so: the client's lines stay in their order, those with a secret
 * stay as they are, and a daemon that lies does not ask for content where it did
 * not ask before.
 */
#ifndef SCRIPT_H
#define SCRIPT_H

#include "../unit/conversation.h"

#define RUNS 32768

/* What one side says before the other does, or before a silence. */
struct run {
	enum dir dir;
	bool pause; /* a silence before it */
	size_t at, n; /* its bytes, in script.bytes */
};

struct script {
	const struct conversation *from; /* NULL: only a free part */
	struct run runs[RUNS];
	int nruns;
	unsigned char bytes[256 * 1024];
	size_t len;
	int free_run; /* where the free part begins */
	bool full; /* there was no room: it ends here */
};

/*
 * Read the fixtures of a protocol (for LMTP, those of SMTP); tls: those that tell
 * of TLS; "": all.
 */
void script_fixtures(const char *protocol);

/* The one with this number, or NULL. */
const struct conversation *script_fixture(size_t nth);

/* Make the conversation that the fuzzer's bytes ask for. */
void script_make(struct script *s, const uint8_t *data, size_t size);

#endif
