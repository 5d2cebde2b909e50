/*
 * options.h - the socket options that a launcher or a daemon may set
 */
#ifndef PROBE_OPTIONS_H
#define PROBE_OPTIONS_H

#include <stdio.h>

/* Set NAME=VALUE; returns 0, or -1 with errno. */
int option_set(int fd, const char *assignment);

/* Write the option's value as text; the whole table where name is NULL. */
void option_tell(FILE *f, int fd, const char *name);

/* Write the addresses of both ends. */
void option_tell_names(FILE *f, int fd);

#endif
