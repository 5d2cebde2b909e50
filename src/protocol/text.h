/* text.h - rules for lines of a protocol that is not known (yet) */
#ifndef TEED_TEXT_H
#define TEED_TEXT_H

#include "protocol.h"

/* As the functions of struct protocol; the state is text's own. */
void text_line(struct track *t, enum dir d, struct line *l);
void text_hide_reply(struct track *t, struct line *l);

/* Hide name=value pairs and tokens. */
void text_hide_values(struct line *l, enum dir d);

/* The first byte that no text has, or n. */
size_t text_binary(const unsigned char *p, size_t n);

#endif
