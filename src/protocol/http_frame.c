/* http_frame.c - what frames a body (RFC 9112 section 6), and what is in it */
#include "http.h"

#include <string.h>

/* The next member of a list with commas: its place, without its parameters. */
static bool
next_member(
    const struct line *l, size_t *at, size_t to, size_t *from, size_t *end)
{
	while (*at < to && http_is_one_of(l->p[*at], ", \t"))
		++*at;
	*from = *end = *at;
	while (*end < to && !http_is_one_of(l->p[*end], ",; \t"))
		++*end;
	for (*at = *end; *at < to && l->p[*at] != ',';)
		++*at;
	return *from < to;
}

static void
transfer(struct http_side *h, const struct line *l, size_t at, size_t to)
{
	size_t from, end;

	h->odd |= h->has_transfer;
	h->has_transfer = true;
	while (next_member(l, &at, to, &from, &end)) {
		h->odd |= h->chunked; /* it is the last one */
		if (word_is(l->p + from, end - from, "CHUNKED"))
			h->chunked = end == at || h->odd;
		else if (!word_is(l->p + from, end - from, "IDENTITY"))
			h->coded = true;
		h->odd |= end < at;
	}
}

static void
coding(struct http_side *h, const struct line *l, size_t at, size_t to)
{
	static const char *const known[][2] = {{"GZIP", "gzip"},
	    {"X-GZIP", "gzip"}, {"DEFLATE", "deflate"}, {"BR", "br"},
	    {"ZSTD", "zstd"}, {"COMPRESS", "compress"}, {NULL, NULL}};
	size_t from, end;

	while (next_member(l, &at, to, &from, &end)) {
		if (word_is(l->p + from, end - from, "IDENTITY"))
			continue;
		h->coded = true;
		for (int i = 0; known[i][0] != NULL; i++)
			if (word_is(l->p + from, end - from, known[i][0]))
				h->coding = known[i][1];
	}
}

/* Types of media; what is none of these is not text. */
static const struct {
	char type[36]; /* begins so, or ends so */
	enum http_kind kind;
} types[] = {
    {"APPLICATION/X-WWW-FORM-URLENCODED", HTTP_FORM},
    {"MULTIPART/", HTTP_PARTS},
    {"TEXT/HTML", HTTP_HTML},
    {"APPLICATION/XHTML", HTTP_HTML},
    {"TEXT/XML", HTTP_XML},
    {"APPLICATION/XML", HTTP_XML},
    {"+XML", HTTP_XML},
    {"TEXT/JSON", HTTP_JSON},
    {"APPLICATION/JSON", HTTP_JSON},
    {"APPLICATION/X-NDJSON", HTTP_JSON},
    {"APPLICATION/GRAPHQL", HTTP_JSON},
    {"+JSON", HTTP_JSON},
    {"TEXT/", HTTP_PLAIN},
    {"MESSAGE/", HTTP_PLAIN},
    {"APPLICATION/JAVASCRIPT", HTTP_PLAIN},
    {"APPLICATION/X-JAVASCRIPT", HTTP_PLAIN},
    {"APPLICATION/ECMASCRIPT", HTTP_PLAIN},
    {"APPLICATION/YAML", HTTP_LINES},
    {"APPLICATION/X-YAML", HTTP_LINES},
    {"APPLICATION/TOML", HTTP_LINES},
    {"APPLICATION/SQL", HTTP_PLAIN},
    {"APPLICATION/X-SH", HTTP_PLAIN},
    {"APPLICATION/SPARQL", HTTP_PLAIN},
    {"APPLICATION/JWT", HTTP_PLAIN},
    {"APPLICATION/JOSE", HTTP_PLAIN},
    {"APPLICATION/IPP", HTTP_BINARY},
};

/* Codings of characters in which ASCII is what it is. */
static bool
is_ascii_like(const unsigned char *p, size_t n)
{
	static const char *const sets[] = {"UTF-8", "UTF8", "US-ASCII", "ASCII",
	    "ISO-8859", "ISO8859", "LATIN", "WINDOWS-", "CP125", "KOI8", "EUC-",
	    "GB", "BIG5", "SHIFT_JIS", "SJIS", NULL};

	for (int i = 0; sets[i] != NULL; i++)
		if (word_begins(p, n, sets[i]))
			return true;
	return n == 0 || (*p & 0xdf) == 'X';
}

/* The value of a parameter, without its quotes. */
static bool
parameter(const struct line *l, size_t at, size_t to, const char *upper,
    size_t *from, size_t *end)
{
	size_t n = strlen(upper);

	for (; at < to; at++) {
		if (l->p[at] != ';')
			continue;
		at = word_skip(l->p, to, at + 1);
		if (!word_begins(l->p + at, to - at, upper))
			continue;
		at += n;
		if (at < to && l->p[at] == '"') {
			for (*from = *end = at + 1;
			     *end < to && l->p[*end] != '"';)
				++*end;
			return true;
		}
		for (*from = *end = at;
		     *end < to && !http_is_one_of(l->p[*end], "; \t");)
			++*end;
		return true;
	}
	return false;
}

static enum http_kind
kind_of(const unsigned char *p, size_t n)
{
	for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
		const char *type = types[i].type;
		size_t len = strlen(type);

		if (type[0] == '+' ?
			n > len && word_is(p + n - len, len, type) :
			word_begins(p, n, type))
			return types[i].kind;
	}
	return n == 0 ? HTTP_UNKNOWN : HTTP_BINARY;
}

static void
type(struct http_side *h, const struct line *l, size_t at, size_t to)
{
	struct http_text *x = &h->text;
	size_t end = at, from;

	h->odd |= h->has_type;
	h->has_type = true;
	while (end < to && !http_is_one_of(l->p[end], "; \t,"))
		end++;
	x->kind = (unsigned char)kind_of(l->p + at, end - at);
	if (parameter(l, end, to, "CHARSET=", &from, &end) &&
	    !is_ascii_like(l->p + from, end - from))
		x->kind = HTTP_BINARY;
	if (x->kind != HTTP_PARTS)
		return;
	x->boundary_len = 0;
	if (parameter(l, at, to, "BOUNDARY=", &from, &end) && end > from &&
	    end - from <= HTTP_BOUNDARY) {
		x->boundary_len = end - from;
		memcpy(x->boundary, l->p + from, x->boundary_len);
	} else {
		x->kind = HTTP_BINARY; /* nobody can tell the parts apart */
	}
}

static void
length(struct http_side *h, const struct line *l, size_t at, size_t to)
{
	uint64_t n = 0;

	h->odd |= !word_number(l->p + at, to - at, &n) ||
	    (h->has_length && n != h->length);
	h->has_length = true;
	h->length = n;
}

void
http_frame_field(struct http_side *h, unsigned char field, const struct line *l,
    size_t at, size_t to)
{
	while (to > at && (l->p[to - 1] == ' ' || l->p[to - 1] == '\t'))
		to--;
	for (size_t i = at; i < to; i++)
		h->odd |= (l->p[i] < ' ' && l->p[i] != '\t') || l->p[i] == 0x7f;
	switch (field) {
	case HTTP_LENGTH:
		length(h, l, at, to);
		break;
	case HTTP_TRANSFER:
		transfer(h, l, at, to);
		break;
	case HTTP_CODING:
		coding(h, l, at, to);
		break;
	case HTTP_TYPE:
		type(h, l, at, to);
		break;
	case HTTP_EXPECT:
		h->expect = word_is(l->p + at, to - at, "100-CONTINUE");
		break;
	default:
		h->upgrade = to > at;
	}
}
