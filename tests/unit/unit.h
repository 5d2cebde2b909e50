/*
 * unit.h - a harness for tests in C
 *
 * A test program is a list of UNIT(name) functions; CHECK() says where it
 * failed and goes on.  main() prints a line a test, as TAP does.
 */
#ifndef UNIT_H
#define UNIT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int unit_failed;

#define CHECK(cond)                                                            \
	do {                                                                   \
		if (!(cond)) {                                                 \
			unit_failed++;                                         \
			printf("# %s:%d: %s\n", __FILE__, __LINE__, #cond);    \
		}                                                              \
	} while (0)

#define CHECK_TEXT(got, want)                                                  \
	do {                                                                   \
		if (strcmp((got), (want)) != 0) {                              \
			unit_failed++;                                         \
			printf("# %s:%d:\n#  got  %s\n#  want %s\n", __FILE__, \
			    __LINE__, (got), (want));                          \
		}                                                              \
	} while (0)

struct unit {
	const char *name;
	void (*run)(void);
};

/* A generator of its own, so that a failure can be had again. */
static inline uint32_t
unit_random(uint64_t *state)
{
	*state = *state * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(*state >> 33);
}

static inline int
unit_main(const struct unit *units, size_t n)
{
	int bad = 0;

	printf("1..%zu\n", n);
	for (size_t i = 0; i < n; i++) {
		unit_failed = 0;
		units[i].run();
		printf("%sok %zu - %s\n", unit_failed ? "not " : "", i + 1,
		    units[i].name);
		bad += unit_failed != 0;
	}
	return bad != 0;
}

#endif
