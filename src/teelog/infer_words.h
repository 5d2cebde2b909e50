/* infer_words.h - the forms by which replies and commands are known */
#ifndef TEELOG_INFER_WORDS_H
#define TEELOG_INFER_WORDS_H

#include "take.h"

struct infer_words {
	const char *protocol; /* NULL: more than one has these forms */
	bool (*is_reply)(struct take t);
	bool (*is_command)(struct take t);
	/*
	 * Whether a line of this form can't belong to a list that the server
	 * sends, so that its end was left out.  capabilities: what is listed.
	 * NULL: any line can.
	 */
	bool (*ends_list)(struct take t, bool capabilities);
};

/* Those of a protocol, or where that is NULL by the first line. */
const struct infer_words *infer_words_of(
    const char *protocol, struct take first);

#endif
