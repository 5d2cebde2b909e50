/*
 * export.h - what an export format is
 *
 * To add one: write src/teelog/export_NAME.c, whose only external name is
 * `const struct export export_NAME`, and add NAME to EXPORTS in the Makefile.
 */
#ifndef TEELOG_EXPORT_H
#define TEELOG_EXPORT_H

#include "out.h"
#include "sessions.h"
#include "wanted.h"

struct exporting {
	struct out *out;
	struct sessions *sessions; /* for session_next() */
	struct wanted wanted; /* which events; not of a format that sums up */
	void *state; /* the format's own; NULL at first, its end() frees it */
};

struct export
{
	const char *name; /* for --format */
	const char *about;
	/* Any of the first and last may be NULL. */
	void (*begin)(struct exporting * x);
	void (*session)(struct exporting * x, struct session * s);
	void (*end)(struct exporting * x);
};

const struct export *export_nth(size_t n);
const struct export *export_find(const char *name);

#endif
