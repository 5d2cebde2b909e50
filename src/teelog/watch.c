/* watch.c - wait until something happens in a directory */
#include "watch.h"
#include "mem.h"

#include "../base/fd.h"

#include <limits.h>
#include <poll.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/inotify.h>
#endif

/* How often to look where nothing tells. */
#define LOOK_MS 50

struct watch {
	char *dir;
	int fd; /* inotify's, or -1 */
	int wd; /* of the directory, or -1 */
};

/* Nobody reads what we write (a pipe without a reader). */
static bool
is_reader_gone(const struct pollfd *out)
{
	return (out->revents & (POLLERR | POLLNVAL)) != 0;
}

#ifdef __linux__

static void
look_for_dir(struct watch *w)
{
	if (w->fd >= 0 && w->wd < 0)
		w->wd = inotify_add_watch(w->fd, w->dir,
		    IN_CREATE | IN_MOVED_TO | IN_MODIFY | IN_ONLYDIR |
			IN_DELETE_SELF | IN_MOVE_SELF);
}

static int
notifier(void)
{
	return inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
}

/* One notice; returns its size. */
static size_t
take_notice(struct watch *w, const char *p,
    void (*changed)(void *arg, const char *file), void *arg)
{
	struct inotify_event ev;

	memcpy(&ev, p, sizeof ev);
	if ((ev.mask & (IN_DELETE_SELF | IN_MOVE_SELF | IN_IGNORED)) != 0) {
		if (w->wd >= 0 && (ev.mask & IN_IGNORED) == 0)
			inotify_rm_watch(w->fd, w->wd);
		w->wd = -1;
	}
	changed(arg, ev.len > 0 ? p + sizeof ev : NULL);
	return sizeof ev + ev.len;
}

static void
take_notices(
    struct watch *w, void (*changed)(void *arg, const char *file), void *arg)
{
	char buf[64 * (sizeof(struct inotify_event) + NAME_MAX + 1)];
	ssize_t n;

	while ((n = read(w->fd, buf, sizeof buf)) > 0)
		for (char *p = buf; p < buf + n;)
			p += take_notice(w, p, changed, arg);
}

#else

static void
look_for_dir(struct watch *w)
{
	(void)w;
}

static int
notifier(void)
{
	return -1;
}

static void
take_notices(
    struct watch *w, void (*changed)(void *arg, const char *file), void *arg)
{
	(void)w;
	changed(arg, NULL);
}

#endif

struct watch *
watch_open(const char *dir)
{
	struct watch *w = mem_alloc(sizeof *w);

	w->dir = mem_text("%s", dir);
	w->fd = notifier();
	w->wd = -1;
	look_for_dir(w);
	return w;
}

void
watch_close(struct watch **w)
{
	if (*w == NULL)
		return;
	fd_close(&(*w)->fd);
	free((*w)->dir);
	free(*w);
	*w = NULL;
}

bool
watch_wait(struct watch *w, int ms,
    void (*changed)(void *arg, const char *file), void *arg)
{
	struct pollfd fds[2] = {
	    {.fd = STDOUT_FILENO}, {.fd = w->fd, .events = POLLIN}};
	bool told = w->wd >= 0;

	if (!told)
		look_for_dir(w); /* and then once more at what is in it */
	if (!told && ms > LOOK_MS)
		ms = LOOK_MS;
	if (poll(fds, 2, ms) > 0) {
		if (is_reader_gone(&fds[0]))
			return false;
		if (fds[1].revents != 0)
			take_notices(w, changed, arg);
	}
	if (!told)
		changed(arg, NULL);
	return true;
}
