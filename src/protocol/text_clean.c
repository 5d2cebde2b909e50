/*
 * text_clean.c - look at all bytes: is it text, and has it what a rule is about?
 *
 * One look at every byte, 64 at a time, finds the few that can matter: control
 * bytes, separators of names and values, beginnings of tokens, and line ends,
 * because a line may begin with a verb or end like a prompt.  Only those are
 * looked at one by one.  SSE2 where the compiler has it, a table elsewhere.
 */
#include "text.h"
#include "track.h"

#include <stdint.h>
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#define BLOCK 64
#define BLOCKS 8 /* that are marked at a time */
#define AHEAD 2 /* bytes behind a block that are looked at with it */

/*
 * A bit for each byte of a block that may matter: a control byte (also of a
 * line end), a separator, and the first of `e?J` (or its last) and of `b?a`,
 * which are so much of `eyJ` and `Bearer` that they are rare.  DEL counts in
 * what a client says.
 */
#ifdef __SSE2__
static inline __m128i
is(__m128i v, char c)
{
	return _mm_cmpeq_epi8(v, _mm_set1_epi8(c));
}

static inline __m128i
load(const unsigned char *p)
{
	return _mm_loadu_si128((const __m128i *)(const void *)p);
}

static inline uint64_t
mark16(const unsigned char *p, bool client)
{
	const __m128i low = _mm_set1_epi8(0x20);
	__m128i a = load(p), c = load(p + 2);
	__m128i m = _mm_cmpeq_epi8(_mm_min_epu8(a, _mm_set1_epi8(0x1f)), a);

	m = _mm_or_si128(m, _mm_or_si128(is(a, '='), is(a, ':')));
	m = _mm_or_si128(m, _mm_and_si128(is(a, 'e'), is(c, 'J')));
	m = _mm_or_si128(m,
	    _mm_and_si128(
		is(_mm_or_si128(a, low), 'b'), is(_mm_or_si128(c, low), 'a')));
	if (client)
		m = _mm_or_si128(m, is(a, 0x7f));
	return (uint64_t)_mm_movemask_epi8(m);
}

static inline uint64_t
mark(const unsigned char *p, bool client)
{
	return mark16(p, client) | mark16(p + 16, client) << 16 |
	    mark16(p + 32, client) << 32 | mark16(p + 48, client) << 48;
}
#else
/* Bytes that may matter, whatever follows them. */
static const unsigned char suspects[256] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
    1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
    1, ['='] = 1, [':'] = 1, ['J'] = 1, ['b'] = 2, ['B'] = 2, [0x7f] = 4};

static inline bool
matters(const unsigned char *p, bool client)
{
	switch (suspects[*p]) {
	case 1:
		return true;
	case 2:
		return (p[2] | 0x20) == 'a';
	case 4:
		return client;
	}
	return false;
}

static inline uint64_t
mark(const unsigned char *p, bool client)
{
	const unsigned char *s = suspects;
	uint64_t m = 0;

	for (unsigned i = 0; i < BLOCK; i += 4) {
		const unsigned char *q = p + i;

		if ((s[q[0]] | s[q[1]] | s[q[2]] | s[q[3]]) == 0)
			continue;
		for (unsigned k = 0; k < 4; k++)
			m |= (uint64_t)matters(q + k, client) << (i + k);
	}
	return m;
}
#endif

/* The first control byte or telnet command in [p, end), or end. */
static const unsigned char *
next_control(const unsigned char *p, const unsigned char *end)
{
#ifdef __SSE2__
	for (; end - p >= 16; p += 16) {
		__m128i v = load(p);
		__m128i low = _mm_min_epu8(v, _mm_set1_epi8(0x1f));
		unsigned m = (unsigned)_mm_movemask_epi8(
		    _mm_or_si128(_mm_cmpeq_epi8(low, v), is(v, (char)0xff)));

		if (m != 0)
			return p + __builtin_ctz(m);
	}
#endif
	while (p < end && *p >= 0x20 && *p != 0xff)
		p++;
	return p;
}

/*
 * A control byte but TAB CR LF BS BEL ESC FF is no text.  Telnet commands are,
 * and so is telnet's CR NUL (RFC 854), and a NUL behind a prompt, where some
 * programs send the end of their string along.
 */
size_t
text_binary(const unsigned char *p, size_t n)
{
	const unsigned char *end = p + n, *at = p;
	size_t iac;

	while ((at = next_control(at, end)) < end) {
		iac = command_iac(at, (size_t)(end - at));
		if (iac > 0)
			at += iac;
		else if (*at == 0xff || *at == 0x1b ||
		    (*at >= '\a' && *at <= '\r' && *at != '\v'))
			at++;
		else if (*at == '\0' && at > p &&
		    memchr("\r :>?]", at[-1], 6) != NULL)
			at++;
		else
			break;
	}
	return (size_t)(at - p);
}

/* Whether the line [p, end), which has ended, may be a prompt. */
static inline bool
may_be_prompt(const unsigned char *p, const unsigned char *end)
{
	unsigned char last;

	while (
	    end > p && (end[-1] == ' ' || end[-1] == '\t' || end[-1] == '\r'))
		end--;
	last = end > p ? end[-1] : 'x';
	return (last == ':' || last == '>' || last == '?' || last == ']' ||
		   last >= 0xf0 /* telnet's end of a record */) &&
	    text_prompt(p, (size_t)(end - p)) != ASKS_NOTHING;
}

/* Whether a line that begins so is one for the rules. */
static inline bool
begins_oddly(enum dir d, const unsigned char *p, const unsigned char *end)
{
	if (d == DIR_S)
		return text_may_be_verb(p, (size_t)(end - p));
	return *p == '@'; /* @RSYNCD: */
}

struct scan {
	enum dir d;
	const unsigned char *line; /* where the line begins that is scanned */
	const unsigned char *end; /* of all there is */
};

/* A line has ended at lf; false if a rule is about it, or about the next. */
static inline bool
pass_line(struct scan *s, const unsigned char *lf)
{
	if (lf - s->line >= TRACK_LINE) /* those are judged in pieces */
		return false;
	if (s->d == DIR_R && may_be_prompt(s->line, lf))
		return false;
	s->line = lf + 1;
	return s->line == s->end || !begins_oddly(s->d, s->line, s->end);
}

static bool
pass_mark(struct scan *s, const unsigned char *at)
{
	switch (*at) {
	case '\t':
		return true;
	case '\r':
		return s->d == DIR_R || at + 1 == s->end || at[1] == '\n';
	case '\n':
		return pass_line(s, at);
	case 'J':
		at -= at - s->line >= 2 ? 2 : 0;
		break;
	}
	return *at > ' ' && *at != 0x7f && !text_may_hide(s->line, at, s->end);
}

/* Look at the marks of a block; false at the first that a rule is about. */
static inline bool
pass(struct scan *s, const unsigned char *p, uint64_t marks)
{
	const unsigned char *at;

	if (marks == 0)
		return true;
	/* Most often there is one line end, and nothing else. */
	at = p + __builtin_ctzll(marks);
	if (*at == '\r' && (marks & (marks - 1)) != 0)
		at++;
	if (*at == '\n' && marks >> (at - p) == 1)
		return pass_line(s, at);
	for (; marks != 0; marks &= marks - 1)
		if (!pass_mark(s, p + __builtin_ctzll(marks)))
			return false;
	return true;
}

/* The marks of so many blocks, or of what is left; returns how many bytes. */
static size_t
mark_blocks(
    uint64_t marks[BLOCKS], const unsigned char *p, size_t n, bool client)
{
	unsigned char rest[BLOCK + AHEAD];
	size_t i = 0;

	for (; i < BLOCKS && n - i * BLOCK >= BLOCK + AHEAD; i++)
		marks[i] = mark(p + i * BLOCK, client);
	if (i > 0)
		return i * BLOCK;
	memset(rest, 'x', sizeof rest); /* which matters to nobody */
	memcpy(rest, p, n);
	marks[0] = mark(rest, client);
	if (n < BLOCK)
		marks[0] &= ((uint64_t)1 << n) - 1;
	return n < BLOCK ? n : BLOCK;
}

size_t
text_clean(enum dir d, const unsigned char *p, size_t n)
{
	struct scan s = {d, p, p + n};
	const unsigned char *at = p;
	uint64_t marks[BLOCKS];
	size_t took;

	if (begins_oddly(d, p, s.end))
		return 0;
	for (; at < s.end; at += took) {
		took = mark_blocks(marks, at, (size_t)(s.end - at), d == DIR_S);
		for (size_t i = 0; i * BLOCK < took; i++)
			if (!pass(&s, at + i * BLOCK, marks[i]))
				return (size_t)(s.line - p);
	}
	return (size_t)(s.line - p);
}
