/* fd.c - small helpers around descriptors */
#include "fd.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#ifdef __linux__
#include <sys/syscall.h>
#endif

void
fd_close(int *fd)
{
	int saved = errno;

	if (*fd >= 0)
		close(*fd);
	*fd = -1;
	errno = saved;
}

static int
by_number(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

static void
close_from_to(int first, int last)
{
#ifdef SYS_close_range
	if (syscall(SYS_close_range, (unsigned)first, (unsigned)last, 0u) == 0)
		return;
#endif
	for (; first <= last; first++)
		close(first);
}

void
fd_close_all(int *fds, size_t n)
{
	qsort(fds, n, sizeof *fds, by_number);
	for (size_t i = 0, k; i < n; i = k) {
		for (k = i + 1; k < n && fds[k] <= fds[k - 1] + 1; k++)
			continue;
		if (fds[i] >= 0)
			close_from_to(fds[i], fds[k - 1]);
	}
}

size_t
fd_write_all(int fd, const void *p, size_t n)
{
	size_t done = 0;

	while (done < n) {
		ssize_t w = write(fd, (const char *)p + done, n - done);

		if (w > 0)
			done += (size_t)w;
		else if (w == 0)
			errno = ENOSPC;
		if (w == 0 || (w < 0 && errno != EINTR))
			break;
	}
	return done;
}

bool
fd_lock(int fd, int tries)
{
	const struct timespec pause = {0, 1000000};

	while (flock(fd, LOCK_EX | LOCK_NB) < 0) {
		if ((errno != EWOULDBLOCK && errno != EINTR) || --tries <= 0)
			return false;
		nanosleep(&pause, NULL);
	}
	return true;
}
