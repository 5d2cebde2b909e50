/*
 * rotate_scan.h - which sessions of a service the directory really holds
 */
#ifndef TEED_ROTATE_SCAN_H
#define TEED_ROTATE_SCAN_H

#include "rotate.h"

struct found {
	struct rotate_slot *slots; /* in order of start; the caller frees */
	size_t n, room;
	uint64_t entries; /* all names in the directory */
};

/* Read the directory.  False if it can't be read, or memory is short. */
bool rotate_scan(const struct rotate *r, struct found *f);

#endif
