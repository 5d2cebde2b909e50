/*
 * out.h - what a command prints
 *
 * A buffer in front of a descriptor, made for writing gigabytes in small pieces.
 * A write that fails is remembered and told once, by out_close(); a reader that
 * went away (EPIPE) is no error of ours.
 */
#ifndef TEELOG_OUT_H
#define TEELOG_OUT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define OUT_BUFFER (256 * 1024)

/* The most that out_room() may be asked for. */
#define OUT_ROOM (128 * 1024)

/* The most bytes of a conversation that are escaped at once; see out_piece(). */
#define OUT_PIECE (8 * 1024 + 2)

struct out {
	int fd; /* borrowed; -1: to memory only, for a caller that looks */
	int error; /* errno of the first write that failed, or 0 */
	char *at, *end; /* what is in buf and where buf ends */
	char *buf;
	/* Called before the first write, which it may send elsewhere; or NULL. */
	void (*before_first)(struct out *o, void *arg);
	void *before_arg;
	struct charset *charset; /* what it is converted to, or NULL: UTF-8 */
};

void out_open(struct out *o, int fd);

/* Print in the terminal's charset, if that is another (charset.h). */
void out_for_terminal(struct out *o);

/* Write what is held.  False once something could not be written. */
bool out_flush(struct out *o);

/* Flush and free.  False, and errno, if something could not be written. */
bool out_close(struct out *o);

/* Flush so that n bytes can be stored at o->at, which the caller then moves. */
void out_make_room(struct out *o, size_t n);
static inline char *
out_room(struct out *o, size_t n)
{
	if ((size_t)(o->end - o->at) < n)
		out_make_room(o, n);
	return o->at;
}

void out_bytes_slow(struct out *o, const void *p, size_t n);
static inline void
out_bytes(struct out *o, const void *p, size_t n)
{
	if ((size_t)(o->end - o->at) < n) {
		out_bytes_slow(o, p, n);
	} else {
		memcpy(o->at, p, n);
		o->at += n;
	}
}

static inline void
out_char(struct out *o, char c)
{
	*out_room(o, 1) = c;
	o->at++;
}

/* A string that the compiler knows; any string. */
#define OUT_LITERAL(o, s) out_bytes(o, s, sizeof(s) - 1)
void out_text(struct out *o, const char *text);
void out_fmt(struct out *o, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* A decimal number; microseconds as seconds with six decimals. */
void out_number(struct out *o, uint64_t n);
void out_seconds(struct out *o, int64_t us);

/*
 * A text of our own or of a transcript, which is escaped already: so backslashes
 * and stars stand for themselves.  What is left in it that a terminal would obey,
 * that is no UTF-8, or that nobody sees (unseen.h) is \xHH, byte by byte.
 */
void out_printable(struct out *o, const void *text, size_t n);

/* Likewise, with a text of ours in front of each run of escapes and behind it. */
void out_marked(struct out *o, const void *text, size_t n, const char *open,
    const char *close);

/*
 * Bytes of the character at `at`, of a text of n bytes, if it is printed as it
 * is; 0: the byte there is an escape.
 */
size_t out_character(const void *text, size_t n, size_t at);

/*
 * How much of [p, p + n) to escape at once: at most OUT_PIECE, and no UTF-8
 * character is cut in two.
 */
size_t out_piece(const unsigned char *p, size_t n);

#endif
