/*
 * encode.c - conversation in, transcript out
 *
 * The fast path is encode_lines(): whole lines go from the caller's buffer to
 * ours.  Only what does not end a line is copied into `hold` first.
 */
#include "encode_record.h"

#include "../base/pages.h"
#include "../base/scan.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* The most that an event takes, and a record: prefix, text, masks, end. */
#define EVENT_ROOM 2048
#define RECORD_ROOM                                                            \
	(64 + (FORMAT_RECORD + 2) * ESCAPE_MAX + SCAN_SLACK +                  \
	    ENCODE_MARKS * 8 + ENCODE_LABELS)

/* Where no new segment can be had, go on in this one and try again later. */
#define ROLL_RETRY (1024 * 1024)

static void
set_limit(struct encode *e)
{
	/* One record may begin just below the limit; an event fits behind. */
	char *full = e->buf + sizeof e->buf - RECORD_ROOM - EVENT_ROOM;

	if (e->left < (uint64_t)(full - e->buf))
		e->limit = e->buf + e->left;
	else
		e->limit = full;
}

void
encode_init(struct encode *e, const struct encode_out *out, uint64_t left)
{
	/* Not memset(): the buffers are large, and untouched pages are free. */
	e->out = *out;
	for (int d = 0; d < DIRS; d++) {
		struct encode_side *s = &e->side[d];

		s->hold = e->holds[d];
		s->labels = e->labels[d];
		s->held = s->labels_len = s->nmarks = 0;
		s->after = AFTER_TEXT;
		s->time_us = s->read = s->counted = s->batch = s->lost = 0;
	}
	e->reads = 0;
	e->brief_read = 0;
	e->brief_dir = DIR_NONE;
	e->left = left;
	e->segment = 1;
	e->error = 0;
	e->at = e->buf;
	set_limit(e);
}

static char *
event_prefix(char *o, uint64_t time_us)
{
	*o++ = '#';
	*o++ = ' ';
	o = encode_time(o, time_us, FORMAT_TIME_WIDTH);
	*o++ = ' ';
	return o;
}

static uint64_t
latest(const struct encode *e)
{
	uint64_t t = 0;

	for (int d = 0; d < DIRS; d++)
		if (e->side[d].time_us > t)
			t = e->side[d].time_us;
	return t;
}

static void
count_batch(struct encode *e, bool lost)
{
	for (int d = 0; d < DIRS; d++) {
		if (lost)
			e->side[d].lost += e->side[d].batch;
		e->side[d].batch = 0;
	}
}

/* Writing works again, maybe: say first what it missed. */
static bool
write_lost(struct encode *e)
{
	char line[256], *o = event_prefix(line, latest(e));
	int n;

	n = snprintf(o, sizeof line - (size_t)(o - line),
	    "lost S=%" PRIu64 " R=%" PRIu64 " E=%" PRIu64 " reason=\"%s\"\n",
	    e->side[DIR_S].lost, e->side[DIR_R].lost, e->side[DIR_E].lost,
	    strerror(e->error));
	if (!e->out.write(e->out.arg, line, (size_t)(o - line) + (size_t)n))
		return false;
	for (int d = 0; d < DIRS; d++)
		e->side[d].lost = 0;
	e->error = 0;
	return true;
}

bool
encode_flush(struct encode *e)
{
	size_t n = (size_t)(e->at - e->buf);
	bool done;

	if (n == 0)
		return e->error == 0;
	done = (e->error == 0 || write_lost(e)) &&
	    e->out.write(e->out.arg, e->buf, n);
	if (!done && e->error == 0)
		e->error = errno != 0 ? errno : EIO;
	count_batch(e, !done);
	if (done)
		e->left -= n < e->left ? n : e->left;
	else
		e->brief_dir = DIR_NONE; /* the next record needs its time */
	e->at = e->buf;
	set_limit(e);
	return done;
}

void
encode_rest(struct encode *e)
{
	if (e->at == e->buf)
		pages_release(e->buf, sizeof e->buf);
}

void
encode_make_room(struct encode *e)
{
	bool full = (uint64_t)(e->at - e->buf) >= e->left;
	char line[96], *o;

	encode_flush(e);
	if (!full || e->out.roll == NULL)
		return;
	o = event_prefix(line, latest(e));
	o += sprintf(o, "segment %u\n", e->segment + 1);
	e->left =
	    e->out.roll(e->out.arg, e->segment + 1, line, (size_t)(o - line));
	if (e->left > 0)
		e->segment++;
	else
		e->left = ROLL_RETRY;
	e->brief_dir = DIR_NONE; /* a segment begins with a full time */
	set_limit(e);
}

/* Give out what is held: a whole line, or what there is of it. */
static void
put_held(struct encode *e, enum dir d)
{
	struct encode_side *s = &e->side[d];

	if (s->nmarks > 0)
		encode_marked(e, d);
	else
		encode_lines(e, d, s->hold, s->hold + s->held);
	s->held = s->labels_len = s->nmarks = 0;
}

void
encode_read(struct encode *e, enum dir d, uint64_t time_us)
{
	e->side[d].time_us = time_us;
	e->side[d].read = ++e->reads;
}

/* Whether the bytes held are a full record that goes on with this byte. */
static bool
is_full(const struct encode_side *s, unsigned char next)
{
	if (s->held < FORMAT_RECORD || next == '\n')
		return false;
	if (next != '\r')
		return true;
	return s->held > FORMAT_RECORD; /* this CR may end the line, once */
}

/*
 * Give out a full record of what is held and keep the rest: a CR that turned
 * out not to end the line belongs to the next record.
 */
static void
break_full(struct encode *e, enum dir d)
{
	struct encode_side *s = &e->side[d];
	bool cr = s->held > FORMAT_RECORD;

	if (cr)
		s->held--;
	put_held(e, d);
	if (cr)
		s->hold[s->held++] = '\r';
}

/* Hold back [p, end), which has no LF but maybe as its last byte. */
static void
hold(struct encode *e, enum dir d, const unsigned char *p,
    const unsigned char *end)
{
	struct encode_side *s = &e->side[d];

	while (p < end) {
		size_t n = (size_t)(end - p), room;

		if (s->held >= FORMAT_RECORD) {
			if (is_full(s, *p))
				break_full(e, d);
			else
				s->hold[s->held++] = *p++;
			continue;
		}
		room = FORMAT_RECORD - s->held;
		if (n > room)
			n = room;
		memcpy(s->hold + s->held, p, n);
		s->held += n;
		p += n;
	}
}

void
encode_text(struct encode *e, enum dir d, const void *text, size_t n)
{
	struct encode_side *s = &e->side[d];
	const unsigned char *p = text, *end = p + n, *last;

	s->counted += n;
	if (n > 0 && (s->held > 0 || s->nmarks > 0)) {
		const unsigned char *lf = memchr(p, '\n', n);

		if (lf == NULL) {
			hold(e, d, p, end);
			return;
		}
		hold(e, d, p, lf + 1);
		put_held(e, d);
		p = lf + 1;
	}
	last = p < end ? memrchr(p, '\n', (size_t)(end - p)) : NULL;
	if (last != NULL) {
		encode_lines(e, d, p, last + 1);
		p = last + 1;
	}
	hold(e, d, p, end);
}

void
encode_mask(struct encode *e, enum dir d, const char *label)
{
	struct encode_side *s = &e->side[d];
	size_t n = label != NULL ? strlen(label) : 0;
	struct encode_mark *m;

	if (s->nmarks == ENCODE_MARKS || s->labels_len + n > ENCODE_LABELS ||
	    s->held > FORMAT_RECORD)
		put_held(e, d);
	if (n > ENCODE_LABELS)
		n = 0;
	m = &s->marks[s->nmarks++];
	m->at = (uint16_t)s->held;
	m->label = (uint16_t)s->labels_len;
	m->label_len = (uint16_t)n;
	memcpy(s->labels + s->labels_len, label != NULL ? label : "", n);
	s->labels_len += n;
	s->counted += 4;
}

void
encode_describe(struct encode *e, enum dir d, const char *text, uint64_t bytes)
{
	struct encode_side *s = &e->side[d];
	size_t n = strnlen(text, FORMAT_RECORD);

	encode_break(e, d);
	encode_begin(e, d);
	memcpy(e->at, text, n);
	e->at = encode_mark_end(e->at + n, 'd');
	s->counted += bytes;
	s->batch += bytes;
}

void
encode_count(struct encode *e, enum dir d, uint64_t n)
{
	e->side[d].counted += n;
}

/*
 * Whoever writes an event escapes what the conversation had to say in it; this
 * is for what slipped through: an event is one line, and commands no terminal.
 */
static void
make_harmless(char *p, const char *end)
{
	while (p < end) {
		const unsigned char *u = (const unsigned char *)p;
		size_t n = escape_utf8(u, (const unsigned char *)end);

		if (n == 0 && (*u < 0x20 || *u >= 0x7f))
			*p = '?';
		p += n > 0 ? n : 1;
	}
}

void
encode_event(struct encode *e, uint64_t time_us, const char *fmt, ...)
{
	va_list ap;
	char *text;
	int n;

	if (e->at >= e->limit)
		encode_make_room(e);
	text = e->at = event_prefix(e->at, time_us);
	va_start(ap, fmt);
	n = vsnprintf(e->at, EVENT_ROOM - 64, fmt, ap);
	va_end(ap);
	if (n > 0)
		e->at += n < EVENT_ROOM - 64 ? n : EVENT_ROOM - 65;
	make_harmless(text, e->at);
	*e->at++ = '\n';
	e->brief_dir = DIR_NONE;
}

bool
encode_holds(const struct encode *e, enum dir d)
{
	return e->side[d].held > 0 || e->side[d].nmarks > 0;
}

void
encode_break(struct encode *e, enum dir d)
{
	if (encode_holds(e, d))
		put_held(e, d);
}

void
encode_cut(struct encode *e, enum dir d, uint64_t time_us)
{
	struct encode_side *s = &e->side[d];
	uint64_t last_us = s->time_us, read = s->read;

	if (time_us != last_us) {
		s->time_us = time_us;
		s->read = ++e->reads; /* with a time of its own */
	}
	encode_break(e, d);
	s->time_us = last_us;
	s->read = read;
}

bool
encode_end(struct encode *e, uint64_t time_us, const char *words)
{
	for (enum dir d = DIR_S; d < DIR_NONE; d++)
		encode_break(e, d);
	if (e->at >= e->limit)
		encode_make_room(e);
	memcpy(e->at, FORMAT_END, sizeof FORMAT_END - 1);
	e->at += sizeof FORMAT_END - 1;
	e->at = encode_time(e->at, time_us, 0);
	e->at += snprintf(e->at, EVENT_ROOM,
	    " S=%" PRIu64 " R=%" PRIu64 " E=%" PRIu64, e->side[DIR_S].counted,
	    e->side[DIR_R].counted, e->side[DIR_E].counted);
	if (words != NULL && words[0] != '\0')
		e->at +=
		    snprintf(e->at, EVENT_ROOM, " %.*s", EVENT_ROOM - 2, words);
	*e->at++ = '\n';
	return encode_flush(e);
}
