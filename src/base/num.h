/* num.h - numbers that people write: counts and sizes */
#ifndef TEED_NUM_H
#define TEED_NUM_H

#include <stdint.h>

/*
 * Read a whole decimal number between min and max.  Returns NULL and sets *out,
 * or a constant text that says what is wrong; *out is then as it was.
 */
const char *num_parse(
    const char *text, uint64_t min, uint64_t max, uint64_t *out);

/* Likewise a size in bytes, which may end in k, M or G (1024 each). */
const char *num_size(
    const char *text, uint64_t min, uint64_t max, uint64_t *out);

#endif
