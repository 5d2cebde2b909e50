/*
 * ldap.c - LDAP (RFC 4511)
 *
 * The record holds a line for each message that tells what it says (RFC 4514
 * and 4515 for names and filters).  The facts are read from that line, whether
 * it was just made or comes out of a record.
 *
 * What can't be followed is not recorded: bytes that are no LDAP, and those of
 * a SASL security layer, which may hold messages in clear (RFC 4513 section
 * 5.2).
 */
#include "guess.h"
#include "ldap_message.h"

#include <string.h>

/* The operations that change what follows. */
enum {
	BIND_REQUEST = 0x60,
	BIND_RESPONSE = 0x61,
	EXTENDED_REQUEST = 0x77,
	EXTENDED_RESPONSE = 0x78
};

/* What is remembered of a bind until its response. */
enum { NOBODY = 1, WITH_SASL = 2 };

struct ldap_side {
	struct ldap_message message;
	bool begun; /* its first byte has come */
	bool lost; /* what comes is not followed any more */
};

struct ldap {
	struct ldap_side side[2];
	bool sasl; /* bound with SASL: a security layer may follow */
};

_Static_assert(sizeof(struct ldap) <= sizeof((struct track *)0)->state,
    "the state of a protocol");

static struct ldap *
state(struct track *t)
{
	return TRACK_STATE(t, struct ldap);
}

/* ---- what the lines mean ---------------------------------------------- */

/* Whether `words` stand there in the line. */
static bool
stands(const struct line *l, size_t at, const char *words)
{
	size_t n = strlen(words);

	return at + n <= l->n && memcmp(l->p + at, words, n) == 0;
}

/* `version=3 name="..." simple ****`; returns what to remember of it. */
static unsigned char
bind(struct track *t, const struct line *l, size_t arg)
{
	static const char name[] = "name=\"";
	size_t from = word_skip(l->p, l->n, word_end(l->p, l->n, arg));
	size_t simple = l->n, sasl = l->n, to;

	if (!stands(l, from, name))
		return 0;
	for (size_t i = from; i < l->n; i++) { /* the last counts */
		if (stands(l, i, "\" simple "))
			simple = i;
		else if (stands(l, i, "\" sasl "))
			sasl = i;
	}
	to = simple < l->n ? simple : sasl;
	from += sizeof name - 1;
	if (to < l->n && to > from) {
		echo_shown(&t->echo, l->p + from, to - from);
		track_user(t, l->p + from, to - from);
	}
	if (simple < l->n)
		return stands(l, simple, "\" simple \"\"") ? NOBODY : 0;
	return sasl < l->n ? WITH_SASL : 0;
}

static void
request(struct track *t, const struct line *l, size_t id_len,
    const struct ldap_op *op, const struct command *c)
{
	unsigned char id = LDAP_OTHER, flag = 0;
	const unsigned char *arg = l->p + c->arg;
	size_t n = word_end(l->p, l->n, c->arg) - c->arg;
	struct waiting *w;

	track_command(t, op->name, l, c);
	if (op->lone) {
		/* Abandon: no response comes for that one (section 4.11). */
		w = n > 0 ? pending_find(&t->pending, arg, n) : NULL;
		if (w != NULL)
			pending_remove(&t->pending, w);
		return;
	}
	if (op->tag == BIND_REQUEST) {
		id = LDAP_BIND;
		flag = bind(t, l, c->arg);
	} else if (op->tag == EXTENDED_REQUEST) {
		id = (unsigned char)ldap_extended(arg, n);
	}
	w = pending_push(&t->pending, id, l->p, id_len, t->sum.commands);
	if (w != NULL)
		w->flag = flag;
}

/* A bind has ended (section 4.2.2); without a name or password as nobody. */
static void
bound(struct track *t, const struct waiting *w, bool ok)
{
	if (!ok || (w->flag & NOBODY) == 0)
		track_login(t, ok);
	state(t)->sasl = ok && (w->flag & WITH_SASL) != 0;
	sasl_end(t);
}

/* Success, compareFalse, compareTrue, referral; saslBindInProgress. */
static enum fact_status
status_of(uint64_t code)
{
	switch (code) {
	case 0:
	case 5:
	case 6:
	case 10:
		return STATUS_OK;
	case 14:
		return STATUS_MORE;
	}
	return STATUS_NO;
}

static void
response(struct track *t, const struct line *l, size_t id_len,
    const struct ldap_op *op, size_t arg)
{
	static const char result[] = "result=";
	struct waiting *w = pending_find(&t->pending, l->p, id_len);
	unsigned command = w != NULL ? w->command : 0;
	size_t at = arg + sizeof result - 1;
	enum fact_status status;
	uint64_t code;

	if (op->lone) {
		track_reply(t, FACT_REPLY_MORE, STATUS_NONE, 0, l, command);
		return;
	}
	if (!stands(l, arg, result) ||
	    !word_number(l->p + at, word_end(l->p, l->n, at) - at, &code) ||
	    code > INT32_MAX)
		code = 80; /* other: no result, or one that is no number */
	status = status_of(code);
	track_reply(t, FACT_REPLY, status, (int)code, l, command);
	if (w == NULL) {
		pending_missed(&t->pending);
		return;
	}
	if (w->id == LDAP_BIND && op->tag == BIND_RESPONSE &&
	    status != STATUS_MORE)
		bound(t, w, code == 0);
	if (w->id == LDAP_START_TLS && op->tag == EXTENDED_RESPONSE &&
	    code == 0 && pending_sure(&t->pending))
		track_expect_tls(t);
	pending_remove(&t->pending, w);
}

/* A line that describes a message: `4 SearchRequest base="" ...`. */
static void
understand(struct track *t, enum dir d, const struct line *l)
{
	size_t id_len = word_end(l->p, l->n, 0);
	struct command c = {.verb = word_skip(l->p, l->n, id_len), .end = l->n};
	const struct ldap_op *op;
	uint64_t id;

	c.verb_end = word_end(l->p, l->n, c.verb);
	c.arg = word_skip(l->p, l->n, c.verb_end);
	op = ldap_op_named(l->p + c.verb, c.verb_end - c.verb);
	if (id_len >= LDAP_ID || !word_number(l->p, id_len, &id) ||
	    op == NULL || op->dir != d)
		track_fact(t, FACT_STRAY, d, l->p, l->n);
	else if (d == DIR_S)
		request(t, l, id_len, op, &c);
	else
		response(t, l, id_len, op, c.arg);
}

/* What came before it was known that this is LDAP. */
static void
hide_reply(struct track *t, struct line *l)
{
	(void)t;
	line_hide_quietly(l, 0, l->n);
}

/* A line of a record; or what came before it was known to be LDAP. */
static void
line(struct track *t, enum dir d, struct line *l)
{
	if (t->mode == TRACK_MASK)
		hide_reply(t, l);
	understand(t, d, l);
}

/* ---- messages --------------------------------------------------------- */

static void
describe(struct ldap_message *m, const char *end_mark)
{
	struct track *t = m->t;
	struct ldap_text *x = &m->text;
	struct line *l = &t->line;

	ldap_text_add(x, end_mark);
	ldap_text_end(x);
	t->out.describe(t->out.arg, m->d, x->p, ldap_message_bytes(m));
	if (end_mark[0] != '\0')
		return;
	l->p = t->scratch;
	l->n = unescape_text(t->scratch, x->p, x->len, NULL, NULL);
	understand(t, m->d, l);
}

/*
 * No more is understood in this direction.  Where secrets are hidden not even
 * how much comes is told, and it is handed to nobody who might record it.
 */
static void
lose(struct ldap_message *m, const char *words)
{
	struct track *t = m->t;

	state(t)->side[m->d].lost = true;
	t->out.describe(t->out.arg, m->d, words,
	    t->mode != TRACK_MASK ? (size_t)m->ber.at : 0);
	if (m->ber.why != NULL)
		track_hint(t, m->d, m->ber.why);
	ldap_message_init(m);
}

static void
give_lost(struct track *t, enum dir d, const unsigned char *p, size_t n)
{
	if (t->mode != TRACK_MASK)
		t->out.opaque(t->out.arg, d, p, n);
	else if (d == DIR_S)
		unread_bytes(&t->unread, &t->echo, p, n);
}

/* Whether it is a record that is read: its lines describe. */
static bool
is_record(const struct track *t, const unsigned char *p, size_t n)
{
	return t->mode == TRACK_READ && guess_ldap(p, n) == TLS_NO;
}

static size_t
own(struct track *t, enum dir d, const unsigned char *p, size_t n)
{
	struct ldap_side *s = &state(t)->side[d];
	struct ldap_message *m = &s->message;
	const unsigned char *end = p + n;
	enum ldap_event what = LDAP_MORE;

	if (!s->begun && is_record(t, p, n)) {
		track_frame(t, d, FRAME_LINE, 0);
		return 0;
	}
	s->begun = true;
	while (p < end && !s->lost) {
		if (*p == 0 && m->ber.at == 0 && state(t)->sasl) {
			lose(m, "[SASL security layer]");
			break;
		}
		what = ldap_message_read(m, &p, end);
		if (what == LDAP_DONE) {
			describe(m, "");
			ldap_message_init(m);
			if (t->side[d].expect_tls)
				return n - (size_t)(end - p);
		} else if (what == LDAP_BAD) {
			lose(m, "[LDAP: not understood]");
		}
	}
	if (p < end)
		give_lost(t, d, p, (size_t)(end - p));
	return n;
}

static void
flush(struct track *t, enum dir d, bool end)
{
	struct ldap_message *m = &state(t)->side[d].message;

	if (!end)
		return;
	if (m->ber.at > 0)
		describe(m, m->text.len > 0 ? " [incomplete]" : "[incomplete]");
	ldap_message_init(m);
}

static void
open(struct track *t)
{
	for (enum dir d = DIR_S; d <= DIR_R; d++) {
		struct ldap_message *m = &state(t)->side[d].message;

		m->t = t;
		m->d = d;
		ldap_message_init(m);
		track_frame(t, d, FRAME_OWN, 0);
	}
}

static const uint16_t ports[] = {389, 10389, 0};

const struct protocol proto_ldap = {
    .name = "ldap",
    .services = "ldap\0",
    .programs = "slapd\0ns-slapd\0ldapd\0lldap\0glauth\0",
    .ports = ports,
    .open = open,
    .line = line,
    .hide_reply = hide_reply,
    .own = own,
    .flush = flush,
};
