/*
 * http_parts.c - secrets in a body of several parts (RFC 7578, RFC 2046)
 *
 * A boundary begins a line.  Where one may have begun it is waited for, because
 * what is before it, even its line end, is the part's.
 */
#include "http.h"
#include "text.h"

#include <string.h>

enum {
	PART_BODY, /* or what is before the first */
	PART_SECRET, /* likewise, and all hidden */
	PART_DELIMITER, /* the rest of its line */
	PART_HEAD,
	PART_FIELD, /* a line of it that is shown */
	PART_HIDDEN /* the value of one that is not */
};

/* `name=` among the parameters of Content-Disposition. */
static bool
names_secret_part(const unsigned char *p, size_t n)
{
	size_t from, to;

	for (size_t i = 1; i + 5 < n; i++) {
		if (!word_begins(p + i, n - i, "NAME") ||
		    (p[i - 1] != ';' && p[i - 1] != ' ' && p[i - 1] != '\t'))
			continue;
		for (from = i + 4;
		     from < n && memchr("*= \"", p[from], 4) != NULL;)
			from++;
		to = http_until(p, n, from, "\";\r\n");
		if (text_secret_name(p + from, to - from))
			return true;
	}
	return false;
}

/*
 * A line of a part's header, which is whole.  Returns how much of it is shown:
 * all of fields that tell what the part is, the name of others.
 */
static size_t
field(struct http_text *x, const unsigned char *p, size_t n)
{
	const unsigned char *colon = memchr(p, ':', n);

	x->part = PART_FIELD;
	if (p[0] == '\r' || p[0] == '\n') {
		x->part = x->secret ? PART_SECRET : PART_BODY;
		x->hide = x->secret;
		x->secret = x->begun = false;
		x->inner = HTTP_PLAIN;
		x->state = 0;
		x->name_len = 0;
		return n;
	}
	x->secret |= names_secret_part(p, n);
	if (p[0] == ' ' || p[0] == '\t' || word_begins(p, n, "CONTENT-"))
		return n;
	x->part = PART_HIDDEN;
	x->hide = true;
	return colon != NULL ? (size_t)(colon + 1 - p) : 0;
}

/* Where the line ends that begins at p, but before CR LF; n: it does not. */
static size_t
line_end(const unsigned char *p, size_t n)
{
	const unsigned char *lf = memchr(p, '\n', n);
	size_t end = lf != NULL ? (size_t)(lf - p) : n;

	return end > 0 && p[end - 1] == '\r' ? end - 1 : end;
}

/* The content of a secret part: to the line end before a boundary. */
static size_t
run_secret(struct http_text *x, const unsigned char *p, size_t n, bool end)
{
	for (size_t at = 0, eol, next; at < n; at = next) {
		eol = at + line_end(p + at, n - at);
		next = eol;
		while (next < n && p[next] == '\r')
			next++;
		if (next == n)
			return end ? n : eol;
		next++;
		switch (http_find_boundary(x, "--", p + next, n - next)) {
		case HTTP_FOUND:
			x->hide = false;
			x->part = PART_BODY;
			return eol;
		case HTTP_MAYBE:
			if (!end)
				return eol;
			break;
		case HTTP_NOT:
			break;
		}
	}
	return n;
}

/* Bytes within a line, to its end. */
static size_t
run_line(struct http_text *x, const unsigned char *p, size_t n, bool end)
{
	const unsigned char *lf = memchr(p, '\n', n);
	size_t len = lf != NULL ? (size_t)(lf + 1 - p) : n, k = len;

	if (x->part == PART_HIDDEN && x->hide) {
		k = line_end(p, n);
		if (lf == NULL && !end)
			return k;
		x->hide = k == n;
		return k;
	}
	if (x->part == PART_BODY)
		k = http_text_inner(x, p, len, end || lf != NULL);
	if (lf == NULL || k < len)
		return k;
	x->line_start = true;
	if (x->part != PART_BODY)
		x->part = PART_HEAD;
	return k;
}

/* At the beginning of a line of a header. */
static size_t
run_head(struct http_text *x, const unsigned char *p, size_t n, bool end)
{
	const unsigned char *lf = memchr(p, '\n', n);

	if (lf == NULL && !end)
		return 0;
	n = field(x, p, lf != NULL ? (size_t)(lf + 1 - p) : n);
	x->line_start = lf != NULL && x->part != PART_HIDDEN;
	if (x->part == PART_FIELD && lf != NULL)
		x->part = PART_HEAD;
	return n;
}

size_t
http_run_parts(struct http_text *x, const unsigned char *p, size_t n, bool end)
{
	enum http_found found =
	    x->line_start ? http_find_boundary(x, "--", p, n) : HTTP_NOT;

	if (found == HTTP_MAYBE && !end)
		return 0;
	if (found == HTTP_FOUND) {
		x->line_start = false;
		x->part = PART_DELIMITER;
		if (x->hide) {
			x->hide = false;
			return 0;
		}
	}
	if (x->line_start && x->part == PART_HEAD)
		return run_head(x, p, n, end);
	x->line_start = false;
	if (x->part == PART_SECRET)
		return run_secret(x, p, n, end);
	return run_line(x, p, n, end);
}
