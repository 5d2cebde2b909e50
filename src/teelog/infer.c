/* infer.c - who says a line, where the log does not tell */
#include "infer.h"
#include "hearing.h"
#include "infer_words.h"
#include "mem.h"
#include "settle.h"

#include <stdlib.h>

struct infer {
	struct log *log;
	const char *key;
	void (*fill)(void *arg, struct log_session *s);
	void *arg;
	struct log_session *s; /* NULL: the next line makes one */
	struct hearing *h; /* NULL: nothing was said yet */
	const struct infer_words *words; /* of the protocol */
	struct settle_talk talk;
	enum dir last; /* who said the line before */
	bool goes_on; /* ... which a literal interrupted */
	size_t
	    block; /* the message we are in begins with that event; 0: none */
	struct take command; /* the client's last line */
	bool omits; /* messages are never there */
};

struct infer *
infer_open(struct log *log, const char *key,
    void (*fill)(void *arg, struct log_session *s), void *arg)
{
	struct infer *in = mem_alloc(sizeof *in);

	memset(in, 0, sizeof *in);
	in->log = log;
	if (key != NULL)
		in->key = log_copy(log, key, strlen(key));
	in->fill = fill;
	in->arg = arg;
	in->last = DIR_NONE;
	return in;
}

void
infer_without_bodies(struct infer *in)
{
	in->omits = true;
}

struct log_session *
infer_session(struct infer *in)
{
	if (in->s == NULL) {
		in->s = log_session(in->log, in->key);
		if (in->fill != NULL)
			in->fill(in->arg, in->s);
	}
	return in->s;
}

/* ---- blocks that do not end as they should ---------------------------- */

static bool
is_reply(const struct infer *in, const struct event *ev)
{
	return in->words->is_reply(take_from(ev->bytes, ev->len));
}

static bool
is_goodbye(const struct event *ev)
{
	struct settle_talk talk = {false, false};

	settle_is_anew(&talk, DIR_S, ev->bytes, ev->len);
	return talk.goodbye;
}

/* The data event before that one within the message that is open, or NULL. */
static struct event *
data_before(const struct infer *in, const struct event *ev)
{
	while (ev > in->s->events + in->block)
		if ((--ev)->kind == EVENT_DATA)
			return &in->s->events[ev - in->s->events];
	return NULL;
}

/*
 * The log ends within a message, whose dot was not copied, nor what followed it.
 * What looks like the end of the dialogue is just that.
 */
static void
reopen(struct infer *in)
{
	struct log_session *s = in->s;
	struct event *quit, *reply;

	if (in->block == 0 || in->block > s->nevents)
		return;
	quit = data_before(in, s->events + s->nevents);
	if (quit != NULL && is_reply(in, quit)) {
		reply = quit;
		quit = data_before(in, reply);
	}
	if (quit == NULL || !is_goodbye(quit))
		return;
	quit->dir = DIR_S;
	settle_left_out(
	    in->log, s, (size_t)(quit - s->events), DIR_R, 0, false);
}

/* Whether this line can't belong to the list that is open. */
static bool
ends_list(const struct infer *in, const unsigned char *p, size_t n)
{
	const struct infer_words *w = in->words;
	struct take command = in->command;

	return w->ends_list != NULL &&
	    w->ends_list(take_from(p, n), take_word(&command, "CAPA"));
}

/* What the server said is not in the log: a message, the dot of a list. */
static void
leave_out(struct infer *in, uint64_t line, uint64_t n, unsigned flags)
{
	struct event *ev = log_omitted(in->log, in->s, line, DIR_R, n);

	ev->flags |= flags | EVENT_INFERRED;
	hearing_event(in->h, ev);
}

/* ---- a line ----------------------------------------------------------- */

/* The first line tells the protocol, where nothing else has. */
static void
begin(struct infer *in, const unsigned char *p, size_t n)
{
	struct log_session *s = infer_session(in);

	in->words = infer_words_of(s->head.protocol, take_from(p, n));
	if (s->head.protocol == NULL)
		s->head.protocol = in->words->protocol;
	in->h = hearing_open(&s->head, NULL, NULL);
	memset(&in->talk, 0, sizeof in->talk);
	in->goes_on = false;
	in->block = 0;
}

enum dir
infer_next(const struct infer *in)
{
	uint64_t left;

	if (in->h == NULL)
		return DIR_NONE;
	switch (hearing_next(in->h, DIR_S, &left)) {
	case NEXT_MESSAGE:
	case NEXT_COUNTED:
	case NEXT_ANSWER:
		return DIR_S;
	default:
		break;
	}
	switch (hearing_next(in->h, DIR_R, &left)) {
	case NEXT_MESSAGE:
	case NEXT_LIST:
	case NEXT_COUNTED:
		return DIR_R;
	default:
		return in->goes_on ? in->last : DIR_NONE;
	}
}

/* Where the form of the line tells; DIR_NONE if it does not. */
static enum dir
by_form(const struct infer *in, const unsigned char *p, size_t n)
{
	if (in->words->is_reply(take_from(p, n)))
		return DIR_R;
	if (in->words->is_command(take_from(p, n)))
		return DIR_S;
	return DIR_NONE;
}

/* Who says this line; *unsure: nothing tells. */
static enum dir
direction(struct infer *in, uint64_t line, const unsigned char *p, size_t n,
    bool *unsure)
{
	enum dir d = infer_next(in);
	uint64_t left;

	*unsure = false;
	if (d == DIR_R && hearing_next(in->h, DIR_R, &left) == NEXT_LIST &&
	    ends_list(in, p, n)) {
		leave_out(in, line, 0, EVENT_LOSSY);
		d = DIR_NONE;
	}
	if (d == DIR_NONE && in->last == DIR_NONE)
		return settle_is_greeting(p, n) || by_form(in, p, n) != DIR_S ?
		    DIR_R :
		    DIR_S;
	if (d == DIR_NONE)
		d = by_form(in, p, n);
	*unsure = d == DIR_NONE;
	return *unsure ? in->last : d;
}

static void
add_note(struct infer *in, uint64_t line, const char *text)
{
	log_note(in->log, in->s, line, text, strlen(text));
}

/* What the tracker makes of the line, and what that means for the next. */
static void
hear(struct infer *in, const struct event *ev)
{
	enum dir d = ev->dir;
	uint64_t left;
	bool counted = hearing_next(in->h, d, &left) == NEXT_COUNTED;
	struct take text = take_from(ev->bytes, ev->len);
	enum hearing_next next;

	hearing_event(in->h, ev);
	next = hearing_next(in->h, d, &left);
	in->last = d;
	in->goes_on = ev->end == END_NONE || (counted && next != NEXT_COUNTED);
	in->block = d == DIR_R && next == NEXT_MESSAGE ? in->block : 0;
	if (d == DIR_S)
		in->command = text;
	else if (in->omits && next == NEXT_COUNTED)
		in->goes_on = true;
	else if (next == NEXT_MESSAGE && in->block == 0)
		in->block = in->s->nevents;
}

/* What the log's writer always leaves out. */
static void
pass_over(struct infer *in, const struct event *ev)
{
	uint64_t left, line = ev->line;
	struct take reply = take_from(ev->bytes, ev->len);

	switch (hearing_next(in->h, DIR_R, &left)) {
	case NEXT_COUNTED:
		leave_out(in, line, left, 0);
		break;
	case NEXT_MESSAGE:
		leave_out(in, line, settle_told_size(in->command, reply), 0);
		in->block = 0;
		break;
	default:
		break;
	}
}

struct event *
infer_line(struct infer *in, uint64_t line, const void *bytes, size_t n,
    enum line_end end)
{
	const unsigned char *p = bytes;
	struct settle_talk talk = in->talk;
	struct event *ev;
	enum dir d;
	bool unsure;

	if (n == 0 && end != END_NONE &&
	    (in->h == NULL || infer_next(in) == DIR_NONE))
		return NULL;
	if (in->h != NULL && infer_next(in) == DIR_NONE &&
	    settle_is_anew(&talk, DIR_R, p, n))
		infer_end(in);
	if (in->h == NULL)
		begin(in, p, n);
	d = direction(in, line, p, n, &unsure);
	settle_is_anew(&in->talk, d, p, n);
	if (unsure)
		add_note(
		    in, line, "it is not clear who said the following line");
	ev = log_line(in->log, in->s, line, d, p, n);
	ev->end = end;
	ev->flags = EVENT_INFERRED | (end == END_UNKNOWN ? EVENT_LOSSY : 0) |
	    (end == END_NONE ? EVENT_PARTIAL : 0);
	hear(in, ev);
	if (in->omits && d == DIR_R) {
		size_t at = in->s->nevents;

		pass_over(in, ev);
		if (at > 0 && at <= in->s->nevents)
			ev = &in->s->events[at - 1];
	}
	return ev;
}

struct event *
infer_logged(struct infer *in, const struct logfile_line *line)
{
	bool cr = line->n > 0 && line->p[line->n - 1] == '\r';
	struct event *ev = infer_line(in, line->number, line->p, line->n - cr,
	    cr ? END_CRLF : END_UNKNOWN);

	if (ev != NULL && line->us != TIME_NONE)
		log_time(in->s, ev, line->us);
	return ev;
}

void
infer_end(struct infer *in)
{
	if (in->s == NULL)
		return;
	if (in->h != NULL)
		reopen(in);
	hearing_close(&in->h);
	log_close(in->log, in->s);
	in->s = NULL;
	in->last = DIR_NONE;
}

void
infer_close(struct infer **p)
{
	struct infer *in = *p;

	if (in == NULL)
		return;
	if (in->s != NULL && in->h != NULL)
		reopen(in);
	hearing_close(&in->h);
	free(in);
	*p = NULL;
}
