/* json.c - the small part of JSON that is written here */
#include "json.h"
#include "when.h"

#include "../base/scan.h"
#include "../transcript/escape.h"

#include <string.h>

/* ---- strings ---------------------------------------------------------- */

/* Bytes of escaped text that JSON wants escaped once more. */
static inline bool
is_special(char c)
{
	return c == '"' || c == '\\' || c == '\t';
}

/* Text without control bytes but TAB; room for twice as much is there. */
static char *
put_escaped(char *o, const char *p, const char *end)
{
	for (; p < end; p++) {
		if (is_special(*p)) {
			*o++ = '\\';
			*o++ = *p == '\t' ? 't' : *p;
		} else {
			*o++ = *p;
		}
	}
	return o;
}

/* Bytes of the conversation between masks. */
static void
put_said(struct out *o, const unsigned char *p, const unsigned char *end,
    bool mask_next, enum escape_after *after)
{
	char text[OUT_PIECE * ESCAPE_MAX + SCAN_SLACK];

	while (p < end) {
		const unsigned char *stop = p + out_piece(p, (size_t)(end - p));
		bool more = stop < end || mask_next;

		while (p < stop) {
			char *to = escape_text(text, p, stop, more, after, &p);

			out_room(o, 2 * (size_t)(to - text) + 16);
			o->at = put_escaped(o->at, text, to);
			if (p < stop && *p == '\r') {
				out_text(o, "\\\\r");
				p++;
			}
			if (p < stop && *p == '\n') {
				out_text(o, "\\\\x0a");
				p++;
			}
		}
	}
}

/* Any text: what is no UTF-8 or controls a terminal is \xHH. */
static void
put_text(struct out *o, const char *text, size_t n)
{
	const unsigned char *p = (const unsigned char *)text, *end = p + n;
	size_t k;

	for (; p < end; p += k) {
		k = *p >= 0x80 ? escape_utf8(p, end) : 0;
		if (k > 0) {
			out_bytes(o, p, k);
			continue;
		}
		k = 1;
		if (is_special((char)*p)) {
			out_char(o, '\\');
			out_char(o, *p == '\t' ? 't' : (char)*p);
		} else if (*p < 0x20 || *p >= 0x7f) {
			out_fmt(o, "\\\\x%02x", *p);
		} else {
			out_char(o, (char)*p);
		}
	}
}

void
json_text(struct out *o, const char *text, size_t n)
{
	out_char(o, '"');
	put_text(o, text, n);
	out_char(o, '"');
}

/* A mask as the log shows it, and the label behind it. */
static void
put_mask(struct out *o, const struct event *ev, const struct event_mask *m)
{
	put_text(o, (const char *)ev->bytes + m->at, m->len);
	if (m->label == NULL)
		return;
	out_text(o, " (");
	put_text(o, m->label, m->label_len);
	out_char(o, ')');
}

void
json_said(struct out *o, const struct event *ev)
{
	const unsigned char *p = ev->bytes, *end = p + ev->len;
	enum escape_after after = AFTER_TEXT;

	out_char(o, '"');
	for (size_t i = 0; i < ev->nmasks; i++) {
		const struct event_mask *m = &ev->masks[i];

		put_said(o, p, ev->bytes + m->at, true, &after);
		put_mask(o, ev, m);
		after = m->label != NULL ? AFTER_TEXT : AFTER_MASK;
		p = ev->bytes + m->at + m->len;
	}
	put_said(o, p, end, false, &after);
	out_char(o, '"');
}

/* ---- members ---------------------------------------------------------- */

void
json_key(struct out *o, const char *key)
{
	out_text(o, ",\"");
	out_text(o, key);
	out_text(o, "\":");
}

void
json_pair(struct out *o, const char *key, const char *text)
{
	json_key(o, key);
	if (text != NULL)
		json_text(o, text, strlen(text));
	else
		out_text(o, "null");
}

void
json_number(struct out *o, const char *key, uint64_t number)
{
	json_key(o, key);
	out_number(o, number);
}

void
json_seconds(struct out *o, const char *key, int64_t us)
{
	json_key(o, key);
	if (us == TIME_NONE)
		out_text(o, "null");
	else
		out_seconds(o, us);
}

void
json_date(struct out *o, const char *key, int64_t us)
{
	char text[64];

	json_pair(o, key, when_iso(text, sizeof text, us));
}

void
json_bool(struct out *o, const char *key, bool value)
{
	json_key(o, key);
	out_text(o, value ? "true" : "false");
}

void
json_session(struct out *o, const struct session *s)
{
	json_pair(o, "session", s->id);
	json_pair(o, "format", s->format);
	json_pair(o, "protocol", s->protocol);
	json_pair(o, "service", s->service);
	json_date(o, "start", s->start_us);
	json_pair(o, "client", s->client);
	json_pair(o, "server", s->server);
	json_pair(o, "host", s->host);
	json_pair(o, "pid", s->pid);
	json_pair(o, "file", s->file);
	json_bool(o, "zone_assumed", s->zone_assumed);
}
