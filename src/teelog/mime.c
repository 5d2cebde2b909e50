/* mime.c - a message, line by line, as readable text (RFC 2045 to 2047) */
#include "mime.h"
#include "charset.h"
#include "mem.h"

#include "../protocol/base64.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define DEPTH 8 /* parts within parts */
#define BOUNDARY 72 /* RFC 2046 section 5.1.1: at most 70 */
#define FIELD 2000 /* of a folded header field, what is looked at */

enum coding { CODING_NONE, CODING_QUOTED, CODING_BASE64 };

struct mime {
	bool in_header;
	char field[FIELD]; /* the header field that may go on */
	size_t field_len;
	char boundary[DEPTH][BOUNDARY];
	size_t boundary_len[DEPTH];
	size_t depth;
	bool is_text, is_message;
	enum coding coding;
	struct charset *charset; /* NULL: as it is */
	char quad[4]; /* base64 that the last line did not end */
	size_t nquad;
	bool within; /* the text so far does not end in a line end */
	struct buf decoded;
};

static void
begin_part(struct mime *m)
{
	m->in_header = true;
	m->field_len = 0;
	m->is_text = true;
	m->is_message = false;
	m->coding = CODING_NONE;
	m->nquad = 0;
	m->within = false;
	charset_close(&m->charset);
}

struct mime *
mime_open(void)
{
	struct mime *m = mem_alloc(sizeof *m);

	memset(m, 0, sizeof *m);
	begin_part(m);
	return m;
}

void
mime_close(struct mime **m)
{
	if (*m == NULL)
		return;
	charset_close(&(*m)->charset);
	buf_free(&(*m)->decoded);
	free(*m);
	*m = NULL;
}

void
mime_begin(struct mime *m)
{
	m->depth = 0;
	begin_part(m);
}

/* ---- header fields ---------------------------------------------------- */

static bool
begins(const char *p, size_t n, const char *with)
{
	size_t w = strlen(with);

	return n >= w && strncasecmp(p, with, w) == 0;
}

/*
 * The value of a parameter: `; charset="utf-8"`.  Returns its length, 0 if it is
 * not there.
 */
static size_t
parameter(const char *p, size_t n, const char *name, const char **value)
{
	size_t w = strlen(name), i, k;
	char quote;

	for (i = 0; i + w + 1 < n; i++) {
		if (p[i] != ';' && p[i] != ' ' && p[i] != '\t')
			continue;
		if (!begins(p + i + 1, n - i - 1, name) || p[i + 1 + w] != '=')
			continue;
		i += w + 2;
		quote = i < n && p[i] == '"' ? '"' : ';';
		i += quote == '"';
		*value = p + i;
		for (k = 0; i + k < n && p[i + k] != quote; k++)
			if (quote == ';' &&
			    (p[i + k] == ' ' || p[i + k] == '\t'))
				break;
		return k;
	}
	return 0;
}

static void
read_type(struct mime *m, const char *p, size_t n)
{
	const char *value;
	size_t len;

	m->is_text = begins(p, n, "text/");
	m->is_message = begins(p, n, "message/rfc822");
	len = parameter(p, n, "charset", &value);
	charset_close(&m->charset);
	if (len > 0 && m->is_text)
		m->charset = charset_open(value, len);
	len = parameter(p, n, "boundary", &value);
	if (begins(p, n, "multipart/") && len > 0 && len < BOUNDARY &&
	    m->depth < DEPTH) {
		memcpy(m->boundary[m->depth], value, len);
		m->boundary_len[m->depth++] = len;
	}
}

/* What stands behind the name and its colon. */
static bool
value_of(struct mime *m, const char *name, const char **p, size_t *n)
{
	size_t w = strlen(name);

	if (!begins(m->field, m->field_len, name))
		return false;
	*p = m->field + w;
	*n = m->field_len - w;
	while (*n > 0 && (**p == ' ' || **p == '\t')) {
		++*p;
		--*n;
	}
	return true;
}

static void
end_field(struct mime *m)
{
	const char *p;
	size_t n;

	if (value_of(m, "content-type:", &p, &n))
		read_type(m, p, n);
	else if (value_of(m, "content-transfer-encoding:", &p, &n))
		m->coding = begins(p, n, "quoted-printable") ? CODING_QUOTED :
		    begins(p, n, "base64")		     ? CODING_BASE64 :
							       CODING_NONE;
	m->field_len = 0;
}

static bool
header_line(struct mime *m, const char *p, size_t n, struct buf *to)
{
	size_t room;

	if (n == 0) {
		end_field(m);
		m->in_header = false;
		if (m->is_message)
			begin_part(m);
		return false;
	}
	if (p[0] != ' ' && p[0] != '\t')
		end_field(m);
	room = sizeof m->field - m->field_len;
	if (n < room)
		room = n;
	memcpy(m->field + m->field_len, p, room);
	m->field_len += room;
	return mime_words(p, n, to);
}

/* ---- bodies ----------------------------------------------------------- */

/* `--boundary`: the next part; `--boundary--`: that multipart is over. */
static bool
is_boundary(struct mime *m, const char *p, size_t n)
{
	if (n < 2 || p[0] != '-' || p[1] != '-')
		return false;
	for (size_t i = m->depth; i-- > 0;) {
		size_t len = m->boundary_len[i];

		if (n < len + 2 || memcmp(p + 2, m->boundary[i], len) != 0)
			continue;
		begin_part(m);
		m->depth = i + 1;
		if (n >= len + 4 && p[len + 2] == '-' && p[len + 3] == '-') {
			m->depth = i;
			m->in_header = false;
		}
		return true;
	}
	return false;
}

static int
hex(char c)
{
	const char *digits = "0123456789ABCDEF0123456789abcdef", *d;

	d = c != '\0' ? strchr(digits, c) : NULL;
	return d != NULL ? (int)(d - digits) % 16 : -1;
}

/* Quoted-printable; underscore is a blank in an encoded word (RFC 2047 4.2). */
static void
unquote(const char *p, size_t n, char underscore, struct buf *to)
{
	for (size_t i = 0; i < n; i++) {
		char c = p[i] == '_' ? underscore : p[i];

		if (c == '=' && i + 1 == n)
			break; /* a soft line break */
		if (c == '=' && i + 2 < n && hex(p[i + 1]) >= 0 &&
		    hex(p[i + 2]) >= 0) {
			c = (char)(hex(p[i + 1]) * 16 + hex(p[i + 2]));
			i += 2;
		}
		buf_add(to, &c, 1);
	}
}

/* Base64 that need not end with the line; what is no base64 is passed over. */
static void
unbase64(struct mime *m, const char *p, size_t n, struct buf *to)
{
	unsigned char three[3];
	size_t got;

	for (size_t i = 0; i < n; i++) {
		if (!base64_looks((const unsigned char *)p + i, 1))
			continue;
		m->quad[m->nquad++] = p[i];
		if (m->nquad < 4)
			continue;
		m->nquad = 0;
		if (base64_decode(
			(unsigned char *)m->quad, 4, three, sizeof three, &got))
			buf_add(to, three, got);
	}
}

/*
 * Base64 has line ends of its own.  One that ends what the last line began, and
 * one at the end, are there already: lines are shown on lines.
 */
static void
trim(struct mime *m, struct buf *to)
{
	size_t skip = 0;

	if (m->within && to->len > 0)
		skip = to->p[0] == '\n'					? 1 :
		    to->len > 1 && to->p[0] == '\r' && to->p[1] == '\n' ? 2 :
									  0;
	if (skip > 0) {
		to->len -= skip;
		memmove(to->p, to->p + skip, to->len);
	}
	m->within = to->len == 0 || to->p[to->len - 1] != '\n';
	while (to->len > 0 &&
	    (to->p[to->len - 1] == '\n' || to->p[to->len - 1] == '\r'))
		to->len--;
}

static bool
body_line(struct mime *m, const char *p, size_t n, struct buf *to)
{
	struct buf *d = &m->decoded;

	if (!m->is_text)
		return false;
	if (m->coding == CODING_NONE && m->charset == NULL)
		return mime_words(p, n, to);
	d->len = 0;
	if (m->coding == CODING_QUOTED)
		unquote(p, n, '_', d);
	else if (m->coding == CODING_BASE64)
		unbase64(m, p, n, d);
	else
		buf_add(d, p, n);
	if (m->charset != NULL)
		charset_convert(m->charset, d->p, d->len, to);
	else
		buf_add(to, d->p, d->len);
	if (m->coding == CODING_BASE64)
		trim(m, to);
	return to->len != n || (n > 0 && memcmp(to->p, p, n) != 0);
}

bool
mime_line(struct mime *m, const char *p, size_t n, struct buf *to)
{
	to->len = 0;
	if (m->in_header)
		return header_line(m, p, n, to);
	if (is_boundary(m, p, n))
		return false;
	return body_line(m, p, n, to);
}

/* ---- words ------------------------------------------------------------ */

/* An encoded word at p: `=?charset?Q?text?=`; returns its length or 0. */
static size_t
read_word(const char *p, size_t n, struct buf *to)
{
	const char *end = p + n, *name = p + 2, *code, *text, *stop;
	struct buf raw = {NULL, 0, 0};
	struct mime m = {.nquad = 0};
	struct charset *cs;
	size_t len;

	if (n < 8 || p[1] != '?' ||
	    (code = memchr(name, '?', (size_t)(end - name))) == NULL ||
	    end - code < 4 || code[2] != '?' || strchr("BbQq", code[1]) == NULL)
		return 0;
	text = code + 3;
	for (stop = text; end - stop >= 2; stop++)
		if (*stop == ' ' || (stop[0] == '?' && stop[1] == '='))
			break;
	if (end - stop < 2 || *stop != '?')
		return 0;
	len = strcspn(name, "*?"); /* RFC 2231: the language may follow */
	cs = charset_open(name, len);
	if (cs == NULL)
		return 0;
	if (code[1] == 'B' || code[1] == 'b')
		unbase64(&m, text, (size_t)(stop - text), &raw);
	else
		unquote(text, (size_t)(stop - text), ' ', &raw);
	charset_convert(cs, raw.p, raw.len, to);
	charset_close(&cs);
	buf_free(&raw);
	return (size_t)(stop + 2 - p);
}

static bool
encoded_words(const char *p, size_t n, struct buf *to)
{
	size_t from = 0, len, gap = 0;
	bool any = false;

	for (size_t i = 0; i < n; i++) {
		if (p[i] != '=' || i + 1 == n || p[i + 1] != '?')
			continue;
		/* Blanks between two words are none (RFC 2047 section 6.2). */
		for (gap = from;
		     any && gap < i && (p[gap] == ' ' || p[gap] == '\t'); gap++)
			continue;
		if (!any || gap < i)
			gap = from;
		len = to->len;
		buf_add(to, p + gap, i - gap);
		gap = read_word(p + i, n - i, to);
		if (gap == 0) {
			to->len = len;
			continue;
		}
		any = true;
		i += gap - 1;
		from = i + 1;
	}
	buf_add(to, p + from, n - from);
	return any;
}

/* ISO-2022-JP says where it begins (RFC 1468). */
static bool
is_japanese(const char *p, size_t n)
{
	for (size_t i = 0; i + 2 < n; i++)
		if (p[i] == '\033' &&
		    ((p[i + 1] == '$' &&
			 (p[i + 2] == 'B' || p[i + 2] == '@')) ||
			(p[i + 1] == '(' && p[i + 2] == 'J')))
			return true;
	return false;
}

bool
mime_words(const char *p, size_t n, struct buf *to)
{
	struct charset *cs;

	to->len = 0;
	if (is_japanese(p, n) &&
	    (cs = charset_open("ISO-2022-JP", 11)) != NULL) {
		charset_convert(cs, p, n, to);
		charset_close(&cs);
		return true;
	}
	return memmem(p, n, "=?", 2) != NULL && encoded_words(p, n, to);
}
