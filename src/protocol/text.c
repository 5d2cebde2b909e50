/*
 * text.c - a protocol that nobody knows: lines, prompts, and caution
 *
 * Everything is shown but what looks like a secret: the arguments of verbs that
 * log in, the answer to a prompt for a password and its echo, and what
 * text_values.c finds.  What is no text is counted.
 */
#include "text_state.h"

#include "base64.h"

#include <string.h>

#define RESP_ITEMS 1048576 /* more are in no array of RESP */

/* ---- odd ones --------------------------------------------------------- */

/* CVS pserver: BEGIN AUTH REQUEST, root, user, scramble, END AUTH REQUEST. */
static bool
cvs_line(struct track *t, struct line *l)
{
	struct text *s = text_state(t);
	bool clean = true;

	if (s->cvs == 0) {
		s->cvs = line_says(l, 0, l->n, TEXT_CVS);
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
	if (s->cvs < 4)
		s->cvs++;
	return l->nspans > 0;
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
	unsigned char text[TEXT_TYPED];
	size_t n = 0;

	if (t->mode != TRACK_MASK || l->n > TEXT_TYPED) {
		line_hide(l, 0, l->n);
		return;
	}
	for (size_t i = 0; i < l->n; i++) {
		if (l->p[i] == '\b' || l->p[i] == 0x7f)
			n -= n > 0;
		else
			text[n++] = l->p[i];
	}
	text_hide_forms(t, l, 0, l->n, text, n);
}

/* Whether it goes on with a header's that was hidden (RFC 5322 section 2.2.3). */
static bool
is_folded(const struct text *s, const struct line *l, enum dir d)
{
	return s->folded[d] && l->n > 0 && (l->p[0] == ' ' || l->p[0] == '\t');
}

/* Such a line, or what shows itself; false if the line may be a verb's. */
static bool
hide_folded(struct track *t, struct line *l, enum dir d)
{
	struct text *s = text_state(t);
	size_t name = 0;
	bool known;

	if (is_folded(s, l, d)) {
		line_hide(l, word_skip(l->p, l->n, 0), l->n);
		return true;
	}
	known = l->n > 0 && line_hides(l, l->n - 1);
	text_hide_values(t, l, d);
	while (name < l->n && l->p[name] > ' ' && l->p[name] != ':')
		name++;
	s->folded[d] = name > 0 && name < l->n && l->p[name] == ':' && !known &&
	    line_hides(l, l->n - 1);
	return false;
}

/*
 * Whether a line is no text, which is told then, and it is counted.  Of the
 * client's the daemon may repeat what it has understood; the daemon goes on so.
 */
static bool
is_binary(struct track *t, struct line *l, enum dir d)
{
	if (t->mode != TRACK_MASK || text_binary(l->p, l->n + l->eol) >= l->n)
		return false;
	l->opaque = true;
	track_event(t, "binary %c", dir_letter(d));
	if (d == DIR_S)
		unread_bytes(&t->unread, &t->echo, l->p, l->n + l->eol);
	else
		track_frame(t, d, FRAME_OWN, 0);
	return true;
}

/* A line that is no answer and no secret as a whole. */
static void
plain_line(struct track *t, struct line *l, enum text_prompt asks)
{
	struct text *s = text_state(t);
	enum text_verb verb;

	if (is_binary(t, l, DIR_S))
		return;
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
	if (hide_folded(t, l, DIR_S))
		return;
	verb = text_hide_verb(t, l);
	if (l->cut && !text_is_no_verb(l))
		line_hide_quietly(l, l->n - 1, l->n);
	s->exchange = verb != VERB_OTHER;
	if (verb == VERB_ALONE) {
		/* The secret comes in lines of its own. */
		s->hush = s->hush_next = true;
		s->resp_secret = s->resp > 0;
	}
}

/* A response in a login of some protocol's: challenged, or sent ahead. */
static bool
is_response(struct track *t, const struct line *l)
{
	const struct text *s = text_state(t);

	return s->exchange && l->n > 0 &&
	    (s->goes_on ||
		(!text_has_spoken(t) && l->n >= 4 && base64_looks(l->p, l->n)));
}

static void
client(struct track *t, struct line *l)
{
	struct text *s = text_state(t);
	enum text_prompt asks = text_asked(t);

	if (text_has_spoken(t))
		s->hush = false;
	if (asks == ASKS_USER)
		s->hush_next = false;
	l->all_text = true;
	if (asks == ASKS_SECRET) {
		hide_answer(t, l);
		s->hush_next = false;
	} else if (s->resp_secret && s->resp % 2 == 0 && l->n > 0 &&
	    l->p[0] == '$') {
		line_hide_quietly(l, 1, l->n); /* the count of a secret */
	} else if (s->hush || s->hush_next || s->resp_secret ||
	    (s->hid_end && l->after_cr)) {
		line_hide_words(t, l, 0);
		s->hush_next = false;
	} else if (is_response(t, l)) {
		line_hide(l, 0, l->n);
	} else {
		s->exchange = false;
		plain_line(t, l, asks);
	}
	resp_line(s, l);
	s->hid_end = l->n > 0 && line_is_hidden(l, l->n - 1);
	text_typed(t, l, asks);
}

/* ---- lines of the daemon ---------------------------------------------- */

static void
daemon_line(struct track *t, struct line *l)
{
	if (is_binary(t, l, DIR_R)) {
		text_hear(t, l->p, l->n, true);
		return;
	}
	text_hide_echo(t, l, true);
	hide_folded(t, l, DIR_R);
	if (word_begins(l->p, l->n, "@RSYNCD: AUTHREQD"))
		text_state(t)->pair_next = true;
	text_hear(t, l->p, l->n, !l->cut);
	if (l->cut)
		text_lose(text_state(t));
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
	text_hear(t, l->p, l->n, false);
	text_hide_echo(t, l, false);
	hide_folded(t, l, DIR_R);
}

static void
more(struct track *t, enum dir d, struct line *l)
{
	l->all_text = true;
	if (is_binary(t, l, d))
		return;
	text_hide_values(t, l, d);
	if (d == DIR_R)
		text_hear(t, l->p, l->n, !l->cut);
}

/* What is no text is not shown, but the daemon may go on asking. */
size_t
text_own(struct track *t, enum dir d, const unsigned char *p, size_t n)
{
	t->out.opaque(t->out.arg, d, p, n);
	text_overhear(t, p, n);
	return n;
}

void
text_flush(struct track *t, enum dir d, bool end)
{
	(void)end;
	if (d == DIR_R)
		text_overheard(t);
}

/* Whether nothing is remembered that a plain line would change. */
static bool
is_calm(struct track *t, enum dir d)
{
	const struct text *s = text_state(t);

	if (s->hush || s->exchange || s->folded[d] || s->typed_secret ||
	    s->asks != ASKS_NOTHING || s->asked != ASKS_NOTHING)
		return false;
	if (d == DIR_R)
		return s->answered == 0 && !track_in_line(t, DIR_S);
	return !s->hush_next && !s->hid_end && !s->pair_next && s->cvs == 0 &&
	    s->resp == 0 && text_asked(t) == ASKS_NOTHING;
}

bool
text_is_plain(struct track *t, const unsigned char *p, size_t n)
{
	return is_calm(t, DIR_S) && text_clean(DIR_S, p, n) == n;
}

void
text_hide_draft(struct track *t, struct line *l)
{
	const struct text *s = text_state(t);

	if (text_asked(t) == ASKS_SECRET || s->hush || s->hush_next ||
	    s->resp_secret || s->pair_next || s->cvs > 2 ||
	    is_folded(s, l, DIR_S))
		line_hide(l, 0, l->n);
	/* And if not all of it is secret, after all? */
	text_hide_values(t, l, DIR_S);
	text_hide_verb(t, l);
}

static size_t
clean(struct track *t, enum dir d, const unsigned char *p, size_t n)
{
	struct text *s = text_state(t);

	if (!is_calm(t, d))
		return 0;
	n = text_clean(d, p, n);
	if (n > 0 && d == DIR_S) {
		s->answered = s->typing = t->side[DIR_R].len;
		s->typed_len = 0;
		s->spoke = s->goes_on = false;
	}
	return n;
}

static const uint16_t ports[] = {7, 9, 11, 13, 15, 17, 19, 23, 43, 70, 79, 113,
    873, 2401, 6379, 6667, 11211, 0};

const struct protocol proto_text = {
    .name = "text",
    .services =
	"telnet\0finger\0whois\0gopher\0ident\0irc\0redis\0memcache\0rsync\0"
	"cvs\0daytime\0chargen\0discard\0echo\0qotd\0netstat\0systat\0",
    .programs = "in.telnetd\0telnetd\0in.fingerd\0fingerd\0in.identd\0identd\0"
		"whoisd\0rsync\0cvs\0redis-server\0memcached\0",
    .ports = ports,
    .cr_ends = true,
    .line = text_line,
    .own = text_own,
    .flush = text_flush,
    .hide_reply = text_hide_reply,
    .clean = clean,
    .more = more,
};
