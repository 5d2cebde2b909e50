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

/* Words with which a protocol begins, and no other does; see word_among(). */
struct beginning {
	char protocol[6];
	char words[42];
};

/* Those of greetings, but for a code; and of a client's, each a verb. */
static const struct beginning greetings[] = {
    {"pop3", "+OK\0-ERR\0"},
    {"imap", "* OK\0* PREAUTH\0* BYE\0"},
    {"sieve", "\"IMPLEMENTATION\"\0\"SIEVE\"\0\"SASL\"\0"},
    {"http", "HTTP/1.\0"},
    {"", ""},
};
static const struct beginning openings[] = {
    {"smtp", "EHLO\0HELO\0MAIL\0RCPT\0STARTTLS\0"},
    {"lmtp", "LHLO\0"},
    {"pop3", "CAPA\0APOP\0STLS\0USER\0"},
    {"ftp", "FEAT\0SYST\0HOST\0CLNT\0"},
    {"nntp", "CAPABILITIES\0AUTHINFO\0GROUP\0ARTICLE\0MODE\0"},
    {"sieve", "AUTHENTICATE\0PUTSCRIPT\0"},
    {"text", "NICK\0CAP\0"},
    {"", ""},
};

/* The protocol that begins so, as `like` compares; NULL: none of them. */
static const struct protocol *
beginning(const struct beginning *b, const unsigned char *p, size_t n,
    const char *(*like)(const unsigned char *p, size_t n, const char *words))
{
	while (b->words[0] != '\0' && like(p, n, b->words) == NULL)
		b++;
	return protocol_find(b->protocol);
}

/* The one of these words that p begins with, or is the beginning of. */
static const char *
may_become(const unsigned char *p, size_t n, const char *words)
{
	for (; *words != '\0'; words += strlen(words) + 1) {
		size_t len = strlen(words);

		if (strncasecmp((const char *)p, words, n < len ? n : len) == 0)
			return words;
	}
	return NULL;
}

/* Whether what the daemon has said so far may become a greeting. */
static bool
may_be_greeting(const unsigned char *p, size_t n)
{
	if (n == 1 && p[0] == '\r')
		return true; /* half of an empty line */
	return may_become(p, n, "200\000201\000220\000421\000554\0") != NULL ||
	    beginning(greetings, p, n, may_become) != NULL;
}

/* What a greeting says; &proto_auto: it fits SMTP and FTP alike. */
static const struct protocol *
greeting(const struct line *l)
{
	switch (word_code(l->p, l->n)) {
	case 200:
	case 201:
		return protocol_find("nntp");
	case 220:
	case 421:
	case 554:
		if (contains(l, "LMTP"))
			return protocol_find("lmtp");
		if (contains(l, "SMTP"))
			return protocol_find("smtp");
		if (contains(l, "FTP"))
			return protocol_find("ftp");
		return &proto_auto;
	}
	return beginning(greetings, l->p, l->n, word_begins_among);
}

const struct protocol *
guess_again(const struct track *t, const struct line *l)
{
	const struct protocol *p = greeting(l);

	if (t->sure || p == &proto_auto || p == t->proto ||
	    t->proto == &proto_auto)
		return NULL; /* the automatic choice looks itself */
	if (t->side[DIR_S].spoke &&
	    (t->proto == protocol_find("http") ||
		t->proto == protocol_find("text")))
		return NULL; /* it is no greeting, but an answer */
	return p;
}

/* RESP (`*2`) and CVS: lines that open a protocol which text.c knows. */
static bool
opens_text(const struct line *l)
{
	uint64_t n;

	return (l->n > 1 && l->n < 8 && l->p[0] == '*' &&
		   word_number(l->p + 1, l->n - 1, &n)) ||
	    line_says(l, 0, l->n, TEXT_CVS);
}

/* AUTH of FTP names no mechanism of SASL's, or one that tickets are for. */
static bool
opens_ftp(const struct line *l)
{
	return word_begins_among(l->p, l->n,
		   "AUTH TLS\0AUTH SSL\0AUTH GSSAPI\0AUTH KERBEROS\0PASS\0"
		   "ACCT\0OPTS\0PASV\0EPSV\0PORT \0EPRT \0TYPE \0PWD\0CWD \0"
		   "SITE \0LIST\0NLST\0STOR \0RETR \0") != NULL;
}

/* What the client's first line says. */
static const struct protocol *
opening(const struct line *l)
{
	size_t end = word_end(l->p, l->n, 0);
	size_t arg = word_skip(l->p, l->n, end);
	size_t arg_end = word_end(l->p, l->n, arg);
	const struct protocol *p = beginning(openings, l->p, end, word_among);

	if (p != NULL)
		return p;
	/* no tag, unless FTP's; the greeting may say that it is another's */
	if (word_is(l->p, end, "AUTH") && !opens_ftp(l) &&
	    sasl_known(l->p + arg, arg_end - arg))
		return protocol_find("smtp");
	if (end <= 12 &&
	    line_says(l, arg, arg_end,
		"CAPABILITY\0LOGIN\0AUTHENTICATE\0NOOP\0ID\0STARTTLS\0"
		"LOGOUT\0NAMESPACE\0"))
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
	const struct protocol *p = greeting(l);

	if (p == &proto_auto) {
		t->state[MAYBE_SMTP] = 1;
		p = NULL;
	}
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
