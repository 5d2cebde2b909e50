/* stamp.c - the dates and times that logs have */
#include "stamp.h"
#include "session.h"

#include <time.h>

#define SECOND ((int64_t)1000000)
#define DAY (86400 * SECOND)

/* `.000960568`: as microseconds. */
static bool
take_fraction(struct take *t, int64_t *us)
{
	struct take at = *t;
	uint64_t n;
	size_t digits;

	*us = 0;
	if (!take_one(&at, ".,", NULL))
		return true;
	t->p = at.p;
	if (!take_number(&at, 1, 9, &n))
		return false;
	for (digits = (size_t)(at.p - t->p); digits < 6; digits++)
		n *= 10;
	for (; digits > 6; digits--)
		n /= 10;
	*us = (int64_t)n;
	t->p = at.p;
	return true;
}

bool
stamp_clock(struct take *t, int64_t *us)
{
	struct take at = *t;
	unsigned hour, minute, second;
	int64_t fraction;

	if (!take_digits(&at, 2, &hour) || !take_text(&at, ":") ||
	    !take_digits(&at, 2, &minute) || !take_text(&at, ":") ||
	    !take_digits(&at, 2, &second) || !take_fraction(&at, &fraction) ||
	    hour > 23 || minute > 59 || second > 60)
		return false;
	*us = ((int64_t)hour * 3600 + minute * 60 + second) * SECOND + fraction;
	*t = at;
	return true;
}

/*
 * The date and a time of its day as microseconds since 1970.  Zones change
 * seldom, so the same hour is not computed twice.
 */
static int64_t
join(int year, int month, int day, int64_t us, bool utc)
{
	static struct {
		int year, month, day, hour;
		bool utc;
		int64_t us;
	} last = {.year = -1};
	int hour = (int)(us / (3600 * SECOND));

	if (last.year != year || last.month != month || last.day != day ||
	    last.hour != hour || last.utc != utc) {
		struct tm tm = {.tm_year = year - 1900,
		    .tm_mon = month - 1,
		    .tm_mday = day,
		    .tm_hour = hour,
		    .tm_isdst = -1};

		last.us = (int64_t)(utc ? timegm(&tm) : mktime(&tm)) * SECOND;
		last.year = year;
		last.month = month;
		last.day = day;
		last.hour = hour;
		last.utc = utc;
	}
	return last.us + us % (3600 * SECOND);
}

/* A date and a clock, not joined yet. */
struct parts {
	unsigned year, month, day;
	int64_t us;
};

static bool
take_parts(struct take *t, char separator, struct parts *d)
{
	const char sep[] = {separator, '\0'};
	struct take at = *t;

	if (!take_digits(&at, 4, &d->year) || !take_text(&at, sep) ||
	    !take_digits(&at, 2, &d->month) || !take_text(&at, sep) ||
	    !take_digits(&at, 2, &d->day) || !take_one(&at, " T", NULL) ||
	    !stamp_clock(&at, &d->us) || d->year < 1970 || d->month < 1 ||
	    d->month > 12 || d->day < 1 || d->day > 31)
		return false;
	*t = at;
	return true;
}

bool
stamp_full(struct take *t, char separator, bool utc, int64_t *us)
{
	struct parts d;

	if (!take_parts(t, separator, &d))
		return false;
	*us = join((int)d.year, (int)d.month, (int)d.day, d.us, utc);
	return true;
}

bool
stamp_rfc3339(struct take *t, int64_t *us)
{
	struct take at = *t;
	struct parts d;
	unsigned hours, minutes;
	char sign;

	if (!take_parts(&at, '-', &d))
		return false;
	*us = join((int)d.year, (int)d.month, (int)d.day, d.us, true);
	if (!take_one(&at, "Zz", NULL)) {
		if (!take_one(&at, "+-", &sign) ||
		    !take_digits(&at, 2, &hours) ||
		    (take_text(&at, ":"), !take_digits(&at, 2, &minutes)))
			return false;
		*us += (sign == '+' ? -1 : 1) *
		    (int64_t)(hours * 3600 + minutes * 60) * SECOND;
	}
	*t = at;
	return true;
}

/* `Nov 22`, the day padded with a blank. */
static bool
take_month_day(struct take *t, int *month, int *day)
{
	static const char names[12][4] = {"Jan", "Feb", "Mar", "Apr", "May",
	    "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
	uint64_t n;

	for (int i = 0; i < 12; i++)
		if (take_text(t, names[i])) {
			*month = i + 1;
			take_blanks(t);
			if (!take_number(t, 1, 2, &n) || n < 1 || n > 31)
				return false;
			*day = (int)n;
			return true;
		}
	return false;
}

bool
stamp_ctime(struct take *t, int64_t *us)
{
	struct take at = *t, weekday;
	int month, day;
	unsigned year;

	if (!take_token(&at, &weekday) || take_left(&weekday) != 3 ||
	    !take_text(&at, " ") || !take_month_day(&at, &month, &day) ||
	    !take_text(&at, " ") || !stamp_clock(&at, us) ||
	    !take_text(&at, " ") || !take_digits(&at, 4, &year) || year < 1970)
		return false;
	*us = join((int)year, month, day, *us, false);
	*t = at;
	return true;
}

bool
stamp_epoch(struct take *t, int64_t *us)
{
	struct take at = *t;
	uint64_t seconds;

	if (!take_number(&at, 9, 11, &seconds) || !take_fraction(&at, us))
		return false;
	*us += (int64_t)seconds * SECOND;
	*t = at;
	return true;
}

bool
stamp_tai64n(struct take *t, int64_t *us)
{
	struct take at = *t;
	uint64_t seconds, nano;

	/* Since 2017 TAI is 37 seconds ahead; tai64n adds 10. */
	if (!take_text(&at, "@") || !take_hex_number(&at, 16, 16, &seconds) ||
	    !take_hex_number(&at, 8, 8, &nano) || nano > 999999999 ||
	    seconds < ((uint64_t)1 << 62) + 10 ||
	    seconds > ((uint64_t)1 << 62) + 99999999999)
		return false;
	seconds -= ((uint64_t)1 << 62) + 10;
	*us = (int64_t)seconds * SECOND + (int64_t)(nano / 1000);
	*t = at;
	return true;
}

/* The latest year in which this date is not after the file was written. */
static int
year_of(const struct stamp_year *y, int month, int day)
{
	time_t at = y->written_us != TIME_NONE ?
	    (time_t)(y->written_us / SECOND) :
	    time(NULL);
	struct tm tm;

	if (localtime_r(&at, &tm) == NULL)
		return 1970;
	tm.tm_year += 1900;
	/* A day's difference may be one of zones. */
	if (month > tm.tm_mon + 1 ||
	    (month == tm.tm_mon + 1 && day > tm.tm_mday + 1))
		tm.tm_year--;
	return tm.tm_year;
}

bool
stamp_syslog(struct take *t, struct stamp_year *y, int64_t *us)
{
	struct take at = *t;
	int month, day;

	if (!take_month_day(&at, &month, &day) || !take_text(&at, " ") ||
	    !stamp_clock(&at, us))
		return false;
	if (y->year == 0)
		y->year = year_of(y, month, day);
	else if (y->month == 12 && month == 1 && y->year < 9999)
		y->year++;
	y->month = month;
	*us = join(y->year, month, day, *us, false);
	*t = at;
	return true;
}

bool
stamp_front(
    struct take *t, enum stamp_front front, struct stamp_year *y, int64_t *us)
{
	struct take at = *t;
	bool found = false;

	if (front == FRONT_TAI64N)
		found = stamp_tai64n(&at, us);
	else if (front == FRONT_RFC3339)
		found = stamp_rfc3339(&at, us);
	else if (front == FRONT_ISO)
		found = stamp_full(&at, '-', false, us);
	else if (front == FRONT_SYSLOG)
		found = stamp_syslog(&at, y, us);
	if (!found || (at.p < at.end && !take_text(&at, " ")))
		return false;
	take_text(&at, " "); /* s6-log has two */
	*t = at;
	return true;
}

int64_t
stamp_of_cycle(struct stamp_day *d, int64_t us, int64_t cycle)
{
	if (us + cycle / 2 < d->last_us && d->day_us < 36525 * DAY)
		d->day_us += cycle;
	d->last_us = us;
	return d->day_us + us;
}

int64_t
stamp_of_day(struct stamp_day *d, int64_t us)
{
	return stamp_of_cycle(d, us, DAY);
}
