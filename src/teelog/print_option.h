/* print_option.h - options of the commands that print sessions */
#ifndef TEELOG_PRINT_OPTION_H
#define TEELOG_PRINT_OPTION_H

#include "command.h"
#include "print.h"

/* In a table of long options ... */
#define PRINT_OPTIONS                                                          \
	{"style", required_argument, NULL, 's'},                               \
	    {"decode", no_argument, NULL, 'x'},                                \
	    {"times", required_argument, NULL, 't'},                           \
	    {"dir", required_argument, NULL, 'D'},                             \
	{                                                                      \
		"color", optional_argument, NULL, 'C'                          \
	}

/* ... and what getopt_long() returned; false if it is none of these. */
bool print_option(struct print *p, const struct command *c, int option);

/* When all options were read: where to print, and so in which manner. */
void print_to(struct print *p, struct out *o);

#endif
