/* cmd_explain.c - a session, and what each line of it means */
#include "command.h"
#include "explain.h"
#include "heading.h"
#include "linewise.h"
#include "paint.h"
#include "said.h"
#include "weave.h"
#include "when.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

extern const struct command cmd_explain;

enum { OPT_FULL = 256, OPT_WRITES, OPT_WITH, OPT_COLOR, OPT_NO_PAGER };

static const struct option options[] = {{"full", no_argument, NULL, OPT_FULL},
    {"writes", no_argument, NULL, OPT_WRITES},
    {"with", required_argument, NULL, OPT_WITH},
    {"color", optional_argument, NULL, OPT_COLOR},
    {"no-pager", no_argument, NULL, OPT_NO_PAGER}, COMMAND_OPTIONS,
    {NULL, 0, NULL, 0}};

#define INDENT 7 /* of a remark: below the text */
#define LIST_SHOWN 10 /* lines of a list that are not left out */
#define SCREENFUL (16 * 1024) /* what somebody who waits gets at once */
#define PAUSE_US 1000000 /* a pause that is worth a word */

/* Lines that were left out, of a message or a list. */
struct hidden {
	uint64_t number; /* of the first, in the file */
	uint64_t count;
	enum dir dir;
	struct explained last;
};

struct explaining {
	struct paint paint;
	enum colour_when when;
	bool full, writes, no_pager;
	size_t columns; /* of the screen, or 0: lines are not broken */
	struct linewise lines;
	struct explain *explain;
	struct weave *weave;
	struct hidden hidden;
	struct buf said;
};

/* ---- remarks ---------------------------------------------------------- */

static void
put_indent(struct explaining *e, size_t *used)
{
	out_fmt(e->paint.out, "%*s", INDENT, "");
	*used = INDENT;
}

/* A word that stays whole, on the next line if the screen has no more room. */
static void
put_word(struct explaining *e, const char *p, size_t n, size_t *used)
{
	size_t w = term_width(p, n);

	if (*used > INDENT && e->columns > 0 && *used + 1 + w > e->columns) {
		out_char(e->paint.out, '\n');
		put_indent(e, used);
	} else if (*used > INDENT) {
		out_char(e->paint.out, ' ');
		*used += 1;
	}
	out_printable(e->paint.out, p, n);
	*used += w;
}

static void
put_words(struct explaining *e, const char *p, size_t n, size_t *used)
{
	while (n > 0) {
		const char *blank = memchr(p, ' ', n);
		size_t k = blank != NULL ? (size_t)(blank - p) : n;

		put_word(e, p, k, used);
		k += k < n;
		p += k;
		n -= k;
	}
}

static void
put_note(struct explaining *e, const struct notes *t, const struct note *note)
{
	char where[128];
	size_t used;

	put_indent(e, &used);
	put_words(e, t->text.p + note->from, note->to - note->from, &used);
	if (note->where != NULL) {
		snprintf(where, sizeof where, "[%s]", note->where);
		paint_colour(&e->paint, COLOUR_NOTE);
		put_word(e, where, strlen(where), &used);
		paint_colour(&e->paint, COLOUR_NONE);
	}
	out_char(e->paint.out, '\n');
}

static void
put_notes(struct explaining *e, const struct explained *d)
{
	size_t used;

	for (size_t i = 0; i < d->notes->n; i++)
		put_note(e, d->notes, &d->notes->list[i]);
	if (d->state == NULL)
		return;
	put_indent(e, &used);
	paint_colour(&e->paint, COLOUR_DECODED);
	out_text(e->paint.out, "→ ");
	out_text(e->paint.out, d->state);
	paint_colour(&e->paint, COLOUR_NONE);
	out_char(e->paint.out, '\n');
}

/* ---- lines ------------------------------------------------------------ */

/* The line's number in the file, and who said it. */
static void
put_front(struct explaining *e, uint64_t number, enum dir d)
{
	static const enum colour colours[] = {
	    COLOUR_CLIENT, COLOUR_DAEMON, COLOUR_ERROR_OUTPUT, COLOUR_NOTE};

	paint_colour(&e->paint, COLOUR_NOTE);
	if (number > 0)
		out_fmt(e->paint.out, "%4" PRIu64 " ", number);
	else
		out_text(e->paint.out, "     ");
	paint_colour(&e->paint, COLOUR_NONE);
	paint_colour(&e->paint, colours[d]);
	out_char(e->paint.out, dir_letter(d));
	out_char(e->paint.out, ' ');
	if (d == DIR_R)
		paint_colour(&e->paint, COLOUR_NONE);
}

static void
put_line(struct explaining *e, const struct event *ev)
{
	put_front(e, ev->line, ev->dir);
	if (ev->kind == EVENT_DATA) {
		said_make(&e->said, ev);
		paint_said(&e->paint,
		    ev->dir == DIR_S ? COLOUR_CLIENT : COLOUR_NONE, e->said.p,
		    e->said.len);
		if (ev->omitted > 0)
			out_fmt(e->paint.out,
			    "[%" PRIu64 " bytes are not in this log]",
			    ev->omitted);
		else if ((ev->flags & EVENT_OMITTED) != 0)
			out_text(e->paint.out,
			    "[what was said here is not in this log]");
		if ((ev->flags & EVENT_DESCRIBED) != 0)
			out_text(e->paint.out, "\\d");
		else if (ev->end == END_LF)
			out_text(e->paint.out, "\\n");
		else if (ev->end == END_NONE &&
		    (ev->flags & EVENT_OMITTED) == 0)
			out_text(e->paint.out, "\\c");
	} else {
		out_printable(e->paint.out, ev->bytes, ev->len);
	}
	paint_colour(&e->paint, COLOUR_NONE);
	out_char(e->paint.out, '\n');
}

static void
put_pause(struct explaining *e, const struct explained *d)
{
	char text[16];

	if (d->pause_us == TIME_NONE || d->pause_us < PAUSE_US)
		return;
	when_duration(text, sizeof text, d->pause_us);
	paint_colour(&e->paint, COLOUR_ODD);
	out_fmt(e->paint.out, "%*s... %s later\n", INDENT, "", text);
	paint_colour(&e->paint, COLOUR_NONE);
}

/* What stands for the lines that were left out. */
static void
put_hidden(struct explaining *e)
{
	struct hidden *h = &e->hidden;
	bool content = h->last.part == PART_CONTENT;

	if (h->count == 0)
		return;
	put_front(e, h->number, h->dir);
	paint_colour(&e->paint, COLOUR_NOTE);
	if (content)
		out_fmt(e->paint.out,
		    "[%s: %" PRIu64 " line%s, %" PRIu64 " octets]",
		    h->last.noun, h->last.lines, h->last.lines == 1 ? "" : "s",
		    h->last.octets);
	else
		out_fmt(e->paint.out, "[and %" PRIu64 " more line%s]", h->count,
		    h->count == 1 ? "" : "s");
	paint_colour(&e->paint, COLOUR_NONE);
	out_char(e->paint.out, '\n');
	h->count = 0;
}

/* Whether a line is one of many that nobody wants to read. */
static bool
is_hidden(
    struct explaining *e, const struct event *ev, const struct explained *d)
{
	bool content = d->part == PART_CONTENT;

	if (e->full || d->part == PART_DIALOGUE ||
	    (ev->flags & EVENT_OMITTED) != 0 ||
	    (!content && (d->lines <= LIST_SHOWN || d->worth || d->ends)))
		return false;
	if (e->hidden.count == 0) {
		e->hidden.number = ev->line;
		e->hidden.dir = ev->dir;
	}
	e->hidden.count++;
	e->hidden.last = *d;
	return true;
}

static void
explain_one(void *arg, const struct event *ev, bool brief)
{
	struct explaining *e = arg;
	struct explained d;
	bool hide;

	(void)brief;
	explain_line(e->explain, ev, &d);
	if (event_is(ev, "end", NULL, NULL))
		return;
	if (d.begins && ev->dir != e->hidden.dir)
		put_hidden(e); /* which nobody has seen the end of */
	hide = is_hidden(e, ev, &d);
	if (d.ends ||
	    (d.part == PART_DIALOGUE &&
		(ev->dir == e->hidden.dir || ev->dir == DIR_NONE)))
		put_hidden(e);
	if (!hide) {
		put_pause(e, &d);
		put_line(e, ev);
	}
	if (!hide || d.ends)
		put_notes(e, &d);
	if (e->columns > 0 && e->paint.out->at - e->paint.out->buf > SCREENFUL)
		out_flush(e->paint.out);
}

/* ---- sessions --------------------------------------------------------- */

static void
explain_session(struct explaining *e, struct sessions *ss, struct session *s)
{
	const struct notes *whole;
	struct event ev;

	heading_short(&e->paint, s, true);
	out_char(e->paint.out, '\n');
	linewise_init(&e->lines, !e->writes, explain_one, e);
	e->explain = explain_open(s);
	weave_begin(e->weave, ss, s);
	while (e->paint.out->error == 0 && weave_next(e->weave, &ev))
		linewise_event(&e->lines, &ev);
	linewise_flush(&e->lines);
	put_hidden(e);
	out_text(e->paint.out, "\nIn short\n");
	whole = explain_end(e->explain);
	for (size_t i = 0; i < whole->n; i++)
		put_note(e, whole, &whole->list[i]);
	explain_close(&e->explain);
	linewise_free(&e->lines);
}

static void
set_option(struct teelog *t, struct explaining *e, int c)
{
	switch (c) {
	case OPT_FULL:
		e->full = true;
		break;
	case OPT_WRITES:
		e->writes = true;
		break;
	case OPT_WITH:
		weave_add(e->weave, optarg);
		break;
	case OPT_COLOR:
		if (!term_colour_when(
			optarg != NULL ? optarg : "always", &e->when))
			command_usage(&cmd_explain,
			    "--color is auto, always or never, not '%s'",
			    optarg);
		break;
	case OPT_NO_PAGER:
		e->no_pager = true;
		break;
	default:
		command_option(t, &cmd_explain, c);
	}
}

static int
run(struct teelog *t, int argc, char **argv)
{
	struct explaining e = {.paint = {.out = &t->out, .escapes = true}};
	struct pager *pager = NULL;
	struct sessions *ss;
	struct session *s;
	bool first = true;
	int c, status;

	e.weave = weave_open();
	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1)
		set_option(t, &e, c);
	e.paint.colour = term_colours(t->out.fd, e.when);
	if (isatty(t->out.fd))
		e.columns = (size_t)term_columns();
	ss = sessions_open(t, argc - optind, argv + optind);
	if (!e.no_pager)
		pager = pager_open(&t->out);
	while (t->out.error == 0 && (s = sessions_next(ss)) != NULL) {
		if (!first)
			out_char(&t->out, '\n');
		first = false;
		explain_session(&e, ss, s);
	}
	pager_close(&pager);
	out_flush(&t->out);
	status = weave_close(&e.weave);
	buf_free(&e.said);
	c = sessions_close(&ss);
	return c != 0 ? c : status;
}

const struct command cmd_explain = {
    .name = "explain",
    .args = "[--full] [--writes] [--with FILE] [--color WHEN] [--no-pager]\n"
	    "\t[session ...]",
    .about = "tell what each line of a session means",
    .run = run,
};
