/* ldap_attr.h - attributes of a directory whose values are secrets */
#ifndef TEED_LDAP_ATTR_H
#define TEED_LDAP_ATTR_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Whether the values of an attribute are to be hidden.  p is its description
 * (RFC 4512 section 2.5): a name or a number, and options.  What is no valid
 * description counts as a secret's.
 */
bool ldap_attr_secret(const unsigned char *p, size_t n);

/* Whether it is made of the bytes that a description has. */
bool ldap_attr_valid(const unsigned char *p, size_t n);

/* Whether each of the bytes is one of these. */
bool ldap_made_of(const unsigned char *p, size_t n, const char *bytes);

#endif
