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
	int64_t start_us; /* of its header, once ordered */
};

struct catalog {
	char *dir;
	struct catalog_entry *entries; /* the oldest first */
	size_t n, room;
};

/*
 * Read the names in the directory; of one service, or of all (NULL).  Returns
 * false and errno where the directory can't be read.  Entries are in order of
 * their start, to the second.
 */
bool catalog_read(struct catalog *c, const char *dir, const char *service);

/* Order those of one second, too, which their headers tell. */
void catalog_order(struct catalog *c);
void catalog_free(struct catalog *c);

/* The path of a segment of an entry, to be freed. */
char *catalog_path(
    const struct catalog *c, const struct catalog_entry *e, unsigned segment);

#endif
