/* pending.c - commands that wait for their replies */
#include "pending.h"

#include <string.h>

struct waiting *
pending_nth(struct pending *p, unsigned n)
{
	return &p->ring[(p->first + n) % PENDING_MAX];
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
	w = pending_nth(p, p->count++);
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
	return p->count > 0 ? pending_nth(p, 0) : NULL;
}

const struct waiting *
pending_last(const struct pending *p)
{
	if (p->count == 0 || p->over > 0)
		return NULL;
	return &p->ring[(p->first + p->count - 1) % PENDING_MAX];
}

static void
settle(struct pending *p)
{
	if (p->count > 0)
		return;
	p->first = 0; /* memory that was used already */
	if (p->over == 0)
		p->distrust = false;
}

void
pending_pop(struct pending *p)
{
	if (p->count > 0) {
		p->first = (p->first + 1) % PENDING_MAX;
		p->count--;
	} else if (p->over > 0) {
		p->over--;
	}
	settle(p);
}

struct waiting *
pending_find(struct pending *p, const unsigned char *tag, size_t tag_len)
{
	if (tag_len > PENDING_TAG)
		return NULL;
	for (unsigned i = 0; i < p->count; i++) {
		struct waiting *w = pending_nth(p, i);

		if (w->tag_len == tag_len && memcmp(w->tag, tag, tag_len) == 0)
			return w;
	}
	return NULL;
}

struct waiting *
pending_find_id(struct pending *p, unsigned char id)
{
	for (unsigned i = 0; i < p->count; i++)
		if (pending_nth(p, i)->id == id)
			return pending_nth(p, i);
	return NULL;
}

void
pending_remove(struct pending *p, struct waiting *w)
{
	unsigned i = 0;

	while (i < p->count && pending_nth(p, i) != w)
		i++;
	for (; i + 1 < p->count; i++)
		*pending_nth(p, i) = *pending_nth(p, i + 1);
	p->count--;
	settle(p);
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
