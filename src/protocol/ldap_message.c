/*
 * ldap_message.c - one LDAP message in, the line that describes it out
 *
 * The grammar says which element may stand where.  What is not in it is no
 * LDAP, but for context tags, by which standards extend it (RFC 4511 section
 * 4).
 */
#include "ldap_message.h"

#include "ldap_put.h"

#include <stdio.h>
#include <string.h>

/* Elements that have elements. */
enum kind {
	ROOT, /* of the outermost there is */
	MESSAGE = PUTS,
	BIND,
	SASL,
	RESULT,
	REFERRAL,
	REFERENCE,
	SEARCH,
	FILTERS, /* and, or, not */
	EQUAL,
	GREATER,
	LESS,
	APPROX,
	SUBSTRINGS,
	EXTENSIBLE, /* here the filters end */
	PARTS,
	SELECTION,
	MODIFY,
	CHANGES,
	CHANGE,
	ENTRY, /* also AddRequest */
	ATTRIBUTES,
	ATTRIBUTE,
	VALUES,
	MODIFY_DN,
	COMPARE,
	COMPARED,
	EXTENDED,
	EXTENDED_PASSWD,
	PASSWD_STRING,
	PASSWD,
	CONTROLS,
	CONTROL
};

#define ANY UINT8_MAX
#define NO_RULE "ldap-grammar"

/* ---- the grammar ------------------------------------------------------- */

struct rule {
	unsigned char parent, index, tag; /* index may be ANY */
	unsigned char as; /* enum kind or, if it is not entered, ldap_put */
};

#define RULE(parent, index, tag, as, name) {parent, index, tag, as},
static const struct rule rules[] = {
#include "ldap_rules.h"
};
#undef RULE

/* Their names, in that order: pointers to them would be relocated. */
#define RULE(parent, index, tag, as, name) name "\0"
static const char names[] =
#include "ldap_rules.h"
    ;
#undef RULE

static const struct ldap_op ops[] = {
    {"BindRequest", 0x60, DIR_S, BIND, false},
    {"BindResponse", 0x61, DIR_R, RESULT, false},
    {"UnbindRequest", 0x42, DIR_S, PUT_NOTHING, true},
    {"SearchRequest", 0x63, DIR_S, SEARCH, false},
    {"SearchResultEntry", 0x64, DIR_R, ENTRY, true},
    {"SearchResultDone", 0x65, DIR_R, RESULT, false},
    {"SearchResultReference", 0x73, DIR_R, REFERENCE, true},
    {"ModifyRequest", 0x66, DIR_S, MODIFY, false},
    {"ModifyResponse", 0x67, DIR_R, RESULT, false},
    {"AddRequest", 0x68, DIR_S, ENTRY, false},
    {"AddResponse", 0x69, DIR_R, RESULT, false},
    {"DelRequest", 0x4a, DIR_S, PUT_STRING, false},
    {"DelResponse", 0x6b, DIR_R, RESULT, false},
    {"ModifyDNRequest", 0x6c, DIR_S, MODIFY_DN, false},
    {"ModifyDNResponse", 0x6d, DIR_R, RESULT, false},
    {"CompareRequest", 0x6e, DIR_S, COMPARE, false},
    {"CompareResponse", 0x6f, DIR_R, RESULT, false},
    {"AbandonRequest", 0x50, DIR_S, PUT_NUMBER, true},
    {"ExtendedRequest", 0x77, DIR_S, EXTENDED, false},
    {"ExtendedResponse", 0x78, DIR_R, RESULT, false},
    {"IntermediateResponse", 0x79, DIR_R, PUT_NOTHING, true},
};

const struct ldap_op *
ldap_op_nth(size_t n)
{
	return n < sizeof ops / sizeof *ops ? &ops[n] : NULL;
}

static bool
is(const unsigned char *p, size_t n, const char *word)
{
	return strlen(word) == n && memcmp(p, word, n) == 0;
}

const struct ldap_op *
ldap_op_named(const unsigned char *p, size_t n)
{
	for (size_t i = 0; i < sizeof ops / sizeof *ops; i++)
		if (is(p, n, ops[i].name))
			return &ops[i];
	return NULL;
}

enum ldap_request
ldap_extended(const unsigned char *p, size_t n)
{
	static const struct {
		char oid[24];
		unsigned char is; /* enum ldap_request */
	} known[] = {{"1.3.6.1.4.1.1466.20037", LDAP_START_TLS},
	    {"1.3.6.1.4.1.4203.1.11.1", LDAP_PASSWD},
	    {"1.3.6.1.4.1.4203.1.11.3", LDAP_WHO_AM_I}};

	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (is(p, n, known[i].oid))
			return known[i].is;
	return LDAP_OTHER;
}

/* ---- reading ---------------------------------------------------------- */

/* Enter the element, or hold its content until it can be written. */
static bool
take(struct ldap_message *m, unsigned char as, const char *name)
{
	m->told += 2; /* tag and length: more would tell of what is in it */
	m->name = name;
	m->as = as;
	m->held = 0;
	if (as < PUTS)
		return true;
	ldap_say(m, name);
	m->item = m->type_end = m->text.len;
	if (as == EXTENSIBLE) {
		m->secret = true; /* without an attribute it is of all */
		m->values = 0;
	}
	return ber_enter(&m->ber, as);
}

/* The operation of a message; of one that is not known only the tag is told. */
static bool
begin_op(struct ldap_message *m)
{
	char text[24];

	ldap_say(m, " ");
	for (size_t i = 0; i < sizeof ops / sizeof *ops; i++) {
		if (ops[i].tag != m->ber.tag)
			continue;
		ldap_say(m, ops[i].name);
		return take(m, ops[i].as, ops[i].as < PUTS ? " " : "");
	}
	snprintf(text, sizeof text, "Operation 0x%02x", m->ber.tag);
	ldap_say(m, text);
	return take(m, PUT_NOTHING, "");
}

static const char *
name_of(size_t rule)
{
	const char *name = names;

	for (; rule > 0; name++)
		if (*name == '\0')
			rule--;
	return name;
}

static bool
begin(struct ldap_message *m)
{
	const struct ber *b = &m->ber;
	unsigned char parent = b->level[b->depth].kind;

	if (parent == MESSAGE && b->index == 1 && (b->tag & 0xc0) == 0x40)
		return begin_op(m);
	if (parent == SEARCH && b->index == 6) {
		parent = FILTERS;
		ldap_say(m, " filter=");
	}
	if (parent == EXTENDED && m->extended == LDAP_PASSWD)
		parent = EXTENDED_PASSWD;
	for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
		if (rules[i].parent == parent && rules[i].tag == b->tag &&
		    (rules[i].index == b->index || rules[i].index == ANY))
			return take(m, rules[i].as, name_of(i));
	if (!BER_IS_CONTEXT(b->tag) || parent == ROOT ||
	    (parent == MESSAGE && b->index < 2)) {
		m->ber.why = NO_RULE;
		return false;
	}
	if (parent == BIND && b->index == 2)
		return take(m, PUT_CHOICE, " auth");
	return take(m, PUT_UNKNOWN, "");
}

static void
leave(struct ldap_message *m)
{
	unsigned char kind = m->ber.level[m->ber.depth + 1].kind;

	if (kind >= FILTERS && kind <= EXTENSIBLE)
		ldap_say(m, ")");
	else if (kind == PARTS && !m->final && !ldap_hides(m))
		ldap_say(m, "*");
}

static void
hold(struct ldap_message *m)
{
	size_t n = m->ber.piece_len;

	if (n > sizeof m->value - m->held)
		n = sizeof m->value - m->held;
	memcpy(m->value + m->held, m->ber.piece, n);
	m->held += n;
}

void
ldap_message_init(struct ldap_message *m)
{
	explicit_bzero(m->value, m->held);
	ber_init(&m->ber);
	ldap_text_init(&m->text, (char *)m->t->side[m->d].buf);
	m->told = 0;
	m->held = 0;
	m->extended = LDAP_OTHER;
	m->id[0] = '\0';
}

enum ldap_event
ldap_message_read(
    struct ldap_message *m, const unsigned char **p, const unsigned char *end)
{
	for (;;) {
		switch (ber_next(&m->ber, p, end)) {
		case BER_MORE:
			return LDAP_MORE;
		case BER_BEGIN:
			if (!begin(m))
				return LDAP_BAD;
			break;
		case BER_BYTES:
			hold(m);
			break;
		case BER_END:
			if (!ldap_put(m, m->as))
				return LDAP_BAD;
			break;
		case BER_LEAVE:
			leave(m);
			if (m->ber.depth > 0)
				break;
			if (m->ber.level[1].index > 1)
				return LDAP_DONE;
			m->ber.why = NO_RULE; /* no operation in it */
			return LDAP_BAD;
		case BER_BAD:
			return LDAP_BAD;
		}
	}
}

size_t
ldap_message_bytes(const struct ldap_message *m)
{
	bool exact =
	    m->t->mode != TRACK_MASK || (!m->text.masked && m->ber.depth == 0);

	return (size_t)(exact ? m->ber.at : m->told);
}
