/* align.h - what two sequences have in common, in order */
#ifndef TEELOG_ALIGN_H
#define TEELOG_ALIGN_H

#include <stdbool.h>
#include <stddef.h>

#define ALIGN_NONE ((size_t)-1)

/*
 * The longest common subsequence of n and m items, which `same` compares:
 * match[i] becomes the number of the second's item that is the first's ith, or
 * ALIGN_NONE.  Where the two have very little in common, less may be found.
 */
void align(size_t n, size_t m, bool (*same)(void *arg, size_t i, size_t k),
    void *arg, size_t *match);

#endif
