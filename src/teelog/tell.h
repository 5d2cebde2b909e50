/*
 * tell.h - words on standard error, with nothing in them that a terminal obeys
 *
 * Unlike msg.h, which is for a program whose standard error may be its client.
 */
#ifndef TEELOG_TELL_H
#define TEELOG_TELL_H

#include <stdarg.h>

/* A line, no newline; whatever is in it is made printable. */
void tell_error(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* The same of a sub-command, which is named; NULL: of none. */
void tell_about(const char *command, const char *fmt, va_list ap)
    __attribute__((format(printf, 2, 0)));

#endif
