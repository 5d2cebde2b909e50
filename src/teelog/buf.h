/* buf.h - bytes that grow; begin with all zeros, end with buf_free() */
#ifndef TEELOG_BUF_H
#define TEELOG_BUF_H

#include <stddef.h>

struct buf {
	char *p; /* not terminated; NULL while nothing was ever added */
	size_t len, room;
};

/* Make room for n bytes behind what is there; returns where they go. */
char *buf_room(struct buf *b, size_t n);

void buf_add(struct buf *b, const void *p, size_t n);
void buf_text(struct buf *b, const char *text);
void buf_fmt(struct buf *b, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
void buf_free(struct buf *b);

#endif
