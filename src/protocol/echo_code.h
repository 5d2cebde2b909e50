/*
 * echo_code.h - a secret as it may come back: in base64, hex, with escapes
 *
 * Only as a whole: what two texts have in common in a code says little.
 */
#ifndef TEED_ECHO_CODE_H
#define TEED_ECHO_CODE_H

#include <stdbool.h>
#include <stddef.h>

#define ECHO_CODES 6
#define ECHO_CODE_LEN 96 /* bytes kept of one */
#define ECHO_CODE_MIN 4 /* bytes of a secret that is looked for in codes */

struct echo_code {
	unsigned char n; /* 0: none, or it is not different */
	bool digits; /* base64: one more digit, and padding, may belong to it */
	unsigned char text[ECHO_CODE_LEN];
};

/* The codes of a secret, in no case but their own. */
void echo_code(
    struct echo_code codes[ECHO_CODES], const unsigned char *p, size_t n);

/*
 * How many bytes of p, which is behind a code that was found, go on with it:
 * more of a long one, the end of a group of base64.
 */
size_t echo_code_rest(
    const struct echo_code *code, const unsigned char *p, size_t n);

#endif
