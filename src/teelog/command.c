/* command.c - what all sub-commands say and take */
#include "command.h"
#include "import.h"
#include "tell.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

void
command_usage(const struct command *c, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	tell_about(c->name, fmt, ap);
	va_end(ap);
	fprintf(stderr, "usage: teelog %s %s\n", c->name, c->args);
	exit(EX_USAGE);
}

static void
list_formats(void)
{
	const struct import *im;
	size_t longest = 0, n;

	for (size_t i = 0; (im = import_nth(i)) != NULL; i++)
		if ((n = strlen(im->name)) > longest)
			longest = n;
	for (size_t i = 0; (im = import_nth(i)) != NULL; i++)
		printf("%-*s  %s\n", (int)longest, im->name, im->about);
}

void
command_format(struct teelog *t, const char *name)
{
	t->from = name;
	if (import_find(name) != NULL)
		return;
	if (strcmp(name, "help") != 0) {
		tell_error("no log format '%s' (--from help lists them)", name);
		exit(EX_USAGE);
	}
	list_formats();
	exit(EX_OK);
}

void
command_wrong_option(void)
{
	if (!opterr)
		tell_error("an option is wrong, or lacks its value");
}

void
command_option(struct teelog *t, const struct command *c, int option)
{
	switch (option) {
	case 'F':
		command_format(t, optarg);
		break;
	case 'h':
		printf("usage: teelog %s %s\n%s\n", c->name, c->args, c->about);
		exit(EX_OK);
	default:
		command_wrong_option();
		fprintf(stderr, "usage: teelog %s %s\n", c->name, c->args);
		exit(EX_USAGE);
	}
}
