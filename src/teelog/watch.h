/*
 * watch.h - wait until something happens in a directory
 *
 * With inotify where there is one, else (and where it can't be had) by looking
 * again and again.
 */
#ifndef TEELOG_WATCH_H
#define TEELOG_WATCH_H

#include <stdbool.h>

struct watch;

/* Begin to watch; the directory need not be there yet. */
struct watch *watch_open(const char *dir);
void watch_close(struct watch **w);

/*
 * Wait for changes, at most ms milliseconds, or until stdout's reader has gone
 * or a signal came.  changed(arg, file) is called for each file that was made or
 * written to, with NULL for "look at all of them".  False if nobody reads our
 * output any more.
 */
bool watch_wait(struct watch *w, int ms,
    void (*changed)(void *arg, const char *file), void *arg);

#endif
