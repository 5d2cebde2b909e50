/* hexdump.c - bytes out of hexadecimal dumps */
#include "hexdump.h"

size_t
hexdump_row(struct take *t, unsigned gap, size_t most, unsigned char *to)
{
	struct take at = *t;
	unsigned value, blanks;
	size_t n = 0;

	while (n < most) {
		for (blanks = 0; blanks < gap && take_text(&at, " "); blanks++)
			continue;
		if (!take_hex(&at, 2, &value))
			break;
		to[n++] = (unsigned char)value;
		*t = at;
	}
	return n;
}
