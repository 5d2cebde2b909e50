/*
 * imap_args.c - IMAP: the arguments of commands, what they hide and what they tell
 */
#include "imap.h"
#include "names.h"

#include <string.h>

static struct imap *
state(struct track *t)
{
	return TRACK_STATE(t, struct imap);
}

/* ---- strings ---------------------------------------------------------- */

/* Where the string ends that begins at `at`; 0 if that can't be told. */
static size_t
string_end(const struct line *l, size_t at, size_t n)
{
	const unsigned char *p = l->p;

	if (p[at] == '"')
		return literal_quoted(p, l->n, at);
	while (at < n && p[at] != ' ' && p[at] != '\t' && p[at] != '"' &&
	    p[at] != '\r')
		at++;
	return at == l->n && l->cut ? 0 : at;
}

/* What a string stands for; returns its length, at most `size`. */
static size_t
unquote(const unsigned char *p, size_t n, unsigned char *out, size_t size)
{
	bool quoted = n > 0 && p[0] == '"';
	size_t len = 0;

	for (size_t i = quoted; i < n && len < size; i++) {
		if (quoted && p[i] == '"')
			break;
		i += quoted && p[i] == '\\' && i + 1 < n;
		out[len++] = p[i];
	}
	return len;
}

/* ---- logging in ------------------------------------------------------- */

/* A password pasted into the line, where it would need quotes. */
static void
hint_quotes(struct track *t, const unsigned char *p, size_t n)
{
	if (t->mode == TRACK_READ || p[0] == '"')
		return;
	for (size_t i = 0; i < n; i++)
		if (p[i] <= ' ' || p[i] >= 0x7f ||
		    strchr("(){%*\"\\]", p[i]) != NULL) {
			track_hint(t, DIR_S, "needs-quotes");
			return;
		}
}

/* LOGIN's second argument and all that follows is one secret. */
void
imap_hide_password(
    struct track *t, struct line *l, size_t from, const struct literal *x)
{
	unsigned char text[ECHO_LEN];
	size_t n;

	if (from >= l->n)
		return;
	if (literal_announces(x, from)) {
		literal_hide_count(l, x);
		return;
	}
	line_hide_quietly(l, from, l->n);
	hint_quotes(t, l->p + from, l->n - from);
	if (t->mode != TRACK_MASK)
		return;
	n = unquote(l->p + from, l->n - from, text, sizeof text);
	echo_keep(&t->echo, l->p + from, l->n - from);
	echo_keep_form(&t->echo, text, n);
	explicit_bzero(text, sizeof text);
}

void
imap_login(struct track *t, struct line *l, const struct command *c,
    const struct literal *x)
{
	unsigned char name[256];
	const unsigned char *colon;
	size_t end, next, n;

	if (c->arg == c->end || literal_announces(x, c->arg))
		return;
	end = string_end(l, c->arg, x != NULL ? x->at : l->n);
	if (end == 0 || (l->p[c->arg] == '"' && line_word_end(l, end) > end) ||
	    (t->mode == TRACK_READ && line_says(l, c->arg, end, "****\0"))) {
		imap_hide_password(t, l, c->arg, NULL);
		return;
	}
	state(t)->lit.named = true;
	next = line_skip(l, end);
	colon = memchr(l->p + c->arg, ':', end - c->arg);
	if (next == l->n && colon != NULL && l->p[c->arg] != '"') {
		end = (size_t)(colon - l->p);
		next = end + 1; /* user:password, as some people type it */
	}
	n = unquote(l->p + c->arg, end - c->arg, name, sizeof name);
	if (!imap_has_controls(name, n)) /* the engine hides it then */
		track_user(t, name, n);
	imap_hide_password(t, l, next, x);
}

void
imap_authenticate(struct track *t, struct line *l, const struct command *c,
    const struct literal *x, size_t tag, size_t tag_end)
{
	struct imap *s = state(t);
	size_t mech = c->arg, end = word_end(l->p, c->end, mech), ir;

	if (mech == c->end)
		return;
	ir = line_skip(l, end);
	if (l->p[mech] == '"' && end - mech > 2 && l->p[end - 1] == '"') {
		mech++;
		end--;
	}
	s->auth_tag_len = imap_tag(l->p + tag, tag_end - tag, s->auth_tag);
	sasl_begin(t, l, mech, end, ir, literal_announces(x, ir) ? ir : l->n);
	if (literal_announces(x, ir))
		literal_hide_count(l, x);
}

/* ---- other commands --------------------------------------------------- */

static size_t
token_end(const struct line *l, size_t at, size_t to)
{
	if (l->p[at] == '"')
		return string_end(l, at, to);
	while (
	    at < to && l->p[at] != ' ' && l->p[at] != '\t' && l->p[at] != ')')
		at++;
	return at;
}

void
imap_hide_pairs(struct line *l, size_t from, size_t to, enum imap_pair *next)
{
	size_t at = from, end;
	bool quoted;

	for (; at < to; at = end) {
		end = at + 1;
		if (l->p[at] == ' ' || l->p[at] == '\t' || l->p[at] == '(' ||
		    l->p[at] == ')')
			continue;
		end = token_end(l, at, to);
		quoted = l->p[at] == '"' && end != 0;
		if (end == 0 && *next == PAIR_KEY)
			l->hold = at; /* it may go on */
		if (end == 0 && *next != PAIR_VALUE)
			line_hide(l, at + (*next == PAIR_SECRET), l->n);
		if (end == 0)
			return;
		if (*next == PAIR_SECRET)
			line_hide(l, at + quoted, end - quoted);
		if (*next != PAIR_KEY)
			*next = PAIR_KEY;
		else if (names_secret(
			     l->p + at + quoted, end - at - 2 * (size_t)quoted))
			*next = PAIR_SECRET;
		else
			*next = PAIR_VALUE;
	}
}

/* ID's list (RFC 2971 section 3.3). */
void
imap_id(struct line *l, const struct command *c, const struct literal *x,
    enum imap_pair *next)
{
	*next = PAIR_KEY;
	if (c->arg == c->end || line_says(l, c->arg, c->end, "NIL\0"))
		return;
	if (l->cut || l->p[c->arg] != '(')
		line_hide(l, c->arg, l->n);
	else
		imap_hide_pairs(l, c->arg, x != NULL ? x->at : c->end, next);
}

void
imap_note_mailbox(struct track *t, const unsigned char *p, size_t n)
{
	struct imap *s = state(t);

	s->mailbox_len = unquote(p, n, s->mailbox, sizeof s->mailbox);
	s->mailbox_command = s->lit.number;
}

static uint64_t
number_or(const unsigned char *p, size_t n, unsigned other)
{
	uint64_t number;

	return word_number(p, n, &number) ? number : other;
}

/* How many messages a set names, `1,3:7`; `all` is what `*` stands for. */
static unsigned
count_set(const unsigned char *p, size_t n, unsigned all)
{
	const unsigned char *end = p + n, *to, *colon;
	uint64_t sum = 0, first, last;

	for (; p < end; p = to < end ? to + 1 : end) {
		to = memchr(p, ',', (size_t)(end - p));
		if (to == NULL)
			to = end;
		colon = memchr(p, ':', (size_t)(to - p));
		if (colon == NULL)
			colon = to;
		first = number_or(p, (size_t)(colon - p), all);
		last = first;
		if (colon < to)
			last =
			    number_or(colon + 1, (size_t)(to - colon - 1), all);
		sum += first < last ? last - first + 1 : first - last + 1;
	}
	return sum > all && all > 0 ? all : (unsigned)sum;
}

/* STORE set +FLAGS (\Deleted): so many messages, if the daemon agrees. */
void
imap_note_deleted(
    struct track *t, const struct line *l, const struct command *c)
{
	struct imap *s = state(t);
	size_t set = word_end(l->p, c->end, c->arg);
	size_t item = word_skip(l->p, c->end, set);
	unsigned slot = s->nstores % IMAP_STORES;

	if (!word_begins(l->p + item, c->end - item, "+FLAGS") &&
	    !word_begins(l->p + item, c->end - item, "FLAGS"))
		return;
	if (word_find(l->p + item, c->end - item, "\\DELETED") == c->end - item)
		return;
	s->stores[slot].command = s->lit.number;
	s->stores[slot].messages =
	    count_set(l->p + c->arg, set - c->arg, t->sum.mailbox);
	s->nstores++;
}
