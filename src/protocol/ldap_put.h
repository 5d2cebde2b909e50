/*
 * ldap_put.h - how the elements of a message are written, and what is hidden
 *
 * Each is written when its content has come, as much as is held of it, and adds
 * to the line.
 */
#ifndef TEED_LDAP_PUT_H
#define TEED_LDAP_PUT_H

#include "ldap_message.h"

/* How the grammar says that an element is written. */
enum ldap_put {
	PUT_NOTHING,
	PUT_ITEM, /* one of a list */
	PUT_URI, /* likewise, quoted */
	/* Numbers. */
	PUT_NUMBER,
	PUT_ID,
	PUT_LIMIT, /* told unless it is 0 */
	PUT_FLAG, /* told where it is true */
	PUT_SCOPE,
	PUT_DEREF,
	PUT_CHANGE,
	/* Attributes and their values, in entries and in filters. */
	PUT_ATTRIBUTE,
	PUT_FILTER_ATTRIBUTE,
	PUT_MATCH_TYPE,
	PUT_MATCH_DN,
	PUT_VALUE,
	PUT_ASSERTION,
	PUT_PART, /* of a value: `a*b*c`, where the first or last may miss */
	PUT_RESPONSE_VALUE,
	/* Strings that are shown, or hidden as a whole. */
	PUT_STRING,
	PUT_MATCH_RULE,
	PUT_PRESENT,
	PUT_OID,
	PUT_MECHANISM,
	PUT_SIMPLE,
	PUT_CREDENTIALS,
	PUT_SECRET, /* of the client's: kept */
	PUT_HIDDEN, /* hidden, though it is no secret of the client's */
	PUT_CHOICE, /* a tag of BindRequest's that nobody knows */
	PUT_UNKNOWN, /* any other */
	PUTS /* how many there are */
};

/* Write what has come of an element; false where it is wrong. */
bool ldap_put(struct ldap_message *m, enum ldap_put how);

void ldap_say(struct ldap_message *m, const char *words);

/* Whether the values of the attribute are hidden. */
bool ldap_hides(const struct ldap_message *m);

#endif
