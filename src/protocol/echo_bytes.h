/* echo_bytes.h - how echo.c and echo_find.c look at bytes */
#ifndef TEED_ECHO_BYTES_H
#define TEED_ECHO_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

static inline unsigned char
lower(unsigned char c)
{
	return c >= 'A' && c <= 'Z' ? (unsigned char)(c + 32) : c;
}

/* Eight bytes in lower case, as one word. */
static inline uint64_t
gram(const unsigned char *p)
{
	const uint64_t ones = 0x0101010101010101u;
	uint64_t w, low, above, upto;

	memcpy(&w, p, 8);
	low = w & ones * 0x7f;
	above = low + ones * (0x80 - 'A'); /* top bit: at least 'A' */
	upto = low + ones * (0x7f - 'Z'); /* top bit: beyond 'Z' */
	return w | ((above & ~upto & ~w & ones * 0x80) >> 2);
}

static inline size_t
gram_bit(uint64_t w)
{
	return (size_t)((w * 0x9e3779b97f4a7c15u) >> 51); /* 13 bits */
}

/* Four bytes, letters without their case and more alike than need be. */
static inline size_t
quad_bit(const unsigned char *p)
{
	uint32_t w;

	memcpy(&w, p, 4);
	return ((w | 0x20202020u) * 0x9e3779b1u) >> 20; /* 12 bits */
}

static inline bool
is_blank(unsigned char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Whether p is a text in lower case. */
static inline bool
same(const unsigned char *p, const unsigned char *low, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (lower(p[i]) != low[i])
			return false;
	return true;
}

#endif
