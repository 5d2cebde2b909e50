/* echo_code.c - a secret as it may come back: in base64, hex, with escapes */
#include "echo_code.h"

#include <string.h>

#define BASE64_MIN 5 /* fewer digits are too much like words */

static void
add(struct echo_code *code, char c)
{
	if (code->n < sizeof code->text)
		code->text[code->n++] = (unsigned char)c;
}

/*
 * The digits of base64 that tell of these bytes alone, where so many bytes
 * stand before them in their group of three (RFC 4648 section 4).
 */
static void
base64(struct echo_code *code, size_t before, const unsigned char *p, size_t n)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklm"
				     "nopqrstuvwxyz0123456789+/";
	size_t first = (8 * before + 5) / 6, end = 8 * (before + n) / 6;

	code->digits = true;
	for (size_t i = first; i < end; i++) {
		size_t bit = 6 * i - 8 * before, at = bit / 8;
		unsigned two = (unsigned)p[at] << 8;

		if (at + 1 < n)
			two |= p[at + 1];
		add(code, digits[two >> (10 - bit % 8) & 63]);
	}
	if (code->n < BASE64_MIN)
		code->n = 0;
}

static bool
is_unreserved(unsigned char c)
{
	return (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z') ||
	    strchr("-._~", c) != NULL;
}

static const char hex[] = "0123456789abcdef";

/* As in URLs (RFC 3986 section 2.1). */
static bool
percent(struct echo_code *code, const unsigned char *p, size_t n)
{
	bool differs = false;

	for (size_t i = 0; i < n; i++) {
		if (is_unreserved(p[i]) && p[i] != '\0') {
			add(code, (char)p[i]);
			continue;
		}
		add(code, '%');
		add(code, hex[p[i] >> 4]);
		add(code, hex[p[i] & 15]);
		differs = true;
	}
	return differs;
}

/* As in a quoted string (RFC 3501 section 4.3, RFC 5322 section 3.2.1). */
static bool
escaped(struct echo_code *code, const unsigned char *p, size_t n)
{
	bool differs = false;

	for (size_t i = 0; i < n; i++) {
		if (p[i] == '"' || p[i] == '\\') {
			add(code, '\\');
			differs = true;
		}
		add(code, (char)p[i]);
	}
	return differs;
}

void
echo_code(struct echo_code codes[ECHO_CODES], const unsigned char *p, size_t n)
{
	struct echo_code *code = codes;

	memset(codes, 0, ECHO_CODES * sizeof *codes);
	if (n < ECHO_CODE_MIN)
		return;
	if (n > ECHO_CODE_LEN)
		n = ECHO_CODE_LEN;
	for (size_t before = 0; before < 3; before++)
		base64(code++, before, p, n);
	for (size_t i = 0; i < n; i++) {
		add(code, hex[p[i] >> 4]);
		add(code, hex[p[i] & 15]);
	}
	code++;
	if (!percent(code, p, n))
		code->n = 0;
	code++;
	if (!escaped(code, p, n))
		code->n = 0;
}

size_t
echo_code_rest(const struct echo_code *code, const unsigned char *p, size_t n)
{
	size_t i = 0, digit = code->digits;

	if (code->n == sizeof code->text) {
		while (i < n && p[i] > ' ' && p[i] != '"')
			i++;
		return i;
	}
	while (i < n &&
	    ((i < digit &&
		 (is_unreserved(p[i]) || p[i] == '+' || p[i] == '/')) ||
		(digit > 0 && i < 3 && p[i] == '=')))
		i++;
	return i;
}
