/*
 * fuzz_encode.c - what the encoder writes, the decoder gives back
 *
 * The input is the free part of script.h: what both sides say, with silences.
 */
#include "script.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct encode enc;
static char text[4 * 1024 * 1024];
static size_t text_len;

static bool
to_text(void *arg, const char *p, size_t n)
{
	(void)arg;
	if (n > sizeof text - text_len)
		abort();
	memcpy(text + text_len, p, n);
	text_len += n;
	return true;
}

static void
write_down(const struct script *s)
{
	const struct encode_out out = {to_text, NULL, NULL};
	uint64_t clock = 0;

	text_len = 0;
	encode_init(&enc, &out, UINT64_MAX);
	for (int i = 0; i < s->nruns; i++) {
		const struct run *r = &s->runs[i];

		if (r->pause)
			encode_break(&enc, DIR_S);
		clock += r->n;
		encode_read(&enc, r->dir, clock);
		encode_text(&enc, r->dir, s->bytes + r->at, r->n);
		if (r->n % 5 == 0)
			encode_cut(&enc, r->dir, clock);
		if (r->n % 7 == 0)
			encode_flush(&enc);
	}
	encode_end(&enc, clock, NULL);
}

/* The bytes of one direction as they were said, and as they are read. */
static void
compare(const struct script *s, enum dir d)
{
	static unsigned char want[sizeof s->bytes], got[sizeof text];
	struct decode_record r;
	struct decode dec;
	size_t nwant = 0, ngot = 0;

	for (int i = 0; i < s->nruns; i++) {
		if (s->runs[i].dir != d)
			continue;
		memcpy(want + nwant, s->bytes + s->runs[i].at, s->runs[i].n);
		nwant += s->runs[i].n;
	}
	decode_init(&dec);
	for (const char *p = text, *lf; p < text + text_len; p = lf + 1) {
		lf = memchr(p, '\n', (size_t)(text + text_len - p));
		if (lf == NULL)
			abort();
		decode_line(&dec, p, (size_t)(lf - p), &r);
		if (r.kind == DECODE_BAD || r.len > FORMAT_RECORD * ESCAPE_MAX)
			abort();
		if (r.kind == DECODE_DATA && r.dir == d)
			ngot += decode_bytes(&r, got + ngot, NULL, NULL);
	}
	if (ngot != nwant || memcmp(got, want, ngot) != 0)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct script s;

	script_make(&s, data, size);
	write_down(&s);
	compare(&s, DIR_S);
	compare(&s, DIR_R);
	return 0;
}
