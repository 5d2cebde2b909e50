/*
 * scan.h - find the next byte that matters, a word at a time
 *
 * Loops that see every byte of a conversation: the one that copies text up to the
 * first byte that the transcript must treat (a line end, a control byte, a
 * backslash, a star, anything not ASCII), the one that looks for a line that
 * begins with a dot, and the one that counts lines.  SSE2 where the compiler has
 * it, 64-bit words or bytes elsewhere; both give the same answers.
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
#define SCAN_SLACK 32

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
	/* Signed, and DEL wraps around: below 0x20, and from 0x7f on. */
	__m128i odd = _mm_cmplt_epi8(
	    _mm_add_epi8(v, _mm_set1_epi8(1)), _mm_set1_epi8(0x21));
	__m128i tab = _mm_cmpeq_epi8(v, _mm_set1_epi8('\t'));
	__m128i bsl = _mm_cmpeq_epi8(v, _mm_set1_epi8('\\'));
	__m128i star = _mm_cmpeq_epi8(v, _mm_set1_epi8('*'));

	return (unsigned)_mm_movemask_epi8(
	    _mm_or_si128(_mm_or_si128(bsl, star), _mm_andnot_si128(tab, odd)));
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
	while (end - p >= 32) {
		__m128i v = _mm_loadu_si128((const __m128i *)(const void *)p);
		__m128i w =
		    _mm_loadu_si128((const __m128i *)(const void *)(p + 16));
		unsigned m = scan_special16(v) | scan_special16(w) << 16;

		_mm_storeu_si128((__m128i *)(void *)o, v);
		_mm_storeu_si128((__m128i *)(void *)(o + 16), w);
		if (m != 0) {
			int k = __builtin_ctz(m);

			*out = o + k;
			return p + k;
		}
		p += 32;
		o += 32;
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

/* How many LF there are. */
static inline size_t
scan_count_lf(const unsigned char *p, const unsigned char *end)
{
	size_t n = 0;

#ifdef __SSE2__
	__m128i sum = _mm_setzero_si128();
	uint64_t sums[2];

	for (; end - p >= 16; p += 16) {
		__m128i v = _mm_loadu_si128((const __m128i *)(const void *)p);
		__m128i lf = _mm_cmpeq_epi8(v, _mm_set1_epi8('\n'));

		sum = _mm_add_epi64(sum,
		    _mm_sad_epu8(_mm_sub_epi8(_mm_setzero_si128(), lf),
			_mm_setzero_si128()));
	}
	_mm_storeu_si128((__m128i *)(void *)sums, sum);
	n = (size_t)(sums[0] + sums[1]);
#endif
	for (; p < end; p++)
		n += *p == '\n';
	return n;
}

#ifdef __SSE2__
/* Which of the 16 bytes from p on are dots. */
static inline __m128i
scan_dots(const unsigned char *p)
{
	return _mm_cmpeq_epi8(_mm_loadu_si128((const __m128i *)(const void *)p),
	    _mm_set1_epi8('.'));
}

/* Which of the 16 bytes from p on end a line before a dot. */
static inline unsigned
scan_dot16(const unsigned char *p)
{
	__m128i v = _mm_loadu_si128((const __m128i *)(const void *)p);
	__m128i eol = _mm_or_si128(_mm_cmpeq_epi8(v, _mm_set1_epi8('\n')),
	    _mm_cmpeq_epi8(v, _mm_set1_epi8('\r')));

	return (unsigned)_mm_movemask_epi8(
	    _mm_and_si128(eol, scan_dots(p + 1)));
}
#endif

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
	while (end - p >= 17) {
		unsigned m;

		/* Dots are few: go on in large steps where there is none. */
		while (end - p >= 65 &&
		    _mm_movemask_epi8(_mm_or_si128(
			_mm_or_si128(scan_dots(p + 1), scan_dots(p + 17)),
			_mm_or_si128(scan_dots(p + 33), scan_dots(p + 49)))) ==
			0)
			p += 64;
		if (end - p < 17)
			break;
		m = scan_dot16(p);
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
