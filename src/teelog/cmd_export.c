/* cmd_export.c - sessions in a form that other programs read */
#include "command.h"
#include "export.h"

#include "../base/str.h"

#include <sysexits.h>

extern const struct command cmd_export;

static const struct option options[] = {
    {"format", required_argument, NULL, 'f'}, COMMAND_OPTIONS,
    {NULL, 0, NULL, 0}};

/* NULL: none was named. */
static const struct export *
find(const char *name)
{
	const struct export *ex = name != NULL ? export_find(name) : NULL;
	char names[256];
	struct str s;

	if (ex != NULL)
		return ex;
	str_init(&s, names, sizeof names);
	for (size_t i = 0; (ex = export_nth(i)) != NULL; i++)
		str_fmt(&s, "%s%s", i > 0 ? ", " : "", ex->name);
	if (name == NULL)
		command_usage(
		    &cmd_export, "which --format? There are %s", names);
	command_usage(&cmd_export, "no format '%s'; there are %s", name, names);
}

static int
run(struct teelog *t, int argc, char **argv)
{
	const struct export *ex;
	const char *format = NULL;
	struct exporting x = {.out = &t->out};
	struct session *s;
	int c;

	while ((c = getopt_long(argc, argv, "f:", options, NULL)) != -1)
		if (c == 'f')
			format = optarg;
		else
			command_option(t, &cmd_export, c);
	ex = find(format);
	x.sessions = sessions_open(t, argc - optind, argv + optind);
	if (ex->begin != NULL)
		ex->begin(&x);
	while ((s = sessions_next(x.sessions)) != NULL)
		ex->session(&x, s);
	if (ex->end != NULL)
		ex->end(&x);
	return sessions_close(&x.sessions);
}

const struct command cmd_export = {
    .name = "export",
    .args = "--format FORMAT [session ...]",
    .about = "write sessions for other programs to read",
    .run = run,
};
