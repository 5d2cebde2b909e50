/* notes.c - what is remarked about one line of a conversation */
#include "notes.h"
#include "mem.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void
notes_end(struct notes *t)
{
	struct note *last = t->n > 0 ? &t->list[t->n - 1] : NULL;

	if (last == NULL)
		return;
	last->to = t->text.len;
	if (last->from == last->to)
		t->n--;
}

struct buf *
notes_begin(struct notes *t, const char *where)
{
	notes_end(t);
	if (t->n == t->room) {
		t->room = t->room > 0 ? t->room * 2 : 8;
		t->list = mem_array(t->list, t->room, sizeof *t->list);
	}
	t->list[t->n].from = t->list[t->n].to = t->text.len;
	t->list[t->n++].where = where;
	return &t->text;
}

void
notes_add(struct notes *t, const char *where, const char *fmt, ...)
{
	char *text = NULL;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vasprintf(&text, fmt, ap);
	va_end(ap);
	if (n > 0)
		buf_add(notes_begin(t, where), text, (size_t)n);
	free(text);
}

void
notes_clear(struct notes *t)
{
	t->n = 0;
	t->text.len = 0;
}

void
notes_free(struct notes *t)
{
	buf_free(&t->text);
	free(t->list);
	memset(t, 0, sizeof *t);
}
