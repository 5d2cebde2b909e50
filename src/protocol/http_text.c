/*
 * http_text.c - secrets in forms and JSON, and which kind a text is
 *
 * Each kind of text is read byte by byte, as it comes: names are remembered,
 * and the value of a secret one is hidden until it ends.  Nothing else is kept,
 * so it is all the same how the text is cut.
 */
#include "http.h"
#include "text.h"

#include <string.h>

void
http_add_to_name(struct http_text *x, const unsigned char *p, size_t n)
{
	size_t len = x->name_len;

	for (size_t i = 0; i < n && len < HTTP_NAME; i++)
		x->name[len++] = p[i];
	x->name_len = len;
}

enum http_found
http_find_boundary(const struct http_text *x, const char *lead,
    const unsigned char *p, size_t n)
{
	size_t len = x->boundary_len;

	if (memcmp(p, lead, n < 2 ? n : 2) != 0)
		return HTTP_NOT;
	if (n > 2 && memcmp(p + 2, x->boundary, n - 2 < len ? n - 2 : len) != 0)
		return HTTP_NOT;
	return n < len + 2 ? HTTP_MAYBE : HTTP_FOUND;
}

bool
http_name_is_secret(struct http_text *x)
{
	size_t n = x->name_len;

	x->name_len = 0;
	return n == HTTP_NAME || text_secret_name(x->name, n);
}

/* ---- forms ------------------------------------------------------------ */

enum { FORM_NAME, FORM_VALUE };

/* What ends a name, and behind its first two what ends a value. */
static const char *
form_ends(const struct http_text *x)
{
	return x->inner == HTTP_FORM ? "=;&" :
	    x->inner == HTTP_LINES   ? "=;\r\n&" :
				       "=;\r\n&({";
}

/* name=value&name=value; a semicolon may have been meant to part them, too. */
static size_t
run_form(struct http_text *x, const unsigned char *p, size_t n)
{
	size_t i = 0, from;

	if (x->hide) {
		i = http_until(p, n, 0, form_ends(x) + 2);
		if (i < n) {
			x->hide = false;
			x->state = FORM_NAME;
		}
		return i;
	}
	for (; i < n && !x->hide; i++) {
		from = i;
		i = http_until(p, n, i, form_ends(x));
		if (x->state == FORM_NAME)
			http_add_to_name(x, p + from, i - from);
		if (i == n)
			break;
		if (p[i] == '=') {
			if (x->inner == HTTP_SCRIPT)
				x->inner = HTTP_LINES;
			x->state = FORM_VALUE;
			x->hide = http_name_is_secret(x);
		} else {
			x->name_len = 0;
			x->state = FORM_NAME;
			if (p[i] == '(' || p[i] == '{') {
				x->inner = HTTP_JSON;
				return i + 1;
			}
		}
	}
	return i;
}

/* ---- JSON (RFC 8259) -------------------------------------------------- */

enum {
	JSON_BETWEEN, /* strings */
	JSON_CLOSED, /* likewise, right behind a brace */
	JSON_WORD, /* of a name without quotes, or a number */
	JSON_STRING,
	JSON_SECRET, /* a value is to come, which is one */
	JSON_SECRET_STRING,
	JSON_SECRET_WORD,
	JSON_SECRET_NEST, /* an array or an object */
	JSON_QUOTE /* that ends a secret string */
};

/* A byte of a string; false at its end. */
static bool
json_in_string(struct http_text *x, unsigned char c)
{
	if (x->escaped)
		x->escaped = false;
	else if (c == '\\')
		x->escaped = true;
	else if (c == x->quote)
		return false;
	return true;
}

/* What four hexadecimal digits count, or -1. */
static int
four_digits(const unsigned char *p)
{
	int code = 0, digit;

	for (int i = 0; i < 4; i++) {
		digit = word_hex(p[i]);
		if (digit < 0)
			return -1;
		code = code * 16 + digit;
	}
	return code;
}

/* The name without its escapes: \u0070 is a p (section 7). */
static void
json_unescape(struct http_text *x)
{
	size_t n = x->name_len, to = 0;
	int code;

	if (n == HTTP_NAME)
		return;
	while (to < n && x->name[to] != '\\')
		to++;
	for (size_t i = to; i < n; i++) {
		unsigned char c = x->name[i];

		if (c == '\\' && i + 1 < n) {
			c = x->name[++i];
			code = c == 'u' && i + 4 < n ?
			    four_digits(x->name + i + 1) :
			    -1;
			if (code >= 0) {
				i += 4;
				c = code < 0x80 ? (unsigned char)code : '?';
			}
		}
		x->name[to++] = c;
	}
	x->name_len = to;
}

static bool
in_word(unsigned char c)
{
	return (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z') ||
	    c == '_' || c == '-' || c == '.' || c == '$' || c >= 0x80;
}

/* A word and the byte behind it, outside of strings, where nothing is hidden. */
static size_t
json_between(struct http_text *x, const unsigned char *p, size_t n)
{
	unsigned char c, was;
	size_t k = 0;

	while (k < n && in_word(p[k]))
		k++;
	if (k > 0) {
		if (x->state != JSON_WORD)
			x->name_len = 0;
		x->state = JSON_WORD;
		http_add_to_name(x, p, k);
		if (k == n)
			return n;
	}
	c = p[k];
	was = x->state;
	x->state = c == '}' ? JSON_CLOSED : JSON_BETWEEN;
	/* `)]}',` keeps scripts from reading what follows, and is no string. */
	if (c == '"' || (c == '\'' && was != JSON_CLOSED)) {
		x->state = JSON_STRING;
		x->quote = c;
		x->name_len = 0;
	} else if (c == ':' || c == '=') { /* of a script */
		json_unescape(x);
		if (http_name_is_secret(x))
			x->state = JSON_SECRET;
	} else if (!http_is_blank(c)) {
		x->name_len = 0;
	}
	return k + 1;
}

/* A secret value begins with c; returns whether c itself is shown. */
static bool
json_secret(struct http_text *x, unsigned char c)
{
	bool quote = c == '"' || c == '\'';

	x->hide = true;
	x->escaped = false;
	x->quote = quote ? c : 0;
	x->depth = 0;
	x->state = quote	 ? JSON_SECRET_STRING :
	    c == '[' || c == '{' ? JSON_SECRET_NEST :
				   JSON_SECRET_WORD;
	return quote;
}

/* Likewise where all is hidden.  False where that ends, before c or behind. */
static bool
json_hidden(struct http_text *x, unsigned char c)
{
	switch (x->state) {
	case JSON_SECRET_STRING:
		if (json_in_string(x, c))
			return true;
		x->state = JSON_QUOTE;
		return false;
	case JSON_SECRET_WORD:
		if (c != ',' && c != '}' && c != ']' && c != '\n')
			return true;
		break;
	default:
		if (x->quote != 0)
			x->quote = json_in_string(x, c) ? x->quote : 0;
		else if (c == '"' || c == '\'')
			x->quote = c;
		else if (c == '[' || c == '{')
			x->depth++;
		else if ((c == ']' || c == '}') && --x->depth == 0)
			break;
		return true;
	}
	x->state = JSON_BETWEEN;
	return false;
}

/* Bytes of a string, to its end or that of the text. */
static size_t
json_string(struct http_text *x, const unsigned char *p, size_t n)
{
	size_t i = 0;

	for (; i < n; i++) {
		while (!x->escaped && i + 1 < n && p[i] != x->quote &&
		    p[i] != '\\')
			i++;
		if (!json_in_string(x, p[i])) {
			x->state = JSON_BETWEEN;
			break;
		}
	}
	http_add_to_name(x, p, i);
	return i + (i < n);
}

static size_t
run_json(struct http_text *x, const unsigned char *p, size_t n)
{
	bool nest = x->state == JSON_SECRET_NEST;
	size_t i = 0;

	for (; i < n && x->hide; i++)
		if (!json_hidden(x, p[i])) {
			x->hide = false;
			return i + nest;
		}
	for (; i < n && !x->hide; i++)
		switch (x->state) {
		case JSON_STRING:
			i += json_string(x, p + i, n - i) - 1;
			break;
		case JSON_QUOTE:
			x->state = JSON_BETWEEN;
			break;
		case JSON_SECRET:
			if (!http_is_blank(p[i]) && !json_secret(x, p[i]))
				return i;
			break;
		default:
			i += json_between(x, p + i, n - i) - 1;
		}
	return i;
}

/* ---- which kind ------------------------------------------------------- */

/* What a text really is, by its first byte that is no blank. */
static unsigned char
kind_of(unsigned char told, unsigned char c)
{
	bool letter = (c | 32) >= 'a' && (c | 32) <= 'z';

	switch (told) {
	case HTTP_PLAIN:
	case HTTP_XML:
		return c == '{' ? HTTP_JSON : told;
	case HTTP_JSON:
		return letter ? HTTP_SCRIPT : told;
	case HTTP_FORM:
		return c == '{' || c == '[' || c == '"' ? HTTP_JSON :
		    c == '<'				? HTTP_XML :
							  told;
	case HTTP_UNKNOWN:
		return c == '<'		 ? HTTP_HTML :
		    c == '{' || c == '[' ? HTTP_JSON :
					   HTTP_LINES;
	}
	return told;
}

size_t
http_text_inner(struct http_text *x, const unsigned char *p, size_t n, bool end)
{
	size_t i = 0;

	if (!x->begun) {
		while (
		    i < n && (http_is_blank(p[i]) || p[i] >= 0xbb)) /* a BOM */
			i++;
		if (i == n)
			return n;
		x->begun = true;
		x->inner = kind_of(x->inner, p[i]);
		if (i > 0)
			return i;
	}
	switch (x->inner) {
	case HTTP_FORM:
	case HTTP_LINES:
	case HTTP_SCRIPT:
		return run_form(x, p, n);
	case HTTP_JSON:
		return run_json(x, p, n);
	case HTTP_XML:
	case HTTP_HTML:
		return http_run_xml(x, p, n, end);
	}
	return n;
}

void
http_text_begin(struct http_text *x, unsigned char kind)
{
	memset(x, 0, offsetof(struct http_text, boundary_len));
	x->kind = x->inner = kind;
	x->line_start = true;
	if (kind != HTTP_PARTS)
		x->boundary_len = 0;
}

size_t
http_text_run(struct http_text *x, const unsigned char *p, size_t n, bool end)
{
	return x->kind == HTTP_PARTS ? http_run_parts(x, p, n, end) :
				       http_text_inner(x, p, n, end);
}
