/*
 * guess.c - the automatic choice of a protocol
 *
 * Before a word was said the service's name, the daemon's program and the port
 * tell; then the daemon's greeting, then the client's first line.  Until it is
 * settled, lines are judged by the rules for unknown protocols.
 */
#include "guess.h"
#include "sasl.h"
#include "text.h"
#include "track.h"

#include "../base/str.h"

#include <strings.h>
#include <string.h>

static bool
has_service(const struct protocol *p, const char *service)
{
	const char *w = p->services;

	for (; w != NULL && *w != '\0'; w += strlen(w) + 1)
		if (strcasestr(service, w) != NULL)
			return true;
	return false;
}

static bool
has_program(const struct protocol *p, const char *base)
{
	const char *w = p->programs;

	for (; w != NULL && *w != '\0'; w += strlen(w) + 1)
		if (strcasecmp(base, w) == 0)
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
	return word_find(l->p, l->n, upper) < l->n;
}

/* Beginnings of greetings; NULL: more than one protocol has such. */
static const struct {
	const char *text, *protocol;
} greetings[] = {{"+OK", "pop3"}, {"-ERR", "pop3"}, {"* OK", "imap"},
    {"* PREAUTH", "imap"}, {"* BYE", "imap"}, {"\"IMPLEMENTATION\"", "sieve"},
    {"\"SIEVE\"", "sieve"}, {"\"SASL\"", "sieve"}, {"HTTP/1.", "http"},
    {"200", "nntp"}, {"201", "nntp"}, {"220", NULL}, {"421", NULL},
    {"554", NULL}, {NULL, NULL}};

/* Whether what the daemon has said so far may become one of these. */
static bool
may_be_greeting(const unsigned char *p, size_t n)
{
	if (n == 0 || (n == 1 && p[0] == '\r'))
		return true; /* or half of an empty line */
	for (int i = 0; greetings[i].text != NULL; i++) {
		size_t len = strlen(greetings[i].text);

		if (n < len ? strncasecmp(
				  (const char *)p, greetings[i].text, n) == 0 :
			      word_begins(p, n, greetings[i].text))
			return true;
	}
	return false;
}

/* What a greeting says; maybe_smtp: it fits SMTP and FTP alike. */
static const struct protocol *
greeting(const struct line *l, bool *maybe_smtp)
{
	int i = 0;

	*maybe_smtp = false;
	while (greetings[i].text != NULL &&
	    !word_begins(l->p, l->n, greetings[i].text))
		i++;
	if (greetings[i].text == NULL)
		return NULL;
	if (greetings[i].protocol != NULL)
		return (greetings[i].text[0] == '2' &&
			   word_code(l->p, l->n) == 0) ?
		    NULL :
		    protocol_find(greetings[i].protocol);
	if (word_code(l->p, l->n) == 0)
		return NULL;
	if (contains(l, "LMTP"))
		return protocol_find("lmtp");
	if (contains(l, "SMTP"))
		return protocol_find("smtp");
	if (contains(l, "FTP"))
		return protocol_find("ftp");
	*maybe_smtp = true;
	return NULL;
}

const struct protocol *
guess_again(const struct track *t, const struct line *l)
{
	bool maybe_smtp;
	const struct protocol *p = greeting(l, &maybe_smtp);

	if (t->sure || p == NULL || p == t->proto || t->proto == &proto_auto)
		return NULL; /* the automatic choice looks itself */
	if (t->side[DIR_S].spoke &&
	    (t->proto == protocol_find("http") ||
		t->proto == protocol_find("text")))
		return NULL; /* it is no greeting, but an answer */
	return p;
}

/* Verbs with which a client of a protocol begins, and nobody else. */
static const struct {
	char verb[16], protocol[8];
} openings[] = {{"EHLO", "smtp"}, {"HELO", "smtp"}, {"LHLO", "lmtp"},
    {"MAIL", "smtp"}, {"RCPT", "smtp"}, {"STARTTLS", "smtp"}, {"CAPA", "pop3"},
    {"APOP", "pop3"}, {"STLS", "pop3"}, {"USER", "pop3"}, {"FEAT", "ftp"},
    {"SYST", "ftp"}, {"HOST", "ftp"}, {"CLNT", "ftp"}, {"CAPABILITIES", "nntp"},
    {"AUTHINFO", "nntp"}, {"GROUP", "nntp"}, {"ARTICLE", "nntp"},
    {"MODE", "nntp"}, {"AUTHENTICATE", "sieve"}, {"PUTSCRIPT", "sieve"},
    {"NICK", "text"}, {"CAP", "text"}, {"", ""}};

static const char *const imap_verbs[] = {"CAPABILITY", "LOGIN", "AUTHENTICATE",
    "NOOP", "ID", "STARTTLS", "LOGOUT", "NAMESPACE", NULL};

/* RESP (`*2`) and CVS: lines that open a protocol which text.c knows. */
static bool
opens_text(const struct line *l)
{
	uint64_t n;

	return (l->n > 1 && l->n < 8 && l->p[0] == '*' &&
		   word_number(l->p + 1, l->n - 1, &n)) ||
	    word_is(l->p, l->n, "BEGIN AUTH REQUEST") ||
	    word_is(l->p, l->n, "BEGIN VERIFICATION REQUEST") ||
	    word_is(l->p, l->n, "BEGIN GSSAPI REQUEST");
}

/* AUTH of FTP names no mechanism of SASL's, or one that tickets are for. */
static bool
opens_ftp(const struct line *l)
{
	static const char *const words[] = {"AUTH TLS", "AUTH SSL",
	    "AUTH GSSAPI", "AUTH KERBEROS", "PASS", "ACCT", "OPTS", "PASV",
	    "EPSV", "PORT ", "EPRT ", "TYPE ", "PWD", "CWD ", "SITE ", "LIST",
	    "NLST", "STOR ", "RETR ", NULL};

	for (int i = 0; words[i] != NULL; i++)
		if (word_begins(l->p, l->n, words[i]))
			return true;
	return false;
}

/* What the client's first line says. */
static const struct protocol *
opening(const struct line *l)
{
	size_t end = word_end(l->p, l->n, 0);
	size_t arg = word_skip(l->p, l->n, end);
	size_t arg_end = word_end(l->p, l->n, arg);

	for (int i = 0; openings[i].verb[0] != '\0'; i++)
		if (word_is(l->p, end, openings[i].verb))
			return protocol_find(openings[i].protocol);
	/* no tag, unless FTP's; the greeting may say that it is another's */
	if (word_is(l->p, end, "AUTH") && !opens_ftp(l) &&
	    sasl_known(l->p + arg, arg_end - arg))
		return protocol_find("smtp");
	for (int i = 0; imap_verbs[i] != NULL; i++)
		if (end <= 12 &&
		    word_is(l->p + arg, arg_end - arg, imap_verbs[i]))
			return protocol_find("imap");
	return opens_text(l) ? protocol_find("text") : NULL;
}

/* The state begins as text's, whose rules hold until it is settled. */
#define MAYBE_SMTP (sizeof((struct track *)0)->state / 8 - 1)

/* Settle for p, what is known by then of text not being forgotten. */
static void
settle(struct track *t, const struct protocol *p)
{
	uint64_t known[sizeof t->state / 8];

	memcpy(known, t->state, sizeof known);
	known[MAYBE_SMTP] = 0;
	track_switch(t, p);
	if (p == protocol_find("text"))
		memcpy(t->state, known, sizeof known);
}

static void
daemon_line(struct track *t, struct line *l)
{
	bool maybe_smtp;
	const struct protocol *p = greeting(l, &maybe_smtp);

	if (maybe_smtp)
		t->state[MAYBE_SMTP] = 1;
	if (p == NULL && t->state[MAYBE_SMTP] == 0 &&
	    word_skip(l->p, l->n, 0) < l->n)
		p = protocol_find("text");
	if (p != NULL)
		settle(t, p);
	else
		text_line(t, DIR_R, l);
}

/*
 * What a client's line says, and what the daemon has said before it.  NULL: any
 * protocol may still be the one.
 */
static const struct protocol *
choose(struct track *t, const struct line *l)
{
	const struct side *r = &t->side[DIR_R];
	const struct protocol *p = opening(l);

	if (t->state[MAYBE_SMTP] != 0) {
		if (p == protocol_find("pop3") || opens_ftp(l))
			return protocol_find("ftp");
		return p != NULL ? p : protocol_find("smtp");
	}
	if (command_is_http(l->p, l->n))
		p = protocol_find("http");
	if (p == NULL && !may_be_greeting(r->buf, r->len))
		return protocol_find("text");
	return p;
}

static void
client_line(struct track *t, struct line *l)
{
	const struct protocol *p = choose(t, l);

	if (p != NULL) {
		settle(t, p);
		t->sure = false; /* if it came first, the greeting tells */
		return;
	}
	if (command_foreign(t, l))
		return; /* it may have settled for HTTP */
	text_line(t, DIR_S, l);
	/* In most protocols it would be no command, pairs or not. */
	if (!l->opaque &&
	    (l->nspans == 0 || !line_hides(l, l->n - 1) ||
		!text_may_be_verb(l->p, l->n)))
		line_deny(t, l, 0);
}

static void
line(struct track *t, enum dir d, struct line *l)
{
	if (d == DIR_S)
		client_line(t, l);
	else
		daemon_line(t, l);
}

const struct protocol proto_auto = {
    .name = "auto",
    .cr_ends = true,
    .line = line,
    .own = text_own,
    .flush = text_flush,
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
