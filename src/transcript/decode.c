/* decode.c - transcript in, records out */
#include "decode.h"

#include <string.h>

void
decode_init(struct decode *d)
{
	d->time_us = 0;
}

/* Seconds with six decimals; returns what follows, NULL if it is no time. */
static const char *
parse_time(const char *p, const char *end, uint64_t *us)
{
	uint64_t t = 0;
	int decimals;

	while (p < end && *p == ' ')
		p++;
	if (p == end || *p < '0' || *p > '9')
		return NULL;
	for (; p < end && *p >= '0' && *p <= '9'; p++) {
		if (t > UINT64_MAX / 100000000)
			return NULL;
		t = t * 10 + (uint64_t)(*p - '0');
	}
	if (p == end || *p != '.')
		return NULL;
	for (decimals = 0, p++; decimals < 6; decimals++, p++) {
		if (p == end || *p < '0' || *p > '9')
			return NULL;
		t = t * 10 + (uint64_t)(*p - '0');
	}
	*us = t;
	return p;
}

/* Cut the mark off that says how the line ended. */
static void
cut_end(struct decode_record *r)
{
	size_t n = r->len, slashes = 0;

	r->eol = EOL_CRLF;
	if (n < 2 || r->text[n - 2] != '\\')
		return;
	while (slashes < n - 1 && r->text[n - 2 - slashes] == '\\')
		slashes++;
	if (slashes % 2 == 0)
		return; /* escaped backslashes, and then a letter */
	if (r->text[n - 1] == 'n')
		r->eol = EOL_LF;
	else if (r->text[n - 1] == 'c')
		r->eol = EOL_NONE;
	else if (r->text[n - 1] == 'd')
		r->eol = EOL_DESCRIBED;
	else
		return;
	r->len -= 2;
}

static void
bad(struct decode_record *r, const char *why)
{
	r->kind = DECODE_BAD;
	r->why = why;
}

/* Behind the letter of a direction. */
static void
parse_data(
    struct decode *d, const char *p, const char *end, struct decode_record *r)
{
	r->kind = DECODE_DATA;
	if (*p == '\t') {
		r->brief = true;
		p++;
	} else {
		p = parse_time(p, end, &d->time_us);
		if (p == NULL || p == end || *p != ' ') {
			bad(r, "a record without a time");
			return;
		}
		p++;
	}
	r->time_us = d->time_us;
	r->text = p;
	r->len = (size_t)(end - p);
	cut_end(r);
}

static void
parse_event(
    struct decode *d, const char *p, const char *end, struct decode_record *r)
{
	r->kind = DECODE_EVENT;
	p = parse_time(p, end, &d->time_us);
	if (p == NULL || (p < end && *p != ' ')) {
		bad(r, "an event without a time");
		return;
	}
	if (p < end)
		p++;
	r->time_us = d->time_us;
	r->text = p;
	r->len = (size_t)(end - p);
}

static bool
begins(const char *line, size_t n, const char *with)
{
	size_t w = strlen(with);

	return n >= w && memcmp(line, with, w) == 0;
}

void
decode_line(
    struct decode *d, const char *line, size_t n, struct decode_record *r)
{
	static const char letters[] = "SRE";
	const char *end = line + n, *dir;

	memset(r, 0, sizeof *r);
	r->dir = DIR_NONE;
	r->time_us = d->time_us;
	r->text = line;
	r->len = n;
	if (n < 2) {
		bad(r, n == 0 ? "an empty line" : "a line of one byte");
	} else if ((dir = memchr(letters, line[0], DIRS)) != NULL &&
	    (line[1] == ' ' || line[1] == '\t')) {
		r->dir = (enum dir)(dir - letters);
		parse_data(d, line + 1, end, r);
	} else if (line[0] == '#' && line[1] == ' ') {
		parse_event(d, line + 1, end, r);
	} else if (begins(line, n, FORMAT_END)) {
		parse_event(d, line + sizeof FORMAT_END - 1, end, r);
		if (r->kind == DECODE_EVENT)
			r->kind = DECODE_END;
	} else if (begins(line, n, FORMAT_MAGIC " ")) {
		r->kind = DECODE_HEAD;
		r->text += sizeof FORMAT_MAGIC - 1;
		r->len -= sizeof FORMAT_MAGIC - 1;
	} else {
		bad(r, "not a line of a transcript");
	}
}

size_t
decode_bytes(const struct decode_record *r, unsigned char *out,
    unescape_mask *mask, void *arg)
{
	size_t n = unescape_text(out, r->text, r->len, mask, arg);

	if (r->eol == EOL_CRLF)
		out[n++] = '\r';
	if (r->eol == EOL_CRLF || r->eol == EOL_LF)
		out[n++] = '\n';
	return n;
}
