/* mozilla.c - records of Thunderbird's clients in C++: POP3, SMTP, NNTP */
#include "mozilla.h"
#include "mem.h"

#include "../base/str.h"

#include <inttypes.h>
#include <stdlib.h>

#define SUPPRESSED "Logging suppressed"

struct mozilla
mozilla_of(struct log *log, struct logfile *file)
{
	return (struct mozilla){.rd = reader_of(log, file)};
}

/* ---- sessions ---------------------------------------------------------- */

void
mozilla_key(struct mozilla *m, const char *protocol, const struct take *id)
{
	char text[sizeof m->rd.key];
	struct str s;

	str_init(&s, text, sizeof text);
	str_fmt(&s, "%s ", protocol);
	str_bytes(&s, id->p, take_left(id));
	reader_key(&m->rd, text);
}

void
mozilla_note(struct mozilla *m, struct record *r)
{
	r->dir = DIR_NONE;
	m->rd.keyed = false;
	reader_add(&m->rd, r);
	m->rd.keyed = true;
	m->data = false;
}

struct log_session *
mozilla_add(struct mozilla *m, struct record *r, const char *protocol)
{
	struct log_session *s = reader_add(&m->rd, r);

	if (s != NULL && protocol != NULL)
		s->head.protocol = protocol;
	m->data = r->dir != DIR_NONE;
	m->dir = r->dir;
	m->piece = NULL;
	return s;
}

void
mozilla_masked(struct mozilla *m, struct record *r, const char *protocol)
{
	r->dir = DIR_S;
	r->text.p = r->text.end;
	mozilla_add(m, r, protocol);
	log_mask(m->rd.log, m->rd.event, 0, 0);
	m->data = false;
}

/* So many events are looked at for the first thing that is said. */
#define BEGINNING 64

bool
mozilla_has_begun(struct mozilla *m)
{
	struct log_session *s = reader_session(&m->rd);

	for (size_t i = 0; i < s->nevents && i < BEGINNING; i++)
		if (s->events[i].kind == EVENT_DATA)
			return true;
	return false;
}

void
mozilla_goes_on(struct mozilla *m, struct record *r)
{
	if (r->text.p == r->text.end)
		return; /* a line end that the log has twice */
	r->clock = CLOCK_NONE;
	if (!m->data) {
		mozilla_note(m, r);
		return;
	}
	r->dir = m->dir;
	reader_add(&m->rd, r);
}

/* ---- states ------------------------------------------------------------ */

/* Whether a state of this table, where there is one, has this word in it. */
static bool
names(enum mozilla_client c, unsigned table, uint64_t n, const struct take *w)
{
	const char *name = mozilla_state(c, table, n);

	return name != NULL && w->p < w->end &&
	    memmem(name, strlen(name), w->p, take_left(w)) != NULL;
}

/*
 * A log is checked against itself: the state in which POP3 sends X is named
 * after X, and so is the one to which SMTP goes when X was answered.
 */
static void
check(struct mozilla *m, enum mozilla_client c, uint64_t state,
    const struct take *word, const char *const *words)
{
	for (; *words != NULL; words++)
		if (take_is(word, *words))
			for (unsigned t = 0; t < MOZILLA_TABLES; t++)
				m->wrong[c][t] |= !names(c, t, state, word);
}

static const char *const pop3_words[] = {"AUTH", "CAPA", "USER", "STAT", "LIST",
    "UIDL", "TOP", "RETR", "DELE", "XSENDER", NULL};

static const char *const smtp_words[] = {
    "HELO", "EHLO", "MAIL", "RCPT", "DATA", NULL};

static struct take
verb(struct take t)
{
	struct take word = {t.p, t.p};

	take_trim(&t, "\r\n");
	take_token(&t, &word);
	return word;
}

static void
check_command(struct mozilla *m, const char *protocol, const struct record *r)
{
	struct take word = verb(r->text);

	if (*protocol == 's')
		m->command = word;
	else if (*protocol == 'p' && m->state_of == reader_session(&m->rd))
		check(m, MOZILLA_POP3, m->state, &word, pop3_words);
}

static void
check_state(struct mozilla *m, enum mozilla_client c, uint64_t number)
{
	for (unsigned t = 0; t < MOZILLA_TABLES; t++)
		m->wrong[c][t] |= mozilla_state(c, t, number) == NULL;
	if (c == MOZILLA_SMTP && number > 0) {
		check(m, c, number, &m->command, smtp_words);
		m->command.p = m->command.end;
	}
	/* The new table alone has states in front of a connection. */
	if (c == MOZILLA_POP3 && number >= 45 && !mozilla_has_begun(m))
		m->wrong[c][0] = true;
}

static void
remember_state(struct mozilla *m, struct log_session *s, enum mozilla_client c,
    uint64_t number)
{
	if (m->nentered == m->room) {
		m->room = m->room > 0 ? m->room * 2 : 64;
		m->entered = mem_array(m->entered, m->room, sizeof *m->entered);
	}
	m->entered[m->nentered++] =
	    (struct mozilla_entered){s, s->nevents - 1, c, number};
}

/* What both tables say that the log does not contradict, or the only one. */
static const char *
name_of(const struct mozilla *m, const struct mozilla_entered *e)
{
	const char *name = NULL, *other;

	for (unsigned t = 0; t < MOZILLA_TABLES; t++) {
		if (m->wrong[e->client][t])
			continue;
		other = mozilla_state(e->client, t, e->number);
		if (other == NULL || (name != NULL && strcmp(name, other) != 0))
			return NULL;
		name = other;
	}
	return name;
}

void
mozilla_done(struct mozilla *m)
{
	for (size_t i = 0; i < m->nentered; i++) {
		const struct mozilla_entered *e = &m->entered[i];
		const char *name = name_of(m, e);
		struct event *ev;
		char *text;

		if (name == NULL || e->at >= e->session->nevents)
			continue;
		ev = &e->session->events[e->at];
		text = log_text(m->rd.log, "%.*s (%s)", (int)ev->len,
		    (const char *)ev->bytes, name);
		ev->bytes = (unsigned char *)text;
		ev->len = strlen(text);
	}
	free(m->entered);
	m->entered = NULL;
	reader_done(&m->rd, m->forgeable ? SETTLE_FORGED : 0);
}

/* ---- records ----------------------------------------------------------- */

enum means { SAYS, ENTERS, OPENS, ENDS, NOTES };

/* How records begin. */
static const struct kind {
	const char *text, *protocol;
	enum means means;
	enum dir dir;
} kinds[] = {{"RECV: ", "pop3", SAYS, DIR_R}, {"SEND: ", "pop3", SAYS, DIR_S},
    {"SMTP Response: ", "smtp", SAYS, DIR_R},
    {"SMTP Send: ", "smtp", SAYS, DIR_S}, {"Receiving: ", "nntp", SAYS, DIR_R},
    {"Sending: ", "nntp", SAYS, DIR_S},
    {"POP3: Entering state: ", "pop3", ENTERS, DIR_NONE},
    {"Entering state: ", "pop3", ENTERS, DIR_NONE},
    {"SMTP entering state: ", "smtp", ENTERS, DIR_NONE},
    {"Next state: ", "nntp", ENTERS, DIR_NONE},
    {"SMTP Connecting to: ", "smtp", OPENS, DIR_NONE},
    {"opening connection to ", "nntp", OPENS, DIR_NONE},
    {"destroying", "nntp", ENDS, DIR_NONE},
    {"Entering NET_ProcessPop3 ", "pop3", NOTES, DIR_NONE},
    {NULL, NULL, NOTES, DIR_NONE}};

#define POP3_CONNECTS 1
#define POP3_ENDS 25

/* The protocol of a module, or of whoever names connections like this. */
static const char *
protocol_of(const struct take *module, char bracket)
{
	static const char *const all[][2] = {
	    {"POP3", "pop3"}, {"SMTP", "smtp"}, {"NNTP", "nntp"}};

	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		if (take_is(module, all[i][0]))
			return all[i][1];
	return bracket == '[' ? "pop3" : bracket == '(' ? "nntp" : NULL;
}

/* `[this=PTR] ` or `(PTR) `: the connection. */
static bool
take_id(struct take *t, struct take *id)
{
	struct take at = *t, found, rest;

	take_text(&at, "POP3: ");
	if (take_text(&at, "[this=")) {
		if (!take_until(&at, "] ", &found))
			return false;
	} else if (!take_text(&at, "(") || !take_until(&at, ") ", &found)) {
		return false;
	}
	take_text(&found, "0x");
	rest = found;
	if (!take_hex_number(&rest, 1, 16, NULL) || rest.p < rest.end)
		return false;
	*id = found;
	*t = at;
	return true;
}

/* The state's number, and what that means for the session. */
static void
enter(struct mozilla *m, struct record *r, const struct kind *k, struct take t)
{
	enum mozilla_client c = *k->protocol == 'p' ? MOZILLA_POP3 :
	    *k->protocol == 's'			    ? MOZILLA_SMTP :
						      MOZILLA_NNTP;
	struct log_session *s;
	uint64_t number;

	take_trim(&t, " \r");
	if (!take_number(&t, 1, 3, &number) || t.p < t.end) {
		mozilla_add(m, r, k->protocol); /* it has the name by itself */
		return;
	}
	check_state(m, c, number);
	if (c == MOZILLA_POP3) {
		r->opens = number == POP3_CONNECTS && mozilla_has_begun(m);
		r->closes = number == POP3_ENDS;
	}
	s = mozilla_add(m, r, k->protocol);
	if (s->nevents == 0)
		return;
	m->state_of = s;
	m->state = number;
	remember_state(m, s, c, number);
}

/* `H on port P` */
static const char *
read_server(struct log *log, struct take t)
{
	struct take host, port;

	if (!take_token(&t, &host))
		return NULL;
	if (!take_text(&t, " on port ") || !take_token(&t, &port))
		return reader_host_port(log, host);
	return reader_address(log, &host, &port);
}

/* SMTP's messages are not logged: one is between a 354 and the next reply. */
static void
leave_out(struct mozilla *m, const struct record *r)
{
	struct record message = *r;
	struct take t = r->text;
	bool due = m->message;

	m->message = take_text(&t, "354");
	if (!due || m->message)
		return;
	message.dir = DIR_S;
	reader_omitted(&m->rd, &message, 0);
}

static void
add(struct mozilla *m, struct record *r, const struct kind *k, struct take t)
{
	struct log_session *s;

	switch (k->means) {
	case SAYS:
		if (take_is(&t, "(null)"))
			return; /* no line is complete yet */
		r->dir = k->dir;
		r->text = t;
		if (r->dir == DIR_S)
			check_command(m, k->protocol, r);
		else if (*k->protocol == 's')
			leave_out(m, r);
		mozilla_add(m, r, k->protocol);
		break;
	case ENTERS:
		enter(m, r, k, t);
		break;
	case OPENS:
		r->opens = mozilla_has_begun(m);
		s = mozilla_add(m, r, k->protocol);
		s->head.server = read_server(m->rd.log, t);
		break;
	default:
		r->closes = k->means == ENDS;
		mozilla_add(m, r, k->protocol);
		break;
	}
}

void
mozilla_native(
    struct mozilla *m, struct record *r, const struct mozilla_place *at)
{
	struct take t = r->text, id = at->thread, rest;
	const char *protocol =
	    protocol_of(&at->module, t.p < t.end ? (char)*t.p : '\0');
	const struct kind *k = kinds;

	if (mozilla_imap(m, r, at))
		return;
	take_id(&t, &id);
	rest = t;
	while (k->text != NULL && !take_text(&rest, k->text))
		k++;
	if (k->text != NULL) {
		mozilla_key(m, k->protocol, &id);
		add(m, r, k, rest);
	} else if (take_text(&t, SUPPRESSED)) {
		/* Where nothing tells whose it is, it is the last one's. */
		if (protocol != NULL)
			mozilla_key(m, protocol, &id);
		mozilla_masked(m, r, protocol);
	} else {
		mozilla_note(m, r);
	}
}
