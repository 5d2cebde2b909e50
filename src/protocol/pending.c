/* pending.c - commands that wait for their replies */
#include "pending.h"

#include <string.h>

/* When nothing waits any more, the pairing is trusted again. */
static void
settle(struct pending *p)
{
	if (p->count == 0 && p->over == 0)
		p->distrust = false;
}

struct waiting *
pending_nth(struct pending *p, unsigned n)
{
	return &p->list[n];
}

struct waiting *
pending_push(struct pending *p, unsigned char id, const unsigned char *tag,
    size_t tag_len, unsigned command)
{
	struct waiting *w;

	if (p->count == PENDING_MAX || p->over > 0) {
		p->over++;
		p->distrust = true;
		return NULL;
	}
	w = &p->list[p->count++];
	w->id = id;
	w->flag = 0;
	w->command = command;
	w->tag_len = PENDING_TAG + 1;
	if (tag_len <= PENDING_TAG) {
		w->tag_len = (unsigned char)tag_len;
		if (tag_len > 0)
			memcpy(w->tag, tag, tag_len);
	}
	return w;
}

struct waiting *
pending_head(struct pending *p)
{
	return p->count > 0 ? p->list : NULL;
}

const struct waiting *
pending_last(const struct pending *p)
{
	return p->count > 0 && p->over == 0 ? &p->list[p->count - 1] : NULL;
}

void
pending_remove(struct pending *p, struct waiting *w)
{
	const struct waiting *end = p->list + p->count--;

	memmove(w, w + 1, (size_t)(end - (w + 1)) * sizeof *w);
	settle(p);
}

void
pending_pop(struct pending *p)
{
	if (p->count > 0)
		pending_remove(p, p->list);
	else
		pending_missed(p);
}

struct waiting *
pending_find(struct pending *p, const unsigned char *tag, size_t tag_len)
{
	for (unsigned i = 0; i < p->count && tag_len <= PENDING_TAG; i++) {
		struct waiting *w = &p->list[i];

		if (w->tag_len == tag_len && memcmp(w->tag, tag, tag_len) == 0)
			return w;
	}
	return NULL;
}

struct waiting *
pending_find_id(struct pending *p, unsigned char id)
{
	for (unsigned i = 0; i < p->count; i++)
		if (p->list[i].id == id)
			return &p->list[i];
	return NULL;
}

void
pending_forget(struct pending *p)
{
	p->over += p->count;
	p->count = 0;
	p->distrust |= p->over > 0;
}

void
pending_missed(struct pending *p)
{
	if (p->over > 0)
		p->over--;
	settle(p);
}

bool
pending_sure(const struct pending *p)
{
	return !p->distrust;
}
