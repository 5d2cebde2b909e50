/* talk_read.c - reading a dialogue */
#include "talk.h"
#include "../src/transcript/decode.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#define STEPS 1000

struct step steps[STEPS];
size_t nsteps;

void
fail(const char *fmt, ...)
{
	char text[500];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	dprintf(shared != NULL ? 9 : 2, "talk: %s: %s\n", names[role], text);
	_exit(99);
}

static struct step *
add(enum what what, enum who who)
{
	if (nsteps == STEPS)
		fail("the dialogue is too long");
	steps[nsteps].what = what;
	steps[nsteps].who = who;
	return &steps[nsteps++];
}

static void
add_bytes(struct step *s, const unsigned char *p, size_t n)
{
	s->bytes = realloc(s->bytes, s->n + n + 1);
	if (s->bytes == NULL)
		fail("no memory");
	memcpy(s->bytes + s->n, p, n);
	s->n += n;
}

/* A line that is said; its text is that of a transcript's brief record. */
static void
parse_saying(char *line)
{
	const enum who who = line[0] == 'S' ? CLIENT : DAEMON;
	const enum what what = line[0] == '2' ? SAY_2 :
	    line[0] == 'E'		      ? SAY_ERR :
						SAY;
	struct step *last = nsteps > 0 ? &steps[nsteps - 1] : NULL;
	struct decode_record r;
	struct decode d;
	/* Never more than the text and its line end. */
	unsigned char *bytes = malloc(strlen(line) + 2);

	if (bytes == NULL)
		fail("no memory");
	line[0] = 'S';
	line[1] = '\t';
	decode_init(&d);
	decode_line(&d, line, strlen(line), &r);
	if (r.kind != DECODE_DATA)
		fail("bad line: %s", r.why);
	if (last == NULL || last->what != what || last->who != who)
		last = add(what, who);
	add_bytes(last, bytes, decode_bytes(&r, bytes, NULL, NULL));
	free(bytes);
}

static void
parse_stage(const char *word)
{
	bool named = (word[0] == 'S' || word[0] == 'R') && word[1] == ':';
	enum who who = word[0] == 'S' ? CLIENT : DAEMON;
	static const struct {
		const char *word;
		enum what what;
		enum who who;
	} words[] = {{"read", READ, CLIENT}, {"wait", WAIT, CLIENT},
	    {"until", UNTIL, CLIENT}, {"do", DO, CLIENT},
	    {"flow", FLOW, CLIENT}, {"close", CLOSE, CLIENT},
	    {"vanish", VANISH, CLIENT}, {"reset", RESET, CLIENT},
	    {"loose", LOOSE, CLIENT}, {"exit", EXIT, DAEMON},
	    {"kill", KILL, DAEMON}};
	struct step *s;
	size_t n;

	word += named ? 3 : 0;
	n = strcspn(word, " ");
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		if (strlen(words[i].word) != n ||
		    strncmp(word, words[i].word, n) != 0)
			continue;
		s = add(words[i].what, named ? who : words[i].who);
		s->named = named;
		s->word = strdup(word + n + (word[n] == ' '));
		if (s->what == CLOSE && s->word[0] == 'R')
			s->who = DAEMON;
		return;
	}
	fail("unknown word: %s", word);
}

/* What has to be waited for is waited for by whoever is next. */
static void
assign(void)
{
	for (size_t i = nsteps; i-- > 0;) {
		enum what w = steps[i].what;

		if (steps[i].named)
			continue;
		if (w == READ && i > 0)
			steps[i].who = steps[i - 1].who;
		if ((w == WAIT || w == UNTIL || w == DO) && i + 1 < nsteps)
			steps[i].who = steps[i + 1].who;
	}
}

void
parse(const char *path)
{
	char *line = NULL, name[4096];
	size_t size = 0;
	ssize_t n;
	FILE *f = fopen(path, "r");
	int fd;

	if (f == NULL)
		fail("%s: %s", path, strerror(errno));
	while ((n = getline(&line, &size, f)) > 0) {
		if (line[n - 1] == '\n')
			line[n - 1] = '\0';
		if (strchr("SRE2", line[0]) != NULL && line[1] == ' ')
			parse_saying(line);
		else if (line[0] == '!')
			parse_stage(line + 2);
		else
			fail("%s: what is \"%s\"?", path, line);
	}
	fclose(f);
	free(line);
	assign();
	/* Descriptor 2 may be part of the conversation; 9 is not. */
	snprintf(name, sizeof name, "%s.errors", path);
	fd = open(name, O_WRONLY | O_CREAT | O_APPEND, 0666);
	if (fd < 0 || dup2(fd, 9) < 0)
		fail("%s: %s", name, strerror(errno));
	close(fd);
	snprintf(name, sizeof name, "%s.shared", path);
	fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
	if (fd < 0 || ftruncate(fd, sizeof *shared) < 0)
		fail("%s: %s", name, strerror(errno));
	shared = mmap(
	    NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (shared == MAP_FAILED)
		fail("%s: %s", name, strerror(errno));
	close(fd);
}
