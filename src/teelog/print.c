/*
 * print.c - a session as text for people
 *
 * Every style puts a mark and the text of one line on a line.  All but teed's
 * own are those of older tools, and their readers know what they mean:
 *
 *	rs		R 220 ready / S HELO me: the recipe with two tees
 *	sc		S: 220 ready / C: HELO me: RFCs; there S is the server
 *	arrow		192.0.2.7 » 220 ready / 192.0.2.7 « HELO me
 *	thunderbird	RECV: 220 ready / SEND: HELO me
 *	raw		the text alone
 *
 * Whatever the style, nothing that is printed can command a terminal.
 */
#include "print.h"
#include "decode.h"
#include "heading.h"

#include "../transcript/format.h"

#include <inttypes.h>
#include <string.h>
#include <time.h>

#define TIME_WIDTH FORMAT_TIME_WIDTH

struct style {
	const char *name;
	const char *marks[DIRS + 1]; /* S, R, E; what is no data, or NULL */
	bool recorded; /* teed's own: times, escapes and line ends are told */
	bool addressed; /* the client's address stands in front */
};

static const struct style styles[] = {
    {"teed", {"S", "R", "E", "#"}, true, false},
    {"rs", {"S ", "R ", "E ", NULL}, false, false},
    {"sc", {"C: ", "S: ", "E: ", NULL}, false, false},
    {"arrow", {"« ", "» ", "! ", NULL}, false, true},
    {"raw", {"", "", "", NULL}, false, false},
    {"thunderbird", {"SEND: ", "RECV: ", "E: ", NULL}, false, false},
};

const struct style *
style_nth(size_t n)
{
	return n < sizeof styles / sizeof *styles ? &styles[n] : NULL;
}

const struct style *
style_find(const char *name)
{
	const struct style *st;

	for (size_t i = 0; (st = style_nth(i)) != NULL; i++)
		if (strcmp(st->name, name) == 0)
			return st;
	return NULL;
}

const char *
style_name(const struct style *st)
{
	return st->name;
}

/* ---- the columns in front --------------------------------------------- */

static void
put_clock(struct print *p, int64_t us)
{
	int64_t at = p->session->start_us + us;
	time_t t = (time_t)(at / 1000000);
	struct tm tm;

	if (localtime_r(&t, &tm) == NULL)
		memset(&tm, 0, sizeof tm);
	out_fmt(p->paint.out, "%02d:%02d:%02d.%06d", tm.tm_hour, tm.tm_min,
	    tm.tm_sec, (int)(at % 1000000));
}

static void
put_seconds(struct print *p, int64_t us)
{
	char *from = out_room(p->paint.out, 64);
	ptrdiff_t n;

	out_seconds(p->paint.out, us);
	n = p->paint.out->at - from;
	if (n < TIME_WIDTH) {
		memmove(from + TIME_WIDTH - n, from, (size_t)n);
		memset(from, ' ', (size_t)(TIME_WIDTH - n));
		p->paint.out->at = from + TIME_WIDTH;
	}
}

/* The time of a line, or as many blanks. */
static void
put_time(struct print *p, const struct event *ev, bool brief)
{
	int width = p->times == TIMES_CLOCK ? 15 : TIME_WIDTH;
	bool known = ev->time_us != TIME_NONE;

	if (known && p->times == TIMES_CLOCK &&
	    p->session->start_us != TIME_NONE && !brief)
		put_clock(p, ev->time_us);
	else if (known && p->times == TIMES_DELTA && !brief)
		put_seconds(p,
		    p->before_us == TIME_NONE ? ev->time_us :
						ev->time_us - p->before_us);
	else if (known && p->times == TIMES_START && !brief)
		put_seconds(p, ev->time_us);
	else
		out_fmt(p->paint.out, "%*s", width, "");
	if (known)
		p->before_us = ev->time_us;
}

static enum colour
colour_of(enum dir d)
{
	static const enum colour colours[] = {
	    COLOUR_CLIENT, COLOUR_DAEMON, COLOUR_ERROR_OUTPUT, COLOUR_NOTE};

	return colours[d];
}

static void
put_label(struct print *p)
{
	if (p->label == NULL)
		return;
	paint_text(
	    &p->paint, COLOUR_NOTE, COLOUR_NONE, p->label, strlen(p->label));
	out_char(p->paint.out, ' ');
}

/* Everything in front of the text. */
static void
put_front(struct print *p, const struct event *ev, bool brief)
{
	const char *client = p->session->client, *host;

	put_label(p);
	if (p->style->recorded) {
		paint_colour(&p->paint, colour_of(ev->dir));
		out_text(p->paint.out, p->style->marks[ev->dir]);
		if (p->times == TIMES_NONE) {
			out_char(p->paint.out, ' ');
		} else if (brief && !p->pretty) {
			out_char(p->paint.out, '\t');
		} else {
			out_char(p->paint.out, ' ');
			put_time(p, ev, brief);
			out_char(p->paint.out, ' ');
		}
		return;
	}
	if (p->times != TIMES_NONE) {
		paint_colour(&p->paint, COLOUR_NOTE);
		put_time(p, ev, brief);
		out_char(p->paint.out, ' ');
		paint_colour(&p->paint, COLOUR_NONE);
	}
	if (p->style->addressed) {
		size_t n = address_host(client != NULL ? client : "-", &host);

		out_printable(p->paint.out, host, n);
		out_char(p->paint.out, ' ');
	}
	paint_colour(&p->paint, colour_of(ev->dir));
	out_text(p->paint.out, p->style->marks[ev->dir]);
}

/* ---- lines ------------------------------------------------------------ */

/* How the line ended, where that is not with CRLF. */
static const char *
end_mark(const struct event *ev)
{
	if ((ev->flags & EVENT_DESCRIBED) != 0)
		return "\\d";
	if ((ev->flags & EVENT_OMITTED) != 0)
		return "";
	return ev->end == END_LF ? "\\n" : ev->end == END_NONE ? "\\c" : "";
}

static void
put_omitted(struct print *p, const struct event *ev)
{
	paint_colour(&p->paint, COLOUR_NOTE);
	if (ev->omitted > 0)
		out_fmt(p->paint.out, "[%" PRIu64 " bytes are not in this log]",
		    ev->omitted);
	else
		out_text(
		    p->paint.out, "[what was said here is not in this log]");
	paint_colour(&p->paint, COLOUR_NONE);
}

/* A decoded text, which may be of several lines. */
static void
put_decoded(struct print *p, const struct event *ev, enum colour around,
    const struct decoded *d)
{
	const char *text = d->text, *end = text + d->len, *lf;

	while ((lf = memchr(text, '\n', (size_t)(end - text))) != NULL) {
		size_t n = (size_t)(lf - text);

		if (n > 0 && text[n - 1] == '\r')
			n--;
		paint_text(&p->paint, COLOUR_DECODED, around, text, n);
		out_char(p->paint.out, '\n');
		put_front(p, ev, true);
		text = lf + 1;
	}
	paint_text(
	    &p->paint, COLOUR_DECODED, around, text, (size_t)(end - text));
}

static void
put_data(struct print *p, const struct event *ev, bool brief,
    const struct decoded *d)
{
	enum colour around = colour_of(ev->dir);
	const char *mark = end_mark(ev);

	put_front(p, ev, brief);
	if (around == COLOUR_DAEMON) {
		paint_colour(&p->paint, COLOUR_NONE);
		around = COLOUR_NONE;
	}
	if (d != NULL) {
		put_decoded(p, ev, around, d);
	} else if (ev->said != NULL) {
		paint_said(&p->paint, around, ev->said, ev->said_len);
	} else {
		said_make(&p->said, ev);
		paint_said(&p->paint, around, p->said.p, p->said.len);
	}
	if (ev->omitted > 0 || (ev->flags & EVENT_OMITTED) != 0)
		put_omitted(p, ev);
	if (p->style->recorded && *mark != '\0')
		paint_text(&p->paint, COLOUR_ODD, COLOUR_NONE, mark, 2);
	else if (around != COLOUR_NONE)
		paint_colour(&p->paint, COLOUR_NONE);
	out_char(p->paint.out, '\n');
}

/* A decoded text beside what was said. */
static void
put_beside(struct print *p, const struct event *ev, const struct decoded *d)
{
	struct event blank = *ev;

	blank.time_us = TIME_NONE;
	put_front(p, &blank, false);
	out_text(p->paint.out, "  = ");
	paint_text(&p->paint, COLOUR_DECODED, COLOUR_NONE, d->text, d->len);
	out_char(p->paint.out, '\n');
}

static void
put_damage(struct print *p, const struct event *ev)
{
	put_label(p);
	paint_colour(&p->paint, COLOUR_BAD);
	out_char(p->paint.out, '!');
	if (ev->line > 0)
		out_fmt(p->paint.out, " line %" PRIu64 ":", ev->line);
	out_char(p->paint.out, ' ');
	out_printable(p->paint.out, ev->bytes, ev->len);
	paint_colour(&p->paint, COLOUR_NONE);
	out_char(p->paint.out, '\n');
}

/* `#end 0.081300 S=41 ...`, as a transcript has it, or aligned. */
static void
put_end(struct print *p, const struct event *ev)
{
	put_label(p);
	paint_colour(&p->paint, COLOUR_NOTE);
	out_text(p->paint.out, "#end");
	if (p->times == TIMES_START && ev->time_us != TIME_NONE) {
		out_char(p->paint.out, ' ');
		if (p->pretty)
			out_text(p->paint.out, "   ");
		out_seconds(p->paint.out, ev->time_us);
	}
	out_printable(p->paint.out, ev->bytes + 3, ev->len - 3);
	paint_colour(&p->paint, COLOUR_NONE);
	out_char(p->paint.out, '\n');
}

/* A line of another log (weave.h), which stands in every style. */
static void
put_woven(struct print *p, const struct event *ev)
{
	put_label(p);
	paint_colour(&p->paint, COLOUR_NOTE);
	out_text(p->paint.out, "# ");
	out_printable(p->paint.out, ev->bytes, ev->len);
	paint_colour(&p->paint, COLOUR_NONE);
	out_char(p->paint.out, '\n');
}

static void
put_other(struct print *p, const struct event *ev)
{
	if (!p->style->recorded) {
		if (ev->kind == EVENT_NOTE && ev->line == 0)
			put_woven(p, ev);
		return;
	}
	if (ev->kind == EVENT_DAMAGE) {
		put_damage(p, ev);
		return;
	}
	if (event_is(ev, "end", NULL, NULL)) {
		put_end(p, ev);
		return;
	}
	put_front(p, ev, false);
	if (ev->kind == EVENT_NOTE && !p->pretty)
		out_text(p->paint.out, "note ");
	out_printable(p->paint.out, ev->bytes, ev->len);
	paint_colour(&p->paint, COLOUR_NONE);
	out_char(p->paint.out, '\n');
}

static void
put_line(void *arg, const struct event *ev, bool brief)
{
	struct print *p = arg;
	struct decoded d;
	bool decoded = false;

	if (p->decoder != NULL)
		decoded = decoder_line(p->decoder, ev, &d);
	if (!wanted_event(&p->wanted, ev))
		return;
	if (ev->kind != EVENT_DATA) {
		put_other(p, ev);
		return;
	}
	brief |= ev->brief;
	put_data(p, ev, brief, decoded && !d.beside ? &d : NULL);
	if (decoded && d.beside)
		put_beside(p, ev, &d);
}

/* ---- sessions --------------------------------------------------------- */

void
print_begin(struct print *p, const struct session *s)
{
	p->session = s;
	p->paint.escapes = p->style->recorded;
	p->before_us = TIME_NONE;
	wanted_begin(&p->wanted);
	if (p->times == TIMES_STYLE)
		p->times = p->style->recorded ? TIMES_START : TIMES_NONE;
	linewise_init(&p->lines, !p->style->recorded && !p->live, put_line, p);
	if (p->decode)
		p->decoder = decoder_open(s);
	if (p->style->addressed)
		p->hearing = hearing_open(s, NULL, NULL);
	if (!p->style->recorded || p->wanted.dirs != NULL)
		return;
	put_label(p);
	if (p->pretty || p->label != NULL)
		heading_short(&p->paint, s, p->label == NULL);
	else
		heading_full(p->paint.out, s);
}

bool
print_event(struct print *p, const struct event *ev)
{
	if (p->hearing != NULL)
		hearing_event(p->hearing, ev);
	if (ev->time_us != TIME_NONE)
		p->last_us = ev->time_us;
	linewise_event(&p->lines, ev);
	return !p->wanted.done;
}

/* `192.0.2.7 *** user messages octets hh:mm:ss OK`, and that it is over. */
static void
put_arrow_end(struct print *p)
{
	const struct summary *sum = hearing_summary(p->hearing);
	const char *host, *client = p->session->client, *user;
	int n = (int)address_host(client != NULL ? client : "-", &host);
	int64_t s = p->last_us / 1000000;

	user = hearing_user(p->hearing);
	out_printable(p->paint.out, host, (size_t)n);
	out_text(p->paint.out, " *** ");
	out_printable(p->paint.out, user[0] != '\0' ? user : "-",
	    user[0] != '\0' ? strlen(user) : 1);
	out_fmt(p->paint.out, " %u %" PRIu64 " %02d:%02d:%02d %s\n",
	    sum->messages, hearing_bytes(p->hearing, DIR_R), (int)(s / 3600),
	    (int)(s / 60 % 60), (int)(s % 60),
	    sum->login == LOGIN_FAILED ? "FAILED" : "OK");
	out_printable(p->paint.out, host, (size_t)n);
	out_text(p->paint.out, " Disconnected\n");
}

void
print_end(struct print *p)
{
	linewise_flush(&p->lines);
	if (p->hearing != NULL) {
		hearing_end(p->hearing);
		if (!p->wanted.done && !p->session->in_progress)
			put_arrow_end(p);
	}
	hearing_close(&p->hearing);
	decoder_close(&p->decoder);
	linewise_free(&p->lines);
	buf_free(&p->said);
}
