/*
 * str.h - build a string in a buffer of fixed size
 *
 * A builder never writes beyond its buffer.  What does not fit is dropped and
 * `cut` is set, so that a caller looks once, at the end.  The text is always
 * terminated.
 */
#ifndef TEED_STR_H
#define TEED_STR_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

struct str {
	char *text; /* the caller's buffer */
	size_t size; /* its size, at least 1 */
	size_t len; /* bytes in it, without the terminator */
	bool cut; /* something did not fit */
};

void str_init(struct str *s, char *buf, size_t size);
void str_char(struct str *s, char c);
void str_bytes(struct str *s, const void *p, size_t n);
void str_text(struct str *s, const char *text);
void str_fmt(struct str *s, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
void str_vfmt(struct str *s, const char *fmt, va_list ap)
    __attribute__((format(printf, 2, 0)));

/* The last part of a path: what stands behind its last slash. */
const char *str_base(const char *path);

#endif
