/* seen.c - files that were read along with another and need not be read again */
#include "seen.h"
#include "mem.h"

#include <stdlib.h>
#include <sys/stat.h>

struct seen {
	struct seen *next;
	dev_t dev;
	ino_t ino;
};

void
seen_add(struct seen **list, int fd)
{
	struct stat st;
	struct seen *s;

	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
		return;
	s = mem_alloc(sizeof *s);
	s->dev = st.st_dev;
	s->ino = st.st_ino;
	s->next = *list;
	*list = s;
}

bool
seen_has(const struct seen *list, int fd)
{
	struct stat st;

	if (list == NULL || fstat(fd, &st) < 0)
		return false;
	for (; list != NULL; list = list->next)
		if (list->dev == st.st_dev && list->ino == st.st_ino)
			return true;
	return false;
}

void
seen_free(struct seen **list)
{
	struct seen *s, *next;

	for (s = *list; s != NULL; s = next) {
		next = s->next;
		free(s);
	}
	*list = NULL;
}
