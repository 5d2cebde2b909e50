/* settle.c - what is worked out when all of a log was read */
#include "settle.h"
#include "hearing.h"
#include "mem.h"
#include "take.h"

#include <ctype.h>
#include <stdlib.h>

/* ---- beginnings and ends ---------------------------------------------- */

/* Words with which servers greet, of all protocols. */
bool
settle_is_greeting(const void *p, size_t n)
{
	static const char *const words[] = {"+OK", "-ERR", "* OK", "* PREAUTH",
	    "* BYE", "220", "200", "201", "400", "502", "554"};
	struct take t;

	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		t = take_from(p, n);
		if (take_text(&t, words[i]) &&
		    (t.p == t.end || take_one(&t, " -\r\n", NULL)))
			return true;
	}
	return false;
}

/* QUIT, or a tag and LOGOUT. */
static bool
is_goodbye(const void *p, size_t n)
{
	struct take t = take_from(p, n), tag;

	take_trim(&t, "\r\n ");
	if (take_word(&t, "QUIT"))
		return t.p == t.end;
	return take_token(&t, &tag) && take_word(&t, " LOGOUT") && t.p == t.end;
}

/* A greeting that can't be the answer to QUIT, which has 205 or 221. */
static bool
is_no_farewell(const void *p, size_t n)
{
	struct take t = take_from(p, n);

	return take_text(&t, "220") || take_text(&t, "200") ||
	    take_text(&t, "201");
}

bool
settle_is_anew(struct settle_talk *t, enum dir d, const void *p, size_t n)
{
	if (d == DIR_S) {
		/* What follows a QUIT says that it was text. */
		t->goodbye = is_goodbye(p, n);
		t->answered = false;
	} else if (d == DIR_R && t->goodbye && settle_is_greeting(p, n) &&
	    (t->answered || is_no_farewell(p, n))) {
		t->goodbye = t->answered = false;
		return true;
	} else if (d == DIR_R) {
		t->answered = t->goodbye;
	}
	return false;
}

static const struct event *
first_of(const struct log_session *s, enum dir d)
{
	for (size_t i = 0; i < s->nevents; i++)
		if (s->events[i].dir == d &&
		    (s->events[i].flags & EVENT_OMITTED) == 0)
			return &s->events[i];
	return NULL;
}

bool
settle_is_turned(const struct log_session *s)
{
	const struct event *client = first_of(s, DIR_S);
	const struct event *server = first_of(s, DIR_R);

	return client != NULL &&
	    settle_is_greeting(client->bytes, client->len) &&
	    (server == NULL || !settle_is_greeting(server->bytes, server->len));
}

void
settle_turn(struct log_session *s)
{
	for (size_t i = 0; i < s->nevents; i++)
		if (s->events[i].dir == DIR_S)
			s->events[i].dir = DIR_R;
		else if (s->events[i].dir == DIR_R)
			s->events[i].dir = DIR_S;
}

/* ---- masks ------------------------------------------------------------ */

/* How many bytes at the front are the same. */
static size_t
same_bytes(const struct take *t)
{
	size_t n = 0;

	while (n < take_left(t) && t->p[n] == t->p[0])
		n++;
	return n;
}

/* Whether this text, in the place of a secret, stands for one. */
static bool
is_mask(struct take t, bool whole_line)
{
	static const char *const words[] = {"<user>", "<pass>", "<authdata>",
	    "<suppressed>", "[password hidden]", "[USERID]", "[PASSWORD]"};
	size_t n;

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (take_is(&t, words[i]))
			return true;
	if (take_left(&t) > 2 && *t.p == '"' && t.end[-1] == '"') {
		t.p++;
		t.end--;
	}
	n = same_bytes(&t);
	if (n == 0 || n < take_left(&t))
		return false;
	switch (*t.p) {
	case '*':
		return n > 1 || !whole_line; /* it gives up (RFC 5034) */
	case '.':
		return n == 4;
	default: /* XXXXXXX, by hand */
		return n >= 3 && isalpha(*t.p);
	}
}

static void
mask(struct log *log, struct event *ev, const struct take *t, bool whole)
{
	if (t->p < t->end && is_mask(*t, whole))
		log_mask(log, ev, (size_t)(t->p - ev->bytes), take_left(t));
}

/* `LOGIN user secret`: both may be masked; the user may be a quoted string. */
static void
mask_login(struct log *log, struct event *ev, struct take *t)
{
	struct take user;

	take_blanks(t);
	user = *t;
	if (take_text(t, "\"") && take_until(t, "\"", NULL))
		;
	else if (!take_token(t, NULL))
		return;
	user.end = t->p;
	if (take_is(&user, "<user>"))
		mask(log, ev, &user, false);
	take_blanks(t);
	mask(log, ev, t, false);
}

/* Find the masks of a line of the client's; answer: to a challenge. */
static void
find_masks(struct log *log, struct event *ev, bool answer)
{
	struct take t = take_from(ev->bytes, ev->len), line = t, tag;

	if (answer) {
		mask(log, ev, &line, true);
	} else if (take_word(&t, "PASS ") || take_word(&t, "AUTHINFO PASS ")) {
		mask(log, ev, &t, false);
	} else if (take_word(&t, "AUTH ")) {
		if (take_token(&t, NULL) && take_text(&t, " "))
			mask(log, ev, &t, false);
	} else if (take_token(&t, &tag) && take_text(&t, " ")) {
		if (take_word(&t, "LOGIN "))
			mask_login(log, ev, &t);
		else if (take_word(&t, "AUTHENTICATE ") &&
		    take_token(&t, NULL) && take_text(&t, " "))
			mask(log, ev, &t, false);
	}
}

/* ---- what was left out ------------------------------------------------ */

struct settling {
	struct log *log;
	struct log_session *s;
	struct hearing *h;
	unsigned how;
	struct event *events; /* what the session's will be */
	size_t n, room;
	struct event
	    said[2]; /* the last of each direction, `bytes` NULL: none */
	enum dir last; /* which of them was later */
	bool content[2]; /* some of the message that is open is there */
	uint64_t line; /* of the event before */
	int64_t us;
};

static void
put(struct settling *g, const struct event *ev)
{
	uint64_t left;

	if (g->n == g->room) {
		g->room = g->room > 0 ? g->room * 2 : g->s->nevents + 4;
		g->events = mem_array(g->events, g->room, sizeof *ev);
	}
	g->events[g->n++] = *ev;
	if (ev->kind == EVENT_DATA && ev->dir != DIR_E)
		g->content[ev->dir] =
		    hearing_next(g->h, ev->dir, &left) != NEXT_LINE;
	hearing_event(g->h, ev);
	g->line = ev->line;
	g->us = ev->time_us;
}

static void
put_omitted(struct settling *g, enum dir d, uint64_t n)
{
	const struct event ev = {.kind = EVENT_DATA,
	    .dir = d,
	    .time_us = g->us,
	    .line = g->line,
	    .bytes = (const unsigned char *)"",
	    .end = END_NONE,
	    .flags = EVENT_OMITTED,
	    .omitted = n};

	put(g, &ev);
}

void
settle_left_out(struct log *log, struct log_session *s, size_t at, enum dir d,
    uint64_t n, bool rest)
{
	struct event ev = *log_omitted(
	    log, s, at < s->nevents ? s->events[at].line : 0, d, n);

	if (log->full)
		return;
	if (at + 1 < s->nevents) {
		ev.time_us = s->events[at].time_us;
		memmove(&s->events[at + 1], &s->events[at],
		    (s->nevents - 1 - at) * sizeof ev);
	}
	ev.flags |= rest ? EVENT_PARTIAL : 0;
	s->events[at] = ev;
}

uint64_t
settle_told_size(struct take command, struct take reply)
{
	uint64_t n;

	if (!take_word(&command, "RETR ") || !take_text(&reply, "+OK ") ||
	    !take_number(&reply, 1, 12, &n) ||
	    (reply.p < reply.end && !take_text(&reply, " octets") &&
		!take_text(&reply, " bytes")))
		return 0;
	return n;
}

/* About how long the message is that the last reply opens. */
static uint64_t
message_size(const struct settling *g, enum dir d)
{
	const struct event *s = &g->said[DIR_S], *r = &g->said[DIR_R];

	return d != DIR_R || g->content[d] ?
	    0 :
	    settle_told_size(
		take_from(s->bytes, s->len), take_from(r->bytes, r->len));
}

/* What is due in a direction, where something else comes, was left out. */
static void
fill_in(struct settling *g, enum dir d)
{
	uint64_t left;

	switch (hearing_next(g->h, d, &left)) {
	case NEXT_COUNTED:
		put_omitted(g, d, left);
		break;
	case NEXT_MESSAGE:
		put_omitted(g, d, message_size(g, d));
		break;
	case NEXT_LIST:
		put_omitted(g, d, 0);
		break;
	default:
		break;
	}
}

static bool
is_lone_dot(const struct event *ev)
{
	return ev->len == 1 && ev->bytes[0] == '.';
}

/* What should have been said before this event, and was not. */
static void
fill_in_before(struct settling *g, const struct event *ev)
{
	uint64_t left;

	if (ev->dir == DIR_R)
		fill_in(g, DIR_S);
	/* A list may be here without its dot, but the rest of a line comes. */
	if (ev->dir == DIR_S ||
	    hearing_next(g->h, DIR_R, &left) == NEXT_COUNTED)
		fill_in(g, DIR_R);
}

/* After `354` nothing but the dot is there; it belongs to what is not. */
static bool
is_dot_of_omitted(const struct settling *g, const struct event *ev)
{
	uint64_t left;

	return ev->dir == DIR_S && is_lone_dot(ev) && g->last == DIR_R &&
	    hearing_next(g->h, DIR_S, &left) == NEXT_MESSAGE;
}

/* A challenge of POP3 or IMAP, or of SMTP. */
static bool
is_challenge(const struct event *ev)
{
	struct take t = take_from(ev->bytes, ev->len);

	return (take_text(&t, "+") && (t.p == t.end || *t.p == ' ')) ||
	    take_text(&t, "334");
}

/* Whether the client goes on after the event with that number. */
static bool
client_goes_on(const struct log_session *s, size_t i)
{
	while (++i < s->nevents)
		if (s->events[i].kind == EVENT_DATA)
			return s->events[i].dir == DIR_S;
	return false;
}

/*
 * A line of a message had another dot on the wire if it begins with one; the
 * last line of the message is that dot alone (RFC 5321, 4.5.2).
 */
static void
stuff(struct settling *g, struct event *ev)
{
	size_t at = (size_t)(ev - g->s->events);
	unsigned char *line;
	uint64_t left;

	if (ev->dir != DIR_S || ev->len == 0 || ev->bytes[0] != '.' ||
	    hearing_next(g->h, DIR_S, &left) != NEXT_MESSAGE ||
	    (is_lone_dot(ev) && !client_goes_on(g->s, at)))
		return;
	line = log_alloc(g->log, ev->len + 1);
	line[0] = '.';
	memcpy(line + 1, ev->bytes, ev->len);
	ev->bytes = line;
	ev->len++;
	ev->flags |= EVENT_LOSSY;
}

/* The client speaks before a reply of many lines has ended. */
static bool
is_within_reply(const struct settling *g, const struct event *ev)
{
	uint64_t left;
	enum hearing_next next = hearing_next(g->h, DIR_R, &left);

	return ev->dir == DIR_S && (next == NEXT_MESSAGE || next == NEXT_LIST);
}

static void
settle_data(struct settling *g, struct event *ev)
{
	bool omitted = (ev->flags & EVENT_OMITTED) != 0;

	if ((g->how & SETTLE_BODIES) != 0 && !omitted) {
		fill_in_before(g, ev);
		if (is_dot_of_omitted(g, ev)) {
			put_omitted(g, DIR_S, 0);
			return;
		}
	}
	if ((g->how & SETTLE_DOTS) != 0)
		stuff(g, ev);
	if ((g->how & SETTLE_FORGED) != 0 && is_within_reply(g, ev))
		ev->flags |= EVENT_LOSSY;
	if ((g->how & SETTLE_MASKS) != 0 && ev->dir == DIR_S && ev->nmasks == 0)
		find_masks(g->log, ev,
		    g->last == DIR_R && is_challenge(&g->said[DIR_R]));
	g->said[ev->dir] = *ev;
	g->last = ev->dir;
	put(g, ev);
}

static void
settle_session(struct log *log, struct log_session *s, unsigned how)
{
	struct settling g = {.log = log, .s = s, .how = how, .last = DIR_NONE};

	g.h = hearing_open(&s->head, NULL, NULL);
	for (size_t i = 0; i < s->nevents; i++)
		if (s->events[i].kind == EVENT_DATA &&
		    s->events[i].dir != DIR_E)
			settle_data(&g, &s->events[i]);
		else
			put(&g, &s->events[i]);
	if ((how & SETTLE_BODIES) != 0)
		fill_in(&g, DIR_R);
	hearing_close(&g.h);
	free(s->events);
	s->events = g.events;
	s->nevents = g.n;
	log->bytes +=
	    (g.room > s->room ? g.room - s->room : 0) * sizeof *g.events;
	s->room = g.room;
	if (settle_is_turned(s))
		log_damage(log, s, first_of(s, DIR_S)->line,
		    "the client greets: are the two sides taken for each "
		    "other?");
}

void
settle(struct log *log, unsigned how)
{
	for (struct log_session *s = log->first; s != NULL; s = s->next)
		settle_session(log, s, how);
}
