/* pages.h - memory that need not stay */
#ifndef TEED_PAGES_H
#define TEED_PAGES_H

#include <stddef.h>

/*
 * Give back the whole pages of a buffer whose content is not needed any more.
 * Where the system takes them, they read as zeros then.
 */
void pages_release(void *p, size_t n);

#endif
