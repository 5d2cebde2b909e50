/*
 * text_values.c - secrets that show themselves: name=value pairs and tokens
 *
 * A name is what stands before `=` or `:`, with or without quotes; what is a
 * secret name stands in names.c.
 */
#include "credentials.h"
#include "names.h"
#include "text_state.h"

#include <string.h>

#define NAME_MAX_LEN 120 /* names.c looks at so many bytes of a name */

static bool
in_name(unsigned char c)
{
	return ((c | 32) >= 'a' && (c | 32) <= 'z') || (c >= '0' && c <= '9') ||
	    c == '_' || c == '-' || c == '.' || c == '%' || c == '[' ||
	    c == ']' || c >= 0x80;
}

static bool
is_quote(unsigned char c)
{
	return c == '"' || c == '\'';
}

static bool
is_blank(unsigned char c)
{
	return c == ' ' || c == '\t';
}

/* ---- names ------------------------------------------------------------ */

#define L(c) (1u << ((c) - 'a'))

/*
 * Every secret name has one of these in it, case and `-_.` apart.  The letters
 * are compared first: most names have not all of any of them.
 */
static const struct stem {
	uint32_t letters;
	char text[12];
} stems[] = {
    {L('p') | L('a') | L('s'), "pass"},
    {L('s') | L('e') | L('c') | L('r'), "secr"},
    {L('t') | L('o') | L('k') | L('e') | L('n'), "token"},
    {L('k') | L('e') | L('y'), "key"},
    {L('a') | L('u') | L('t') | L('h'), "auth"},
    {L('s') | L('i') | L('d'), "sid"},
    {L('s') | L('i') | L('g'), "sig"},
    {L('s') | L('e') | L('i') | L('o') | L('n'), "session"},
    {L('c') | L('o') | L('d') | L('e'), "code"},
    {L('c') | L('o') | L('k') | L('i') | L('e'), "cookie"},
    {L('c') | L('r') | L('e') | L('d'), "cred"},
    {L('p') | L('w'), "pw"},
    {L('p') | L('i') | L('n'), "pin"},
    {L('o') | L('t') | L('p'), "otp"},
    {L('j') | L('w') | L('t'), "jwt"},
    {L('s') | L('r') | L('f'), "srf"},
    {L('a') | L('s') | L('e') | L('r') | L('t'), "assert"},
    {L('s') | L('a') | L('m') | L('l'), "saml"},
    {L('t') | L('i') | L('c') | L('k'), "ticket"},
    {L('a') | L('m') | L('z'), "amz"},
};

/* The letters of a name, without their case. */
static uint32_t
letters_of(const unsigned char *p, size_t n)
{
	uint32_t letters = 0;

	for (size_t i = 0; i < n; i++) {
		unsigned char c = p[i] | 32;

		if (c >= 'a' && c <= 'z')
			letters |= L(c);
	}
	return letters;
}

/* Whether the stem is in the name; the two differ in case and `-_.`. */
static bool
has_stem(const unsigned char *p, size_t n, const char *stem)
{
	for (size_t i = 0; i < n; i++) {
		size_t k = i;
		const char *s = stem;

		while (k < n && *s != '\0' &&
		    ((p[k] | 32) == *s ||
			(s > stem && strchr("-_.", p[k]) != NULL))) {
			s += (p[k] | 32) == *s;
			k++;
		}
		if (*s == '\0')
			return true;
	}
	return false;
}

/* Whether the name is not surely harmless. */
static bool
is_suspect(const unsigned char *p, size_t n)
{
	uint32_t letters, any = 0;

	if (n < 2)
		return false;
	if (n > NAME_MAX_LEN || memchr(p, '%', n) != NULL)
		return true;
	letters = letters_of(p, n);
	for (size_t i = 0; i < sizeof stems / sizeof *stems; i++)
		any |= (letters & stems[i].letters) == stems[i].letters;
	for (size_t i = 0; any != 0 && i < sizeof stems / sizeof *stems; i++)
		if ((letters & stems[i].letters) == stems[i].letters &&
		    has_stem(p, n, stems[i].text))
			return true;
	return false;
}

/* Also `user[password]` and `pin[0]`, as web forms have them. */
static bool
is_secret_name(const unsigned char *p, size_t n)
{
	size_t open = n, close = n;

	if (names_secret(p, n))
		return true;
	while (open > 0 && p[open - 1] != '[')
		open--;
	if (open == 0)
		return false;
	while (close > open && p[close - 1] == ']')
		close--;
	return names_secret(p + open, close - open) ||
	    is_secret_name(p, open - 1);
}

bool
text_secret_name(const unsigned char *p, size_t n)
{
	return is_suspect(p, n) && is_secret_name(p, n);
}

/* A name: its place, and whether it stands in quotes. */
struct name {
	const unsigned char *from, *to;
	bool quoted;
};

/* The name before the separator `at`, in what begins at p. */
static struct name
name_before(const unsigned char *p, const unsigned char *at)
{
	struct name name = {at, at, false};

	while (name.to > p && is_blank(name.to[-1]))
		name.to--;
	if (name.to > p && is_quote(name.to[-1])) {
		name.quoted = true;
		name.to--;
		if (name.to > p && name.to[-1] == '\\')
			name.to--; /* within a string of JSON */
	}
	name.from = name.to;
	while (name.from > p && in_name(name.from[-1]))
		name.from--;
	return name;
}

/* Whether only blanks stand before `at`. */
static bool
begins_line(const unsigned char *p, const unsigned char *at)
{
	while (at > p && is_blank(at[-1]))
		at--;
	return at == p;
}

/* ---- values ----------------------------------------------------------- */

static bool
ends_value(unsigned char c)
{
	return is_blank(c) || c == '&' || c == ';' || c == ',' || c == '\r';
}

static size_t
bare_end(const struct line *l, size_t at)
{
	while (at < l->n && !ends_value(l->p[at]))
		at += l->p[at] == '\\' && at + 1 < l->n ? 2 : 1;
	return at;
}

/* Where a value begins: behind `:=` or `=>`, and what a terminal hides. */
static size_t
value_begin(const struct line *l, size_t at)
{
	size_t skip;

	for (; at < l->n; at += skip) {
		skip = text_unseen(l->p + at, l->n - at);
		if (skip == 0 &&
		    (is_blank(l->p[at]) || l->p[at] == '=' || l->p[at] == ':' ||
			l->p[at] == '>'))
			skip = 1;
		if (skip == 0)
			break;
	}
	return at;
}

/* Whether a value begins with a scheme of HTTP's, and goes on behind it. */
static bool
is_scheme(const struct line *l, size_t at)
{
	size_t end = word_end(l->p, l->n, at);

	return credentials_scheme(l->p + at, end - at) &&
	    word_skip(l->p, l->n, end) < l->n;
}

/*
 * Where the value ends that begins at *at, which is moved behind a quote.  What
 * is an array or an object, or has no closing quote, goes on to the end.
 */
static size_t
value_end(const struct line *l, size_t *at)
{
	bool escaped =
	    *at + 1 < l->n && l->p[*at] == '\\' && is_quote(l->p[*at + 1]);
	size_t end = *at + escaped;
	unsigned char quote;

	if (end < l->n && (l->p[end] == '[' || l->p[end] == '{'))
		return l->n;
	if (end == l->n || !is_quote(l->p[end]))
		return is_scheme(l, *at) ? l->n : bare_end(l, *at);
	quote = l->p[end++];
	*at = end;
	for (; end < l->n && l->p[end] != quote; end++)
		if (l->p[end] == '\\' && !escaped)
			end++;
	if (end >= l->n)
		return l->n;
	if (end + 1 < l->n && !ends_value(l->p[end + 1]) &&
	    strchr("}])>", l->p[end + 1]) == NULL)
		return bare_end(l, end); /* 'it''s' */
	return end - (escaped && l->p[end - 1] == '\\');
}

size_t
text_unescape(unsigned char *out, size_t size, const unsigned char *p, size_t n)
{
	size_t len = 0;

	for (size_t i = 0; i < n && len < size; i++) {
		int code = word_percent(p + i, n - i);

		if (code >= 0) {
			out[len++] = (unsigned char)code;
			i += 2;
		} else if (p[i] == '\\' && i + 1 < n) {
			out[len++] = p[++i];
		} else {
			out[len++] = p[i] == '+' ? ' ' : p[i];
		}
	}
	return len;
}

void
text_hide_forms(struct track *t, struct line *l, size_t at, size_t to,
    const unsigned char *form, size_t n)
{
	line_hide(l, at, to);
	if (n == to - at && memcmp(form, l->p + at, n) == 0)
		return;
	l->spans[l->nspans - 1].secret = false;
	echo_keep(line_echo(t, l), l->p + at, to - at);
	echo_keep_form(line_echo(t, l), form, n);
}

void
text_hide_value(
    struct track *t, struct line *l, size_t at, size_t to, enum dir d)
{
	unsigned char text[ECHO_LEN];
	size_t n;

	if (d != DIR_S || t->mode != TRACK_MASK) {
		line_hide(l, at, to);
		return;
	}
	n = text_unescape(text, sizeof text, l->p + at, to - at);
	text_hide_forms(t, l, at, to, text, n);
}

/* ---- pairs and tokens ------------------------------------------------- */

/*
 * A prompt, `Password: `, is answered by the client: what the daemon says then,
 * on the same line, is no value of it.
 */
static bool
was_answered(struct track *t, const struct line *l, size_t sep, size_t at)
{
	size_t answered;

	if (t->proto->hide_reply != text_hide_reply || l->more)
		return false; /* nobody knows */
	answered = text_state(t)->answered;
	return sep < answered && at >= answered &&
	    text_prompt(l->p, answered) == ASKS_SECRET;
}

/* A pair whose `=` or `:` is at `sep`; returns where to go on. */
static size_t
hide_pair(struct track *t, struct line *l, size_t sep, enum dir d)
{
	struct name name = name_before(l->p, l->p + sep);
	size_t at = sep + 1, to;
	size_t len = (size_t)(name.to - name.from);
	bool first = begins_line(l->p, name.from);
	bool header = first && l->p[sep] == ':' && !l->more;

	/* Of one that goes on the first name is lost. */
	if (!(first && l->more) &&
	    (!is_suspect(name.from, len) ||
		(!is_secret_name(name.from, len) &&
		    !(header && names_secret_header(name.from, len)))))
		return sep + 1;
	at = value_begin(l, at);
	if (d == DIR_R && was_answered(t, l, sep, at))
		return sep + 1;
	if (header && !l->draft && len >= 13 &&
	    word_is(name.to - 13, 13, "AUTHORIZATION") && is_scheme(l, at)) {
		to = word_end(l->p, l->n, at);
		credentials_hide(t, l, d, l->p + at, to - at,
		    word_skip(l->p, l->n, to), l->n);
		return l->n;
	}
	if (l->p[sep] == ':' && (header || (d == DIR_S && !name.quoted)))
		to = l->n;
	else
		to = value_end(l, &at);
	if (to > at)
		text_hide_value(t, l, at, to, d);
	return to > sep ? to : sep + 1;
}

/* An incomplete line ends in what may be the beginning of a web token. */
static void
hold_token(struct line *l, size_t at)
{
	size_t end = at;

	while (end < l->n && (in_name(l->p[end]) && l->p[end] != '.'))
		end++;
	if (end == l->n && l->cut && at < l->hold)
		l->hold = at;
}

void
text_hide_values(struct track *t, struct line *l, enum dir d)
{
	size_t from, to, i = 0;

	while (i < l->n) {
		switch (l->p[i]) {
		case '=':
		case ':':
			i = hide_pair(t, l, i, d);
			continue;
		case 'e':
		case 'b':
		case 'B':
			if (names_token(l->p + i, l->n - i, &from, &to)) {
				line_hide(l, i + from, i + to);
				i += to;
				continue;
			}
			if (l->n - i > 2 && memcmp(l->p + i, "eyJ", 3) == 0)
				hold_token(l, i);
		}
		i++;
	}
	line_hide_urls(l);
}

bool
text_may_hide(
    const unsigned char *p, const unsigned char *at, const unsigned char *end)
{
	struct name name;
	size_t from, to;

	if (*at != '=' && *at != ':')
		return names_token(at, (size_t)(end - at), &from, &to);
	if (end - at > 2 && memcmp(at, "://", 3) == 0)
		return true;
	name = name_before(p, at);
	return is_suspect(name.from, (size_t)(name.to - name.from));
}
