/*
 * echo.h - secrets that were said, to find where a server repeats them
 *
 * The last secrets of a session are kept, each in up to two forms: as sent and
 * decoded.  A line is searched, without regard to ASCII case, for a whole form
 * of four bytes or more and for any run of eight bytes of one; a form of one to
 * three bytes counts only as a word of its own.  A form of four or more is also
 * searched for in base64, hex and with escapes (echo_code.h).
 */
#ifndef TEED_ECHO_H
#define TEED_ECHO_H

#include "echo_code.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ECHO_SECRETS 4
#define ECHO_FORMS 2
#define ECHO_LEN 512 /* bytes kept of a form */
#define ECHO_RUN 8
#define ECHO_USERS 4
#define ECHO_USER 64
#define ECHO_GRAMS 8192 /* bits of the filter of runs */
#define ECHO_QUADS 4096 /* of the filter of four bytes */

struct echo_form {
	size_t n; /* 0: none */
	bool user; /* it is a user name that was shown: not searched for */
	bool doubt; /* it may be no secret: a line that nobody understood */
	unsigned char text[ECHO_LEN]; /* in lower case */
	struct echo_code codes[ECHO_CODES]; /* likewise */
};

struct echo { /* all zero: nothing is kept */
	/* The last place is filled first: what is used stands together. */
	struct echo_form forms[ECHO_SECRETS][ECHO_FORMS];
	uint64_t age[ECHO_SECRETS]; /* 0: free; the larger, the newer */
	uint64_t kept; /* the age of the newest */
	unsigned newest; /* its place */
	unsigned any; /* forms that are searched for */
	bool short_forms, mid_forms, long_forms; /* 1-3, 4-7, 8+ bytes */
	unsigned users;
	struct {
		size_t n;
		unsigned char text[ECHO_USER];
	} user[ECHO_USERS];
	uint64_t first[4]; /* first bytes of the short ones */
	uint64_t coded[4]; /* and of codes */
	uint64_t grams[ECHO_GRAMS / 64]; /* runs of ECHO_RUN bytes */
	unsigned step; /* bytes from one look to the next; 0: look everywhere */
	uint64_t quads[ECHO_QUADS / 64]; /* any four bytes of a form */
};

/* Forget all, and leave no trace in memory. */
void echo_wipe(struct echo *e);

/* A secret, as sent; the oldest is forgotten for it. */
void echo_keep(struct echo *e, const unsigned char *p, size_t n);

/* Likewise; `had` bytes of it were kept before, and it takes their place. */
void echo_keep_more(
    struct echo *e, const unsigned char *p, size_t n, size_t had);

/* The other form of the same secret. */
void echo_keep_form(struct echo *e, const unsigned char *p, size_t n);

/* The newest secret may be none; it was hidden because nobody knows. */
void echo_doubt(struct echo *e);

/* Whether just this was sent as a secret, and not as a name before that. */
bool echo_is_secret(const struct echo *e, const unsigned char *p, size_t n);

/*
 * A user name was shown: what equals it, or lies within it where it is told
 * again, is no echo.
 */
void echo_shown(struct echo *e, const unsigned char *p, size_t n);

/*
 * A user name is to be shown; false if it must not: it is, or has in it, what
 * was sent as a secret before.
 */
bool echo_user(struct echo *e, const unsigned char *p, size_t n);

struct echo_hit {
	size_t from; /* where it begins, with a blank or a user's name ... */
	size_t at, end; /* ... before what is to be hidden of it */
	bool rest; /* and so is the rest of the line */
};

/*
 * Find the first echo in [from, n).  least: one of fewer bytes is none.  False
 * if there is none.
 */
bool echo_find(const struct echo *e, const unsigned char *p, size_t n,
    size_t from, size_t least, struct echo_hit *hit);

/*
 * How many of the last bytes of p could begin an echo, so that an incomplete
 * line must keep them back.  least: fewer from the middle of a secret do not
 * count (a prompt should not lose its last byte).
 */
size_t echo_tail(
    const struct echo *e, const unsigned char *p, size_t n, size_t least);

#endif
