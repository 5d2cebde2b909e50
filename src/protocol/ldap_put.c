/* ldap_put.c - how the elements of a message are written, and what is hidden */
#include "ldap_attr.h"
#include "ldap_put.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define PART_KEPT 4

/* ---- writing ---------------------------------------------------------- */

void
ldap_say(struct ldap_message *m, const char *words)
{
	ldap_text_add(&m->text, words);
}

/* What is hidden counts four, whether or not a mask tells of it. */
static void
count_mask(struct ldap_message *m)
{
	m->text.masked = true;
	m->told += 4;
}

static void
say_mask(struct ldap_message *m)
{
	ldap_say(m, "****");
	count_mask(m);
}

/*
 * The client's control bytes are no text: as in a line of other protocols, what
 * begins with one is hidden.
 */
static size_t
text_length(const struct ldap_message *m, enum ldap_style style)
{
	size_t i = m->held;

	if (m->t->mode == TRACK_MASK && m->d == DIR_S && style == LDAP_QUOTED)
		for (i = 0; i < m->held; i++)
			if (m->value[i] < ' ' || m->value[i] == 0x7f)
				break;
	return i;
}

/* The content as a string, without the echoes in it. */
static void
say_string(struct ldap_message *m, enum ldap_style style)
{
	size_t n = text_length(m, style);

	m->told += ldap_text_string(&m->text,
	    m->t->mode == TRACK_MASK ? &m->t->echo : NULL, m->value, n,
	    n < m->held ? n : (size_t)m->ber.len, style);
	if (n < m->held)
		say_mask(m);
}

/* ---- secrets ---------------------------------------------------------- */

/* `"hunter2"` in UTF-16, as unicodePwd has it; returns its length in bytes. */
static size_t
from_utf16(unsigned char *out, const unsigned char *p, size_t n)
{
	size_t len = 0;

	if (n < 6 || n % 2 != 0 || p[0] != '"' || p[n - 2] != '"')
		return 0;
	for (size_t i = 2; i < n - 2; i += 2) {
		if (p[i + 1] != 0)
			return 0;
		out[len++] = p[i];
	}
	return len;
}

/*
 * Keep the content, a secret of the client's, and its other form, to find
 * echoes of them.
 */
static void
keep(struct ldap_message *m)
{
	struct track *t = m->t;
	const unsigned char *close;
	size_t n;

	if (m->d != DIR_S || t->mode != TRACK_MASK)
		return;
	echo_keep(&t->echo, m->value, m->held);
	n = from_utf16(t->scratch, m->value, m->held);
	if (n > 0)
		echo_keep_form(&t->echo, t->scratch, n);
	close = memchr(m->value, '}', m->held);
	if (m->value[0] == '{' && close != NULL) /* RFC 3112, {SCHEME} */
		echo_keep_form(&t->echo, close + 1,
		    m->held - (size_t)(close + 1 - m->value));
	explicit_bzero(t->scratch, n);
}

/* A mask, or where secrets are shown what it would stand for. */
static void
say_secret(struct ldap_message *m, const char *label)
{
	if (m->t->mode != TRACK_MASK) {
		say_string(m, LDAP_QUOTED);
		return;
	}
	say_mask(m);
	if (label[0] != '\0') {
		ldap_say(m, " (");
		ldap_say(m, label);
		ldap_say(m, ")");
	}
	explicit_bzero(m->value, m->held);
}

/* ---- numbers ---------------------------------------------------------- */

static bool
put_number(struct ldap_message *m, enum ldap_put how)
{
	/*
	 * RFC 4511 sections 4.5.1.2, 4.5.1.3 and 4.6; children:
	 * draft-sermersheim-ldap-subord; increment: RFC 4525
	 */
	static const char words[][4][10] = {
	    {"base", "one", "sub", "children"}, /* PUT_SCOPE */
	    {"", "search", "find", "always"}, /* PUT_DEREF */
	    {"add", "delete", "replace", "increment"} /* PUT_CHANGE */
	};
	uint64_t v = m->held > 0 && m->value[0] >= 0x80 ? UINT64_MAX : 0;
	char text[24];

	for (size_t i = 0; i < m->held; i++)
		v = v << 8 | m->value[i];
	if (m->held == 0 || m->ber.len > (how == PUT_FLAG ? 1 : 8) ||
	    (how == PUT_ID && v > INT32_MAX)) {
		m->ber.why = "ber-number";
		return false;
	}
	m->told += m->ber.len;
	if (v == 0 &&
	    (how == PUT_DEREF || how == PUT_FLAG ||
		(how == PUT_LIMIT && m->held == 1)))
		return true;
	ldap_say(m, m->name);
	if (how == PUT_FLAG)
		return true;
	snprintf(text, sizeof text, "%" PRId64, (int64_t)v);
	if (how == PUT_ID)
		memcpy(m->id, text, sizeof m->id);
	if (how >= PUT_SCOPE && how <= PUT_CHANGE && v < 4)
		ldap_say(m, words[how - PUT_SCOPE][v]);
	else
		ldap_say(m, text);
	return true;
}

/* ---- attributes and filters ------------------------------------------- */

bool
ldap_hides(const struct ldap_message *m)
{
	return m->secret && m->t->mode == TRACK_MASK;
}

/* An attribute's description is there; its values follow. */
static void
put_attribute(struct ldap_message *m, enum ldap_put how)
{
	m->secret =
	    m->held != m->ber.len || ldap_attr_secret(m->value, m->held);
	m->values = 0;
	m->final = false;
	ldap_say(m, m->name);
	if (how != PUT_ATTRIBUTE)
		say_string(m, LDAP_FILTER);
	else if (ldap_attr_valid(m->value, m->held))
		say_string(m, LDAP_VALUE);
	else
		say_string(m, LDAP_QUOTED);
}

/*
 * A value of an attribute; those of a secret one are one mask.  A part of a
 * value that is short is not kept: as an echo it would be found everywhere.
 */
static void
put_value(struct ldap_message *m, enum ldap_put how)
{
	enum ldap_style style = how == PUT_VALUE ? LDAP_VALUE : LDAP_FILTER;
	bool hide = ldap_hides(m);

	if (how == PUT_PART)
		m->final = m->ber.tag == BER_CONTEXT(2);
	if (how != PUT_VALUE)
		ldap_say(m, hide && how == PUT_PART ? "" : m->name);
	else if (m->values == 0)
		ldap_say(m, "=");
	else if (!hide)
		ldap_say(m, ",");
	if (!hide) {
		say_string(m, m->secret ? LDAP_QUOTED : style);
	} else {
		if (how != PUT_PART || m->held >= PART_KEPT)
			keep(m);
		if (m->values == 0)
			say_mask(m);
		m->text.masked = true;
		explicit_bzero(m->value, m->held);
	}
	m->values++;
}

/* The parts of an extensible match come in another order than its text. */
static void
put_match_type(struct ldap_message *m)
{
	size_t from = m->text.len;
	bool again = m->type_end > m->item; /* which of them is meant? */

	put_attribute(m, PUT_MATCH_TYPE);
	m->secret |= again;
	m->type_end = m->item + m->text.len - from;
	ldap_text_move(&m->text, from, m->item);
}

static bool
put_match_dn(struct ldap_message *m)
{
	size_t from = m->text.len;

	if (!put_number(m, PUT_FLAG))
		return false;
	ldap_text_move(&m->text, from, m->type_end);
	return true;
}

/* ---- SASL ------------------------------------------------------------- */

/* The name of a mechanism has these (RFC 4422 section 3.1). */
static bool
is_mechanism(const struct ldap_message *m)
{
	return (m->held == m->ber.len &&
		   ldap_made_of(m->value, m->held,
		       "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_")) ||
	    sasl_known(m->value, m->held);
}

/* ---- extended operations ---------------------------------------------- */

static bool
is_oid(const struct ldap_message *m)
{
	return m->held == m->ber.len && m->held > 0 &&
	    ldap_made_of(m->value, m->held, "0123456789.");
}

/*
 * The value of a response, whose OID is often missing: what it means depends on
 * the request (RFC 3062 section 2, RFC 4532 section 2).
 */
static void
put_response_value(struct ldap_message *m)
{
	struct waiting *w = pending_find(
	    &m->t->pending, (const unsigned char *)m->id, strlen(m->id));
	unsigned char id = LDAP_OTHER;

	if (w != NULL && pending_sure(&m->t->pending))
		id = w->id;
	if (id == LDAP_WHO_AM_I &&
	    (m->held == 0 || (m->held > 3 && memcmp(m->value, "dn:", 3) == 0) ||
		(m->held > 2 && memcmp(m->value, "u:", 2) == 0))) {
		ldap_say(m, " authzId=");
		say_string(m, LDAP_QUOTED);
		return;
	}
	ldap_say(m, id == LDAP_PASSWD ? " genPasswd=" : " value=");
	say_secret(m, "");
}

/* ---- any of them ------------------------------------------------------- */

/* An element whose content is a string that is shown, or hidden as a whole. */
static void
put_string(struct ldap_message *m, enum ldap_put how)
{
	enum ldap_style style = LDAP_QUOTED;
	char number[16], label[SASL_LABEL];
	bool secret = true;

	label[0] = '\0';
	ldap_say(m, m->name);
	switch (how) {
	case PUT_STRING:
		secret = false;
		break;
	case PUT_MATCH_RULE:
	case PUT_PRESENT:
		style = LDAP_FILTER;
		secret = false;
		break;
	case PUT_OID:
		style = LDAP_VALUE;
		secret = !is_oid(m);
		m->extended = ldap_extended(m->value, m->held);
		break;
	case PUT_MECHANISM:
		if (m->d == DIR_S)
			sasl_mechanism(m->t, m->value, m->held);
		style = LDAP_VALUE;
		secret = !is_mechanism(m);
		break;
	case PUT_SIMPLE:
	case PUT_CREDENTIALS:
		/* None is worth knowing (RFC 4513 sections 5.1.1, 5.1.2). */
		secret = m->ber.len > 0;
		break;
	case PUT_CHOICE:
	case PUT_UNKNOWN:
		snprintf(number, sizeof number,
		    how == PUT_CHOICE ? "[%u] " : " [%u]=", m->ber.tag & 0x1fu);
		ldap_say(m, number);
		break;
	default:
		break;
	}
	if (!secret) {
		say_string(m, style);
		if (how == PUT_PRESENT)
			ldap_say(m, "=*)");
		return;
	}
	if (how == PUT_CREDENTIALS && m->d == DIR_S && m->held == m->ber.len)
		sasl_message(m->t, m->value, m->held, label);
	else if (how != PUT_HIDDEN)
		keep(m);
	say_secret(m, label);
}

bool
ldap_put(struct ldap_message *m, enum ldap_put how)
{
	switch (how) {
	case PUT_NOTHING: /* left out, and counted as a secret would be */
		if (m->ber.len > 0)
			count_mask(m);
		return true;
	case PUT_ITEM:
	case PUT_URI:
		ldap_say(m, m->ber.index == 0 ? m->name : ",");
		say_string(m, how == PUT_URI ? LDAP_QUOTED : LDAP_VALUE);
		return true;
	case PUT_NUMBER:
	case PUT_ID:
	case PUT_LIMIT:
	case PUT_FLAG:
	case PUT_SCOPE:
	case PUT_DEREF:
	case PUT_CHANGE:
		return put_number(m, how);
	case PUT_MATCH_DN:
		return put_match_dn(m);
	case PUT_ATTRIBUTE:
	case PUT_FILTER_ATTRIBUTE:
		put_attribute(m, how);
		return true;
	case PUT_MATCH_TYPE:
		put_match_type(m);
		return true;
	case PUT_VALUE:
	case PUT_ASSERTION:
	case PUT_PART:
		put_value(m, how);
		return true;
	case PUT_RESPONSE_VALUE:
		put_response_value(m);
		return true;
	default:
		put_string(m, how);
		return true;
	}
}
