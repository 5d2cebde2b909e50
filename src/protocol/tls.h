/*
 * tls.h - TLS from outside: what its first messages say in clear
 *
 * Nothing of TLS is recorded but an event for each direction with what the
 * hello tells (RFC 8446 section 4.1), and alerts that are sent before
 * encryption begins (section 6).
 */
#ifndef TEED_TLS_H
#define TEED_TLS_H

#include "../transcript/event.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct track;

#define TLS_SNIFF 8 /* the most bytes that any sniffing takes */

struct tls {
	unsigned char head[5]; /* of the record */
	unsigned have; /* bytes of it */
	size_t left; /* bytes of the record to come */
	/* The first handshake message, in side.buf but for what tells nothing. */
	size_t hello; /* bytes in the buffer */
	size_t seen; /* bytes that came */
	size_t extension; /* where the next begins; 0: not known yet */
	size_t skip, skip_later; /* bytes that are left out, now and after it */
	unsigned char alert[2];
	unsigned alert_have;
	bool begun; /* the first record has */
	bool told; /* the event of the hello was given out */
	bool alerted; /* or that of an alert */
	bool hidden; /* encryption has begun */
	bool broken; /* not TLS: opaque all the same */
	bool closed; /* an alert ended it (FTP goes on in clear) */
};

enum tls_is { TLS_NO, TLS_YES, TLS_MAYBE };

/* Whether a direction's bytes from here on are TLS. */
enum tls_is tls_sniff(const unsigned char *p, size_t n, enum dir d);

void tls_init(struct tls *s);

/* Bytes of a direction in FRAME_TLS; returns how many it took. */
size_t tls_bytes(struct track *t, enum dir d, const unsigned char *p, size_t n);

/* The name of an alert (RFC 8446 section 6), NULL if it has none. */
const char *tls_alert_name(unsigned char code);

/* The direction has ended: tell what was not told yet. */
void tls_end(struct track *t, enum dir d);

#endif
