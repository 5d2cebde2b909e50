/* http_frame.c - what frames a body (RFC 9112 section 6), and what is in it */
#include "http.h"

#include <string.h>

/* The next member of a list with commas: its place, without its parameters. */
static bool
next_member(
    const unsigned char *p, size_t n, size_t *at, size_t *from, size_t *end)
{
	while (*at < n && (p[*at] == ',' || p[*at] == ' ' || p[*at] == '\t'))
		++*at;
	*from = *at;
	*end = http_until(p, n, *at, ",; \t");
	*at = http_until(p, n, *end, ",");
	return *from < n;
}

static void
transfer(struct http_side *h, const unsigned char *p, size_t n)
{
	size_t at = 0, from, end;

	h->odd |= h->has_transfer;
	h->has_transfer = true;
	while (next_member(p, n, &at, &from, &end)) {
		h->odd |= h->chunked; /* it is the last one */
		if (word_is(p + from, end - from, "CHUNKED"))
			h->chunked = end == at || h->odd;
		else if (!word_is(p + from, end - from, "IDENTITY"))
			h->coded = true;
		h->odd |= end < at;
	}
}

static void
coding(struct http_side *h, const unsigned char *p, size_t n)
{
	static const char names[][9] = {
	    "", "gzip", "gzip", "deflate", "br", "zstd", "compress"};
	size_t at = 0, from, end;
	unsigned i;

	while (next_member(p, n, &at, &from, &end)) {
		if (word_is(p + from, end - from, "IDENTITY"))
			continue;
		h->coded = true;
		i = word_which(p + from, end - from,
		    "X-GZIP\0GZIP\0DEFLATE\0BR\0ZSTD\0COMPRESS\0");
		if (i > 0)
			h->coding = names[i];
	}
}

/*
 * Types of media, those of APPLICATION and others, and what they are; what is
 * none of these, which stands in front, is not text.
 */
static const char applications[] =
    "/X-WWW-FORM-URLENCODED\0/XHTML\0/XML\0+XML\0/JSON\0/X-NDJSON\0"
    "/GRAPHQL\0+JSON\0/YAML\0/X-YAML\0/TOML\0/JAVASCRIPT\0/X-JAVASCRIPT\0"
    "/ECMASCRIPT\0/SQL\0/X-SH\0/SPARQL\0/JWT\0/JOSE\0";
static const unsigned char application_kinds[] = {HTTP_BINARY, HTTP_FORM,
    HTTP_HTML, HTTP_XML, HTTP_XML, HTTP_JSON, HTTP_JSON, HTTP_JSON, HTTP_JSON,
    HTTP_LINES, HTTP_LINES, HTTP_LINES, HTTP_PLAIN, HTTP_PLAIN, HTTP_PLAIN,
    HTTP_PLAIN, HTTP_PLAIN, HTTP_PLAIN, HTTP_PLAIN, HTTP_PLAIN};

static const char types[] =
    "MULTIPART/\0TEXT/HTML\0TEXT/XML\0+XML\0TEXT/JSON\0+JSON\0TEXT/\0"
    "MESSAGE/\0";
static const unsigned char kinds[] = {HTTP_BINARY, HTTP_PARTS, HTTP_HTML,
    HTTP_XML, HTTP_XML, HTTP_JSON, HTTP_JSON, HTTP_PLAIN, HTTP_PLAIN};

static unsigned char
kind_of(const unsigned char *p, size_t n)
{
	const size_t len = strlen("APPLICATION");

	if (n == 0)
		return HTTP_UNKNOWN;
	if (word_begins(p, n, "APPLICATION/"))
		return application_kinds[word_which_part(
		    p + len, n - len, applications)];
	return kinds[word_which_part(p, n, types)];
}

/* Codings of characters in which ASCII is what it is. */
static bool
is_ascii_like(const unsigned char *p, size_t n)
{
	static const char sets[] = "UTF-8\0UTF8\0US-ASCII\0ASCII\0ISO-8859\0"
				   "ISO8859\0LATIN\0WINDOWS-\0CP125\0KOI8\0"
				   "EUC-\0GB\0BIG5\0SHIFT_JIS\0SJIS\0X\0";

	return n == 0 || word_which_part(p, n, sets) != 0;
}

/* The value of a parameter, without its quotes. */
static bool
parameter(const unsigned char *p, size_t n, const char *upper, size_t *from,
    size_t *end)
{
	bool quoted;

	for (size_t at = 0; (at = http_until(p, n, at, ";")) < n;) {
		at = word_skip(p, n, at + 1);
		if (!word_begins(p + at, n - at, upper))
			continue;
		at += strlen(upper);
		quoted = at < n && p[at] == '"';
		*from = at + quoted;
		*end = http_until(p, n, *from, quoted ? "\"" : "; \t");
		return true;
	}
	return false;
}

static void
type(struct http_side *h, const unsigned char *p, size_t n)
{
	struct http_text *x = &h->text;
	size_t end = http_until(p, n, 0, "; \t,"), from;

	h->odd |= h->has_type;
	h->has_type = true;
	x->kind = kind_of(p, end);
	if (parameter(p, n, "CHARSET=", &from, &end) &&
	    !is_ascii_like(p + from, end - from))
		x->kind = HTTP_BINARY;
	if (x->kind != HTTP_PARTS)
		return;
	x->boundary_len = 0;
	if (parameter(p, n, "BOUNDARY=", &from, &end) && end > from &&
	    end - from <= HTTP_BOUNDARY) {
		x->boundary_len = end - from;
		memcpy(x->boundary, p + from, x->boundary_len);
	} else {
		x->kind = HTTP_BINARY; /* nobody can tell the parts apart */
	}
}

static void
length(struct http_side *h, const unsigned char *p, size_t n)
{
	uint64_t count = 0;

	h->odd |=
	    !word_number(p, n, &count) || (h->has_length && count != h->length);
	h->has_length = true;
	h->length = count;
}

void
http_frame_field(
    struct http_side *h, unsigned field, const unsigned char *p, size_t n)
{
	n = http_trim(p, 0, n);
	for (size_t i = 0; i < n; i++)
		h->odd |= (p[i] < ' ' && p[i] != '\t') || p[i] == 0x7f;
	switch (field) {
	case HTTP_LENGTH:
		length(h, p, n);
		break;
	case HTTP_TRANSFER:
		transfer(h, p, n);
		break;
	case HTTP_CODING:
		coding(h, p, n);
		break;
	case HTTP_TYPE:
		type(h, p, n);
		break;
	case HTTP_EXPECT:
		h->expect = word_is(p, n, "100-CONTINUE");
		break;
	default:
		h->upgrade = n > 0;
	}
}
