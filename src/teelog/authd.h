/* authd.h - what the lines of Courier's authdaemond mean */
#ifndef TEELOG_AUTHD_H
#define TEELOG_AUTHD_H

#include <stddef.h>

/* What a line of its log means; NULL if nothing is known of it. */
const char *authd_meaning(const char *line, size_t n);

#endif
