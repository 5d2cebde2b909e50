/* dialogue_same.c - whether two lines say the same, as far as logs hold it */
#include "dialogue.h"
#include "normal.h"

#include <string.h>

struct key {
	const char *p;
	size_t n;
};

static struct key
key_of(const struct dialogue_line *l)
{
	return l->key != NULL ? (struct key){l->key, l->key_len} :
				(struct key){l->text, l->len};
}

/* Without the dot that was put in front of a line of content. */
static void
unstuff(struct key *k)
{
	if (k->n > 1 && k->p[0] == '.' && k->p[1] == '.') {
		k->p++;
		k->n--;
	}
}

/* A byte that some logs replace, or what they put there. */
static bool
is_doubtful(char c)
{
	unsigned char u = (unsigned char)c;

	return u < 0x20 || u >= 0x7f || c == '.' || c == '?';
}

static bool
is_same_byte(char a, char b, bool lossy)
{
	return a == b || (lossy && is_doubtful(a) && is_doubtful(b));
}

/* Whether the masks of `a` can stand for what b has there. */
static bool
matches(struct key a, struct key b, bool lossy)
{
	size_t i = 0, k = 0, star = a.n, resume = 0;

	while (k < b.n) {
		if (i < a.n && a.p[i] == NORMAL_ANY) {
			star = i++;
			resume = k;
		} else if (i < a.n && is_same_byte(a.p[i], b.p[k], lossy)) {
			i++;
			k++;
		} else if (star < a.n) {
			i = star + 1;
			k = ++resume;
		} else {
			return false;
		}
	}
	while (i < a.n && a.p[i] == NORMAL_ANY)
		i++;
	return i == a.n;
}

bool
dialogue_same_line(const struct dialogue_line *a, const struct dialogue_line *b)
{
	struct key x = key_of(a), y = key_of(b);
	bool lossy = a->lossy || b->lossy;

	if (a->hash == b->hash && x.n == y.n && memcmp(x.p, y.p, x.n) == 0)
		return true;
	if (!a->masked && !b->masked && !lossy)
		return false;
	if (matches(x, y, lossy) || matches(y, x, lossy))
		return true;
	if (!lossy || !a->content)
		return false;
	if (a->lossy)
		unstuff(&x);
	if (b->lossy)
		unstuff(&y);
	return matches(x, y, lossy);
}

/*
 * Whether the lines of b are those of a, where a's that were omitted may stand
 * for any number of them, and b's for none.
 */
static bool
covers(const struct turn *a, const struct turn *b, enum dir d)
{
	size_t i = 0, k = 0, star = a->n[d], resume = 0;

	while (k < b->n[d]) {
		if (b->lines[d][k].omitted) {
			k++;
		} else if (i < a->n[d] && a->lines[d][i].omitted) {
			star = i++;
			resume = k;
		} else if (i < a->n[d] &&
		    dialogue_same_line(&a->lines[d][i], &b->lines[d][k])) {
			i++;
			k++;
		} else if (star < a->n[d]) {
			i = star + 1;
			k = ++resume;
		} else {
			return false;
		}
	}
	while (i < a->n[d] && a->lines[d][i].omitted)
		i++;
	return i == a->n[d];
}

bool
dialogue_same_lines(const struct turn *a, const struct turn *b, enum dir d)
{
	return covers(a, b, d) || covers(b, a, d);
}
