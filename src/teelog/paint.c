/* paint.c - text in colours, and nothing that a terminal would obey */
#include "paint.h"

#include "../transcript/format.h"

#include <string.h>

void
paint_colour(struct paint *p, enum colour c)
{
	if (p->colour)
		out_text(p->out, term_colour(c));
}

/* Text in which what must be escaped stands out. */
static void
put_text(struct paint *p, enum colour around, const char *text, size_t n)
{
	char back[32];

	if (!p->colour) {
		out_printable(p->out, text, n);
		return;
	}
	stpcpy(stpcpy(back, term_colour(COLOUR_NONE)),
	    around != COLOUR_NONE ? term_colour(around) : "");
	out_marked(p->out, text, n, term_colour(COLOUR_ODD), back);
}

/* A text in a colour of its own amid text in another. */
void
paint_text(struct paint *p, enum colour c, enum colour around, const char *text,
    size_t n)
{
	paint_colour(p, c);
	put_text(p, c, text, n);
	paint_colour(p, COLOUR_NONE);
	if (around != COLOUR_NONE)
		paint_colour(p, around);
}

/* The escape at p: printed as the style has it; returns its length. */
static size_t
put_escape(struct paint *p, enum colour around, const char *text, size_t n)
{
	if (n >= 4 && text[1] == 'x') {
		if (!p->escapes &&
		    (memcmp(text, "\\x2a", 4) == 0 ||
			memcmp(text, "\\x28", 4) == 0)) {
			out_char(p->out,
			    text[2] == '2' && text[3] == 'a' ? '*' : '(');
			return 4;
		}
		paint_text(p, COLOUR_ODD, around, text, 4);
		return 4;
	}
	if (n >= 2 && text[1] == 'r') {
		paint_text(p, COLOUR_ODD, around, text, 2);
		return 2;
	}
	if (n >= 2 && text[1] == '\\') {
		out_text(p->out, p->escapes ? "\\\\" : "\\");
		return 2;
	}
	out_char(p->out, '\\');
	return 1;
}

/* The mask at p and its label; returns their length. */
static size_t
put_mask(struct paint *p, enum colour around, const char *text, size_t n)
{
	const char *close = NULL;

	paint_text(p, COLOUR_MASK, around, text, 4);
	if (n > 6 && text[4] == ' ' && text[5] == '(')
		close = memchr(text, ')', n);
	if (close == NULL)
		return 4;
	if (p->escapes) /* no tool but ours has labels */
		paint_text(p, COLOUR_NOTE, around, text + 4,
		    (size_t)(close - text) - 3);
	return (size_t)(close + 1 - text);
}

/* Text in the alphabet of a transcript. */
void
paint_said(struct paint *p, enum colour around, const char *text, size_t n)
{
	size_t k;

	if (!p->colour && p->escapes) {
		out_printable(p->out, text, n);
		return;
	}
	for (; n > 0; text += k, n -= k) {
		for (k = 0; k < n && text[k] != '\\' && text[k] != '*'; k++)
			continue;
		if (k > 0)
			put_text(p, around, text, k);
		else if (*text == '\\')
			k = put_escape(p, around, text, n);
		else if (n >= 4 && memcmp(text, FORMAT_MASK, 4) == 0)
			k = put_mask(p, around, text, n);
		else
			out_char(p->out, text[k++]);
	}
}
