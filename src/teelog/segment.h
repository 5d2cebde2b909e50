/* segment.h - the files of a session that takes several */
#ifndef TEELOG_SEGMENT_H
#define TEELOG_SEGMENT_H

#include <stdbool.h>

/* The number of the segment that this file is by its name; 1 if it tells none. */
unsigned segment_number(const char *path);

/*
 * The file of the first segment behind that of `path`, which is beside it: its
 * path (to be freed) and number.  NULL if there is none.  `want` is its number
 * if no one deleted it.
 */
char *segment_next(const char *path, unsigned want, unsigned *number);

#endif
