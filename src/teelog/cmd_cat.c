/* cmd_cat.c - the exact bytes of one direction */
#include "command.h"
#include "tell.h"

#include "../base/str.h"

#include <inttypes.h>
#include <string.h>

extern const struct command cmd_cat;

/* Why what comes out is not exactly what was said. */
struct missing {
	uint64_t masks, described, omitted, lossy, damage;
	uint64_t bytes; /* of what was elided, encrypted, lost, where told */
	uint64_t inferred;
	bool said; /* somebody said something, either side */
};

static const struct option options[] = {{"client", no_argument, NULL, 'S'},
    {"daemon", no_argument, NULL, 'R'}, {"stderr", no_argument, NULL, 'E'},
    COMMAND_OPTIONS, {NULL, 0, NULL, 0}};

/* What an event of the recorder says is not there. */
static void
note_state(struct missing *m, enum dir d, const struct event *ev)
{
	const char key[] = {dir_letter(d), '\0'}, *rest;
	uint64_t bytes = 0;
	size_t n;

	if (event_is(ev, "lost", &rest, &n) ||
	    event_is(ev, "opaque", &rest, &n))
		bytes = words_number(rest, n, key);
	else if (event_is(ev, "elided", &rest, &n) && n > 1 &&
	    rest[1] == dir_letter(d))
		bytes = words_number(rest, n, "bytes");
	m->omitted += bytes > 0;
	m->bytes += bytes;
}

static void
note_event(struct missing *m, enum dir d, const struct event *ev)
{
	if (ev->kind == EVENT_STATE)
		note_state(m, d, ev);
	m->damage += ev->kind == EVENT_DAMAGE;
	if (ev->dir != d || ev->flags == 0)
		return;
	if (ev->nmasks > 0)
		m->masks += ev->nmasks;
	else
		m->masks += (ev->flags & EVENT_MASKED) != 0;
	m->described += (ev->flags & EVENT_DESCRIBED) != 0;
	m->inferred += (ev->flags & EVENT_INFERRED) != 0;
	if ((ev->flags & EVENT_OMITTED) != 0) {
		m->omitted++;
		m->bytes += ev->omitted;
	} else if ((ev->flags & (EVENT_LOSSY | EVENT_DESCRIBED)) ==
	    EVENT_LOSSY) {
		m->lossy++;
	}
}

static void
say(struct str *s, uint64_t n, const char *one, const char *many)
{
	if (n > 0)
		str_fmt(s, "%s%" PRIu64 " %s", s->len > 0 ? ", " : "", n,
		    n == 1 ? one : many);
}

/* Tell what is missing; false if nothing is. */
static bool
tell(const struct session *s, const struct missing *m)
{
	char text[512];
	struct str t;

	str_init(&t, text, sizeof text);
	say(&t, m->masks, "secret masked", "secrets masked");
	say(&t, m->omitted, "part left out", "parts left out");
	if (m->bytes > 0)
		str_fmt(&t, " (%" PRIu64 " bytes)", m->bytes);
	say(&t, m->described, "line that describes left out",
	    "lines that describe left out");
	say(&t, m->lossy, "line not as it was on the wire",
	    "lines not as they were on the wire");
	say(&t, m->inferred, "line whose direction was worked out",
	    "lines whose direction was worked out");
	say(&t, m->damage, "damaged place", "damaged places");
	/* As syslog: it tells of a session, not what was said in it. */
	if (!m->said && strcmp(s->format, "teed") != 0)
		str_fmt(&t, "%snothing that was said is in this log",
		    t.len > 0 ? ", " : "");
	if (t.len > 0)
		tell_error("%s: %s", s->id, text);
	if (s->in_progress)
		tell_error("%s: is still being recorded", s->id);
	return t.len > 0;
}

static bool
copy(struct teelog *t, struct sessions *ss, const struct session *s, enum dir d)
{
	struct missing m = {0};
	struct event ev;

	while (session_next(ss, &ev)) {
		m.said |= ev.kind == EVENT_DATA;
		if (ev.kind != EVENT_DATA || ev.dir != d || ev.flags != 0)
			note_event(&m, d, &ev);
		if (ev.dir != d || (ev.flags & EVENT_DESCRIBED) != 0)
			continue;
		out_bytes(&t->out, ev.bytes, ev.len);
		if (ev.end == END_CRLF)
			out_bytes(&t->out, "\r\n", 2);
		else if (ev.end != END_NONE)
			out_text(&t->out, event_line_end(&ev));
		if (t->out.error != 0)
			break;
	}
	out_flush(&t->out);
	return tell(s, &m);
}

static void
set_side(enum dir *d, enum dir side)
{
	if (*d != DIR_NONE && *d != side)
		command_usage(&cmd_cat, "one side at a time");
	*d = side;
}

static int
run(struct teelog *t, int argc, char **argv)
{
	enum dir d = DIR_NONE;
	struct sessions *ss;
	struct session *s;
	bool missing = false;
	int c, status;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1)
		if (c == 'S')
			set_side(&d, DIR_S);
		else if (c == 'R')
			set_side(&d, DIR_R);
		else if (c == 'E')
			set_side(&d, DIR_E);
		else
			command_option(t, &cmd_cat, c);
	if (d == DIR_NONE)
		command_usage(
		    &cmd_cat, "which side: --client, --daemon or --stderr?");
	ss = sessions_open(t, argc - optind, argv + optind);
	while ((s = sessions_next(ss)) != NULL)
		missing |= copy(t, ss, s, d);
	status = sessions_close(&ss);
	return status != 0 ? status : missing;
}

const struct command cmd_cat = {
    .name = "cat",
    .args = "--client|--daemon|--stderr [session ...]",
    .about = "the exact bytes of one side",
    .run = run,
};
