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

#define BLANK " \t\r\n"

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
	unsigned which = x->inner != HTTP_HTML ?
	    0 :
	    word_which(x->name, x->name_len, "NAME\0ID\0VALUE\0CONTENT\0");

	x->state = XML_VALUE;
	if (is_secret(x->name, x->name_len) || (which > 2 && x->named))
		x->state = XML_SECRET;
	else if (which == 1 || which == 2)
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

/* Where a value ends, or n. */
static size_t
value_end(const struct http_text *x, const unsigned char *p, size_t n)
{
	const char quote[] = {(char)x->quote, '\0'};

	return http_until(p, n, 0, x->quote != 0 ? quote : BLANK ">");
}

/* Bytes of a text, up to what tells that an element begins. */
static size_t
in_text(struct http_text *x, const unsigned char *p, size_t n)
{
	size_t end = http_until(p, n, 0, "<");

	if (end == n)
		return n;
	x->state = XML_ELEMENT;
	x->boundary_len = 0;
	x->escaped = x->named = x->secret = false;
	return end + 1;
}

/* Of an element's name. */
static size_t
in_element(struct http_text *x, const unsigned char *p, size_t n)
{
	size_t end = http_until(p, n, 0, BLANK "/>");
	size_t room = HTTP_BOUNDARY - x->boundary_len;

	memcpy(x->boundary + x->boundary_len, p, end < room ? end : room);
	x->boundary_len += end < room ? end : room;
	if (end < n) {
		x->secret = x->inner == HTTP_XML &&
		    is_secret(x->boundary, x->boundary_len);
		x->state = XML_TAG;
	}
	return end;
}

/* Of a tag, behind that. */
static size_t
in_tag(struct http_text *x, const unsigned char *p, size_t n)
{
	size_t end = http_until(p, n, 0, BLANK ">=");

	if (end > 0) {
		x->escaped = p[end - 1] == '/'; /* nothing is in this element */
		if (x->state == XML_TAG)
			x->name_len = 0;
		x->state = XML_ATTRIBUTE;
		http_add_to_name(x, p, end);
		return end;
	}
	if (*p == '>')
		end_tag(x);
	else
		x->state = *p == '=' ? XML_EQUALS : XML_TAG;
	return 1;
}

/* Before a value. */
static size_t
at_value(struct http_text *x, unsigned char c)
{
	if (http_is_blank(c))
		return 1;
	x->quote = c == '"' || c == '\'' ? c : 0;
	begin_value(x);
	return x->quote != 0;
}

/* Of a value that is shown. */
static size_t
in_value(struct http_text *x, const unsigned char *p, size_t n)
{
	size_t end = value_end(x, p, n);

	if (x->state == XML_NAMING)
		http_add_to_name(x, p, end);
	if (end == n)
		return n;
	end_value(x);
	return end + (x->quote != 0);
}

static size_t
run_shown(struct http_text *x, const unsigned char *p, size_t n)
{
	size_t i = 0;

	while (i < n && !x->hide)
		switch (x->state) {
		case XML_TEXT:
			i += in_text(x, p + i, n - i);
			break;
		case XML_ELEMENT:
			i += in_element(x, p + i, n - i);
			break;
		case XML_EQUALS:
			i += at_value(x, p[i]);
			break;
		case XML_VALUE:
		case XML_NAMING:
			i += in_value(x, p + i, n - i);
			break;
		default:
			i += in_tag(x, p + i, n - i);
		}
	return i;
}

/* Whether `</name>` is here. */
static enum http_found
closes(const struct http_text *x, const unsigned char *p, size_t n)
{
	enum http_found found = http_find_boundary(x, "</", p, n);
	size_t len = x->boundary_len + 2;

	if (found != HTTP_FOUND)
		return found;
	return n == len				   ? HTTP_MAYBE :
	    p[len] == '>' || http_is_blank(p[len]) ? HTTP_FOUND :
						     HTTP_NOT;
}

static size_t
run_hidden(struct http_text *x, const unsigned char *p, size_t n, bool end)
{
	enum http_found found = HTTP_NOT;
	size_t at = 0;

	if (x->state == XML_SECRET) {
		at = value_end(x, p, n);
		found = at < n ? HTTP_FOUND : HTTP_NOT;
	} else {
		for (; (at = http_until(p, n, at, "<")) < n; at++) {
			found = closes(x, p + at, n - at);
			if (found == HTTP_FOUND ||
			    (found == HTTP_MAYBE && !end))
				break;
		}
	}
	if (at < n && found == HTTP_FOUND) {
		x->state = x->state == XML_SECRET ? XML_VALUE : XML_TEXT;
		x->hide = false;
	}
	return at;
}

size_t
http_run_xml(struct http_text *x, const unsigned char *p, size_t n, bool end)
{
	return x->hide ? run_hidden(x, p, n, end) : run_shown(x, p, n);
}
