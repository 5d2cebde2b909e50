/* when.c - dates, as they are written and read here */
#include "when.h"
#include "session.h"

#include <stdio.h>
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
	    tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour,
	    tm.tm_min, tm.tm_sec, fraction);
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
		&us, &used) != 7 || text[used] != '\0' || us < 0)
		return TIME_NONE;
	tm.tm_year -= 1900;
	tm.tm_mon -= 1;
	return (int64_t)timegm(&tm) * 1000000 + us;
}
