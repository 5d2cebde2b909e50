/* ldap_ber.c - reading BER as LDAP uses it, however its bytes are cut */
#include "ldap_ber.h"

/* No message is that long; it keeps sums from overflowing. */
#define LEN_MAX ((uint64_t)1 << 48)

enum { TAG, LENGTH, LONG_LENGTH, CONTENT };

void
ber_init(struct ber *b)
{
	b->state = TAG;
	b->depth = 0;
	b->level[0] = (struct ber_level){.end = UINT64_MAX};
	b->at = 0;
	b->why = NULL;
}

static bool
bad(struct ber *b, const char *why)
{
	b->why = why;
	return false;
}

/* Tag and length are there. */
static bool
begin(struct ber *b)
{
	struct ber_level *up = &b->level[b->depth];

	b->state = CONTENT;
	b->end = b->at + b->len;
	if (b->end > up->end)
		return bad(b, "ber-length");
	b->index = up->index;
	if (up->index < UINT8_MAX)
		up->index++;
	return true;
}

static bool
length(struct ber *b, unsigned char byte)
{
	if (byte < 0x80) {
		b->len = byte;
		return begin(b);
	}
	if (byte == 0x80)
		return bad(b, "ber-indefinite");
	if (byte == 0xff) /* reserved (X.690 section 8.1.3.5) */
		return bad(b, "ber-length");
	b->octets = byte & 0x7f;
	b->len = 0;
	b->state = LONG_LENGTH;
	return true;
}

/* A byte of an element's tag and length. */
static bool
header(struct ber *b, unsigned char byte)
{
	b->at++;
	if (b->at > b->level[b->depth].end)
		return bad(b, "ber-length");
	switch (b->state) {
	case TAG:
		if ((byte & 0x1f) == 0x1f) /* a tag of several bytes */
			return bad(b, "ber-tag");
		b->tag = byte;
		b->state = LENGTH;
		return true;
	case LENGTH:
		return length(b, byte);
	}
	b->len = b->len << 8 | byte; /* zeros before it are valid */
	if (b->len > LEN_MAX)
		return bad(b, "ber-length");
	return --b->octets > 0 || begin(b);
}

static enum ber_event
content(struct ber *b, const unsigned char **p, const unsigned char *end)
{
	uint64_t left = b->end - b->at;

	if (left == 0) {
		b->state = TAG;
		return BER_END;
	}
	if (*p == end)
		return BER_MORE;
	b->piece = *p;
	b->piece_len = (size_t)(end - *p);
	if (b->piece_len > left)
		b->piece_len = (size_t)left;
	b->at += b->piece_len;
	*p += b->piece_len;
	return BER_BYTES;
}

enum ber_event
ber_next(struct ber *b, const unsigned char **p, const unsigned char *end)
{
	while (b->state != CONTENT) {
		if (b->state == TAG && b->at == b->level[b->depth].end) {
			b->depth--;
			return BER_LEAVE;
		}
		if (*p == end)
			return BER_MORE;
		if (!header(b, *(*p)++))
			return BER_BAD;
		if (b->state == CONTENT)
			return BER_BEGIN;
	}
	return content(b, p, end);
}

bool
ber_enter(struct ber *b, unsigned char kind)
{
	if (b->depth == BER_DEPTH)
		return bad(b, "ber-depth");
	b->level[++b->depth] = (struct ber_level){b->end, kind, 0};
	b->state = TAG;
	return true;
}
