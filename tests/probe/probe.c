/*
 * probe.c - a daemon that tells what it sees, and does as it is told
 *
 *	probe LOG STEP ...
 *
 * The steps are those of steps.h, on descriptors 0 and 1.
 */
#include "steps.h"

int
main(int argc, char **argv)
{
	struct steps s = {.in = 0, .out = 1, .argc = argc, .argv = argv};

	if (argc < 2)
		return 64;
	s.log = steps_log(argv[1]);
	steps_do(&s, argv + 2, (size_t)argc - 2);
	return 0;
}
