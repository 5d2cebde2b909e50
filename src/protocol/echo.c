/* echo.c - secrets that were said, to find where a server repeats them */
#include "echo.h"

#include <string.h>

static unsigned char
lower(unsigned char c)
{
	return c >= 'A' && c <= 'Z' ? (unsigned char)(c + 32) : c;
}

/* Eight bytes in lower case, as one word. */
static uint64_t
gram(const unsigned char *p)
{
	const uint64_t ones = 0x0101010101010101u;
	uint64_t w, low, above, upto;

	memcpy(&w, p, 8);
	low = w & ones * 0x7f;
	above = low + ones * (0x80 - 'A'); /* top bit: at least 'A' */
	upto = low + ones * (0x7f - 'Z'); /* top bit: beyond 'Z' */
	return w | ((above & ~upto & ~w & ones * 0x80) >> 2);
}

static size_t
gram_bit(uint64_t w)
{
	return (size_t)((w * 0x9e3779b97f4a7c15u) >> 51); /* 13 bits */
}

/* Four bytes, letters without their case and more alike than need be. */
static size_t
quad_bit(const unsigned char *p)
{
	uint32_t w;

	memcpy(&w, p, 4);
	return ((w | 0x20202020u) * 0x9e3779b1u) >> 20; /* 12 bits */
}

void
echo_wipe(struct echo *e)
{
	explicit_bzero(e, sizeof *e);
}

static bool
is_blank(unsigned char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Whether a form is a user's name, with or without quotes around it. */
static bool
is_user(const struct echo *e, const struct echo_form *f)
{
	bool quoted = f->n > 2 && f->text[0] == '"' &&
	    f->text[f->n - 1] == '"';
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

static bool
same(const unsigned char *p, const unsigned char *low, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (lower(p[i]) != low[i])
			return false;
	return true;
}

/* The longest run of a long form that begins at p. */
static size_t
longest_run(const struct echo *e, const unsigned char *p, size_t n)
{
	size_t best = 0;

	for (unsigned i = 0; i < ECHO_SECRETS * ECHO_FORMS; i++) {
		const struct echo_form *f =
		    &e->forms[i / ECHO_FORMS][i % ECHO_FORMS];

		if (f->n < ECHO_RUN || f->user)
			continue;
		for (size_t k = 0; k + ECHO_RUN <= f->n; k++) {
			size_t run = 0;

			while (k + run < f->n && run < n &&
			    lower(p[run]) == f->text[k + run])
				run++;
			if (run >= ECHO_RUN && run > best)
				best = run;
		}
	}
	return best;
}

static bool
is_word(unsigned char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
	    (c >= 'A' && c <= 'Z') || c >= 0x80 || c == '_';
}

/* A form of less than ECHO_RUN bytes that stands at p[at]; its length. */
static size_t
small_form(const struct echo *e, const unsigned char *p, size_t n, size_t at,
    bool *rest)
{
	unsigned char c = lower(p[at]);

	if ((e->first[c / 64] >> c % 64 & 1) == 0)
		return 0;
	for (unsigned i = 0; i < ECHO_SECRETS * ECHO_FORMS; i++) {
		const struct echo_form *f =
		    &e->forms[i / ECHO_FORMS][i % ECHO_FORMS];
		size_t end = at + f->n;

		if (f->n == 0 || f->n >= ECHO_RUN || f->user || end > n ||
		    !same(p + at, f->text, f->n))
			continue;
		if (f->n < 4 && ((at > 0 && is_word(p[at - 1])) ||
		    (end < n && is_word(p[end]))))
			continue;
		*rest = f->n < 4;
		return f->n;
	}
	return 0;
}

/* The length of a secret in a code at p; 0 if there is none. */
static size_t
coded_form(const struct echo *e, const unsigned char *p, size_t n)
{
	unsigned char c = lower(p[0]);

	if ((e->coded[c / 64] >> c % 64 & 1) == 0)
		return 0;
	for (unsigned i = 0; i < ECHO_SECRETS * ECHO_FORMS * ECHO_CODES; i++) {
		const struct echo_form *f = &e->forms[0][0] + i / ECHO_CODES;
		const struct echo_code *code = &f->codes[i % ECHO_CODES];

		if (code->n > 0 && !f->user && code->n <= n &&
		    same(p, code->text, code->n))
			return code->n +
			    echo_code_rest(code, p + code->n, n - code->n);
	}
	return 0;
}

/*
 * Whether [at, end) is within a user's name that was shown before: to hide a
 * part of it would tell that the password has that part in it.
 */
static bool
within_user(const struct echo *e, const unsigned char *p, size_t n, size_t at,
    size_t end)
{
	for (unsigned i = 0; i < ECHO_USERS; i++) {
		size_t len = e->user[i].n;

		if (len < end - at)
			continue;
		for (size_t k = end > len ? end - len : 0;
		    k <= at && k + len <= n; k++)
			if (same(p + k, e->user[i].text, len))
				return true;
	}
	return false;
}

/* The length of what is an echo at p[at], 0 if nothing is. */
static size_t
match_at(const struct echo *e, const unsigned char *p, size_t n, size_t at,
    bool *rest)
{
	size_t len = 0;

	if (e->long_forms && n - at >= ECHO_RUN) {
		size_t bit = gram_bit(gram(p + at));

		if (e->grams[bit / 64] >> bit % 64 & 1)
			len = longest_run(e, p + at, n - at);
	}
	if (len == 0 && (e->short_forms || e->mid_forms))
		len = small_form(e, p, n, at, rest);
	if (len == 0)
		len = coded_form(e, p + at, n - at);
	if (len > 0 && within_user(e, p, n, at, at + len)) {
		*rest = false;
		return 0;
	}
	return len;
}

/*
 * The first place from `at` on where an echo may begin.  What counts as one has
 * four bytes in a row at some place that is looked at, every `step` bytes.
 */
static size_t
next_candidate(const struct echo *e, const unsigned char *p, size_t n,
    size_t at)
{
	size_t step = e->step;

	if (step == 0)
		return at; /* a form is too short for that */
	for (size_t i = at; i + 4 <= n; i += step) {
		size_t bit = quad_bit(p + i);

		if (e->quads[bit / 64] >> bit % 64 & 1)
			return i < at + step ? at : i - step + 1;
	}
	return n;
}

/*
 * The length of a user's name that was shown, quoted or not, with which p
 * begins; what follows it is another word.
 */
static size_t
user_at(const struct echo *e, const unsigned char *p, size_t n)
{
	size_t quote = n > 0 && p[0] == '"';

	for (unsigned i = 0; i < ECHO_USERS; i++) {
		size_t len = e->user[i].n, end = quote + len + quote;

		if (len > 0 && end < n && !is_word(p[end]) &&
		    same(p + quote, e->user[i].text, len) &&
		    (!quote || p[end - 1] == '"'))
			return end;
	}
	return 0;
}

bool
echo_find(const struct echo *e, const unsigned char *p, size_t n,
    size_t from, size_t *at, size_t *end, bool *rest)
{
	size_t i = from, len, name, stop, look = e->step > 0 ? e->step : 1;

	*rest = false;
	while (e->any > 0 && i < n) {
		i = next_candidate(e, p, n, i);
		stop = look < n - i ? i + look : n;
		for (len = 0; i < stop && len == 0; i += len == 0)
			len = match_at(e, p, n, i, rest);
		name = len >= ECHO_RUN; /* maybe: of `joe secret` it is none */
		/* A blank at the end of a run tells nothing, and reads better. */
		while (len > 0 && is_blank(p[i]))
			i++, len--;
		name = name > 0 ? user_at(e, p + i, len) : 0;
		i += name;
		len -= name;
		while (name > 0 && len > 0 && is_blank(p[i]))
			i++, len--;
		while (len > 0 && is_blank(p[i + len - 1]))
			len--;
		if (len > 0) {
			*at = i;
			*end = i + len;
			return true;
		}
	}
	return false;
}

/* The longest end of p that is within a form, so that a run may begin there. */
static size_t
tail_within(const struct echo_form *f, const unsigned char *p, size_t n)
{
	size_t best = 0;

	for (size_t to = 1; to < f->n; to++) {
		size_t k = 0;

		while (k < to && k < n &&
		    lower(p[n - 1 - k]) == f->text[to - 1 - k])
			k++;
		if (k > best)
			best = k;
	}
	return best;
}

/* The longest end of p that `text` begins with, which is in lower case. */
static size_t
begun_at_end(const unsigned char *text, size_t len, const unsigned char *p,
    size_t n)
{
	size_t k = len > n ? n : len;

	while (k > 0 && !same(p + n - k, text, k))
		k--;
	return k;
}

static size_t
larger(size_t a, size_t b)
{
	return a > b ? a : b;
}

size_t
echo_tail(
    const struct echo *e, const unsigned char *p, size_t n, size_t least)
{
	size_t best = 0, within;

	for (unsigned i = 0; i < ECHO_SECRETS * ECHO_FORMS; i++) {
		const struct echo_form *f =
		    &e->forms[i / ECHO_FORMS][i % ECHO_FORMS];

		if (f->user)
			continue;
		best = larger(best, begun_at_end(f->text, f->n, p, n));
		for (unsigned k = 0; k < ECHO_CODES; k++)
			best = larger(best, begun_at_end(f->codes[k].text,
			    f->codes[k].n, p, n));
		within = f->n >= ECHO_RUN ? tail_within(f, p, n) : 0;
		if (within >= least)
			best = larger(best, within);
	}
	return best;
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
	size_t at, end;
	bool rest;

	if (n > 0 && echo_is_secret(e, p, n))
		return false;
	echo_shown(e, p, n);
	return !echo_find(e, p, n, 0, &at, &end, &rest);
}
