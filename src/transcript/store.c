/* store.c - the directory of session files, and the one that is being written */
#include "store.h"

#include "../base/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LOCK_TRIES 100 /* of a millisecond each */

static int
cannot(struct str *why, const char *path, const char *what)
{
	str_fmt(why, "%s: %s: %s", path, what, strerror(errno));
	return -1;
}

/* Whether nobody but its owner can plant files in the directory. */
static int
check_dir(struct store *s, const char *path, bool made, struct str *why)
{
	uid_t owner = s->rotate.owner;
	struct stat st;

	if (fstat(s->dir, &st) < 0)
		return cannot(why, path, "cannot look at the directory");
	s->seen = st;
	if (made && st.st_uid == geteuid() && st.st_uid != owner) {
		if (fchown(s->dir, owner, (gid_t)-1) < 0)
			return cannot(why, path, "cannot give it away");
		st.st_uid = owner;
	}
	if (st.st_uid != owner && st.st_uid != geteuid()) {
		str_fmt(why,
		    "%s: unsafe directory: it belongs to uid %ld, not to %ld",
		    path, (long)st.st_uid, (long)owner);
		return -1;
	}
	if ((st.st_mode & 022) != 0) {
		str_fmt(why,
		    "%s: unsafe directory: others may write to it (mode %03o)",
		    path, (unsigned)st.st_mode & 07777);
		return -1;
	}
	return 0;
}

/*
 * With a slash behind it a link would be followed, whatever O_NOFOLLOW says.
 * Returns the path itself, or a copy, which is *copy, too, and to be freed; NULL
 * when memory is short.
 */
static const char *
without_slash(const char *path, char **copy)
{
	size_t n = strlen(path), all = n;

	while (n > 1 && path[n - 1] == '/')
		n--;
	*copy = NULL;
	if (n == all)
		return path;
	*copy = strndup(path, n);
	return *copy;
}

/* The daemon's umask, which may be anything, must not show. */
static bool
make_dir(const char *path)
{
	mode_t old = umask(077);
	bool made = mkdir(path, 0700) == 0;

	umask(old);
	return made;
}

/* Open the directory; make it if it is not there, and tell. */
static int
open_dir(const char *path, bool *made, struct str *why)
{
	int fd = -1;

	*made = false;
	for (int tries = 0; fd < 0 && tries < 2; tries++) {
		fd =
		    open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (fd >= 0 || errno != ENOENT)
			break;
		*made = make_dir(path);
		if (!*made && errno != EEXIST)
			return cannot(why, path, "cannot make the directory");
	}
	if (fd < 0 && (errno == ENOTDIR || errno == ELOOP))
		str_fmt(
		    why, "%s: unsafe directory: a link, or no directory", path);
	else if (fd < 0)
		cannot(why, path, "cannot open the directory");
	return fd;
}

int
store_open(struct store *s, const char *path, uid_t owner, bool give_away,
    struct str *why)
{
	bool made;
	char *copy;
	const char *plain = without_slash(path, &copy);

	memset(s, 0, sizeof *s);
	s->dir = s->fd = s->first = s->rotate.fd = -1;
	s->rotate.owner = owner;
	s->give_away = give_away;
	if (plain == NULL)
		return cannot(why, path, "cannot open the directory");
	s->dir = open_dir(plain, &made, why);
	if (s->dir >= 0 && check_dir(s, plain, made, why) < 0)
		fd_close(&s->dir);
	free(copy);
	return s->dir >= 0 ? 0 : -1;
}

/* Make a file that was not there before, ours alone and locked. */
static int
make_file(struct store *s, const char *name)
{
	int fd = openat(s->dir, name,
	    O_WRONLY | O_APPEND | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
	    0600);

	if (fd < 0)
		return -1;
	/*
	 * A reader may have it locked for a moment.  Where there are no locks,
	 * nobody can say that it is not in progress, and it is never deleted.
	 */
	if ((!fd_lock(fd, LOCK_TRIES) && errno == EWOULDBLOCK) ||
	    (s->give_away && fchown(fd, s->rotate.owner, (gid_t)-1) < 0)) {
		unlinkat(s->dir, name, 0);
		fd_close(&fd);
		return -1;
	}
	fchmod(fd, 0600); /* the umask is the daemon's, and may be anything */
	return fd;
}

/* Point SERVICE.log to the file; a link that can't be made is no error. */
static void
make_link(struct store *s, const char *file)
{
	char link[NAME_SERVICE + 8], next[NAME_SERVICE + 24];

	snprintf(link, sizeof link, "%s.log", s->service);
	snprintf(next, sizeof next, ".%s.link", s->service);
	if (symlinkat(file, s->dir, next) < 0) {
		if (errno != EEXIST || unlinkat(s->dir, next, 0) < 0 ||
		    symlinkat(file, s->dir, next) < 0)
			return;
	}
	if (renameat(s->dir, next, s->dir, link) < 0)
		unlinkat(s->dir, next, 0);
}

static int
make_first(struct store *s, int64_t start_us, pid_t pid)
{
	char letter = 'a';

	do {
		name_stamp(s->stamp, start_us / 1000000, pid, letter);
		name_file(s->file, s->service, s->stamp, 1);
		s->fd = make_file(s, s->file);
	} while (s->fd < 0 && errno == EEXIST && ++letter <= 'z');
	if (s->fd < 0)
		return -1;
	snprintf(s->id, sizeof s->id, "%s-%s", s->service, s->stamp);
	memcpy(s->rotate.own.stamp, s->stamp, sizeof s->stamp);
	s->segment = 1;
	return 0;
}

int
store_create(struct store *s, const char *service, int64_t start_us, pid_t pid,
    uint64_t keep, uint64_t total, struct str *why)
{
	struct rotate *r = &s->rotate;
	bool locked;
	int made;

	snprintf(s->service, sizeof s->service, "%s", service);
	r->dir = s->dir;
	r->service = s->service;
	r->keep = keep;
	r->total = total;
	rotate_open(r);
	locked = rotate_lock(r, &s->seen);
	made = make_first(s, start_us, pid);
	if (made < 0)
		cannot(why, s->file, "cannot make the session's file");
	else
		make_link(s, s->file);
	if (locked) {
		if (made == 0)
			rotate_add(r, s->stamp);
		rotate_prune(r);
		rotate_unlock(r);
	}
	return made;
}

bool
store_write(struct store *s, const char *p, size_t n)
{
	size_t done;
	int error;

	if (s->torn && fd_write_all(s->fd, "\n", 1) < 1)
		return false;
	if (s->torn)
		s->size++;
	s->torn = false;
	done = fd_write_all(s->fd, p, n);
	if (done == n) {
		s->size += n;
		return true;
	}
	error = errno;
	if (done > 0 && ftruncate(s->fd, (off_t)s->size) < 0) {
		s->size += done;
		s->torn = true;
	}
	errno = error;
	return false;
}

/* Tell the index how large the session has become; make room. */
static void
account(struct store *s, bool ended)
{
	struct rotate *r = &s->rotate;
	uint64_t bytes = s->written + s->size;

	if ((ended && rotate_is_told(r, bytes)) || !rotate_lock_own(r, ended))
		return;
	r->ended = ended;
	rotate_update(r, bytes, s->segment);
	if (rotate_is_full(r)) {
		/* Locked, it could not go where it is too much itself. */
		if (ended) {
			fd_close(&s->fd);
			fd_close(&s->first);
		}
		rotate_prune(r);
	}
	rotate_unlock(r);
}

bool
store_roll(struct store *s, unsigned n, const char *head, size_t head_len,
    const char *last, size_t last_len)
{
	char name[NAME_FILE];
	int fd;

	name_file(name, s->service, s->stamp, n);
	fd = make_file(s, name);
	if (fd < 0)
		return false;
	if (fd_write_all(fd, head, head_len) < head_len) {
		unlinkat(s->dir, name, 0);
		fd_close(&fd);
		return false;
	}
	store_write(s, last, last_len);
	if (s->first < 0)
		s->first = s->fd;
	else
		fd_close(&s->fd);
	s->fd = fd;
	memcpy(s->file, name, sizeof name);
	s->written += s->size;
	s->size = head_len;
	s->segment = n;
	s->torn = false;
	account(s, false);
	return true;
}

/* The link must not name what is not there. */
static void
forget_link(struct store *s)
{
	char link[NAME_SERVICE + 8], name[NAME_FILE], to[NAME_FILE];
	ssize_t n;

	snprintf(link, sizeof link, "%s.log", s->service);
	name_file(name, s->service, s->stamp, 1);
	n = readlinkat(s->dir, link, to, sizeof to);
	if (n > 0 && (size_t)n == strlen(name) &&
	    memcmp(to, name, (size_t)n) == 0)
		unlinkat(s->dir, link, 0);
}

/* Delete all segments, and let the link name the session before. */
static void
delete_session(struct store *s)
{
	struct rotate *r = &s->rotate;
	char name[NAME_FILE], stamp[NAME_STAMP];
	bool locked = rotate_lock_own(r, true);

	if (locked)
		rotate_will_change(r);
	for (unsigned n = s->segment; n > 0; n--) {
		name_file(name, s->service, s->stamp, n);
		unlinkat(s->dir, name, 0);
	}
	if (!locked) {
		forget_link(s);
		return;
	}
	rotate_remove(r);
	if (rotate_newest(r, stamp)) {
		name_file(name, s->service, stamp, 1);
		make_link(s, name);
	} else {
		snprintf(name, sizeof name, "%s.log", s->service);
		unlinkat(s->dir, name, 0);
	}
	rotate_unlock(r);
}

void
store_finish(struct store *s, bool keep_it)
{
	if (keep_it)
		account(s, true);
	else
		delete_session(s);
}

void
store_close(struct store *s)
{
	fd_close(&s->fd);
	fd_close(&s->first);
	rotate_close(&s->rotate);
	fd_close(&s->dir);
}
