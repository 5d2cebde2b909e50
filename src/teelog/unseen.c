/*
 * unseen.c - characters that nobody sees, or that make a line look like another
 *
 * A bidirectional control turns what follows it around: `Subject: exe.txt` may be
 * something else.  What has no width makes two names of one look, tag characters
 * are a whole hidden alphabet, and a line separator begins a line that nobody
 * said.  They are Unicode's Default_Ignorable_Code_Point, the two separators and
 * the annotation marks; C1 controls are no valid text to begin with (escape.h).
 *
 * Some of them belong to what people write, and stay where they change the look of
 * a character that is there:
 *
 * - a joiner between letters of scripts that are written joined, where it changes
 *   their shapes (Persian, Hindi), and between pictographs, which it makes one;
 * - a variation selector behind a character that has variants (a pictograph in
 *   colour, a form of a Chinese character), or in a keycap.
 *
 * Between other letters nobody would see them.  What changes the direction never
 * stays: text written from right to left does not need it to be read.
 */
#include "unseen.h"

#include "../transcript/escape.h"

struct range {
	uint32_t from, to;
};

static const struct range hidden[] = {
    {0x00ad, 0x00ad}, /* soft hyphen */
    {0x034f, 0x034f}, /* grapheme joiner */
    {0x061c, 0x061c}, /* Arabic letter mark: a direction */
    {0x115f, 0x1160}, /* Hangul fillers */
    {0x17b4, 0x17b5}, /* Khmer vowels without a look */
    {0x180b, 0x180f}, /* Mongolian selectors and separator */
    {0x200b, 0x200f}, /* no width; directions */
    {0x2028, 0x202e}, /* separators; directions */
    {0x2060, 0x206f}, /* no width; directions; shaping */
    {0x3164, 0x3164}, /* Hangul filler */
    {0xfe00, 0xfe0f}, /* variation selectors */
    {0xfeff, 0xfeff}, /* byte order mark */
    {0xffa0, 0xffa0}, /* Hangul filler */
    {0xfff0, 0xfffb}, /* annotations */
    {0x1bca0, 0x1bca3}, /* shorthand */
    {0x1d173, 0x1d17a}, /* music */
    {0xe0000, 0xe0fff}, /* tags and more variation selectors */
    {UINT32_MAX, UINT32_MAX},
};

static const struct range joiners[] = {
    {0x200c, 0x200d}, {UINT32_MAX, UINT32_MAX}};

static const struct range selectors[] = {{0x180b, 0x180d}, {0x180f, 0x180f},
    {0xfe00, 0xfe0f}, {0xe0100, 0xe01ef}, {UINT32_MAX, UINT32_MAX}};

/* What has variants that differ to the eye. */
static const struct range varied[] = {
    {0x00a9, 0x00a9},
    {0x00ae, 0x00ae},
    {0x1000, 0x109f}, /* Burmese */
    {0x1820, 0x18aa}, /* Mongolian */
    {0x203c, 0x206f}, /* marks, arrows, signs, pictographs */
    {0x2100, 0x2bff},
    {0x3001, 0x303f},
    {0x3200, 0x9fff}, /* enclosed and Chinese characters */
    {0xa840, 0xa87f}, /* Phags-pa */
    {0xaa60, 0xaa7f}, /* Burmese */
    {0xf900, 0xfaff},
    {0xff01, 0xff9f}, /* full and half width */
    {0x10ac0, 0x10aff}, /* Manichaean */
    {0x13000, 0x1345f}, /* hieroglyphs */
    {0x1f000, 0x1faff},
    {0x20000, 0x3ffff},
    {UINT32_MAX, UINT32_MAX},
};

static const struct range joined[] = {
    {0x0620, 0x0dff}, /* Arabic to Sinhala */
    {0x0f00, 0x109f}, /* Tibetan, Burmese */
    {0x1780, 0x1c7f}, /* Khmer, Mongolian, and their kin */
    {0x2190, 0x21ff}, /* from here on pictographs: arrows */
    {0x2600, 0x27bf},
    {0x2b00, 0x2bff},
    {0xfe0f, 0xfe0f}, /* of one of these, in colour */
    {0x11000, 0x11fff}, /* scripts from Brahmi on */
    {0x1f000, 0x1faff},
    {UINT32_MAX, UINT32_MAX},
};

/* The last row is above all there is. */
static bool
is_in(const struct range *r, uint32_t code)
{
	while (code > r->to)
		r++;
	return code >= r->from;
}

uint32_t
unseen_code(const unsigned char *p, size_t n)
{
	/* what the first byte of as many bytes has */
	static const unsigned char bits[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
	uint32_t code = p[0] & bits[n];

	for (size_t i = 1; i < n; i++)
		code = code << 6 | (p[i] & 0x3f);
	return code;
}

/* The character at p, 0 if there is none. */
static uint32_t
code_at(const unsigned char *p, const unsigned char *end)
{
	size_t n;

	if (p == end)
		return 0;
	n = *p < 0x80 ? 1 : escape_utf8(p, end);
	return n > 0 ? unseen_code(p, n) : 0;
}

/* The one in front of p. */
static uint32_t
code_before(const unsigned char *from, const unsigned char *p)
{
	const unsigned char *end = p;

	if (p == from)
		return 0;
	do
		p--;
	while (p > from && end - p < 4 && (*p & 0xc0) == 0x80);
	return code_at(p, end);
}

bool
unseen(const unsigned char *from, const unsigned char *p, size_t n,
    const unsigned char *end)
{
	uint32_t code = unseen_code(p, n), before, after;

	/* most letters at once */
	if (code > 0x206f && code != 0x3164 && code < 0xfe00)
		return false;
	if (!is_in(hidden, code))
		return false;
	before = code_before(from, p);
	after = code_at(p + n, end);
	if (is_in(joiners, code))
		return !is_in(joined, before) || !is_in(joined, after);
	if (is_in(selectors, code))
		return (!is_in(varied, before) || is_in(hidden, before)) &&
		    after != 0x20e3;
	return true;
}
