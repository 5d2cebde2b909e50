/*
 * imap_reply.c - IMAP: what the daemon answers (RFC 3501 section 7)
 *
 * A command is answered by the line with its tag; lines with a star bring data,
 * and end nothing.  Data go on behind a literal, texts have none: a daemon that
 * repeats `LOGIN joe {7}` in an error announces nothing.
 */
#include "imap.h"

#include "base64.h"

#include <string.h>

static struct imap *
state(struct track *t)
{
	return TRACK_STATE(t, struct imap);
}

/* ---- what is hidden --------------------------------------------------- */

/*
 * `+ challenge`.  Where no exchange is open, one long word of base64 is taken
 * for one: the record may have begun in the middle.
 */
static void
hide_challenge(struct track *t, struct line *l)
{
	size_t at = line_skip(l, 1), n = l->n - at;

	while (n > 0 && (l->p[at + n - 1] == ' ' || l->p[at + n - 1] == '\t'))
		n--;
	if (n == 0)
		return;
	if (t->sasl.open) {
		sasl_hide_challenge(t, l, at, l->n);
	} else if (base64_looks(l->p + at, n)) {
		if (n >= 12)
			sasl_hide_challenge(t, l, at, l->n);
		else
			l->hold = at;
	}
}

static void
hide(struct track *t, struct line *l, bool goes_on)
{
	enum imap_pair next = PAIR_KEY;

	if (!goes_on && l->n > 0 && l->p[0] == '+')
		hide_challenge(t, l);
	else if (!goes_on && line_begins(l, 0, "* ID ("))
		imap_hide_pairs(l, 5, l->n, &next);
	line_hide_urls(l);
}

/* A whole line was treated as it was read, when more was known. */
void
imap_hide_reply(struct track *t, struct line *l)
{
	if (l->cut)
		hide(t, l, state(t)->lit.reply_open);
}

/* ---- the status of a command ------------------------------------------ */

static enum fact_status
status_of(const struct line *l, size_t from, size_t to)
{
	if (line_says(l, from, to, "OK\0PREAUTH\0"))
		return STATUS_OK;
	if (line_says(l, from, to, "NO\0BAD\0BYE\0"))
		return STATUS_NO;
	return STATUS_NONE;
}

/* The first command with that flag that waits; NULL if there is none. */
static struct waiting *
find_flag(struct track *t, unsigned char flag)
{
	for (unsigned i = 0; i < t->pending.count; i++)
		if (pending_nth(&t->pending, i)->flag & flag)
			return pending_nth(&t->pending, i);
	return NULL;
}

/*
 * The command was read to its end: what was hidden was its literals, and no
 * commands.
 */
static void
forget_hidden(struct track *t, unsigned command)
{
	struct waiting *w;

	while (
	    (w = find_flag(t, LITERAL_HIDDEN)) != NULL && w->command == command)
		pending_remove(&t->pending, w);
}

static void
deleted(struct track *t)
{
	const struct imap *s = state(t);

	/* Who expunges has marked before, but not always in this session. */
	t->sum.deleted = s->marked > s->expunged ? s->marked : s->expunged;
}

/* The command w is done. */
static void
accepted(struct track *t, const struct waiting *w)
{
	struct imap *s = state(t);

	switch (w->id) {
	case IMAP_STARTTLS:
		if (pending_sure(&t->pending))
			track_expect_tls(t);
		break;
	case IMAP_COMPRESS:
		if (pending_sure(&t->pending))
			track_compressed(t);
		break;
	case IMAP_SELECT:
		if (s->mailbox_command == w->command)
			track_fact(
			    t, FACT_MAILBOX, DIR_R, s->mailbox, s->mailbox_len);
		break;
	case IMAP_STORE:
		for (unsigned i = 0; i < IMAP_STORES; i++)
			if (s->stores[i].command == w->command)
				s->marked += s->stores[i].messages;
		deleted(t);
		break;
	}
}

/* The command was answered: a reply with its tag, or one to a lack of it. */
static void
answered(
    struct track *t, struct line *l, struct waiting *w, enum fact_status status)
{
	struct imap *s = state(t);
	bool ok = status == STATUS_OK;
	unsigned command = w->command;

	track_reply(t, FACT_REPLY, status, 0, l, command);
	if (w->id == IMAP_LOGIN || w->id == IMAP_AUTHENTICATE)
		track_login(t, ok);
	if (t->sasl.open && command == t->sasl.command)
		sasl_end(t);
	if (command == s->lit.number)
		literal_refused(t, ok);
	if (ok)
		accepted(t, w);
	pending_remove(&t->pending, w);
	if (ok)
		forget_hidden(t, command);
}

static void
tagged(struct track *t, struct line *l, size_t tag)
{
	struct imap *s = state(t);
	size_t at = line_skip(l, tag), end = line_word_end(l, at);
	enum fact_status status = status_of(l, at, end);
	unsigned char key[PENDING_TAG];
	size_t n = imap_tag(l->p, tag, key);
	struct waiting *w = pending_find(&t->pending, key, n);

	if (status == STATUS_NONE) {
		track_stray(t, l);
		return;
	}
	if (w != NULL) {
		/* A tag that was hidden, or is a verb, may be an echo. */
		if (w->flag & IMAP_TAG_SHOWN)
			l->protect = end;
		answered(t, l, w, status);
		return;
	}
	track_reply(t, FACT_REPLY, status, 0, l, 0);
	if (t->sasl.open && n == s->auth_tag_len &&
	    memcmp(key, s->auth_tag, n) == 0)
		sasl_end(t); /* too many were waiting to remember this one */
	if (status == STATUS_NO)
		literal_refused(
		    t, false); /* it takes the literal for commands */
	w = find_flag(t, LITERAL_HIDDEN);
	if (w != NULL)
		pending_remove(&t->pending, w);
	else
		pending_missed(&t->pending);
}

/* ---- data ------------------------------------------------------------- */

static enum imap_data
data_of(const struct line *l, size_t from, size_t to)
{
	if (line_says(l, from, to, "FETCH\0CONVERTED\0"))
		return DATA_FETCH;
	if (line_says(l, from, to, "METADATA\0ANNOTATION\0"))
		return DATA_METADATA;
	return DATA_OTHER;
}

/* `* 23 EXISTS`, `* 4 EXPUNGE`, `* 4 FETCH (...)`: the number is [at, to). */
static void
numbered(struct track *t, const struct line *l, size_t at, size_t to)
{
	struct imap *s = state(t);
	size_t word = line_skip(l, to);
	size_t end = line_word_end(l, word);

	s->reply = data_of(l, word, end);
	if (line_says(l, word, end, "EXISTS\0")) {
		track_mailbox(t, l->p + at, to - at);
	} else if (line_says(l, word, end, "EXPUNGE\0")) {
		s->expunged++;
		deleted(t);
	}
}

static void
untagged(struct track *t, struct line *l)
{
	struct imap *s = state(t);
	size_t at = line_skip(l, 1), end = line_word_end(l, at);
	enum fact_status status = status_of(l, at, end);
	struct waiting *no_tag;
	uint64_t n;

	s->reply = status == STATUS_NONE ? data_of(l, at, end) : DATA_TEXT;
	l->protect = status == STATUS_NONE ? 1 : end;
	if (command_greeting(t, status, 0, l)) {
		if (line_says(l, at, end, "PREAUTH\0"))
			track_login(t, true);
		return;
	}
	command_reply(t, FACT_REPLY_MORE, status, 0, l);
	if (word_number(l->p + at, end - at, &n))
		numbered(t, l, at, end);
	if (line_says(l, at, end, "BYE\0"))
		literal_refused(t, false);
	else if (line_says(l, at, end, "BAD\0") &&
	    (no_tag = find_flag(t, IMAP_NO_TAG)) != NULL)
		answered(t, l, no_tag, STATUS_NO);
}

/* ---- going on --------------------------------------------------------- */

/* The command that the daemon asks to go on: the first one that waits for it. */
static struct waiting *
asked(struct track *t)
{
	struct waiting *w = find_flag(t, (unsigned char)~(LITERAL_ASK - 1));

	if (w != NULL)
		w->flag -= LITERAL_ASK;
	return w;
}

/*
 * `+ text`: a challenge, or the daemon asks for a literal, or for IDLE's end.
 * One that nothing asked for is nothing.
 */
static void
continuation(struct track *t, struct line *l)
{
	struct imap *s = state(t);
	size_t at = line_skip(l, 1);
	bool literal = s->lit.open && s->lit.literals[DIR_S].sync;
	const struct waiting *w;

	l->protect = 1;
	if (t->sasl.open && !(literal && s->lit.id == IMAP_AUTHENTICATE)) {
		sasl_challenge(t, l, at, l->n);
		return;
	}
	track_fact(t, FACT_CHALLENGE, DIR_R, l->p + at, l->n - at);
	w = asked(t);
	if (literal && w != NULL && w->command == s->lit.number)
		literal_go(t, track_waits(t, w));
}

/*
 * Whether a command is outstanding that such data answer, and none that may
 * have a secret in it: its echo could be in what seems to be a literal.
 */
static bool
was_asked(struct track *t, enum imap_data data)
{
	if (!pending_sure(&t->pending) || data == DATA_TEXT ||
	    pending_find_id(&t->pending, IMAP_LOGIN) != NULL ||
	    pending_find_id(&t->pending, IMAP_AUTHENTICATE) != NULL ||
	    pending_find_id(&t->pending, IMAP_UNKNOWN) != NULL)
		return false;
	if (data == DATA_FETCH)
		return pending_find_id(&t->pending, IMAP_FETCH) != NULL;
	return pending_find_id(&t->pending, IMAP_DATA) != NULL;
}

/* Whether a whole message is announced: BODY[], RFC822, a part of one. */
static bool
is_message(const struct line *l, size_t at)
{
	size_t section;

	while (at > 0 && l->p[at - 1] == ' ')
		at--;
	if (at > 0 && l->p[at - 1] == '>') /* BODY[]<0> */
		while (at > 0 && l->p[at - 1] != ']')
			at--;
	if (at >= 6 &&
	    (line_says(l, at - 6, at, "RFC822\0") ||
		line_says(l, at - 5, at, ".TEXT\0")))
		return true;
	if (at == 0 || l->p[at - 1] != ']')
		return false;
	for (section = at - 1; section > 0 && l->p[section] != '[';)
		section--;
	at -= section;
	return word_find(l->p + section, at, "HEADER") == at &&
	    word_find(l->p + section, at, "MIME") == at;
}

static enum literal_role
role_of(struct track *t, const struct line *l, const struct literal *x)
{
	struct imap *s = state(t);

	switch (s->reply) {
	case DATA_FETCH:
		if (!s->reply_counted && is_message(l, x->at)) {
			s->reply_counted = true;
			t->sum.messages++;
		}
		return LITERAL_BODY;
	case DATA_METADATA:
		return LITERAL_BODY;
	default:
		return LITERAL_STRING;
	}
}

static void
end_of_line(struct track *t, const struct line *l)
{
	struct imap *s = state(t);
	struct literal x;

	s->lit.reply_open = l->eol > 0 && literal_at_end(t, l, &x) != NULL &&
	    x.form == LITERAL_SYNC && x.clean && was_asked(t, s->reply);
	if (s->lit.reply_open)
		literal_begin(t, DIR_R, &s->lit.literals[DIR_R], &x,
		    role_of(t, l, &x), false);
}

void
imap_reply(struct track *t, struct line *l)
{
	struct imap *s = state(t);
	bool goes_on = s->lit.reply_open;
	size_t tag = line_word_end(l, 0);

	literal_keep(t);
	hide(t, l, goes_on);
	if (!goes_on) {
		s->reply = DATA_TEXT;
		s->reply_counted = false;
		if (l->n > 0 && l->p[0] == '+')
			continuation(t, l);
		else if (tag == 1 && l->p[0] == '*')
			untagged(t, l);
		else
			tagged(t, l, tag);
	}
	if (!l->cut)
		end_of_line(t, l);
}

void
imap_reply_tail(struct track *t, struct line *l)
{
	end_of_line(t, l);
}
