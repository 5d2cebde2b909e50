/* ldap_filter.c - attributes and their values, in entries and in filters */
#include "ldap_attr.h"
#include "ldap_put.h"

#include <string.h>

#define PART_KEPT 4

/* ---- attributes and filters ------------------------------------------- */

/* An attribute's description is there; its values follow. */
static void
begin_attribute(struct ldap_message *m)
{
	m->secret =
	    m->held != m->ber.len || ldap_attr_secret(m->value, m->held);
	m->values = 0;
	m->final = false;
}

bool
ldap_put_attribute(const struct ldap_reading *r)
{
	struct ldap_message *m = r->m;

	begin_attribute(m);
	ldap_say_name(r);
	ldap_say_string(
	    r, ldap_attr_valid(m->value, m->held) ? LDAP_VALUE : LDAP_QUOTED);
	return true;
}

/* In a filter, where the comparison follows. */
bool
ldap_put_filter_attribute(const struct ldap_reading *r)
{
	begin_attribute(r->m);
	ldap_say_string(r, LDAP_FILTER);
	return true;
}

bool
ldap_put_present(const struct ldap_reading *r)
{
	ldap_say(r, "(");
	ldap_say_string(r, LDAP_FILTER);
	ldap_say(r, "=*)");
	return true;
}

/*
 * A value of an attribute; those of a secret one are one mask.  A part of a
 * value that is short is not kept: as an echo it would be found everywhere.
 */
static void
say_value(const struct ldap_reading *r, enum ldap_style style, bool part)
{
	struct ldap_message *m = r->m;

	if (!m->secret) {
		ldap_say_string(r, style);
	} else if (r->t->mode != TRACK_MASK) {
		ldap_say_string(r, LDAP_QUOTED);
	} else {
		if (!part || m->held >= PART_KEPT)
			ldap_keep(r);
		if (m->values == 0) {
			ldap_say(r, "****");
			m->told += 4;
		}
		m->text.masked = true;
		explicit_bzero(m->value, m->held);
	}
	m->values++;
}

bool
ldap_put_value(const struct ldap_reading *r)
{
	struct ldap_message *m = r->m;

	if (m->values == 0)
		ldap_say(r, "=");
	else if (!m->secret || r->t->mode != TRACK_MASK)
		ldap_say(r, ",");
	say_value(r, LDAP_VALUE, false);
	return true;
}

bool
ldap_put_assertion(const struct ldap_reading *r)
{
	ldap_say_name(r);
	say_value(r, LDAP_FILTER, false);
	return true;
}

/* Parts of a value: `a*b*c`, where the first or last may be missing. */
bool
ldap_put_part(const struct ldap_reading *r)
{
	struct ldap_message *m = r->m;
	bool hidden = m->secret && r->t->mode == TRACK_MASK;

	if (!hidden)
		ldap_say_name(r);
	m->final = m->ber.tag == BER_CONTEXT(2);
	say_value(r, LDAP_FILTER, true);
	return true;
}

/* The parts of an extensible match come in another order than its text. */
bool
ldap_put_match_rule(const struct ldap_reading *r)
{
	ldap_say_name(r);
	ldap_say_string(r, LDAP_FILTER);
	return true;
}

bool
ldap_put_match_type(const struct ldap_reading *r)
{
	struct ldap_message *m = r->m;
	size_t from = m->text.len;
	bool again = m->type_end > m->item; /* which of them is meant? */

	ldap_put_filter_attribute(r);
	m->secret |= again;
	m->type_end = m->item + m->text.len - from;
	ldap_text_move(&m->text, from, m->item);
	return true;
}

bool
ldap_put_match_dn(const struct ldap_reading *r)
{
	struct ldap_message *m = r->m;
	size_t from = m->text.len;

	if (!ldap_put_flag(r))
		return false;
	ldap_text_move(&m->text, from, m->type_end);
	return true;
}
