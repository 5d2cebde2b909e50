/*
 * sieve.c - ManageSieve (RFC 5804)
 *
 * A command is a verb and strings, which are quoted or literals (literal.h); it
 * is answered, in order, by a line that begins with OK, NO or BYE.  Lines of
 * strings may come before that: a script, a list, a challenge.
 */
#include "literal.h"
#include "track.h"

#include <string.h>

enum {
	OTHER = COMMAND_OTHER,
	UNKNOWN = COMMAND_UNKNOWN,
	AUTHENTICATE = COMMAND_AUTHENTICATE,
	STARTTLS = COMMAND_NEXT,
	PUTSCRIPT,
	CHECKSCRIPT,
	GETSCRIPT
};

static const struct verb verbs[] = {
    {"AUTHENTICATE", ARGS_OWN, AUTHENTICATE},
    {"STARTTLS", ARGS_NONE, STARTTLS},
    {"LOGOUT\0CAPABILITY", ARGS_NONE, OTHER},
    {"LISTSCRIPTS", ARGS_NONE, OTHER},
    {"UNAUTHENTICATE", ARGS_NONE, OTHER},
    {"HAVESPACE\0NOOP", ARGS_SHOW, OTHER},
    {"SETACTIVE", ARGS_SHOW, OTHER},
    {"DELETESCRIPT", ARGS_SHOW, OTHER},
    {"RENAMESCRIPT", ARGS_SHOW, OTHER},
    {"PUTSCRIPT", ARGS_SHOW, PUTSCRIPT},
    {"GETSCRIPT", ARGS_SHOW, GETSCRIPT},
    {"CHECKSCRIPT", ARGS_SHOW, CHECKSCRIPT},
    {"", 0, 0},
};

struct sieve {
	struct literal_state lit; /* named: PUTSCRIPT's script is */
	bool status; /* the daemon's reply is an OK, NO or BYE */
};

static struct sieve *
state(struct track *t)
{
	return TRACK_STATE(t, struct sieve);
}

/* ---- the client ------------------------------------------------------- */

/*
 * A message that was judged without its quotes: its mask stands for them too,
 * so that what is told of it comes behind them.
 */
static void
hide_quotes(struct line *l, unsigned first, size_t quote)
{
	for (unsigned i = first; i < l->nspans; i++) {
		if (l->spans[i].from == quote + 1)
			l->spans[i].from = quote;
		l->spans[i].to = l->n;
	}
}

/* What is in a string of a line; it begins before that if it is quoted. */
struct string {
	size_t from, to;
};

static struct string
string_at(const struct line *l, size_t at)
{
	size_t close;

	if (at == l->n || l->p[at] != '"')
		return (struct string){at, line_word_end(l, at)};
	close = literal_quoted(l->p, l->n, at);
	if (close > 0 && line_word_end(l, close) == close)
		return (struct string){at + 1, close - 1};
	return (struct string){at, l->n}; /* its end is missing */
}

/* Whether the string at `at` is quoted, and the line ends with it. */
static bool
is_quoted(const struct line *l, size_t at, struct string s)
{
	return s.from > at && s.to + 1 == l->n;
}

/* AUTHENTICATE "mechanism" ["response"]. */
static void
authenticate(struct track *t, struct line *l, const struct command *c,
    const struct literal *x)
{
	struct string mech = string_at(l, c->arg), ir;
	size_t end = mech.to + (mech.from > c->arg);
	size_t at = line_skip(l, end), n = l->n;
	unsigned first = l->nspans;

	if (c->arg == c->end)
		return;
	ir = string_at(l, at);
	if (literal_announces(x, at)) {
		sasl_begin(t, l, mech.from, mech.to, at, at);
		literal_hide_count(l, x);
	} else if (is_quoted(l, at, ir)) {
		l->n = ir.to;
		sasl_begin(t, l, mech.from, mech.to, ir.from, ir.to);
		l->n = n;
		t->sasl.given = 1; /* also where it is empty */
		hide_quotes(l, first, at);
	} else {
		sasl_begin(t, l, mech.from, mech.to, at, n);
	}
}

/* A line of an exchange: a string, of any kind. */
static void
response(struct track *t, struct line *l, const struct literal *x)
{
	size_t at = line_skip(l, 0), n = l->n;
	struct string r = string_at(l, at);
	unsigned first = l->nspans;

	if (literal_response(t, l, x))
		return;
	if (is_quoted(l, at, r)) {
		l->n = r.to;
		sasl_response(t, l, r.from, r.to);
		l->n = n;
		hide_quotes(l, first, at);
	} else {
		sasl_response(t, l, 0, n);
	}
}

static unsigned char
command(struct track *t, struct line *l, const struct command *c)
{
	struct sieve *s = state(t);
	struct literal found;
	const struct literal *x = l->cut ? NULL : literal_at_end(t, l, &found);

	s->lit.id = c->known->id;
	s->lit.named = c->arg < (x != NULL ? x->at : c->end);
	if (s->lit.id == AUTHENTICATE)
		authenticate(t, l, c, x);
	return s->lit.id;
}

/* What the bytes are that the line announces. */
static enum literal_role
role_of(struct track *t, struct line *l, const struct literal *x)
{
	const struct sieve *s = state(t);

	(void)l;
	if (s->lit.id == CHECKSCRIPT ||
	    (s->lit.id == PUTSCRIPT && s->lit.named))
		return LITERAL_BODY;
	/* Clients may not send it without a plus, and some other is meant. */
	if (x->form == LITERAL_SYNC && s->lit.id != PUTSCRIPT)
		return LITERAL_SECRET;
	return LITERAL_STRING;
}

/* Whether this line goes on with a command, behind a literal. */
static bool
goes_on(const struct track *t, const struct sieve *s, const struct line *l)
{
	return s->lit.open &&
	    (s->lit.id == AUTHENTICATE || t->mode == TRACK_READ || l->n == 0 ||
		l->p[0] == ' ');
}

static void
client(struct track *t, struct line *l)
{
	struct sieve *s = state(t);
	const struct protocol *was = t->proto;
	struct literal found;
	const struct literal *x = l->cut ? NULL : literal_at_end(t, l, &found);
	size_t from = line_skip(l, 0);

	if (goes_on(t, s, l)) {
		if (s->lit.id == AUTHENTICATE && from < l->n)
			line_hide(l, from, l->n);
		else if (memchr(l->p, '\r', l->n) != NULL)
			line_deny(t, l, 0);
	} else if (sasl_due(t)) {
		response(t, l, x);
	} else {
		s->lit.id = UNKNOWN;
		s->lit.named = s->lit.hidden = false;
		command_line(t, l, verbs, command);
	}
	if (t->proto == was)
		literal_client_end(t, l, x, role_of, false);
}

/* ---- the daemon ------------------------------------------------------- */

static enum fact_status
status_of(const struct line *l, size_t end)
{
	if (line_says(l, 0, end, "OK\0"))
		return STATUS_OK;
	if (line_says(l, 0, end, "NO\0BYE\0"))
		return STATUS_NO;
	return STATUS_NONE;
}

/* OK (SASL "data"): what a mechanism adds when it has succeeded. */
static size_t
success_data(const struct line *l, size_t at)
{
	at = line_skip(l, at);
	return line_begins(l, at, "(SASL ") ? line_skip(l, at + 6) : l->n;
}

/* The message at `at`, quoted or not; a literal's is hidden when it comes. */
static void
hide_message(struct track *t, struct line *l, size_t at, bool alone)
{
	size_t close = 0;

	if (at < l->n && l->p[at] == '{') {
		line_hide_quietly(l, at + 1, l->n - (l->p[l->n - 1] == '}'));
		return;
	}
	if (at < l->n && l->p[at] == '"') {
		close = literal_quoted(l->p, l->n, at);
		at++;
	}
	if (close == 0 || (alone && close < l->n))
		sasl_hide_challenge(t, l, at, l->n);
	else
		sasl_hide_challenge(t, l, at, close - 1);
}

static void
hide(struct track *t, struct line *l)
{
	size_t end = line_word_end(l, 0), data;

	if (status_of(l, end) != STATUS_NONE) {
		data = success_data(l, end);
		if (data < l->n)
			hide_message(t, l, data, false);
	} else if (t->sasl.open && l->cut && end == l->n && end < 4) {
		l->hold = 0; /* it may become a status */
	} else if (t->sasl.open) {
		hide_message(t, l, 0, true);
	}
}

/* A whole line was treated as it was read, when more was known. */
static void
hide_reply(struct track *t, struct line *l)
{
	if (l->cut && !state(t)->lit.reply_open)
		hide(t, l);
}

/* A command was answered; w may be NULL: nobody knows which. */
static void
answered(struct track *t, const struct waiting *w, enum fact_status status)
{
	switch (w != NULL ? w->id : OTHER) {
	case AUTHENTICATE:
		track_login(t, status == STATUS_OK);
		break;
	case STARTTLS:
		if (status == STATUS_OK && pending_sure(&t->pending))
			track_expect_tls(t);
		break;
	}
	if (w == NULL || (t->sasl.open && w->command == t->sasl.command))
		sasl_end(t);
	if (w == NULL || w->command == t->sum.commands)
		literal_refused(t, status == STATUS_OK);
	pending_pop(&t->pending);
}

static void
status_line(struct track *t, struct line *l, enum fact_status status)
{
	if (!command_greeting(t, status, 0, l))
		answered(t, command_reply(t, FACT_REPLY, status, 0, l), status);
}

static void
data_line(struct track *t, struct line *l)
{
	size_t quote = l->n > 0 && l->p[0] == '"', end = l->n;

	if (t->sasl.open && !(l->n > 0 && l->p[0] == '{')) {
		end -= quote && l->n > 1 && l->p[l->n - 1] == '"';
		sasl_challenge(t, l, quote, end);
	} else if (quote || (l->n > 0 && l->p[0] == '{')) {
		command_reply(t, FACT_REPLY_MORE, STATUS_NONE, 0, l);
	} else {
		track_stray(t, l);
	}
}

/* What the bytes are that the daemon's line announces. */
static enum literal_role
reply_role_of(struct track *t, const struct line *l, const struct literal *x)
{
	const struct waiting *w = pending_head(&t->pending);

	if (x->at >= 6 && word_is(l->p + x->at - 6, 6, "(SASL "))
		return LITERAL_WHOLE;
	if (state(t)->status)
		return LITERAL_STRING;
	if (t->sasl.open)
		return LITERAL_WHOLE;
	if (w != NULL && w->id == GETSCRIPT && pending_sure(&t->pending) &&
	    x->at == 0)
		return LITERAL_BODY;
	return LITERAL_STRING;
}

/*
 * Whether a literal may stand there: text is quoted or a literal as a whole, so
 * that a daemon which repeats `{7}` in a text without quotes announces nothing.
 */
static bool
may_announce(struct track *t, const struct line *l, size_t at)
{
	size_t word = word_end(l->p, at, 0);

	if (!state(t)->status)
		return true;
	while (at > 0 && l->p[at - 1] == ' ')
		at--;
	return at <= word || l->p[at - 1] == ')' || l->p[word + 1] == '(';
}

static void
end_of_reply_line(struct track *t, const struct line *l)
{
	struct sieve *s = state(t);
	struct literal x;

	s->lit.reply_open = l->eol > 0 && literal_at_end(t, l, &x) != NULL &&
	    x.form <= LITERAL_NOW && x.clean && may_announce(t, l, x.at);
	if (s->lit.reply_open)
		literal_begin(t, DIR_R, &s->lit.literals[DIR_R], &x,
		    reply_role_of(t, l, &x), false);
}

static void
daemon_line(struct track *t, struct line *l)
{
	struct sieve *s = state(t);
	enum fact_status status;
	size_t end = line_word_end(l, 0);

	literal_keep(t);
	if (!s->lit.reply_open) {
		hide(t, l);
		status = status_of(l, end);
		s->status = status != STATUS_NONE;
		if (s->status) {
			l->protect = end;
			status_line(t, l, status);
		} else {
			data_line(t, l);
		}
	}
	if (!l->cut)
		end_of_reply_line(t, l);
}

/* ---- what the engine calls -------------------------------------------- */

static void
line(struct track *t, enum dir d, struct line *l)
{
	if (d == DIR_S)
		client(t, l);
	else
		daemon_line(t, l);
}

static void
tail(struct track *t, enum dir d, struct line *l)
{
	if (d == DIR_R)
		end_of_reply_line(t, l);
	else
		literal_client_tail(t, l, role_of, false);
}

/* A message of an exchange that came as a literal. */
static void
whole(struct track *t, enum dir d, struct line *l)
{
	if (d == DIR_S) {
		sasl_response(t, l, 0, l->n);
		return;
	}
	sasl_hide_challenge(t, l, 0, l->n);
	sasl_challenge(t, l, 0, l->n);
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

static const uint16_t ports[] = {4190, 2000, 14190, 0};

const struct protocol proto_sieve = {
    .name = "sieve",
    .verbs = verbs,
    .services = "sieve\0",
    .programs =
	"timsieved\0managesieved\0managesieve\0managesieve-login\0pysieved\0"
	"sieved\0dbmail-timsieved\0",
    .ports = ports,
    .line = line,
    .hide_reply = hide_reply,
    .tail = tail,
    .done = literal_done,
    .own = own,
    .flush = flush,
};
