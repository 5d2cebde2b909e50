/*
 * fuzz_track.c - a tracker hears a conversation that somebody tampered with
 *
 * Compiled once for each protocol, whose name is PROTOCOL.  What must hold:
 *
 *  - however the bytes of one side are cut, the record shows the same lines and
 *    events, and counts the same (but for `raw`, which keeps no state from read
 *    to read, so that a telnet command may be cut);
 *  - a secret that the fixture marks does not come out (script.h says why it is
 *    still one);
 *  - where nothing is masked, and nothing is opaque, all bytes come out again;
 *  - reading the record again, with its masks, ends well.
 */
#include "../unit/leak.h"
#include "script.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct script script;
static struct recording rec;

/* What was said, in the words of a fixture (conversation.h), and the record. */
static void
die(const char *why)
{
	static char text[ESCAPE_MAX * sizeof script.bytes + 64];

	fprintf(stderr, "%s:\n", why);
	for (int i = 0; i < script.nruns; i++) {
		const struct run *r = &script.runs[i];
		const unsigned char *p = script.bytes + r->at, *end = p + r->n;

		if (r->pause)
			fprintf(stderr, "# silence\n");
		while (p < end) {
			enum escape_after after = AFTER_TEXT;
			const unsigned char *at;
			char *to = escape_text(text, p, end, 0, &after, &at);

			*to = '\0';
			fprintf(stderr, "%c%s %s\n", "CS"[r->dir],
			    at == end	    ? "." :
				*at == '\r' ? "" :
					      "n",
			    text);
			p = at == end ? end : at + 1 + (*at == '\r');
		}
	}
	fprintf(stderr, "the record:\n%s\n", rec.text);
	abort();
}

static const char *
protocol(void)
{
	if (strcmp(PROTOCOL, "tls") != 0)
		return PROTOCOL;
	return script.from != NULL ? script.from->protocol : "auto";
}

/* So many runs.  cut: 0 not at all, 1 each byte alone, else a seed. */
static void
play(int runs, enum track_mode mode, uint64_t cut)
{
	uint64_t rnd = cut;
	size_t k;

	recording_begin(&rec, protocol(), mode);
	for (int i = 0; i < runs; i++) {
		const struct run *r = &script.runs[i];

		if (r->pause)
			recording_pause(&rec);
		for (size_t at = 0; at < r->n; at += k) {
			k = r->n - at;
			if (cut == 1)
				k = 1;
			else if (cut > 1)
				k = 1 + unit_random(&rnd) % (r->n - at);
			recording_read(
			    &rec, r->dir, script.bytes + r->at + at, k);
		}
	}
	recording_end(&rec);
}

/* Events and counts, without their times. */
static void
events(char *out, size_t size)
{
	struct decode dec;
	struct decode_record r;
	struct str s;

	str_init(&s, out, size);
	decode_init(&dec);
	for (const char *p = rec.text, *lf; *p != '\0'; p = lf + 1) {
		lf = strchr(p, '\n');
		decode_line(&dec, p, (size_t)(lf - p), &r);
		if (r.kind != DECODE_EVENT && r.kind != DECODE_END)
			continue;
		str_bytes(&s, r.text, r.len);
		str_char(&s, '\n');
	}
}

/* What a record shows: both directions, and the events. */
static char shown[3][RECORD], other[RECORD];

/* Masks that touch hide what one would. */
static void
join_masks(char *p)
{
	while ((p = strstr(p, "********")) != NULL)
		memmove(p, p + 4, strlen(p + 4) + 1);
}

static void
look(int i, char *out)
{
	if (i == 2)
		events(out, RECORD);
	else if (recording_lines(&rec, (enum dir)i, out, RECORD) != 0)
		die("this is no record");
	join_masks(out);
}

static void
remember(void)
{
	for (int i = 0; i < 3; i++)
		look(i, shown[i]);
}

/*
 * In an HTTP response's body what repeats the client's bytes is hidden by what
 * was known when it could be told apart, which the cuts decide: one mask or two,
 * a byte more or less.  That no secret shows is another test.
 */
static bool
is_judged_by_time(void)
{
	return strstr(shown[DIR_R], "HTTP/") != NULL &&
	    (strstr(shown[DIR_R], "****") != NULL ||
		strstr(other, "****") != NULL);
}

static void
compare(void)
{
	bool timed = false; /* as are the counts of what is shown */

	for (int i = 0; i < 3; i++) {
		look(i, other);
		timed |= i == DIR_R && is_judged_by_time();
		if (strcmp(PROTOCOL, "raw") == 0 || timed)
			continue;
		if (strcmp(shown[i], other) == 0)
			continue;
		fprintf(stderr, "uncut:\n%s\ncut:\n%s\n", shown[i], other);
		die("other cuts, another record");
	}
}

/* The fixture without the free part, which may say its secrets anywhere. */
static void
no_secrets(uint64_t cut)
{
	const struct conversation *c = script.from;

	play(script.free_run, TRACK_MASK, cut);
	for (int i = 0; i < c->nsecrets; i++) {
		const char *secret = c->secrets[i];
		const char *form = leak_in(rec.text, secret);

		if (form == NULL)
			continue;
		fprintf(stderr, "%s came out %s\n", secret, form);
		die("a secret came out");
	}
}

/* ---- without masks ---------------------------------------------------- */

static void
lossless(void)
{
	static unsigned char got[2][sizeof script.bytes];
	static unsigned char want[2][sizeof script.bytes];
	static unsigned char bytes[RECORD];
	size_t ngot[2] = {0, 0}, nwant[2] = {0, 0};
	struct decode dec;
	struct decode_record r;

	if (rec.opaque || strstr(rec.text, "\\d\n") != NULL ||
	    strstr(rec.text, " binary ") != NULL)
		return;
	for (int i = 0; i < script.nruns; i++) {
		const struct run *run = &script.runs[i];

		memcpy(want[run->dir] + nwant[run->dir], script.bytes + run->at,
		    run->n);
		nwant[run->dir] += run->n;
	}
	decode_init(&dec);
	for (const char *p = rec.text, *lf; *p != '\0'; p = lf + 1) {
		size_t n;

		lf = strchr(p, '\n');
		decode_line(&dec, p, (size_t)(lf - p), &r);
		if (r.kind != DECODE_DATA)
			continue;
		n = decode_bytes(&r, bytes, NULL, NULL);
		if (n > sizeof got[0] - ngot[r.dir])
			die("more than was said");
		memcpy(got[r.dir] + ngot[r.dir], bytes, n);
		ngot[r.dir] += n;
	}
	for (int d = 0; d < 2; d++)
		if (ngot[d] != nwant[d] ||
		    memcmp(got[d], want[d], ngot[d]) != 0)
			die("what is not masked came out changed");
}

/* ---- reading it again ------------------------------------------------- */

/* A fact's texts are there to be read. */
static void
on_fact(void *arg, const struct fact *f)
{
	volatile unsigned char sum = 0;

	(void)arg;
	for (size_t i = 0; i < f->arg_len; i++)
		sum = (unsigned char)(sum + f->arg[i]);
	if (f->verb != NULL)
		sum = (unsigned char)(sum + strlen(f->verb));
}

static void
read_again(void)
{
	struct track_out out = track_nowhere;
	static struct track reader;
	static unsigned char bytes[RECORD];
	struct decode dec;
	struct decode_record r;
	size_t n;

	out.fact = on_fact;
	track_open(&reader, protocol_find(protocol()), true, TRACK_READ, &out);
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
	if (strlen(track_summary(&reader)->user) >= 256)
		die("a name without an end");
}

/* ---- all of it -------------------------------------------------------- */

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc, (void)argv;
	script_fixtures(PROTOCOL);
	return 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint64_t seed = 2 + size;

	for (size_t i = 0; i < size; i++)
		seed = seed * 31 + data[i];
	script_make(&script, data, size);
	if (script.from != NULL && script.from->show)
		return 0;
	rec.exact = false;
	if (script.from != NULL && script.from->nsecrets > 0) {
		no_secrets(0);
		no_secrets(seed | 2);
		rec.exact = true;
		no_secrets(seed);
		rec.exact = false;
	}
	play(script.nruns, TRACK_MASK, 0);
	remember();
	read_again();
	play(script.nruns, TRACK_MASK, 1);
	compare();
	play(script.nruns, TRACK_MASK, seed | 2);
	compare();
	rec.exact = true;
	play(script.nruns, TRACK_SHOW, seed | 2);
	lossless();
	return 0;
}
