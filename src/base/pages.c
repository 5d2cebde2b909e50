/* pages.c - memory that need not stay */
#include "pages.h"

#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

void
pages_release(void *p, size_t n)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	size_t skip = (page - (uintptr_t)p % page) % page;

	if (n > skip && n - skip >= page)
		madvise(
		    (char *)p + skip, (n - skip) / page * page, MADV_DONTNEED);
}
