/* clock.h - the two clocks: one that never steps, one that tells the date */
#ifndef TEED_CLOCK_H
#define TEED_CLOCK_H

#include <stdint.h>
#include <time.h>

/* Microseconds of the monotonic clock; only differences mean anything. */
static inline uint64_t
clock_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000u + (uint64_t)ts.tv_nsec / 1000u;
}

/* Microseconds since 1970 UTC; steps when the administrator sets the date. */
static inline int64_t
clock_date_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

/* A date in UTC. */
struct clock_date {
	int year, month, day, hour, minute, second;
};

/*
 * The date of seconds since 1970.  gmtime_r() says the same, but glibc's reads
 * /etc/localtime first: nine system calls for each session.
 */
static inline struct clock_date
clock_utc(int64_t seconds)
{
	int64_t days = seconds / 86400, rest = seconds % 86400;
	int64_t era, doe, yoe, doy, month;
	struct clock_date d;

	if (rest < 0) {
		rest += 86400;
		days--;
	}
	/* Years that begin in March, in eras of 400 years (146097 days). */
	days += 719468;
	era = (days >= 0 ? days : days - 146096) / 146097;
	doe = days - era * 146097;
	yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	month = (5 * doy + 2) / 153;
	d.day = (int)(doy - (153 * month + 2) / 5 + 1);
	d.month = (int)(month < 10 ? month + 3 : month - 9);
	d.year = (int)(yoe + era * 400 + (d.month <= 2));
	d.hour = (int)(rest / 3600);
	d.minute = (int)(rest / 60 % 60);
	d.second = (int)(rest % 60);
	return d;
}

#endif
