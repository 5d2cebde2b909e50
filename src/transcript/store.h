/*
 * store.h - the directory of session files, and the one that is being written
 *
 * The directory is opened once, safely, and everything is done relative to it.
 * A session is one file or several (segments); its first and its newest file
 * are held open and locked while it lasts, which is how others know that it is
 * in progress.
 */
#ifndef TEED_STORE_H
#define TEED_STORE_H

#include "rotate.h"

#include "../base/str.h"

struct store {
	int dir; /* -1: not open */
	int fd; /* the file that is written */
	int first; /* the first segment, if that is another file, or -1 */
	struct rotate rotate;
	char service[NAME_SERVICE + 1];
	char stamp[NAME_STAMP];
	char id[NAME_ID];
	char file[NAME_FILE]; /* name of the file that is written */
	unsigned segment;
	uint64_t size; /* of that file */
	uint64_t written; /* of the segments before it */
	bool give_away; /* files are made by us and belong to somebody else */
	struct stat seen; /* the directory, when it was opened */
	bool torn; /* the file ends in the middle of a line */
};

/*
 * Open the directory, make it (0700) if it is not there.  It must belong to
 * `owner` or to us and be writable by nobody else.  give_away: we are not
 * `owner`; what is made is given to it.  Returns 0, or -1 with a text in *why.
 */
int store_open(struct store *s, const char *path, uid_t owner, bool give_away,
    struct str *why);

/*
 * Begin a session of this service: make its file, the link to it, and room for
 * it (keep sessions, total bytes; see rotate.h).  Nothing is written yet.
 * start_us: microseconds since 1970; pid: whose session it is.  Returns 0, or -1 with a text in *why.
 */
int store_create(struct store *s, const char *service, int64_t start_us,
    pid_t pid, uint64_t keep, uint64_t total, struct str *why);

/* Append: all of it, or nothing, false and errno. */
bool store_write(struct store *s, const char *p, size_t n);

/*
 * End this file with the line `last` and go on in segment number n, which
 * begins with the line `head`.  False where no new file can be had; then the
 * old one is as it was.
 */
bool store_roll(struct store *s, unsigned n, const char *head, size_t head_len,
    const char *last, size_t last_len);

/*
 * End the session; with keep_it false, delete it.  What is open stays so until
 * store_close(), or the end of the process.
 */
void store_finish(struct store *s, bool keep_it);

/* Close what is open, whatever the state. */
void store_close(struct store *s);

#endif
