/* rotate.c - which sessions of a service there are, and which must go */
#include "rotate.h"
#include "rotate_scan.h"

#include "../base/clock.h"
#include "../base/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAGIC "teedidx2"
#define LOCK_TRIES 250 /* of a millisecond each */
#define LOOK 16 /* slots read at once; they lie on the stack */

/* A segment has at least a first line: no session has more of them than that. */
#define SEGMENT_MIN 64

/*
 * Where others change the directory too (a second service), it is read again
 * once in entries / SCAN_SHARE sessions.
 */
#define SCAN_SHARE 64

/*
 * However it looks, the index is made anew now and then: a recorder that was
 * killed has not told how large its session is.
 */
#define SCAN_ANYWAY 1000

/* Move dead slots out of the way when there are this many and most are dead. */
#define COMPACT 4096

/*
 * What a session is counted for when it begins: one that ends with no more need
 * not tell.  A share of what may stay, and only as long as there is room for as
 * much again, so it never makes another one go.
 */
#define SHARE(total) ((total) >> 20)
#define SHARE_MAX 4096

static uint64_t
share(const struct rotate *r)
{
	return SHARE(r->total) < SHARE_MAX ? SHARE(r->total) : SHARE_MAX;
}

static off_t
slot_at(uint64_t n)
{
	return (
	    off_t)(sizeof(struct rotate_head) + n * sizeof(struct rotate_slot));
}

static size_t
read_slots(
    const struct rotate *r, uint64_t first, struct rotate_slot *s, size_t n)
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

/* A new index, which belongs to the owner of the sessions. */
static int
make_index(const struct rotate *r, const char *name)
{
	int fd = openat(r->dir, name,
	    O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);

	if (fd >= 0 &&
	    (fchmod(fd, 0600) < 0 ||
		(r->owner != geteuid() && fchown(fd, r->owner, (gid_t)-1) < 0)))
		fd_close(&fd);
	return fd;
}

void
rotate_open(struct rotate *r)
{
	const int flags = O_RDWR | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK;
	char name[NAME_SERVICE + 16];

	snprintf(name, sizeof name, ".%s.index", r->service);
	r->slot = ROTATE_NO_SLOT;
	r->generation = 0;
	r->fd = openat(r->dir, name, flags);
	if (r->fd < 0 && errno == ENOENT)
		r->fd = make_index(r, name);
	if (r->fd < 0 && errno == EEXIST)
		r->fd = openat(r->dir, name, flags);
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

/* FNV-1a: an index that something else has written to is not believed. */
static uint64_t
checksum(const struct rotate_head *h)
{
	const unsigned char *p = (const unsigned char *)h;
	uint64_t sum = 0xcbf29ce484222325u;

	for (size_t i = 0; i < offsetof(struct rotate_head, check); i++)
		sum = (sum ^ p[i]) * 0x100000001b3u;
	return sum;
}

static bool
is_sound(const struct rotate_head *h)
{
	return memcmp(h->magic, MAGIC, sizeof h->magic) == 0 &&
	    h->check == checksum(h);
}

/* It does not fit what we see: made anew next time. */
static void
mistrust(struct rotate *r)
{
	r->head.magic[0] = '\0';
}

/* Places in an older index mean nothing in this one. */
static void
new_generation(struct rotate_head *h)
{
	uint64_t now = (uint64_t)clock_date_us();

	h->generation = now > h->generation ? now : h->generation + 1;
}

/* Whether the file may be overwritten: not one of somebody else's. */
static bool
is_index(const struct rotate *r)
{
	struct stat st;

	return fstat(r->fd, &st) == 0 && S_ISREG(st.st_mode) &&
	    st.st_nlink == 1 && st.st_uid == r->owner;
}

/* Make the index anew from the directory. */
static bool
rebuild(struct rotate *r, uint64_t serial)
{
	struct rotate_head *h = &r->head;
	struct found f;
	size_t size;
	bool ok;

	if (!is_index(r)) {
		rotate_close(r);
		return false;
	}
	ok = rotate_scan(r, &f);
	if (ok) {
		memset(h, 0, sizeof *h);
		memcpy(h->magic, MAGIC, sizeof h->magic);
		new_generation(h);
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
	r->as_left = r->changed = ok;
	return ok;
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
	struct rotate_slot s[LOOK];
	uint64_t from, to = r->head.next;
	size_t n;

	if (r->slot != ROTATE_NO_SLOT && r->generation == r->head.generation)
		return true;
	for (r->slot = ROTATE_NO_SLOT; to > r->head.first; to = from) {
		from = to - r->head.first > LOOK ? to - LOOK : r->head.first;
		n = (size_t)(to - from);
		if (read_slots(r, from, s, n) < n) {
			mistrust(r);
			return false;
		}
		for (uint64_t i = to; i-- > from;)
			if (strcmp(s[i - from].stamp, r->own.stamp) == 0) {
				r->own = s[i - from];
				r->slot = i;
				r->generation = r->head.generation;
				return true;
			}
	}
	return false;
}

/* Whether the index says what the directory holds. */
static bool
is_current(struct rotate *r, const struct stat *st)
{
	const struct rotate_head *h = &r->head;
	uint64_t since = h->serial - h->scanned;
	struct stat now;

	if (!is_sound(h) || since > SCAN_ANYWAY + 4 * h->live)
		return false;
	r->as_left = (st != NULL && is_as_left(r, st)) ||
	    fstat(r->dir, &now) < 0 || is_as_left(r, &now);
	return r->as_left || since < h->entries / SCAN_SHARE;
}

static bool
read_head(struct rotate *r, int tries)
{
	if (r->fd < 0 || !fd_lock(r->fd, tries))
		return false;
	if (pread(r->fd, &r->head, sizeof r->head, 0) != sizeof r->head)
		memset(&r->head, 0, sizeof r->head);
	r->as_left = r->changed = false;
	return true;
}

bool
rotate_lock(struct rotate *r, const struct stat *st)
{
	if (!read_head(r, LOCK_TRIES))
		return false;
	if (is_current(r, st))
		return true;
	if (rebuild(r, is_sound(&r->head) ? r->head.serial : 0))
		return true;
	if (r->fd >= 0)
		flock(r->fd, LOCK_UN);
	return false;
}

bool
rotate_lock_own(struct rotate *r, bool wait)
{
	if (!read_head(r, wait ? LOCK_TRIES : 1))
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
	new_generation(h);
	if (ftruncate(r->fd, slot_at(h->next)) < 0)
		mistrust(r);
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
		h->check = checksum(h);
		if (pwrite(r->fd, h, sizeof *h, 0) < 0 && ftruncate(r->fd, 0))
			rotate_close(r); /* and never again */
	}
	if (r->fd >= 0) /* at once: a process takes a while to end */
		flock(r->fd, LOCK_UN);
}

void
rotate_add(struct rotate *r, const char *stamp)
{
	struct rotate_slot s = {.low = 2, .high = 1};

	snprintf(s.stamp, sizeof s.stamp, "%s", stamp);
	if (r->head.bytes < r->total / 2)
		s.bytes = share(r);
	r->own = s;
	r->slot = r->head.next;
	r->generation = r->head.generation;
	r->changed = true;
	if (!write_slot(r, r->slot, &s)) {
		mistrust(r);
		return;
	}
	r->head.next++;
	r->head.live++;
	r->head.bytes += s.bytes;
	r->head.serial++;
	if (s.bytes > r->head.share)
		r->head.share = s.bytes;
}

bool
rotate_is_told(const struct rotate *r, uint64_t bytes)
{
	struct rotate_slot s;

	return r->fd >= 0 && r->slot != ROTATE_NO_SLOT &&
	    bytes <= r->own.bytes && read_slots(r, r->slot, &s, 1) == 1 &&
	    memcmp(&s, &r->own, sizeof s) == 0;
}

void
rotate_update(struct rotate *r, uint64_t bytes, unsigned segments)
{
	struct rotate_slot *s = &r->own;

	bytes -= r->freed;
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
	struct rotate_head *h = &r->head;
	struct rotate_slot s;

	forget(r, r->slot, &r->own);
	r->slot = ROTATE_NO_SLOT;
	/* So that the last slot in use is always the newest session's. */
	while (h->next > h->first && read_slots(r, h->next - 1, &s, 1) == 1 &&
	    s.stamp[0] == '\0')
		h->next--;
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
	int fd = openat(
	    r->dir, file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0)
		return errno != ENOENT;
	busy = fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) ||
	    st.st_uid != r->owner || flock(fd, LOCK_EX | LOCK_NB) < 0;
	close(fd);
	return busy;
}

/* Whether a slot may be what this program has written. */
static bool
is_plausible(const struct rotate *r, const struct rotate_slot *s)
{
	char file[NAME_FILE], stamp[NAME_STAMP];
	unsigned segment;

	if (memchr(s->stamp, '\0', sizeof s->stamp) == NULL ||
	    (s->high >= s->low && s->high - s->low > s->bytes / SEGMENT_MIN))
		return false;
	name_file(file, r->service, s->stamp, 1);
	return name_parse(file, r->service, stamp, &segment) && segment == 1;
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

	if (r->slot == ROTATE_NO_SLOT || !is_own(r, r->slot))
		return;
	for (; r->head.bytes > r->total && s->low < s->high; s->low++) {
		name_file(file, r->service, s->stamp, s->low);
		freed = delete_file(r, file);
		s->bytes -= freed;
		r->head.bytes -= freed;
		r->freed += freed;
	}
	write_slot(r, r->slot, s);
}

/*
 * One slot of the queue: delete its session if that may be.  The more sessions
 * are in progress before it, the later it is looked at again, so that even
 * thousands of them cost a new session only a few looks.
 */
static void
prune_slot(struct rotate *r, uint64_t n, struct rotate_slot *s, uint64_t *busy)
{
	if (s->stamp[0] == '\0')
		return;
	if (!is_plausible(r, s)) {
		mistrust(r);
	} else if (s->busy_until > r->head.serial ||
	    (is_own(r, n) && !r->ended)) {
		++*busy;
	} else if (delete_session(r, s)) {
		forget(r, n, s);
		if (is_own(r, n))
			r->slot = ROTATE_NO_SLOT;
	} else {
		s->busy_until = r->head.serial + ++*busy;
		write_slot(r, n, s);
	}
}

/*
 * Shares of a larger total than ours may be so much more than the sessions took
 * that one would go which need not.
 */
static bool
is_exact(const struct rotate *r)
{
	return r->head.bytes <= r->total || r->head.share <= share(r);
}

static bool
recount(struct rotate *r)
{
	if (!rebuild(r, r->head.serial)) {
		mistrust(r);
		return false;
	}
	find_own(r);
	return true;
}

/* All but the newest session may go. */
void
rotate_prune(struct rotate *r)
{
	struct rotate_slot s[LOOK];
	uint64_t at, busy = 0;
	size_t i, n;

	if (!is_exact(r) && !recount(r))
		return;
	at = r->head.first;
	while (rotate_is_full(r) && at + 1 < r->head.next &&
	    (n = read_slots(r, at, s, LOOK)) > 0) {
		for (i = 0; i < n && at + 1 < r->head.next; i++, at++) {
			if (!rotate_is_full(r))
				break;
			prune_slot(r, at, &s[i], &busy);
			if (s[i].stamp[0] == '\0' && at == r->head.first)
				r->head.first++;
		}
	}
	if (!rotate_is_full(r))
		return;
	if (r->head.live > busy + 1)
		mistrust(r); /* there should have been more to delete */
	prune_own(r);
}

bool
rotate_newest(struct rotate *r, char *stamp)
{
	struct rotate_slot s;

	if (r->head.next == r->head.first ||
	    read_slots(r, r->head.next - 1, &s, 1) != 1 || !is_plausible(r, &s))
		return false;
	memcpy(stamp, s.stamp, NAME_STAMP);
	return true;
}
