/* ldap_put.c - how the elements of a message are written, and what is hidden */
#include "ldap_attr.h"
#include "ldap_put.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* ---- writing ---------------------------------------------------------- */

void
ldap_say(const struct ldap_reading *r, const char *words)
{
	ldap_text_add(&r->m->text, words);
}

void
ldap_say_name(const struct ldap_reading *r)
{
	ldap_say(r, r->m->name);
}

/*
 * The client's control bytes are no text: as in a line of other protocols, what
 * begins with one is hidden.
 */
static size_t
text_length(const struct ldap_reading *r, enum ldap_style style)
{
	const struct ldap_message *m = r->m;

	if (r->t->mode != TRACK_MASK || r->d != DIR_S || style != LDAP_QUOTED)
		return m->held;
	for (size_t i = 0; i < m->held; i++)
		if (m->value[i] < ' ' || m->value[i] == 0x7f)
			return i;
	return m->held;
}

void
ldap_say_string(const struct ldap_reading *r, enum ldap_style style)
{
	struct ldap_message *m = r->m;
	size_t n = text_length(r, style);

	m->told += ldap_text_string(&m->text,
	    r->t->mode == TRACK_MASK ? &r->t->echo : NULL, m->value, n,
	    n < m->held ? n : (size_t)m->ber.len, style);
	if (n < m->held) {
		ldap_say(r, "****");
		m->text.masked = true;
		m->told += 4;
	}
}

bool
ldap_put_string(const struct ldap_reading *r)
{
	ldap_say_name(r);
	ldap_say_string(r, LDAP_QUOTED);
	return true;
}

/* One of a list: its name before the first, a comma before the others. */
static void
say_list_name(const struct ldap_reading *r)
{
	ldap_say(r, r->m->ber.index == 0 ? r->m->name : ",");
}

bool
ldap_put_item(const struct ldap_reading *r)
{
	say_list_name(r);
	ldap_say_string(r, LDAP_VALUE);
	return true;
}

bool
ldap_put_uri(const struct ldap_reading *r)
{
	say_list_name(r);
	ldap_say_string(r, LDAP_QUOTED);
	return true;
}

/* Left out, and counted as a secret would be. */
bool
ldap_put_nothing(const struct ldap_reading *r)
{
	if (r->m->ber.len > 0) {
		r->m->told += 4;
		r->m->text.masked = true;
	}
	return true;
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

/* Keep what the client hid, and its other form, to find their echoes. */
void
ldap_keep(const struct ldap_reading *r)
{
	const struct ldap_message *m = r->m;
	const unsigned char *close;
	size_t n;

	if (r->d != DIR_S || r->t->mode != TRACK_MASK)
		return;
	echo_keep(&r->t->echo, m->value, m->held);
	n = from_utf16(r->t->scratch, m->value, m->held);
	if (n > 0)
		echo_keep_form(&r->t->echo, r->t->scratch, n);
	close = memchr(m->value, '}', m->held);
	if (m->value[0] == '{' && close != NULL) /* RFC 3112, {SCHEME} */
		echo_keep_form(&r->t->echo, close + 1,
		    m->held - (size_t)(close + 1 - m->value));
	explicit_bzero(r->t->scratch, n);
}

/* A mask, or where secrets are shown what it would stand for. */
static void
say_secret(const struct ldap_reading *r, const char *label)
{
	struct ldap_message *m = r->m;

	if (r->t->mode != TRACK_MASK) {
		ldap_say_string(r, LDAP_QUOTED);
		return;
	}
	ldap_say(r, "****");
	if (label[0] != '\0') {
		ldap_say(r, " (");
		ldap_say(r, label);
		ldap_say(r, ")");
	}
	m->text.masked = true;
	m->told += 4;
	explicit_bzero(m->value, m->held);
}

/* Hidden, though it is no secret of the client's. */
bool
ldap_put_hidden(const struct ldap_reading *r)
{
	ldap_say_name(r);
	say_secret(r, "");
	return true;
}

bool
ldap_put_secret(const struct ldap_reading *r)
{
	ldap_keep(r);
	return ldap_put_hidden(r);
}

/* No password at all is worth knowing (RFC 4513 sections 5.1.1, 5.1.2). */
bool
ldap_put_simple(const struct ldap_reading *r)
{
	if (r->m->ber.len == 0)
		return ldap_put_string(r);
	return ldap_put_secret(r);
}

/* What is none of the choices that the standard has. */
bool
ldap_put_choice(const struct ldap_reading *r)
{
	char number[16];

	ldap_say_name(r);
	snprintf(number, sizeof number, "[%u] ", r->m->ber.tag & 0x1fu);
	ldap_say(r, number);
	ldap_keep(r);
	say_secret(r, "");
	return true;
}

bool
ldap_put_unknown(const struct ldap_reading *r)
{
	char number[16];

	snprintf(number, sizeof number, " [%u]=", r->m->ber.tag & 0x1fu);
	ldap_say(r, number);
	ldap_keep(r);
	say_secret(r, "");
	return true;
}

/* ---- SASL ------------------------------------------------------------- */

/* The name of a mechanism has these (RFC 4422 section 3.1). */
bool
ldap_put_mechanism(const struct ldap_reading *r)
{
	struct ldap_message *m = r->m;
	bool good = m->held == m->ber.len &&
	    ldap_made_of(
		m->value, m->held, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_");

	if (r->d == DIR_S)
		sasl_mechanism(r->t, m->value, m->held);
	if (!good && !sasl_known(m->value, m->held))
		return ldap_put_secret(r);
	ldap_say_name(r);
	ldap_say_string(r, LDAP_VALUE);
	return true;
}

bool
ldap_put_credentials(const struct ldap_reading *r)
{
	struct ldap_message *m = r->m;
	char label[SASL_LABEL] = "";

	if (m->ber.len == 0)
		return ldap_put_string(r);
	if (r->d == DIR_S && m->held == m->ber.len)
		sasl_message(r->t, m->value, m->held, label);
	else
		ldap_keep(r);
	ldap_say_name(r);
	say_secret(r, label);
	return true;
}

/* ---- numbers ---------------------------------------------------------- */

static bool
number(const struct ldap_reading *r, int64_t *out)
{
	struct ldap_message *m = r->m;
	uint64_t v = m->held > 0 && m->value[0] >= 0x80 ? UINT64_MAX : 0;

	if (m->held == 0 || m->ber.len > 8) {
		m->ber.why = "ber-number";
		return false;
	}
	for (size_t i = 0; i < m->held; i++)
		v = v << 8 | m->value[i];
	*out = (int64_t)v;
	m->told += m->ber.len;
	return true;
}

bool
ldap_put_number(const struct ldap_reading *r)
{
	char text[24];
	int64_t v;

	if (!number(r, &v))
		return false;
	snprintf(text, sizeof text, "%" PRId64, v);
	ldap_say_name(r);
	ldap_say(r, text);
	return true;
}

/* A number that is only told where it is not 0. */
bool
ldap_put_limit(const struct ldap_reading *r)
{
	if (r->m->held != 1 || r->m->value[0] != 0)
		return ldap_put_number(r);
	r->m->told++;
	return true;
}

static bool
put_word(const struct ldap_reading *r, const char *const *words, int64_t n)
{
	int64_t v;

	if (!number(r, &v))
		return false;
	if (v < 0 || v >= n) {
		r->m->told -= r->m->ber.len; /* it is counted again */
		return ldap_put_number(r);
	}
	if (words[v] != NULL) {
		ldap_say_name(r);
		ldap_say(r, words[v]);
	}
	return true;
}

bool
ldap_put_scope(const struct ldap_reading *r)
{
	/* RFC 4511 section 4.5.1.2; children: draft-sermersheim-ldap-subord */
	static const char *const words[] = {"base", "one", "sub", "children"};

	return put_word(r, words, 4);
}

bool
ldap_put_deref(const struct ldap_reading *r)
{
	static const char *const words[] = {NULL, "search", "find", "always"};

	return put_word(r, words, 4);
}

bool
ldap_put_change(const struct ldap_reading *r)
{
	/* RFC 4511 section 4.6; increment: RFC 4525 */
	static const char *const words[] = {
	    "add", "delete", "replace", "increment"};

	return put_word(r, words, 4);
}

/* Told where it is true. */
bool
ldap_put_flag(const struct ldap_reading *r)
{
	if (r->m->held != 1) {
		r->m->ber.why = "ber-number";
		return false;
	}
	r->m->told++;
	if (r->m->value[0] != 0)
		ldap_say_name(r);
	return true;
}

bool
ldap_put_id(const struct ldap_reading *r)
{
	struct ldap_message *m = r->m;
	int64_t v;

	if (!number(r, &v))
		return false;
	if (v < 0 || v > INT32_MAX) {
		m->ber.why = "ber-number";
		return false;
	}
	snprintf(m->id, sizeof m->id, "%d", (int)v);
	ldap_say(r, m->id);
	return true;
}

bool
ldap_put_oid(const struct ldap_reading *r)
{
	struct ldap_message *m = r->m;

	if (m->held != m->ber.len || m->held == 0 ||
	    !ldap_made_of(m->value, m->held, "0123456789."))
		return ldap_put_secret(r);
	m->extended = (unsigned char)ldap_extended(m->value, m->held);
	ldap_say_name(r);
	ldap_say_string(r, LDAP_VALUE);
	return true;
}

/* ---- extended operations ---------------------------------------------- */

/*
 * The value of a response, whose OID is often missing: what it means depends on
 * the request (RFC 3062 section 2, RFC 4532 section 2).
 */
bool
ldap_put_response_value(const struct ldap_reading *r)
{
	struct ldap_message *m = r->m;
	struct waiting *w = pending_find(
	    &r->t->pending, (const unsigned char *)m->id, strlen(m->id));
	bool sure = w != NULL && pending_sure(&r->t->pending);

	if (sure && w->id == LDAP_WHO_AM_I &&
	    (m->held == 0 || (m->held > 3 && memcmp(m->value, "dn:", 3) == 0) ||
		(m->held > 2 && memcmp(m->value, "u:", 2) == 0))) {
		ldap_say(r, " authzId=");
		ldap_say_string(r, LDAP_QUOTED);
		return true;
	}
	ldap_say(r, sure && w->id == LDAP_PASSWD ? " genPasswd=" : " value=");
	say_secret(r, "");
	return true;
}
