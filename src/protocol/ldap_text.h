/*
 * ldap_text.h - the line that describes a message
 *
 * Built piece by piece, escaped as a transcript is.  A piece that does not fit
 * is left out whole, and so is all behind it; the line then ends in ` [...]`.
 */
#ifndef TEED_LDAP_TEXT_H
#define TEED_LDAP_TEXT_H

#include "echo.h"

#include <stdbool.h>
#include <stddef.h>

#define LDAP_SHOWN 256 /* bytes of one string that are shown */

struct ldap_text {
	char *p; /* FORMAT_RECORD bytes */
	size_t len;
	bool cut;
	bool masked; /* something is hidden */
};

/* How a string is written. */
enum ldap_style {
	LDAP_QUOTED, /* "..." */
	LDAP_VALUE, /* bare where that is clear, else quoted; [binary] */
	LDAP_FILTER /* as in a filter (RFC 4515 section 3) */
};

void ldap_text_init(struct ldap_text *x, char *p);
void ldap_text_add(struct ldap_text *x, const char *words);

/*
 * A string of the conversation.  total: its length, of which n bytes are at p.
 * Echoes of secrets in it are hidden (echo NULL: of none).  Returns its length
 * as far as that may be told: a mask counts four.
 */
size_t ldap_text_string(struct ldap_text *x, const struct echo *echo,
    const unsigned char *p, size_t n, size_t total, enum ldap_style style);

/* Move what stands from `from` on to `to`, before what stands there. */
void ldap_text_move(struct ldap_text *x, size_t from, size_t to);

/* The line is complete: NUL behind it. */
void ldap_text_end(struct ldap_text *x);

#endif
