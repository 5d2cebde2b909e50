/*
 * export_json.c - a line of JSON for each session and each of its events
 *
 * Keys may be added, none is taken away: programs read this.
 */
#include "export.h"
#include "json.h"

#include <string.h>

static const struct {
	unsigned flag;
	const char *name;
} flags[] = {{EVENT_MASKED, "masked"}, {EVENT_LOSSY, "lossy"},
    {EVENT_PARTIAL, "partial"}, {EVENT_OMITTED, "omitted"},
    {EVENT_INFERRED, "inferred"}};

static void
put_flags(struct out *o, const struct event *ev)
{
	const char *comma = "";

	if (ev->flags == 0 && ev->kind == EVENT_DATA)
		return;
	for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
		if ((ev->flags & flags[i].flag) != 0) {
			out_fmt(o, "%s\"%s\"", comma, flags[i].name);
			comma = ",";
		}
	if (ev->kind != EVENT_DATA)
		out_fmt(o, "%s\"note\"", comma);
}

/* What lasts from one event to the next. */
struct last {
	int64_t us; /* the time, which many have in common */
	size_t len;
	char text[32];
	struct buf said;
};

static void
put_time(struct out *o, struct last *last, int64_t us)
{
	char *from;

	if (us == last->us && last->len > 0) {
		out_bytes(o, last->text, last->len);
		return;
	}
	from = out_room(o, sizeof last->text);
	if (us == TIME_NONE)
		OUT_LITERAL(o, "null");
	else
		out_seconds(o, us);
	last->us = us;
	last->len = (size_t)(o->at - from);
	memcpy(last->text, from, last->len);
}

static void
put_event(struct out *o, struct last *last, const struct event *ev)
{
	static const char *const dirs[] = {"\"S\"", "\"R\"", "\"E\"", "null"};

	out_number(o, ev->line);
	OUT_LITERAL(o, ",\"time\":");
	put_time(o, last, ev->time_us);
	OUT_LITERAL(o, ",\"dir\":");
	out_text(o, dirs[ev->dir]);
	OUT_LITERAL(o, ",\"text\":");
	if (ev->kind == EVENT_DATA)
		json_said(o, &last->said, ev);
	else
		json_text(o, (const char *)ev->bytes, ev->len);
	OUT_LITERAL(o, ",\"eol\":\"");
	out_text(o, line_end_name(ev->end));
	OUT_LITERAL(o, "\",\"flags\":[");
	put_flags(o, ev);
	out_char(o, ']');
	if (ev->omitted > 0)
		json_number(o, "omitted", ev->omitted);
	OUT_LITERAL(o, "}\n");
}

static void
begin(struct exporting *x)
{
	sessions_undecoded(x->sessions);
}

static void
put_session(struct exporting *x, struct session *s)
{
	struct last last = {.us = TIME_NONE};
	struct event ev;
	struct out head;

	out_text(x->out, "{\"type\":\"session\"");
	json_session(x->out, s);
	out_text(x->out, "}\n");
	/* What all events of the session begin with is made once. */
	out_open(&head, -1);
	out_text(&head, "{\"type\":\"event\"");
	json_pair(&head, "session", s->id);
	out_text(&head, ",\"line\":");
	wanted_begin(&x->wanted);
	while (!x->wanted.done && session_next(x->sessions, &ev)) {
		if (!wanted_event(&x->wanted, &ev))
			continue;
		out_bytes(x->out, head.buf, (size_t)(head.at - head.buf));
		put_event(x->out, &last, &ev);
	}
	out_close(&head);
	buf_free(&last.said);
}

const struct export export_json = {
    .name = "json",
    .about = "a line for each session and each event",
    .begin = begin,
    .session = put_session,
};
