/*
 * explain_state.c - the state that a session is in
 *
 * The names are those of the RFCs where these have any.
 */
#include "explain_own.h"

#include <string.h>

/* What leads to a state: this kind of fact, in this protocol. */
struct step {
	const char *protocol; /* NULL: in all */
	enum fact_kind kind;
	enum fact_status status; /* STATUS_NONE: any */
	const char *command; /* that it answers; NULL: any */
	const char *from; /* only in this state; NULL: in any */
	const char *to;
};

#define POP3_BEFORE "AUTHORIZATION"
#define POP3_IN "TRANSACTION"
#define IMAP_BEFORE "NOT AUTHENTICATED"
#define IMAP_IN "AUTHENTICATED"
#define IMAP_OPEN "SELECTED"

static const struct step steps[] = {
    {NULL, FACT_TLS, STATUS_NONE, NULL, NULL, EXPLAIN_TLS},

    {"pop3", FACT_GREETING, STATUS_OK, NULL, NULL, POP3_BEFORE},
    {"pop3", FACT_LOGIN, STATUS_OK, NULL, NULL, POP3_IN},
    {"pop3", FACT_REPLY, STATUS_NONE, "QUIT", POP3_IN, "UPDATE"},
    {"pop3", FACT_REPLY, STATUS_NONE, "QUIT", NULL, "the end"},

    {"imap", FACT_GREETING, STATUS_OK, NULL, NULL, IMAP_BEFORE},
    {"imap", FACT_LOGIN, STATUS_OK, NULL, NULL, IMAP_IN},
    {"imap", FACT_REPLY, STATUS_OK, "SELECT", NULL, IMAP_OPEN},
    {"imap", FACT_REPLY, STATUS_OK, "EXAMINE", NULL, IMAP_OPEN},
    {"imap", FACT_REPLY, STATUS_NO, "SELECT", IMAP_OPEN, IMAP_IN},
    {"imap", FACT_REPLY, STATUS_NO, "EXAMINE", IMAP_OPEN, IMAP_IN},
    {"imap", FACT_REPLY, STATUS_OK, "CLOSE", NULL, IMAP_IN},
    {"imap", FACT_REPLY, STATUS_OK, "UNSELECT", NULL, IMAP_IN},
    {"imap", FACT_REPLY, STATUS_OK, "UNAUTHENTICATE", NULL, IMAP_BEFORE},
    {"imap", FACT_COMMAND, STATUS_NONE, "LOGOUT", NULL, "LOGOUT"},

    {"smtp", FACT_GREETING, STATUS_OK, NULL, NULL, "connected"},
    {"smtp", FACT_REPLY, STATUS_OK, "EHLO", NULL, "introduced"},
    {"smtp", FACT_REPLY, STATUS_OK, "HELO", NULL, "introduced"},
    {"smtp", FACT_REPLY, STATUS_OK, "LHLO", NULL, "introduced"},
    {"smtp", FACT_LOGIN, STATUS_OK, NULL, NULL, "logged in"},
    {"smtp", FACT_REPLY, STATUS_OK, "MAIL", NULL, "mail transaction"},
    {"smtp", FACT_REPLY, STATUS_MORE, "DATA", NULL, "mail data"},
    {"smtp", FACT_REPLY, STATUS_NONE, "DATA", "mail data",
	"ready for another message"},
    {"smtp", FACT_REPLY, STATUS_OK, "RSET", "mail transaction",
	"ready for another message"},
    {"smtp", FACT_REPLY, STATUS_NONE, "QUIT", NULL, "the end"},

    {"nntp", FACT_GREETING, STATUS_OK, NULL, NULL, "no group"},
    {"nntp", FACT_REPLY, STATUS_OK, "GROUP", NULL, "group open"},
    {"nntp", FACT_REPLY, STATUS_OK, "LISTGROUP", NULL, "group open"},
    {"nntp", FACT_REPLY, STATUS_NONE, "QUIT", NULL, "the end"},

    {"ftp", FACT_GREETING, STATUS_OK, NULL, NULL, "not logged in"},
    {"ftp", FACT_LOGIN, STATUS_OK, NULL, NULL, "logged in"},
    {"ftp", FACT_REPLY, STATUS_OK, "REIN", NULL, "not logged in"},
    {"ftp", FACT_REPLY, STATUS_OK, "QUIT", NULL, "the end"},

    {"sieve", FACT_GREETING, STATUS_OK, NULL, NULL, "not authenticated"},
    {"sieve", FACT_LOGIN, STATUS_OK, NULL, NULL, "authenticated"},
    {"sieve", FACT_REPLY, STATUS_OK, "UNAUTHENTICATE", NULL,
	"not authenticated"},
    {"sieve", FACT_REPLY, STATUS_OK, "LOGOUT", NULL, "the end"},

    {"ldap", FACT_LOGIN, STATUS_OK, NULL, NULL, "bound"},
    {"ldap", FACT_COMMAND, STATUS_NONE, "UnbindRequest", NULL, "the end"},
};

static bool
is_step(const struct explain *x, const struct step *s, const struct fact *f,
    const struct asked *a)
{
	if (s->kind != f->kind ||
	    (s->status != STATUS_NONE && s->status != f->status))
		return false;
	if (s->protocol != NULL &&
	    (x->doc == NULL || strcmp(s->protocol, x->doc->name) != 0))
		return false;
	if (s->command != NULL &&
	    (a == NULL || strcmp(s->command, a->name) != 0))
		return false;
	return s->from == NULL ||
	    (x->state != NULL && strcmp(s->from, x->state) == 0);
}

void
explain_state(struct explain *x, const struct fact *f, const struct asked *a)
{
	if (f->kind == FACT_REPLY && f->status == STATUS_OK && a != NULL &&
	    (strcmp(a->name, "SELECT") == 0 || strcmp(a->name, "EXAMINE") == 0))
		x->read_only = a->name[0] == 'E';
	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
		if (is_step(x, &steps[i], f, a)) {
			x->new_state = steps[i].to;
			return;
		}
}
