/*
 * ldap_message.h - one LDAP message in, the line that describes it out
 *
 * What a message is made of stands in one table (ldap_rules.h), after the ASN.1
 * of RFC 4511.  Of its content at most one string is held.
 */
#ifndef TEED_LDAP_MESSAGE_H
#define TEED_LDAP_MESSAGE_H

#include "ldap_ber.h"
#include "ldap_text.h"
#include "track.h"

#define LDAP_HELD 512 /* bytes of one string that are held */
#define LDAP_ID 12 /* room for a message id in digits */

/* Requests that must be known when their response comes. */
enum ldap_request {
	LDAP_OTHER,
	LDAP_BIND,
	LDAP_START_TLS,
	LDAP_PASSWD,
	LDAP_WHO_AM_I
};

/* The operation of a message. */
struct ldap_op {
	char name[22]; /* no pointer, which would be relocated */
	unsigned char tag;
	unsigned char dir; /* who says it */
	unsigned char as; /* what it is entered as, or how it is written */
	bool lone; /* a request without response, a response not the last */
};

/* All of them, one after another; NULL at the end. */
const struct ldap_op *ldap_op_nth(size_t n);

/* The operation of that name, NULL if there is none. */
const struct ldap_op *ldap_op_named(const unsigned char *p, size_t n);

/* What an extended operation with that OID is. */
enum ldap_request ldap_extended(const unsigned char *p, size_t n);

/*
 * What the bytes of a direction are read with.  The large parts stand last: what
 * is near the beginning takes less code to reach.
 */
struct ldap_message {
	struct track *t;
	enum dir d;
	enum ldap_request extended; /* what its OID says */
	struct ldap_text text;
	uint64_t told; /* what may be told of its length */
	/* The element that is not entered. */
	const char *name;
	size_t held; /* bytes of it in value */
	unsigned char as; /* how it is written: enum ldap_put */
	/* The attribute whose values come. */
	bool secret; /* they are secrets */
	bool final; /* the last was the end of a substrings filter */
	unsigned values; /* so far */
	size_t item; /* in text: where an extensible filter's item begins */
	size_t type_end; /* and its attribute ends */
	struct ber ber;
	char id[LDAP_ID];
	unsigned char value[LDAP_HELD];
};

enum ldap_event { LDAP_MORE, LDAP_DONE, LDAP_BAD };

/* Begin a message; its text goes to the side's buffer.  t and d are set. */
void ldap_message_init(struct ldap_message *m);

/* Read bytes of it in [*p, end); moves *p along. */
enum ldap_event ldap_message_read(
    struct ldap_message *m, const unsigned char **p, const unsigned char *end);

/* How many bytes it was, where each secret counts four. */
size_t ldap_message_bytes(const struct ldap_message *m);

#endif
