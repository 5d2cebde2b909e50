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
	OTHER,
	UNKNOWN,
	AUTHENTICATE,
	STARTTLS,
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
	bool greeted;
	struct literals literals[2];
	/* The client's command that goes on behind a literal. */
	bool open;
	bool hidden; /* its line is too long to be held, and its end hidden */
	bool named; /* PUTSCRIPT: the script's name was given */
	unsigned char id;
	/* The daemon's reply that does. */
	bool reply_open;
	bool status; /* it is an OK, NO or BYE */
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

/* A string of a line. */
struct string {
	bool quoted; /* and closed */
	size_t from, to; /* what is in it */
	size_t end; /* behind it */
};

static struct string
string_at(const struct line *l, size_t at)
{
	struct string s = {false, at, word_end(l->p, l->n, at), 0};
	size_t close;

	s.end = s.to;
	if (at == l->n || l->p[at] != '"')
		return s;
	close = literal_quoted(l->p, l->n, at);
	s.quoted = close > 0 && word_end(l->p, l->n, close) == close;
	s.from = at + s.quoted;
	s.to = s.quoted ? close - 1 : l->n;
	s.end = s.quoted ? close : l->n;
	return s;
}

/* AUTHENTICATE "mechanism" ["response"]. */
static void
authenticate(struct track *t, struct line *l, const struct command *c,
    const struct literal *x)
{
	struct string mech = string_at(l, c->arg), ir;
	size_t at = word_skip(l->p, l->n, mech.end), n = l->n;
	unsigned first = l->nspans;

	if (c->arg == c->end)
		return;
	ir = string_at(l, at);
	if (literal_announces(x, at)) {
		sasl_begin(t, l, mech.from, mech.to, at, at);
		line_hide_quietly(l, x->digits, x->digits_end);
	} else if (ir.quoted && ir.end == n) {
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
	struct sieve *s = state(t);
	size_t at = word_skip(l->p, l->n, 0), n = l->n;
	struct string r = string_at(l, at);
	unsigned first = l->nspans;

	if (literal_announces(x, at)) {
		line_hide_quietly(l, x->digits, x->digits_end);
		s->id = AUTHENTICATE;
	} else if (r.quoted && r.end == n) {
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
	struct literal found, *x = NULL;

	if (!l->cut && literal_at_end(t, l, &found))
		x = &found;
	s->id = c->known->id;
	s->named = c->arg < (x != NULL ? x->at : c->end);
	if (s->id == AUTHENTICATE)
		authenticate(t, l, c, x);
	return s->id;
}

/* What the bytes are that the line announces. */
static enum literal_role
role_of(struct track *t, const struct line *l, const struct literal *x)
{
	const struct sieve *s = state(t);

	if (s->hidden || line_hides(l, x->at) || s->id == UNKNOWN)
		return LITERAL_SILENT;
	if (memchr(l->p, '\r', l->n) != NULL)
		return LITERAL_SECRET; /* whose command is it? */
	if (s->id == AUTHENTICATE)
		return LITERAL_WHOLE;
	if (s->id == CHECKSCRIPT || (s->id == PUTSCRIPT && s->named))
		return LITERAL_BODY;
	/* Clients may not send it without a plus, and some other is meant. */
	if (x->form == LITERAL_SYNC && s->id != PUTSCRIPT)
		return LITERAL_SECRET;
	return LITERAL_STRING;
}

static void
end_of_client_line(struct track *t, struct line *l, const struct literal *x)
{
	struct sieve *s = state(t);
	enum literal_role role;

	s->open = false;
	if (l->eol == 0 || x == NULL)
		return;
	if (x->form == LITERAL_BAD) {
		line_hide_quietly(l, x->at, l->n);
		return;
	}
	role = role_of(t, l, x);
	if (x->form == LITERAL_MASKED && role == LITERAL_WHOLE)
		return; /* its line is read as a response */
	s->named = true;
	s->open = true;
	literal_begin(t, DIR_S, &s->literals[DIR_S], x, role, false);
}

/* Whether this line goes on with a command, behind a literal. */
static bool
goes_on(const struct track *t, const struct sieve *s, const struct line *l)
{
	return s->open &&
	    (s->id == AUTHENTICATE || t->mode == TRACK_READ || l->n == 0 ||
		l->p[0] == ' ');
}

static void
client(struct track *t, struct line *l)
{
	struct sieve *s = state(t);
	const struct protocol *was = t->proto;
	struct literal found, *x = NULL;
	size_t from = word_skip(l->p, l->n, 0);

	if (!l->cut && literal_at_end(t, l, &found))
		x = &found;
	if (goes_on(t, s, l)) {
		if (s->id == AUTHENTICATE && from < l->n)
			line_hide(l, from, l->n);
		else if (memchr(l->p, '\r', l->n) != NULL)
			line_deny(t, l, 0);
	} else if (sasl_due(t)) {
		response(t, l, x);
	} else {
		s->id = UNKNOWN;
		s->named = s->hidden = false;
		command_line(t, l, verbs, command);
	}
	if (t->proto != was)
		return;
	if (l->cut)
		s->hidden = line_hides(l, l->n - 1);
	else
		end_of_client_line(t, l, x);
}

/* ---- the daemon ------------------------------------------------------- */

static enum fact_status
status_of(const struct line *l, size_t *end)
{
	static const struct {
		const char *word;
		enum fact_status status;
	} words[] = {{"OK", STATUS_OK}, {"NO", STATUS_NO}, {"BYE", STATUS_NO},
	    {NULL, STATUS_NONE}};

	*end = word_end(l->p, l->n, 0);
	for (int i = 0; words[i].word != NULL; i++)
		if (word_is(l->p, *end, words[i].word))
			return words[i].status;
	return STATUS_NONE;
}

/* OK (SASL "data"): what a mechanism adds when it has succeeded. */
static size_t
success_data(const struct line *l, size_t at)
{
	at = word_skip(l->p, l->n, at);
	return word_begins(l->p + at, l->n - at, "(SASL ") ?
	    word_skip(l->p, l->n, at + 6) :
	    l->n;
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
	size_t end, data;

	if (status_of(l, &end) != STATUS_NONE) {
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
	if (l->cut && !state(t)->reply_open)
		hide(t, l);
}

/* A command was answered; w may be NULL: nobody knows which. */
static void
answered(struct track *t, struct waiting *w, enum fact_status status)
{
	struct sieve *s = state(t);

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
	if (s->open && (w == NULL || w->command == t->sum.commands) &&
	    literal_refused(t, &s->literals[DIR_S], status == STATUS_OK))
		s->open = false;
	pending_pop(&t->pending);
}

static void
status_line(struct track *t, struct line *l, enum fact_status status)
{
	struct sieve *s = state(t);
	struct waiting *w = pending_head(&t->pending);

	if (!s->greeted) {
		s->greeted = true;
		track_reply(t, FACT_GREETING, status, 0, l, 0);
		return;
	}
	track_reply(t, FACT_REPLY, status, 0, l, w != NULL ? w->command : 0);
	answered(t, w, status);
}

static void
data_line(struct track *t, struct line *l)
{
	struct sieve *s = state(t);
	const struct waiting *w = pending_head(&t->pending);
	size_t quote = l->n > 0 && l->p[0] == '"', end = l->n;

	if (t->sasl.open && !(l->n > 0 && l->p[0] == '{')) {
		end -= quote && l->n > 1 && l->p[l->n - 1] == '"';
		sasl_challenge(t, l, quote, end);
	} else if (quote || (l->n > 0 && l->p[0] == '{')) {
		track_reply(t, FACT_REPLY_MORE, STATUS_NONE, 0, l,
		    s->greeted && w != NULL ? w->command : 0);
	} else {
		track_fact(t, FACT_STRAY, DIR_R, l->p, l->n);
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

	s->reply_open = l->eol > 0 && literal_at_end(t, l, &x) &&
	    x.form <= LITERAL_NOW && x.clean && may_announce(t, l, x.at);
	if (s->reply_open)
		literal_begin(t, DIR_R, &s->literals[DIR_R], &x,
		    reply_role_of(t, l, &x), false);
}

static void
daemon_line(struct track *t, struct line *l)
{
	struct sieve *s = state(t);
	enum fact_status status;
	size_t end;

	literal_keep(t, &s->literals[DIR_S]);
	if (!s->reply_open) {
		hide(t, l);
		status = status_of(l, &end);
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
	struct sieve *s = state(t);
	struct literal x;

	if (d == DIR_R) {
		end_of_reply_line(t, l);
		return;
	}
	s->hidden = s->hidden || t->side[d].rest == REST_HIDDEN;
	end_of_client_line(t, l, literal_at_end(t, l, &x) ? &x : NULL);
	s->hidden = false;
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

static void
over(struct track *t, enum dir d, bool unsure, unsigned commands)
{
	struct sieve *s = state(t);

	if (d == DIR_R) {
		s->reply_open = false;
		return;
	}
	s->open = false;
	if (s->id == AUTHENTICATE && t->sasl.open)
		t->sasl.given++; /* what was hidden was the response */
	if (unsure)
		t->pending.distrust = true;
	while (commands-- > 0 && t->pending.over == 0)
		pending_push(&t->pending, UNKNOWN, NULL, 0, 0);
}

static const struct literal_user user = {whole, over};

static size_t
own(struct track *t, enum dir d, const unsigned char *p, size_t n)
{
	return literal_own(t, d, &state(t)->literals[d], &user, p, n);
}

static void
flush(struct track *t, enum dir d, bool end)
{
	if (end)
		literal_end(t, d, &state(t)->literals[d], &user);
}

static void
done(struct track *t, enum dir d)
{
	state(t)->literals[d].phase = LITERALS_NONE;
	track_fact(t, FACT_CONTENT_END, d, NULL, 0);
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
    .done = done,
    .own = own,
    .flush = flush,
};
