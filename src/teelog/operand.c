/* operand.c - what a user calls a session, and the file that it is in */
#include "operand.h"
#include "catalog.h"
#include "mem.h"

#include "../base/num.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A file that may hold a log; a directory of that name is something else. */
static bool
is_file(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && !S_ISDIR(st.st_mode);
}

/* `file#N`: N-th session of a file that holds several. */
static bool
find_part(const char *name, struct operand *o)
{
	const char *mark = strrchr(name, '#');
	uint64_t n;
	char *path;

	if (mark == NULL || num_parse(mark + 1, 1, 1000000000, &n) != NULL)
		return false;
	path = mem_copy(name, (size_t)(mark - name));
	if (!is_file(path) && strcmp(path, "-") != 0) {
		free(path);
		return false;
	}
	o->path = path;
	o->nth = (size_t)n;
	return true;
}

static bool
find_id(const char *dir, const char *name, struct operand *o)
{
	char stamp[NAME_STAMP], *path, *file = mem_text("%s.log", name);
	unsigned segment;
	bool found = name_service(file, stamp, &segment) > 0;

	path = mem_text("%s/%s", dir, file);
	free(file);
	if (found && is_file(path)) {
		o->path = path;
		return true;
	}
	free(path);
	return false;
}

/* The nth newest session of a service, or of all (NULL). */
static char *
find_newest(
    const char *dir, const char *service, uint64_t nth, struct operand *o)
{
	const struct catalog_entry *e;
	struct catalog c;
	char *why = NULL;

	if (!catalog_read(&c, dir, service))
		return mem_text("%s: %s", dir, strerror(errno));
	catalog_order(&c);
	if (nth <= c.n) {
		e = &c.entries[c.n - nth];
		o->path = catalog_path(&c, e, e->first);
	} else if (service == NULL) {
		why = mem_text("no session in %s", dir);
	} else if (c.n == 0) {
		why = mem_text(
		    "%s: no such file, session or service in %s", service, dir);
	} else {
		why = mem_text("%s: only %zu of its sessions are in %s",
		    service, c.n, dir);
	}
	catalog_free(&c);
	return why;
}

char *
operand_find(const char *dir, const char *name, struct operand *o)
{
	const char *at;
	char *service, *why;
	uint64_t nth = 1;

	o->path = NULL;
	o->nth = 0;
	if (name == NULL)
		return find_newest(dir, NULL, 1, o);
	if (strcmp(name, "-") == 0 || is_file(name)) {
		o->path = mem_text("%s", name);
		return NULL;
	}
	if (find_part(name, o) || find_id(dir, name, o))
		return NULL;
	at = strrchr(name, '@');
	if (at != NULL && num_parse(at + 1, 1, 1000000000, &nth) != NULL)
		at = NULL;
	service =
	    mem_copy(name, at != NULL ? (size_t)(at - name) : strlen(name));
	if (strchr(name, '/') != NULL && access(name, F_OK) == 0)
		why = mem_text("%s: is a directory (see -d)", name);
	else if (name_is_service(service))
		why = find_newest(dir, service, nth, o);
	else
		why = mem_text("%s: no such file or session", name);
	free(service);
	return why;
}
