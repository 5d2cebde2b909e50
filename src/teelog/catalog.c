/* catalog.c - the sessions of a directory */
#include "catalog.h"
#include "header.h"
#include "mem.h"
#include "session.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

/* The seconds of a start, as digits that compare like times. */
#define DATE_LEN (sizeof "99999999T999999Z" - 1)

static void
add_name(struct catalog *c, const char *file, const char *only)
{
	struct catalog_entry e;
	size_t n = name_service(file, e.stamp, &e.first);

	if (n == 0 ||
	    (only != NULL && !name_parse(file, only, e.stamp, &e.first)))
		return;
	if (only != NULL)
		n = strlen(only);
	memcpy(e.service, file, n);
	e.service[n] = '\0';
	e.last = e.first;
	e.start_us = TIME_NONE;
	if (c->n == c->room) {
		c->room = c->room > 0 ? c->room * 2 : 256;
		c->entries = mem_array(c->entries, c->room, sizeof e);
	}
	c->entries[c->n++] = e;
}

/* Files of one session stand together, its segments in order. */
static int
by_name(const void *va, const void *vb)
{
	const struct catalog_entry *a = va, *b = vb;
	int c = strncmp(a->stamp, b->stamp, DATE_LEN);

	if (c == 0)
		c = strcmp(a->service, b->service);
	if (c == 0)
		c = strcmp(a->stamp, b->stamp);
	if (c == 0)
		c = a->first < b->first ? -1 : a->first > b->first;
	return c;
}

static void
join_segments(struct catalog *c)
{
	size_t n = 0;

	for (size_t i = 0; i < c->n; i++) {
		struct catalog_entry *e = &c->entries[i];
		struct catalog_entry *last = &c->entries[n > 0 ? n - 1 : 0];

		if (n > 0 && strcmp(last->service, e->service) == 0 &&
		    strcmp(last->stamp, e->stamp) == 0)
			last->last = e->first;
		else
			c->entries[n++] = *e;
	}
	c->n = n;
}

/* What the name does not tell, where more than one began in that second. */
static int
by_start(const void *va, const void *vb)
{
	const struct catalog_entry *a = va, *b = vb;

	if (a->start_us != b->start_us)
		return a->start_us < b->start_us ? -1 : 1;
	return by_name(va, vb);
}

void
catalog_order(struct catalog *c)
{
	size_t from = 0, to, i;

	for (; from < c->n; from = to) {
		struct catalog_entry *e = &c->entries[from];

		for (to = from + 1; to < c->n &&
		     strncmp(e->stamp, c->entries[to].stamp, DATE_LEN) == 0;
		     to++)
			continue;
		if (to == from + 1)
			continue;
		for (i = from; i < to; i++) {
			char *path = catalog_path(
			    c, &c->entries[i], c->entries[i].first);

			c->entries[i].start_us = header_start(path);
			free(path);
		}
		qsort(e, to - from, sizeof *e, by_start);
	}
}

bool
catalog_read(struct catalog *c, const char *dir, const char *service)
{
	DIR *d = opendir(dir);
	struct dirent *de;

	memset(c, 0, sizeof *c);
	if (d == NULL)
		return false;
	c->dir = mem_text("%s", dir);
	while ((de = readdir(d)) != NULL)
		add_name(c, de->d_name, service);
	closedir(d);
	if (c->n > 0)
		qsort(c->entries, c->n, sizeof *c->entries, by_name);
	join_segments(c);
	return true;
}

void
catalog_free(struct catalog *c)
{
	free(c->dir);
	free(c->entries);
	memset(c, 0, sizeof *c);
}

char *
catalog_path(
    const struct catalog *c, const struct catalog_entry *e, unsigned segment)
{
	char file[NAME_FILE];

	name_file(file, e->service, e->stamp, segment);
	return mem_text("%s/%s", c->dir, file);
}
