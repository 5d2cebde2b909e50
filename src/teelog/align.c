/*
 * align.c - what two sequences have in common, in order
 *
 * E. Myers, "An O(ND) Difference Algorithm and Its Variations", 1986: the greedy
 * one, whose time and memory grow with the differences and not with what is the
 * same.
 */
#include "align.h"
#include "mem.h"

#include <stdlib.h>
#include <string.h>

/* More differences than this are not told apart; it bounds the memory. */
#define DIFFERENCES_MOST 2000

struct path {
	size_t from, n, m; /* the parts between what is the same at both ends */
	bool (*same)(void *arg, size_t i, size_t k);
	void *arg;
	size_t *match;
	/* How far diagonal k of round d has come, in rows of 2d + 1. */
	long **rounds;
};

/* Where round d, which has just been entered, goes on along diagonal k. */
static long
furthest(const struct path *p, long d, long k)
{
	const long *before = d > 0 ? p->rounds[d - 1] + (d - 1) : NULL;

	if (d == 0)
		return 0;
	if (k == -d || (k != d && before[k - 1] < before[k + 1]))
		return before[k + 1];
	return before[k - 1] + 1;
}

/* Along the diagonal as long as both are the same. */
static long
slide(const struct path *p, long x, long k)
{
	long y = x - k;

	while (x < (long)p->n && y < (long)p->m &&
	    p->same(p->arg, p->from + (size_t)x, p->from + (size_t)y)) {
		x++;
		y++;
	}
	return x;
}

/* One round; true when both ends are reached. */
static bool
run_round(struct path *p, long d)
{
	long *row = mem_array(NULL, (size_t)(2 * d + 1), sizeof *row);
	bool done = false;

	p->rounds[d] = row;
	for (long k = -d; k <= d; k += 2) {
		long x = furthest(p, d, k);

		if (x > (long)p->n || x - k > (long)p->m || x - k < 0) {
			row[k + d] = x; /* outside: it leads nowhere */
			continue;
		}
		x = slide(p, x, k);
		row[k + d] = x;
		done |= x >= (long)p->n && x - k >= (long)p->m;
	}
	return done;
}

/* Back along the rounds, which were `last`: the diagonals are the matches. */
static void
trace(struct path *p, long last)
{
	long x = (long)p->n, y = (long)p->m;

	for (long d = last; d >= 0; d--) {
		long k = x - y, from = furthest(p, d, k), before;

		while (x > from) {
			x--;
			y--;
			p->match[p->from + (size_t)x] = p->from + (size_t)y;
		}
		if (d == 0)
			break;
		before = k == -d ||
			(k != d &&
			    p->rounds[d - 1][k - 1 + d - 1] <
				p->rounds[d - 1][k + 1 + d - 1]) ?
		    k + 1 :
		    k - 1;
		x = p->rounds[d - 1][before + d - 1];
		y = x - before;
	}
}

static void
find(struct path *p)
{
	long most = DIFFERENCES_MOST, d;
	bool done = false;

	if (most > (long)(p->n + p->m))
		most = (long)(p->n + p->m);
	p->rounds = mem_array(NULL, (size_t)most + 1, sizeof *p->rounds);
	for (d = 0; d <= most && !done; d++)
		done = run_round(p, d);
	if (done)
		trace(p, d - 1);
	while (d-- > 0)
		free(p->rounds[d]);
	free(p->rounds);
}

void
align(size_t n, size_t m, bool (*same)(void *arg, size_t i, size_t k),
    void *arg, size_t *match)
{
	struct path p = {.same = same, .arg = arg, .match = match};

	for (size_t i = 0; i < n; i++)
		match[i] = ALIGN_NONE;
	while (p.from < n && p.from < m && same(arg, p.from, p.from)) {
		match[p.from] = p.from;
		p.from++;
	}
	while (n > p.from && m > p.from && same(arg, n - 1, m - 1)) {
		n--;
		m--;
		match[n] = m;
	}
	p.n = n - p.from;
	p.m = m - p.from;
	if (p.n > 0 && p.m > 0)
		find(&p);
}
