/* header.c - a transcript's first line */
#include "header.h"
#include "when.h"

#include "../transcript/head.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

bool
header_is(const char *line, size_t n)
{
	return n >= HEADER_MAGIC &&
	    memcmp(line, FORMAT_MAGIC, HEADER_MAGIC) == 0 &&
	    (n == HEADER_MAGIC || line[HEADER_MAGIC] == ' ');
}

/* `lacks=times,zone`: what the log did not tell that this was imported from. */
static unsigned
read_lacks(const char *names)
{
	const char *name;
	unsigned lacks = 0, bit;

	for (size_t i = 0; (name = session_lack_name(i, &bit)) != NULL; i++)
		if (strstr(names, name) != NULL)
			lacks |= bit;
	return lacks;
}

/* Where a word of the header goes. */
static void
set_word(struct session *s, const char *key, const char *value)
{
	const struct {
		const char *key;
		const char **to;
	} words[] = {{"id", &s->id}, {"service", &s->service},
	    {"protocol", &s->protocol}, {"client", &s->client},
	    {"server", &s->server}, {"host", &s->host}, {"pid", &s->pid}};

	if (strcmp(key, "start") == 0)
		s->start_us = when_read_iso(value);
	else if (strcmp(key, "lacks") == 0)
		s->lacks = read_lacks(value);
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strcmp(key, words[i].key) == 0 && strcmp(value, "-") != 0)
			*words[i].to = value;
	if (s->protocol != NULL && strcmp(s->protocol, "auto") == 0)
		s->protocol = NULL; /* an event will tell */
}

void
header_words(struct session *s, const char *words, size_t n, char *texts)
{
	char key[64], *value = texts + n + 1;
	size_t at = 0;

	memset(s, 0, sizeof *s);
	memcpy(texts, words, n);
	texts[n] = '\0';
	s->words = texts;
	s->format = "teed";
	s->start_us = TIME_NONE;
	/* Each value is shorter than its word, so all of them fit. */
	while (head_next(words, n, &at, key, sizeof key, value, n + 1)) {
		set_word(s, key, value);
		value += strlen(value) + 1;
	}
	if (s->protocol != NULL && strcmp(s->protocol, "auto") == 0)
		s->protocol = NULL; /* an event will tell */
}

int64_t
header_start(const char *path)
{
	char line[2048], date[64];
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	ssize_t n;
	char *lf;

	if (fd < 0)
		return TIME_NONE;
	n = read(fd, line, sizeof line);
	close(fd);
	if (n < (ssize_t)sizeof FORMAT_MAGIC)
		return TIME_NONE;
	lf = memchr(line, '\n', (size_t)n);
	if (lf != NULL)
		n = lf - line;
	if (!head_find(line, (size_t)n, "start", date, sizeof date))
		return TIME_NONE;
	return when_read_iso(date);
}
