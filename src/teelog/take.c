/* take.c - take a line apart from its left */
#include "take.h"

int
take_hex_digit(unsigned char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

bool
take_text(struct take *t, const char *text)
{
	size_t n = strlen(text);

	if (take_left(t) < n || memcmp(t->p, text, n) != 0)
		return false;
	t->p += n;
	return true;
}

bool
take_word(struct take *t, const char *upper)
{
	size_t n = strlen(upper);

	if (take_left(t) < n)
		return false;
	for (size_t i = 0; i < n; i++) {
		unsigned char c = t->p[i];

		if (c >= 'a' && c <= 'z')
			c = (unsigned char)(c - 'a' + 'A');
		if (c != (unsigned char)upper[i])
			return false;
	}
	t->p += n;
	return true;
}

bool
take_one(struct take *t, const char *bytes, char *c)
{
	if (t->p == t->end || *t->p == '\0' || strchr(bytes, *t->p) == NULL)
		return false;
	if (c != NULL)
		*c = (char)*t->p;
	t->p++;
	return true;
}

void
take_blanks(struct take *t)
{
	while (take_one(t, " \t", NULL))
		continue;
}

bool
take_number(struct take *t, unsigned min, unsigned max, uint64_t *n)
{
	uint64_t value = 0;
	unsigned i = 0;

	while (i < max && t->p + i < t->end && take_is_digit(t->p[i]))
		value = value * 10 + (uint64_t)(t->p[i++] - '0');
	if (i < min)
		return false;
	t->p += i;
	if (n != NULL)
		*n = value;
	return true;
}

bool
take_digits(struct take *t, unsigned n, unsigned *value)
{
	uint64_t wide;

	if (!take_number(t, n, n, &wide))
		return false;
	*value = (unsigned)wide;
	return true;
}

bool
take_hex(struct take *t, unsigned n, unsigned *value)
{
	uint64_t wide;

	if (!take_hex_number(t, n, n, &wide))
		return false;
	*value = (unsigned)wide;
	return true;
}

bool
take_hex_number(struct take *t, unsigned min, unsigned max, uint64_t *value)
{
	uint64_t n = 0;
	unsigned i = 0;
	int digit;

	while (i < max && t->p + i < t->end &&
	    (digit = take_hex_digit(t->p[i])) >= 0) {
		n = n * 16 + (uint64_t)digit;
		i++;
	}
	if (i < min)
		return false;
	t->p += i;
	if (value != NULL)
		*value = n;
	return true;
}

bool
take_until(struct take *t, const char *text, struct take *piece)
{
	size_t n = strlen(text);
	const unsigned char *at = memmem(t->p, take_left(t), text, n);

	if (at == NULL)
		return false;
	if (piece != NULL)
		*piece = (struct take){t->p, at};
	t->p = at + n;
	return true;
}

bool
take_token(struct take *t, struct take *piece)
{
	const unsigned char *at = t->p;

	while (at < t->end && *at != ' ' && *at != '\t')
		at++;
	if (at == t->p)
		return false;
	if (piece != NULL)
		*piece = (struct take){t->p, at};
	t->p = at;
	return true;
}

bool
take_is(const struct take *t, const char *text)
{
	size_t n = strlen(text);

	return take_left(t) == n && memcmp(t->p, text, n) == 0;
}

bool
take_ends(const struct take *t, const char *text)
{
	size_t n = strlen(text);

	return take_left(t) >= n && memcmp(t->end - n, text, n) == 0;
}

bool
take_has(const struct take *t, const char *text)
{
	return memmem(t->p, take_left(t), text, strlen(text)) != NULL;
}

void
take_trim(struct take *t, const char *bytes)
{
	while (t->end > t->p && t->end[-1] != '\0' &&
	    strchr(bytes, t->end[-1]) != NULL)
		t->end--;
}
