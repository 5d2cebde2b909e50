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
		i = http_which("X-GZIP\0GZIP\0DEFLATE\0BR\0ZSTD\0COMPRESS\0",
		    p + from, end - from, true);
		if (i > 0)
			h->coding = names[i];
	}
}

/* Types of media; what is none of these is not text. */
static const char types[] =
    "APPLICATION/X-WWW-FORM-URLENCODED\0"
    "MULTIPART/\0"
    "TEXT/HTML\0APPLICATION/XHTML\0"
    "TEXT/XML\0APPLICATION/XML\0+XML\0"
    "TEXT/JSON\0APPLICATION/JSON\0APPLICATION/X-NDJSON\0"
    "APPLICATION/GRAPHQL\0+JSON\0"
    "APPLICATION/YAML\0APPLICATION/X-YAML\0APPLICATION/TOML\0"
    "TEXT/\0MESSAGE/\0APPLICATION/JAVASCRIPT\0APPLICATION/X-JAVASCRIPT\0"
    "APPLICATION/ECMASCRIPT\0APPLICATION/SQL\0APPLICATION/X-SH\0"
    "APPLICATION/SPARQL\0APPLICATION/JWT\0APPLICATION/JOSE\0";
/* What they are; the first is for any other. */
static const unsigned char kinds[] = {HTTP_BINARY, HTTP_FORM, HTTP_PARTS,
    HTTP_HTML, HTTP_HTML, HTTP_XML, HTTP_XML, HTTP_XML, HTTP_JSON, HTTP_JSON,
    HTTP_JSON, HTTP_JSON, HTTP_JSON, HTTP_LINES, HTTP_LINES, HTTP_LINES,
    HTTP_PLAIN, HTTP_PLAIN, HTTP_PLAIN, HTTP_PLAIN, HTTP_PLAIN, HTTP_PLAIN,
    HTTP_PLAIN, HTTP_PLAIN, HTTP_PLAIN, HTTP_PLAIN};

/* Codings of characters in which ASCII is what it is. */
static bool
is_ascii_like(const unsigned char *p, size_t n)
{
	static const char sets[] = "UTF-8\0UTF8\0US-ASCII\0ASCII\0ISO-8859\0"
				   "ISO8859\0LATIN\0WINDOWS-\0CP125\0KOI8\0"
				   "EUC-\0GB\0BIG5\0SHIFT_JIS\0SJIS\0X\0";

	return n == 0 || http_which(sets, p, n, false) != 0;
}

/* The value of a parameter, without its quotes. */
static bool
parameter(const unsigned char *p, size_t n, const char *upper, size_t *from,
    size_t *end)
{
	bool quoted;

	for (size_t at = 0; (at = http_until(p, n, at, ";")) < n; at++) {
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
	x->kind = kinds[http_which(types, p, end, false)];
	if (end == 0)
		x->kind = HTTP_UNKNOWN;
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
http_frame_field(struct http_side *h, enum http_field field,
    const unsigned char *p, size_t n)
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
