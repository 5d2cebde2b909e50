/* fd.c - small helpers around descriptors */
#include "fd.h"

#include <errno.h>
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

void
fd_close_two(int fd)
{
#ifdef SYS_close_range
	if (syscall(SYS_close_range, (unsigned)fd, (unsigned)fd + 1, 0u) == 0)
		return;
#endif
	close(fd);
	close(fd + 1);
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
