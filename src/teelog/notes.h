/*
 * notes.h - what is remarked about one line of a conversation
 *
 * Texts are not safe to print: they quote what was said.
 */
#ifndef TEELOG_NOTES_H
#define TEELOG_NOTES_H

#include "buf.h"

struct note {
	size_t from, to; /* its text within notes.text */
	const char *where; /* "RFC 1939 §7", a constant; or NULL */
};

/* Begin with all zeros. */
struct notes {
	struct buf text;
	struct note *list;
	size_t n, room;
};

/*
 * Begin another remark; its text is what is added to the buffer until the next
 * begins.  One without a text is dropped.
 */
struct buf *notes_begin(struct notes *t, const char *where);

/* A whole one. */
void notes_add(struct notes *t, const char *where, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* No more for this line: what there is can be read. */
void notes_end(struct notes *t);
void notes_clear(struct notes *t);
void notes_free(struct notes *t);

#endif
