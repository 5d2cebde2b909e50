/* heading.h - what stands above a session that is shown */
#ifndef TEELOG_HEADING_H
#define TEELOG_HEADING_H

#include "paint.h"
#include "session.h"

/* The header as a transcript has it; of a foreign log what is known. */
void heading_full(struct out *o, const struct session *s);

/* The same in few words, for a screen; without the id where that is told. */
void heading_short(struct paint *p, const struct session *s, bool id);

#endif
