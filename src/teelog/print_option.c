/* print_option.c - options of the commands that print sessions */
#include "print_option.h"

#include "../base/str.h"

#include <string.h>
#include <unistd.h>

static void
set_style(struct print *p, const struct command *c, const char *name)
{
	const struct style *st = style_find(name);
	char names[128];
	struct str s;

	p->style = st;
	if (st != NULL)
		return;
	str_init(&s, names, sizeof names);
	for (size_t i = 0; (st = style_nth(i)) != NULL; i++)
		str_fmt(&s, "%s%s", i > 0 ? ", " : "", style_name(st));
	command_usage(c, "no style '%s'; there are %s", name, names);
}

static void
set_times(struct print *p, const struct command *c, const char *name)
{
	static const char *const names[] = {
	    "none", "start", "delta", "clock", NULL};

	for (int i = 0; names[i] != NULL; i++)
		if (strcmp(name, names[i]) == 0) {
			p->times = (enum print_times)(TIMES_NONE + i);
			return;
		}
	command_usage(
	    c, "--times is none, start, delta or clock, not '%s'", name);
}

static void
set_dirs(struct print *p, const struct command *c, const char *dirs)
{
	if (dirs[0] == '\0' || dirs[strspn(dirs, "SRE")] != '\0')
		command_usage(
		    c, "--dir is S, R or E (or some of them), not '%s'", dirs);
	p->wanted.dirs = dirs;
}

static void
set_colour(struct print *p, const struct command *c, const char *when)
{
	if (!term_colour_when(when != NULL ? when : "always", &p->when))
		command_usage(
		    c, "--color is auto, always or never, not '%s'", when);
}

bool
print_option(struct print *p, const struct command *c, int option)
{
	switch (option) {
	case 's':
		set_style(p, c, optarg);
		return true;
	case 'x':
		p->decode = true;
		return true;
	case 't':
		set_times(p, c, optarg);
		return true;
	case 'D':
		set_dirs(p, c, optarg);
		return true;
	case 'C':
		set_colour(p, c, optarg);
		return true;
	default:
		return false;
	}
}

void
print_to(struct print *p, struct out *o)
{
	p->paint.out = o;
	p->paint.colour = term_colours(o->fd, p->when);
	p->pretty = isatty(o->fd) || p->times != TIMES_STYLE;
}
