/* quoted.c - string literals, as programs print them, turned back into bytes */
#include "quoted.h"

static size_t
put_utf8(unsigned char *to, uint32_t c)
{
	if (c < 0x80) {
		to[0] = (unsigned char)c;
		return 1;
	}
	if (c < 0x800) {
		to[0] = (unsigned char)(0xc0 | c >> 6);
		to[1] = (unsigned char)(0x80 | (c & 0x3f));
		return 2;
	}
	if (c < 0x10000) {
		to[0] = (unsigned char)(0xe0 | c >> 12);
		to[1] = (unsigned char)(0x80 | (c >> 6 & 0x3f));
		to[2] = (unsigned char)(0x80 | (c & 0x3f));
		return 3;
	}
	to[0] = (unsigned char)(0xf0 | (c >> 18 & 7));
	to[1] = (unsigned char)(0x80 | (c >> 12 & 0x3f));
	to[2] = (unsigned char)(0x80 | (c >> 6 & 0x3f));
	to[3] = (unsigned char)(0x80 | (c & 0x3f));
	return 4;
}

/* Both halves of a surrogate pair are one character (JavaScript). */
static uint32_t
take_low_half(struct take *t, uint32_t high)
{
	struct take at = *t;
	unsigned low;

	if (high < 0xd800 || high > 0xdbff || !take_text(&at, "\\u") ||
	    !take_hex(&at, 4, &low) || low < 0xdc00 || low > 0xdfff)
		return high;
	*t = at;
	return 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
}

static size_t
take_octal(struct take *t, unsigned char *to)
{
	unsigned value = 0;

	for (int i = 0; i < 3 && t->p < t->end && *t->p >= '0' && *t->p <= '7';
	     i++)
		value = value * 8 + (unsigned)(*t->p++ - '0');
	*to = (unsigned char)value;
	return 1;
}

size_t
quoted_escape(struct take *t, enum quoted_as as, unsigned char *to, bool *lossy)
{
	static const char letters[] = "nrtabfv", bytes[] = "\n\r\t\a\b\f\v";
	const char *known;
	unsigned value;
	unsigned char c;

	if (t->p == t->end) {
		*to = '\\';
		return 1;
	}
	c = *t->p;
	if (c >= '0' && c <= '7')
		return take_octal(t, to);
	t->p++;
	if (c == 'x' && take_hex(t, 2, &value)) {
		*to = (unsigned char)value;
		return as == QUOTED_BYTES ? 1 : put_utf8(to, value);
	}
	if ((c == 'u' && take_hex(t, 4, &value)) ||
	    (c == 'U' && take_hex(t, 8, &value) && value <= 0x10ffff)) {
		value = take_low_half(t, value);
		*lossy |= value == 0xfffd || as == QUOTED_BYTES;
		return put_utf8(to, value);
	}
	known = c != '\0' ? strchr(letters, c) : NULL;
	*to = known != NULL ? (unsigned char)bytes[known - letters] : c;
	return 1;
}

/* Where the literal ends: at its closing quote, or with the text. */
static const unsigned char *
find_close(const struct take *t, unsigned char quote, bool *escapes)
{
	const unsigned char *p = t->p;

	*escapes = false;
	for (; p < t->end && *p != quote; p++)
		if (*p == '\\') {
			*escapes = true;
			if (p + 1 < t->end)
				p++;
		}
	return p;
}

bool
quoted_take(
    struct log *log, struct take *t, enum quoted_as as, struct quoted *q)
{
	struct take in = *t;
	unsigned char *to, *out;
	bool escapes;
	char quote;

	if (!take_one(&in, "'\"", &quote))
		return false;
	in.end = find_close(&in, (unsigned char)quote, &escapes);
	q->closed = in.end < t->end;
	q->lossy = false;
	t->p = in.end + q->closed;
	q->bytes = in;
	if (!escapes)
		return true;
	/* No escape is shorter than what it stands for. */
	to = out = log_alloc(log, take_left(&in) + QUOTED_MOST);
	while (in.p < in.end) {
		if (*in.p != '\\') {
			*to++ = *in.p++;
			continue;
		}
		in.p++;
		to += quoted_escape(&in, as, to, &q->lossy);
	}
	q->bytes = (struct take){out, to};
	return true;
}
