/* paint.h - text in colours, and nothing that a terminal would obey */
#ifndef TEELOG_PAINT_H
#define TEELOG_PAINT_H

#include "out.h"
#include "term.h"

struct paint {
	struct out *out;
	bool colour;
	bool
	    escapes; /* show them as a transcript has them; else where they must be */
};

/* From here on; nothing without colours. */
void paint_colour(struct paint *p, enum colour c);

/* Any text in a colour of its own amid text in another. */
void paint_text(struct paint *p, enum colour c, enum colour around,
    const char *text, size_t n);

/* Text in the alphabet of a transcript: escapes and masks stand out. */
void paint_said(
    struct paint *p, enum colour around, const char *text, size_t n);

#endif
