/* leak.h - secrets in what programs tell about themselves */
#ifndef TEELOG_LEAK_H
#define TEELOG_LEAK_H

#include "take.h"

/*
 * The next secret in a message, of which nobody knows the grammar: what stands
 * behind a word like `password`, or between a user and the `@` of a URL.  Takes
 * the text up to its end; false if there is none.
 */
bool leak_next(struct take *text, struct take *secret);

#endif
