/*
 * http_xml.c - secrets in XML and HTML
 *
 * In XML what an element or an attribute holds is hidden that has a secret's
 * name; in HTML, where elements have names of their own (`code`), that is so of
 * attributes, and of the value of an input or meta that is named so.
 */
#include "http.h"
#include "text.h"

#include <string.h>

enum {
	XML_TEXT,
	XML_ELEMENT, /* its name */
	XML_TAG, /* between attributes */
	XML_ATTRIBUTE, /* its name */
	XML_EQUALS, /* the value is to come */
	XML_VALUE,
	XML_NAMING, /* a value that names an element of HTML */
	XML_SECRET, /* a value that is one */
	XML_SECRET_TEXT /* of an element */
};

static bool
is_blank(unsigned char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* By the part of a name behind its colon. */
static bool
is_secret(const unsigned char *p, size_t n)
{
	const unsigned char *colon = memrchr(p, ':', n);
	size_t skip = colon != NULL ? (size_t)(colon + 1 - p) : 0;

	return text_secret_name(p + skip, n - skip);
}

/* A value begins whose attribute's name was read. */
static void
begin_value(struct http_text *x)
{
	const unsigned char *p = x->name;
	size_t n = x->name_len;
	bool html = x->inner == HTTP_HTML;

	x->state = XML_VALUE;
	if (is_secret(p, n) ||
	    (html && x->named &&
		(word_is(p, n, "VALUE") || word_is(p, n, "CONTENT"))))
		x->state = XML_SECRET;
	else if (html && (word_is(p, n, "NAME") || word_is(p, n, "ID")))
		x->state = XML_NAMING;
	x->hide = x->state == XML_SECRET;
	x->name_len = 0;
}

static void
end_value(struct http_text *x)
{
	if (x->state == XML_NAMING)
		x->named |= http_name_is_secret(x);
	x->state = XML_TAG;
	x->hide = false;
}

/* A tag ends. */
static void
end_tag(struct http_text *x)
{
	x->hide = x->secret && !x->escaped;
	x->state = x->hide ? XML_SECRET_TEXT : XML_TEXT;
}

/* A byte of a tag, but of a value. */
static void
in_tag(struct http_text *x, unsigned char c)
{
	if (x->state == XML_ELEMENT && !is_blank(c) && c != '>' && c != '/') {
		if (x->boundary_len < HTTP_BOUNDARY)
			x->boundary[x->boundary_len++] = c;
		return;
	}
	if (x->state == XML_ELEMENT) {
		x->secret = x->inner == HTTP_XML &&
		    is_secret(x->boundary, x->boundary_len);
		x->state = XML_TAG;
	}
	if (c == '>') {
		end_tag(x);
	} else if (c == '=') {
		x->state = XML_EQUALS;
	} else if (is_blank(c)) {
		x->state = XML_TAG;
	} else {
		x->escaped = c == '/'; /* nothing is in this element */
		if (x->state == XML_TAG)
			x->name_len = 0;
		x->state = XML_ATTRIBUTE;
		http_add_to_name(x, c);
	}
}

/* Returns whether the byte was one of the value, or a quote around it. */
static bool
in_value(struct http_text *x, unsigned char c)
{
	if (x->quote != 0 ? c != x->quote : !is_blank(c) && c != '>') {
		if (x->state == XML_NAMING)
			http_add_to_name(x, c);
		return true;
	}
	end_value(x);
	return x->quote != 0;
}

static size_t
run_shown(struct http_text *x, const unsigned char *p, size_t n)
{
	const unsigned char *lt;
	size_t i = 0;

	for (; i < n && !x->hide; i++)
		switch (x->state) {
		case XML_TEXT:
			lt = memchr(p + i, '<', n - i);
			if (lt == NULL)
				return n;
			i = (size_t)(lt - p);
			x->state = XML_ELEMENT;
			x->boundary_len = 0;
			x->escaped = x->named = x->secret = false;
			break;
		case XML_EQUALS:
			if (is_blank(p[i]))
				break;
			x->quote = p[i] == '"' || p[i] == '\'' ? p[i] : 0;
			begin_value(x);
			if (x->quote != 0)
				break;
			if (x->hide)
				return i;
			if (!in_value(x, p[i]))
				in_tag(x, p[i]);
			break;
		case XML_VALUE:
		case XML_NAMING:
			if (!in_value(x, p[i]))
				in_tag(x, p[i]);
			break;
		default:
			in_tag(x, p[i]);
		}
	return i;
}

/* Whether `</name` is here; maybe: as far as there is anything. */
static bool
closes(const struct http_text *x, const unsigned char *p, size_t n, bool *maybe)
{
	size_t len = x->boundary_len + 2;
	size_t k = n < len ? n : len;

	*maybe = false;
	if ((k > 1 && p[1] != '/') ||
	    (k > 2 && memcmp(p + 2, x->boundary, k - 2) != 0))
		return false;
	*maybe = n <= len;
	return n > len && (p[len] == '>' || is_blank(p[len]));
}

static size_t
run_hidden(struct http_text *x, const unsigned char *p, size_t n, bool end)
{
	const unsigned char *at = p, *stop = p + n;
	bool maybe;

	if (x->state == XML_SECRET) {
		while (at < stop &&
		    (x->quote != 0 ? *at != x->quote :
				     !is_blank(*at) && *at != '>'))
			at++;
		if (at < stop) {
			x->state = XML_VALUE; /* whose end is here */
			x->hide = false;
		}
		return (size_t)(at - p);
	}
	for (; at < stop; at++) {
		at = memchr(at, '<', (size_t)(stop - at));
		if (at == NULL)
			return n;
		if (closes(x, at, (size_t)(stop - at), &maybe)) {
			x->state = XML_TEXT;
			x->hide = false;
			return (size_t)(at - p);
		}
		if (maybe && !end)
			return (size_t)(at - p);
	}
	return n;
}

size_t
http_run_xml(struct http_text *x, const unsigned char *p, size_t n, bool end)
{
	return x->hide ? run_hidden(x, p, n, end) : run_shown(x, p, n);
}
