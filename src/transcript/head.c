/* head.c - the first line of a transcript: `#teed 1` and key=value words */
#include "head.h"
#include "escape.h"
#include "format.h"

#include "../base/clock.h"

#include <inttypes.h>
#include <string.h>

void
head_begin(struct str *s)
{
	str_text(s, FORMAT_MAGIC);
}

static int
is_bare(const char *v)
{
	if (*v == '\0')
		return 0;
	for (; *v != '\0'; v++)
		if (*v == '"' || *v == '\\' || (unsigned char)*v <= ' ' ||
		    (unsigned char)*v >= 0x7f)
			return 0;
	return 1;
}

static void
put_quoted(struct str *s, const char *value)
{
	const unsigned char *p;

	str_char(s, '"');
	for (p = (const unsigned char *)value; *p != '\0'; p++) {
		size_t n = escape_utf8(p, p + strlen((const char *)p));

		if (n > 0) {
			str_bytes(s, p, n);
			p += n - 1;
		} else if (*p < 0x20 || *p >= 0x7f) {
			str_fmt(s, "\\x%02x", *p);
		} else {
			if (*p == '"' || *p == '\\')
				str_char(s, '\\');
			str_char(s, (char)*p);
		}
	}
	str_char(s, '"');
}

void
head_word(struct str *s, const char *key, const char *value)
{
	if (value == NULL)
		return;
	str_fmt(s, " %s=", key);
	if (is_bare(value))
		str_text(s, value);
	else
		put_quoted(s, value);
}

void
head_text(struct str *s, const char *key, const char *value)
{
	if (value == NULL)
		return;
	str_fmt(s, " %s=", key);
	put_quoted(s, value);
}

void
head_number(struct str *s, const char *key, uint64_t value)
{
	str_fmt(s, " %s=%" PRIu64, key, value);
}

void
head_date(struct str *s, const char *key, int64_t us)
{
	struct clock_date d = clock_utc(us / 1000000);

	str_fmt(s, " %s=%04d-%02d-%02dT%02d:%02d:%02d.%06dZ", key, d.year,
	    d.month, d.day, d.hour, d.minute, d.second, (int)(us % 1000000));
}

void
head_end(struct str *s)
{
	str_char(s, '\n');
}

static int
from_hex(char c)
{
	const char *digits = "0123456789abcdef", *d = strchr(digits, c);

	return c != '\0' && d != NULL ? (int)(d - digits) : -1;
}

/* One quoted value; *at is behind the opening quote. */
static void
unquote(const char *line, size_t n, size_t *at, struct str *out)
{
	size_t i = *at;

	while (i < n && line[i] != '"') {
		if (line[i] == '\\' && i + 3 < n && line[i + 1] == 'x' &&
		    from_hex(line[i + 2]) >= 0 && from_hex(line[i + 3]) >= 0) {
			str_char(out,
			    (char)(from_hex(line[i + 2]) * 16 +
				from_hex(line[i + 3])));
			i += 4;
			continue;
		}
		if (line[i] == '\\' && i + 1 < n)
			i++;
		str_char(out, line[i++]);
	}
	*at = i < n ? i + 1 : n;
}

int
head_next(const char *line, size_t n, size_t *at, char *key, size_t key_size,
    char *value, size_t value_size)
{
	struct str k, v;
	size_t i = *at;

	str_init(&k, key, key_size);
	str_init(&v, value, value_size);
	while (i < n && (line[i] == ' ' || line[i] == '\n'))
		i++;
	if (i == n)
		return 0;
	while (i < n && line[i] != '=' && line[i] != ' ' && line[i] != '\n')
		str_char(&k, line[i++]);
	if (i < n && line[i] == '=') {
		i++;
		if (i < n && line[i] == '"') {
			i++;
			unquote(line, n, &i, &v);
		} else {
			while (i < n && line[i] != ' ' && line[i] != '\n')
				str_char(&v, line[i++]);
		}
	}
	*at = i;
	return 1;
}

int
head_find(const char *line, size_t n, const char *key, char *out, size_t size)
{
	char word[64];
	size_t at = 0;

	while (head_next(line, n, &at, word, sizeof word, out, size))
		if (strcmp(word, key) == 0)
			return 1;
	return 0;
}
