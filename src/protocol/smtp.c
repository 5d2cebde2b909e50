/*
 * smtp.c - SMTP, submission and LMTP (RFC 5321, 4954, 2033, 3030, 3207)
 *
 * Replies come in order; a reply of several lines ends with the one that has a
 * blank behind its code.  A message is what follows an accepted DATA up to a
 * lone dot, or so many bytes as BDAT says.
 */
#include "track.h"

#include <string.h>

enum { OTHER, AUTH, STARTTLS, DATA, BDAT, MESSAGE, RCPT, BURL, RSET };

static const struct verb verbs[] = {
    {"HELO\0EHLO\0LHLO", ARGS_SHOW, OTHER},
    {"NOOP\0VRFY\0EXPN", ARGS_SHOW, OTHER},
    {"HELP\0ETRN\0ATRN", ARGS_SHOW, OTHER},
    {"SEND\0SOML\0SAML", ARGS_SHOW, OTHER},
    {"XCLIENT\0XFORWARD", ARGS_SHOW, OTHER},
    {"XEXCH50\0XVERP", ARGS_SHOW, OTHER},
    {"VERB\0XADR\0XSTA", ARGS_SHOW, OTHER},
    {"XCIR\0XGEN", ARGS_SHOW, OTHER},
    {"X-LINK2STATE", ARGS_SHOW, OTHER},
    {"MAIL", ARGS_SHOW, RSET},
    {"RCPT", ARGS_SHOW, RCPT},
    {"DATA", ARGS_NONE, DATA},
    {"BDAT", ARGS_OWN, BDAT},
    {"BURL", ARGS_SHOW, BURL},
    {"RSET", ARGS_NONE, RSET},
    {"QUIT\0TURN\0ONEX", ARGS_NONE, OTHER},
    {"STARTTLS", ARGS_NONE, STARTTLS},
    {"AUTH\0XEXPS\0X-EXPS", ARGS_OWN, AUTH},
    {"", 0, 0},
};

struct smtp {
	bool lmtp;
	unsigned rcpts; /* accepted, of this transaction (LMTP) */
};

/* BDAT n [LAST]: the bytes follow at once (RFC 3030 section 2). */
static void
bdat(struct track *t, struct line *l, const struct command *c)
{
	size_t end = word_end(l->p, c->end, c->arg), last;
	uint64_t n;

	last = word_skip(l->p, c->end, end);
	if (!word_number(l->p + c->arg, end - c->arg, &n) ||
	    (last < c->end && !line_says(l, last, c->end, "LAST\0"))) {
		if (c->arg < c->end)
			line_hide(l, c->arg, l->n);
		return;
	}
	if (c->end == l->n && l->eol > 0)
		track_frame(t, DIR_S, FRAME_COUNT, n);
	if (last < c->end)
		t->sum.messages++;
}

static unsigned char
command(struct track *t, struct line *l, const struct command *c)
{
	switch (c->known->id) {
	case AUTH:
		sasl_command(t, l, c);
		break;
	case BDAT:
		bdat(t, l, c);
		break;
	case BURL:
		line_hide_urls(l);
		break;
	}
	return c->known->id;
}

/* The last line of the reply to w, which may be NULL. */
static void
reply(struct track *t, const struct waiting *w, int code)
{
	struct smtp *s = TRACK_STATE(t, struct smtp);
	bool sure = w != NULL && pending_sure(&t->pending);
	bool ok = code / 100 == 2;

	switch (w != NULL ? w->id : OTHER) {
	case AUTH:
		track_login(t, ok);
		break;
	case STARTTLS:
		if (code == 220 && sure)
			track_expect_tls(t);
		break;
	case DATA:
		if (code == 354 && track_waits(t, w) && !t->sasl.open) {
			track_frame(t, DIR_S, FRAME_DOT, 0);
			t->sum.messages++;
		}
		break;
	case RCPT:
		s->rcpts += ok;
		break;
	case RSET:
		s->rcpts = 0;
		break;
	}
}

static void
last_line(struct track *t, struct line *l, int code)
{
	const struct waiting *w;

	/* In a message, a reply means that the server has had enough. */
	if (track_frame_of(t, DIR_S) == FRAME_DOT ||
	    (track_frame_of(t, DIR_S) == FRAME_COUNT && code >= 400)) {
		track_frame(t, DIR_S, FRAME_LINE, 0);
		t->pending.distrust = true;
	}
	w = command_reply(t, FACT_REPLY, command_status(code), code, l);
	reply(t, w, code);
	command_done(t, w, AUTH);
}

static void
daemon_line(struct track *t, struct line *l)
{
	int code = word_code(l->p, l->n);
	bool more = code != 0 && l->n > 3 && l->p[3] == '-';

	if (code == 0 || (l->n > 3 && l->p[3] != ' ' && !more)) {
		track_stray(t, l);
		return;
	}
	l->protect = 3;
	if (code == 334 && t->sasl.open && !more) {
		sasl_challenge(t, l, l->n > 4 ? 4 : l->n, l->n);
		return;
	}
	if (more)
		command_reply(t, FACT_REPLY_MORE, STATUS_NONE, code, l);
	else if (!command_greeting(
		     t, code == 220 ? STATUS_OK : STATUS_NO, code, l))
		last_line(t, l, code);
}

static void
line(struct track *t, enum dir d, struct line *l)
{
	if (d == DIR_S)
		command_or_response(t, l, verbs, command);
	else
		daemon_line(t, l);
}

static void
hide_reply(struct track *t, struct line *l)
{
	if (l->n > 4 && memcmp(l->p, "334", 3) == 0 &&
	    (l->p[3] == ' ' || l->p[3] == '-'))
		sasl_hide_challenge(t, l, 4, l->n);
	line_hide_urls(l);
}

/* A message has been sent: a reply is due, in LMTP one a recipient. */
static void
done(struct track *t, enum dir d)
{
	struct smtp *s = TRACK_STATE(t, struct smtp);
	const struct waiting *last = pending_last(&t->pending);
	unsigned n = s->lmtp && s->rcpts > 0 ? s->rcpts : 1;

	track_fact(t, FACT_CONTENT_END, d, NULL, 0);
	if (last != NULL && last->id == BDAT)
		return; /* the command has its own */
	while (n-- > 0)
		pending_push(&t->pending, MESSAGE, NULL, 0, t->sum.commands);
	s->rcpts = 0;
}

static void
open_lmtp(struct track *t)
{
	TRACK_STATE(t, struct smtp)->lmtp = true;
}

static const uint16_t ports[] = {25, 587, 30, 2525, 10021, 10025, 10587, 0};

const struct protocol proto_smtp = {
    .name = "smtp",
    .verbs = verbs,
    .services = "smtp\0submission\0mta\0",
    .programs =
	"sendmail\0exim\0exim4\0smtpd\0nullmailer-smtpd\0qmail-smtpd\0"
	"mailfront\0smtpfront-qmail\0opensmtpd\0in.smtpd\0spamd\0smtp-sink\0"
	"courieresmtpd\0masqmail\0",
    .ports = ports,
    .line = line,
    .hide_reply = hide_reply,
    .done = done,
};

static const uint16_t lmtp_ports[] = {24, 2003, 0};

const struct protocol proto_lmtp = {
    .name = "lmtp",
    .verbs = verbs,
    .services = "lmtp\0",
    .programs = "lmtpd\0lmtp\0lmtp-server\0mail.local\0",
    .ports = lmtp_ports,
    .open = open_lmtp,
    .line = line,
    .hide_reply = hide_reply,
    .done = done,
};
