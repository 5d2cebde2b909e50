/* when.c - dates, as they are written and read here */
#include "when.h"
#include "session.h"

#include "../base/num.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

const char *
when_iso(char *buf, size_t size, int64_t us)
{
	time_t t = (time_t)(us / 1000000);
	int fraction = (int)(us % 1000000);
	struct tm tm;

	if (us == TIME_NONE)
		return NULL;
	if (fraction < 0) {
		fraction += 1000000;
		t--;
	}
	if (gmtime_r(&t, &tm) == NULL)
		return NULL;
	snprintf(buf, size, "%04d-%02d-%02dT%02d:%02d:%02d.%06dZ",
	    tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min,
	    tm.tm_sec, fraction);
	return buf;
}

const char *
when_local(char *buf, size_t size, int64_t us)
{
	time_t t = (time_t)(us / 1000000);
	struct tm tm;

	if (us == TIME_NONE || localtime_r(&t, &tm) == NULL ||
	    strftime(buf, size, "%Y-%m-%d %H:%M:%S", &tm) == 0)
		return NULL;
	return buf;
}

int64_t
when_read_iso(const char *text)
{
	struct tm tm = {0};
	int us = 0, used = 0;

	if (sscanf(text, "%4d-%2d-%2dT%2d:%2d:%2d.%6dZ%n", &tm.tm_year,
		&tm.tm_mon, &tm.tm_mday, &tm.tm_hour, &tm.tm_min, &tm.tm_sec,
		&us, &used) != 7 ||
	    text[used] != '\0' || us < 0)
		return TIME_NONE;
	tm.tm_year -= 1900;
	tm.tm_mon -= 1;
	return (int64_t)timegm(&tm) * 1000000 + us;
}

static int64_t
start_of_day(int days_ago)
{
	time_t now = time(NULL);
	struct tm tm;

	localtime_r(&now, &tm);
	tm.tm_mday -= days_ago;
	tm.tm_hour = tm.tm_min = tm.tm_sec = 0;
	tm.tm_isdst = -1;
	return (int64_t)mktime(&tm) * 1000000;
}

/* `30m`: so long ago. */
static int64_t
read_ago(const char *text)
{
	static const char units[] = "smhdw";
	static const unsigned seconds[] = {1, 60, 3600, 86400, 604800};
	size_t n = strspn(text, "0123456789");
	const char *unit = text[n] != '\0' ? strchr(units, text[n]) : NULL;
	char digits[8];
	uint64_t count;

	if (unit == NULL || text[n + 1] != '\0' || n >= sizeof digits)
		return TIME_NONE;
	memcpy(digits, text, n);
	digits[n] = '\0';
	if (num_parse(digits, 0, 9999999, &count) != NULL)
		return TIME_NONE;
	return ((int64_t)time(NULL) -
		   (int64_t)(count * seconds[unit - units])) *
	    1000000;
}

/* What may follow a date: a time, to the minute or the second, and Z. */
static bool
read_time(const char *text, struct tm *tm, bool *utc)
{
	int n = 0;

	*utc = false;
	if (sscanf(text, "%2d:%2d%n", &tm->tm_hour, &tm->tm_min, &n) < 2 ||
	    n < 4)
		return false;
	text += n;
	n = 0;
	if (sscanf(text, ":%2d%n", &tm->tm_sec, &n) == 1 && n > 0)
		text += n;
	if (*text == '.')
		text += 1 + strspn(text + 1, "0123456789");
	if (*text == 'Z') {
		*utc = true;
		text++;
	}
	return *text == '\0';
}

int64_t
when_read(const char *text)
{
	time_t now = time(NULL);
	struct tm tm = {.tm_isdst = -1};
	bool utc = false;
	int n = 0;

	if (strcmp(text, "now") == 0)
		return (int64_t)now * 1000000;
	if (strcmp(text, "today") == 0)
		return start_of_day(0);
	if (strcmp(text, "yesterday") == 0)
		return start_of_day(1);
	if (sscanf(text, "%4d-%2d-%2d%n", &tm.tm_year, &tm.tm_mon, &tm.tm_mday,
		&n) == 3 &&
	    n >= 8) {
		text += n;
		tm.tm_year -= 1900;
		tm.tm_mon--;
		if (*text != '\0' &&
		    ((*text != ' ' && *text != 'T') ||
			!read_time(text + 1, &tm, &utc)))
			return TIME_NONE;
	} else {
		localtime_r(&now, &tm);
		tm.tm_sec = 0;
		tm.tm_isdst = -1;
		if (!read_time(text, &tm, &utc))
			return read_ago(text);
	}
	return (int64_t)(utc ? timegm(&tm) : mktime(&tm)) * 1000000;
}

void
when_duration(char *buf, size_t size, int64_t us)
{
	int64_t s = us / 1000000;

	if (us == TIME_NONE || us < 0)
		snprintf(buf, size, "-");
	else if (s < 10)
		snprintf(
		    buf, size, "%d.%03ds", (int)s, (int)(us % 1000000 / 1000));
	else if (s < 60)
		snprintf(
		    buf, size, "%d.%ds", (int)s, (int)(us % 1000000 / 100000));
	else if (s < 3600)
		snprintf(buf, size, "%dm%02ds", (int)(s / 60), (int)(s % 60));
	else if (s < 86400)
		snprintf(
		    buf, size, "%dh%02dm", (int)(s / 3600), (int)(s / 60 % 60));
	else
		snprintf(buf, size, "%" PRId64 "d%02dh", s / 86400,
		    (int)(s / 3600 % 24));
}
