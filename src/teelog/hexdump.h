/* hexdump.h - bytes out of hexadecimal dumps */
#ifndef TEELOG_HEXDUMP_H
#define TEELOG_HEXDUMP_H

#include "take.h"

/*
 * Bytes as two digits each, with at most `gap` blanks before each of them, until
 * something else stands there or there are `most`.  Returns how many went to
 * `to`.
 */
size_t hexdump_row(
    struct take *t, unsigned gap, size_t most, unsigned char *to);

#endif
