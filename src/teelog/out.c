/* out.c - what a command prints */
#include "out.h"
#include "charset.h"
#include "mem.h"
#include "unseen.h"

#include "../base/fd.h"
#include "../transcript/escape.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void
out_open(struct out *o, int fd)
{
	memset(o, 0, sizeof *o);
	o->fd = fd;
	o->buf = o->at = mem_alloc(OUT_BUFFER);
	o->end = o->buf + OUT_BUFFER;
}

static void
write_all(struct out *o, const char *p, size_t n)
{
	struct buf converted = {NULL, 0, 0};

	if (n > 0 && o->before_first != NULL)
		o->before_first(o, o->before_arg);
	if (o->charset != NULL) {
		charset_convert(o->charset, p, n, &converted);
		p = converted.p;
		n = converted.len;
	}
	if (o->error == 0 && o->fd >= 0 && fd_write_all(o->fd, p, n) < n)
		o->error = errno;
	buf_free(&converted);
}

void
out_for_terminal(struct out *o)
{
	o->charset = charset_terminal();
}

bool
out_flush(struct out *o)
{
	write_all(o, o->buf, (size_t)(o->at - o->buf));
	o->at = o->buf;
	return o->error == 0;
}

bool
out_close(struct out *o)
{
	bool ok = out_flush(o);

	charset_close(&o->charset);
	free(o->buf);
	o->buf = o->at = o->end = NULL;
	errno = o->error;
	return ok;
}

void
out_make_room(struct out *o, size_t n)
{
	if ((size_t)(o->end - o->at) < n)
		out_flush(o);
}

void
out_bytes_slow(struct out *o, const void *p, size_t n)
{
	out_flush(o);
	if (n >= OUT_BUFFER) {
		write_all(o, p, n);
		return;
	}
	memcpy(o->at, p, n);
	o->at += n;
}

void
out_text(struct out *o, const char *text)
{
	out_bytes(o, text, strlen(text));
}

void
out_fmt(struct out *o, const char *fmt, ...)
{
	va_list ap;
	char *long_text = NULL;
	int n;

	out_room(o, 512);
	va_start(ap, fmt);
	n = vsnprintf(o->at, 512, fmt, ap);
	va_end(ap);
	if (n >= 0 && n < 512) {
		o->at += n;
		return;
	}
	va_start(ap, fmt);
	n = vasprintf(&long_text, fmt, ap);
	va_end(ap);
	if (n > 0)
		out_bytes(o, long_text, (size_t)n);
	free(long_text);
}

/* Decimal digits before `end`; at least `least` of them. */
static char *
digits(char *end, uint64_t n, int least)
{
	for (; n > 0 || least > 0; n /= 10, least--)
		*--end = (char)('0' + n % 10);
	return end;
}

void
out_number(struct out *o, uint64_t n)
{
	char text[24], *end = text + sizeof text, *p = digits(end, n, 1);

	out_bytes(o, p, (size_t)(end - p));
}

void
out_seconds(struct out *o, int64_t us)
{
	char text[24], *end = text + sizeof text, *p;
	uint64_t n = us < 0 ? 0 - (uint64_t)us : (uint64_t)us;

	p = digits(end, n % 1000000, 6);
	*--p = '.';
	p = digits(p, n / 1000000, 1);
	if (us < 0)
		*--p = '-';
	out_bytes(o, p, (size_t)(end - p));
}

size_t
out_piece(const unsigned char *p, size_t n)
{
	size_t k = OUT_PIECE;

	if (n <= OUT_PIECE)
		return n;
	while (k > OUT_PIECE - 4 && (p[k] & 0xc0) == 0x80)
		k--;
	return k;
}

static inline bool
is_clear(unsigned char c)
{
	return (c >= 0x20 && c < 0x7f) || c == '\t';
}

/* A character that is no ASCII; as out_character(). */
static size_t
wide_character(
    const unsigned char *from, const unsigned char *p, const unsigned char *end)
{
	size_t k = escape_utf8(p, end);

	return k > 0 && !unseen(from, p, k, end) ? k : 0;
}

size_t
out_character(const void *text, size_t n, size_t at)
{
	const unsigned char *from = text, *p = from + at;

	return *p < 0x80 ? is_clear(*p) : wide_character(from, p, from + n);
}

/* Where the next byte is that is not printed as it is. */
static const unsigned char *
find_odd(
    const unsigned char *from, const unsigned char *p, const unsigned char *end)
{
	size_t k;

	while (p < end) {
		if (is_clear(*p))
			p++;
		else if (*p >= 0x80 && (k = wide_character(from, p, end)) > 0)
			p += k;
		else
			break;
	}
	return p;
}

void
out_marked(struct out *o, const void *text, size_t n, const char *open,
    const char *close)
{
	const unsigned char *from = text, *p = from, *odd;
	const unsigned char *end = n > 0 ? from + n : from; /* or NULL */

	while (p < end) {
		odd = find_odd(from, p, end);
		out_bytes(o, p, (size_t)(odd - p));
		if ((p = odd) == end)
			break;
		out_text(o, open);
		/* what is behind the first byte of a character is none alone */
		do
			out_fmt(o, "\\x%02x", *p++);
		while (p < end && find_odd(from, p, end) == p);
		out_text(o, close);
	}
}

void
out_printable(struct out *o, const void *text, size_t n)
{
	out_marked(o, text, n, "", "");
}
