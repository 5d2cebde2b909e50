/*
 * mem.h - memory for a program that has no use for itself without it
 *
 * These never return NULL: without memory the program says so and exits (71).
 * The recorder has no such thing and allocates nothing.
 */
#ifndef TEELOG_MEM_H
#define TEELOG_MEM_H

#include <stddef.h>

void *mem_alloc(size_t n);
void *mem_resize(void *p, size_t n);

/* n items of `size` bytes; the product is checked. */
void *mem_array(void *p, size_t n, size_t size);

/* A terminated copy. */
char *mem_copy(const void *p, size_t n);
char *mem_text(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif
