/*
 * load.h - what is sent when speed is measured, and whether it arrived
 *
 * A load is a stream of a kind and a size that both ends can make for
 * themselves, so each byte is compared on arrival.  It ends with CRLF and has no
 * line that begins with a dot, so that it can stand in a mail's body as it is.
 */
#ifndef BENCH_LOAD_H
#define BENCH_LOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LOAD_BLOCK (1 << 20) /* the stream repeats itself after this */

struct load {
	const unsigned char *block;
	uint64_t size; /* bytes in all, a multiple of LOAD_BLOCK */
	uint64_t at; /* bytes sent, or seen */
	bool wrong; /* something else arrived */
};

/*
 * kind: "text", lines as mail has them; "random", any bytes.  Sizes are rounded
 * up to whole blocks.  False if there is no such kind.
 */
bool load_open(struct load *l, const char *kind, uint64_t size);

/* Write all that is left to fd, blocking.  False on an error. */
bool load_write(struct load *l, int fd);

/*
 * After an error: whether it was for a descriptor that somebody has made
 * non-blocking (rawlog does), which it is no more.
 */
bool load_may_block(int fd);

/* These bytes came: compare them.  Returns how many of them belong to it. */
size_t load_check(struct load *l, const unsigned char *p, size_t n);

#endif
