/* fd.c - small helpers around descriptors */
#include "fd.h"

#include <errno.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

void
fd_close(int *fd)
{
	int saved = errno;

	if (*fd >= 0)
		close(*fd);
	*fd = -1;
	errno = saved;
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
