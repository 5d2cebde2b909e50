/* main.c - teelog: what was asked for, and who does it */
#include "command.h"
#include "tell.h"

#include <errno.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#define DEFAULT_DIR "/tmp/teed"

static void
usage(FILE *to)
{
	const struct command *c;

	fputs("usage: teelog [-d DIR] command [options] [session ...]\n\n", to);
	for (size_t i = 0; (c = command_nth(i)) != NULL; i++)
		fprintf(to, "  %-9s %s\n", c->name, c->about);
	fputs("\nA session is a file (teed's transcript or the log of another "
	      "program), an id,\na service for its newest session, SERVICE@2 "
	      "for the one before, or - for\nstandard input; without one it is "
	      "the newest of all.\n\n"
	      "  -d, --dir DIR      where sessions are kept ($TEED_DIR, "
	      "else " DEFAULT_DIR ")\n"
	      "      --from FORMAT  the log is of this format (--from help "
	      "lists them)\n"
	      "  -h, --help         this text; behind a command, its options\n"
	      "  -V, --version      the version\n",
	    to);
}

static void
read_options(struct teelog *t, int argc, char **argv)
{
	static const struct option options[] = {
	    {"dir", required_argument, NULL, 'd'},
	    {"from", required_argument, NULL, 'F'},
	    {"help", no_argument, NULL, 'h'},
	    {"version", no_argument, NULL, 'V'}, {NULL, 0, NULL, 0}};
	int c;

	while ((c = getopt_long(argc, argv, "+d:hV", options, NULL)) != -1)
		switch (c) {
		case 'd':
			t->dir = optarg;
			break;
		case 'F':
			command_format(t, optarg);
			break;
		case 'h':
			usage(stdout);
			exit(EX_OK);
		case 'V':
			puts("teelog " TEED_VERSION);
			exit(EX_OK);
		default:
			command_wrong_option();
			usage(stderr);
			exit(EX_USAGE);
		}
}

/* Whether the words can go to a screen, as getopt_long() repeats them. */
static bool
are_plain(char **words)
{
	for (; *words != NULL; words++) {
		size_t n = strlen(*words), k;

		for (size_t i = 0; i < n; i += k)
			if ((k = out_character(*words, n, i)) == 0)
				return false;
	}
	return true;
}

/* getopt_long() begins anew; glibc and musl want 0, the BSDs have optreset. */
static void
restart_options(void)
{
#if defined(__GLIBC__) || defined(__linux__)
	optind = 0;
#else
	extern int optreset;

	optreset = 1;
	optind = 1;
#endif
}

int
main(int argc, char **argv)
{
	struct teelog t = {.dir = getenv("TEED_DIR")};
	const struct command *c;
	char name[32];
	int status;

	setlocale(LC_ALL, "");
	if (t.dir == NULL || t.dir[0] == '\0')
		t.dir = DEFAULT_DIR;
	opterr = are_plain(argv);
	read_options(&t, argc, argv);
	if (optind == argc) {
		usage(stderr);
		return EX_USAGE;
	}
	argc -= optind;
	argv += optind;
	c = command_find(argv[0]);
	if (c == NULL) {
		tell_error(
		    "no command '%s' (teelog --help lists them)", argv[0]);
		return EX_USAGE;
	}
	/* So getopt_long() names both where an option is wrong. */
	snprintf(name, sizeof name, "teelog %s", c->name);
	argv[0] = name;
	restart_options();
	out_open(&t.out, STDOUT_FILENO);
	if (isatty(STDOUT_FILENO))
		out_for_terminal(&t.out);
	status = c->run(&t, argc, argv);
	if (!out_close(&t.out) && errno != EPIPE) {
		tell_error("standard output: %s", strerror(errno));
		status = EX_IOERR;
	}
	return status;
}
