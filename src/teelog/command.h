/*
 * command.h - what a sub-command is
 *
 * To add one: write src/teelog/cmd_NAME.c, whose only external name is
 * `const struct command cmd_NAME`, and add NAME to COMMANDS in the Makefile, at
 * the place where the usage text shall show it.
 */
#ifndef TEELOG_COMMAND_H
#define TEELOG_COMMAND_H

#include "out.h"
#include "sessions.h"

#include <getopt.h>

/* What was said in front of the sub-command, and what all of them use. */
struct teelog {
	const char *dir; /* where sessions are kept */
	const char *from; /* the log format that was named, or NULL */
	struct out out; /* standard output */
};

struct command {
	const char *name;
	const char *args; /* "[--json] [session ...]", for the usage text */
	const char *about; /* a line on what it does */
	/* argv[0] is `teelog NAME`.  Returns the exit status. */
	int (*run)(struct teelog *t, int argc, char **argv);
};

const struct command *command_nth(size_t n);
const struct command *command_find(const char *name);

/*
 * Options that every command which reads sessions takes; they stand in its
 * table of long options as COMMAND_OPTIONS, and command_option() treats what
 * getopt_long() returned that the command does not know itself.
 */
#define COMMAND_OPTIONS                                                        \
	{"from", required_argument, NULL, 'F'},                                \
	{                                                                      \
		"help", no_argument, NULL, 'h'                                 \
	}
void command_option(struct teelog *t, const struct command *c, int option);

/* An option is wrong: says so where getopt_long() does not. */
void command_wrong_option(void);

/* --from: the format that logs have; or the list of them, for `help`. */
void command_format(struct teelog *t, const char *name);

/* A wrong use: says so and exits (64). */
_Noreturn void command_usage(const struct command *c, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

#endif
