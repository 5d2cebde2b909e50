/* import_curl.h - curl's messages, which -v and --trace have in common */
#ifndef TEELOG_IMPORT_CURL_H
#define TEELOG_IMPORT_CURL_H

#include "reader.h"

/* Add a message: r is a note, without what marks it as one. */
void import_curl_info(struct reader *rd, struct record *r);

#endif
