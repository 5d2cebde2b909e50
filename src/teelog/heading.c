/* heading.c - what stands above a session that is shown */
#include "heading.h"
#include "when.h"

#include "../transcript/format.h"
#include "../transcript/head.h"

#include <string.h>

/* A session's header as a transcript has it. */
void
heading_full(struct out *o, const struct session *s)
{
	char line[4096], date[64];
	struct str t;

	if (s->words != NULL) {
		out_text(o, FORMAT_MAGIC);
		out_printable(o, s->words, strlen(s->words));
		out_char(o, '\n');
		return;
	}
	str_init(&t, line, sizeof line);
	head_begin(&t);
	head_word(&t, "id", s->id);
	head_word(&t, "format", s->format);
	head_word(&t, "service", s->service);
	head_word(&t, "protocol", s->protocol);
	head_word(&t, "start", when_iso(date, sizeof date, s->start_us));
	head_word(&t, "client", s->client);
	head_word(&t, "server", s->server);
	head_word(&t, "host", s->host);
	head_word(&t, "pid", s->pid);
	out_printable(o, line, strlen(line));
	out_char(o, '\n');
}

/* What a log does not tell is said. */
static void
put_lacks(struct paint *p, const struct session *s)
{
	const char *name, *comma = "";
	unsigned bit;

	if (s->lacks == 0)
		return;
	out_text(p->out, "# this log does not tell: ");
	for (size_t i = 0; (name = session_lack_name(i, &bit)) != NULL; i++)
		if ((s->lacks & bit) != 0) {
			out_fmt(p->out, "%s%s", comma, name);
			comma = ", ";
		}
	out_char(p->out, '\n');
}

/* A text and two blanks, if there is one. */
static void
put_field(struct paint *p, const char *text)
{
	if (text == NULL)
		return;
	out_text(p->out, "  ");
	out_printable(p->out, text, strlen(text));
}

/* The same in few words, for a screen. */
void
heading_short(struct paint *p, const struct session *s, bool id)
{
	char date[64];

	out_printable(p->out, id ? s->id : "#", id ? strlen(s->id) : 1);
	paint_colour(p, COLOUR_NOTE);
	put_field(p, when_local(date, sizeof date, s->start_us));
	if (s->client != NULL || s->server != NULL) {
		put_field(p, s->client != NULL ? s->client : "?");
		out_text(p->out, " to ");
		out_text(p->out, s->server != NULL ? "" : "?");
		if (s->server != NULL)
			out_printable(p->out, s->server, strlen(s->server));
	}
	put_field(p, s->protocol);
	if (strcmp(s->format, "teed") != 0)
		put_field(p, s->format);
	out_char(p->out, '\n');
	put_lacks(p, s);
	paint_colour(p, COLOUR_NONE);
}
