/*
 * term.h - the terminal: colours, size, pager
 */
#ifndef TEELOG_TERM_H
#define TEELOG_TERM_H

#include "out.h"

enum colour_when { COLOUR_AUTO, COLOUR_ALWAYS, COLOUR_NEVER };

enum colour {
	COLOUR_NONE, /* back to plain */
	COLOUR_CLIENT, /* what the client says */
	COLOUR_DAEMON, /* the daemon's mark */
	COLOUR_ERROR_OUTPUT, /* its standard error */
	COLOUR_NOTE, /* what nobody said: times, events */
	COLOUR_MASK, /* a secret that is not there */
	COLOUR_ODD, /* control bytes, odd line ends */
	COLOUR_DECODED, /* a decoded text instead of what was said */
	COLOUR_GOOD,
	COLOUR_BAD
};

/* Read `auto`, `always` or `never`; false if it is none of them. */
bool term_colour_when(const char *text, enum colour_when *when);

/*
 * Whether to use colours on this output: if asked to, or if it is a terminal
 * that can and NO_COLOR (no-color.org) is not set.
 */
bool term_colours(int fd, enum colour_when when);

/* The escape sequence of a colour. */
const char *term_colour(enum colour c);

/* Columns and lines of the terminal: $COLUMNS, $LINES, what it says, 80 and 24. */
int term_columns(void);
int term_lines(void);

/*
 * Columns that a UTF-8 text takes on the terminal; a byte that is no text counts
 * as one.
 */
size_t term_width(const char *text, size_t n);

/*
 * Print text of ours in so many columns: cut (with a mark) or padded.  It is
 * made printable on the way.
 */
void term_cell(struct out *o, const char *text, size_t columns);

/*
 * Page what is printed if it takes more than the screen: output is held back
 * until that is known.  Only where standard output is a terminal, and $PAGER
 * (or less) is not "" or cat.  End it with pager_close(), which waits for the
 * pager; before that nothing should be told on standard error.
 */
struct pager;
struct pager *pager_open(struct out *o);
void pager_close(struct pager **p);

#endif
