/*
 * decode_tool.c - read transcripts back with the project's own decoder
 *
 *	decode_tool bytes S|R|E FILE...	what that direction said
 *	decode_tool events FILE...	words of the stage, without their times
 *	decode_tool check FILE...	is this a transcript, whole and consistent?
 *
 * The files of one session stand in the order of their segments.  `check` wants
 * every line to decode, brief records only behind one of the same
 * direction, and counts in the last line that are the sum of
 * what the record holds, what it says that it left out, and what it lost.
 */
#include "../src/transcript/decode.h"
#include "../src/transcript/head.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *mode;
static enum dir wanted;
static unsigned char bytes[1 << 20];
static struct decode dec;
static uint64_t held[DIRS], left_out[DIRS];
static enum dir last_dir;
static bool ended;
static int bad;

static void
complain(const char *what, const char *line)
{
	if (bad++ > 5)
		return;
	printf("%s: %.200s\n", what, line);
}

static uint64_t
number(const char *text, size_t n, const char *key)
{
	char value[64];

	return head_find(text, n, key, value, sizeof value) ?
	    strtoull(value, NULL, 10) :
	    0;
}

static void
add_left_out(const struct decode_record *r)
{
	static const char *const keys[] = {"S", "R", "E"};
	const char *t = r->text;

	if (strncmp(t, "elided ", 7) == 0)
		left_out[t[7] == 'R'] += number(t, r->len, "bytes");
	else if (strncmp(t, "opaque ", 7) == 0 || strncmp(t, "lost ", 5) == 0)
		for (int d = 0; d < DIRS; d++)
			left_out[d] += number(t, r->len, keys[d]);
}

static void
check_end(const struct decode_record *r)
{
	static const char *const keys[] = {"S", "R", "E"};

	if (ended)
		complain("two ends", r->text);
	ended = true;
	for (int d = 0; d < DIRS; d++) {
		uint64_t told = number(r->text, r->len, keys[d]);

		if (told == held[d] + left_out[d])
			continue;
		printf("%s=%" PRIu64 ", but the record holds %" PRIu64
		       " and left out %" PRIu64 "\n",
		    keys[d], told, held[d], left_out[d]);
		bad = 1;
	}
}

static void
check(const struct decode_record *r, const char *line)
{
	if (r->kind == DECODE_BAD)
		complain(r->why, line);
	if (ended && r->kind != DECODE_END)
		complain("a line behind the end", line);
	if (r->brief && r->dir != last_dir)
		complain("brief, but another direction", line);
	if (r->kind == DECODE_DATA && r->len > FORMAT_RECORD * ESCAPE_MAX)
		complain("a record too long", line);
	last_dir = r->kind == DECODE_DATA ? r->dir : DIR_NONE;
	if (r->kind == DECODE_EVENT)
		add_left_out(r);
	else if (r->kind == DECODE_END)
		check_end(r);
}

static void
take(const char *line, size_t n)
{
	struct decode_record r;
	size_t len = 0;

	decode_line(&dec, line, n, &r);
	if (r.kind == DECODE_DATA && r.eol != EOL_DESCRIBED)
		len = decode_bytes(&r, bytes, NULL, NULL);
	if (strcmp(mode, "check") == 0) {
		check(&r, line);
		if (r.kind == DECODE_DATA)
			held[r.dir] += len;
	} else if (strcmp(mode, "events") == 0) {
		if (r.kind == DECODE_EVENT)
			printf("%.*s\n", (int)r.len, r.text);
	} else if (r.kind == DECODE_DATA && r.dir == wanted) {
		fwrite(bytes, 1, len, stdout);
	}
}

static void
read_file(const char *path)
{
	char *line = NULL;
	size_t size = 0;
	ssize_t n;
	FILE *f = fopen(path, "r");

	if (f == NULL) {
		complain(strerror(errno), path);
		return;
	}
	for (unsigned i = 0; (n = getline(&line, &size, f)) > 0; i++) {
		if (line[n - 1] == '\n')
			line[--n] = '\0';
		else
			complain("a line that does not end", line);
		if ((i == 0) != (strncmp(line, "#teed ", 6) == 0))
			complain("a first line where it does not belong, or "
				 "none where it does",
			    line);
		take(line, (size_t)n);
	}
	if (size == 0)
		complain("an empty file", path);
	free(line);
	fclose(f);
}

int
main(int argc, char **argv)
{
	int first = 2;

	if (argc < 3)
		return 2;
	mode = argv[1];
	if (strcmp(mode, "bytes") == 0) {
		wanted = (enum dir)(strcspn("SRE", argv[2]));
		first = 3;
	}
	decode_init(&dec);
	last_dir = DIR_NONE;
	for (int i = first; i < argc; i++)
		read_file(argv[i]);
	if (strcmp(mode, "check") == 0 && !ended)
		complain("no end", argv[argc - 1]);
	return bad > 0;
}
