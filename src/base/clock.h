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

#endif
