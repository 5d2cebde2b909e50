/* operand.h - what a user calls a session, and the file that it is in */
#ifndef TEELOG_OPERAND_H
#define TEELOG_OPERAND_H

#include <stddef.h>

struct operand {
	char *path; /* to be freed; "-" is standard input */
	size_t nth; /* of the sessions in that file, from 1; 0: all */
};

/*
 * Resolve a file, `file#N`, an id, a service (its newest session), `service@N`
 * (the newest is 1), or `-`; NULL is the newest session of all.  Returns NULL, or
 * what is wrong, to be freed; then there is no path.
 */
char *operand_find(const char *dir, const char *name, struct operand *o);

#endif
