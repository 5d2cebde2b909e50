/*
 * stamp.h - the dates and times that logs have
 *
 * All are taken off the front of a text (take.h) and become microseconds: since
 * 1970, or of the day where the log tells no date.  What is out of range (hour
 * 25, month 13) is no stamp.
 */
#ifndef TEELOG_STAMP_H
#define TEELOG_STAMP_H

#include "take.h"

/* HH:MM:SS, maybe with a dot and a fraction of 1 to 9 digits: of the day. */
bool stamp_clock(struct take *t, int64_t *us);

/*
 * YYYY-MM-DD HH:MM:SS[.fraction] with this byte between the parts of the date
 * and a blank or a T between date and time; in UTC, or in the reader's zone.
 */
bool stamp_full(struct take *t, char separator, bool utc, int64_t *us);

/* Likewise with an offset or a Z behind it (RFC 3339). */
bool stamp_rfc3339(struct take *t, int64_t *us);

/* Sun Nov 22 01:58:01 2026, in the reader's zone. */
bool stamp_ctime(struct take *t, int64_t *us);

/* Seconds since 1970 with 9 to 11 digits, maybe with a fraction. */
bool stamp_epoch(struct take *t, int64_t *us);

/* @ and 24 hexadecimal digits, as tai64n writes it. */
bool stamp_tai64n(struct take *t, int64_t *us);

/*
 * `Nov 22 01:27:36`, in the reader's zone.  The year is that of the first line,
 * as the time when the file was written to tells (or now, for TIME_NONE), and
 * grows where December turns to January.
 */
struct stamp_year {
	int year, month; /* of the line before; year 0: none */
	int64_t written_us;
};
bool stamp_syslog(struct take *t, struct stamp_year *y, int64_t *us);

/*
 * What a program put in front of every line that passed through it, with the
 * blanks behind it: tai64n and multilog; s6-log, docker logs -t, svlogd; ts.
 */
enum stamp_front {
	FRONT_NONE,
	FRONT_TAI64N,
	FRONT_RFC3339,
	FRONT_ISO, /* in the reader's zone ... */
	FRONT_SYSLOG /* ... likewise, and without a year */
};
bool stamp_front(
    struct take *t, enum stamp_front front, struct stamp_year *y, int64_t *us);

/*
 * Times of the day, one after another, as an ever growing count: a step back of
 * more than half a day is midnight.  Begin with zeros.
 */
struct stamp_day {
	int64_t day_us, last_us;
};
int64_t stamp_of_day(struct stamp_day *d, int64_t us);

/* Likewise for a clock that turns after `cycle` microseconds. */
int64_t stamp_of_cycle(struct stamp_day *d, int64_t us, int64_t cycle);

#endif
