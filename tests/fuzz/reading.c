/* reading.c - a session as all of the reader sees it, with its promises checked */
#include "reading.h"

#include "../../src/teelog/json.h"
#include "../../src/teelog/said.h"
#include "../../src/transcript/escape.h"

#include <stdlib.h>
#include <string.h>

/*
 * Data written in the alphabet of a transcript is the same when read.  A mask is
 * written as its log has it, whatever that is.
 */
static void
check_said(const struct event *ev)
{
	static struct buf said;
	unsigned char *back;
	size_t n;

	said_make(&said, ev);
	if (ev->nmasks > 0)
		return;
	back = malloc(said.len + 1);
	n = unescape_text(
	    back, said.p != NULL ? said.p : "", said.len, NULL, NULL);
	if (n != ev->len || (n > 0 && memcmp(back, ev->bytes, n) != 0))
		abort();
	free(back);
}

/* Nothing but text, tabs and line ends; with colours, those alone. */
static void
check_printed(struct reading *r)
{
	const unsigned char *p = (const unsigned char *)r->out.buf;
	const unsigned char *end = (const unsigned char *)r->out.at;
	size_t k;

	while (p < end) {
		k = 1;
		if (r->how.paint.colour && *p == '\033') {
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
	r->out.at = r->out.buf;
}

static void
check_event(const struct event *ev)
{
	volatile unsigned char sum = 0;
	size_t at = 0;

	for (size_t i = 0; i < ev->len; i++)
		sum = (unsigned char)(sum + ev->bytes[i]);
	for (size_t i = 0; i < ev->nmasks; i++) {
		const struct event_mask *m = &ev->masks[i];

		if (m->at < at || m->len > ev->len || m->at > ev->len - m->len)
			abort();
		at = m->at + m->len;
	}
	if ((ev->kind == EVENT_DATA) != (ev->dir != DIR_NONE))
		abort();
}

void
reading_open(struct reading *r, unsigned how)
{
	memset(r, 0, sizeof *r);
	out_open(&r->out, -1);
	r->how.decode = how % 2 == 0;
	r->how.paint.colour = how % 3 == 0;
	r->how.style = style_nth(how % 6);
	r->how.times = (enum print_times)(how % 5);
	r->how.pretty = how % 7 == 0;
}

void
reading_session(struct reading *r, const struct session *s)
{
	r->print = r->how;
	r->print.paint.out = &r->out;
	print_begin(&r->print, s);
	r->digesting = digest_begin(s);
}

void
reading_event(struct reading *r, const struct event *ev)
{
	check_event(ev);
	if (ev->kind == EVENT_DATA && (ev->flags & EVENT_OMITTED) == 0)
		check_said(ev);
	digest_event(r->digesting, ev);
	print_event(&r->print, ev);
	json_said(&r->out, &r->room, ev);
	check_printed(r);
}

void
reading_end(struct reading *r)
{
	struct digest d;

	print_end(&r->print);
	digest_end(&r->digesting, &d);
	digest_json(&r->out, &d);
	check_printed(r);
	digest_free(&d);
}

void
reading_close(struct reading *r)
{
	buf_free(&r->room);
	out_close(&r->out);
}
