/*
 * imap.c - IMAP: what the client says (RFC 3501, 9051, and extensions)
 *
 * A line is a tag, a verb and arguments; it goes on behind every literal that
 * it announces (literal.h).  The commands are listed in imap_command.c, their
 * arguments judged in imap_args.c, the daemon's answers in imap_reply.c.
 */
#include "imap.h"

#include <string.h>

static const struct verb uid_verbs[] = {
    {"FETCH\0CONVERT", ARGS_SHOW, IMAP_FETCH},
    {"STORE", ARGS_SHOW, IMAP_STORE},
    {"COPY\0MOVE\0EXPUNGE", ARGS_SHOW, IMAP_OTHER},
    {"SEARCH\0SORT", ARGS_SHOW, IMAP_DATA},
    {"THREAD", ARGS_SHOW, IMAP_DATA},
    {"REPLACE", ARGS_SHOW, IMAP_APPEND},
    {"", 0, 0},
};

static struct imap *
state(struct track *t)
{
	return TRACK_STATE(t, struct imap);
}

/* ---- commands --------------------------------------------------------- */

/* UID FETCH, and so on: what it is; IMAP_UNKNOWN for none that is known. */
static unsigned char
uid(struct track *t, struct line *l, struct command *c)
{
	struct command sub;

	if (!command_parse(l, c->arg, uid_verbs, &sub))
		return IMAP_OTHER;
	if (sub.known == NULL) {
		line_hide(l, c->arg, l->n);
		return IMAP_UNKNOWN;
	}
	l->goes_on = sub.arg < sub.end;
	if (sub.known->id == IMAP_STORE)
		imap_note_deleted(t, l, &sub);
	return sub.known->id;
}

/* Hide what must be of a command; returns which one it is. */
static unsigned char
judge_command(struct track *t, struct line *l, struct imap_command *m,
    const struct literal *x, bool foreign)
{
	struct imap *s = state(t);
	struct command *c = &m->c;

	if (!foreign || c->known != NULL)
		command_hide(t, l, c);
	switch (c->known != NULL ? c->known->id : IMAP_UNKNOWN) {
	case IMAP_LOGIN:
		imap_login(t, l, c, x);
		break;
	case IMAP_AUTHENTICATE:
		imap_authenticate(t, l, c, x, m->tag, m->tag_end);
		break;
	case IMAP_ID:
		imap_id(l, c, x, &s->pair);
		break;
	case IMAP_UID:
		return uid(t, l, c);
	case IMAP_SELECT:
		if (c->arg < c->end && !literal_announces(x, c->arg))
			imap_note_mailbox(t, l->p + c->arg, c->end - c->arg);
		break;
	case IMAP_STORE:
		imap_note_deleted(t, l, c);
		break;
	case IMAP_APPEND:
		s->lit.named = c->arg < (x != NULL ? x->at : c->end);
		break;
	case IMAP_COMPRESS:
		if (!line_says(l, c->arg, c->end, "DEFLATE\0"))
			return IMAP_OTHER;
		break;
	}
	return c->known != NULL ? c->known->id : IMAP_UNKNOWN;
}

/*
 * The first command of a line is the one that the daemon answers; but a header
 * of a proxy is for somebody else.
 */
static void
begin_command(
    struct track *t, struct line *l, const struct imap_command *m, bool foreign)
{
	struct imap *s = state(t);
	unsigned char tag[PENDING_TAG];
	size_t n = imap_tag(l->p + m->tag, m->tag_end - m->tag, tag);
	struct waiting *w;

	track_command(t, m->c.name, l, &m->c);
	if (m->tag_shown && m->c.known != NULL)
		imap_remember_tag(s, l->p + m->tag, m->tag_end - m->tag);
	if (s->lit.id == IMAP_DONE && m->no_tag)
		return; /* it ends IDLE, whose reply is due */
	if (foreign && s->lit.id == IMAP_UNKNOWN)
		return;
	w = pending_push(&t->pending, s->lit.id, tag, n, s->lit.number);
	if (w == NULL)
		return;
	w->flag = m->tag_shown ? IMAP_TAG_SHOWN : IMAP_NO_TAG;
	if (s->lit.id == IMAP_IDLE)
		w->flag += LITERAL_ASK;
}

/*
 * A new secret, or what may be one, while the daemon sends a message: in case
 * it announced more than it has, look for echoes from here on.
 */
static void
leave_message(struct track *t)
{
	struct imap *s = state(t);

	if (track_frame_of(t, DIR_R) != FRAME_COUNT)
		return;
	track_frame(t, DIR_R, FRAME_LINE, 0);
	s->lit.literals[DIR_R].phase = LITERALS_NONE;
	s->lit.reply_open = false;
}

static bool
ends_in(const struct line *l, size_t at, const char *word)
{
	size_t n = strlen(word);

	return at >= n && word_is(l->p + at - n, n, word);
}

/* What the bytes are that the line announces. */
static enum literal_role
role_of(struct track *t, struct line *l, const struct literal *x)
{
	struct imap *s = state(t);
	bool value;

	switch (s->lit.id) {
	case IMAP_LOGIN:
		return s->lit.named ? LITERAL_SECRET : LITERAL_NAME;
	case IMAP_SELECT:
		return LITERAL_NAME;
	case IMAP_ID:
		if (s->pair == PAIR_SECRET)
			literal_hide_count(l, x);
		value = s->pair == PAIR_VALUE;
		s->pair = PAIR_KEY;
		return value ? LITERAL_STRING : LITERAL_SECRET;
	case IMAP_APPEND:
		/* Not the mailbox, nor a URL of CATENATE (RFC 4469). */
		if (!s->lit.named || ends_in(l, x->at, "URL "))
			break;
		/* A message may be given in parts, by CATENATE. */
		t->sum.messages += !(s->counted && ends_in(l, x->at, "TEXT "));
		s->counted = true;
		return LITERAL_BODY;
	}
	return LITERAL_STRING;
}

static void
commands(struct track *t, struct line *l, const struct literal *x)
{
	const struct protocol *was = t->proto;
	struct imap *s = state(t);
	struct imap_command m;
	unsigned char id;
	bool any = false, foreign;

	foreign = !t->side[DIR_S].spoke && command_foreign(t, l);
	if (t->proto != was)
		return; /* this line is read again */
	s->lit.named = s->counted = s->lit.hidden = false;
	s->lit.number = t->sum.commands + 1;
	for (size_t from = 0; from <= l->n; from = m.c.end + 1) {
		if (!imap_find_command(s, l, from, &m))
			continue;
		id = judge_command(t, l, &m, x, foreign);
		if (id == IMAP_UNKNOWN || id == IMAP_LOGIN ||
		    id == IMAP_AUTHENTICATE)
			leave_message(t);
		if (!any) {
			s->lit.id = id;
			begin_command(t, l, &m, foreign);
		}
		any = true;
		if (line_hides(l, l->n - 1))
			break;
	}
	line_hide_urls(l);
	command_cut(l);
}

/*
 * Whether this line goes on with a command, behind a literal: by the grammar a
 * blank or a parenthesis comes next, and no login.  What belongs to a login is
 * hidden anyway.
 */
static bool
goes_on(const struct track *t, const struct imap *s, const struct line *l)
{
	struct imap_command m;

	if (!s->lit.open || s->lit.id == IMAP_LOGIN ||
	    s->lit.id == IMAP_AUTHENTICATE || t->mode == TRACK_READ ||
	    l->n == 0)
		return s->lit.open;
	if (l->p[0] == ')')
		return true;
	return l->p[0] == ' ' &&
	    !(imap_find_command(s, l, 0, &m) && m.c.known != NULL &&
		(m.c.known->id == IMAP_LOGIN ||
		    m.c.known->id == IMAP_AUTHENTICATE));
}

/* The command's line behind a literal. */
static void
go_on(struct track *t, struct line *l, const struct literal *x)
{
	struct imap *s = state(t);
	const unsigned char *cr = memchr(l->p, '\r', l->n);
	size_t from = line_skip(l, 0);

	switch (s->lit.id) {
	case IMAP_LOGIN:
		imap_hide_password(t, l, from, x);
		return;
	case IMAP_AUTHENTICATE:
		if (from < l->n)
			line_hide(l, from, l->n);
		return;
	case IMAP_ID:
		imap_hide_pairs(l, 0, x != NULL ? x->at : l->n, &s->pair);
	}
	line_hide_urls(l);
	if (cr != NULL)
		line_deny(t, l, (size_t)(cr - l->p));
}

/* A line of an exchange; a response may come as a literal, though it is wrong. */
static void
response(struct track *t, struct line *l, const struct literal *x)
{
	if (literal_response(t, l, x))
		state(t)->lit.number = t->sasl.command;
	else
		sasl_response(t, l, 0, l->n);
}

static void
client(struct track *t, struct line *l)
{
	const struct protocol *was = t->proto;
	struct imap *s = state(t);
	struct literal found;
	const struct literal *x = l->cut ? NULL : literal_at_end(t, l, &found);

	if (goes_on(t, s, l))
		go_on(t, l, x);
	else if (sasl_due(t))
		response(t, l, x);
	else
		commands(t, l, x);
	if (t->proto == was)
		literal_client_end(t, l, x, role_of, true);
}

/* ---- what the engine calls -------------------------------------------- */

static void
line(struct track *t, enum dir d, struct line *l)
{
	if (d == DIR_S)
		client(t, l);
	else
		imap_reply(t, l);
}

static void
tail(struct track *t, enum dir d, struct line *l)
{
	if (d == DIR_R)
		imap_reply_tail(t, l);
	else
		literal_client_tail(t, l, role_of, true);
}

static void
whole(struct track *t, enum dir d, struct line *l)
{
	struct imap *s = state(t);

	(void)d; /* the daemon sends none */
	switch (s->lit.id) {
	case IMAP_AUTHENTICATE:
		sasl_response(t, l, 0, l->n);
		break;
	case IMAP_LOGIN:
		if (l->n > 255 || imap_has_controls(l->p, l->n))
			line_hide(l, 0, l->n);
		else
			track_user(t, l->p, l->n);
		break;
	case IMAP_SELECT:
		imap_note_mailbox(t, l->p, l->n);
		break;
	}
}

static size_t
own(struct track *t, enum dir d, const unsigned char *p, size_t n)
{
	return literal_own(t, d, &state(t)->lit.literals[d], whole, p, n);
}

static void
flush(struct track *t, enum dir d, bool end)
{
	literal_flush(t, d, &state(t)->lit.literals[d], whole, end);
}

static const uint16_t ports[] = {143, 220, 993, 1143, 10143, 0};

const struct protocol proto_imap = {
    .name = "imap",
    .verbs = imap_verbs,
    .second_verbs = uid_verbs,
    .services = "imap\0",
    .programs = "imapd\0in.imapd\0uw-imapd\0imap2d\0imap4d\0imap\0imap-login\0"
		"imaplogin\0courierimapd\0courierimaplogin\0imapproxyd\0"
		"in.imapproxyd\0bincimapd\0bincimap-up\0mailfront-imap\0"
		"imapfront-auth\0dbmail-imapd\0cyrus-imapd\0dovecot-imap\0"
		"perdition.imap4\0",
    .ports = ports,
    .line = line,
    .hide_reply = imap_hide_reply,
    .tail = tail,
    .done = literal_done,
    .own = own,
    .flush = flush,
};
