/*
 * unread.h - text among bytes of the client's that nobody understands
 *
 * Such bytes are not recorded, but the daemon may have understood them and may
 * repeat a secret of theirs.  So each run of text in the first of them is kept,
 * and its last word, to find echoes.
 */
#ifndef TEED_UNREAD_H
#define TEED_UNREAD_H

#include "echo.h"

struct unread {
	size_t n; /* bytes of the run so far */
	size_t was_kept; /* as many of them are kept already */
	unsigned runs; /* how many were kept */
	unsigned char text[ECHO_LEN];
};

void unread_bytes(
    struct unread *u, struct echo *e, const unsigned char *p, size_t n);

/* The daemon speaks: what there is of the run must be known. */
void unread_keep(struct unread *u, struct echo *e);

#endif
