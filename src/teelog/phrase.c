/* phrase.c - a text of doc.h with a command's arguments in it */
#include "phrase.h"

#include <string.h>

/* Behind the quoted string at `at`, whose quote is there. */
static size_t
quoted_end(const char *p, size_t n, size_t at)
{
	for (at++; at < n && p[at] != '"'; at++)
		if (p[at] == '\\' && at + 1 < n)
			at++;
	return at < n ? at + 1 : n;
}

/* Behind the list in parentheses or brackets at `at`. */
static size_t
list_end(const char *p, size_t n, size_t at)
{
	size_t depth = 0;

	while (at < n) {
		if (p[at] == '"') {
			at = quoted_end(p, n, at);
			continue;
		}
		depth += p[at] == '(' || p[at] == '[';
		if (p[at] == ')' || p[at] == ']')
			depth -= depth > 0;
		else if (p[at] == ' ' && depth == 0)
			break;
		at++;
	}
	return at;
}

bool
phrase_word(
    const char *arg, size_t n, size_t *at, const char **word, size_t *len)
{
	size_t from = *at;

	while (from < n && arg[from] == ' ')
		from++;
	if (from == n)
		return false;
	if (arg[from] == '"') {
		*at = quoted_end(arg, n, from);
		*word = arg + from + 1;
		*len = *at - from - 1;
		*len -= *len > 0 && arg[*at - 1] == '"';
		return true;
	}
	*at = list_end(arg, n, from);
	*word = arg + from;
	*len = *at - from;
	return true;
}

/* The nth word, from 1; nothing if there are fewer. */
static void
add_nth(struct buf *to, const char *arg, size_t n, int nth)
{
	const char *word;
	size_t at = 0, len;

	while (phrase_word(arg, n, &at, &word, &len))
		if (--nth == 0) {
			buf_add(to, word, len);
			return;
		}
	buf_text(to, "?");
}

/* What is in angle brackets; without them the second half of `TO:joe`. */
static void
add_path(struct buf *to, const char *arg, size_t n)
{
	const char *open = memchr(arg, '<', n), *end = arg + n, *close;

	if (open != NULL) {
		open++;
	} else {
		open = memchr(arg, ':', n);
		open = open != NULL ? open + 1 : arg;
	}
	close = memchr(open, '>', (size_t)(end - open));
	buf_add(to, open, (size_t)((close != NULL ? close : end) - open));
}

static void
add_argument(struct buf *to, char which, const char *arg, size_t n)
{
	const char *word;
	size_t at = 0, len;

	switch (which) {
	case '1':
	case '2':
		add_nth(to, arg, n, which - '0');
		break;
	case '*':
		buf_add(to, arg, n);
		break;
	case '+':
		phrase_word(arg, n, &at, &word, &len);
		while (at < n && arg[at] == ' ')
			at++;
		buf_add(to, arg + at, n - at);
		break;
	case '<':
		add_path(to, arg, n);
		break;
	}
}

void
phrase_add(struct buf *to, const char *text, const char *arg, size_t n)
{
	const char *p;

	while ((p = strchr(text, '%')) != NULL && p[1] != '\0') {
		buf_add(to, text, (size_t)(p - text));
		add_argument(to, p[1], arg, n);
		text = p + 2;
	}
	buf_text(to, text);
}
