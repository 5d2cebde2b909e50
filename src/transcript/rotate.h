/*
 * rotate.h - which sessions of a service there are, and which must go
 *
 * To delete the oldest session without reading a directory of a hundred
 * thousand, each service has an index beside its sessions: `.SERVICE.index`, a
 * queue of slots in order of start.  The index is a cache; the directory is the
 * truth.  The index remembers the directory's time of change: where that
 * differs, somebody else was there, and the index is made anew (at once for a
 * small directory; for a large one after so many sessions that the cost of each
 * stays constant).
 *
 * All functions that take a struct rotate expect it locked, but open, close and
 * those that say so.
 */
#ifndef TEED_ROTATE_H
#define TEED_ROTATE_H

#include "name.h"

#include <stdint.h>
#include <sys/stat.h>

struct rotate_head {
	char magic[8];
	uint64_t generation; /* changes when slots move */
	uint64_t first, next; /* slots in use: [first, next) */
	uint64_t live; /* sessions in them */
	uint64_t bytes; /* what these sessions take on disk, at most */
	uint64_t share; /* the most that one was counted for at its beginning */
	uint64_t serial; /* sessions that ever began */
	uint64_t scanned; /* serial when the directory was last read */
	uint64_t entries; /* what the directory held then */
	int64_t mtime_s, mtime_ns; /* of the directory, as we left it */
	uint64_t check; /* sum over all that */
};

struct rotate_slot {
	char stamp[NAME_STAMP]; /* empty: no session (any more) */
	uint64_t bytes;
	uint64_t busy_until; /* in progress; look again at this serial */
	uint32_t low, high; /* segments: the first, and low to high */
};

struct rotate {
	int dir; /* borrowed */
	int fd; /* the index; -1 if there is none */
	uid_t owner; /* only files of this user are touched */
	const char *service; /* borrowed */
	uint64_t keep, total; /* what may stay; 0 sessions: all */
	bool dry_run; /* tell, but delete nothing */
	void (*deleted)(
	    void *arg, const char *file); /* told of each; or NULL */
	void *arg;

	uint64_t generation, slot; /* where our own session is */
	struct rotate_slot own; /* and what stands there */
	uint64_t freed; /* bytes of ours that were deleted */
	bool ended; /* it has: it may be deleted in its turn */
	struct rotate_head head; /* as read by rotate_lock() */
	bool as_left; /* nobody but us had changed the directory */
	bool changed; /* we have, since */
};

#define ROTATE_NO_SLOT UINT64_MAX

/* Open the index.  Without one (fd -1) the calls below do nothing. */
void rotate_open(struct rotate *r);
void rotate_close(struct rotate *r);

/*
 * Take the lock, wait for it at most a moment, and read the index; make it
 * anew where it does not fit the directory.  st is what fstat() said of the
 * directory a moment ago, or NULL.  False where the index can't be had: then
 * leave everything alone, the next one will notice and put it right.
 */
bool rotate_lock(struct rotate *r, const struct stat *st);

/*
 * Likewise, but only to say something of our own session: the directory is not
 * looked at.  False also where our session is not in the index (any more).
 * wait: not while traffic waits for us.
 */
bool rotate_lock_own(struct rotate *r, bool wait);

/* Whether there is too much. */
bool rotate_is_full(const struct rotate *r);

/* Write the index back and let go. */
void rotate_unlock(struct rotate *r);

/* Our session has begun, with this stamp. */
void rotate_add(struct rotate *r, const char *stamp);

/* It has so many bytes in segments up to `segments` now. */
void rotate_update(struct rotate *r, uint64_t bytes, unsigned segments);

/*
 * Whether the index need not hear of our session's end, when it has so many
 * bytes: it was counted for as many, and nobody who looked for what may go has
 * found it in progress.  Not locked: who finds that at this very moment leaves
 * one session too many until the next one begins.
 */
bool rotate_is_told(const struct rotate *r, uint64_t bytes);

/* We are about to make or delete files; the index is locked. */
void rotate_will_change(struct rotate *r);

/* Its files are gone. */
void rotate_remove(struct rotate *r);

/*
 * Delete what is too much, the oldest first, never a session in progress nor
 * the newest; of our own, in need, all segments but the first and the newest.
 */
void rotate_prune(struct rotate *r);

/*
 * The newest session of the service; false if there is none.  stamp has
 * NAME_STAMP bytes.
 */
bool rotate_newest(struct rotate *r, char *stamp);

#endif
