/* base64.c - decoding base64 (RFC 4648 section 4), strictly */
#include "base64.h"

#include <stdint.h>

static int
value(unsigned char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	if (c == '+')
		return 62;
	if (c == '/')
		return 63;
	return -1;
}

bool
base64_looks(const unsigned char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (value(p[i]) < 0 && p[i] != '=')
			return false;
	return true;
}

bool
base64_decode(const unsigned char *p, size_t n, unsigned char *out, size_t size,
    size_t *out_len)
{
	size_t pad = 0, len = 0;
	uint32_t bits = 0;

	*out_len = 0;
	if (n % 4 != 0)
		return false;
	while (pad < 2 && pad < n && p[n - 1 - pad] == '=')
		pad++;
	if (n / 4 * 3 - pad > size)
		return false;
	for (size_t i = 0; i < n - pad; i++) {
		int v = value(p[i]);

		if (v < 0)
			return false;
		bits = bits << 6 | (uint32_t)v;
		if (i % 4 != 0) {
			unsigned shift = (unsigned)(6 - i % 4 * 2);

			out[len++] = (unsigned char)(bits >> shift);
		}
	}
	*out_len = len;
	return true;
}
