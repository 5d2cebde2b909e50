/*
 * ldap_put.h - how the elements of a message are written, and what is hidden
 *
 * The functions that the grammar names.  Each is called when an element's
 * content has come, as much as is held of it, and adds to the line.
 */
#ifndef TEED_LDAP_PUT_H
#define TEED_LDAP_PUT_H

#include "ldap_message.h"

/* ---- pieces of the line ------------------------------------------------ */

void ldap_say(const struct ldap_reading *r, const char *words);

/* What the grammar calls the element. */
void ldap_say_name(const struct ldap_reading *r);

/* The content as a string, without the echoes in it. */
void ldap_say_string(const struct ldap_reading *r, enum ldap_style style);

/* Keep the content, a secret of the client's, to find echoes of it. */
void ldap_keep(const struct ldap_reading *r);

/* ---- the functions of the grammar: ldap_put.c --------------------------- */

ldap_write ldap_put_string, ldap_put_nothing;
ldap_write ldap_put_item, ldap_put_uri; /* one of a list */
ldap_write ldap_put_number, ldap_put_id, ldap_put_oid;
ldap_write ldap_put_limit, ldap_put_flag; /* told unless they are 0 */
ldap_write ldap_put_scope, ldap_put_deref, ldap_put_change;
ldap_write ldap_put_secret; /* of the client's: kept */
ldap_write ldap_put_hidden; /* hidden, not kept */
ldap_write ldap_put_simple, ldap_put_mechanism, ldap_put_credentials;
ldap_write ldap_put_choice, ldap_put_unknown; /* tags that nobody knows */
ldap_write ldap_put_response_value;

/* ---- ldap_filter.c ------------------------------------------------------ */

ldap_write ldap_put_attribute, ldap_put_value;
ldap_write ldap_put_filter_attribute, ldap_put_assertion;
ldap_write ldap_put_present, ldap_put_part;
ldap_write ldap_put_match_rule, ldap_put_match_type, ldap_put_match_dn;

#endif
