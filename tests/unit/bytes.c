/* bytes.c - bytes of binary protocols, written so that people can read them */
#include "bytes.h"

#include "../../src/transcript/escape.h"

#include <stdlib.h>
#include <string.h>

struct out {
	unsigned char *p;
	size_t n, size;
	bool bad;
};

static void
put(struct out *o, const void *p, size_t n)
{
	if (n > o->size - o->n) {
		o->bad = true;
		return;
	}
	memcpy(o->p + o->n, p, n);
	o->n += n;
}

/* A number in so many octets, the highest first. */
static void
put_number(struct out *o, size_t v, unsigned octets)
{
	while (octets-- > 0) {
		unsigned char b = (unsigned char)(v >> 8 * octets);

		put(o, &b, 1);
	}
}

/* The length as BER writes it: in the long form with `long_form` octets. */
static void
put_ber_length(struct out *o, size_t v, unsigned long_form)
{
	if (long_form == 0 && v >= 0x80)
		for (long_form = 1; v >> 8 * long_form > 0;)
			long_form++;
	if (long_form > 0)
		put_number(o, 0x80 | long_form, 1);
	put_number(o, v, long_form > 0 ? long_form : 1);
}

static const char *items(const char *s, char close, struct out *o);

/* Behind `{` or `<`: what is within goes to a place of its own first. */
static const char *
group(const char *s, char open, struct out *o)
{
	struct out in = {malloc(o->size), 0, o->size, false};
	unsigned octets = 0;

	if (*s >= '1' && *s <= '4' && strchr(" }>", s[1]) != NULL)
		octets = (unsigned)(*s++ - '0');
	if (in.p == NULL || (open == '<' && octets == 0)) {
		free(in.p);
		return NULL;
	}
	s = items(s, open == '{' ? '}' : '>', &in);
	if (open == '{')
		put_ber_length(o, in.n, octets);
	else
		put_number(o, in.n, octets);
	put(o, in.p, in.n);
	o->bad |= in.bad;
	free(in.p);
	return s;
}

static int
hex(char c)
{
	const char *digits = "0123456789abcdef", *at;

	at = c != '\0' ? strchr(digits, c) : NULL;
	return at != NULL ? (int)(at - digits) : -1;
}

/* One item; NULL where there is none. */
static const char *
item(const char *s, struct out *o)
{
	const char *end;
	unsigned char b;

	if (*s == '{' || *s == '<')
		return group(s + 1, *s, o);
	if (*s == '(')
		return items(s + 1, ')', o);
	if (*s == '"') {
		end = strchr(s + 1, '"');
		if (end == NULL || (size_t)(end - s) > o->size - o->n)
			return NULL;
		o->n += unescape_text(
		    o->p + o->n, s + 1, (size_t)(end - s - 1), NULL, NULL);
		return end + 1;
	}
	if (hex(s[0]) < 0 || hex(s[1]) < 0)
		return NULL;
	b = (unsigned char)(hex(s[0]) << 4 | hex(s[1]));
	put(o, &b, 1);
	return s + 2;
}

/* Items up to `close`; returns what follows it, NULL for a mistake. */
static const char *
items(const char *s, char close, struct out *o)
{
	size_t last = o->n, n;
	char *end;

	while (s != NULL && !o->bad) {
		s += strspn(s, " \t");
		if (*s == close)
			return close != '\0' ? s + 1 : s;
		if (*s != '*') {
			last = o->n;
			s = item(s, o);
			continue;
		}
		n = o->n - last;
		for (long k = strtol(s + 1, &end, 10); k > 1; k--)
			put(o, o->p + last, n);
		s = end;
	}
	return NULL;
}

bool
bytes_read(const char *text, unsigned char *out, size_t size, size_t *out_len)
{
	struct out o = {out, 0, size, false};
	const char *end = items(text, '\0', &o);

	*out_len = o.n;
	return end != NULL && !o.bad;
}
