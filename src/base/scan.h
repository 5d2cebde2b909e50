/*
 * scan.h - find the next byte that matters, a word at a time
 *
 * The two loops that see every byte of a conversation live here: the one that
 * copies text up to the first byte that the transcript must treat (a line end,
 * a control byte, a backslash, a star, anything not ASCII), and the one that
 * looks for a line that begins with a dot.  SSE2 where the compiler has it,
 * 64-bit words elsewhere; both give the same answers.
 */
#ifndef TEED_SCAN_H
#define TEED_SCAN_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

/* How far scan_copy() may write beyond what it returns. */
#define SCAN_SLACK 16

/* Bytes that stand for themselves in a transcript, whatever is around them. */
static inline int
scan_is_plain(unsigned char c)
{
	return (c >= 0x20 || c == '\t') && c < 0x7f && c != '\\' && c != '*';
}

#ifdef __SSE2__
static inline unsigned
scan_special16(__m128i v)
{
	__m128i low = _mm_cmplt_epi8(v, _mm_set1_epi8(0x20)); /* and >= 0x80 */
	__m128i tab = _mm_cmpeq_epi8(v, _mm_set1_epi8('\t'));
	__m128i del = _mm_cmpeq_epi8(v, _mm_set1_epi8(0x7f));
	__m128i bsl = _mm_cmpeq_epi8(v, _mm_set1_epi8('\\'));
	__m128i star = _mm_cmpeq_epi8(v, _mm_set1_epi8('*'));
	__m128i odd = _mm_or_si128(_mm_or_si128(del, bsl), star);

	return (unsigned)_mm_movemask_epi8(
	    _mm_or_si128(odd, _mm_andnot_si128(tab, low)));
}
#else
static inline uint64_t
scan_zero8(uint64_t w)
{
	/* 0x80 in every byte of w that is zero (and maybe some above it) */
	return (w - 0x0101010101010101u) & ~w & 0x8080808080808080u;
}

static inline uint64_t
scan_special8(uint64_t w)
{
	const uint64_t ones = 0x0101010101010101u;

	/* a superset: TAB counts as special here and is looked at by byte */
	return (w & 0x8080808080808080u) |
	    ((w - ones * 0x20) & ~w & 0x8080808080808080u) |
	    scan_zero8(w ^ ones * 0x7f) | scan_zero8(w ^ ones * '\\') |
	    scan_zero8(w ^ ones * '*');
}
#endif

/*
 * Copy plain bytes from p to *out until the first that is not plain, or end.
 * Returns where it stopped in the source and moves *out along.  There must be
 * room for end - p bytes and SCAN_SLACK more.
 */
static inline const unsigned char *
scan_copy(const unsigned char *p, const unsigned char *end, char **out)
{
	char *o = *out;

#ifdef __SSE2__
	while (end - p >= 16) {
		__m128i v = _mm_loadu_si128((const __m128i *)(const void *)p);
		unsigned m = scan_special16(v);

		_mm_storeu_si128((__m128i *)(void *)o, v);
		if (m != 0) {
			int k = __builtin_ctz(m);

			*out = o + k;
			return p + k;
		}
		p += 16;
		o += 16;
	}
#else
	while (end - p >= 8) {
		uint64_t w;

		memcpy(&w, p, 8);
		if (scan_special8(w) != 0) {
			int i;

			for (i = 0; i < 8 && scan_is_plain(p[i]); i++)
				o[i] = (char)p[i];
			p += i;
			o += i;
			if (i < 8) {
				*out = o;
				return p;
			}
			continue;
		}
		memcpy(o, &w, 8);
		p += 8;
		o += 8;
	}
#endif
	while (p < end && scan_is_plain(*p))
		*o++ = (char)*p++;
	*out = o;
	return p;
}

/*
 * The first place in [p, end) where a dot follows a CR or LF: where a body may
 * end (RFC 5321 section 4.5.2, RFC 1939 section 3).  Returns the dot, or end.
 * The byte at p itself is never taken for that dot: the caller knows what came
 * before p.
 */
static inline const unsigned char *
scan_dot(const unsigned char *p, const unsigned char *end)
{
#ifdef __SSE2__
	const __m128i dot = _mm_set1_epi8('.');
	const __m128i lf = _mm_set1_epi8('\n');
	const __m128i cr = _mm_set1_epi8('\r');

	while (end - p >= 17) {
		__m128i a = _mm_loadu_si128((const __m128i *)(const void *)p);
		__m128i b =
		    _mm_loadu_si128((const __m128i *)(const void *)(p + 1));
		__m128i eol =
		    _mm_or_si128(_mm_cmpeq_epi8(a, lf), _mm_cmpeq_epi8(a, cr));
		unsigned m = (unsigned)_mm_movemask_epi8(
		    _mm_and_si128(eol, _mm_cmpeq_epi8(b, dot)));

		if (m != 0)
			return p + __builtin_ctz(m) + 1;
		p += 16;
	}
#endif
	while (end - p >= 2) {
		const unsigned char *d =
		    memchr(p + 1, '.', (size_t)(end - p - 1));

		if (d == NULL)
			break;
		if (d[-1] == '\n' || d[-1] == '\r')
			return d;
		p = d;
	}
	return end;
}

#endif
