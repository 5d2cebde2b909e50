/*
 * ldap_ber.h - reading BER as LDAP uses it, however its bytes are cut
 *
 * Basic Encoding Rules (X.690) with the restrictions of RFC 4511 section 5.1:
 * definite lengths and tags of one byte.  The reader holds no content and knows
 * no grammar: for each element that begins the caller either enters it, to be
 * told of the elements in it, or gets its bytes.
 */
#ifndef TEED_LDAP_BER_H
#define TEED_LDAP_BER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BER_DEPTH 16 /* elements within elements that are entered */

enum {
	BER_BOOLEAN = 0x01,
	BER_INTEGER = 0x02,
	BER_STRING = 0x04,
	BER_ENUM = 0x0a,
	BER_SEQUENCE = 0x30,
	BER_SET = 0x31
};

/* Context tags: [n] of a primitive element, and of one that has elements. */
#define BER_CONTEXT(n) (0x80 | (n))
#define BER_CONTEXT_OF(n) (0xa0 | (n))
#define BER_IS_CONTEXT(tag) (((tag)&0xc0) == 0x80)

enum ber_event {
	BER_MORE, /* all bytes were taken */
	BER_BEGIN, /* an element begins: tag, index, len */
	BER_BYTES, /* of one that was not entered: piece, piece_len */
	BER_END, /* of one that was not entered */
	BER_LEAVE, /* of one that was entered: level[depth + 1] */
	BER_BAD /* see why */
};

struct ber_level {
	uint64_t end; /* where its content ends */
	unsigned char kind; /* the caller's word for it, 0 for the first */
	unsigned char index; /* how many elements it has had */
};

struct ber {
	unsigned char state;
	unsigned char tag; /* of the element that began */
	unsigned char index; /* its place in its parent: 0, 1, ... */
	unsigned char octets; /* of its length that are still to come */
	unsigned depth; /* elements entered */
	uint64_t at; /* bytes read since the first of the outermost */
	uint64_t len, end; /* of the element's content */
	const unsigned char *piece;
	size_t piece_len;
	const char *why; /* one word */
	struct ber_level level[1 + BER_DEPTH]; /* the first has the outermost */
};

void ber_init(struct ber *b);

/* What comes next in [*p, end); moves *p along. */
enum ber_event ber_next(
    struct ber *b, const unsigned char **p, const unsigned char *end);

/* Enter the element that began.  False (and bad) if it is too deep. */
bool ber_enter(struct ber *b, unsigned char kind);

#endif
