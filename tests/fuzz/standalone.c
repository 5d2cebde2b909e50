/*
 * standalone.c - a fuzz target as a plain program
 *
 * usage: TARGET [-n COUNT] file ...
 *
 * Runs over the files, and with -n over so many mutations of each, made by a
 * generator that begins anew for every file, so that a failure can be had again.
 * Prints a line as TAP has it.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerInitialize(int *argc, char ***argv) __attribute__((weak));
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint64_t state;

static uint32_t
next(void)
{
	state = state * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(state >> 33);
}

/* Change a byte, drop a piece, double a piece, cut the end. */
static size_t
mutate(uint8_t *p, size_t n, size_t room)
{
	static const char odd[] = "\r\n\t \\*\033\0\xff\"(){}=.#+-0S";
	size_t at = n > 0 ? next() % n : 0, len = next() % 40;

	if (len > n - at)
		len = n - at;
	switch (next() % 5) {
	case 0:
		if (n > 0)
			p[at] = (uint8_t)next();
		return n;
	case 1:
		if (n > 0)
			p[at] = (uint8_t)odd[next() % (sizeof odd - 1)];
		return n;
	case 2:
		memmove(p + at, p + at + len, n - at - len);
		return n - len;
	case 3:
		if (n + len > room)
			return n;
		memmove(p + at + len, p + at, n - at);
		return n + len;
	default:
		return next() % 8 == 0 ? at : n;
	}
}

static void
run(const uint8_t *data, size_t n, unsigned long count)
{
	size_t room = n + 4096, size;
	uint8_t *p = malloc(room);

	if (p == NULL)
		exit(71);
	LLVMFuzzerTestOneInput(data, n);
	state = 1;
	for (unsigned long i = 0; i < count; i++) {
		unsigned changes = 1 + next() % 8;

		memcpy(p, data, n);
		size = n;
		while (changes-- > 0)
			size = mutate(p, size, room);
		LLVMFuzzerTestOneInput(p, size);
	}
	free(p);
}

/* False where the file can't be read. */
static int
run_file(const char *path, unsigned long count)
{
	static uint8_t data[4 * 1024 * 1024];
	FILE *f = fopen(path, "rb");
	size_t n;

	if (f == NULL) {
		perror(path);
		return 0;
	}
	n = fread(data, 1, sizeof data, f);
	fclose(f);
	run(data, n, count);
	return 1;
}

int
main(int argc, char **argv)
{
	const char *name = strrchr(argv[0], '/');
	unsigned long count = 0;
	int first = 1, good = 1;

	if (argc > 2 && strcmp(argv[1], "-n") == 0) {
		count = strtoul(argv[2], NULL, 10);
		first = 3;
	}
	if (LLVMFuzzerInitialize != NULL)
		LLVMFuzzerInitialize(&argc, &argv);
	for (int i = first; i < argc; i++)
		good &= run_file(argv[i], count);
	printf("1..1\n%sok 1 - %s: %d files, %lu mutations of each\n",
	    good ? "" : "not ", name != NULL ? name + 1 : argv[0], argc - first,
	    count);
	return !good;
}
