/* seen.h - files that were read along with another and need not be read again */
#ifndef TEELOG_SEEN_H
#define TEELOG_SEEN_H

#include <stdbool.h>

struct seen;

/* Remember the file behind a descriptor. */
void seen_add(struct seen **list, int fd);

bool seen_has(const struct seen *list, int fd);
void seen_free(struct seen **list);

#endif
