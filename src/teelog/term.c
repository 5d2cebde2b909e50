/* term.c - the terminal: colours and sizes */
#include "term.h"
#include "unseen.h"

#include "../base/num.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <wchar.h>

bool
term_colour_when(const char *text, enum colour_when *when)
{
	static const char *const names[] = {"auto", "always", "never"};

	for (int i = 0; i < 3; i++)
		if (strcmp(text, names[i]) == 0) {
			*when = (enum colour_when)i;
			return true;
		}
	return false;
}

bool
term_colours(int fd, enum colour_when when)
{
	const char *no = getenv("NO_COLOR"), *term = getenv("TERM");

	if (when != COLOUR_AUTO)
		return when == COLOUR_ALWAYS;
	return isatty(fd) && (no == NULL || no[0] == '\0') && term != NULL &&
	    term[0] != '\0' && strcmp(term, "dumb") != 0;
}

const char *
term_colour(enum colour c)
{
	/* The eight colours that every terminal has, on either background. */
	static const char *const sequences[] = {
	    [COLOUR_NONE] = "\033[0m",
	    [COLOUR_CLIENT] = "\033[36m",
	    [COLOUR_DAEMON] = "\033[32m",
	    [COLOUR_ERROR_OUTPUT] = "\033[35m",
	    [COLOUR_NOTE] = "\033[2m",
	    [COLOUR_MASK] = "\033[7m",
	    [COLOUR_ODD] = "\033[33m",
	    [COLOUR_DECODED] = "\033[34m",
	    [COLOUR_GOOD] = "\033[32m",
	    [COLOUR_BAD] = "\033[1;31m",
	};

	return sequences[c];
}

/* A size from the environment, or 0. */
static int
told_size(const char *name)
{
	const char *text = getenv(name);
	uint64_t n;

	if (text == NULL || num_parse(text, 1, 10000, &n) != NULL)
		return 0;
	return (int)n;
}

int
term_columns(void)
{
	struct winsize ws;
	int n = told_size("COLUMNS");

	if (n == 0 && ioctl(STDOUT_FILENO, TIOCGWINSZ, &ws) == 0)
		n = ws.ws_col;
	return n > 0 ? n : 80;
}

int
term_lines(void)
{
	struct winsize ws;
	int n = told_size("LINES");

	if (n == 0 && ioctl(STDOUT_FILENO, TIOCGWINSZ, &ws) == 0)
		n = ws.ws_row;
	return n > 0 ? n : 24;
}

/* What a byte takes that is printed as an escape. */
#define ESCAPE_WIDTH (sizeof "\\xHH" - 1)

/*
 * The character at `at`: its bytes in *n, and the columns that it takes where it
 * is printed.  A tab counts as what a cell has in place of it.
 */
static size_t
character(const char *text, size_t len, size_t at, size_t *n)
{
	size_t k = out_character(text, len, at);
	int columns;

	*n = k > 0 ? k : 1;
	if (k == 0 || text[at] == '\t')
		return ESCAPE_WIDTH;
	if (k == 1)
		return 1;
	columns =
	    wcwidth((wchar_t)unseen_code((const unsigned char *)text + at, k));
	return columns >= 0 ? (size_t)columns : 1;
}

size_t
term_width(const char *text, size_t n)
{
	size_t columns = 0, k;

	for (size_t i = 0; i < n; i += k)
		columns += character(text, n, i, &k);
	return columns;
}

void
term_cell(struct out *o, const char *text, size_t columns)
{
	size_t n = strlen(text), used = 0, i = 0, k, w;
	bool cut = term_width(text, n) > columns;

	while (i < n) {
		w = character(text, n, i, &k);
		if (used + w > columns - cut)
			break;
		if (text[i] == '\t')
			out_text(o, "\\x09");
		else if (out_character(text, n, i) > 0)
			out_bytes(o, text + i, k);
		else
			out_printable(o, text + i, 1);
		used += w;
		i += k;
	}
	if (cut && columns > 0) {
		out_char(o, '~');
		used++;
	}
	for (; used < columns; used++)
		out_char(o, ' ');
}
