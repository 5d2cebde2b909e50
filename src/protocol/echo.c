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

		f->user = is_user(e, f);
		if (f->n == 0 || f->user)
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

static void
set_form(struct echo_form *f, const unsigned char *p, size_t n)
{
	while (n > 0 && is_blank(p[0]))
		p++, n--;
	if (n > ECHO_LEN)
		n = ECHO_LEN;
	while (n > 0 && is_blank(p[n - 1]))
		n--;
	for (size_t i = 0; i < n; i++)
		f->text[i] = lower(p[i]);
	f->n = n;
	f->doubt = false;
	echo_code(f->codes, p, n);
	for (unsigned i = 0; i < ECHO_CODES; i++)
		for (size_t k = 0; k < f->codes[i].n; k++)
			f->codes[i].text[k] = lower(f->codes[i].text[k]);
}

static bool
same_text(const struct echo_form *a, const struct echo_form *b)
{
	return a->n == b->n && memcmp(a->text, b->text, a->n) == 0;
}

/* A secret that is kept already becomes the newest, with its other form. */
static bool
renew(struct echo *e, const struct echo_form *f)
{
	struct echo_form pair[ECHO_FORMS];
	unsigned i = 0, next;

	while (i < ECHO_SECRETS && !same_text(e->forms[i], f))
		i++;
	if (i == ECHO_SECRETS)
		return false;
	memcpy(pair, e->forms[i], sizeof pair);
	for (; i != e->newest; i = next) {
		next = (i + 1) % ECHO_SECRETS;
		memcpy(e->forms[i], e->forms[next], sizeof pair);
	}
	memcpy(e->forms[i], pair, sizeof pair);
	explicit_bzero(pair, sizeof pair);
	return true;
}

void
echo_keep(struct echo *e, const unsigned char *p, size_t n)
{
	struct echo_form f;

	set_form(&f, p, n);
	if (!renew(e, &f)) {
		e->newest = (e->newest + 1) % ECHO_SECRETS;
		explicit_bzero(e->forms[e->newest], sizeof e->forms[0]);
		set_form(&e->forms[e->newest][0], p, n);
	}
	explicit_bzero(&f, sizeof f);
	prepare(e);
}

void
echo_keep_more(struct echo *e, const unsigned char *p, size_t n)
{
	struct echo_form *f = e->forms[e->newest], begin;

	set_form(&begin, p, n < f->n ? n : f->n);
	if (f->n > 0 && begin.n == f->n &&
	    memcmp(begin.text, f->text, f->n) == 0) {
		explicit_bzero(f, sizeof e->forms[0]);
		set_form(f, p, n);
		prepare(e);
	} else {
		echo_keep(e, p, n);
	}
	explicit_bzero(&begin, sizeof begin);
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
