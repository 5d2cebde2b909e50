/* when.h - dates, as they are written and read here */
#ifndef TEELOG_WHEN_H
#define TEELOG_WHEN_H

#include <stddef.h>
#include <stdint.h>

/*
 * 2026-11-22T00:58:00.123456Z, of microseconds since 1970.  Returns buf, or NULL
 * for TIME_NONE.
 */
const char *when_iso(char *buf, size_t size, int64_t us);

/* 2026-11-22 09:58:00 in the reader's zone, likewise. */
const char *when_local(char *buf, size_t size, int64_t us);

/* The reverse of when_iso(); TIME_NONE if it is anything else. */
int64_t when_read_iso(const char *text);

/*
 * What people write: 2026-11-22, 2026-11-22 09:58[:00] (or with a T, or with a Z
 * for UTC), 09:58 (today), now, today, yesterday, 90s, 30m, 2h, 7d, 1w (ago).
 * Times are in the reader's zone.  TIME_NONE if it is none of these.
 */
int64_t when_read(const char *text);

/* A duration in at most seven columns: 0.081s, 12.3s, 3m05s, 1h02m, 4d02h. */
void when_duration(char *buf, size_t size, int64_t us);

#endif
