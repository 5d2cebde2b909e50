/*
 * ldap_message.c - one LDAP message in, the line that describes it out
 *
 * The table `rules` is the grammar: which element may stand where, what it is
 * called in the line, and which function writes it.  What is not in it is no
 * LDAP, but for context tags, by which standards extend it (RFC 4511 section
 * 4).
 */
#include "ldap_message.h"

#include "ldap_put.h"

#include <stdio.h>
#include <string.h>

/* Elements that have elements. */
enum kind {
	ROOT,
	MESSAGE,
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
	PARTS,
	EXTENSIBLE,
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
	PASSWD_STRING,
	PASSWD,
	CONTROLS,
	CONTROL
};

#define ANY UINT8_MAX
#define NO_RULE "ldap-grammar"

struct rule {
	unsigned char parent, index, tag; /* index may be ANY */
	unsigned char kind; /* to enter it as, or 0 */
	const char *name; /* what it is called */
	ldap_write *write; /* if it is not entered */
};

/* ---- the grammar (RFC 4511 appendix B) --------------------------------- */

static const struct ldap_op ops[] = {
    {"BindRequest", 0x60, DIR_S, BIND, NULL, false, false},
    {"BindResponse", 0x61, DIR_R, RESULT, NULL, false, false},
    {"UnbindRequest", 0x42, DIR_S, 0, ldap_put_nothing, false, true},
    {"SearchRequest", 0x63, DIR_S, SEARCH, NULL, false, false},
    {"SearchResultEntry", 0x64, DIR_R, ENTRY, NULL, true, false},
    {"SearchResultDone", 0x65, DIR_R, RESULT, NULL, false, false},
    {"SearchResultReference", 0x73, DIR_R, REFERENCE, NULL, true, false},
    {"ModifyRequest", 0x66, DIR_S, MODIFY, NULL, false, false},
    {"ModifyResponse", 0x67, DIR_R, RESULT, NULL, false, false},
    {"AddRequest", 0x68, DIR_S, ENTRY, NULL, false, false},
    {"AddResponse", 0x69, DIR_R, RESULT, NULL, false, false},
    {"DelRequest", 0x4a, DIR_S, 0, ldap_put_string, false, false},
    {"DelResponse", 0x6b, DIR_R, RESULT, NULL, false, false},
    {"ModifyDNRequest", 0x6c, DIR_S, MODIFY_DN, NULL, false, false},
    {"ModifyDNResponse", 0x6d, DIR_R, RESULT, NULL, false, false},
    {"CompareRequest", 0x6e, DIR_S, COMPARE, NULL, false, false},
    {"CompareResponse", 0x6f, DIR_R, RESULT, NULL, false, false},
    {"AbandonRequest", 0x50, DIR_S, 0, ldap_put_number, false, true},
    {"ExtendedRequest", 0x77, DIR_S, EXTENDED, NULL, false, false},
    {"ExtendedResponse", 0x78, DIR_R, RESULT, NULL, false, false},
    {"IntermediateResponse", 0x79, DIR_R, 0, ldap_put_nothing, true, false},
};

static const struct rule rules[] = {
    {ROOT, 0, BER_SEQUENCE, MESSAGE, "", NULL},
    {MESSAGE, 0, BER_INTEGER, 0, "", ldap_put_id},
    {MESSAGE, 2, BER_CONTEXT_OF(0), CONTROLS, "", NULL},
    {CONTROLS, ANY, BER_SEQUENCE, CONTROL, "", NULL},
    {CONTROL, 0, BER_STRING, 0, " control=", ldap_put_oid},
    {CONTROL, 1, BER_BOOLEAN, 0, " critical", ldap_put_flag},
    {CONTROL, ANY, BER_STRING, 0, " value=", ldap_put_hidden},

    {BIND, 0, BER_INTEGER, 0, " version=", ldap_put_number},
    {BIND, 1, BER_STRING, 0, " name=", ldap_put_string},
    {BIND, 2, BER_CONTEXT(0), 0, " simple ", ldap_put_simple},
    {BIND, 2, BER_CONTEXT_OF(3), SASL, " sasl ", NULL},
    {SASL, 0, BER_STRING, 0, "", ldap_put_mechanism},
    {SASL, 1, BER_STRING, 0, " ", ldap_put_credentials},

    {RESULT, 0, BER_ENUM, 0, " result=", ldap_put_number},
    {RESULT, 1, BER_STRING, 0, " matched=", ldap_put_string},
    {RESULT, 2, BER_STRING, 0, " message=", ldap_put_string},
    {RESULT, ANY, BER_CONTEXT_OF(3), REFERRAL, "", NULL},
    {RESULT, ANY, BER_CONTEXT(7), 0, " serverSaslCreds=", ldap_put_hidden},
    {RESULT, ANY, BER_CONTEXT(10), 0, " name=", ldap_put_oid},
    {RESULT, ANY, BER_CONTEXT(11), 0, "", ldap_put_response_value},
    {REFERRAL, ANY, BER_STRING, 0, " referral=", ldap_put_uri},
    {REFERENCE, ANY, BER_STRING, 0, " ", ldap_put_uri},

    {SEARCH, 0, BER_STRING, 0, " base=", ldap_put_string},
    {SEARCH, 1, BER_ENUM, 0, " scope=", ldap_put_scope},
    {SEARCH, 2, BER_ENUM, 0, " deref=", ldap_put_deref},
    {SEARCH, 3, BER_INTEGER, 0, " sizeLimit=", ldap_put_limit},
    {SEARCH, 4, BER_INTEGER, 0, " timeLimit=", ldap_put_limit},
    {SEARCH, 5, BER_BOOLEAN, 0, " typesOnly", ldap_put_flag},
    {SEARCH, 7, BER_SEQUENCE, SELECTION, "", NULL},
    {SELECTION, ANY, BER_STRING, 0, " attrs=", ldap_put_item},

    {FILTERS, ANY, BER_CONTEXT_OF(0), FILTERS, "(&", NULL},
    {FILTERS, ANY, BER_CONTEXT_OF(1), FILTERS, "(|", NULL},
    {FILTERS, ANY, BER_CONTEXT_OF(2), FILTERS, "(!", NULL},
    {FILTERS, ANY, BER_CONTEXT_OF(3), EQUAL, "(", NULL},
    {FILTERS, ANY, BER_CONTEXT_OF(4), SUBSTRINGS, "(", NULL},
    {FILTERS, ANY, BER_CONTEXT_OF(5), GREATER, "(", NULL},
    {FILTERS, ANY, BER_CONTEXT_OF(6), LESS, "(", NULL},
    {FILTERS, ANY, BER_CONTEXT(7), 0, "", ldap_put_present},
    {FILTERS, ANY, BER_CONTEXT_OF(8), APPROX, "(", NULL},
    {FILTERS, ANY, BER_CONTEXT_OF(9), EXTENSIBLE, "(", NULL},
    {EQUAL, 0, BER_STRING, 0, "", ldap_put_filter_attribute},
    {EQUAL, 1, BER_STRING, 0, "=", ldap_put_assertion},
    {GREATER, 0, BER_STRING, 0, "", ldap_put_filter_attribute},
    {GREATER, 1, BER_STRING, 0, ">=", ldap_put_assertion},
    {LESS, 0, BER_STRING, 0, "", ldap_put_filter_attribute},
    {LESS, 1, BER_STRING, 0, "<=", ldap_put_assertion},
    {APPROX, 0, BER_STRING, 0, "", ldap_put_filter_attribute},
    {APPROX, 1, BER_STRING, 0, "~=", ldap_put_assertion},
    {SUBSTRINGS, 0, BER_STRING, 0, "", ldap_put_filter_attribute},
    {SUBSTRINGS, 1, BER_SEQUENCE, PARTS, "=", NULL},
    {PARTS, ANY, BER_CONTEXT(0), 0, "", ldap_put_part},
    {PARTS, ANY, BER_CONTEXT(1), 0, "*", ldap_put_part},
    {PARTS, ANY, BER_CONTEXT(2), 0, "*", ldap_put_part},
    {EXTENSIBLE, ANY, BER_CONTEXT(1), 0, ":", ldap_put_match_rule},
    {EXTENSIBLE, ANY, BER_CONTEXT(2), 0, "", ldap_put_match_type},
    {EXTENSIBLE, ANY, BER_CONTEXT(3), 0, ":=", ldap_put_assertion},
    {EXTENSIBLE, ANY, BER_CONTEXT(4), 0, ":dn", ldap_put_match_dn},

    {ENTRY, 0, BER_STRING, 0, " ", ldap_put_string},
    {ENTRY, 1, BER_SEQUENCE, ATTRIBUTES, "", NULL},
    {ATTRIBUTES, ANY, BER_SEQUENCE, ATTRIBUTE, "", NULL},
    {ATTRIBUTE, 0, BER_STRING, 0, " ", ldap_put_attribute},
    {ATTRIBUTE, 1, BER_SET, VALUES, "", NULL},
    {VALUES, ANY, BER_STRING, 0, "", ldap_put_value},
    {MODIFY, 0, BER_STRING, 0, " ", ldap_put_string},
    {MODIFY, 1, BER_SEQUENCE, CHANGES, "", NULL},
    {CHANGES, ANY, BER_SEQUENCE, CHANGE, "", NULL},
    {CHANGE, 0, BER_ENUM, 0, " ", ldap_put_change},
    {CHANGE, 1, BER_SEQUENCE, ATTRIBUTE, "", NULL},
    {COMPARE, 0, BER_STRING, 0, " ", ldap_put_string},
    {COMPARE, 1, BER_SEQUENCE, COMPARED, "", NULL},
    {COMPARED, 0, BER_STRING, 0, " ", ldap_put_attribute},
    {COMPARED, 1, BER_STRING, 0, "", ldap_put_value},
    {MODIFY_DN, 0, BER_STRING, 0, " ", ldap_put_string},
    {MODIFY_DN, 1, BER_STRING, 0, " newrdn=", ldap_put_string},
    {MODIFY_DN, 2, BER_BOOLEAN, 0, " deleteoldrdn", ldap_put_flag},
    {MODIFY_DN, ANY, BER_CONTEXT(0), 0, " newSuperior=", ldap_put_string},

    {EXTENDED, 0, BER_CONTEXT(0), 0, " ", ldap_put_oid},
    {EXTENDED, 1, BER_CONTEXT(1), 0, " value=", ldap_put_secret},
    {PASSWD_STRING, 0, BER_SEQUENCE, PASSWD, "", NULL}, /* RFC 3062 */
    {PASSWD, ANY, BER_CONTEXT(0), 0, " userIdentity=", ldap_put_string},
    {PASSWD, ANY, BER_CONTEXT(1), 0, " oldPasswd=", ldap_put_secret},
    {PASSWD, ANY, BER_CONTEXT(2), 0, " newPasswd=", ldap_put_secret},
};

const struct ldap_op *
ldap_op_nth(size_t n)
{
	return n < sizeof ops / sizeof *ops ? &ops[n] : NULL;
}

const struct ldap_op *
ldap_op_named(const unsigned char *p, size_t n)
{
	for (size_t i = 0; i < sizeof ops / sizeof *ops; i++)
		if (strlen(ops[i].name) == n && memcmp(ops[i].name, p, n) == 0)
			return &ops[i];
	return NULL;
}

enum ldap_request
ldap_extended(const unsigned char *p, size_t n)
{
	static const struct {
		const char *oid;
		enum ldap_request is;
	} known[] = {{"1.3.6.1.4.1.1466.20037", LDAP_START_TLS},
	    {"1.3.6.1.4.1.4203.1.11.1", LDAP_PASSWD},
	    {"1.3.6.1.4.1.4203.1.11.3", LDAP_WHO_AM_I}};

	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (strlen(known[i].oid) == n &&
		    memcmp(known[i].oid, p, n) == 0)
			return known[i].is;
	return LDAP_OTHER;
}

/* ---- reading ---------------------------------------------------------- */

/* The rule for an element; NULL: it may not stand there. */
static const struct rule *
find_rule(unsigned char parent, const struct ber *b)
{
	static const struct rule choice = {
	    .name = " auth", .write = ldap_put_choice};
	static const struct rule unknown = {
	    .name = "", .write = ldap_put_unknown};

	if (parent == SEARCH && b->index == 6)
		parent = FILTERS;
	for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
		if (rules[i].parent == parent && rules[i].tag == b->tag &&
		    (rules[i].index == b->index || rules[i].index == ANY))
			return &rules[i];
	if (!BER_IS_CONTEXT(b->tag) || parent == ROOT ||
	    (parent == MESSAGE && b->index < 2))
		return NULL;
	return parent == BIND && b->index == 2 ? &choice : &unknown;
}

/* Enter the element, or hold its content until it can be written. */
static bool
take(const struct ldap_reading *r, unsigned char kind, const char *name,
    ldap_write *write)
{
	struct ldap_message *m = r->m;

	m->told += 2; /* tag and length: more would tell of what is in it */
	m->name = name;
	m->write = write;
	m->held = 0;
	if (kind == 0)
		return true;
	ldap_say(r, name);
	m->item = m->type_end = m->text.len;
	if (kind == EXTENSIBLE) {
		m->secret = true; /* without an attribute it is of all */
		m->values = 0;
	}
	return ber_enter(&m->ber, kind);
}

/* The operation of a message; of one that is not known only the tag is told. */
static bool
begin_op(const struct ldap_reading *r)
{
	struct ldap_message *m = r->m;
	char text[24];

	ldap_say(r, " ");
	for (size_t i = 0; i < sizeof ops / sizeof *ops; i++) {
		if (ops[i].tag != m->ber.tag)
			continue;
		m->op = &ops[i];
		ldap_say(r, m->op->name);
		return take(
		    r, m->op->kind, m->op->kind == 0 ? " " : "", m->op->write);
	}
	snprintf(text, sizeof text, "Operation 0x%02x", m->ber.tag);
	ldap_say(r, text);
	return take(r, 0, "", ldap_put_nothing);
}

static bool
begin(const struct ldap_reading *r)
{
	struct ldap_message *m = r->m;
	unsigned char parent = ROOT;
	const struct rule *rule;

	if (m->ber.depth > 0)
		parent = m->ber.level[m->ber.depth - 1].kind;
	if (parent == MESSAGE && m->ber.index == 1 &&
	    (m->ber.tag & 0xc0) == 0x40)
		return begin_op(r);
	rule = find_rule(parent, &m->ber);
	if (rule == NULL) {
		m->ber.why = NO_RULE;
		return false;
	}
	if (parent == SEARCH && m->ber.index == 6)
		ldap_say(r, " filter=");
	if (rule->parent == EXTENDED && rule->write == ldap_put_secret &&
	    m->extended == LDAP_PASSWD)
		return take(r, PASSWD_STRING, "", NULL);
	return take(r, rule->kind, rule->name, rule->write);
}

static void
leave(const struct ldap_reading *r)
{
	struct ldap_message *m = r->m;

	switch (m->ber.level[m->ber.depth].kind) {
	case PARTS:
		if (!m->final && !(m->secret && r->t->mode == TRACK_MASK))
			ldap_say(r, "*");
		break;
	case FILTERS:
	case EQUAL:
	case GREATER:
	case LESS:
	case APPROX:
	case SUBSTRINGS:
	case EXTENSIBLE:
		ldap_say(r, ")");
		break;
	}
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
ldap_message_init(const struct ldap_reading *r)
{
	struct ldap_message *m = r->m;

	explicit_bzero(m->value, m->held);
	ber_init(&m->ber);
	ldap_text_init(&m->text, (char *)r->t->side[r->d].buf);
	m->told = 0;
	m->held = 0;
	m->op = NULL;
	m->extended = LDAP_OTHER;
	m->id[0] = '\0';
}

enum ldap_event
ldap_message_read(const struct ldap_reading *r, const unsigned char **p,
    const unsigned char *end)
{
	struct ldap_message *m = r->m;

	for (;;) {
		switch (ber_next(&m->ber, p, end)) {
		case BER_MORE:
			return LDAP_MORE;
		case BER_BEGIN:
			if (!begin(r))
				return LDAP_BAD;
			break;
		case BER_BYTES:
			hold(m);
			break;
		case BER_END:
			if (!m->write(r))
				return LDAP_BAD;
			break;
		case BER_LEAVE:
			leave(r);
			if (m->ber.depth > 0)
				break;
			if (m->ber.level[0].index > 1)
				return LDAP_DONE;
			m->ber.why = NO_RULE; /* no operation in it */
			return LDAP_BAD;
		case BER_BAD:
			return LDAP_BAD;
		}
	}
}

size_t
ldap_message_bytes(const struct ldap_reading *r)
{
	const struct ldap_message *m = r->m;
	bool exact =
	    r->t->mode != TRACK_MASK || (!m->text.masked && m->ber.depth == 0);

	return (size_t)(exact ? m->ber.at : m->told);
}
