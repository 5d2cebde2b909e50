/*
 * name.h - the names of session files
 *
 *   SERVICE-20261122T005800Z-4567.log      a session: start in UTC, process id
 *   SERVICE-20261122T005800Z-4567b.log     likewise, where that was taken
 *   SERVICE-20261122T005800Z-4567.2.log    its second segment
 *   SERVICE.log                            a link to the newest session
 *
 * Nothing in a name is chosen by a client or a daemon.
 */
#ifndef TEED_NAME_H
#define TEED_NAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define NAME_SERVICE 32 /* the longest service name */
#define NAME_STAMP 40 /* size of what follows `SERVICE-` in an id */
#define NAME_ID (NAME_SERVICE + 1 + NAME_STAMP) /* size of an id */
#define NAME_FILE (NAME_ID + 20) /* size of a file name */

/* Whether this may name a service: [A-Za-z0-9._-]{1,32}, no leading dot. */
bool name_is_service(const char *service);

/*
 * The part of an id behind `SERVICE-`: start, process id and, unless it is 'a',
 * a letter.  out has NAME_STAMP bytes.
 */
void name_stamp(char *out, int64_t start, pid_t pid, char letter);

/* The file name of a segment (1 is the first) of a session. */
void name_file(
    char *out, const char *service, const char *stamp, unsigned segment);

/*
 * Whether `file` has the exact form of a session file of this service; then
 * its stamp (NAME_STAMP bytes) and segment are told.
 */
bool name_parse(
    const char *file, const char *service, char *stamp, unsigned *segment);

/*
 * Likewise for any service, whose length is returned; 0 if it is no session
 * file.  A service may itself look like the end of an id; the longest fits.
 */
size_t name_service(const char *file, char *stamp, unsigned *segment);

#endif
