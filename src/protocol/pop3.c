/*
 * pop3.c - POP3 (RFC 1939, 2449, 2595, 5034)
 *
 * One line of the client's is one command, one `+OK` or `-ERR` its reply, in
 * order.  Which replies have a body depends on the command.
 */
#include "track.h"

#include "base64.h"

#include <string.h>

enum {
	OTHER,
	PASS, /* and APOP: logs in */
	AUTH,
	AUTH_LIST,
	STLS,
	LIST, /* +OK is followed by a list ... */
	RETR, /* ... or by a message */
	STAT,
	DELE,
	RSET,
	XMIT, /* XTND XMIT: +OK asks for a message */
	USER,
	APOP,
	XTND
};

static const struct verb verbs[] = {
    {"USER", ARGS_WORD, USER},
    {"PASS", ARGS_SECRET, PASS},
    {"APOP", ARGS_OWN, APOP},
    {"AUTH", ARGS_OWN, AUTH},
    {"CAPA", ARGS_NONE, LIST},
    {"STLS", ARGS_NONE, STLS},
    {"QUIT\0NOOP\0LAST", ARGS_NONE, OTHER},
    {"STAT", ARGS_NONE, STAT},
    {"LIST\0UIDL", ARGS_OWN, LIST},
    {"RETR\0TOP", ARGS_OWN, RETR},
    {"DELE", ARGS_OWN, DELE},
    {"RSET", ARGS_NONE, RSET},
    {"RPOP", ARGS_SECRET, OTHER},
    {"UTF8\0LANG\0XSENDER", ARGS_SHOW, OTHER},
    {"HELP", ARGS_SHOW, OTHER},
    {"IMPLEMENTATION", ARGS_SHOW, OTHER},
    {"XTND", ARGS_SHOW, XTND},
    {"", 0, 0},
};

/* Arguments that should be numbers: anything else may be a mistake. */
static void
hide_no_number(struct line *l, const struct command *c)
{
	static const char fine[] = {"0123456789 \t-"};

	for (size_t i = c->arg; i < c->end; i++)
		if (memchr(fine, l->p[i], sizeof fine - 1) == NULL) {
			line_hide(l, c->arg, l->n);
			return;
		}
}

static void
apop(struct track *t, struct line *l, const struct command *c)
{
	size_t user = word_end(l->p, c->end, c->arg);
	size_t digest = word_skip(l->p, c->end, user);

	if (digest < c->end) {
		line_hide(l, digest, l->n);
		track_user_word(t, l->p + c->arg, user - c->arg);
	} else if (user - c->arg == 32 &&
	    base64_looks(l->p + c->arg, user - c->arg)) {
		line_hide(l, c->arg, l->n); /* the digest alone */
	}
}

/* What the table can't tell of a command; its number for the pairing. */
static unsigned char
command(struct track *t, struct line *l, const struct command *c)
{
	switch (c->known->id) {
	case USER:
		track_user_word(t, l->p + c->arg, c->end - c->arg);
		return OTHER;
	case APOP:
		apop(t, l, c);
		return PASS;
	case AUTH:
		sasl_command(t, l, c);
		return c->arg < c->end ? AUTH : AUTH_LIST;
	case LIST:
		if (c->known->args == ARGS_OWN)
			hide_no_number(l, c);
		return c->arg == c->end ? LIST : OTHER;
	case RETR:
	case DELE:
		hide_no_number(l, c);
		return c->known->id;
	case XTND:
		return line_says(l, c->arg, c->end, "XMIT\0") ? XMIT : LIST;
	}
	return c->known->id;
}

/*
 * How many there are, if that is told: `+OK 23 messages`, `+OK Mailbox open, 23
 * messages`, `+OK joe has 23 visible messages`, or, bare, STAT's `+OK 23 91234`.
 */
static void
read_count(struct track *t, const struct line *l, bool bare)
{
	size_t at = line_word_end(l, 0), end, word;

	for (; at < l->n; at = end) {
		at = line_skip(l, at);
		end = line_word_end(l, at);
		word = line_skip(l, end);
		if (line_begins(l, word, "VISIBLE "))
			word += sizeof "VISIBLE " - 1;
		if ((bare || line_begins(l, word, "MESSAGE")) &&
		    track_mailbox(t, l->p + at, end - at))
			return;
	}
}

/* The reply to w, which may be NULL: nobody knows what it answers. */
static void
reply(struct track *t, const struct line *l, const struct waiting *w, bool ok)
{
	bool sure = w != NULL && pending_sure(&t->pending);

	switch (w != NULL ? w->id : OTHER) {
	case PASS:
	case AUTH:
		if (ok)
			read_count(t, l, false);
		track_login(t, ok);
		break;
	case STLS:
		if (ok && sure)
			track_expect_tls(t);
		break;
	case AUTH_LIST:
	case LIST:
		if (ok && sure)
			track_frame(t, DIR_R, FRAME_LIST, 0);
		break;
	case RETR:
		if (ok && sure) {
			track_frame(t, DIR_R, FRAME_DOT, 0);
			t->sum.messages++;
		}
		break;
	case XMIT:
		if (ok && track_waits(t, w))
			track_frame(t, DIR_S, FRAME_DOT, 0);
		break;
	case STAT:
		if (ok)
			read_count(t, l, true);
		break;
	case DELE:
		t->sum.deleted += ok;
		break;
	case RSET:
		if (ok)
			t->sum.deleted = 0;
		break;
	}
}

static void
daemon_line(struct track *t, struct line *l)
{
	bool ok = line_begins(l, 0, "+OK");
	enum fact_status status = ok ? STATUS_OK : STATUS_NO;
	const struct waiting *w;

	if (!ok && !line_begins(l, 0, "-ERR")) {
		if (l->n > 0 && l->p[0] == '+' &&
		    (l->n == 1 || l->p[1] == ' ') && t->sasl.open)
			sasl_challenge(t, l, l->n > 1 ? 2 : 1, l->n);
		else
			track_stray(t, l);
		return;
	}
	l->protect = ok ? 3 : 4;
	if (command_greeting(t, status, 0, l))
		return;
	/* A reply while a message is sent: the server has had enough. */
	if (track_frame_of(t, DIR_S) == FRAME_DOT)
		track_frame(t, DIR_S, FRAME_LINE, 0);
	w = command_reply(t, FACT_REPLY, status, 0, l);
	reply(t, l, w, ok);
	command_done(t, w, AUTH);
}

static void
line(struct track *t, enum dir d, struct line *l)
{
	if (d == DIR_S)
		command_or_response(t, l, verbs, command);
	else
		daemon_line(t, l);
}

/* A challenge, also where none is due: one long word of base64. */
static void
hide_reply(struct track *t, struct line *l)
{
	if (l->n < 3 || l->p[0] != '+' || l->p[1] != ' ')
		return;
	if (t->sasl.open ||
	    ((l->n >= 14 || l->cut) && base64_looks(l->p + 2, l->n - 2)))
		sasl_hide_challenge(t, l, 2, l->n);
}

static void
done(struct track *t, enum dir d)
{
	if (d == DIR_S)
		pending_push(&t->pending, OTHER, NULL, 0, 0);
	track_fact(t, FACT_CONTENT_END, d, NULL, 0);
}

static const uint16_t ports[] = {110, 31, 10110, 0};

const struct protocol proto_pop3 = {
    .name = "pop3",
    .verbs = verbs,
    .services = "pop\0",
    .programs =
	"in.pop3d\0ipop3d\0popa3d\0solid-pop3d\0qpopper\0in.qpopper\0popper\0"
	"pop3d\0pop3\0pop3-login\0qmail-pop3d\0qmail-popup\0mailfront-pop3\0"
	"courierpop3d\0courierpop3login\0pop3login\0cucipop\0akpop3d\0"
	"vm-pop3d\0teapop\0",
    .ports = ports,
    .line = line,
    .hide_reply = hide_reply,
    .done = done,
};
