/* echo.c - secrets that were said, to find where a server repeats them */
#include "echo.h"
#include "echo_bytes.h"

#include <string.h>

void
echo_wipe(struct echo *e)
{
	explicit_bzero(e, sizeof *e);
}

/* Whether a form is a user's name, with or without quotes around it. */
static bool
is_user(const struct echo *e, const struct echo_form *f)
{
	bool quoted = f->n > 2 && f->text[0] == '"' && f->text[f->n - 1] == '"';
	size_t n = f->n - 2 * (size_t)quoted;

	for (unsigned i = 0; i < ECHO_USERS; i++)
		if (e->user[i].n > 0 && e->user[i].n == n &&
		    memcmp(e->user[i].text, f->text + quoted, n) == 0)
			return true;
	return false;
}

static void
add_quads(struct echo *e, const unsigned char *p, size_t n)
{
	for (size_t i = 0; i + 4 <= n; i++) {
		size_t bit = quad_bit(p + i);

		e->quads[bit / 64] |= (uint64_t)1 << bit % 64;
	}
}

/* No code is shorter than its secret, so that `step` fits. */
static void
add_code(struct echo *e, const struct echo_code *code)
{
	if (code->n == 0)
		return;
	add_quads(e, code->text, code->n);
	e->coded[code->text[0] / 64] |= (uint64_t)1 << code->text[0] % 64;
}

/* What the search needs to know of all forms together. */
static void
prepare(struct echo *e)
{
	e->any = 0;
	e->step = ECHO_RUN - 3;
	e->short_forms = e->mid_forms = e->long_forms = false;
	memset(e->grams, 0, sizeof e->grams);
	memset(e->quads, 0, sizeof e->quads);
	memset(e->first, 0, sizeof e->first);
	memset(e->coded, 0, sizeof e->coded);
	for (unsigned i = 0; i < ECHO_SECRETS * ECHO_FORMS; i++) {
		struct echo_form *f = &e->forms[i / ECHO_FORMS][i % ECHO_FORMS];

		if (f->n == 0)
			continue; /* and not written to */
		f->user = is_user(e, f);
		if (f->user)
			continue;
		e->any++;
		if (f->n < 4)
			e->short_forms = true;
		else if (f->n < ECHO_RUN)
			e->mid_forms = true;
		else
			e->long_forms = true;
		if (f->n < ECHO_RUN)
			e->first[f->text[0] / 64] |= (uint64_t)1
			    << f->text[0] % 64;
		if (f->n < e->step + 3)
			e->step = f->n < 4 ? 0 : (unsigned)f->n - 3;
		add_quads(e, f->text, f->n);
		for (unsigned k = 0; k < ECHO_CODES; k++)
			add_code(e, &f->codes[k]);
		for (size_t k = 0; k + ECHO_RUN <= f->n; k++) {
			size_t bit = gram_bit(gram(f->text + k));

			e->grams[bit / 64] |= (uint64_t)1 << bit % 64;
		}
	}
}

/* What is kept of a secret. */
static void
trim(const unsigned char **p, size_t *n)
{
	for (; *n > 0 && is_blank(**p); ++*p)
		--*n;
	if (*n > ECHO_LEN)
		*n = ECHO_LEN;
	while (*n > 0 && is_blank((*p)[*n - 1]))
		--*n;
}

static void
set_form(struct echo_form *f, const unsigned char *p, size_t n)
{
	trim(&p, &n);
	for (size_t i = 0; i < n; i++)
		f->text[i] = lower(p[i]);
	f->n = n;
	f->doubt = false;
	echo_code(f->codes, p, n);
	for (unsigned i = 0; i < ECHO_CODES; i++)
		for (size_t k = 0; k < f->codes[i].n; k++)
			f->codes[i].text[k] = lower(f->codes[i].text[k]);
}

/* Where a secret is kept already; false: what is to be forgotten for it. */
static bool
find_place(
    const struct echo *e, const unsigned char *p, size_t n, unsigned *place)
{
	trim(&p, &n);
	*place = 0;
	for (unsigned i = 0; i < ECHO_SECRETS; i++) {
		const struct echo_form *f = e->forms[i];

		if (f->n == n && same(p, f->text, n)) {
			*place = i;
			return true;
		}
		if (e->age[i] <= e->age[*place])
			*place = i;
	}
	return false;
}

/* What was there is forgotten; a place that nobody wrote to stays so. */
static void
put(struct echo *e, const unsigned char *p, size_t n)
{
	struct echo_form *pair = e->forms[e->newest];

	if (e->age[e->newest] > 0)
		explicit_bzero(pair, sizeof e->forms[0]);
	set_form(pair, p, n);
}

void
echo_keep(struct echo *e, const unsigned char *p, size_t n)
{
	echo_keep_more(e, p, n, 0);
}

void
echo_keep_more(struct echo *e, const unsigned char *p, size_t n, size_t had)
{
	bool grows = had > 0 && had <= n;
	bool known = find_place(e, p, grows ? had : n, &e->newest);

	if (grows || !known)
		put(e, p, n);
	e->age[e->newest] = ++e->kept;
	prepare(e);
}

void
echo_keep_form(struct echo *e, const unsigned char *p, size_t n)
{
	set_form(&e->forms[e->newest][1], p, n);
	prepare(e);
}

void
echo_doubt(struct echo *e)
{
	for (unsigned i = 0; i < ECHO_FORMS; i++)
		e->forms[e->newest][i].doubt = true;
}

bool
echo_is_secret(const struct echo *e, const unsigned char *p, size_t n)
{
	for (unsigned i = 0; i < ECHO_SECRETS * ECHO_FORMS; i++) {
		const struct echo_form *f =
		    &e->forms[i / ECHO_FORMS][i % ECHO_FORMS];

		if (f->n == n && !f->user && !f->doubt && same(p, f->text, n))
			return true;
	}
	return false;
}

void
echo_shown(struct echo *e, const unsigned char *p, size_t n)
{
	unsigned slot = e->users % ECHO_USERS;

	if (n == 0 || n > ECHO_USER)
		return;
	for (size_t i = 0; i < n; i++)
		e->user[slot].text[i] = lower(p[i]);
	e->user[slot].n = n;
	e->users++;
	prepare(e);
}

bool
echo_user(struct echo *e, const unsigned char *p, size_t n)
{
	struct echo_hit hit;

	if (n > 0 && echo_is_secret(e, p, n))
		return false;
	echo_shown(e, p, n);
	return !echo_find(e, p, n, 0, 1, &hit);
}
