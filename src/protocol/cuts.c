/* cuts.c - where the reads ended whose bytes are still held */
#include "cuts.h"

#include <string.h>

void
cuts_clear(struct cuts *c)
{
	c->n = 0;
}

void
cuts_add(struct cuts *c, size_t at, uint64_t mark)
{
	if (c->n == CUTS_MAX)
		return;
	c->list[c->n].at = (uint16_t)at;
	c->list[c->n++].mark = mark;
}

/* Forget the first n. */
static void
drop(struct cuts *c, unsigned n)
{
	c->n -= n;
	memmove(c->list, c->list + n, c->n * sizeof *c->list);
}

bool
cuts_take(struct cuts *c, size_t from, size_t to, size_t *at, uint64_t *mark)
{
	unsigned i = 0;

	while (i < c->n && c->list[i].at < from)
		i++;
	drop(c, i);
	if (c->n == 0 || c->list[0].at > to)
		return false;
	*at = c->list[0].at;
	*mark = c->list[0].mark;
	drop(c, 1);
	return true;
}

void
cuts_shift(struct cuts *c, size_t n)
{
	unsigned i = 0;

	while (i < c->n && c->list[i].at <= n)
		i++;
	drop(c, i);
	for (i = 0; i < c->n; i++)
		c->list[i].at = (uint16_t)(c->list[i].at - n);
}
