/* encode_plain.c - many lines of text that have nothing to escape */
#include "encode_plain.h"

#include "../base/cpu.h"

#include <string.h>
#ifdef CPU_X86
#include <immintrin.h>

/* Sixty-four bytes: where LF and CR are, and what is no plain byte. */
struct seen {
	uint64_t lf, cr, other;
};

#define ALWAYS __attribute__((always_inline)) static inline

ALWAYS struct seen
see16(const unsigned char *p)
{
	__m128i v = _mm_loadu_si128((const void *)p);
	__m128i lf = _mm_cmpeq_epi8(v, _mm_set1_epi8('\n'));
	__m128i cr = _mm_cmpeq_epi8(v, _mm_set1_epi8('\r'));
	__m128i other = _mm_or_si128(_mm_cmpeq_epi8(v, _mm_set1_epi8('\\')),
	    _mm_cmpeq_epi8(v, _mm_set1_epi8('*')));
	/* Signed, and DEL wraps around: below 0x20, and from 0x7f on. */
	__m128i odd = _mm_cmplt_epi8(
	    _mm_add_epi8(v, _mm_set1_epi8(1)), _mm_set1_epi8(0x21));

	other =
	    _mm_or_si128(other, _mm_andnot_si128(_mm_or_si128(lf, cr), odd));
	return (struct seen){(unsigned)_mm_movemask_epi8(lf),
	    (unsigned)_mm_movemask_epi8(cr),
	    (unsigned)_mm_movemask_epi8(other)};
}

CPU_FOR("avx2")
ALWAYS struct seen
see32(const unsigned char *p)
{
	__m256i v = _mm256_loadu_si256((const void *)p);
	__m256i lf = _mm256_cmpeq_epi8(v, _mm256_set1_epi8('\n'));
	__m256i cr = _mm256_cmpeq_epi8(v, _mm256_set1_epi8('\r'));
	__m256i other =
	    _mm256_or_si256(_mm256_cmpeq_epi8(v, _mm256_set1_epi8('\\')),
		_mm256_cmpeq_epi8(v, _mm256_set1_epi8('*')));
	__m256i odd = _mm256_cmpgt_epi8(
	    _mm256_set1_epi8(0x21), _mm256_add_epi8(v, _mm256_set1_epi8(1)));

	other = _mm256_or_si256(
	    other, _mm256_andnot_si256(_mm256_or_si256(lf, cr), odd));
	return (struct seen){(uint32_t)_mm256_movemask_epi8(lf),
	    (uint32_t)_mm256_movemask_epi8(cr),
	    (uint32_t)_mm256_movemask_epi8(other)};
}

ALWAYS struct seen
join(struct seen a, struct seen b, int bits)
{
	return (struct seen){
	    a.lf | b.lf << bits, a.cr | b.cr << bits, a.other | b.other};
}

ALWAYS struct seen
see_by16(const unsigned char *p)
{
	return join(join(see16(p), see16(p + 16), 16),
	    join(see16(p + 32), see16(p + 48), 16), 32);
}

CPU_FOR("avx2")
ALWAYS struct seen
see_by32(const unsigned char *p)
{
	return join(see32(p), see32(p + 32), 32);
}

/* The offsets of all LF; none where there is anything but plain bytes and CRLF. */
ALWAYS unsigned
find_ends(const unsigned char *p, uint16_t ends[PLAIN_WINDOW],
    struct seen (*see)(const unsigned char *))
{
	uint64_t wrong = 0, after_cr = 0;
	unsigned n = 0;

	for (unsigned at = 0; at < PLAIN_WINDOW; at += 64) {
		struct seen s = see(p + at);

		wrong |= s.other | (s.lf ^ (s.cr << 1 | after_cr));
		after_cr = s.cr >> 63;
		for (; s.lf != 0; s.lf &= s.lf - 1)
			ends[n++] =
			    (uint16_t)(at + (unsigned)__builtin_ctzll(s.lf));
	}
	return wrong == 0 ? n : 0;
}

/*
 * More is copied than there is of most lines, which costs less than to count.
 */
ALWAYS char *
put(char *o, const char *limit, char letter, const unsigned char **at,
    struct seen (*see)(const unsigned char *))
{
	const unsigned char *p = *at, *first = p, *cr;
	uint16_t ends[PLAIN_WINDOW];
	unsigned n = find_ends(p, ends, see);

	for (unsigned i = 0; i < n && o < limit; i++, p = cr + 2) {
		cr = first + ends[i] - 1;
		*o++ = letter;
		*o++ = '\t';
		memcpy(o, p, PLAIN_COPIED);
		if (cr - p > PLAIN_COPIED)
			memcpy(o + PLAIN_COPIED, p + PLAIN_COPIED,
			    (size_t)(cr - p) - PLAIN_COPIED);
		o += cr - p;
		*o++ = '\n';
	}
	*at = p;
	return o;
}

static char *
put_by16(char *o, const char *limit, char letter, const unsigned char **at)
{
	return put(o, limit, letter, at, see_by16);
}

CPU_FOR("avx2")
static char *
put_by32(char *o, const char *limit, char letter, const unsigned char **at)
{
	return put(o, limit, letter, at, see_by32);
}

char *
encode_plain(
    char *out, const char *limit, char letter, const unsigned char **at)
{
	return cpu_level() >= CPU_AVX2 ? put_by32(out, limit, letter, at) :
					 put_by16(out, limit, letter, at);
}
#else
char *
encode_plain(
    char *out, const char *limit, char letter, const unsigned char **at)
{
	(void)limit;
	(void)letter;
	(void)at;
	return out;
}
#endif
