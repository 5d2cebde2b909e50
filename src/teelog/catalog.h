/*
 * catalog.h - the sessions of a directory
 */
#ifndef TEELOG_CATALOG_H
#define TEELOG_CATALOG_H

#include "../transcript/name.h"

#include <stdint.h>

struct catalog_entry {
	char service[NAME_SERVICE + 1];
	char stamp[NAME_STAMP];
	unsigned first, last; /* lowest and highest segment that is there */
	int64_t start_us; /* of its header; see catalog_sort() */
};

struct catalog {
	char *dir;
	struct catalog_entry *entries; /* the oldest first */
	size_t n, room;
};

/*
 * Read the names in the directory; of one service, or of all (NULL).  Returns
 * false and errno where the directory can't be read.  Entries are in order of
 * their start, as their names and, within one second, their headers tell it.
 */
bool catalog_read(struct catalog *c, const char *dir, const char *service);
void catalog_free(struct catalog *c);

/* The path of a segment of an entry, to be freed. */
char *catalog_path(
    const struct catalog *c, const struct catalog_entry *e, unsigned segment);

#endif
