/* rotate_scan.c - which sessions of a service the directory really holds */
#include "rotate_scan.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* By start, then process id, then letter. */
static int
by_age(const void *va, const void *vb)
{
	const struct rotate_slot *a = va, *b = vb;
	const char *pa, *pb;
	char *enda, *endb;
	unsigned long na, nb;
	int c = strncmp(a->stamp, b->stamp, sizeof "99999999T999999Z" - 1);

	if (c != 0)
		return c;
	pa = a->stamp + sizeof "99999999T999999Z-" - 1;
	pb = b->stamp + sizeof "99999999T999999Z-" - 1;
	na = strtoul(pa, &enda, 10);
	nb = strtoul(pb, &endb, 10);
	if (na != nb)
		return na < nb ? -1 : 1;
	return strcmp(enda, endb);
}

static bool
found_add(const struct rotate *r, struct found *f, const char *file)
{
	struct rotate_slot s = {.low = 2, .high = 1};
	struct stat st;
	unsigned segment;

	f->entries++;
	if (!name_parse(file, r->service, s.stamp, &segment) ||
	    fstatat(r->dir, file, &st, AT_SYMLINK_NOFOLLOW) < 0 ||
	    !S_ISREG(st.st_mode) || st.st_uid != r->owner)
		return true;
	s.bytes = (uint64_t)st.st_size;
	if (segment > 1)
		s.low = s.high = segment;
	if (f->n == f->room) {
		size_t room = f->room > 0 ? f->room * 2 : 256;
		void *p = realloc(f->slots, room * sizeof *f->slots);

		if (p == NULL)
			return false;
		f->slots = p;
		f->room = room;
	}
	f->slots[f->n++] = s;
	return true;
}

/* Segments of one session become one slot. */
static void
found_join(struct found *f)
{
	size_t n = 0;

	if (f->n > 0)
		qsort(f->slots, f->n, sizeof *f->slots, by_age);
	for (size_t i = 0; i < f->n; i++) {
		struct rotate_slot *last = &f->slots[n > 0 ? n - 1 : 0];
		struct rotate_slot *s = &f->slots[i];

		if (n == 0 || strcmp(last->stamp, s->stamp) != 0) {
			f->slots[n++] = *s;
			continue;
		}
		last->bytes += s->bytes;
		if (s->high < 2)
			continue;
		if (last->high < 2 || s->low < last->low)
			last->low = s->low;
		if (s->high > last->high)
			last->high = s->high;
	}
	f->n = n;
}

bool
rotate_scan(const struct rotate *r, struct found *f)
{
	struct dirent *de;
	bool ok = true;
	DIR *dir;
	int fd = openat(r->dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	memset(f, 0, sizeof *f);
	if (fd < 0)
		return false;
	if ((dir = fdopendir(fd)) == NULL) {
		close(fd);
		return false;
	}
	while (ok && (de = readdir(dir)) != NULL)
		ok = found_add(r, f, de->d_name);
	closedir(dir);
	if (ok)
		found_join(f);
	return ok;
}
