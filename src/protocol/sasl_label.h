/* sasl_label.h - what may be told of a message of SASL's, behind its mask */
#ifndef TEED_SASL_LABEL_H
#define TEED_SASL_LABEL_H

#include "track.h"

/* What the messages of a mechanism are like. */
enum sasl_kind {
	/* The client may have to give any number of responses. */
	KIND_OPAQUE,
	KIND_DIGEST, /* username="joe",...,response=hex (RFC 2831) */
	KIND_SCRAM, /* n,,n=joe,r=nonce (RFC 5802) */
	KIND_OTP, /* authzid NUL user, or user; then a password (RFC 2444) */
	/* Two. */
	KIND_LOGIN, /* user, then password; no standard */
	/* One. */
	KIND_PLAIN, /* authzid NUL authcid NUL password (RFC 4616) */
	KIND_CRAM, /* user SP digest (RFC 2195) */
	KIND_XOAUTH2, /* user=joe^Aauth=Bearer token^A^A */
	KIND_OAUTHBEARER, /* n,a=joe,^A...^Aauth=Bearer token^A^A (RFC 7628) */
	KIND_XOAUTH, /* nothing is told of it */
	KIND_EXTERNAL, /* authzid (RFC 4422 appendix A) */
	KIND_ANONYMOUS /* trace (RFC 4505) */
};

/*
 * The label of a client's message, "" for none: only one that has exactly the
 * expected shape has one.  The secret part is kept for echoes.  raw: the
 * message was kept as it is, names and all, because there is no base64 around.
 */
void sasl_label(struct track *t, bool raw, const unsigned char *p, size_t n,
    char label[SASL_LABEL]);

/* A label that names a user, who is clean text. */
void sasl_label_user(
    const unsigned char *name, size_t n, char label[SASL_LABEL]);

/*
 * Of a message of DIGEST-MD5's or HTTP's, its response=, if there is one: all
 * the others of its directives are public.
 */
void sasl_digest(const unsigned char **p, size_t *n);

/* The label of an error of OAuth's, base64, if its status has three digits. */
void sasl_status(
    const unsigned char *p, size_t n, char label[sizeof "status=500"]);

/* Whether it is UTF-8 without control characters. */
bool sasl_is_text(const unsigned char *p, const unsigned char *end);

/* Whether a secret that was sent before is in it. */
bool sasl_was_secret(const struct track *t, const unsigned char *p, size_t n);

#endif
