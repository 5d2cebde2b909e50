/* hearing.c - a session as its protocol's tracker hears it */
#include "hearing.h"
#include "mem.h"

#include "../protocol/track.h"
#include "../transcript/format.h"
#include "../transcript/head.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct hearing {
	struct track *track;
	char user[256]; /* from the last label that named one */
	uint64_t bytes[DIRS];
	bool content, begins; /* of the last event */
	void (*fact)(void *arg, const struct fact *f);
	void *arg;
	char *said; /* an event's bytes with the masks of a transcript */
	size_t room;
};

/* The reader has the text already; it listens for the facts alone. */
static void
ignore_text(void *arg, enum dir d, const unsigned char *p, size_t n)
{
	(void)arg, (void)d, (void)p, (void)n;
}

static void
note_content(
    void *arg, enum dir d, const unsigned char *p, size_t n, bool begin)
{
	struct hearing *h = arg;

	(void)d, (void)p, (void)n;
	h->content = true;
	h->begins |= begin;
}

/* Facts go on to who asked for them. */
static void
pass_fact(void *arg, const struct fact *f)
{
	struct hearing *h = arg;

	if (h->fact != NULL)
		h->fact(h->arg, f);
}

static void
ignore_mask(void *arg, enum dir d, const char *label)
{
	(void)arg, (void)d, (void)label;
}

static void
ignore_description(void *arg, enum dir d, const char *text, size_t n)
{
	(void)arg, (void)d, (void)text, (void)n;
}

static void
ignore_event(void *arg, const char *text)
{
	(void)arg, (void)text;
}

struct hearing *
hearing_open(const struct session *s,
    void (*fact)(void *arg, const struct fact *f), void *arg)
{
	struct hearing *h = mem_alloc(sizeof *h);
	const struct track_out out = {.text = ignore_text,
	    .content = note_content,
	    .mask = ignore_mask,
	    .opaque = ignore_text,
	    .describe = ignore_description,
	    .event = ignore_event,
	    .fact = pass_fact,
	    .arg = h};
	const struct protocol *p = NULL;
	bool told = false;

	memset(h, 0, sizeof *h);
	h->fact = fact;
	h->arg = arg;
	h->track = mem_alloc(track_size());
	if (s->protocol != NULL)
		p = protocol_find(s->protocol);
	/* What a transcript tells may have been a guess, as it is here. */
	if (p != NULL && s->format != NULL)
		told = strcmp(s->format, "teed") != 0;
	if (p == NULL)
		p = protocol_guess(s->service, NULL, address_port(s->server));
	if (s->user != NULL)
		snprintf(h->user, sizeof h->user, "%s", s->user);
	track_open(h->track, p, told, TRACK_READ, &out);
	return h;
}

/* What a label says of the user: `user=joe, authzid=admin`. */
static void
hear_label(struct hearing *h, const struct event_mask *m)
{
	const char *p = m->label;
	size_t n = 0;

	if (p == NULL || m->label_len < 5 || memcmp(p, "user=", 5) != 0)
		return;
	p += 5;
	while (n < m->label_len - 5 && p[n] != ',')
		n++;
	snprintf(h->user, sizeof h->user, "%.*s", (int)n, p);
}

/* The bytes as the tracker knows them: every mask is four stars. */
static const unsigned char *
with_masks(struct hearing *h, const struct event *ev, size_t *n)
{
	size_t from = 0;
	char *o;

	if (ev->len + 4 * ev->nmasks > h->room) {
		h->room = ev->len + 4 * ev->nmasks;
		h->said = mem_resize(h->said, h->room);
	}
	o = h->said;
	for (size_t i = 0; i < ev->nmasks; i++) {
		const struct event_mask *m = &ev->masks[i];

		memcpy(o, ev->bytes + from, m->at - from);
		o += m->at - from;
		memcpy(o, FORMAT_MASK, 4);
		o += 4;
		from = m->at + m->len;
		hear_label(h, m);
	}
	memcpy(o, ev->bytes + from, ev->len - from);
	*n = (size_t)(o - h->said) + ev->len - from;
	return (unsigned char *)h->said;
}

/* Bytes that the log leaves out, and, where it ended a body, its last line. */
static void
hear_omitted(struct hearing *h, const struct event *ev)
{
	enum frame f;

	track_elided(
	    h->track, ev->dir, ev->omitted > 0 ? ev->omitted : UINT64_MAX);
	f = track_frame_of(h->track, ev->dir);
	if ((ev->flags & EVENT_PARTIAL) == 0 &&
	    (f == FRAME_DOT || f == FRAME_LIST))
		track_bytes(
		    h->track, ev->dir, (const unsigned char *)".\r\n", 3);
}

static void
hear_data(struct hearing *h, const struct event *ev)
{
	const unsigned char *p = ev->bytes;
	const char *end = event_line_end(ev);
	size_t n = ev->len;

	if (ev->nmasks > 0)
		p = with_masks(h, ev, &n);
	if ((ev->flags & EVENT_DESCRIBED) != 0)
		end = "\n";
	else
		h->bytes[ev->dir] += n + strlen(end);
	if (ev->dir == DIR_E)
		return;
	if ((ev->flags & EVENT_OMITTED) != 0)
		hear_omitted(h, ev);
	if (n > 0)
		track_bytes(h->track, ev->dir, p, n);
	if (*end != '\0')
		track_bytes(
		    h->track, ev->dir, (const unsigned char *)end, strlen(end));
}

void
hearing_event(struct hearing *h, const struct event *ev)
{
	const char *rest;
	size_t n;

	h->content = h->begins = false;
	if (ev->kind == EVENT_DATA)
		hear_data(h, ev);
	else if (event_is(ev, "elided R", &rest, &n))
		track_elided(h->track, DIR_R, words_number(rest, n, "bytes"));
	else if (event_is(ev, "elided S", &rest, &n))
		track_elided(h->track, DIR_S, words_number(rest, n, "bytes"));
	else if (event_is(ev, "close client", NULL, NULL))
		track_close(h->track, DIR_S);
	else if (event_is(ev, "close daemon", NULL, NULL))
		track_close(h->track, DIR_R);
}

bool
hearing_content(const struct hearing *h, bool *begins)
{
	*begins = h->begins;
	return h->content;
}

enum hearing_next
hearing_next(const struct hearing *h, enum dir d, uint64_t *left)
{
	const struct side *s = &h->track->side[d];

	*left = s->has_next ? s->next_left : s->left;
	switch (track_frame_of(h->track, d)) {
	case FRAME_DOT:
		return NEXT_MESSAGE;
	case FRAME_LIST:
		return NEXT_LIST;
	case FRAME_COUNT:
		return NEXT_COUNTED;
	case FRAME_OPAQUE:
	case FRAME_TLS:
		return NEXT_OPAQUE;
	default:
		return d == DIR_S && h->track->sasl.open &&
			h->track->sasl.challenged ?
		    NEXT_ANSWER :
		    NEXT_LINE;
	}
}

void
hearing_end(struct hearing *h)
{
	track_close(h->track, DIR_S);
	track_close(h->track, DIR_R);
}

const struct summary *
hearing_summary(const struct hearing *h)
{
	return track_summary(h->track);
}

const char *
hearing_user(const struct hearing *h)
{
	const char *user = track_summary(h->track)->user;

	return user[0] != '\0' ? user : h->user;
}

const char *
hearing_protocol(const struct hearing *h)
{
	const struct protocol *p = track_protocol(h->track);

	return p == protocol_find("auto") ? NULL : p->name;
}

uint64_t
hearing_bytes(const struct hearing *h, enum dir d)
{
	return h->bytes[d];
}

void
hearing_close(struct hearing **p)
{
	struct hearing *h = *p;

	if (h == NULL)
		return;
	free(h->track);
	free(h->said);
	free(h);
	*p = NULL;
}
