/* decode.c - what a line of a conversation means to read */
#include "decode.h"
#include "hearing.h"
#include "mem.h"
#include "mime.h"

#include "../protocol/base64.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct decoder {
	struct hearing *hearing;
	struct mime *mime[DIRS];
	struct buf text; /* a line's text in place of it */
	struct buf beside; /* what is said beside it */
};

/* Base64 of an authentication; a mask is none. */
static void
decode_base64(struct decoder *d, const unsigned char *p, size_t n)
{
	size_t got;
	char *to;

	if (n >= 2 && p[0] == '"' && p[n - 1] == '"') { /* ManageSieve */
		p++;
		n -= 2;
	}
	if (n < 4)
		return;
	d->beside.len = 0;
	to = buf_room(&d->beside, n);
	if (base64_decode(p, n, (unsigned char *)to, n, &got))
		d->beside.len = got;
}

/* The second word of an argument: `PLAIN dGVzdA==`. */
static void
decode_initial(struct decoder *d, const struct fact *f)
{
	const unsigned char *p = f->arg, *end = p + f->arg_len, *blank;

	if (strcmp(f->verb, "AUTH") != 0 &&
	    strcmp(f->verb, "AUTHENTICATE") != 0)
		return;
	blank = memchr(p, ' ', (size_t)(end - p));
	if (blank != NULL)
		decode_base64(d, blank + 1, (size_t)(end - blank - 1));
}

static void
hear_fact(void *arg, const struct fact *f)
{
	struct decoder *d = arg;

	if (f->kind == FACT_CHALLENGE || f->kind == FACT_RESPONSE)
		decode_base64(d, f->arg, f->arg_len);
	else if (f->kind == FACT_COMMAND && f->verb != NULL)
		decode_initial(d, f);
}

struct decoder *
decoder_open(const struct session *s)
{
	struct decoder *d = mem_alloc(sizeof *d);

	memset(d, 0, sizeof *d);
	d->hearing = hearing_open(s, hear_fact, d);
	for (int i = 0; i < DIRS; i++)
		d->mime[i] = mime_open();
	return d;
}

void
decoder_close(struct decoder **p)
{
	struct decoder *d = *p;

	if (d == NULL)
		return;
	hearing_close(&d->hearing);
	for (int i = 0; i < DIRS; i++)
		mime_close(&d->mime[i]);
	buf_free(&d->text);
	buf_free(&d->beside);
	free(d);
	*p = NULL;
}

bool
decoder_line(struct decoder *d, const struct event *line, struct decoded *out)
{
	const char *p = (const char *)line->bytes;
	size_t n = line->len;
	bool begins, other;

	d->text.len = d->beside.len = 0;
	hearing_event(d->hearing, line);
	if (line->kind != EVENT_DATA || line->nmasks > 0)
		return false;
	out->beside = d->beside.len > 0;
	if (out->beside) {
		out->text = d->beside.p;
		out->len = d->beside.len;
		return true;
	}
	if (hearing_content(d->hearing, &begins)) {
		if (begins)
			mime_begin(d->mime[line->dir]);
		other = mime_line(d->mime[line->dir], p, n, &d->text);
	} else {
		other = mime_words(p, n, &d->text);
	}
	out->text = d->text.p;
	out->len = d->text.len;
	return other;
}
