/* tell.c - words on standard error, with nothing in them that a terminal obeys */
#include "tell.h"
#include "out.h"

#include <stdio.h>
#include <stdlib.h>

void
tell_about(const char *command, const char *fmt, va_list ap)
{
	char *text = NULL;
	struct out o;
	int n = vasprintf(&text, fmt, ap);

	if (n < 0)
		return;
	out_open(&o, -1);
	out_printable(&o, text, (size_t)n);
	fprintf(stderr, "teelog%s%s: %.*s\n", command != NULL ? " " : "",
	    command != NULL ? command : "", (int)(o.at - o.buf), o.buf);
	out_close(&o);
	free(text);
}

void
tell_error(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	tell_about(NULL, fmt, ap);
	va_end(ap);
}
