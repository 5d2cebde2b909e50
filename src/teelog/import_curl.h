/* import_curl.h - curl's messages, which -v and --trace have in common */
#ifndef TEELOG_IMPORT_CURL_H
#define TEELOG_IMPORT_CURL_H

#include "reader.h"

/*
 * Take what --trace-time and --trace-ids put in front of a record: the clock,
 * and the numbers of transfer and connection, of which the latter is the key.
 */
void import_curl_front(struct reader *rd, struct record *r);
#define IMPORT_CURL_FRONT "^([0-9:.]+ )?(\\[[0-9]+-[0-9x]+\\] )?"

/* Add a message: r is a note, without what marks it as one. */
void import_curl_info(struct reader *rd, struct record *r);

#endif
