/* script.c - a conversation made of a fixture and the bytes of a fuzzer */
#include "script.h"
#include "../unit/leak.h"

#include <ctype.h>
#include <glob.h>

#define FIXTURES 1024
#define LINES 4096
/* Larger ones take too long to be played thousands of times. */
#define FIXTURE_BYTES 6000

static struct conversation *fixtures[FIXTURES];
static size_t nfixtures;

/* Lines without a secret of one side, for others than their own fixture. */
struct stock {
	const struct turn *turns[LINES];
	size_t n;
};
static struct stock stocks[2];

/* Strict protocols, where what a line means does not hang on prompts. */
static bool strict;

/* What is done to a turn; all else leaves it alone. */
enum change {
	DROP = 0x80,
	TWICE,
	ANOTHER, /* instead of it; operand: which */
	BEFORE, /* another before it; operand: which */
	BYTE, /* one byte is another; operands: where, what */
	PAUSE, /* a silence before it */
	STOP /* the fixture ends here */
};

/* ---- fixtures --------------------------------------------------------- */

static bool
has_secret(const struct conversation *c, const struct turn *t)
{
	for (int i = 0; i < c->nsecrets; i++)
		if (leak_in_bytes(t->bytes, t->n, c->secrets[i]) != NULL)
			return true;
	return t->want != NULL && strstr(t->want, "****") != NULL;
}

/*
 * What a daemon's line is to the client: it asks for content, or for more of a
 * command; it refuses that; or something else.
 */
enum answer { ASKS, REFUSES, TELLS };

static enum answer
answer_of(const struct turn *t)
{
	static const char *const no[] = {"NO", "BAD", "BYE", "ERR"};
	const char *p = (const char *)t->bytes;

	if (t->n > 0 && p[0] == '+' && (t->n < 3 || memcmp(p, "+OK", 3) != 0))
		return ASKS;
	for (size_t i = 0; i + 3 <= t->n; i++)
		if (p[i] == '3' && isdigit((unsigned char)p[i + 1]))
			return ASKS;
	for (size_t i = 0; i < sizeof no / sizeof *no; i++)
		if (memmem(p, t->n, no[i], strlen(no[i])) != NULL)
			return REFUSES;
	return t->n > 0 && (p[0] == '4' || p[0] == '5') ? REFUSES : TELLS;
}

/* Whether behind it come bytes that are no lines, or a body. */
static bool
brings(const struct turn *t)
{
	return t->n < 2 || t->bytes[t->n - 1] != '\n' ||
	    memchr(t->bytes, '{', t->n) != NULL ||
	    (t->n > 4 && strncasecmp((const char *)t->bytes, "BDAT", 4) == 0);
}

/* Whether what follows is another protocol's: an HTTP request to any daemon. */
static bool
turns_away(const struct conversation *c, const struct turn *t)
{
	return strcmp(c->protocol, "http") != 0 &&
	    memmem(t->bytes, t->n, "HTTP/", 5) != NULL;
}

static void
take_stock(const struct conversation *c)
{
	for (int i = 0; i < c->nturns; i++) {
		const struct turn *t = &c->turns[i];
		struct stock *s = &stocks[t->dir];

		if (s->n < LINES && !has_secret(c, t) && !brings(t) &&
		    !turns_away(c, t))
			s->turns[s->n++] = t;
	}
}

static bool
is_of(const struct conversation *c, const char *path, const char *protocol)
{
	size_t n = 0;

	for (int i = 0; i < c->nturns; i++)
		n += c->turns[i].n;
	if (n > FIXTURE_BYTES)
		return false;
	if (strcmp(protocol, "tls") == 0)
		return strstr(path, "tls") != NULL;
	if (strcmp(protocol, "lmtp") == 0)
		protocol = "smtp";
	return protocol[0] == '\0' || strcmp(c->protocol, protocol) == 0;
}

void
script_fixtures(const char *protocol)
{
	static const char *const plain[] = {"text", "auto", "raw", "tls"};
	glob_t g;

	strict = true;
	for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
		if (strcmp(plain[i], protocol) == 0)
			strict = false;
	if (glob("tests/fixtures/protocol/*.conv", 0, NULL, &g) != 0) {
		fprintf(stderr, "no fixtures in tests/fixtures/protocol\n");
		exit(1);
	}
	for (size_t i = 0; i < g.gl_pathc && nfixtures < FIXTURES; i++) {
		struct conversation *c = malloc(sizeof *c);

		if (c == NULL)
			abort();
		conversation_read(c, g.gl_pathv[i]);
		if (is_of(c, g.gl_pathv[i], protocol)) {
			take_stock(c);
			fixtures[nfixtures++] = c;
		} else {
			conversation_free(c);
			free(c);
		}
	}
	globfree(&g);
}

const struct conversation *
script_fixture(size_t nth)
{
	return nth < nfixtures ? fixtures[nth] : NULL;
}

/* ---- the fuzzer's bytes ----------------------------------------------- */

struct input {
	const uint8_t *p, *end;
};

static uint8_t
take(struct input *in)
{
	return in->p < in->end ? *in->p++ : 0;
}

/* ---- the changed fixture ---------------------------------------------- */

static struct turn changed[2 * TURNS];
static bool pauses[2 * TURNS];
static int nchanged;
static unsigned char changed_bytes[256 * 1024];
static size_t changed_len;

static void
add(const struct turn *t, bool pause)
{
	if (nchanged == 2 * TURNS)
		return;
	changed[nchanged] = *t;
	pauses[nchanged++] = pause;
}

/* Another line of that side; the daemon's must be neither of the strong ones. */
static const struct turn *
other_line(const struct conversation *c, const struct turn *t, uint8_t which)
{
	const struct stock *s = &stocks[t->dir];
	const struct turn *other;

	if (s->n == 0)
		return t;
	other = s->turns[which * s->n / 256];
	if (has_secret(c, other)) /* it is none in its own fixture */
		return t;
	return t->dir == DIR_R && answer_of(other) != TELLS ? t : other;
}

static void
add_byte(const struct turn *t, uint8_t where, uint8_t what)
{
	struct turn copy = *t;

	if (t->n > 0 && changed_len + t->n <= sizeof changed_bytes) {
		copy.bytes = changed_bytes + changed_len;
		memcpy(copy.bytes, t->bytes, t->n);
		copy.bytes[where * t->n / 256] = what;
		if (answer_of(&copy) == TELLS)
			changed_len += t->n;
		else
			copy = *t;
	}
	add(&copy, false);
}

/* Which side's turns may be changed in this fixture: S, R, or none. */
static enum dir
may_change(const struct conversation *c, uint8_t order)
{
	bool no_line = strcmp(c->protocol, "ldap") == 0 ||
	    strcmp(c->protocol, "http") == 0;

	if (!strict)
		return DIR_NONE;
	for (int i = 0; i < c->nturns; i++) {
		const struct turn *t = &c->turns[i];

		/* What is known of an echo hangs on what was said before. */
		if (t->dir == DIR_R && has_secret(c, t))
			return DIR_NONE;
		/* A refusal must stay one, of the same command. */
		if (t->dir == DIR_R && answer_of(t) == REFUSES)
			no_line = no_line || order % 2 == 0;
	}
	if (order % 2 == 0)
		return no_line ? DIR_NONE : DIR_R;
	return no_line ? DIR_NONE : DIR_S;
}

/* One turn; false where the fixture ends. */
static bool
change(const struct conversation *c, const struct turn *t, struct input *in,
    bool may)
{
	uint8_t op = take(in), where;
	bool may_change = may && t->dir == DIR_R && answer_of(t) == TELLS;

	if (op == STOP)
		return false;
	if (op == BEFORE && may)
		add(other_line(c, t, take(in)), false);
	if (op == TWICE && (t->dir == DIR_S ? may : may_change))
		add(t, false);
	if (op == ANOTHER && may_change)
		t = other_line(c, t, take(in));
	if (op == BYTE && may_change) {
		where = take(in);
		add_byte(t, where, take(in));
	} else if (op != DROP || !may_change) {
		add(t, op == PAUSE);
	}
	return true;
}

static void
change_all(const struct conversation *c, struct input *in, uint8_t order)
{
	enum dir d = may_change(c, order);
	bool greeted = false;

	for (int i = 0; i < c->nturns; i++) {
		const struct turn *t = &c->turns[i];
		bool may = t->dir == d && !has_secret(c, t) && !brings(t) &&
		    (greeted || d == DIR_S);

		greeted |=
		    t->dir == DIR_R && t->n > 0 && t->bytes[t->n - 1] == '\n';
		if (!change(c, t, in, may))
			return;
	}
}

/* ---- in an order ------------------------------------------------------ */

static void
say(struct script *s, enum dir d, bool pause, const void *p, size_t n)
{
	struct run *r = s->nruns > 0 ? &s->runs[s->nruns - 1] : NULL;

	s->full |= n > sizeof s->bytes - s->len || s->nruns == RUNS;
	if (s->full)
		return;
	if (r == NULL || r->dir != d || pause || s->nruns == s->free_run) {
		r = &s->runs[s->nruns++];
		*r = (struct run){d, pause, s->len, 0};
	}
	memcpy(s->bytes + s->len, p, n);
	s->len += n;
	r->n += n;
}

/*
 * The client may run ahead of the daemon as it likes; the daemon can't answer
 * what it has not been told.
 */
static void
say_mixed(struct script *s, uint64_t seed)
{
	size_t at[2] = {0, 0};
	int turn[2] = {0, 0};
	uint64_t rnd = seed;

	while (turn[DIR_S] < nchanged || turn[DIR_R] < nchanged) {
		int d = (int)(unit_random(&rnd) % 2);
		const struct turn *t = &changed[turn[d]];
		size_t k;

		if (turn[d] == nchanged ||
		    (d == DIR_R && turn[DIR_R] > turn[DIR_S]))
			continue;
		if (t->dir != (enum dir)d || at[d] == t->n) {
			turn[d]++;
			at[d] = 0;
			continue;
		}
		k = 1 + unit_random(&rnd) % (seed % 4 < 2 ? 4 : t->n - at[d]);
		if (k > t->n - at[d])
			k = t->n - at[d];
		say(s, (enum dir)d, unit_random(&rnd) % 16 == 0,
		    t->bytes + at[d], k);
		at[d] += k;
	}
}

/* Turns of the fuzzer's own. */
static void
say_free(struct script *s, struct input *in)
{
	enum dir d = DIR_S;
	bool pause = false;

	while (in->p < in->end) {
		const uint8_t *mark =
		    memchr(in->p, 0xf5, (size_t)(in->end - in->p));

		if (mark == NULL)
			mark = in->end;
		say(s, d, pause, in->p, (size_t)(mark - in->p));
		pause = false;
		in->p = mark;
		if (in->end - mark < 2)
			return;
		if (mark[1] == 'P')
			pause = true;
		else
			d = mark[1] == 'S' ? DIR_R : DIR_S;
		in->p += 2;
	}
}

void
script_make(struct script *s, const uint8_t *data, size_t size)
{
	struct input in = {data, data + size};
	uint8_t which = take(&in), order = take(&in);

	nchanged = 0;
	changed_len = 0;
	s->nruns = 0;
	s->free_run = -1;
	s->len = 0;
	s->full = false;
	s->from = script_fixture(which);
	if (s->from != NULL) {
		change_all(s->from, &in, order);
		if (order / 2 == 0 || s->from->lockstep)
			for (int i = 0; i < nchanged; i++)
				say(s, changed[i].dir, pauses[i],
				    changed[i].bytes, changed[i].n);
		else
			say_mixed(s, order);
	}
	s->free_run = s->nruns;
	say_free(s, &in);
}
