/*
 * export_json.c - a line of JSON for each session and each of its events
 *
 * Keys may be added, none is taken away: programs read this.
 */
#include "export.h"
#include "json.h"


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

	out_text(o, ",\"flags\":[");
	for (size_t i = 0; ev->flags != 0 && i < sizeof flags / sizeof *flags;
	     i++)
		if ((ev->flags & flags[i].flag) != 0) {
			out_fmt(o, "%s\"%s\"", comma, flags[i].name);
			comma = ",";
		}
	if (ev->kind != EVENT_DATA)
		out_fmt(o, "%s\"note\"", comma);
	out_char(o, ']');
}

static void
put_event(struct out *o, const struct event *ev)
{
	static const char *const dirs[] = {
	    ",\"dir\":\"S\",\"text\":", ",\"dir\":\"R\",\"text\":",
	    ",\"dir\":\"E\",\"text\":", ",\"dir\":null,\"text\":"};

	out_number(o, ev->line);
	json_seconds(o, "time", ev->time_us);
	out_text(o, dirs[ev->dir]);
	if (ev->kind == EVENT_DATA)
		json_said(o, ev);
	else
		json_text(o, (const char *)ev->bytes, ev->len);
	out_text(o, ",\"eol\":\"");
	out_text(o, line_end_name(ev->end));
	out_char(o, '"');
	put_flags(o, ev);
	if (ev->omitted > 0)
		json_number(o, "omitted", ev->omitted);
	out_text(o, "}\n");
}

static void
put_session(struct exporting *x, struct session *s)
{
	struct event ev;
	struct out begin;

	out_text(x->out, "{\"type\":\"session\"");
	json_session(x->out, s);
	out_text(x->out, "}\n");
	/* What all events of the session begin with is made once. */
	out_open(&begin, -1);
	out_text(&begin, "{\"type\":\"event\"");
	json_pair(&begin, "session", s->id);
	out_text(&begin, ",\"line\":");
	while (session_next(x->sessions, &ev)) {
		out_bytes(x->out, begin.buf, (size_t)(begin.at - begin.buf));
		put_event(x->out, &ev);
	}
	out_close(&begin);
}

const struct export export_json = {
    .name = "json",
    .about = "a line for each session and each event",
    .session = put_session,
};
