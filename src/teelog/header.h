/* header.h - a transcript's first line */
#ifndef TEELOG_HEADER_H
#define TEELOG_HEADER_H

#include "session.h"

#include "../transcript/format.h"

/* Whether this line is one; its words begin behind HEADER_MAGIC bytes. */
bool header_is(const char *line, size_t n);
#define HEADER_MAGIC (sizeof FORMAT_MAGIC - 1)

/*
 * The session that n bytes of header words tell of.  texts has HEADER_ROOM(n)
 * bytes and must live as long as the session, whose texts are there.
 */
void header_words(struct session *s, const char *words, size_t n, char *texts);
#define HEADER_ROOM(n) (2 * (n) + 64)

/* The start of the session in this file; TIME_NONE if it does not tell. */
int64_t header_start(const char *path);

#endif
