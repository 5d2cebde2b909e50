/* fd.h - small helpers around descriptors */
#ifndef TEED_FD_H
#define TEED_FD_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* Close *fd if it is open and leave -1 behind.  errno is kept. */
void fd_close(int *fd);

/* Close those of n that are open, neighbours by one call; their order is lost. */
void fd_close_all(int *fds, size_t n);

/*
 * Write all n bytes unless an error comes first.  Returns the bytes written;
 * fewer than n only with errno set.
 */
size_t fd_write_all(int fd, const void *p, size_t n);

/*
 * Lock the whole file for us alone (flock).  Where others hold it, try again
 * every millisecond, `tries` times in all.  False sets errno.
 */
bool fd_lock(int fd, int tries);

#endif
