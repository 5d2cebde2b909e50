/*
 * import.h - what a log format is
 *
 * To add a format:
 *
 *  1. Write src/teelog/import_NAME.c.  Its only external name is
 *     `const struct import import_NAME`.  import_recordio.c is the model.
 *  2. Add NAME to IMPORTS in the Makefile, at its place: where two formats are
 *     first recognised on the same line, the one that stands earlier wins.
 *  3. Put a small log into tests/fixtures/import/ and a test into
 *     tests/import_NAME.bats that compares what comes out of it.
 *
 * How a file is recognised: for every format the first line that is surely its
 * own is looked for in the first 64 KiB, and the format whose line comes first
 * wins.  Not the first pattern that occurs anywhere: what is recorded may hold
 * records of another format.
 */
#ifndef TEELOG_IMPORT_H
#define TEELOG_IMPORT_H

#include "log.h"

#define SNIFF_BYTES (64 * 1024)

/* The first lines of a file, as text for regexec(): NULs are replaced. */
struct sniff_text {
	const char **lines;
	size_t nlines, room;
	size_t nonempty;
	bool complete; /* the last line is whole */
	const unsigned char *p; /* the bytes themselves */
	size_t n;
	char *copy;
};

/*
 * How a format is recognised; unset members ask for nothing.  Patterns are POSIX
 * extended regular expressions, matched in the C locale against a line without
 * its line end.
 */
struct sniff {
	const char *line; /* a line that no other format has */
	const char *also; /* another that must be there; the earlier counts */
	unsigned share; /* so many of 100 non-empty lines must match `line` */
	bool at_start; /* only the first non-empty line counts */
	/* What patterns can't say: the number of the first line, 0 for none. */
	size_t (*own)(const struct sniff_text *t);
};

struct import {
	const char *name; /* for --from; [a-z0-9-] */
	const char *about; /* a few words for the list of formats */
	struct sniff sniff;
	/*
	 * Read all of the file.  NULL for a format that is not read whole:
	 * teed's own.
	 */
	void (*decode)(struct log *log, struct logfile *file);
};

/* All of them, one after another; NULL at the end. */
const struct import *import_nth(size_t n);

const struct import *import_find(const char *name);

/*
 * The format of a file that begins with these bytes, or NULL; of `only`, unless
 * that is NULL, it is asked how it fits and it is given back in any case.
 */
const struct import *import_sniff(const unsigned char *p, size_t n,
    const struct import *only, struct copied *copied);

#endif
