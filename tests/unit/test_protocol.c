/*
 * test_protocol.c - what a record shows of a conversation, however it is cut
 *
 * usage: test_protocol fixture ...
 */
#include "conversation.h"
#include "leak.h"

static struct recording rec;
static struct conversation conv;

/* ---- what came out ---------------------------------------------------- */

/* What should come out; NULL where a turn says nothing about it. */
static bool
wanted(enum dir d, char *out, size_t size)
{
	struct str s;

	str_init(&s, out, size);
	for (int i = 0; i < conv.nturns; i++) {
		const struct turn *t = &conv.turns[i];

		if (t->dir != d)
			continue;
		if (t->want == NULL)
			return false;
		str_text(&s, t->want);
		if (t->none)
			continue;
		if ((t->n > 0 && t->bytes[t->n - 1] == '\n') ||
		    (s.len > 1 && strcmp(s.text + s.len - 2, "\\d") == 0))
			str_char(&s, '\n');
	}
	return true;
}

static const char *
first_difference(const char *a, const char *b)
{
	static char text[300];
	const char *sa = a, *sb = b;

	for (; *a != '\0' && *a == *b; a++, b++)
		if (*a == '\n') {
			sa = a + 1;
			sb = b + 1;
		}
	snprintf(text, sizeof text, "got \"%.*s\", want \"%.*s\"",
	    (int)strcspn(sa, "\n"), sa, (int)strcspn(sb, "\n"), sb);
	return text;
}

/* ---- secrets ---------------------------------------------------------- */

static void
no_secrets(const char *how)
{
	for (int i = 0; i < conv.nsecrets; i++) {
		const char *form = leak_in(rec.text, conv.secrets[i]);

		if (form != NULL) {
			unit_failed++;
			printf("# %s: secret %s came out %s\n", how,
			    conv.secrets[i], form);
		}
	}
}

/* ---- cuts ------------------------------------------------------------- */

enum cut { WHOLE_LINES, BY_BYTE, BY_TURN, AT_RANDOM, ONCE };

static void
say_turns(int from, int to, enum cut cut, uint64_t *rnd)
{
	static unsigned char bytes[65536];
	enum dir d = conv.turns[from].dir;
	size_t n = 0;

	for (int i = from; i < to; i++) {
		memcpy(bytes + n, conv.turns[i].bytes, conv.turns[i].n);
		n += conv.turns[i].n;
	}
	for (size_t at = 0, k; at < n; at += k) {
		k = n - at;
		if (cut == BY_BYTE)
			k = 1;
		else if (cut == AT_RANDOM)
			k = 1 + unit_random(rnd) % (n - at);
		else if (cut == ONCE && *rnd < k)
			k = *rnd > 0 ? *rnd : k;
		if (cut == ONCE)
			*rnd -= k <= *rnd ? k : *rnd;
		recording_read(&rec, d, bytes + at, k);
	}
}

static void
say(enum cut cut, uint64_t seed, enum track_mode mode)
{
	uint64_t rnd = seed;
	int i, k;

	recording_begin(&rec, conv.protocol, conv.show ? TRACK_SHOW : mode);
	for (i = 0; i < conv.nturns; i = k) {
		k = i + 1;
		while (cut != WHOLE_LINES && k < conv.nturns &&
		    conv.turns[k].dir == conv.turns[i].dir)
			k++;
		say_turns(i, k, cut, &rnd);
	}
	recording_end(&rec);
}

/* The events, where the fixture names any, and the counts at the end. */
static void
compare_events(const char *how)
{
	struct decode dec;
	struct decode_record r;
	int n = 0;
	size_t end = conv.end != NULL ? strlen(conv.end) : 0;

	decode_init(&dec);
	for (const char *p = rec.text, *lf; *p != '\0'; p = lf + 1) {
		lf = strchr(p, '\n');
		decode_line(&dec, p, (size_t)(lf - p), &r);
		if (r.kind == DECODE_EVENT && conv.nevents > 0 &&
		    (n == conv.nevents || strlen(conv.events[n]) != r.len ||
			strncmp(conv.events[n++], r.text, r.len) != 0)) {
			unit_failed++;
			printf("# %s: event %.*s\n", how, (int)r.len, r.text);
		}
		if (r.kind == DECODE_END && conv.end != NULL &&
		    (r.len < end || strncmp(r.text, conv.end, end) != 0)) {
			unit_failed++;
			printf("# %s: end %.*s\n", how, (int)r.len, r.text);
		}
	}
	if (n < conv.nevents) {
		unit_failed++;
		printf("# %s: no event %s\n", how, conv.events[n]);
	}
}

static void
compare_summary(const char *how, const struct track *t)
{
	char got[1024], word[300];
	const char *p = conv.summary;
	size_t n;

	summary_text(track_summary(t), got, sizeof got);
	for (; p != NULL && *p != '\0'; p += n + strspn(p + n, " ")) {
		n = strcspn(p, " ");
		snprintf(word, sizeof word, " %.*s ", (int)n, p);
		if (strstr(got, word) == NULL) {
			unit_failed++;
			printf("# %s: not%sin summary%s\n", how, word, got);
		}
	}
}

/* A read may have ended within a character, whose bytes are then escaped. */
static void
join_characters(char *text)
{
	char *out = text;
	unsigned byte;

	for (; *text != '\0'; text++, out++) {
		*out = *text;
		if (*text == '\\' && text[1] == '\\')
			*++out = *++text;
		else if (*text == '\\' && text[1] == 'x' &&
		    sscanf(text + 2, "%2x", &byte) == 1 && byte >= 0x80) {
			*out = (char)byte;
			text += 3;
		}
	}
	*out = '\0';
}

static void
compare(const char *how)
{
	static char got[RECORD], want[RECORD];

	compare_events(how);
	compare_summary(how, &rec.track);

	for (enum dir d = DIR_S; d <= DIR_R; d++) {
		bool known = wanted(d, want, sizeof want);

		unit_failed += recording_lines(&rec, d, got, sizeof got);
		if (rec.exact) {
			join_characters(got);
			join_characters(want);
		}
		if (known && strcmp(got, want) != 0) {
			unit_failed++;
			printf("# %s, %s: %s\n", how,
			    d == DIR_S ? "client" : "daemon",
			    first_difference(got, want));
		}
	}
	no_secrets(how);
}

/* All that was said comes out again where nothing is masked. */
static void
lossless(void)
{
	static char got[RECORD], want[RECORD];
	struct str s;

	for (enum dir d = DIR_S; d <= DIR_R; d++) {
		struct decode dec;
		struct decode_record r;
		const char *p = rec.text, *lf;
		size_t n = 0;

		str_init(&s, want, sizeof want);
		for (int i = 0; i < conv.nturns; i++)
			if (conv.turns[i].dir == d)
				str_bytes(
				    &s, conv.turns[i].bytes, conv.turns[i].n);
		decode_init(&dec);
		for (; p < rec.text + rec.len; p = lf + 1) {
			lf = strchr(p, '\n');
			decode_line(&dec, p, (size_t)(lf - p), &r);
			if (r.kind == DECODE_DATA && r.dir == d)
				n += decode_bytes(
				    &r, (unsigned char *)got + n, NULL, NULL);
		}
		CHECK(n == s.len && memcmp(got, want, n) == 0);
	}
}

/* ---- reading a record ------------------------------------------------- */

/* A tracker that reads the record must come to the same end. */
static void
read_again(void)
{
	static struct track reader;
	static unsigned char bytes[65536];
	struct decode dec;
	struct decode_record r;
	size_t n;

	track_open(&reader, protocol_find(conv.protocol),
	    strcmp(conv.protocol, "auto") != 0, TRACK_READ, &track_nowhere);
	decode_init(&dec);
	for (const char *p = rec.text, *lf; *p != '\0'; p = lf + 1) {
		lf = strchr(p, '\n');
		decode_line(&dec, p, (size_t)(lf - p), &r);
		if (r.kind != DECODE_DATA)
			continue;
		n = decode_bytes(&r, bytes, NULL, NULL);
		if (r.eol == EOL_DESCRIBED)
			bytes[n++] = '\n';
		track_bytes(&reader, r.dir, bytes, n);
	}
	track_close(&reader, DIR_S);
	track_close(&reader, DIR_R);
	compare_summary("read again", &reader);
}

/*
 * The client may run ahead of the daemon as it likes; the daemon can't answer
 * what it has not been told.
 */
static void
interleave(uint64_t seed)
{
	size_t at[2] = {0, 0};
	int turn[2] = {0, 0};
	uint64_t rnd = seed;

	recording_begin(
	    &rec, conv.protocol, conv.show ? TRACK_SHOW : TRACK_MASK);
	while (turn[DIR_S] < conv.nturns || turn[DIR_R] < conv.nturns) {
		int d = (int)(unit_random(&rnd) % 2);
		const struct turn *t = &conv.turns[turn[d]];
		size_t k;

		if (turn[d] == conv.nturns ||
		    (d == DIR_R && turn[DIR_R] > turn[DIR_S]))
			continue;
		if (t->dir != (enum dir)d || at[d] == t->n) {
			turn[d]++;
			at[d] = 0;
			continue;
		}
		k = 1 + unit_random(&rnd) % (seed % 2 ? 4 : t->n - at[d]);
		if (k > t->n - at[d])
			k = t->n - at[d];
		recording_read(&rec, (enum dir)d, t->bytes + at[d], k);
		at[d] += k;
		if (unit_random(&rnd) % 16 == 0)
			recording_pause(&rec);
	}
	recording_end(&rec);
	no_secrets("interleaved");
}

/* Bytes of both sides. */
static size_t
length(void)
{
	size_t n = 0;

	for (int i = 0; i < conv.nturns; i++)
		n += conv.turns[i].n;
	return n;
}

/* At each byte in turn; where there are too many, at some of them. */
static void
cut_once(void)
{
	const size_t n = length();

	for (size_t at = 1; at < n; at += n <= 8192 ? 1 : n / 200) {
		say(ONCE, at, TRACK_MASK);
		compare("cut once");
	}
}

static bool has_opaque;

static void
check(const char *path)
{
	unit_failed = 0;
	conversation_read(&conv, path);
	say(WHOLE_LINES, 0, TRACK_MASK);
	compare("line by line");
	if (conv.summary != NULL)
		read_again();
	has_opaque = strstr(rec.text, " tls ") != NULL ||
	    strstr(rec.text, " binary ") != NULL ||
	    strstr(rec.text, "\\d\n") != NULL;
	say(BY_TURN, 0, TRACK_MASK);
	compare("turn by turn");
	say(BY_BYTE, 0, TRACK_MASK);
	compare("byte by byte");
	cut_once();
	for (uint64_t seed = 1; seed <= 30; seed++) {
		say(AT_RANDOM, seed, TRACK_MASK);
		compare("cut at random");
	}
	rec.exact = true;
	say(BY_BYTE, 0, TRACK_MASK);
	compare("exactly, byte by byte");
	for (uint64_t seed = 1; seed <= 30; seed++) {
		say(AT_RANDOM, seed, TRACK_MASK);
		compare("exactly, cut at random");
	}
	rec.exact = false;
	/* What is long is played less often. */
	for (uint64_t seed = length() > 30000 ? 54 : 1;
	     seed <= 60 && !conv.lockstep; seed++)
		interleave(seed);
	if (!has_opaque) {
		say(AT_RANDOM, 7, TRACK_SHOW);
		lossless();
		rec.exact = true;
		say(AT_RANDOM, 8, TRACK_SHOW);
		lossless();
		rec.exact = false;
	}
	conversation_free(&conv);
}

int
main(int argc, char **argv)
{
	int bad = 0;

	if (argc > 2 && strcmp(argv[1], "-v") == 0) {
		conversation_read(&conv, argv[2]);
		say(WHOLE_LINES, 0, TRACK_MASK);
		fputs(rec.text, stdout);
		return 0;
	}
	printf("1..%d\n", argc - 1);
	for (int i = 1; i < argc; i++) {
		check(argv[i]);
		printf("%sok %d - %s\n", unit_failed ? "not " : "", i, argv[i]);
		bad += unit_failed != 0;
	}
	return bad != 0;
}
