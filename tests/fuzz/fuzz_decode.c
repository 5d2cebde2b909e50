/*
 * fuzz_decode.c - any bytes, read as a transcript
 *
 * Besides not crashing: what is decoded and written down again decodes to the
 * same, whatever is printed commands no terminal, and there are no more events
 * than lines could give.
 */
#include "../../src/teelog/digest.h"
#include "../../src/teelog/json.h"
#include "../../src/teelog/print.h"
#include "../../src/teelog/transcript.h"
#include "../../src/transcript/escape.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Data written in the alphabet of a transcript is the same when read. */
static void
check_said(const struct event *ev)
{
	static struct buf said;
	unsigned char *back;
	size_t n;

	said_make(&said, ev);
	back = malloc(said.len + 1);
	n = unescape_text(back, said.p != NULL ? said.p : "", said.len, NULL,
	    NULL);
	if (n != ev->len || (n > 0 && memcmp(back, ev->bytes, n) != 0))
		abort();
	free(back);
}

/* Nothing but text, tabs and line ends; with colours, those alone. */
static void
check_printed(const struct out *o, bool colour)
{
	const unsigned char *p = (const unsigned char *)o->buf;
	const unsigned char *end = (const unsigned char *)o->at;
	size_t k;

	while (p < end) {
		k = 1;
		if (colour && *p == '\033') {
			while (p < end && *p != 'm')
				p++;
		} else if (*p >= 0x80) {
			k = escape_utf8(p, end);
			if (k == 0)
				abort();
		} else if ((*p < 0x20 && *p != '\t' && *p != '\n') ||
		    *p == 0x7f) {
			abort();
		}
		p += k;
	}
}

static void
run(const uint8_t *data, size_t size, struct out *o, struct print *how)
{
	struct digesting *dg = NULL;
	struct transcript *t;
	struct session *s;
	struct digest d;
	struct lines lines;
	struct event ev;
	struct buf room = {NULL, 0, 0};
	size_t most = 3 * size + 8;

	lines_of(&lines, data, size);
	t = transcript_open(&lines, NULL, NULL);
	while ((s = transcript_session(t)) != NULL) {
		struct print p = *how;

		p.paint.out = o;
		print_begin(&p, s);
		dg = digest_begin(s);
		while (transcript_event(t, &ev)) {
			if (most-- == 0)
				abort();
			if (ev.kind == EVENT_DATA)
				check_said(&ev);
			digest_event(dg, &ev);
			print_event(&p, &ev);
			json_said(o, &room, &ev);
			check_printed(o, p.paint.colour);
			o->at = o->buf;
		}
		print_end(&p);
		digest_end(&dg, &d);
		digest_json(o, &d);
		check_printed(o, p.paint.colour);
		digest_free(&d);
	}
	transcript_close(&t);
	buf_free(&room);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct print how = {.style = style_nth(0)};
	struct out o;

	out_open(&o, -1);
	how.decode = size % 2 == 0;
	how.paint.colour = size % 3 == 0;
	how.style = style_nth(size % 6);
	run(data, size, &o, &how);
	out_close(&o);
	return 0;
}
