/* cmd_show.c - a session, for a person to read */
#include "command.h"
#include "export.h"
#include "print_option.h"
#include "weave.h"

#include "../base/num.h"

#include <string.h>

extern const struct command cmd_show;

enum { OPT_NO_PAGER = 256, OPT_JSON, OPT_WITH };

static const struct option options[] = {PRINT_OPTIONS,
    {"lines", required_argument, NULL, 'l'},
    {"with", required_argument, NULL, OPT_WITH},
    {"no-pager", no_argument, NULL, OPT_NO_PAGER},
    {"json", no_argument, NULL, OPT_JSON}, COMMAND_OPTIONS, {NULL, 0, NULL, 0}};

struct show {
	struct print print;
	struct weave *weave;
	bool no_pager, json;
};

/* `12-40`, `12-`, `-40`, `12`: lines of the file, from 1. */
static void
set_lines(struct wanted *w, const char *range)
{
	const char *dash = strchr(range, '-');
	char first[24];
	size_t n = dash != NULL ? (size_t)(dash - range) : strlen(range);
	const char *last = dash != NULL ? dash + 1 : range, *wrong = NULL;

	w->first = 1;
	w->last = 0;
	if (n < sizeof first) {
		memcpy(first, range, n);
		first[n] = '\0';
		if (n > 0)
			wrong = num_parse(first, 1, UINT64_MAX, &w->first);
		if (wrong == NULL && last[0] != '\0')
			wrong = num_parse(last, 1, UINT64_MAX, &w->last);
	}
	if (n >= sizeof first || wrong != NULL || (n == 0 && last[0] == '\0') ||
	    (w->last > 0 && w->last < w->first))
		command_usage(&cmd_show, "--lines is FROM-TO, not '%s'", range);
}

static void
set_option(struct teelog *t, struct show *sh, int c)
{
	switch (c) {
	case 'l':
		set_lines(&sh->print.wanted, optarg);
		break;
	case OPT_WITH:
		weave_add(sh->weave, optarg);
		break;
	case OPT_NO_PAGER:
		sh->no_pager = true;
		break;
	case OPT_JSON:
		sh->json = true;
		break;
	default:
		if (!print_option(&sh->print, &cmd_show, c))
			command_option(t, &cmd_show, c);
	}
}

static void
show_sessions(struct teelog *t, struct show *sh, struct sessions *ss)
{
	struct session *s;
	struct event ev;
	bool first = true;

	while (t->out.error == 0 && (s = sessions_next(ss)) != NULL) {
		if (!first)
			out_char(&t->out, '\n');
		first = false;
		print_begin(&sh->print, s);
		weave_begin(sh->weave, ss, s);
		while (t->out.error == 0 && weave_next(sh->weave, &ev) &&
		    print_event(&sh->print, &ev))
			continue;
		print_end(&sh->print);
	}
}

static void
show_json(struct teelog *t, struct show *sh, struct sessions *ss)
{
	struct exporting x = {
	    .out = &t->out, .sessions = ss, .wanted = sh->print.wanted};
	const struct export *ex = export_find("json");
	struct session *s;

	if (ex->begin != NULL)
		ex->begin(&x);
	while ((s = sessions_next(ss)) != NULL)
		ex->session(&x, s);
}

static int
run(struct teelog *t, int argc, char **argv)
{
	struct show sh = {.print.style = style_nth(0), .weave = weave_open()};
	struct sessions *ss;
	struct pager *pager = NULL;
	int c, status;

	while ((c = getopt_long(argc, argv, "s:", options, NULL)) != -1)
		set_option(t, &sh, c);
	print_to(&sh.print, &t->out);
	if (sh.json && weave_has_files(sh.weave))
		command_usage(&cmd_show, "--json takes no --with");
	ss = sessions_open(t, argc - optind, argv + optind);
	if (!sh.json && !sh.no_pager)
		pager = pager_open(&t->out);
	if (sh.json)
		show_json(t, &sh, ss);
	else
		show_sessions(t, &sh, ss);
	pager_close(&pager);
	out_flush(&t->out);
	status = weave_close(&sh.weave);
	c = sessions_close(&ss);
	return c != 0 ? c : status;
}

const struct command cmd_show = {
    .name = "show",
    .args = "[--style STYLE] [--decode] [--times none|start|delta|clock]\n"
	    "\t[--dir S|R|E] [--lines FROM-TO] [--with FILE] [--color WHEN]\n"
	    "\t[--no-pager] [--json] [session ...]",
    .about = "print sessions for a person to read",
    .run = run,
};
