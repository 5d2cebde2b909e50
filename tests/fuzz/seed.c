/*
 * seed.c - where a fuzzer begins: files made of the tests' fixtures
 *
 *	seed track PROTOCOL DIR		conversations, for fuzz_track
 *	seed encode DIR			likewise of all protocols, for fuzz_encode
 *	seed decode DIR			their records, for fuzz_decode
 *	seed import DIR			logs of other programs, for fuzz_import
 */
#include "script.h"

#include "../../src/teelog/import.h"

#include <glob.h>

/* Beyond all fixtures; any format that fits. */
#define NONE 255

static const char *dir;
static unsigned written;

static void
write_seed(const void *p, size_t n)
{
	char path[4096];
	FILE *f;

	snprintf(path, sizeof path, "%s/seed-%04u", dir, written++);
	f = fopen(path, "wb");
	if (f == NULL || fwrite(p, 1, n, f) != n || fclose(f) != 0) {
		perror(path);
		exit(1);
	}
}

/* ---- conversations ---------------------------------------------------- */

static unsigned char seed[1024 * 1024];

/* The fixture as it is, and with changes; see script.h. */
static void
seed_changes(const struct conversation *c, size_t nth)
{
	uint64_t rnd = nth;

	for (unsigned order = 0; order < 8; order++) {
		size_t n = 0;

		seed[n++] = (unsigned char)nth;
		seed[n++] = (unsigned char)order;
		for (int i = 0; i < c->nturns; i++) {
			seed[n] = 0;
			if (order > 0 && unit_random(&rnd) % 4 == 0)
				seed[n] = (unsigned char)(0x80 +
				    unit_random(&rnd) % 6);
			n++;
		}
		write_seed(seed, n);
	}
}

/* The fixture in bytes of the fuzzer's own. */
static void
seed_free(const struct conversation *c)
{
	size_t n = 0;
	enum dir last = DIR_NONE;

	seed[n++] = NONE;
	seed[n++] = 0;
	for (int i = 0; i < c->nturns; i++) {
		const struct turn *t = &c->turns[i];

		if (n + t->n + 2 > sizeof seed)
			break;
		if (t->dir != last) {
			seed[n++] = 0xf5;
			seed[n++] = t->dir == DIR_R ? 'S' : 'C';
		}
		last = t->dir;
		memcpy(seed + n, t->bytes, t->n);
		n += t->n;
	}
	write_seed(seed, n);
}

static void
seed_record(const struct conversation *c)
{
	static const char head[] =
	    "#teed 1 id=x-20261122T005800Z-1 service=x protocol=%s "
	    "start=2026-11-22T00:58:00.000000Z client=192.0.2.7:54321 "
	    "server=192.0.2.1:110 host=h pid=1 secrets=mask\n";
	static struct recording rec;
	int n = snprintf((char *)seed, sizeof seed, head, c->protocol);

	recording_begin(&rec, c->protocol, TRACK_MASK);
	for (int i = 0; i < c->nturns; i++)
		recording_read(
		    &rec, c->turns[i].dir, c->turns[i].bytes, c->turns[i].n);
	recording_end(&rec);
	if ((size_t)n + rec.len > sizeof seed)
		return;
	memcpy(seed + n, rec.text, rec.len);
	write_seed(seed, (size_t)n + rec.len);
}

static void
seed_conversations(const char *what, const char *protocol)
{
	const struct conversation *c;

	script_fixtures(protocol);
	if (script_fixture(0) == NULL) { /* raw has none of its own */
		what = "free";
		script_fixtures("");
	}
	for (size_t i = 0; (c = script_fixture(i)) != NULL; i++) {
		if (strcmp(what, "track") == 0)
			seed_changes(c, i);
		if (strcmp(what, "decode") == 0)
			seed_record(c);
		else
			seed_free(c);
	}
}

/* ---- logs ------------------------------------------------------------- */

static size_t
read_file(const char *path, unsigned char *p, size_t size)
{
	FILE *f = fopen(path, "rb");
	size_t n = f != NULL ? fread(p, 1, size, f) : 0;

	if (f != NULL)
		fclose(f);
	return n;
}

/* With any format that fits, and with the one that does. */
static void
seed_logs(const char *pattern)
{
	const struct import *im;
	glob_t g;

	if (glob(pattern, 0, NULL, &g) != 0)
		return;
	for (size_t i = 0; i < g.gl_pathc; i++) {
		size_t n = read_file(g.gl_pathv[i], seed + 1, sizeof seed - 1);
		struct copied copied;
		const struct import *found =
		    import_sniff(seed + 1, n, NULL, &copied);

		seed[0] = NONE;
		write_seed(seed, n + 1);
		for (size_t k = 0; (im = import_nth(k)) != NULL; k++) {
			seed[0] = (unsigned char)k;
			if (im == found)
				write_seed(seed, n + 1);
		}
	}
	globfree(&g);
}

static void
seed_transcripts(const char *pattern)
{
	glob_t g;

	if (glob(pattern, 0, NULL, &g) != 0)
		return;
	for (size_t i = 0; i < g.gl_pathc; i++)
		write_seed(seed, read_file(g.gl_pathv[i], seed, sizeof seed));
	globfree(&g);
}

int
main(int argc, char **argv)
{
	const char *what = argc > 2 ? argv[1] : "";

	dir = argv[argc - 1];
	if (strcmp(what, "track") == 0 && argc == 4) {
		seed_conversations(what, argv[2]);
	} else if (strcmp(what, "encode") == 0) {
		seed_conversations(what, "");
	} else if (strcmp(what, "decode") == 0) {
		seed_conversations(what, "");
		seed_transcripts("tests/fixtures/teelog/*.log");
	} else if (strcmp(what, "import") == 0) {
		seed_logs("tests/fixtures/import/*.[!j]*");
	} else {
		fprintf(stderr, "usage: see seed.c\n");
		return 64;
	}
	return written == 0;
}
