/* name.c - the names of session files */
#include "name.h"

#include "../base/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LETTERS                                                                \
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-"

bool
name_is_service(const char *service)
{
	size_t n = strspn(service, LETTERS);

	return n > 0 && n <= NAME_SERVICE && service[n] == '\0' &&
	    service[0] != '.';
}

void
name_stamp(char *out, int64_t start, pid_t pid, char letter)
{
	struct clock_date d = clock_utc(start);
	size_t n;

	n = (size_t)snprintf(out, NAME_STAMP, "%04d%02d%02dT%02d%02d%02dZ-%ld",
	    d.year, d.month, d.day, d.hour, d.minute, d.second, (long)pid);
	if (letter != 'a' && n + 1 < NAME_STAMP) {
		out[n++] = letter;
		out[n] = '\0';
	}
}

void
name_file(char *out, const char *service, const char *stamp, unsigned segment)
{
	if (segment <= 1)
		snprintf(out, NAME_FILE, "%s-%s.log", service, stamp);
	else
		snprintf(
		    out, NAME_FILE, "%s-%s.%u.log", service, stamp, segment);
}

/* As many digits as `form` has 9s, and its other characters as they are. */
static bool
has_form(const char *text, const char *form)
{
	for (; *form != '\0'; text++, form++) {
		bool digit = *text >= '0' && *text <= '9';

		if (*form == '9' ? !digit : *text != *form)
			return false;
	}
	return true;
}

/* A number without leading zeros; returns its digits, 0 if there is none. */
static size_t
number(const char *text)
{
	size_t n = strspn(text, "0123456789");

	return n > 10 || (n > 0 && text[0] == '0') ? 0 : n;
}

/* What follows `SERVICE-`: the stamp, maybe a segment, and .log. */
static bool
parse_rest(const char *rest, char *stamp, unsigned *segment)
{
	static const char date[] = "99999999T999999Z-";
	size_t n = sizeof date - 1, digits;

	if (!has_form(rest, date) || (digits = number(rest + n)) == 0)
		return false;
	n += digits;
	if (rest[n] >= 'b' && rest[n] <= 'z')
		n++;
	memcpy(stamp, rest, n);
	stamp[n] = '\0';
	*segment = 1;
	if (strcmp(rest + n, ".log") == 0)
		return true;
	if (rest[n++] != '.' || (digits = number(rest + n)) == 0 || digits > 9)
		return false;
	*segment = (unsigned)strtoul(rest + n, NULL, 10);
	return *segment >= 2 && strcmp(rest + n + digits, ".log") == 0;
}

bool
name_parse(
    const char *file, const char *service, char *stamp, unsigned *segment)
{
	size_t n = strlen(service);

	return strncmp(file, service, n) == 0 && file[n] == '-' &&
	    parse_rest(file + n + 1, stamp, segment);
}

size_t
name_service(const char *file, char *stamp, unsigned *segment)
{
	size_t n = strlen(file);

	while (n > 0)
		if (file[--n] == '-' && n > 0 && n <= NAME_SERVICE &&
		    parse_rest(file + n + 1, stamp, segment) &&
		    strspn(file, LETTERS) >= n && file[0] != '.')
			return n;
	return 0;
}
