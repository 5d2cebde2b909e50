/*
 * msg.h - words for the operator, never for the conversation
 *
 * Under inetd descriptor 2 is the client.  So a message goes to standard error
 * only where that is no socket, and to syslog (facility mail) otherwise.
 */
#ifndef TEED_MSG_H
#define TEED_MSG_H

#include <stdarg.h>

/* Name the program; call it first.  `name` is kept, not copied. */
void msg_init(const char *name);

/* Never write to descriptor 2 again: it will be another file's. */
void msg_only_syslog(void);

/* An error, or a word that the operator may want; one line, no newline. */
void msg_error(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void msg_info(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif
