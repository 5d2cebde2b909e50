/* segment.c - the files of a session that takes several */
#include "segment.h"
#include "mem.h"

#include "../base/str.h"
#include "../transcript/name.h"

#include <dirent.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

unsigned
segment_number(const char *path)
{
	char stamp[NAME_STAMP];
	unsigned n;

	return name_service(str_base(path), stamp, &n) > 0 ? n : 1;
}

/* The smallest segment above `after` that the directory has; 0 for none. */
static unsigned
search(const char *dir, const char *service, const char *stamp, unsigned after)
{
	char other[NAME_STAMP];
	unsigned n, best = 0;
	struct dirent *de;
	DIR *d = opendir(dir);

	while (d != NULL && (de = readdir(d)) != NULL)
		if (name_parse(de->d_name, service, other, &n) &&
		    strcmp(other, stamp) == 0 && n > after &&
		    (best == 0 || n < best))
			best = n;
	if (d != NULL)
		closedir(d);
	return best;
}

char *
segment_next(const char *path, unsigned want, unsigned *number)
{
	const char *base = str_base(path);
	char stamp[NAME_STAMP], file[NAME_FILE], service[NAME_SERVICE + 1];
	char *dir, *next;
	unsigned after;
	size_t n = name_service(base, stamp, &after);

	if (n == 0)
		return NULL;
	memcpy(service, base, n);
	service[n] = '\0';
	dir = mem_copy(path, (size_t)(base - path));
	name_file(file, service, stamp, want);
	next = mem_text("%s%s", dir, file);
	if (want <= after || access(next, F_OK) < 0) {
		free(next);
		next = NULL;
		want = search(*dir != '\0' ? dir : ".", service, stamp, after);
		if (want > 0) {
			name_file(file, service, stamp, want);
			next = mem_text("%s%s", dir, file);
		}
	}
	free(dir);
	*number = want;
	return next;
}
