/* rotate.c - which sessions of a service there are, and which must go */
#include "rotate.h"

#include "../base/fd.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define MAGIC "teedidx1"
#define LOCK_TRIES 250 /* of a millisecond each */
#define LOOK 64 /* slots read at once */

/* A session found in progress is not looked at again for so many sessions. */
#define BUSY_PAUSE 64

/*
 * Where others change the directory too (a second service), it is read again
 * once in entries / SCAN_SHARE sessions.
 */
#define SCAN_SHARE 64

/* Move dead slots out of the way when there are this many and most are dead. */
#define COMPACT 4096

static off_t
slot_at(uint64_t n)
{
	return (off_t)(sizeof(struct rotate_head) +
	    n * sizeof(struct rotate_slot));
}

static size_t
read_slots(struct rotate *r, uint64_t first, struct rotate_slot *s, size_t n)
{
	ssize_t got = pread(r->fd, s, n * sizeof *s, slot_at(first));

	return got < 0 ? 0 : (size_t)got / sizeof *s;
}

static bool
write_slot(struct rotate *r, uint64_t n, const struct rotate_slot *s)
{
	return r->dry_run ||
	    pwrite(r->fd, s, sizeof *s, slot_at(n)) == sizeof *s;
}

void
rotate_open(struct rotate *r)
{
	char name[NAME_SERVICE + 16];
	struct stat st;

	snprintf(name, sizeof name, ".%s.index", r->service);
	r->slot = ROTATE_NO_SLOT;
	r->generation = 0;
	r->fd = openat(r->dir, name,
	    O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK, 0600);
	if (r->fd < 0)
		return;
	/* The directory is safe, but say no to a link planted before it was. */
	if (fstat(r->fd, &st) < 0 || !S_ISREG(st.st_mode) || st.st_nlink != 1)
		fd_close(&r->fd);
	else if (st.st_uid != r->owner && (st.st_uid != geteuid() ||
	    fchown(r->fd, r->owner, (gid_t)-1) < 0))
		fd_close(&r->fd);
}

void
rotate_close(struct rotate *r)
{
	fd_close(&r->fd);
}

/* Whether the directory is as we left it, as far as st tells. */
static bool
is_as_left(const struct rotate *r, const struct stat *st)
{
	return (int64_t)st->st_mtim.tv_sec == r->head.mtime_s &&
	    (int64_t)st->st_mtim.tv_nsec == r->head.mtime_ns;
}

static void
note_mtime(struct rotate *r)
{
	struct stat st;

	if (fstat(r->dir, &st) < 0) {
		r->head.mtime_ns = -1;
		return;
	}
	r->head.mtime_s = (int64_t)st.st_mtim.tv_sec;
	r->head.mtime_ns = (int64_t)st.st_mtim.tv_nsec;
}

struct found {
	struct rotate_slot *slots;
	size_t n, room;
	uint64_t entries;
};

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
found_add(struct rotate *r, struct found *f, const char *file)
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

static bool
read_dir(struct rotate *r, struct found *f)
{
	struct dirent *de;
	bool ok = true;
	DIR *dir;
	int fd = openat(r->dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

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

/* Make the index anew from the directory. */
static bool
rebuild(struct rotate *r)
{
	struct rotate_head *h = &r->head;
	struct found f = {NULL, 0, 0, 0};
	uint64_t generation = h->generation, serial = h->serial;
	size_t size;
	bool ok;

	ok = read_dir(r, &f);
	if (ok) {
		memset(h, 0, sizeof *h);
		memcpy(h->magic, MAGIC, sizeof h->magic);
		h->generation = generation + 1;
		h->serial = h->scanned = serial;
		h->entries = f.entries;
		h->next = h->live = f.n;
		for (size_t i = 0; i < f.n; i++)
			h->bytes += f.slots[i].bytes;
		size = f.n * sizeof *f.slots;
		ok = ftruncate(r->fd, 0) == 0 &&
		    pwrite(r->fd, f.slots, size, slot_at(0)) == (ssize_t)size;
	}
	free(f.slots);
	return ok;
}

static bool
take_lock(int fd)
{
	const struct timespec pause = {0, 1000000};

	for (int i = 0; i < LOCK_TRIES; i++) {
		if (flock(fd, LOCK_EX | LOCK_NB) == 0)
			return true;
		if (errno != EWOULDBLOCK && errno != EINTR)
			return false;
		nanosleep(&pause, NULL);
	}
	return false;
}

void
rotate_will_change(struct rotate *r)
{
	struct stat st;

	if (!r->changed && !r->as_left)
		r->as_left = fstat(r->dir, &st) == 0 && is_as_left(r, &st);
	r->changed = true;
}

/* Our slot; it may have moved, or be gone. */
static bool
find_own(struct rotate *r)
{
	struct rotate_slot s;

	if (r->slot == ROTATE_NO_SLOT)
		return false;
	if (r->generation == r->head.generation)
		return true;
	for (uint64_t i = r->head.next; i > r->head.first; i--)
		if (read_slots(r, i - 1, &s, 1) == 1 &&
		    strcmp(s.stamp, r->own.stamp) == 0) {
			r->slot = i - 1;
			r->generation = r->head.generation;
			r->own = s;
			return true;
		}
	return false;
}

static bool
is_sound(const struct rotate_head *h)
{
	return memcmp(h->magic, MAGIC, sizeof h->magic) == 0 &&
	    h->first <= h->next && h->live <= h->next - h->first;
}

/* Whether the index says what the directory holds. */
static bool
is_current(struct rotate *r, const struct stat *st)
{
	const struct rotate_head *h = &r->head;
	struct stat now;

	if (!is_sound(h))
		return false;
	r->as_left = (st != NULL && is_as_left(r, st)) ||
	    fstat(r->dir, &now) < 0 || is_as_left(r, &now);
	return r->as_left ||
	    h->serial - h->scanned < h->entries / SCAN_SHARE;
}

static bool
read_head(struct rotate *r)
{
	if (r->fd < 0 || !take_lock(r->fd))
		return false;
	if (pread(r->fd, &r->head, sizeof r->head, 0) != sizeof r->head)
		memset(&r->head, 0, sizeof r->head);
	r->as_left = r->changed = false;
	return true;
}

bool
rotate_lock(struct rotate *r, const struct stat *st)
{
	if (!read_head(r))
		return false;
	if (is_current(r, st))
		return true;
	if (rebuild(r)) {
		r->as_left = r->changed = true;
		return true;
	}
	flock(r->fd, LOCK_UN);
	return false;
}

bool
rotate_lock_own(struct rotate *r)
{
	if (!read_head(r))
		return false;
	if (is_sound(&r->head) && find_own(r))
		return true;
	flock(r->fd, LOCK_UN);
	return false;
}

/* Dead slots in front cost space: move the others down. */
static void
compact(struct rotate *r)
{
	struct rotate_head *h = &r->head;
	struct rotate_slot s[LOOK];
	uint64_t from = h->first, to = 0;
	size_t n;

	while (from < h->next && (n = read_slots(r, from, s, LOOK)) > 0) {
		if (pwrite(r->fd, s, n * sizeof *s, slot_at(to)) < 0)
			return;
		from += n;
		to += n;
	}
	h->next -= h->first;
	h->first = 0;
	h->generation++;
	if (ftruncate(r->fd, slot_at(h->next)) < 0)
		h->magic[0] = '\0'; /* made anew next time */
}

void
rotate_unlock(struct rotate *r)
{
	struct rotate_head *h = &r->head;

	if (!r->dry_run) {
		if (h->first >= COMPACT && h->first > 2 * h->live)
			compact(r);
		/* What others did must go on to show. */
		if (r->changed && r->as_left)
			note_mtime(r);
		if (pwrite(r->fd, h, sizeof *h, 0) < 0 && ftruncate(r->fd, 0))
			rotate_close(r); /* and never again */
	}
	if (r->fd >= 0)
		flock(r->fd, LOCK_UN);
}

void
rotate_add(struct rotate *r, const char *stamp)
{
	struct rotate_slot s = {.low = 2, .high = 1};

	snprintf(s.stamp, sizeof s.stamp, "%s", stamp);
	r->own = s;
	r->slot = r->head.next;
	r->generation = r->head.generation;
	r->changed = true;
	if (!write_slot(r, r->slot, &s)) {
		r->head.magic[0] = '\0';
		return;
	}
	r->head.next++;
	r->head.live++;
	r->head.serial++;
}

void
rotate_update(struct rotate *r, uint64_t bytes, unsigned segments)
{
	struct rotate_slot *s = &r->own;

	r->head.bytes += bytes - s->bytes;
	s->bytes = bytes;
	s->busy_until = 0;
	if (segments > s->high) {
		s->high = segments;
		if (s->low > s->high)
			s->low = s->high;
	}
	write_slot(r, r->slot, s);
}

static void
forget(struct rotate *r, uint64_t n, struct rotate_slot *s)
{
	r->head.live--;
	r->head.bytes -= s->bytes < r->head.bytes ? s->bytes : r->head.bytes;
	memset(s, 0, sizeof *s);
	write_slot(r, n, s);
}

void
rotate_remove(struct rotate *r)
{
	forget(r, r->slot, &r->own);
}

/* Delete one file if it is what it should be; how many bytes that frees. */
static uint64_t
delete_file(struct rotate *r, const char *file)
{
	struct stat st;

	if (fstatat(r->dir, file, &st, AT_SYMLINK_NOFOLLOW) < 0 ||
	    !S_ISREG(st.st_mode) || st.st_uid != r->owner)
		return 0;
	if (r->deleted != NULL)
		r->deleted(r->arg, file);
	rotate_will_change(r);
	if (!r->dry_run && unlinkat(r->dir, file, 0) < 0)
		return 0;
	return (uint64_t)st.st_size;
}

/* Whether a recorder holds the session's first file. */
static bool
in_progress(struct rotate *r, const char *file)
{
	struct stat st;
	bool busy;
	int fd = openat(r->dir, file,
	    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0)
		return errno != ENOENT;
	busy = fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) ||
	    st.st_uid != r->owner || flock(fd, LOCK_EX | LOCK_NB) < 0;
	close(fd);
	return busy;
}

static bool
delete_session(struct rotate *r, const struct rotate_slot *s)
{
	char file[NAME_FILE];
	uint32_t i;

	name_file(file, r->service, s->stamp, 1);
	if (in_progress(r, file))
		return false;
	delete_file(r, file);
	for (i = s->low; i <= s->high; i++) {
		name_file(file, r->service, s->stamp, i);
		delete_file(r, file);
	}
	return true;
}

bool
rotate_is_full(const struct rotate *r)
{
	return (r->keep > 0 && r->head.live > r->keep) ||
	    r->head.bytes > r->total;
}

static bool
is_own(const struct rotate *r, uint64_t slot)
{
	return slot == r->slot && r->generation == r->head.generation;
}

/* Delete the segments between our first and our newest. */
static void
prune_own(struct rotate *r)
{
	struct rotate_slot *s = &r->own;
	char file[NAME_FILE];
	uint64_t freed;

	if (!is_own(r, r->slot) || s->low >= s->high)
		return;
	for (; r->head.bytes > r->total && s->low < s->high; s->low++) {
		name_file(file, r->service, s->stamp, s->low);
		freed = delete_file(r, file);
		s->bytes -= freed;
		r->head.bytes -= freed;
	}
	write_slot(r, r->slot, s);
}

/* One slot of the queue: delete its session if that may be. */
static void
prune_slot(struct rotate *r, uint64_t n, struct rotate_slot *s)
{
	if (s->stamp[0] == '\0' || s->busy_until > r->head.serial ||
	    is_own(r, n))
		return;
	s->stamp[sizeof s->stamp - 1] = '\0';
	if (delete_session(r, s)) {
		forget(r, n, s);
	} else {
		s->busy_until = r->head.serial + BUSY_PAUSE;
		write_slot(r, n, s);
	}
}

void
rotate_prune(struct rotate *r)
{
	struct rotate_slot s[LOOK];
	uint64_t at = r->head.first;
	size_t i, n;

	while (rotate_is_full(r) && at < r->head.next &&
	    (n = read_slots(r, at, s, LOOK)) > 0) {
		for (i = 0; i < n && at < r->head.next && rotate_is_full(r); i++) {
			prune_slot(r, at, &s[i]);
			if (s[i].stamp[0] == '\0' && at == r->head.first)
				r->head.first++;
			at++;
		}
	}
	if (rotate_is_full(r))
		prune_own(r);
}

bool
rotate_newest(struct rotate *r, char *stamp)
{
	struct rotate_slot s;
	uint64_t i;

	for (i = r->head.next; i > r->head.first; i--)
		if (read_slots(r, i - 1, &s, 1) == 1 && s.stamp[0] != '\0') {
			memcpy(stamp, s.stamp, NAME_STAMP);
			return true;
		}
	return false;
}
