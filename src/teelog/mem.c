/* mem.c - memory for a program that has no use for itself without it */
#include "mem.h"

#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

static void *
or_exit(void *p)
{
	if (p == NULL) {
		fputs("teelog: out of memory\n", stderr);
		exit(EX_OSERR);
	}
	return p;
}

void *
mem_alloc(size_t n)
{
	return or_exit(malloc(n > 0 ? n : 1));
}

void *
mem_resize(void *p, size_t n)
{
	return or_exit(realloc(p, n > 0 ? n : 1));
}

void *
mem_array(void *p, size_t n, size_t size)
{
	if (size > 0 && n > SIZE_MAX / size)
		return or_exit(NULL);
	return mem_resize(p, n * size);
}

char *
mem_copy(const void *p, size_t n)
{
	char *copy = mem_alloc(n + 1);

	memcpy(copy, p, n);
	copy[n] = '\0';
	return copy;
}

char *
mem_text(const char *fmt, ...)
{
	va_list ap;
	char *text = NULL;

	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) < 0)
		text = NULL;
	va_end(ap);
	return or_exit(text);
}
