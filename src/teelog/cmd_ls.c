/* cmd_ls.c - a line for each session */
#include "catalog.h"
#include "command.h"
#include "digest.h"
#include "mem.h"
#include "net.h"
#include "tell.h"
#include "term.h"
#include "when.h"

#include <errno.h>
#include <fnmatch.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

extern const struct command cmd_ls;

enum { OPT_JSON = 256, OPT_COLOR };

static const struct option options[] = {
    {"service", required_argument, NULL, 'n'},
    {"client", required_argument, NULL, 'c'},
    {"user", required_argument, NULL, 'u'},
    {"since", required_argument, NULL, 's'},
    {"until", required_argument, NULL, 'e'},
    {"result", required_argument, NULL, 'r'},
    {"json", no_argument, NULL, OPT_JSON},
    {"color", optional_argument, NULL, OPT_COLOR}, COMMAND_OPTIONS,
    {NULL, 0, NULL, 0}};

struct list {
	struct out *out;
	bool json, colour, screen;
	enum colour_when when;
	/* What is wanted; unset is everything. */
	const char *service, *user;
	bool by_client, by_result;
	struct net client;
	int64_t since, until;
	enum result result;
	/* What was found. */
	struct digest *found;
	size_t n, room;
};

/* ---- options ---------------------------------------------------------- */

static int64_t
read_when(const char *option, const char *text)
{
	int64_t us = when_read(text);

	if (us == TIME_NONE)
		command_usage(&cmd_ls,
		    "--%s is a date, a time or 2h (ago), not '%s'", option,
		    text);
	return us;
}

static void
set_option(struct teelog *t, struct list *l, int c)
{
	switch (c) {
	case 'n':
		l->service = optarg;
		break;
	case 'c':
		if (!net_read(optarg, &l->client))
			command_usage(&cmd_ls,
			    "--client is an address, ADDRESS:PORT, "
			    "[ADDRESS]:PORT or ADDRESS/BITS, not '%s'",
			    optarg);
		l->by_client = true;
		break;
	case 'u':
		l->user = optarg;
		break;
	case 's':
		l->since = read_when("since", optarg);
		break;
	case 'e':
		l->until = read_when("until", optarg);
		break;
	case 'r':
		if (!result_find(optarg, &l->result))
			command_usage(&cmd_ls,
			    "--result is ok, auth failed, "
			    "refused, broken or open, not '%s'",
			    optarg);
		l->by_result = true;
		break;
	case OPT_JSON:
		l->json = true;
		break;
	case OPT_COLOR:
		if (!term_colour_when(
			optarg != NULL ? optarg : "always", &l->when))
			command_usage(&cmd_ls,
			    "--color is auto, always or never, not '%s'",
			    optarg);
		break;
	default:
		command_option(t, &cmd_ls, c);
	}
}

/* ---- finding ---------------------------------------------------------- */

static bool
is_wanted(const struct list *l, const struct digest *d)
{
	const struct session *s = &d->head;

	if (l->service != NULL &&
	    (s->service == NULL || strcmp(l->service, s->service) != 0))
		return false;
	if (l->by_client &&
	    (s->client == NULL || !net_has(&l->client, s->client)))
		return false;
	if (l->user != NULL &&
	    (d->user == NULL || fnmatch(l->user, d->user, 0) != 0))
		return false;
	if ((l->since != TIME_NONE || l->until != TIME_NONE) &&
	    s->start_us == TIME_NONE)
		return false;
	if (l->since != TIME_NONE && s->start_us < l->since)
		return false;
	if (l->until != TIME_NONE && s->start_us > l->until)
		return false;
	return !l->by_result || d->result == l->result;
}

/* The digest is the list's, or freed. */
static void
add(struct list *l, struct digest *d)
{
	if (!is_wanted(l, d)) {
		digest_free(d);
		return;
	}
	if (l->n == l->room) {
		l->room = l->room > 0 ? l->room * 2 : 64;
		l->found = mem_array(l->found, l->room, sizeof *d);
	}
	l->found[l->n++] = *d;
}

static int
find_operands(struct teelog *t, struct list *l, int n, char **operands)
{
	struct sessions *ss = sessions_open(t, n, operands);
	struct digesting *dg;
	struct session *s;
	struct digest d;
	struct event ev;

	while ((s = sessions_next(ss)) != NULL) {
		dg = digest_begin(s);
		while (session_next(ss, &ev))
			digest_event(dg, &ev);
		digest_end(&dg, &d);
		add(l, &d);
	}
	return sessions_close(&ss);
}

/* The oldest first, as the catalog has them, but to the microsecond. */
static int
by_start(const void *va, const void *vb)
{
	const struct digest *a = va, *b = vb;

	if (a->head.start_us != b->head.start_us)
		return a->head.start_us < b->head.start_us ? -1 : 1;
	return strcmp(a->head.id, b->head.id);
}

static int
find_all(struct teelog *t, struct list *l)
{
	struct catalog c;
	struct digest d;

	if (!catalog_read(&c, t->dir, l->service)) {
		if (errno == ENOENT)
			tell_error("no session in %s", t->dir);
		else
			tell_error("%s: %s", t->dir, strerror(errno));
		return EX_NOINPUT;
	}
	for (size_t i = 0; i < c.n; i++) {
		const struct catalog_entry *e = &c.entries[i];
		char *first = catalog_path(&c, e, e->first);
		char *last = catalog_path(&c, e, e->last);

		if (digest_files(first, last, &d))
			add(l, &d);
		else if (access(first, R_OK) < 0 && errno != ENOENT)
			tell_error("%s: %s", first, strerror(errno));
		free(first);
		free(last);
	}
	catalog_free(&c);
	if (l->n > 0)
		qsort(l->found, l->n, sizeof *l->found, by_start);
	return EX_OK;
}

/* ---- printing --------------------------------------------------------- */

enum {
	COL_ID,
	COL_START,
	COL_TIME,
	COL_CLIENT,
	COL_USER,
	COL_RESULT,
	COL_MESSAGES,
	COL_S,
	COL_R,
	COLUMNS
};

static const struct {
	const char *title;
	bool right;
	size_t least; /* on a narrow screen it is cut down to this; 0: not */
} columns[COLUMNS] = {{"ID", false, 0}, {"START", false, 0}, {"TIME", true, 0},
    {"CLIENT", false, 9}, {"USER", false, 8}, {"RESULT", false, 0},
    {"MSGS", true, 0}, {"SENT", true, 0}, {"RCVD", true, 0}};

static void
number_cell(char *to, size_t size, uint64_t n)
{
	if (n == NUMBER_NONE)
		snprintf(to, size, "-");
	else
		snprintf(to, size, "%" PRIu64, n);
}

#define CELL 300

static void
make_cells(const struct digest *d, char cells[COLUMNS][CELL])
{
	const struct session *s = &d->head;
	char date[32];
	const char *start = when_local(date, sizeof date, s->start_us);

	snprintf(cells[COL_ID], CELL, "%s", s->id);
	snprintf(cells[COL_START], CELL, "%s", start != NULL ? start : "-");
	when_duration(cells[COL_TIME], CELL, d->duration_us);
	snprintf(
	    cells[COL_CLIENT], CELL, "%s", s->client != NULL ? s->client : "-");
	snprintf(cells[COL_USER], CELL, "%s", d->user != NULL ? d->user : "-");
	snprintf(cells[COL_RESULT], CELL, "%s", result_name(d->result));
	number_cell(cells[COL_MESSAGES], CELL, d->messages);
	number_cell(cells[COL_S], CELL, d->bytes[DIR_S]);
	number_cell(cells[COL_R], CELL, d->bytes[DIR_R]);
}

static enum colour
result_colour(enum result r)
{
	if (r == RESULT_OK)
		return COLOUR_GOOD;
	return r == RESULT_OPEN ? COLOUR_ODD : COLOUR_BAD;
}

static void
put_row(struct list *l, char cells[COLUMNS][CELL], const size_t *widths,
    enum colour result)
{
	const char *gap = "";

	for (int i = 0; i < COLUMNS; i++) {
		size_t w = term_width(cells[i], strlen(cells[i]));

		if (widths[i] == 0)
			continue;
		out_text(l->out, gap);
		gap = "  ";
		if (columns[i].right && w < widths[i])
			out_fmt(l->out, "%*s", (int)(widths[i] - w), "");
		if (l->colour && i == COL_RESULT)
			out_text(l->out, term_colour(result));
		term_cell(l->out, cells[i],
		    columns[i].right && w < widths[i] ? w : widths[i]);
		if (l->colour && i == COL_RESULT)
			out_text(l->out, term_colour(COLOUR_NONE));
	}
	out_char(l->out, '\n');
}

/* What a row takes; the least of it, if columns are cut down. */
static size_t
row_width(const size_t *widths, bool least)
{
	size_t sum = 0, w;

	for (int i = 0; i < COLUMNS; i++) {
		w = widths[i];
		if (least && columns[i].least > 0 && w > columns[i].least)
			w = columns[i].least;
		if (w > 0)
			sum += w + (sum > 0 ? 2 : 0);
	}
	return sum;
}

/*
 * For a row that is too wide for the screen columns are left out, first the start,
 * which the id tells, too (in UTC), until it can be made to fit by cutting down
 * those that may be.
 */
static void
fit(size_t *widths, size_t screen)
{
	static const int order[] = {COL_START, COL_S, COL_R, COL_MESSAGES,
	    COL_TIME, COL_USER, COL_CLIENT};
	const int *drop = order, *end = order + sizeof order / sizeof *order;
	size_t sum, cut;

	while (drop < end && row_width(widths, true) > screen)
		widths[*drop++] = 0;
	sum = row_width(widths, false);
	for (int i = 0; i < COLUMNS && sum > screen; i++) {
		if (columns[i].least == 0 || widths[i] <= columns[i].least)
			continue;
		cut = widths[i] - columns[i].least;
		if (cut > sum - screen)
			cut = sum - screen;
		widths[i] -= cut;
		sum -= cut;
	}
}

static void
put_table(struct list *l)
{
	char cells[COLUMNS][CELL];
	size_t widths[COLUMNS] = {0}, w;

	for (int i = 0; i < COLUMNS && l->screen; i++)
		widths[i] = strlen(columns[i].title);
	for (size_t k = 0; k < l->n; k++) {
		make_cells(&l->found[k], cells);
		for (int i = 0; i < COLUMNS; i++) {
			w = term_width(cells[i], strlen(cells[i]));
			if (w > widths[i])
				widths[i] = w;
		}
	}
	if (l->screen)
		fit(widths, (size_t)term_columns());
	for (int i = 0; i < COLUMNS && l->screen; i++)
		snprintf(cells[i], CELL, "%s", columns[i].title);
	if (l->screen && l->n > 0)
		put_row(l, cells, widths, COLOUR_NONE);
	for (size_t k = 0; k < l->n; k++) {
		make_cells(&l->found[k], cells);
		put_row(l, cells, widths, result_colour(l->found[k].result));
	}
}

static int
run(struct teelog *t, int argc, char **argv)
{
	struct list l = {.out = &t->out,
	    .when = COLOUR_AUTO,
	    .since = TIME_NONE,
	    .until = TIME_NONE};
	struct pager *pager = NULL;
	int c, status;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1)
		set_option(t, &l, c);
	l.screen = isatty(STDOUT_FILENO);
	l.colour = term_colours(STDOUT_FILENO, l.when);
	if (optind < argc)
		status = find_operands(t, &l, argc - optind, argv + optind);
	else
		status = find_all(t, &l);
	if (!l.json) {
		pager = pager_open(&t->out);
		put_table(&l);
	}
	for (size_t i = 0; i < l.n; i++) {
		if (l.json)
			digest_json(&t->out, &l.found[i]);
		digest_free(&l.found[i]);
	}
	free(l.found);
	pager_close(&pager);
	return status;
}

const struct command cmd_ls = {
    .name = "ls",
    .args = "[--service NAME] [--client ADDRESS[:PORT|/BITS]]\n"
	    "\t[--user PATTERN] [--since TIME] [--until TIME]\n"
	    "\t[--result RESULT] [--json] [--color WHEN] [session ...]",
    .about = "list sessions, a line each",
    .run = run,
};
