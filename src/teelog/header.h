/* header.h - a transcript's first line, without reading the rest */
#ifndef TEELOG_HEADER_H
#define TEELOG_HEADER_H

#include <stdint.h>

/* The start of the session in this file; TIME_NONE if it does not tell. */
int64_t header_start(const char *path);

#endif
