/*
 * guess.c - the automatic choice of a protocol
 *
 * Before a word was said the service's name, the daemon's program and the port
 * tell; then the daemon's greeting, then the client's first line.  Until it is
 * settled, lines are judged by the rules for unknown protocols.
 */
#include "guess.h"
#include "text.h"
#include "track.h"

#include "../base/str.h"

#include <strings.h>
#include <string.h>

static bool
has_service(const struct protocol *p, const char *service)
{
	for (size_t i = 0; p->services != NULL && p->services[i]; i++)
		if (strcasestr(service, p->services[i]) != NULL)
			return true;
	return false;
}

static bool
has_program(const struct protocol *p, const char *base)
{
	for (size_t i = 0; p->programs != NULL && p->programs[i]; i++)
		if (strcasecmp(base, p->programs[i]) == 0)
			return true;
	return false;
}

static bool
has_port(const struct protocol *p, unsigned port)
{
	for (size_t i = 0; p->ports != NULL && p->ports[i]; i++)
		if (p->ports[i] == port)
			return true;
	return false;
}

const struct protocol *
protocol_guess(const char *service, const char *program, unsigned port)
{
	const struct protocol *p;
	size_t i;

	for (i = 0; service != NULL && (p = protocol_nth(i)) != NULL; i++)
		if (has_service(p, service))
			return p;
	for (i = 0; program != NULL && (p = protocol_nth(i)) != NULL; i++)
		if (has_program(p, str_base(program)))
			return p;
	for (i = 0; port != 0 && (p = protocol_nth(i)) != NULL; i++)
		if (has_port(p, port))
			return p;
	return &proto_auto;
}

static bool
contains(const struct line *l, const char *upper)
{
	for (size_t i = 0; i + strlen(upper) <= l->n; i++)
		if (word_begins(l->p + i, l->n - i, upper))
			return true;
	return false;
}

static bool
begins(const struct line *l, const char *upper)
{
	return word_begins(l->p, l->n, upper);
}

/* What a greeting says; maybe_smtp: it fits SMTP and FTP alike. */
static const struct protocol *
greeting(const struct line *l, bool *maybe_smtp)
{
	int code = word_code(l->p, l->n);

	*maybe_smtp = false;
	if (begins(l, "+OK") || begins(l, "-ERR"))
		return protocol_find("pop3");
	if (begins(l, "* OK") || begins(l, "* PREAUTH") || begins(l, "* BYE"))
		return protocol_find("imap");
	if (begins(l, "\"IMPLEMENTATION\"") || begins(l, "\"SIEVE\"") ||
	    begins(l, "\"SASL\""))
		return protocol_find("sieve");
	if (begins(l, "HTTP/1."))
		return protocol_find("http");
	if (code == 200 || code == 201)
		return protocol_find("nntp");
	if (code == 220 || code == 421 || code == 554) {
		if (contains(l, "LMTP"))
			return protocol_find("lmtp");
		if (contains(l, "SMTP"))
			return protocol_find("smtp");
		if (contains(l, "FTP"))
			return protocol_find("ftp");
		*maybe_smtp = true;
	}
	return NULL;
}

const struct protocol *
guess_again(const struct track *t, const struct line *l)
{
	bool maybe_smtp;
	const struct protocol *p = greeting(l, &maybe_smtp);

	if (t->sure || p == NULL || p == t->proto)
		return NULL;
	if (t->proto == protocol_find("http") || t->proto == &proto_auto)
		return NULL; /* the client spoke first; or it looks itself */
	return p;
}

/* Verbs with which a client of a protocol begins, and nobody else. */
static const struct {
	const char *verb, *protocol;
} openings[] = {{"EHLO", "smtp"}, {"HELO", "smtp"}, {"LHLO", "lmtp"},
    {"MAIL", "smtp"}, {"RCPT", "smtp"}, {"STARTTLS", "smtp"},
    {"CAPA", "pop3"}, {"APOP", "pop3"}, {"STLS", "pop3"}, {"USER", "pop3"},
    {"FEAT", "ftp"}, {"SYST", "ftp"}, {"CAPABILITIES", "nntp"},
    {"AUTHINFO", "nntp"}, {"GROUP", "nntp"}, {"ARTICLE", "nntp"},
    {"MODE", "nntp"}, {NULL, NULL}};

static const char *const imap_verbs[] = {"CAPABILITY", "LOGIN",
    "AUTHENTICATE", "NOOP", "ID", "STARTTLS", "LOGOUT", "NAMESPACE", NULL};

/* What the client's first line says. */
static const struct protocol *
opening(const struct line *l)
{
	size_t end = word_end(l->p, l->n, 0);
	size_t arg = word_skip(l->p, l->n, end);
	size_t arg_end = word_end(l->p, l->n, arg);

	for (int i = 0; openings[i].verb != NULL; i++)
		if (word_is(l->p, end, openings[i].verb))
			return protocol_find(openings[i].protocol);
	for (int i = 0; imap_verbs[i] != NULL; i++)
		if (end <= 12 &&
		    word_is(l->p + arg, arg_end - arg, imap_verbs[i]))
			return protocol_find("imap");
	return NULL;
}

/* The state begins as text's, whose rules hold until it is settled. */
#define MAYBE_SMTP (sizeof((struct track *)0)->state / 8 - 1)

static void
line(struct track *t, enum dir d, struct line *l)
{
	const struct protocol *p = NULL;
	bool maybe_smtp;

	if (d == DIR_R) {
		p = greeting(l, &maybe_smtp);
		if (maybe_smtp)
			t->state[MAYBE_SMTP] = 1;
		if (p == NULL && t->state[MAYBE_SMTP] == 0)
			p = protocol_find("text");
	} else {
		p = opening(l);
		if (t->state[MAYBE_SMTP] != 0 &&
		    (p == NULL || p == protocol_find("pop3")))
			p = protocol_find(p != NULL ? "ftp" : "smtp");
		if (p == NULL && !command_foreign(t, l))
			p = protocol_find("text");
		if (t->proto != &proto_auto)
			return; /* HTTP */
	}
	if (p == NULL) {
		text_line(t, d, l);
		return;
	}
	track_switch(t, p);
	/* The client has the first word in few protocols: hear the daemon. */
	t->sure = d == DIR_R || strcmp(p->name, "text") != 0;
}

const struct protocol proto_auto = {
    .name = "auto",
    .line = line,
    .hide_reply = text_hide_reply,
};

/* An LDAP message: SEQUENCE, length, INTEGER (RFC 4511 section 5.1). */
enum tls_is
guess_ldap(const unsigned char *p, size_t n)
{
	size_t len;

	if (p[0] != 0x30)
		return TLS_NO;
	if (n < 2)
		return TLS_MAYBE;
	if (p[1] > 0x84)
		return TLS_NO;
	len = p[1] >= 0x80 ? (size_t)(p[1] & 0x7f) : 0;
	if (n < len + 4)
		return TLS_MAYBE;
	return p[2 + len] == 2 && p[3 + len] >= 1 && p[3 + len] <= 4 ? TLS_YES :
								       TLS_NO;
}
