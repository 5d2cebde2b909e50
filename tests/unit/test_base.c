/* test_base.c - numbers, dates, names: the small things all else stands on */
#include "unit.h"

#include "../../src/base/clock.h"
#include "../../src/base/num.h"
#include "../../src/base/scan.h"
#include "../../src/transcript/name.h"

#include <time.h>

static void
dates_are_those_of_gmtime(void)
{
	uint64_t rnd = 1;

	for (int i = 0; i < 200000; i++) {
		int64_t t = (int64_t)unit_random(&rnd) * 8 - 4000000000;
		struct clock_date d = clock_utc(t);
		time_t tt = (time_t)t;
		struct tm tm;

		gmtime_r(&tt, &tm);
		if (d.year != tm.tm_year + 1900 || d.month != tm.tm_mon + 1 ||
		    d.day != tm.tm_mday || d.hour != tm.tm_hour ||
		    d.minute != tm.tm_min || d.second != tm.tm_sec) {
			printf("# %lld\n", (long long)t);
			CHECK(false);
			return;
		}
	}
}

static void
sizes_and_counts(void)
{
	uint64_t n = 7;

	CHECK(num_size("64M", 0, UINT64_MAX, &n) == NULL && n == 67108864);
	CHECK(num_size("1k", 0, UINT64_MAX, &n) == NULL && n == 1024);
	CHECK(num_size("3", 0, UINT64_MAX, &n) == NULL && n == 3);
	CHECK(num_size("1G", 0, UINT64_MAX, &n) == NULL && n == 1 << 30);
	CHECK(num_size("", 0, 9, &n) != NULL);
	CHECK(num_size("k", 0, 9, &n) != NULL);
	CHECK(num_size("1x", 0, 9, &n) != NULL);
	CHECK(num_size("1kk", 0, 9999, &n) != NULL);
	CHECK(num_size("-1", 0, 9, &n) != NULL);
	CHECK(num_size("99999999999999999999", 0, UINT64_MAX, &n) != NULL);
	CHECK(num_size("18446744073709551615k", 0, UINT64_MAX, &n) != NULL);
	CHECK(num_parse("10", 0, 9, &n) != NULL);
	CHECK(num_parse("1 ", 0, 9, &n) != NULL);
	CHECK(n == 1 << 30);
}

static void
names_of_services(void)
{
	CHECK(name_is_service("pop3"));
	CHECK(name_is_service("a.b_c-D9"));
	CHECK(!name_is_service(""));
	CHECK(!name_is_service(".x"));
	CHECK(!name_is_service("a/b"));
	CHECK(!name_is_service("a b"));
	CHECK(name_is_service("12345678901234567890123456789012"));
	CHECK(!name_is_service("123456789012345678901234567890123"));
}

static void
parses(const char *file, bool want, const char *stamp, unsigned segment)
{
	char got[NAME_STAMP] = "";
	unsigned n = 0;

	CHECK(name_parse(file, "pop3", got, &n) == want);
	if (want) {
		CHECK_TEXT(got, stamp);
		CHECK(n == segment);
	}
}

static void
names_of_files(void)
{
	char file[NAME_FILE], stamp[NAME_STAMP];
	unsigned n;

	name_stamp(stamp, 1795309080, 4567, 'a');
	CHECK_TEXT(stamp, "20261122T005800Z-4567");
	name_stamp(stamp, 1795309080, 4567, 'b');
	CHECK_TEXT(stamp, "20261122T005800Z-4567b");
	name_file(file, "pop3", stamp, 2);
	CHECK_TEXT(file, "pop3-20261122T005800Z-4567b.2.log");
	parses(file, true, "20261122T005800Z-4567b", 2);
	parses("pop3-20261122T005800Z-1.log", true, "20261122T005800Z-1", 1);
	parses("pop3-20261122T005800Z-1.1.log", false, "", 0);
	parses("pop3-20261122T005800Z-1.02.log", false, "", 0);
	parses("pop3-20261122T005800Z-01.log", false, "", 0);
	parses("pop3-20261122T005800Z-1a.log", false, "", 0);
	parses("pop3-20261122T005800Z-1.log.gz", false, "", 0);
	parses("pop3-20261122T005800Z-.log", false, "", 0);
	parses("pop3-2026112T005800Z-1.log", false, "", 0);
	parses("xpop3-20261122T005800Z-1.log", false, "", 0);
	parses("pop3-x-20261122T005800Z-1.log", false, "", 0);
	parses("pop3.log", false, "", 0);
	CHECK(name_service("pop3-x-20261122T005800Z-1.log", stamp, &n) == 6);
	CHECK(name_service("-20261122T005800Z-1.log", stamp, &n) == 0);
}

/* The fast scan says what one byte at a time says. */
static void
scanning(void)
{
	unsigned char in[200];
	char out[200 + SCAN_SLACK], *end;
	uint64_t rnd = 5;

	for (int round = 0; round < 20000; round++) {
		size_t n = unit_random(&rnd) % sizeof in, plain = 0, dot = n;
		const unsigned char *at;

		for (size_t i = 0; i < n; i++)
			in[i] = (unsigned char)(unit_random(&rnd) % 40 == 0 ?
				unit_random(&rnd) :
				'a' + i % 26);
		for (size_t i = 0; i < n; i++)
			if (unit_random(&rnd) % 20 == 0)
				in[i] =
				    (unsigned char)"\r\n.."[unit_random(&rnd) %
					4];
		while (plain < n && scan_is_plain(in[plain]))
			plain++;
		for (size_t i = n; i-- > 1;)
			if (in[i] == '.' &&
			    (in[i - 1] == '\n' || in[i - 1] == '\r'))
				dot = i;
		end = out;
		at = scan_copy(in, in + n, &end);
		CHECK((size_t)(at - in) == plain);
		CHECK((size_t)(end - out) == plain);
		CHECK(memcmp(in, out, plain) == 0);
		CHECK((size_t)(scan_dot(in, in + n) - in) == dot);
		if (unit_failed)
			return;
	}
}

static void
counting_lines(void)
{
	unsigned char in[100];
	uint64_t rnd = 7;

	for (int round = 0; round < 2000 && !unit_failed; round++) {
		size_t lines = 0, n = unit_random(&rnd) % sizeof in;

		for (size_t i = 0; i < sizeof in; i++) {
			in[i] =
			    (unsigned char)("\n\r*\x8a"[unit_random(&rnd) % 4]);
			lines += i < n && in[i] == '\n';
		}
		CHECK(scan_count_lf(in, in + n) == lines);
	}
}

static const struct unit units[] = {
    {"dates are those of gmtime", dates_are_those_of_gmtime},
    {"sizes and counts, and what is none", sizes_and_counts},
    {"names of services", names_of_services},
    {"names of session files", names_of_files},
    {"the fast scans agree with the slow ones", scanning},
    {"lines are counted as one by one", counting_lines},
};

int
main(void)
{
	return unit_main(units, sizeof units / sizeof *units);
}
