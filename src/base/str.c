/* str.c - build a string in a buffer of fixed size */
#include "str.h"

#include <stdio.h>
#include <string.h>

void
str_init(struct str *s, char *buf, size_t size)
{
	s->text = buf;
	s->size = size;
	s->len = 0;
	s->cut = false;
	buf[0] = '\0';
}

void
str_bytes(struct str *s, const void *p, size_t n)
{
	size_t room = s->size - 1 - s->len;

	if (n > room) {
		n = room;
		s->cut = true;
	}
	memcpy(s->text + s->len, p, n);
	s->len += n;
	s->text[s->len] = '\0';
}

void
str_char(struct str *s, char c)
{
	str_bytes(s, &c, 1);
}

void
str_text(struct str *s, const char *text)
{
	str_bytes(s, text, strlen(text));
}

void
str_vfmt(struct str *s, const char *fmt, va_list ap)
{
	size_t room = s->size - s->len;
	int n = vsnprintf(s->text + s->len, room, fmt, ap);

	if (n < 0) {
		s->text[s->len] = '\0';
		s->cut = true;
	} else if ((size_t)n >= room) {
		s->len = s->size - 1;
		s->cut = true;
	} else {
		s->len += (size_t)n;
	}
}

void
str_fmt(struct str *s, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	str_vfmt(s, fmt, ap);
	va_end(ap);
}

const char *
str_base(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? slash + 1 : path;
}
