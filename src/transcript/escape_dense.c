/* escape_dense.c - bytes of which few are text */
#include "escape_dense.h"
#include "escape.h"

#include "../base/cpu.h"
#include "../base/scan.h"

#include <stdbool.h>
#ifdef CPU_X86
#include <tmmintrin.h>
#endif

/* So many at most; then it is asked again whether they are worth it. */
#define DENSE 512

static const char digits[] = "0123456789abcdef";

/* What a byte becomes that is no part of a character of several. */
static struct form {
	char text[ESCAPE_MAX];
	uint32_t n;
} forms[256];

static void
make_forms(void)
{
	for (unsigned c = 0; c < 256; c++) {
		struct form *f = &forms[c];

		memcpy(f->text, "\\x", 2);
		f->text[2] = digits[c >> 4];
		f->text[3] = digits[c & 15];
		f->n = ESCAPE_MAX;
		if (c == '\\' || c == '\r') {
			f->text[1] = c == '\r' ? 'r' : '\\';
			f->n = 2;
		} else if (c == '*' || scan_is_plain((unsigned char)c)) {
			f->text[0] = (char)c;
			f->n = 1;
		}
	}
}

/* A byte, or the character that begins with it; [*p, *p + ESCAPE_MAX) is there. */
static inline char *
put_one(char *out, const unsigned char **p, const unsigned char *end)
{
	const unsigned char *q = *p;
	size_t n = 0;

	if (q[0] >= 0xc2 && (q[1] & 0xc0) == 0x80)
		n = escape_utf8(q, end);
	memcpy(out, n > 0 ? (const char *)q : forms[*q].text, ESCAPE_MAX);
	*p += n > 0 ? n : 1;
	return out + (n > 0 ? n : forms[*q].n);
}

/* Whether the rest is not for us: a CRLF, or stars. */
static inline bool
is_end(const unsigned char *p)
{
	return (p[0] == '\r' && p[1] == '\n') || (p[0] == '*' && p[1] == '*');
}

static char *
one_by_one(char *out, const unsigned char **at, const unsigned char *end)
{
	const unsigned char *p = *at, *last = p + DENSE;

	if (forms[0].n == 0)
		make_forms();
	while (end - p >= ESCAPE_MAX && p < last && *p != '\n' && !is_end(p))
		out = put_one(out, &p, end);
	*at = p;
	return out;
}

#ifdef CPU_X86
/*
 * Four bytes at a time are put together out of those four, their first digits,
 * their second ones, and `\x`.  What becomes of each (0: it stands for itself,
 * 1: an escape of two bytes, 2: of four) gives a number to base 3, and that the
 * place of what to take from where.
 */
static struct move {
	uint8_t from[16];
	uint32_t n, unused[3];
} moves[81];

static void
make_moves(void)
{
	enum { ITSELF, FIRST = 4, SECOND = 8, BACKSLASH = 12, X = 13 };
	static const uint8_t parts[3][4] = {
	    {ITSELF}, {BACKSLASH, SECOND}, {BACKSLASH, X, FIRST, SECOND}};

	for (unsigned place = 0; place < 81; place++) {
		struct move *m = &moves[place];

		for (unsigned i = 0, rest = place; i < 4; i++, rest /= 3)
			for (unsigned k = 0; k < 1u << rest % 3; k++) {
				unsigned part = parts[rest % 3][k];

				m->from[m->n++] =
				    (uint8_t)(part < BACKSLASH ? part + i :
								 part);
			}
	}
}

struct sorted {
	__m128i shown; /* part of a character of two or three bytes */
	__m128i carry; /* which of the next bytes are that, too */
	unsigned care; /* which bytes must be looked at */
};

static inline __m128i
load(const void *p)
{
	return _mm_loadu_si128(p);
}

/* Signed is what there is to compare: the first byte becomes the lowest. */
static inline __m128i
between(__m128i v, int first, int last)
{
	return _mm_cmplt_epi8(
	    _mm_add_epi8(v, _mm_set1_epi8((char)(0x80 - first))),
	    _mm_set1_epi8((char)(last - first + 1 - 0x80)));
}

/*
 * Care needs a byte before LF, a star before another, and what may begin a
 * character that seldom is one: only where more bytes tell, or of four.
 */
static inline struct sorted
sort(const unsigned char *p, __m128i v, __m128i carry)
{
	__m128i w = load(p + 1);
	__m128i x = load(p + 2);
	__m128i second = between(w, 0x80, 0xbf), third = between(x, 0x80, 0xbf);
	__m128i pair = between(v, 0xc3, 0xdf), triple = between(v, 0xe1, 0xec);
	__m128i c2 = _mm_cmpeq_epi8(v, _mm_set1_epi8((char)0xc2));
	__m128i star = _mm_set1_epi8('*'), lf = _mm_set1_epi8('\n');
	__m128i rare, lead, care;
	struct sorted s;

	rare = _mm_andnot_si128(
	    _mm_or_si128(pair, triple), between(v, 0xc2, 0xff));
	rare =
	    _mm_and_si128(_mm_and_si128(rare, second), _mm_or_si128(c2, third));
	care = _mm_and_si128(_mm_cmpeq_epi8(v, star), _mm_cmpeq_epi8(w, star));
	care = _mm_or_si128(care, _mm_or_si128(rare, _mm_cmpeq_epi8(w, lf)));
	s.care = (unsigned)_mm_movemask_epi8(care);
	triple = _mm_and_si128(_mm_and_si128(triple, second), third);
	lead = _mm_or_si128(_mm_and_si128(pair, second), triple);
	s.shown = _mm_or_si128(_mm_or_si128(lead, _mm_slli_si128(lead, 1)),
	    _mm_or_si128(_mm_slli_si128(triple, 2), carry));
	s.carry =
	    _mm_or_si128(_mm_srli_si128(lead, 15), _mm_srli_si128(triple, 14));
	return s;
}

/* How, stands in `moves`, so many bytes from its beginning. */
CPU_FOR("ssse3")
static inline char *
put_four(char *out, __m128i from, uint32_t place)
{
	const struct move *m = (const void *)((const char *)moves + place);

	_mm_storeu_si128((void *)out, _mm_shuffle_epi8(from, load(m->from)));
	return out + m->n;
}

/* The first n of the sixteen bytes of v. */
CPU_FOR("ssse3")
static inline char *
put_sixteen(char *out, __m128i v, __m128i shown, unsigned n)
{
	static const uint8_t taken[32] = {255, 255, 255, 255, 255, 255, 255,
	    255, 255, 255, 255, 255, 255, 255, 255, 255};
	const __m128i low = _mm_set1_epi8(15), one = _mm_set1_epi8(1);
	const __m128i digit = load(digits);
	const __m128i backslash_x = _mm_set1_epi16('\\' | 'x' << 8);
	__m128i tab = _mm_cmpeq_epi8(v, _mm_set1_epi8('\t'));
	__m128i cr = _mm_cmpeq_epi8(v, _mm_set1_epi8('\r'));
	__m128i backslash = _mm_cmpeq_epi8(v, _mm_set1_epi8('\\'));
	/* Signed, and DEL wraps around: below 0x20, and from 0x7f on. */
	__m128i odd = _mm_cmplt_epi8(_mm_add_epi8(v, one), _mm_set1_epi8(0x21));
	__m128i first =
	    _mm_shuffle_epi8(digit, _mm_and_si128(_mm_srli_epi16(v, 4), low));
	__m128i second = _mm_shuffle_epi8(digit, _mm_and_si128(v, low));
	__m128i becomes, lower, upper;
	uint32_t places[4];

	/* 2, or 2 - 1 */
	becomes = _mm_add_epi8(
	    _mm_and_si128(_mm_or_si128(odd, backslash), _mm_add_epi8(one, one)),
	    _mm_or_si128(cr, backslash));
	becomes = _mm_andnot_si128(_mm_or_si128(tab, shown), becomes);
	if (n < 16) /* the others are counted as one byte each */
		becomes = _mm_and_si128(becomes, load(taken + 16 - n));
	becomes =
	    _mm_maddubs_epi16(becomes, _mm_set1_epi32(0x1b090301)); /* 3^i */
	becomes = _mm_madd_epi16(becomes, _mm_set1_epi16(sizeof *moves));
	_mm_storeu_si128((void *)places, becomes);

	second =
	    _mm_xor_si128(second, _mm_and_si128(cr, _mm_set1_epi8('d' ^ 'r')));
	second = _mm_xor_si128(
	    second, _mm_and_si128(backslash, _mm_set1_epi8('c' ^ '\\')));
	lower = _mm_unpacklo_epi32(v, first);
	upper = _mm_unpacklo_epi32(second, backslash_x);
	out = put_four(out, _mm_unpacklo_epi64(lower, upper), places[0]);
	out = put_four(out, _mm_unpackhi_epi64(lower, upper), places[1]);
	lower = _mm_unpackhi_epi32(v, first);
	upper = _mm_unpackhi_epi32(second, backslash_x);
	out = put_four(out, _mm_unpacklo_epi64(lower, upper), places[2]);
	out = put_four(out, _mm_unpackhi_epi64(lower, upper), places[3]);
	return out - (16 - n);
}

CPU_FOR("ssse3")
static char *
by_sixteen(char *out, const unsigned char **at, const unsigned char *end)
{
	const unsigned char *p = *at, *last = p + DENSE;
	const __m128i none = _mm_setzero_si128();
	__m128i carry = none;

	if (forms[0].n == 0)
		make_forms();
	if (moves[0].n == 0)
		make_moves();
	/* So that what tells of the last of them is there. */
	while (end - p >= 16 + ESCAPE_MAX && p < last && *p != '\n') {
		__m128i v = load(p);
		struct sorted s = sort(p, v, carry);
		unsigned n;

		if (s.care == 0) {
			out = put_sixteen(out, v, s.shown, 16);
			p += 16;
			carry = s.carry;
			continue;
		}
		n = (unsigned)__builtin_ctz(s.care);
		out = put_sixteen(out, v, s.shown, n);
		p += n;
		carry = none;
		if (_mm_movemask_epi8(s.shown) >> n & 1)
			*out++ = (char)*p++;
		else if (is_end(p))
			break;
		else
			out = put_one(out, &p, end);
	}
	for (int left = _mm_movemask_epi8(carry); left != 0; left >>= 1)
		*out++ = (char)*p++;
	*at = p;
	return out;
}
#endif

char *
escape_dense(char *out, const unsigned char **at, const unsigned char *end)
{
#ifdef CPU_X86
	if (cpu_level() >= CPU_SSSE3)
		return by_sixteen(out, at, end);
#endif
	return one_by_one(out, at, end);
}
