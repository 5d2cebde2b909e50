/* cmd_diff.c - two dialogues, command by command */
#include "align.h"
#include "buf.h"
#include "command.h"
#include "dialogue.h"
#include "heading.h"
#include "mem.h"
#include "paint.h"
#include "tell.h"

#include "../base/num.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

extern const struct command cmd_diff;

enum { OPT_STRICT = 256, OPT_CONTEXT, OPT_COLOR, OPT_NO_PAGER };

static const struct option options[] = {
    {"strict", no_argument, NULL, OPT_STRICT},
    {"context", required_argument, NULL, OPT_CONTEXT},
    {"color", optional_argument, NULL, OPT_COLOR},
    {"no-pager", no_argument, NULL, OPT_NO_PAGER}, COMMAND_OPTIONS,
    {NULL, 0, NULL, 0}};

#define SHOWN 5 /* lines of a message that are not left out */

struct differ {
	struct paint paint;
	enum colour_when when;
	bool strict, no_pager;
	uint64_t context; /* commands around a difference that are shown */
	struct dialogue side[2];
	struct buf heading[2]; /* printed in front of the first difference */
	bool different;
	size_t quiet; /* commands that were the same since the last one */
};

/* ---- lines ------------------------------------------------------------ */

/* A line that will be printed, and its place among those of both directions. */
struct item {
	char mark; /* blank: both; -: the first's; +: the second's */
	const struct dialogue_line *line;
	uint64_t at;
};

struct items {
	struct item *list;
	size_t n, room;
};

static void
add_item(struct items *t, char mark, const struct dialogue_line *l)
{
	if (t->n == t->room) {
		t->room = t->room > 0 ? t->room * 2 : 16;
		t->list = mem_array(t->list, t->room, sizeof *t->list);
	}
	t->list[t->n].mark = mark;
	t->list[t->n++].line = l;
}

struct two_turns {
	const struct turn *a, *b;
	enum dir d;
};

static bool
same_line(void *arg, size_t i, size_t k)
{
	const struct two_turns *t = arg;

	return dialogue_same_line(&t->a->lines[t->d][i], &t->b->lines[t->d][k]);
}

/* What one side said in two turns: the same, or line by line what is not. */
static void
add_direction(
    struct items *t, const struct turn *a, const struct turn *b, enum dir d)
{
	struct two_turns two = {a, b, d};
	size_t *match, k = 0;

	if (dialogue_same_lines(a, b, d)) {
		for (size_t i = 0; i < a->n[d]; i++)
			add_item(t, ' ', &a->lines[d][i]);
		return;
	}
	match = mem_array(NULL, a->n[d] + 1, sizeof *match);
	align(a->n[d], b->n[d], same_line, &two, match);
	match[a->n[d]] = b->n[d];
	for (size_t i = 0; i <= a->n[d]; i++) {
		if (match[i] == ALIGN_NONE) {
			add_item(t, '-', &a->lines[d][i]);
			continue;
		}
		while (k < match[i])
			add_item(t, '+', &b->lines[d][k++]);
		if (i < a->n[d])
			add_item(t, ' ', &a->lines[d][i]);
		k++;
	}
	free(match);
}

/*
 * Where each line stands: by its number, in the first file; the second's next to
 * what is around them.
 */
static void
set_places(struct items *t, char own)
{
	uint64_t at = UINT64_MAX;

	for (size_t i = t->n; i-- > 0;) {
		struct item *x = &t->list[i];

		if (x->mark == ' ' || x->mark == own)
			at = x->line->number;
		x->at = at;
	}
	at = 0;
	for (size_t i = 0; i < t->n; i++) {
		if (t->list[i].at == UINT64_MAX && at > 0)
			t->list[i].at = at;
		at = t->list[i].at;
	}
}

static void
put_line(struct differ *df, char mark, const struct dialogue_line *l)
{
	enum colour c = mark == '-' ? COLOUR_BAD :
	    mark == '+'		    ? COLOUR_GOOD :
				      COLOUR_NONE;

	if (c != COLOUR_NONE)
		paint_colour(&df->paint, c);
	out_char(df->paint.out, mark);
	out_char(df->paint.out, ' ');
	out_char(df->paint.out, dir_letter(l->dir));
	out_char(df->paint.out, ' ');
	paint_said(&df->paint, c, l->text, l->len);
	if (l->omitted)
		out_text(df->paint.out, "[not in this log]");
	paint_colour(&df->paint, COLOUR_NONE);
	out_char(df->paint.out, '\n');
}

static void
put_left_out(struct differ *df, const struct item *x, size_t n)
{
	if (n == 0)
		return;
	paint_colour(&df->paint, COLOUR_NOTE);
	out_fmt(df->paint.out, "%c %c [%zu line%s]\n", x->mark,
	    dir_letter(x->line->dir), n, n == 1 ? "" : "s");
	paint_colour(&df->paint, COLOUR_NONE);
}

/* All lines in their order; of a message that both have, none. */
static void
put_items(struct differ *df, const struct items *s, const struct items *r)
{
	const struct item *last = NULL, *x;
	size_t i = 0, k = 0, content = 0, left_out = 0;

	while (i < s->n || k < r->n) {
		x = k == r->n || (i < s->n && s->list[i].at <= r->list[k].at) ?
		    &s->list[i++] :
		    &r->list[k++];
		if (last == NULL || !x->line->content ||
		    last->mark != x->mark || last->line->dir != x->line->dir) {
			put_left_out(df, last, left_out);
			content = left_out = 0;
		}
		last = x;
		content += x->line->content;
		if (content > (x->mark == ' ' ? 0 : SHOWN))
			left_out++;
		else
			put_line(df, x->mark, x->line);
	}
	put_left_out(df, last, left_out);
}

/* ---- turns ------------------------------------------------------------ */

static uint64_t
number_of(const struct turn *t)
{
	for (int d = 0; d < 2; d++)
		if (t != NULL && t->n[d] > 0)
			return t->lines[d][0].number;
	return 0;
}

/* Before the first difference: whose sessions these are. */
static void
put_headings(struct differ *df)
{
	for (int i = 0; i < 2 && !df->different; i++) {
		paint_colour(&df->paint, COLOUR_NOTE);
		out_text(df->paint.out, i == 0 ? "--- " : "+++ ");
		out_bytes(df->paint.out, df->heading[i].p, df->heading[i].len);
		paint_colour(&df->paint, COLOUR_NONE);
		out_char(df->paint.out, '\n');
	}
	df->different = true;
}

/* Where the next lines are: in both files. */
static void
put_place(struct differ *df, const struct turn *a, const struct turn *b)
{
	uint64_t x = number_of(a), y = number_of(b);

	paint_colour(&df->paint, COLOUR_DECODED);
	out_text(df->paint.out, "@@ ");
	if (x > 0)
		out_fmt(df->paint.out, "line %" PRIu64, x);
	out_text(df->paint.out, x > 0 && y > 0 ? ", " : "");
	if (y > 0)
		out_fmt(df->paint.out, "%sline %" PRIu64, x > 0 ? "" : "+", y);
	out_text(df->paint.out, " @@");
	paint_colour(&df->paint, COLOUR_NONE);
	out_char(df->paint.out, '\n');
}

/* A turn of one side alone, or of both. */
static void
put_turn(struct differ *df, const struct turn *a, const struct turn *b)
{
	struct items items[2] = {{NULL, 0, 0}, {NULL, 0, 0}};
	const struct turn *alone = a == NULL ? b : b == NULL ? a : NULL;
	char mark = b == NULL ? '-' : '+';

	for (int d = 0; d < 2; d++) {
		if (a != NULL && b != NULL)
			add_direction(&items[d], a, b, (enum dir)d);
		for (size_t i = 0; alone != NULL && i < alone->n[d]; i++)
			add_item(&items[d], mark, &alone->lines[d][i]);
		set_places(&items[d], a != NULL ? '-' : '+');
	}
	put_items(df, &items[DIR_S], &items[DIR_R]);
	for (int d = 0; d < 2; d++)
		free(items[d].list);
}

/* What the two sides have in pairs: NULL where one has nothing. */
struct pair {
	const struct turn *a, *b;
	bool same;
};

struct pairs {
	struct pair *list;
	size_t n;
};

static void
add_pair(struct pairs *p, const struct turn *a, const struct turn *b)
{
	struct pair *x = &p->list[p->n++];

	x->a = a;
	x->b = b;
	x->same = a != NULL && b != NULL && dialogue_same_lines(a, b, DIR_S) &&
	    dialogue_same_lines(a, b, DIR_R);
}

static bool
same_command(void *arg, size_t i, size_t k)
{
	const struct differ *df = arg;
	const struct turn *a = &df->side[0].turns[i];
	const struct turn *b = &df->side[1].turns[k];

	if (a->n[DIR_S] == 0 || b->n[DIR_S] == 0)
		return a->n[DIR_S] == b->n[DIR_S];
	return dialogue_same_line(&a->lines[DIR_S][0], &b->lines[DIR_S][0]);
}

/*
 * Commands between two that are the same on both sides: those with the same verb
 * are compared with each other.
 */
static void
pair_rest(struct differ *df, struct pairs *p, size_t i, size_t i_to, size_t k,
    size_t k_to)
{
	const struct turn *a = df->side[0].turns, *b = df->side[1].turns;
	size_t like;

	for (; i < i_to; i++) {
		for (like = k; like < k_to; like++)
			if (strcmp(a[i].verb, b[like].verb) == 0)
				break;
		if (like == k_to) {
			add_pair(p, &a[i], NULL);
			continue;
		}
		while (k < like)
			add_pair(p, NULL, &b[k++]);
		add_pair(p, &a[i], &b[k++]);
	}
	while (k < k_to)
		add_pair(p, NULL, &b[k++]);
}

static void
make_pairs(struct differ *df, struct pairs *p)
{
	size_t n = df->side[0].n, m = df->side[1].n, k = 0;
	size_t *match = mem_array(NULL, n + 1, sizeof *match);

	p->list = mem_array(NULL, n + m + 1, sizeof *p->list);
	p->n = 0;
	align(n, m, same_command, df, match);
	match[n] = m;
	for (size_t i = 0; i <= n; i++) {
		size_t from = i;

		while (match[i] == ALIGN_NONE)
			i++;
		pair_rest(df, p, from, i, k, match[i]);
		k = match[i] + 1;
		if (i < n)
			add_pair(p, &df->side[0].turns[i],
			    &df->side[1].turns[match[i]]);
	}
	free(match);
}

/* Whether a pair is near enough to a difference to be shown. */
static bool
is_near(const struct differ *df, const struct pairs *p, size_t i)
{
	size_t from = i > df->context ? i - (size_t)df->context : 0;

	for (size_t k = from; k < p->n && k <= i + df->context; k++)
		if (!p->list[k].same)
			return true;
	return false;
}

static void
put_pairs(struct differ *df, const struct pairs *p)
{
	bool shown = false;

	for (size_t i = 0; i < p->n && df->paint.out->error == 0; i++) {
		const struct pair *x = &p->list[i];

		if (!is_near(df, p, i)) {
			shown = false;
			continue;
		}
		put_headings(df);
		if (!shown)
			put_place(df, x->a, x->b);
		shown = true;
		put_turn(df, x->a, x->b);
	}
}

/* What nobody can compare is no difference, but told. */
static void
put_limits(struct differ *df)
{
	const struct dialogue *a = &df->side[0], *b = &df->side[1];
	uint64_t masks = a->masks > b->masks ? a->masks : b->masks;

	paint_colour(&df->paint, COLOUR_NOTE);
	if (masks > 0 && !df->strict)
		out_fmt(df->paint.out,
		    "# %" PRIu64 " line%s with a secret "
		    "that is masked: not compared\n",
		    masks, masks == 1 ? "" : "s");
	for (int i = 0; i < 2 && !df->strict; i++)
		if (df->side[i].omitted > 0)
			out_fmt(df->paint.out,
			    "# what the %s log does not hold, %" PRIu64
			    " time%s: not compared\n",
			    i == 0 ? "first" : "second", df->side[i].omitted,
			    df->side[i].omitted == 1 ? "" : "s");
	paint_colour(&df->paint, COLOUR_NONE);
}

/* ---- the command ------------------------------------------------------ */

/* Read one operand; false, and *status, if there is no session. */
static bool
read_side(
    struct teelog *t, struct differ *df, int side, char *operand, int *status)
{
	struct sessions *ss = sessions_open(t, 1, &operand);
	struct session *s = sessions_next(ss);
	struct out memory;
	struct paint plain = {.out = &memory};
	bool found = s != NULL;

	if (found) {
		dialogue_read(&df->side[side], ss, s, df->strict);
		out_open(&memory, -1);
		heading_short(&plain, s, true);
		buf_add(
		    &df->heading[side], memory.buf, strcspn(memory.buf, "\n"));
		out_close(&memory);
		if (sessions_next(ss) != NULL)
			tell_error("%s holds several sessions; this is the "
				   "first (%s#2 is the second)",
			    operand, operand);
	}
	*status = sessions_close(&ss);
	if (!found && *status == 0)
		*status = EX_NOINPUT;
	return found;
}

static void
set_option(struct teelog *t, struct differ *df, int c)
{
	switch (c) {
	case OPT_STRICT:
		df->strict = true;
		break;
	case OPT_CONTEXT:
		if (num_parse(optarg, 0, 1000000, &df->context) != NULL)
			command_usage(&cmd_diff,
			    "--context is a number of commands, not '%s'",
			    optarg);
		break;
	case OPT_COLOR:
		if (!term_colour_when(
			optarg != NULL ? optarg : "always", &df->when))
			command_usage(&cmd_diff,
			    "--color is auto, always or never, not '%s'",
			    optarg);
		break;
	case OPT_NO_PAGER:
		df->no_pager = true;
		break;
	default:
		command_option(t, &cmd_diff, c);
	}
}

static void
compare(struct teelog *t, struct differ *df)
{
	struct pager *pager = df->no_pager ? NULL : pager_open(&t->out);
	struct pairs pairs;

	make_pairs(df, &pairs);
	put_pairs(df, &pairs);
	put_limits(df);
	free(pairs.list);
	pager_close(&pager);
	out_flush(&t->out);
}

static int
run(struct teelog *t, int argc, char **argv)
{
	struct differ df = {
	    .paint = {.out = &t->out, .escapes = true}, .context = 2};
	int c, status = 0;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1)
		set_option(t, &df, c);
	if (argc - optind != 2)
		command_usage(&cmd_diff, "two sessions are compared");
	df.paint.colour = term_colours(t->out.fd, df.when);
	if (read_side(t, &df, 0, argv[optind], &status) &&
	    read_side(t, &df, 1, argv[optind + 1], &status))
		compare(t, &df);
	for (int i = 0; i < 2; i++) {
		dialogue_free(&df.side[i]);
		buf_free(&df.heading[i]);
	}
	return status != 0 ? status : df.different;
}

const struct command cmd_diff = {
    .name = "diff",
    .args = "[--strict] [--context N] [--color WHEN] [--no-pager]\n"
	    "\tsession session",
    .about = "compare two dialogues, command by command",
    .run = run,
};
