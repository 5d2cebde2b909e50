/* keep.c - a whole session in memory, for commands that look back */
#include "sessions.h"
#include "mem.h"

#include <stdlib.h>
#include <string.h>

#define CHUNK (256 * 1024)

struct kept_chunk {
	struct kept_chunk *next;
	size_t used, size;
	max_align_t data[];
};

static void *
keep_alloc(struct kept_session *k, size_t n)
{
	struct kept_chunk *c = k->chunks;
	char *p;

	n = (n + sizeof(max_align_t) - 1) / sizeof(max_align_t) *
	    sizeof(max_align_t);
	if (c == NULL || c->size - c->used < n) {
		size_t size = n > CHUNK ? n : CHUNK;

		c = mem_alloc(sizeof *c + size);
		c->size = size;
		c->used = 0;
		c->next = k->chunks;
		k->chunks = c;
	}
	p = (char *)c->data + c->used;
	c->used += n;
	return p;
}

/* A terminated copy; NULL stays NULL. */
static char *
keep_bytes(struct kept_session *k, const void *p, size_t n)
{
	char *copy;

	if (p == NULL)
		return NULL;
	copy = keep_alloc(k, n + 1);
	memcpy(copy, p, n);
	copy[n] = '\0';
	return copy;
}

static void
keep_event(struct kept_session *k, const struct event *ev, struct event *to)
{
	struct event_mask *masks = NULL;

	*to = *ev;
	to->bytes = (unsigned char *)keep_bytes(k, ev->bytes, ev->len);
	to->said = keep_bytes(k, ev->said, ev->said_len);
	if (ev->nmasks > 0)
		masks = keep_alloc(k, ev->nmasks * sizeof *masks);
	for (size_t i = 0; i < ev->nmasks; i++) {
		masks[i] = ev->masks[i];
		masks[i].label =
		    keep_bytes(k, ev->masks[i].label, ev->masks[i].label_len);
	}
	to->masks = masks;
}

/* Last, for the end words are there only when all events were read. */
static void
keep_head(struct kept_session *k, const struct session *s)
{
	const char **const texts[] = {&k->head.id, &k->head.format,
	    &k->head.file, &k->head.protocol, &k->head.service, &k->head.client,
	    &k->head.server, &k->head.host, &k->head.pid, &k->head.user,
	    &k->head.words, &k->head.end_words};

	k->head = *s;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		if (*texts[i] != NULL)
			*texts[i] = keep_bytes(k, *texts[i], strlen(*texts[i]));
}

void
session_keep(
    struct sessions *ss, const struct session *s, struct kept_session *k)
{
	struct event ev;
	size_t room = 0;

	memset(k, 0, sizeof *k);
	while (session_next(ss, &ev)) {
		if (k->nevents == room) {
			room = room > 0 ? room * 2 : 64;
			k->events = mem_array(k->events, room, sizeof ev);
		}
		keep_event(k, &ev, &k->events[k->nevents++]);
	}
	keep_head(k, s);
}

void
session_free(struct kept_session *k)
{
	struct kept_chunk *next;

	for (; k->chunks != NULL; k->chunks = next) {
		next = k->chunks->next;
		free(k->chunks);
	}
	free(k->events);
	memset(k, 0, sizeof *k);
}
