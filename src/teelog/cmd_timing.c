/* cmd_timing.c - where the time of a session went */
#include "command.h"
#include "heading.h"
#include "json.h"
#include "mem.h"
#include "paint.h"
#include "timing.h"
#include "when.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

extern const struct command cmd_timing;

enum { OPT_JSON = 256, OPT_TOTAL, OPT_COLOR, OPT_NO_PAGER };

static const struct option options[] = {{"json", no_argument, NULL, OPT_JSON},
    {"total", no_argument, NULL, OPT_TOTAL},
    {"color", optional_argument, NULL, OPT_COLOR},
    {"no-pager", no_argument, NULL, OPT_NO_PAGER}, COMMAND_OPTIONS,
    {NULL, 0, NULL, 0}};

struct timer {
	struct paint paint;
	enum colour_when when;
	bool json, total, no_pager;
	size_t columns;
};

/* ---- the table -------------------------------------------------------- */

enum {
	COL_COMMAND,
	COL_COUNT,
	COL_D_MIN,
	COL_D_MEDIAN,
	COL_D_P90,
	COL_D_MAX,
	COL_C_MEDIAN,
	COL_C_MAX,
	COL_S,
	COL_R,
	COLUMNS
};

/* Of a narrow screen the columns with the highest rank are left out first. */
static const struct {
	const char *of,
	    *title; /* the first that is shown of a group tells it */
	enum colour colour;
	int rank;
} columns[COLUMNS] = {{"", "COMMAND", COLOUR_NONE, 0},
    {"", "COUNT", COLOUR_NONE, 1}, {"DAEMON", "min", COLOUR_DAEMON, 8},
    {"DAEMON", "median", COLOUR_DAEMON, 0}, {"DAEMON", "p90", COLOUR_DAEMON, 7},
    {"DAEMON", "max", COLOUR_DAEMON, 2}, {"CLIENT", "median", COLOUR_CLIENT, 3},
    {"CLIENT", "max", COLOUR_CLIENT, 5}, {"", "SENT", COLOUR_NONE, 4},
    {"", "RCVD", COLOUR_NONE, 6}};

#define CELL 64

/* Short, and to three digits: 85us, 1.25ms, 81.2ms; longer ones as elsewhere. */
static void
time_cell(char *to, int64_t us)
{
	if (us == TIME_NONE)
		snprintf(to, CELL, "-");
	else if (us < 1000)
		snprintf(to, CELL, "%dus", (int)us);
	else if (us < 10000)
		snprintf(to, CELL, "%.2fms", (double)us / 1000);
	else if (us < 1000000)
		snprintf(to, CELL, "%.1fms", (double)us / 1000);
	else
		when_duration(to, CELL, us);
}

static void
make_cells(const struct timing_row *row, char cells[COLUMNS][CELL])
{
	snprintf(cells[COL_COMMAND], CELL, "%s", row->name);
	snprintf(cells[COL_COUNT], CELL, "%" PRIu64, row->count);
	time_cell(cells[COL_D_MIN], samples_at(&row->daemon, 0));
	time_cell(cells[COL_D_MEDIAN], samples_at(&row->daemon, 50));
	time_cell(cells[COL_D_P90], samples_at(&row->daemon, 90));
	time_cell(cells[COL_D_MAX], samples_at(&row->daemon, 100));
	time_cell(cells[COL_C_MEDIAN], samples_at(&row->client, 50));
	time_cell(cells[COL_C_MAX], samples_at(&row->client, 100));
	snprintf(cells[COL_S], CELL, "%" PRIu64, row->bytes[DIR_S]);
	snprintf(cells[COL_R], CELL, "%" PRIu64, row->bytes[DIR_R]);
}

/* The first column from the left, the others from the right. */
static void
put_cells(struct timer *tm, char cells[COLUMNS][CELL], const size_t *widths,
    bool title)
{
	for (int i = 0; i < COLUMNS; i++) {
		if (widths[i] == 0)
			continue;
		if (title)
			paint_colour(&tm->paint, columns[i].colour);
		if (i == COL_COMMAND)
			term_cell(tm->paint.out, cells[i], widths[i]);
		else
			out_fmt(
			    tm->paint.out, "  %*s", (int)widths[i], cells[i]);
		if (title)
			paint_colour(&tm->paint, COLOUR_NONE);
	}
	out_char(tm->paint.out, '\n');
}

/* Leave columns out until the rest fits; then cut the names. */
static void
fit(const struct timer *tm, size_t *widths)
{
	size_t sum = 0;
	int worst;

	for (;;) {
		sum = widths[COL_COMMAND];
		worst = 0;
		for (int i = 1; i < COLUMNS; i++) {
			sum += widths[i] > 0 ? widths[i] + 2 : 0;
			if (widths[i] > 0 &&
			    columns[i].rank > columns[worst].rank)
				worst = i;
		}
		if (sum <= tm->columns || worst == 0)
			break;
		widths[worst] = 0;
	}
	if (sum > tm->columns && widths[COL_COMMAND] > 8)
		widths[COL_COMMAND] = 8;
}

/* Two lines: whose times they are, and which. */
static void
put_titles(struct timer *tm, const size_t *widths)
{
	char cells[COLUMNS][CELL];
	const char *of = "";

	for (int i = 0; i < COLUMNS; i++) {
		snprintf(cells[i], CELL, "%s",
		    strcmp(of, columns[i].of) != 0 ? columns[i].of : "");
		if (widths[i] > 0)
			of = columns[i].of;
	}
	put_cells(tm, cells, widths, true);
	for (int i = 0; i < COLUMNS; i++)
		snprintf(cells[i], CELL, "%s", columns[i].title);
	put_cells(tm, cells, widths, true);
}

static bool
is_empty(const struct timing_row *row)
{
	return row->count == 0 && row->bytes[DIR_S] + row->bytes[DIR_R] == 0;
}

static void
put_table(struct timer *tm, const struct timing *t)
{
	char cells[COLUMNS][CELL];
	size_t widths[COLUMNS], n;

	for (int i = 0; i < COLUMNS; i++)
		widths[i] = columns[i].of[0] != '\0' ? sizeof "DAEMON" :
						       strlen(columns[i].title);
	for (size_t k = 0; k < t->nrows; k++) {
		make_cells(&t->rows[k], cells);
		for (int i = 0; i < COLUMNS; i++)
			if ((n = strlen(cells[i])) > widths[i])
				widths[i] = n;
	}
	fit(tm, widths);
	put_titles(tm, widths);
	for (size_t k = 0; k < t->nrows; k++) {
		if (is_empty(&t->rows[k]))
			continue;
		make_cells(&t->rows[k], cells);
		put_cells(tm, cells, widths, false);
	}
}

/* ---- the chart -------------------------------------------------------- */

#define FRONT 16 /* columns of a bar's name */
#define TIME 8 /* and of its time */

static void
put_blocks(struct timer *tm, enum colour c, const char *block, size_t n)
{
	if (n == 0)
		return;
	paint_colour(&tm->paint, c);
	while (n-- > 0)
		out_text(tm->paint.out, block);
	paint_colour(&tm->paint, COLOUR_NONE);
}

/* Columns for so much of `most`; something is never nothing. */
static size_t
length_of(const struct timer *tm, int64_t us, int64_t most)
{
	size_t room = tm->columns > FRONT + TIME + 12 ?
	    tm->columns - FRONT - TIME - 2 :
	    10;
	size_t n;

	if (us <= 0 || most <= 0)
		return 0;
	if (us >= most)
		return room;
	n = (size_t)((double)us * (double)room / (double)most + 0.5);
	return n > 0 ? n : 1;
}

static void
put_bar(struct timer *tm, const char *name, int64_t daemon, int64_t client,
    int64_t most)
{
	char cell[CELL];
	size_t all, first;

	term_cell(tm->paint.out, name, FRONT);
	time_cell(cell, daemon + client);
	out_fmt(
	    tm->paint.out, "%*s%s", TIME, cell, daemon + client > 0 ? " " : "");
	all = length_of(tm, daemon + client, most);
	first = length_of(tm, daemon, most);
	if (all == 1)
		first = daemon >= client;
	else if (first == all && client > 0)
		first--;
	put_blocks(tm, COLOUR_DAEMON, "█", first);
	put_blocks(tm, COLOUR_CLIENT, "░", all - first);
	out_char(tm->paint.out, '\n');
}

static int64_t
row_us(const struct timing_row *row)
{
	return row->daemon.sum_us + row->client.sum_us;
}

static int
by_time(const void *va, const void *vb)
{
	const struct timing_row *const *a = va, *const *b = vb;
	int64_t x = row_us(*a), y = row_us(*b);

	if (x != y)
		return x > y ? -1 : 1;
	return strcmp((*a)->name, (*b)->name);
}

/* Whose the time was, all in all. */
static void
put_shares(struct timer *tm, const struct timing *t)
{
	char all[CELL];

	time_cell(all, t->total_us);
	out_fmt(tm->paint.out, "\nWhere %s went\n", all);
	put_bar(tm, "daemon", t->daemon_us, 0, t->total_us);
	put_bar(tm, "client", 0, t->client_us, t->total_us);
	put_bar(tm, "flow of data", t->flow_us, 0, t->total_us);
	if (t->idle_us > 0)
		put_bar(tm, "waiting (IDLE)", t->idle_us, 0, t->total_us);
}

static void
put_chart(struct timer *tm, const struct timing *t)
{
	const struct timing_row **rows =
	    mem_array(NULL, t->nrows, sizeof *rows);
	size_t n = 0;

	for (size_t i = 0; i < t->nrows; i++)
		if (row_us(&t->rows[i]) > 0)
			rows[n++] = &t->rows[i];
	if (n > 1)
		qsort(rows, n, sizeof *rows, by_time);
	out_text(tm->paint.out, "\nBy command: ");
	put_blocks(tm, COLOUR_DAEMON, "█", 1);
	out_text(tm->paint.out, " daemon, ");
	put_blocks(tm, COLOUR_CLIENT, "░", 1);
	out_text(tm->paint.out, " client\n");
	for (size_t i = 0; i < n; i++)
		put_bar(tm, rows[i]->name, rows[i]->daemon.sum_us,
		    rows[i]->client.sum_us, row_us(rows[0]));
	free(rows);
}

static void
put_timing(struct timer *tm, const struct timing *t)
{
	put_table(tm, t);
	if (t->total_us == TIME_NONE) {
		out_text(tm->paint.out, "\nThis log tells no times.\n");
		return;
	}
	if (t->unmeasured > 0)
		out_fmt(tm->paint.out,
		    "\n%" PRIu64 " not measured: they were "
		    "not alone, or not answered\n",
		    t->unmeasured);
	put_shares(tm, t);
	put_chart(tm, t);
}

/* ---- JSON ------------------------------------------------------------- */

static void
put_samples(struct out *o, const char *key, const struct samples *s)
{
	json_key(o, key);
	OUT_LITERAL(o, "{\"measured\":");
	out_number(o, s->n);
	json_seconds(o, "min", samples_at(s, 0));
	json_seconds(o, "median", samples_at(s, 50));
	json_seconds(o, "p90", samples_at(s, 90));
	json_seconds(o, "max", samples_at(s, 100));
	json_seconds(o, "sum", s->sum_us);
	out_char(o, '}');
}

/* s is NULL for the total of several sessions. */
static void
put_json(struct out *o, const struct timing *t, const struct session *s)
{
	bool first = true;

	OUT_LITERAL(o, "{\"type\":\"timing\"");
	json_pair(o, "session", s != NULL ? s->id : NULL);
	json_seconds(o, "duration", t->total_us);
	json_seconds(o, "daemon", t->daemon_us);
	json_seconds(o, "client", t->client_us);
	json_seconds(o, "flow", t->flow_us);
	json_seconds(o, "idle", t->idle_us);
	json_number(o, "unmeasured", t->unmeasured);
	json_key(o, "commands");
	out_char(o, '[');
	for (size_t i = 0; i < t->nrows; i++) {
		const struct timing_row *row = &t->rows[i];

		if (is_empty(row))
			continue;
		if (!first)
			out_char(o, ',');
		first = false;
		OUT_LITERAL(o, "{\"command\":");
		json_text(o, row->name, strlen(row->name));
		json_number(o, "count", row->count);
		put_samples(o, "daemon", &row->daemon);
		put_samples(o, "client", &row->client);
		json_number(o, "sent", row->bytes[DIR_S]);
		json_number(o, "received", row->bytes[DIR_R]);
		out_char(o, '}');
	}
	OUT_LITERAL(o, "]}\n");
}

/* ---- sessions --------------------------------------------------------- */

static void
put(struct timer *tm, struct timing *t, const struct session *s)
{
	timing_sort(t);
	if (tm->json)
		put_json(tm->paint.out, t, s);
	else
		put_timing(tm, t);
}

static void
time_sessions(struct timer *tm, struct sessions *ss)
{
	struct timing t;
	struct session *s;
	struct event ev;
	size_t n = 0;

	timing_init(&t);
	while (tm->paint.out->error == 0 && (s = sessions_next(ss)) != NULL) {
		if (!tm->json && n++ > 0 && !tm->total)
			out_char(tm->paint.out, '\n');
		if (!tm->json)
			heading_short(&tm->paint, s, true);
		timing_begin(&t, s);
		while (session_next(ss, &ev))
			timing_event(&t, &ev);
		timing_end(&t);
		if (tm->total)
			continue;
		if (!tm->json)
			out_char(tm->paint.out, '\n');
		put(tm, &t, s);
		timing_free(&t);
	}
	if (tm->total) {
		if (!tm->json)
			out_char(tm->paint.out, '\n');
		put(tm, &t, NULL);
	}
	timing_free(&t);
}

static void
set_option(struct teelog *t, struct timer *tm, int c)
{
	switch (c) {
	case OPT_JSON:
		tm->json = true;
		break;
	case OPT_TOTAL:
		tm->total = true;
		break;
	case OPT_COLOR:
		if (!term_colour_when(
			optarg != NULL ? optarg : "always", &tm->when))
			command_usage(&cmd_timing,
			    "--color is auto, always or never, not '%s'",
			    optarg);
		break;
	case OPT_NO_PAGER:
		tm->no_pager = true;
		break;
	default:
		command_option(t, &cmd_timing, c);
	}
}

static int
run(struct teelog *t, int argc, char **argv)
{
	struct timer tm = {.paint = {.out = &t->out, .escapes = true}};
	struct pager *pager = NULL;
	struct sessions *ss;
	int c;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1)
		set_option(t, &tm, c);
	tm.paint.colour = term_colours(t->out.fd, tm.when);
	tm.columns = (size_t)term_columns();
	ss = sessions_open(t, argc - optind, argv + optind);
	if (!tm.json && !tm.no_pager)
		pager = pager_open(&t->out);
	time_sessions(&tm, ss);
	pager_close(&pager);
	out_flush(&t->out);
	return sessions_close(&ss);
}

const struct command cmd_timing = {
    .name = "timing",
    .args = "[--total] [--color WHEN] [--no-pager] [--json] [session ...]",
    .about = "tell where the time of a session went",
    .run = run,
};
