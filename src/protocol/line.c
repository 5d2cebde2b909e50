/* line.c - a line, what is hidden in it, and its words */
#include "track.h"

#include <string.h>

#define SHORT 3 /* bytes of an echo that hides what is behind it, too */

static void
add_span(struct line *l, size_t from, size_t to, size_t label, bool secret)
{
	struct span *s;

	if (to > l->n)
		to = l->n;
	if (from > to)
		return;
	if (l->nspans == LINE_SPANS) {
		/* More secrets than anybody has in a line: hide the rest. */
		s = &l->spans[LINE_SPANS - 1];
		if (from < s->from)
			s->from = from;
		s->to = l->n;
		return;
	}
	s = &l->spans[l->nspans++];
	s->from = from;
	s->to = to;
	s->label = label;
	s->secret = secret;
}

void
line_hide(struct line *l, size_t from, size_t to)
{
	add_span(l, from, to, SIZE_MAX, true);
}

void
line_hide_quietly(struct line *l, size_t from, size_t to)
{
	add_span(l, from, to, SIZE_MAX, false);
}

void
line_hide_as(struct line *l, size_t from, size_t to, const char *label)
{
	size_t at = l->labels_len, n = strlen(label) + 1;

	if (n == 1 || n > sizeof l->labels - at) {
		line_hide(l, from, to);
		return;
	}
	memcpy(l->labels + at, label, n);
	l->labels_len += n;
	add_span(l, from, to, at, true);
}

void
line_deny(struct track *t, struct line *l, size_t from)
{
	size_t word = line_skip(l, line_word_end(l, from));

	if (from >= l->n)
		return;
	line_hide_quietly(l, from, l->n);
	if (t->mode != TRACK_MASK)
		return;
	echo_keep(&t->echo, l->p + from, l->n - from);
	if (word + SHORT < l->n) /* `FOO 1` makes no secret of every 1 */
		echo_keep_form(&t->echo, l->p + word, l->n - word);
	echo_doubt(&t->echo);
}

void
line_hide_words(struct track *t, struct line *l, size_t from)
{
	size_t at = line_skip(l, from), end, last = from;
	struct echo *e = line_echo(t, l);

	if (at >= l->n)
		return;
	line_hide_quietly(l, from, l->n);
	if (t->mode != TRACK_MASK)
		return;
	for (unsigned i = 0; at < l->n; at = line_skip(l, end), i++) {
		end = line_word_end(l, at);
		if (end - at >= 4 && end < l->n && i < ECHO_SECRETS - 1) {
			echo_keep(e, l->p + at, end - at);
			echo_doubt(e);
		}
		last = at;
	}
	echo_keep(e, l->p + from, l->n - from);
	if (last > from)
		echo_keep_form(e, l->p + last, l->n - last);
}

struct echo *
line_echo(struct track *t, const struct line *l)
{
	return l->draft != NULL ? l->draft : &t->echo;
}

bool
line_hides(const struct line *l, size_t at)
{
	for (unsigned i = 0; i < l->nspans; i++)
		if (at >= l->spans[i].from && at < l->spans[i].to)
			return true;
	return false;
}

bool
line_is_hidden(const struct line *l, size_t from)
{
	for (unsigned i = 0; i < l->nspans; i++)
		if (l->spans[i].from <= from && l->spans[i].to == l->n)
			return true;
	return false;
}

static bool
ends_token(unsigned char c)
{
	return c <= ' ' || c == '"' || c == ')' || c == '>';
}

void
line_hide_urlauth(struct line *l)
{
	static const char key[] = ";URLAUTH=";
	const unsigned char *p = l->p, *end = p + l->n, *from;
	int colons;

	while ((p = memchr(p, ';', (size_t)(end - p))) != NULL) {
		if (!word_begins(p, (size_t)(end - p), key)) {
			p++;
			continue;
		}
		from = p += sizeof key - 1;
		for (colons = 0; p < end && colons < 2 && !ends_token(*p); p++)
			colons += *p == ':';
		if (colons == 2) {
			for (from = p; p < end && !ends_token(*p);)
				p++;
			line_hide(l, (size_t)(from - l->p), (size_t)(p - l->p));
			from = p;
		}
		if (p < end)
			continue;
		if (l->cut && (size_t)(from - l->p) < l->hold)
			l->hold = (size_t)(from - l->p); /* it may go on */
		break;
	}
}

/* Whether a port is at p, and a path behind it, before `end`. */
static bool
is_port(const unsigned char *p, const unsigned char *end)
{
	while (p < end && *p >= '0' && *p <= '9')
		p++;
	return p < end && (*p == '/' || *p == '?' || *p == '#');
}

/* The userinfo of the URL whose `//` is at p. */
static void
hide_userinfo(struct line *l, const unsigned char *p)
{
	const unsigned char *end = l->p + l->n, *to = p, *colon, *at;

	while (to<end && * to> ' ' && strchr("\"'<>", *to) == NULL)
		to++;
	colon = memchr(p, ':', (size_t)(to - p));
	if (colon == NULL || *p == '[' || is_port(colon + 1, to) ||
	    memchr(p, '/', (size_t)(colon - p)) != NULL)
		return;
	at = memrchr(colon, '@', (size_t)(to - colon));
	if (at != NULL)
		line_hide(l, (size_t)(colon + 1 - l->p), (size_t)(at - l->p));
	if (to == end && l->cut && (size_t)(colon + 1 - l->p) < l->hold)
		l->hold = (size_t)(colon + 1 - l->p); /* it may go on */
}

void
line_hide_urls(struct line *l)
{
	const unsigned char *p = l->p, *end = p + l->n;

	while ((p = memmem(p, (size_t)(end - p), "://", 3)) != NULL) {
		p += 3;
		hide_userinfo(l, p);
	}
	line_hide_urlauth(l);
}

/* ---- words ------------------------------------------------------------ */

bool
line_says(const struct line *l, size_t from, size_t to, const char *words)
{
	return word_among(l->p + from, to - from, words) != NULL;
}

bool
line_begins(const struct line *l, size_t at, const char *upper)
{
	return word_begins(l->p + at, l->n - at, upper);
}

size_t
line_word_end(const struct line *l, size_t at)
{
	return word_end(l->p, l->n, at);
}

size_t
line_skip(const struct line *l, size_t at)
{
	return word_skip(l->p, l->n, at);
}
