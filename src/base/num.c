/* num.c - numbers that people write: counts and sizes */
#include "num.h"

#include <stddef.h>

/* Digits up to the first other character; NULL on success. */
static const char *
digits(const char **text, uint64_t *out)
{
	const char *p = *text;
	uint64_t n = 0;

	if (*p < '0' || *p > '9')
		return "is not a number";
	for (; *p >= '0' && *p <= '9'; p++) {
		uint64_t d = (uint64_t)(*p - '0');

		if (n > (UINT64_MAX - d) / 10)
			return "is too large";
		n = n * 10 + d;
	}
	*text = p;
	*out = n;
	return NULL;
}

static const char *
within(uint64_t n, uint64_t min, uint64_t max, uint64_t *out)
{
	if (n < min)
		return "is too small";
	if (n > max)
		return "is too large";
	*out = n;
	return NULL;
}

const char *
num_parse(const char *text, uint64_t min, uint64_t max, uint64_t *out)
{
	uint64_t n;
	const char *wrong = digits(&text, &n);

	if (wrong != NULL)
		return wrong;
	if (*text != '\0')
		return "is not a number";
	return within(n, min, max, out);
}

const char *
num_size(const char *text, uint64_t min, uint64_t max, uint64_t *out)
{
	uint64_t n;
	unsigned shift = 0;
	const char *wrong = digits(&text, &n);

	if (wrong != NULL)
		return wrong;
	switch (*text) {
	case 'k':
	case 'K':
		shift = 10;
		break;
	case 'm':
	case 'M':
		shift = 20;
		break;
	case 'g':
	case 'G':
		shift = 30;
		break;
	}
	if (text[shift != 0] != '\0')
		return "is not a size (a number, and k, M or G)";
	if (n > UINT64_MAX >> shift)
		return "is too large";
	return within(n << shift, min, max, out);
}
