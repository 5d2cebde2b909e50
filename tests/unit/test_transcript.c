/* test_transcript.c - what the encoder writes, the decoder gives back */
#include "unit.h"

#include <errno.h>
#include <stdlib.h>

#include "../../src/base/cpu.h"
#include "../../src/base/scan.h"
#include "../../src/transcript/decode.h"
#include "../../src/transcript/encode.h"
#include "../../src/transcript/encode_plain.h"
#include "../../src/transcript/escape_dense.h"

#define TEXT_MAX (4 * 1024 * 1024)

static struct encode enc;
static char text[TEXT_MAX];
static size_t text_len;
static bool full; /* writing fails */
static uint64_t segment_size;

static bool
to_text(void *arg, const char *p, size_t n)
{
	(void)arg;
	if (full || n > TEXT_MAX - text_len) {
		errno = ENOSPC;
		return false;
	}
	memcpy(text + text_len, p, n);
	text_len += n;
	return true;
}

static uint64_t
to_segment(void *arg, unsigned n, const char *last, size_t len)
{
	(void)n;
	return to_text(arg, last, len) ? segment_size : 0;
}

static void
begin(void)
{
	const struct encode_out out = {to_text, to_segment, NULL};

	text_len = 0;
	full = false;
	encode_init(&enc, &out, segment_size > 0 ? segment_size : UINT64_MAX);
}

static const char *
finish(void)
{
	encode_end(&enc, 1000000, NULL);
	text[text_len < TEXT_MAX ? text_len : TEXT_MAX - 1] = '\0';
	return text;
}

static unsigned char said[DIRS][TEXT_MAX / 4];
static size_t said_len[DIRS];

/* Read `text` back; compare with what was said. */
static void
compare(void)
{
	static unsigned char got[DIRS][TEXT_MAX / 4], line[65536];
	size_t len[DIRS] = {0, 0, 0}, n;
	struct decode dec;
	struct decode_record r;
	char *p = text, *lf;

	decode_init(&dec);
	for (; p < text + text_len; p = lf + 1) {
		lf = memchr(p, '\n', (size_t)(text + text_len - p));
		CHECK(lf != NULL);
		if (lf == NULL)
			return;
		decode_line(&dec, p, (size_t)(lf - p), &r);
		CHECK(r.kind != DECODE_BAD);
		CHECK(r.len <= FORMAT_RECORD * ESCAPE_MAX);
		if (r.kind != DECODE_DATA)
			continue;
		n = decode_bytes(&r, line, NULL, NULL);
		memcpy(got[r.dir] + len[r.dir], line, n);
		len[r.dir] += n;
	}
	for (int d = 0; d < DIRS; d++) {
		CHECK(len[d] == said_len[d]);
		CHECK(memcmp(got[d], said[d], said_len[d]) == 0);
	}
}

static unsigned char
plain_byte(uint64_t *rnd)
{
	return (unsigned char)"abc\r\n"[unit_random(rnd) % 5];
}

/* Bytes of the kind that finds mistakes: few kinds, many neighbours. */
static unsigned char
odd_byte(uint64_t *rnd)
{
	static const char some[] = "\r\n\r\n**** (\\x\t\xc3\xa9\xc2\x85\xe2\x82"
				   "\xac\xf0\x9f\x98\x80\x80\x7f\x1bncd";
	uint32_t r = unit_random(rnd);

	if (r % 4 == 0)
		return (unsigned char)unit_random(rnd);
	return (unsigned char)some[(r >> 2) % (sizeof some - 1)];
}

/* Lines as those of mail; in one of a few thousand bytes something else. */
static void
mail(unsigned char *p, size_t n, uint64_t *rnd)
{
	size_t left = 0;

	for (size_t i = 0; i < n; i++) {
		if (left == 0 && i + 2 < n) {
			p[i++] = '\r';
			p[i] = '\n';
			left = unit_random(rnd) % 130;
			continue;
		}
		left -= left > 0;
		p[i] = (unsigned char)('a' + i % 26);
		if (unit_random(rnd) % 3000 == 0)
			p[i] = odd_byte(rnd);
	}
}

static void
round_trip(uint64_t seed, bool plain)
{
	uint64_t rnd = seed;
	int pieces = 1 + (int)(unit_random(&rnd) % 60);

	begin();
	memset(said_len, 0, sizeof said_len);
	for (int i = 0; i < pieces; i++) {
		enum dir d = (enum dir)(unit_random(&rnd) % DIRS);
		size_t n = unit_random(&rnd) % (i % 7 == 0 ? 20000 : 40);
		unsigned char *p = said[d] + said_len[d];

		for (size_t k = 0; k < n; k++)
			p[k] = plain ? plain_byte(&rnd) : odd_byte(&rnd);
		if (seed % 3 == 0)
			mail(p, n, &rnd);
		said_len[d] += n;
		encode_read(&enc, d, (uint64_t)i * 1000);
		encode_text(&enc, d, p, n);
		if (unit_random(&rnd) % 3 == 0)
			encode_break(&enc, d);
		if (unit_random(&rnd) % 2 == 0)
			encode_flush(&enc);
	}
	finish();
	compare();
}

static void
random_bytes_in_random_pieces(void)
{
	segment_size = 0;
	for (uint64_t seed = 1; seed < 400; seed++) {
		round_trip(seed, seed % 5 == 0);
		if (unit_failed)
			break;
	}
}

/* A segment is full with the record that begins below its limit. */
static void
segments_end_in_time(void)
{
	const char *from = text, *end;

	while ((end = strstr(from, " segment ")) != NULL) {
		while (end[-1] != '\n')
			end--;
		CHECK(end - from >= (long)segment_size);
		do
			end--;
		while (end[-1] != '\n');
		CHECK(end - from < (long)segment_size);
		from = strchr(strstr(end, " segment "), '\n') + 1;
	}
}

static void
the_same_across_segments(void)
{
	segment_size = 3000;
	for (uint64_t seed = 1; seed < 300; seed++) {
		round_trip(seed, seed % 2 == 0);
		segments_end_in_time();
	}
	CHECK(strstr(text, " segment 2\n") != NULL);
	segment_size = 0;
}

/* However the bytes are cut, the text is the same. */
static void
cuts_do_not_show(void)
{
	static char whole[TEXT_MAX];
	static unsigned char bytes[40000];
	size_t n, whole_len;

	for (uint64_t seed = 1; seed < 300; seed++) {
		uint64_t rnd = seed;

		n = 1 + unit_random(&rnd) % (sizeof bytes - 1);
		for (size_t i = 0; i < n; i++)
			bytes[i] = seed % 3 == 0 && i % 9000 != 0 ?
			    'x' :
			    odd_byte(&rnd);
		if (seed % 3 == 1)
			mail(bytes, n, &rnd);
		begin();
		encode_read(&enc, DIR_R, 1);
		encode_text(&enc, DIR_R, bytes, n);
		finish();
		memcpy(whole, text, text_len);
		whole_len = text_len;
		begin();
		encode_read(&enc, DIR_R, 1);
		for (size_t i = 0, k; i < n; i += k) {
			k = 1 + unit_random(&rnd) % (seed % 2 ? 3 : 5000);
			if (k > n - i)
				k = n - i;
			encode_text(&enc, DIR_R, bytes + i, k);
		}
		finish();
		CHECK(whole_len == text_len);
		CHECK(memcmp(whole, text, text_len) == 0);
		if (unit_failed)
			return;
	}
}

/* Text, masks ('\1') and labelled masks ('\2'); what comes out. */
static void
encodes(const char *in, const char *want)
{
	const char *p = in, *q;

	begin();
	encode_read(&enc, DIR_S, 52010);
	while (*p != '\0') {
		q = p + strcspn(p, "\1\2");
		encode_text(&enc, DIR_S, p, (size_t)(q - p));
		if (*q == '\0')
			break;
		encode_mask(&enc, DIR_S, *q == '\2' ? "user=joe" : NULL);
		p = q + 1;
	}
	finish();
	*strstr(text, "#end") = '\0';
	CHECK_TEXT(text, want);
}

static void
each_escape_as_written_down(void)
{
	encodes("USER joe\r\n", "S    0.052010 USER joe\n");
	encodes("a\nb\r\n", "S    0.052010 a\\n\nS\tb\n");
	encodes("a", "S    0.052010 a\\c\n");
	encodes("a\\b\r\n", "S    0.052010 a\\\\b\n");
	encodes("a\rb\r\r\n", "S    0.052010 a\\rb\\r\n");
	encodes("\t\x1b[2J\x7f\r\n", "S    0.052010 \t\\x1b[2J\\x7f\n");
	encodes("\xc3\xa9\xc2\x9b\xe9\r\n",
	    "S    0.052010 \xc3\xa9\\xc2\\x9b\\xe9\n");
	encodes("***\r\n", "S    0.052010 ***\n");
	encodes("****\r\n", "S    0.052010 \\x2a***\n");
	encodes("*****\r\n", "S    0.052010 \\x2a\\x2a***\n");
	encodes("PASS \1\r\n", "S    0.052010 PASS ****\n");
	encodes("*\1*\r\n", "S    0.052010 \\x2a*****\n");
	encodes("PASS \2\r\n", "S    0.052010 PASS **** (user=joe)\n");
	encodes("PASS \1 (x)\r\n", "S    0.052010 PASS **** \\x28x)\n");
	encodes("PASS \1 x\r\n", "S    0.052010 PASS **** x\n");
	encodes("\1\1\n", "S    0.052010 ********\\n\n");
}

static void
the_end_counts(void)
{
	begin();
	encode_read(&enc, DIR_S, 1);
	encode_text(&enc, DIR_S, "PASS ", 5);
	encode_mask(&enc, DIR_S, NULL);
	encode_text(&enc, DIR_S, "\r\n", 2);
	encode_count(&enc, DIR_R, 7);
	encode_end(&enc, 81300, "login=ok");
	text[text_len] = '\0';
	CHECK_TEXT(
	    strstr(text, "#end"), "#end 0.081300 S=11 R=7 E=0 login=ok\n");
}

/* Bytes that could not be written are counted, and said when it works again. */
static void
what_is_lost_is_said(void)
{
	begin();
	encode_read(&enc, DIR_S, 1);
	full = true;
	encode_text(&enc, DIR_S, "one\r\n", 5);
	CHECK(!encode_flush(&enc));
	encode_text(&enc, DIR_S, "two\r\n", 5);
	CHECK(!encode_flush(&enc));
	full = false;
	encode_text(&enc, DIR_S, "three\r\n", 7);
	CHECK(encode_flush(&enc));
	text[text_len] = '\0';
	CHECK(strstr(text, " lost S=10 R=0 E=0 reason=\"") != NULL);
	CHECK(strstr(text, "S    0.000001 three\n") != NULL);
	CHECK(strstr(text, "one") == NULL);
}

/* A byte at a time, as escape.h says it, for text without stars. */
static size_t
escape_slowly(char *out, const unsigned char *p, const unsigned char *end)
{
	char *o = out;

	while (p < end) {
		size_t n = escape_utf8(p, end);

		if (n == 0 && ((*p >= 0x20 && *p < 0x7f) || *p == '\t'))
			n = 1;
		if (n > 0 && *p != '\\')
			o = (char *)memcpy(o, p, n) + n;
		else if (*p == '\\' || *p == '\r')
			o += sprintf(o, "\\%c", *p == '\r' ? 'r' : '\\');
		else
			o += sprintf(o, "\\x%02x", *p);
		p += n > 0 ? n : 1;
	}
	return (size_t)(o - out);
}

/* Likewise: of stars and ends of lines, only what is no concern of theirs. */
static bool
is_escaped_to(const unsigned char *in, const unsigned char *at, const char *out,
    const char *end)
{
	char slow[600 * ESCAPE_MAX + 1];
	size_t n = escape_slowly(slow, in, at);

	return n == (size_t)(end - out) && memcmp(slow, out, n) == 0;
}

static void
dense_bytes_are_escaped_as_each_is(const unsigned char *in, size_t n)
{
	char *out = malloc(n * ESCAPE_MAX + SCAN_SLACK), *to;
	const unsigned char *at = in, *stop = in, *end = in + n;

	to = escape_dense(out, &at, end);
	CHECK(is_escaped_to(in, at, out, to));
	while (stop < end && *stop != '\n' &&
	    !(end - stop > 1 && stop[0] == '\r' && stop[1] == '\n') &&
	    !(end - stop > 1 && stop[0] == '*' && stop[1] == '*'))
		stop++;
	CHECK(at <= stop);
	/* Not that it stops early. */
	CHECK(n > 512 || stop - at < 16 + ESCAPE_MAX);
	free(out);
}

static void
many_bytes_are_escaped_as_each_is(void)
{
	static const unsigned char odd[] =
	    "ab \t\n*\\\r\x01\x7f\x80\x9f\xa0\xbf"
	    "\xc1\xc2\xc3\xe0\xe1\xe3\xed\xef\xf0\xf1\xf4\xf5\xff";
	uint64_t rnd = 20261122;

	for (int round = 0; round < 20000; round++) {
		size_t n = 1 + unit_random(&rnd) % 600, got, want;
		unsigned char *in =
		    malloc(n); /* so that a checker sees its end */
		char *out = malloc(n * ESCAPE_MAX + 64),
		     *slow = malloc(n * 4 + 1);
		enum escape_after after = AFTER_TEXT;
		const unsigned char *at;

		for (size_t i = 0; i < n; i++) {
			unsigned r = (unsigned)unit_random(&rnd);

			in[i] = round % 2 ? (unsigned char)r :
					    odd[r % (sizeof odd - 1)];
			if (r >> 8 & 3 && (in[i] == '\n' || in[i] == '*'))
				in[i] = 'x';
		}
		dense_bytes_are_escaped_as_each_is(in, n);
		for (size_t i = 0; i < n; i++)
			if (in[i] == '\n' || in[i] == '*')
				in[i] = 'x';
		got = (size_t)(escape_text(out, in, in + n, 0, &after, &at) -
		    out);
		want = escape_slowly(slow, in, in + n);
		CHECK(
		    at == in + n && got == want && memcmp(out, slow, got) == 0);
		free(in);
		free(out);
		free(slow);
	}
}

/* What encode_plain() may do, one byte at a time. */
static const unsigned char *
plain_slowly(char **out, const unsigned char *in)
{
	const unsigned char *line = in;
	char *o = *out;

	for (const unsigned char *p = in; p < in + PLAIN_WINDOW; p++) {
		if (*p == '\n' && p > in && p[-1] == '\r') {
			o += sprintf(o, "R\t%.*s\n", (int)(p - 1 - line), line);
			line = p + 1;
		} else if (!(*p == '\r' &&
			       (p + 1 == in + PLAIN_WINDOW || p[1] == '\n')) &&
		    (*p == '\t' || !scan_is_plain(*p))) {
			return in;
		}
	}
	*out = o;
	return line;
}

/* Text with something odd in it seldom enough that most has nothing. */
static void
plain_lines_are_recorded_as_each_is(void)
{
	static const unsigned char odd[] = "\n\r\t*\\\x1f\x7f\x80\xff\r\r\n\n";
	unsigned char in[PLAIN_WINDOW + PLAIN_COPIED];
	static char out[4 * PLAIN_WINDOW], slow[4 * PLAIN_WINDOW];
	unsigned plain = 0, rounds = 20000;
	uint64_t rnd = 11;

	for (unsigned round = 0; round < rounds && !unit_failed; round++) {
		unsigned length = 2 + unit_random(&rnd) % 250;
		const unsigned char *at = in, *want;
		char *o, *s = slow;

		for (unsigned i = 0; i < sizeof in; i++)
			in[i] = (unsigned char)(' ' + i % 10);
		for (unsigned i = unit_random(&rnd) % length; i < sizeof in;
		     i += 2 + unit_random(&rnd) % length) {
			in[i] = '\n';
			if (i > 0)
				in[i - 1] = '\r';
		}
		if (unit_random(&rnd) % 2 == 0)
			in[unit_random(&rnd) % PLAIN_WINDOW] =
			    odd[unit_random(&rnd) % (sizeof odd - 1)];
		want = plain_slowly(&s, in);
		o = encode_plain(out, out + sizeof out, 'R', &at);
		plain += at > in;
#ifdef CPU_X86
		CHECK(at == want && o - out == s - slow);
		CHECK(memcmp(out, slow, (size_t)(s - slow)) == 0);
		/* No line begins at a limit. */
		at = in;
		o = encode_plain(out, out + 1, 'R', &at);
		CHECK((want == in && at == in) ||
		    (at > in && at[-1] == '\n' &&
			memchr(in, '\n', (size_t)(at - 1 - in)) == NULL));
#else
		CHECK(at == in && o == out && want != NULL);
#endif
	}
#ifdef CPU_X86
	CHECK(plain > rounds / 4 && plain < rounds * 3 / 4);
#else
	CHECK(plain == 0);
#endif
}

/* What is done one way or the other, as the processor can, is the same. */
static void
on_each_processor(void (*test)(void))
{
	for (enum cpu_level level = CPU_ANY; level <= CPU_AVX2; level++) {
		cpu_pretend(level);
		test();
	}
}

static void
many_bytes(void)
{
	on_each_processor(many_bytes_are_escaped_as_each_is);
}

static void
plain_lines(void)
{
	on_each_processor(plain_lines_are_recorded_as_each_is);
}

static void
damaged_lines_are_told(void)
{
	static const char *const lines[] = {"", "x", "S", "S 1", "S 1.5 x",
	    "S  abc", "Q 1.000000 x", "# nothing", "#end x", "#teed 2 id=x",
	    "S 99999999999999999999999.000000 x"};
	struct decode dec;
	struct decode_record r;

	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		decode_init(&dec);
		decode_line(&dec, lines[i], strlen(lines[i]), &r);
		CHECK(r.kind == DECODE_BAD && r.why != NULL);
	}
}

static const struct unit units[] = {
    {"random bytes in random pieces come back", random_bytes_in_random_pieces},
    {"segments do not change what comes back", the_same_across_segments},
    {"the text does not depend on the cuts", cuts_do_not_show},
    {"each escape as written down", each_escape_as_written_down},
    {"many bytes are escaped as each of them is", many_bytes},
    {"plain lines are recorded as each of them is", plain_lines},
    {"the last line counts a mask as four", the_end_counts},
    {"what is lost is counted and said", what_is_lost_is_said},
    {"damaged lines are told", damaged_lines_are_told},
};

int
main(void)
{
	return unit_main(units, sizeof units / sizeof *units);
}
