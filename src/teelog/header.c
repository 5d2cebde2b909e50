/* header.c - a transcript's first line, without reading the rest */
#include "header.h"
#include "session.h"
#include "when.h"

#include "../transcript/format.h"
#include "../transcript/head.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

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
