/*
 * text.c - a protocol that nobody knows: lines, prompts, and caution
 *
 * Everything is shown but what looks like a secret: the arguments of verbs that
 * log in, the answer to a prompt for a password and its echo, and what
 * text_values.c finds.  What is no text is counted.
 */
#include "text.h"
#include "track.h"

#include <string.h>

#define TYPED 512 /* bytes of the client's last line that are kept */
#define RESP_ITEMS 1048576 /* more are in no array of RESP */

struct text {
	/* What the daemon asks for: by its last whole line that says anything,
	 * and when the client began the line that it is sending. */
	unsigned char asks, asked;
	bool hush; /* the client's lines are secret until the daemon speaks */
	bool hush_next; /* and its next line is, even so */
	bool spoke; /* it has, since the client's last line ended */
	bool hid_end; /* the client's last line ended in a secret */
	bool pair_next; /* rsync: the next line is `user digest` */
	bool folded[2]; /* the last line was a header's, and secret */
	unsigned char cvs; /* CVS: lines since BEGIN ... REQUEST */
	size_t resp; /* RESP: lines of an array that are to come ... */
	bool resp_secret; /* ... which are secret */
	/* Bytes of the daemon's unfinished line that were there when the
	 * client's last line ended, and when it began the next; where the echo
	 * of the last one begins. */
	size_t answered, typing, echo_from;
	bool typed_secret;
	size_t typed_len, echoed; /* what was typed, how much came back */
	unsigned char typed[TYPED];
};

static struct text *
state(struct track *t)
{
	return TRACK_STATE(t, struct text);
}

/* ---- what the daemon asks for ----------------------------------------- */

static bool
says(unsigned char c)
{
	return (c >= '0' && c <= '9') ||
	    ((c | 32) >= 'a' && (c | 32) <= 'z') || c >= 0x80;
}

/* Whether a line says no more than blanks, bars and escapes. */
static bool
says_nothing(const unsigned char *p, size_t n)
{
	unsigned char text[TYPED];

	if (n > 0 && says(p[0]) && p[0] != 0xff)
		return false;
	n = text_visible(text, sizeof text, p, n);
	for (size_t i = 0; i < n; i++)
		if (says(text[i]))
			return false;
	return true;
}

/* Without what editing leaves behind, and stars that stand for bytes. */
static size_t
plain_typing(unsigned char *out, const unsigned char *p, size_t n)
{
	size_t len = 0;

	for (size_t i = 0; i < n && len < TYPED; i++) {
		if (p[i] == '\b' && i + 2 < n && p[i + 1] == ' ' &&
		    p[i + 2] == '\b')
			i += 2;
		else if (p[i] != '\b' && p[i] != 0x7f && p[i] != '*' &&
		    p[i] != '\r' && p[i] != '\n' && p[i] != '\0')
			out[len++] = p[i];
	}
	return len;
}

/*
 * How many bytes of p are an echo of what was typed behind the first `echoed`
 * bytes; *same: of what was typed.
 */
static size_t
echo_length(const struct text *s, const unsigned char *typed, size_t typed_len,
    const unsigned char *p, size_t n, size_t *same)
{
	unsigned char plain[TYPED], one[TYPED];
	size_t len = plain_typing(plain, typed, typed_len), i, k;

	*same = s->echoed < len ? s->echoed : len;
	for (i = 0; i < n; i += k) {
		k = p[i] == '\b' && n - i > 2 && p[i + 1] == ' ' ? 3 : 1;
		if (plain_typing(one, p + i, k) == 0)
			continue; /* editing, or a star */
		if (*same == len || p[i] != plain[*same])
			break;
		++*same;
	}
	return i;
}

/* Whether all of p is an echo of the client's last line. */
static bool
is_echo(const struct text *s, const unsigned char *p, size_t n)
{
	size_t same;

	return s->typed_len > 0 && n > 0 &&
	    echo_length(s, s->typed, s->typed_len, p, n, &same) == n;
}

/*
 * What the daemon asks for with a line, which may be unfinished.  A line that
 * says nothing, such as `> `, does not take back what was asked before it.
 */
static enum text_prompt
asked_by(const struct text *s, const unsigned char *p, size_t n)
{
	size_t from = s->answered < n ? s->answered : n;
	enum text_prompt asks;

	if (says_nothing(p + from, n - from))
		return from > 0 ? ASKS_NOTHING : s->asks;
	if (from > 0 && is_echo(s, p + from, n - from))
		return ASKS_NOTHING; /* that was answered */
	asks = text_prompt(p + from, n - from);
	return asks == ASKS_USER ? asks : text_prompt(p, n);
}

static enum text_prompt
asked_now(struct track *t)
{
	const struct side *r = &t->side[DIR_R];

	return asked_by(state(t), r->buf, r->frame == FRAME_LINE ? r->len : 0);
}

/* Whether the daemon has said anything since the client's last line. */
static bool
has_spoken(struct track *t)
{
	const struct side *r = &t->side[DIR_R];
	const struct text *s = state(t);
	size_t from = s->answered < r->len ? s->answered : r->len;

	if (s->spoke)
		return true;
	return r->frame == FRAME_LINE && r->len > from &&
	    !says_nothing(r->buf + from, r->len - from) &&
	    !is_echo(s, r->buf + from, r->len - from);
}

/* The daemon's line has ended: what is new in it? */
static void
hear_end(struct text *s, const unsigned char *p, size_t n)
{
	size_t from = s->answered < n ? s->answered : n;

	if (!says_nothing(p + from, n - from) &&
	    !is_echo(s, p + from, n - from)) {
		s->spoke = true;
		s->hush = s->typed_secret = false;
		s->typed_len = 0;
	}
	s->answered = s->typing = s->echo_from = 0;
}

/* The daemon's line, whole or as far as it has come. */
static void
hear(struct track *t, const unsigned char *p, size_t n, bool whole)
{
	struct text *s = state(t);
	enum text_prompt asks = asked_by(s, p, n);

	if (!track_in_line(t, DIR_S) ||
	    (asks == ASKS_SECRET && s->asked != ASKS_SECRET)) {
		if (asks == ASKS_SECRET)
			s->echoed = 0;
		s->asked = (unsigned char)asks;
		s->typing = n;
	}
	if (whole) {
		s->asks = (unsigned char)asks;
		hear_end(s, p, n);
	}
}

/*
 * The echo of a secret.  While it is typed, what the daemon says waits; then it
 * is hidden as far as it is the same.
 */
static void
hide_typing(struct track *t, struct line *l, bool whole)
{
	const struct side *c = &t->side[DIR_S];
	struct text *s = state(t);
	bool typing = track_in_line(t, DIR_S) && s->asked == ASKS_SECRET;
	size_t from = typing ? s->typing : s->echo_from, n;

	if (from > l->n || (!typing && (!s->typed_secret || s->typed_len == 0)))
		return;
	if (typing && !whole) {
		n = l->n - from;
	} else if (typing) {
		n = echo_length(s, c->buf, c->len, l->p + from, l->n - from,
		    &s->echoed);
		if (l->cut)
			n = l->n - from; /* it can't wait any longer */
	} else {
		size_t same;

		n = echo_length(s, s->typed, s->typed_len, l->p + from,
		    l->n - from, &same);
		if (n < l->n - from)
			return; /* something else; what is whole is found */
	}
	if (n == 0)
		return;
	if (whole)
		line_hide_quietly(l, from, from + n);
	else if (from < l->hold)
		l->hold = from;
}

/* ---- odd ones --------------------------------------------------------- */

/* CVS pserver: BEGIN AUTH REQUEST, root, user, scramble, END AUTH REQUEST. */
static bool
cvs_line(struct track *t, struct line *l)
{
	struct text *s = state(t);
	bool clean = true;

	if (s->cvs == 0) {
		if (word_is(l->p, l->n, "BEGIN AUTH REQUEST") ||
		    word_is(l->p, l->n, "BEGIN VERIFICATION REQUEST") ||
		    word_is(l->p, l->n, "BEGIN GSSAPI REQUEST"))
			s->cvs = 1;
		return s->cvs != 0;
	}
	for (size_t i = 0; i < l->n; i++)
		clean = clean && l->p[i] >= ' ' && l->p[i] != 0x7f;
	if (s->cvs > 3 && word_begins(l->p, l->n, "END ") && clean) {
		s->cvs = 0;
		return true;
	}
	if (s->cvs == 3 || !clean)
		line_hide(l, 0, l->n);
	else if (s->cvs > 3)
		line_hide_words(t, l, 0);
	else if (s->cvs == 2)
		track_user(t, l->p, l->n);
	if (s->cvs < 4)
		s->cvs++;
	return true;
}

/* rsync: `joe digest` is the answer to a challenge. */
static void
hide_second(struct line *l)
{
	size_t at = word_skip(l->p, l->n, word_end(l->p, l->n, 0));

	line_hide(l, at < l->n ? at : 0, l->n);
}

/* RESP: `*2` begins an array of two items, each of two lines. */
static void
resp_line(struct text *s, const struct line *l)
{
	uint64_t n;

	if (s->resp > 0)
		s->resp--;
	else if (l->n > 1 && l->p[0] == '*' &&
	    word_number(l->p + 1, l->n - 1, &n) && n <= RESP_ITEMS)
		s->resp = 2 * (size_t)n;
	if (s->resp == 0)
		s->resp_secret = false;
}

/* ---- lines of the client ---------------------------------------------- */

/* The answer to a prompt: whatever it is, and in the form it was edited to. */
static void
hide_answer(struct track *t, struct line *l)
{
	unsigned char text[TYPED];
	size_t n = 0;

	line_hide(l, 0, l->n);
	if (t->mode != TRACK_MASK || l->n == 0 || l->n > TYPED ||
	    (memchr(l->p, '\b', l->n) == NULL &&
		memchr(l->p, 0x7f, l->n) == NULL))
		return;
	for (size_t i = 0; i < l->n; i++) {
		if (l->p[i] == '\b' || l->p[i] == 0x7f)
			n -= n > 0;
		else
			text[n++] = l->p[i];
	}
	l->spans[l->nspans - 1].secret = false;
	echo_keep(&t->echo, l->p, l->n);
	echo_keep_form(&t->echo, text, n);
}

/* A continuation of a header line that was hidden (RFC 5322 section 2.2.3). */
static bool
hide_folded(struct track *t, struct line *l, enum dir d)
{
	struct text *s = state(t);
	size_t name = 0;
	bool known;

	if (s->folded[d] && l->n > 0 && (l->p[0] == ' ' || l->p[0] == '\t')) {
		line_hide(l, word_skip(l->p, l->n, 0), l->n);
		return true;
	}
	known = l->n > 0 && line_hides(l, l->n - 1);
	text_hide_values(t, l, d);
	while (name < l->n && l->p[name] > ' ' && l->p[name] != ':')
		name++;
	s->folded[d] = name > 0 && name < l->n && l->p[name] == ':' &&
	    !known && line_hides(l, l->n - 1);
	return false;
}

/* A line that is no answer and no secret as a whole. */
static void
plain_line(struct track *t, struct line *l, enum text_prompt asks)
{
	struct text *s = state(t);

	if (t->mode == TRACK_MASK &&
	    text_binary(l->p, l->n + l->eol) < l->n) {
		l->opaque = true;
		track_event(t, "binary S");
		return;
	}
	if (s->pair_next) {
		s->pair_next = false;
		hide_second(l);
		return;
	}
	if (cvs_line(t, l))
		return;
	if (asks == ASKS_USER) {
		track_user(t, l->p, l->n);
		s->hush = true; /* what is sent along with it is no name */
	}
	if (!hide_folded(t, l, DIR_S) && text_hide_verb(t, l)) {
		/* The secret comes in lines of its own. */
		s->hush = s->hush_next = true;
		s->resp_secret = s->resp > 0;
	}
}

/* What is to be known of the client's line when the daemon answers it. */
static void
remember(struct track *t, const struct line *l, enum text_prompt asks)
{
	struct text *s = state(t);

	s->hid_end = l->n > 0 && line_is_hidden(l, l->n - 1);
	s->asks = s->asked = ASKS_NOTHING;
	s->spoke = false;
	s->answered = t->side[DIR_R].len;
	s->echo_from = asks == ASKS_SECRET ? s->typing : s->answered;
	s->typing = s->answered;
	s->typed_len = l->n < TYPED ? l->n : TYPED;
	memcpy(s->typed, l->p, s->typed_len);
}

static void
client(struct track *t, struct line *l)
{
	struct text *s = state(t);
	enum text_prompt asks = asked_now(t);

	if (s->asked > asks)
		asks = s->asked; /* it did when the line began */
	if (has_spoken(t))
		s->hush = false;
	if (asks == ASKS_USER)
		s->hush_next = false;
	if (asks != ASKS_SECRET)
		s->echoed = 0;
	l->all_text = true;
	s->typed_secret = true;
	if (asks == ASKS_SECRET) {
		hide_answer(t, l);
		s->hush_next = false;
	} else if (s->hush || s->hush_next || s->resp_secret ||
	    (s->hid_end && l->after_cr)) {
		line_hide(l, 0, l->n);
		s->hush_next = false;
	} else {
		s->typed_secret = false;
		plain_line(t, l, asks);
	}
	resp_line(s, l);
	remember(t, l, asks);
}

/* ---- lines of the daemon ---------------------------------------------- */

static void
daemon_line(struct track *t, struct line *l)
{
	if (t->mode == TRACK_MASK &&
	    text_binary(l->p, l->n + l->eol) < l->n) {
		l->opaque = true;
		track_event(t, "binary R");
		return;
	}
	hide_typing(t, l, true);
	hide_folded(t, l, DIR_R);
	if (word_begins(l->p, l->n, "@RSYNCD: AUTHREQD"))
		state(t)->pair_next = true;
	hear(t, l->p, l->n, !l->cut);
	if (l->cut) /* the places in it are lost */
		hear_end(state(t), l->p, l->n);
}

void
text_line(struct track *t, enum dir d, struct line *l)
{
	track_fact(t, FACT_STRAY, d, l->p, l->n);
	if (d == DIR_S)
		client(t, l);
	else
		daemon_line(t, l);
}

void
text_hide_reply(struct track *t, struct line *l)
{
	if (!l->cut)
		return; /* done with the line */
	if (text_binary(l->p, l->n) < l->n) {
		l->hold = 0;
		return;
	}
	hear(t, l->p, l->n, false);
	hide_typing(t, l, false);
	hide_folded(t, l, DIR_R);
}

static void
more(struct track *t, enum dir d, struct line *l)
{
	if (t->mode == TRACK_MASK &&
	    text_binary(l->p, l->n + l->eol) < l->n) {
		l->opaque = true;
		track_event(t, "binary %c", dir_letter(d));
		return;
	}
	l->all_text = true;
	text_hide_values(t, l, d);
	if (d == DIR_R)
		hear(t, l->p, l->n, !l->cut);
}

/* Whether nothing is remembered that a plain line would change. */
static bool
is_calm(struct track *t, enum dir d)
{
	const struct text *s = state(t);

	if (s->hush || s->folded[d] || s->typed_secret ||
	    s->asks != ASKS_NOTHING || s->asked != ASKS_NOTHING)
		return false;
	if (d == DIR_R)
		return s->answered == 0;
	return !s->hush_next && !s->hid_end && !s->pair_next && s->cvs == 0 && s->resp == 0 &&
	    asked_now(t) == ASKS_NOTHING;
}

static size_t
clean(struct track *t, enum dir d, const unsigned char *p, size_t n)
{
	struct text *s = state(t);

	if (!is_calm(t, d))
		return 0;
	n = text_clean(d, p, n);
	if (n > 0 && d == DIR_S) {
		s->answered = s->typing = t->side[DIR_R].len;
		s->typed_len = 0;
		s->spoke = false;
	}
	return n;
}

static const char *const services[] = {"telnet", "finger", "whois", "gopher",
    "ident", "irc", "redis", "memcache", "rsync", "cvs", "daytime",
    "chargen", "discard", "echo", "qotd", "netstat", "systat", NULL};
static const char *const programs[] = {"in.telnetd", "telnetd", "in.fingerd",
    "fingerd", "in.identd", "identd", "whoisd", "rsync", "cvs",
    "redis-server", "memcached", NULL};
static const uint16_t ports[] = {7, 9, 11, 13, 15, 17, 19, 23, 43, 70, 79, 113,
    873, 2401, 6379, 6667, 11211, 0};

const struct protocol proto_text = {
    .name = "text",
    .services = services,
    .programs = programs,
    .ports = ports,
    .cr_ends = true,
    .line = text_line,
    .hide_reply = text_hide_reply,
    .clean = clean,
    .more = more,
};
