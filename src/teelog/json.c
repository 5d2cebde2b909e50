/* json.c - the small part of JSON that is written here */
#include "json.h"
#include "when.h"

#include "../base/scan.h"
#include "../transcript/escape.h"

#include <string.h>

/* ---- strings ---------------------------------------------------------- */

/* Bytes that JSON does not take as they are, or a terminal should not see. */
static inline bool
is_special(unsigned char c)
{
	return c < 0x20 || c >= 0x7f || c == '"' || c == '\\';
}

/* Copy up to the first special byte; returns where that is, and moves *out. */
static const unsigned char *
copy_plain(const unsigned char *p, const unsigned char *end, char **out)
{
	char *o = *out;

#ifdef __SSE2__
	while (end - p >= 16) {
		__m128i v = _mm_loadu_si128((const __m128i *)(const void *)p);
		/* signed, so that bytes from 0x80 on are below 0x20 too */
		__m128i low = _mm_cmplt_epi8(v, _mm_set1_epi8(0x20));
		__m128i del = _mm_cmpeq_epi8(v, _mm_set1_epi8(0x7f));
		__m128i quote = _mm_cmpeq_epi8(v, _mm_set1_epi8('"'));
		__m128i slash = _mm_cmpeq_epi8(v, _mm_set1_epi8('\\'));
		unsigned m = (unsigned)_mm_movemask_epi8(_mm_or_si128(
		    _mm_or_si128(low, del), _mm_or_si128(quote, slash)));

		_mm_storeu_si128((__m128i *)(void *)o, v);
		if (m != 0) {
			*out = o + __builtin_ctz(m);
			return p + __builtin_ctz(m);
		}
		p += 16;
		o += 16;
	}
#endif
	while (p < end && !is_special(*p))
		*o++ = (char)*p++;
	*out = o;
	return p;
}

/* The special byte, or the run of UTF-8, at p; returns what follows. */
static const unsigned char *
put_special(char **out, const unsigned char *p, const unsigned char *end)
{
	static const char hex[] = "0123456789abcdef";
	char *o = *out;
	size_t n;

	if (*p >= 0x80) {
		const unsigned char *from = p;

		while (p < end && *p >= 0x80 && (n = escape_utf8(p, end)) > 0)
			p += n;
		if (p > from) {
			memcpy(o, from, (size_t)(p - from));
			*out = o + (p - from);
			return p;
		}
	}
	*o++ = '\\';
	if (*p == '"' || *p == '\\') {
		*o++ = (char)*p;
	} else if (*p == '\t') {
		*o++ = 't';
	} else {
		*o++ = '\\';
		*o++ = 'x';
		*o++ = hex[*p >> 4];
		*o++ = hex[*p & 15];
	}
	*out = o;
	return p + 1;
}

/* Any text, also one that is escaped already. */
static void
put_text(struct out *o, const void *text, size_t n)
{
	const unsigned char *p = text, *end = n > 0 ? p + n : p;

	while (p < end) {
		const unsigned char *stop = p + out_piece(p, (size_t)(end - p));

		out_room(o, 5 * OUT_PIECE + SCAN_SLACK);
		while ((p = copy_plain(p, stop, &o->at)) < stop)
			p = put_special(&o->at, p, stop);
	}
}

void
json_text(struct out *o, const char *text, size_t n)
{
	out_char(o, '"');
	put_text(o, text, n);
	out_char(o, '"');
}

void
json_said(struct out *o, struct buf *room, const struct event *ev)
{
	if (ev->said != NULL) {
		json_text(o, ev->said, ev->said_len);
		return;
	}
	said_make(room, ev);
	json_text(o, room->p, room->len);
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
json_session(struct out *o, const struct session *s)
{
	const char *name, *comma = "";
	unsigned bit;

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
	json_key(o, "lacks");
	out_char(o, '[');
	for (size_t i = 0; (name = session_lack_name(i, &bit)) != NULL; i++)
		if ((s->lacks & bit) != 0) {
			out_fmt(o, "%s\"%s\"", comma, name);
			comma = ",";
		}
	out_char(o, ']');
}
