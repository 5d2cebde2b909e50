/* said.c - an event's data in the alphabet of a transcript */
#include "said.h"

#include "../base/scan.h"
#include "../transcript/escape.h"
#include "../transcript/format.h"

/* The bytes between masks; line ends within them, too. */
static void
add_bytes(struct buf *s, const unsigned char *p, const unsigned char *end,
    bool mask_next, enum escape_after *after)
{
	while (p < end) {
		char *to =
		    buf_room(s, (size_t)(end - p) * ESCAPE_MAX + SCAN_SLACK);

		to = escape_text(to, p, end, mask_next, after, &p);
		s->len = (size_t)(to - s->p);
		if (p < end && *p == '\r') {
			buf_add(s, "\\r", 2);
			p++;
		}
		if (p < end && *p == '\n') {
			buf_add(s, "\\x0a", 4);
			p++;
		}
	}
}

/* Text that is escaped already, but not by us. */
static void
add_text(struct buf *s, const char *text, size_t n)
{
	const unsigned char *p = (const unsigned char *)text, *end = p + n;

	for (; p < end; p++) {
		size_t k = escape_utf8(p, end);

		if (k > 0) {
			buf_add(s, (const char *)p, k);
			p += k - 1;
		} else if (*p < 0x20 || *p >= 0x7f) {
			buf_fmt(s, "\\x%02x", *p);
		} else {
			buf_add(s, (const char *)p, 1);
		}
	}
}

/*
 * A mask as the log shows it, or as a transcript would where it shows nothing;
 * and what is known of the secret.
 */
static void
add_mask(struct buf *s, const struct event *ev, const struct event_mask *m)
{
	if (m->len == 0)
		buf_text(s, FORMAT_MASK);
	add_text(s, (const char *)ev->bytes + m->at, m->len);
	if (m->label == NULL)
		return;
	buf_add(s, " (", 2);
	add_text(s, m->label, m->label_len);
	buf_add(s, ")", 1);
}

void
said_make(struct buf *s, const struct event *ev)
{
	const unsigned char *p = ev->bytes, *end = p + ev->len;
	enum escape_after after = AFTER_TEXT;

	s->len = 0;
	for (size_t i = 0; i < ev->nmasks; i++) {
		const struct event_mask *m = &ev->masks[i];

		add_bytes(s, p, ev->bytes + m->at, true, &after);
		add_mask(s, ev, m);
		after = m->label != NULL ? AFTER_TEXT : AFTER_MASK;
		p = ev->bytes + m->at + m->len;
	}
	add_bytes(s, p, end, false, &after);
}
