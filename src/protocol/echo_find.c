/* echo_find.c - where a secret that was said before is in a line */
#include "echo.h"
#include "echo_bytes.h"

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

/*
 * The longest form of less than ECHO_RUN bytes that stands at p[at]; its length,
 * and whether one of a few bytes does.
 */
static size_t
small_form(const struct echo *e, const unsigned char *p, size_t n, size_t at,
    bool *rest)
{
	unsigned char c = lower(p[at]);
	size_t best = 0;

	if ((e->first[c / 64] >> c % 64 & 1) == 0)
		return 0;
	for (unsigned i = 0; i < ECHO_SECRETS * ECHO_FORMS; i++) {
		const struct echo_form *f =
		    &e->forms[i / ECHO_FORMS][i % ECHO_FORMS];
		size_t end = at + f->n;

		if (f->n == 0 || f->n >= ECHO_RUN || f->user || end > n ||
		    !same(p + at, f->text, f->n))
			continue;
		if (f->n < 4 &&
		    ((at > 0 && is_word(p[at - 1])) ||
			(end < n && is_word(p[end]))))
			continue;
		*rest |= f->n < 4;
		best = f->n > best ? f->n : best;
	}
	return best;
}

/* The length of the longest code of a secret at p; 0 if there is none. */
static size_t
coded_form(const struct echo *e, const unsigned char *p, size_t n)
{
	unsigned char c = lower(p[0]);
	size_t best = 0, len;

	if ((e->coded[c / 64] >> c % 64 & 1) == 0)
		return 0;
	for (unsigned i = 0; i < ECHO_SECRETS * ECHO_FORMS * ECHO_CODES; i++) {
		const struct echo_form *f = &e->forms[0][0] + i / ECHO_CODES;
		const struct echo_code *code = &f->codes[i % ECHO_CODES];

		if (code->n == 0 || f->user || code->n > n ||
		    !same(p, code->text, code->n))
			continue;
		len = code->n + echo_code_rest(code, p + code->n, n - code->n);
		best = len > best ? len : best;
	}
	return best;
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
next_candidate(
    const struct echo *e, const unsigned char *p, size_t n, size_t at)
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

/*
 * Another secret may begin within an echo and go on behind it.  Whatever does,
 * but for a code, has where it does what counts as an echo of its own.
 */
static void
extend(const struct echo *e, const unsigned char *p, size_t n,
    struct echo_hit *hit)
{
	bool rest;
	size_t len;

	for (size_t at = hit->at; at < hit->end; at++) {
		if (hit->end - at >= ECHO_RUN)
			at = hit->end - (ECHO_RUN - 1);
		rest = false;
		len = match_at(e, p, n, at, &rest);
		if (len <= hit->end - at)
			continue;
		hit->end = at + len;
		hit->rest |= rest;
	}
}

static void
trim_end(const unsigned char *p, struct echo_hit *hit)
{
	while (hit->at < hit->end && is_blank(p[hit->end - 1]))
		hit->end--;
}

/* Leave out what tells nothing, or may be shown; false if nothing is left. */
static bool
trim(const struct echo *e, const unsigned char *p, size_t n,
    struct echo_hit *hit)
{
	bool run = hit->end - hit->at >= ECHO_RUN; /* of `joe secret`, maybe */
	size_t name;

	/* A blank at the end of a run tells nothing, and reads better. */
	while (hit->at < hit->end && is_blank(p[hit->at]))
		hit->at++;
	name = run ? user_at(e, p + hit->at, hit->end - hit->at) : 0;
	hit->at += name;
	while (name > 0 && hit->at < hit->end && is_blank(p[hit->at]))
		hit->at++;
	trim_end(p, hit);
	extend(e, p, n, hit);
	trim_end(p, hit);
	return hit->at < hit->end;
}

bool
echo_find(const struct echo *e, const unsigned char *p, size_t n, size_t from,
    size_t least, struct echo_hit *hit)
{
	size_t i = from, len, stop, look = e->step > 0 ? e->step : 1;

	while (e->any > 0 && i < n) {
		i = next_candidate(e, p, n, i);
		stop = look < n - i ? i + look : n;
		for (len = 0; i < stop && len == 0; i += len == 0) {
			hit->rest = false;
			len = match_at(e, p, n, i, &hit->rest);
			len = len < least ? 0 : len;
		}
		hit->from = hit->at = i;
		hit->end = i + len;
		if (len > 0 && trim(e, p, n, hit) &&
		    hit->end - hit->at >= least)
			return true;
		i = hit->end;
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
begun_at_end(
    const unsigned char *text, size_t len, const unsigned char *p, size_t n)
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
echo_tail(const struct echo *e, const unsigned char *p, size_t n, size_t least)
{
	size_t best = 0, within;

	for (unsigned i = 0; i < ECHO_SECRETS * ECHO_FORMS; i++) {
		const struct echo_form *f =
		    &e->forms[i / ECHO_FORMS][i % ECHO_FORMS];

		if (f->user)
			continue;
		best = larger(best, begun_at_end(f->text, f->n, p, n));
		for (unsigned k = 0; k < ECHO_CODES; k++)
			best = larger(best,
			    begun_at_end(
				f->codes[k].text, f->codes[k].n, p, n));
		within = f->n >= ECHO_RUN ? tail_within(f, p, n) : 0;
		if (within >= least)
			best = larger(best, within);
	}
	return best;
}
