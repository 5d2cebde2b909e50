/* tell.c - words on standard error, with nothing in them that a terminal obeys */
#include "tell.h"
#include "out.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void
tell_error(const char *fmt, ...)
{
	char *text = NULL;
	struct out o;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vasprintf(&text, fmt, ap);
	va_end(ap);
	if (n < 0)
		return;
	out_open(&o, -1);
	out_printable(&o, text, (size_t)n);
	fprintf(stderr, "teelog: %.*s\n", (int)(o.at - o.buf), o.buf);
	out_close(&o);
	free(text);
}
