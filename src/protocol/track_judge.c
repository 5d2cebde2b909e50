/* track_judge.c - what of a line is hidden: by its protocol, by rules for all */
#include "base64.h"
#include "credentials.h"
#include "engine.h"
#include "guess.h"
#include "text.h"

#include <string.h>

#define WORD 4 /* bytes of one that is looked for before its line has ended */

void
judge_init(struct line *l, const unsigned char *p, size_t n, size_t eol)
{
	l->p = p;
	l->n = n;
	l->eol = eol;
	l->cut = l->more = l->all_text = l->opaque = l->after_cr = false;
	l->goes_on = false;
	l->draft = NULL;
	l->verb = l->verb_end = 0;
	l->hold = n;
	l->protect = l->least = l->echo = 0;
	l->nspans = 0;
	l->labels_len = 0;
}

/* A control byte in what would be shown hides the rest from its word on. */
static void
hide_controls(struct line *l)
{
	size_t word = 0;

	if (l->all_text)
		return;
	for (size_t i = 0; i < l->n; i++) {
		unsigned char b = l->p[i];
		size_t iac = b == 0xff ? command_iac(l->p + i, l->n - i) : 0;

		if (iac > 0) {
			i += iac - 1;
		} else if (b == ' ' || b == '\t' || b == '\r') {
			word = i + 1;
		} else if ((b < 0x20 || b == 0x7f) && !line_hides(l, i)) {
			line_hide(l, word, l->n);
			return;
		}
	}
}

/* A daemon that takes a hello for a line may repeat it. */
static void
hide_hello(const struct track *t, struct line *l)
{
	if (t->side[DIR_S].frame == FRAME_TLS)
		hide_controls(l);
}

/*
 * Where an echo begins: a verb is one, whatever has much in common with it, but
 * for the very word that was a secret.
 */
static size_t
behind_verb(const struct track *t, const struct line *l, size_t at, size_t end)
{
	if (at < l->verb || at >= l->verb_end ||
	    (end <= l->verb_end &&
		echo_is_secret(&t->echo, l->p + at, end - at)))
		return at;
	return word_skip(l->p, l->n, l->verb_end);
}

/* One of a few bytes hides the rest, of a reply behind its status. */
void
track_hide_echoes(struct track *t, enum dir d, struct line *l)
{
	size_t from = l->protect, at;
	struct echo_hit hit;

	while (echo_find(&t->echo, l->p, l->n, from, l->least, &hit)) {
		from = hit.end;
		at = behind_verb(t, l, hit.at, hit.end);
		if (at >= hit.end ||
		    (line_hides(l, at) && line_hides(l, hit.end - 1)))
			continue;
		l->echo = hit.from;
		if (hit.rest) {
			if (d == DIR_R)
				at = word_skip(l->p, l->n, l->protect);
			line_hide_quietly(l, at, l->n);
			return;
		}
		line_hide_quietly(l, at, hit.end);
	}
}

/* Keep what a client's line hides, so that its echoes are found. */
static void
keep_secrets(struct track *t, const struct line *l)
{
	struct echo *e = line_echo(t, l);

	for (unsigned i = 0; i < l->nspans; i++) {
		const struct span *s = &l->spans[i];

		if (s->secret && s->to > s->from)
			echo_keep(e, l->p + s->from, s->to - s->from);
	}
}

/* A word of a line that the client has not ended, and what it is decoded. */
static void
keep_word(struct echo *e, const unsigned char *p, size_t n)
{
	unsigned char text[ECHO_LEN];
	const unsigned char *nul;
	size_t len;

	echo_keep(e, p, n);
	if (*p == '"')
		p++, n--;
	if (!base64_decode(p, n / 4 * 4, text, sizeof text, &len))
		return;
	nul = memrchr(text, '\0', len);
	nul = nul != NULL ? nul + 1 : text;
	if (text + len - nul >= WORD)
		echo_keep_form(e, nul, (size_t)(text + len - nul));
	explicit_bzero(text, len);
}

/* The last words of such a line, from `at` on; none that names a mechanism. */
static void
keep_words(
    struct echo *e, const unsigned char *p, size_t n, size_t at, unsigned most)
{
	size_t from;

	for (unsigned kept = 0; n > at && kept < most; n = from) {
		while (n > at && (p[n - 1] == ' ' || p[n - 1] == '\t'))
			n--;
		for (from = n;
		     from > at && p[from - 1] != ' ' && p[from - 1] != '\t';)
			from--;
		if (n - from < WORD || credentials_scheme(p + from, n - from) ||
		    sasl_known(p + from, n - from))
			continue;
		keep_word(e, p + from, n - from);
		kept++;
	}
}

static bool
is_text(const struct track *t)
{
	return t->proto == &proto_auto || t->proto == protocol_find("text");
}

/* Whether the client's line, as far as it has come, may hold a secret. */
static bool
unfinished_matters(struct track *t)
{
	struct side *s = &t->side[DIR_S];

	if (s->frame != FRAME_LINE || s->len < WORD)
		return false;
	if (!is_text(t))
		return true;
	/* What is typed there is echoed at once. */
	if (s->len < TRACK_LINE)
		s->buf[s->len] = '\n';
	return s->len == TRACK_LINE || !text_is_plain(t, s->buf, s->len + 1);
}

/* Where what a line hides up to its end begins. */
static size_t
hidden_end(const struct line *l)
{
	size_t from = l->n;

	for (unsigned i = 0; i < l->nspans; i++)
		if (l->spans[i].to == l->n && l->spans[i].from < from)
			from = l->spans[i].from;
	return from;
}

/* Where the word begins that has the byte at `to`, one from `at` on. */
static size_t
word_at(const unsigned char *p, size_t n, size_t at, size_t to)
{
	size_t next;

	while ((next = word_skip(p, n, word_end(p, n, at))) <= to)
		at = next;
	return at;
}

/* Hide what [from, to) has of these secrets, and forget them. */
static size_t
hide_and_wipe(struct echo *e, struct line *l, size_t from, size_t to)
{
	struct echo_hit hit;
	size_t tail;

	while (echo_find(e, l->p, to, from, l->least, &hit)) {
		from = hit.end;
		line_hide_quietly(l, hit.at, hit.rest ? to : hit.end);
	}
	tail = echo_tail(e, l->p, to, 1);
	echo_wipe(e);
	return tail;
}

size_t
track_hide_unfinished(struct track *t, struct line *l, size_t from, size_t to)
{
	const struct side *s = &t->side[DIR_S];
	unsigned most = ECHO_SECRETS;
	struct line draft;
	struct echo e;
	size_t at, arg, end = s->len, fields = 0, words;

	if (!unfinished_matters(t))
		return 0;
	memset(&e, 0, sizeof e);
	at = word_skip(s->buf, s->len, 0);
	arg = word_skip(s->buf, s->len, word_end(s->buf, s->len, at));
	if (is_text(t)) {
		judge_init(&draft, s->buf, s->len, 0);
		draft.draft = &e;
		text_hide_draft(t, &draft);
		keep_secrets(t, &draft);
		fields = hide_and_wipe(&e, l, from, to);
		end = hidden_end(&draft);
		if (end == s->len)
			most = 1; /* the word that is being typed */
	}
	if (end < s->len)
		at = word_at(s->buf, s->len, at, end);
	else if (arg < s->len)
		at = arg;
	keep_words(&e, s->buf, s->len, at, most);
	words = hide_and_wipe(&e, l, from, to);
	return words > fields ? words : fields;
}

/* The daemon's last words break off: that may be within an echo. */
static void
hide_broken(const struct track *t, struct line *l)
{
	size_t n;

	if (l->eol > 0 || l->cut)
		return;
	n = echo_tail(&t->echo, l->p, l->n, WORD);
	if (n >= WORD)
		line_hide_quietly(l, l->n - n, l->n);
}

/* Judge a line, remember what it says, and what it hides. */
void
judge_line(struct track *t, enum dir d, struct line *l)
{
	const struct protocol *p;

	t->judging = true;
	p = d == DIR_R && !t->side[d].spoke ? guess_again(t, l) : NULL;
	if (p != NULL)
		track_switch(t, p);
	do {
		p = t->proto;
		l->nspans = 0;
		l->labels_len = 0;
		p->line(t, d, l);
	} while (t->proto != p);
	t->judging = false;
	t->side[d].spoke = true;
	if (t->mode != TRACK_MASK)
		return;
	if (d == DIR_S) {
		hide_controls(l);
		track_hide_echoes(t, d, l);
		keep_secrets(t, l);
	} else {
		if (p->hide_reply != NULL)
			p->hide_reply(t, l);
		hide_hello(t, l);
		track_hide_echoes(t, d, l);
		track_hide_unfinished(t, l, l->protect, l->n);
		hide_broken(t, l);
	}
}

/*
 * More of a line that is too long to be held: nothing but the rules for all.  A
 * bare CR may end it, and nobody would look at the command behind that.
 */
void
judge_more(struct track *t, enum dir d, struct line *l)
{
	const unsigned char *cr =
	    l->n == 0 ? NULL : memchr(l->p, '\r', l->n - 1);

	l->more = true;
	if (d == DIR_S && cr != NULL)
		line_hide(l, (size_t)(cr + 1 - l->p), l->n);
	if (!l->cut && t->proto->tail != NULL)
		t->proto->tail(t, d, l);
	if (t->proto->more != NULL)
		t->proto->more(t, d, l);
	if (t->mode != TRACK_MASK)
		return;
	line_hide_urls(l);
	if (d == DIR_S)
		hide_controls(l);
	else
		hide_hello(t, l);
	track_hide_echoes(t, d, l);
}

/* What belongs together stands too far apart to be seen at once. */
static bool
ends_in_blanks(const struct line *l)
{
	size_t n = l->n;

	while (n > 0 && l->n - n < TRACK_TAIL &&
	    (l->p[n - 1] == ' ' || l->p[n - 1] == '\t'))
		n--;
	return l->n - n == TRACK_TAIL;
}

void
judge_cut(struct line *l)
{
	if (ends_in_blanks(l))
		line_hide_quietly(l, l->n - TRACK_TAIL, l->n);
	else if (l->hold < l->n)
		line_hide_quietly(l, l->hold, l->n);
}

bool
judge_hides_end(const struct line *l)
{
	return l->n > 0 && line_hides(l, l->n - 1);
}

/*
 * How many of the last bytes are the beginning of the line that the client is
 * sending: a daemon that gives back what is typed shows a secret before anybody
 * knows that it is one.
 */
static size_t
typed_tail(const struct track *t, const struct line *l)
{
	const struct side *c = &t->side[DIR_S];
	size_t k = c->frame == FRAME_LINE ? c->len : 0;

	if (k > l->n)
		k = l->n;
	while (k > 0 && memcmp(l->p + l->n - k, c->buf, k) != 0)
		k--;
	return k;
}

size_t
judge_piece(struct track *t, struct line *l, bool more)
{
	size_t keep, typed, tail, from = l->protect;
	const size_t shown = t->side[DIR_R].shown;

	l->cut = true;
	l->more = more;
	if (more)
		line_hide_urls(l);
	else if (t->proto->hide_reply != NULL)
		t->proto->hide_reply(t, l);
	hide_hello(t, l);
	track_hide_echoes(t, DIR_R, l);
	if (l->hold < l->n)
		return l->hold;
	typed = typed_tail(t, l);
	if (shown > l->protect + TRACK_TAIL)
		from = shown - TRACK_TAIL; /* no echo is longer */
	keep = track_hide_unfinished(t, l, from, l->n - typed);
	if (l->n == 0 || judge_hides_end(l))
		return l->n;
	keep += typed;
	tail = echo_tail(&t->echo, l->p, l->n, 2);
	return l->n - (tail > keep ? tail : keep);
}

struct line *
track_piece(struct track *t, const unsigned char *p, size_t n, size_t eol)
{
	judge_init(&t->line, p, n, eol);
	return &t->line;
}

void
track_give(struct track *t, enum dir d, struct line *l)
{
	if (t->mode == TRACK_MASK) {
		if (d == DIR_S)
			hide_controls(l);
		track_hide_echoes(t, d, l);
		if (d == DIR_S)
			keep_secrets(t, l);
		give_line(t, d, l, 0, l->n);
		give_flush(t);
	}
	give_events(t);
}
