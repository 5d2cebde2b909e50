/* explain.c - what each line of a session means: the facts, one by one */
#include "explain_own.h"
#include "mem.h"
#include "phrase.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- masks ------------------------------------------------------------ */

/* What the masks of this line stand for, and what is known of it. */
void
explain_masks(struct explain *x, const char *hides)
{
	struct buf *b;

	if (x->masks_told || (x->line->flags & EVENT_MASKED) == 0)
		return;
	x->masks_told = true;
	b = notes_begin(&x->notes, NULL);
	buf_fmt(b, "the mask hides %s", hides != NULL ? hides : "a secret");
	for (size_t i = 0; i < x->line->nmasks; i++) {
		const struct event_mask *m = &x->line->masks[i];

		if (m->label == NULL)
			continue;
		buf_text(b, i == 0 ? ": " : ", ");
		buf_add(b, m->label, m->label_len);
	}
}

/* ---- commands --------------------------------------------------------- */

static void
explain_command(struct explain *x, const struct fact *f)
{
	struct asked *a = asked_note(&x->asked, x->doc, f);
	const struct doc_verb *v = a->doc;

	if (v == NULL) {
		notes_add(&x->notes, NULL, "%s",
		    x->doc == NULL ?
			"said before it was known which protocol it is" :
			"no command that is known here");
		explain_masks(x, "all of it, for it may be a secret");
		return;
	}
	phrase_add(notes_begin(&x->notes, v->where),
	    a->arg_len == 0 && v->bare != NULL ? v->bare : v->about, a->arg,
	    a->arg_len);
	explain_parameters(x, a->arg, a->arg_len);
	explain_names(x, a->arg, a->arg_len);
	if (strcmp(a->name, "AUTH") == 0 ||
	    strcmp(a->name, "AUTHENTICATE") == 0 ||
	    strcmp(a->name, "AUTHINFO SASL") == 0)
		explain_initial(x, a);
	explain_masks(x, v->hides);
}

/* ---- facts ------------------------------------------------------------ */

static void
hear_protocol(struct explain *x, const struct fact *f)
{
	char name[32];

	snprintf(
	    name, sizeof name, "%.*s", (int)f->arg_len, (const char *)f->arg);
	x->doc = doc_find(name);
}

static void
hear_user(struct explain *x, const struct fact *f)
{
	snprintf(x->user, sizeof x->user, "%.*s", (int)f->arg_len,
	    (const char *)f->arg);
}

static void
hear_login(struct explain *x, const struct fact *f)
{
	const char *user = hearing_user(x->hearing);

	if (f->status != STATUS_OK)
		notes_add(&x->notes, NULL, "the login failed");
	else if (user[0] != '\0')
		notes_add(&x->notes, NULL, "logged in as %s", user);
	else
		notes_add(&x->notes, NULL, "logged in");
}

static void
hear_reply(struct explain *x, const struct fact *f)
{
	struct asked *a = asked_find(&x->asked, f->command);

	x->command = f->command;
	if (f->kind == FACT_GREETING) {
		explain_greeting(x, f);
	} else if (f->kind == FACT_REPLY) {
		explain_reply(x, f, a);
		if (a != NULL) {
			a->replies++;
			a->more = 0;
		}
	} else {
		explain_more(x, f, a);
		if (a != NULL)
			a->more++;
	}
	explain_masks(x, "an echo of a secret");
}

/* `Host: example.jp` */
static void
hear_header(struct explain *x, const char *p, size_t n)
{
	const char *colon = memchr(p, ':', n);

	if (x->doc != NULL && colon != NULL)
		explain_word(x, x->doc->data, p, (size_t)(colon - p));
	explain_masks(x, "what would let others in, too");
}

static void
hear(void *arg, const struct fact *f)
{
	struct explain *x = arg;

	switch (f->kind) {
	case FACT_PROTOCOL:
		hear_protocol(x, f);
		break;
	case FACT_COMMAND:
		explain_command(x, f);
		break;
	case FACT_GREETING:
	case FACT_REPLY:
	case FACT_REPLY_MORE:
		hear_reply(x, f);
		break;
	case FACT_CHALLENGE:
		explain_challenge(x, f);
		explain_masks(x, "what the password could be guessed from");
		break;
	case FACT_RESPONSE:
		explain_response(x, f);
		explain_masks(x, doc_mechanism_hides(f->verb));
		break;
	case FACT_USER:
		hear_user(x, f);
		break;
	case FACT_LOGIN:
		hear_login(x, f);
		break;
	case FACT_LIST:
		x->fact_list = true;
		break;
	case FACT_CONTENT_END:
		x->fact_end = true;
		break;
	case FACT_HEADER:
		hear_header(x, (const char *)f->arg, f->arg_len);
		break;
	case FACT_STRAY:
		if (x->doc != NULL)
			notes_add(&x->notes, NULL,
			    "this belongs to nothing that is known here");
		break;
	case FACT_CONTENT:
	case FACT_TLS:
	case FACT_MAILBOX:
		break;
	}
	explain_state(x, f, asked_find(&x->asked, f->command));
	spent_fact(&x->told.spent, f, asked_find(&x->asked, f->command));
}

/* ---- lines ------------------------------------------------------------ */

struct explain *
explain_open(const struct session *s)
{
	struct explain *x = mem_alloc(sizeof *x);

	memset(x, 0, sizeof *x);
	x->session = s;
	spent_init(&x->told.spent);
	x->hearing = hearing_open(s, hear, x);
	x->doc = doc_find(hearing_protocol(x->hearing));
	return x;
}

void
explain_close(struct explain **p)
{
	struct explain *x = *p;

	if (x == NULL)
		return;
	hearing_close(&x->hearing);
	notes_free(&x->notes);
	free(x);
	*p = NULL;
}

static bool
is_lone_dot(const struct event *ev)
{
	return ev->len == 1 && ev->bytes[0] == '.';
}

static void
begin_part(struct explain *x, enum explain_part part, enum dir d)
{
	x->part = part;
	x->part_dir = d;
	x->lines = x->octets = 0;
	x->inexact = (x->session->lacks & LACKS_LINE_ENDS) != 0;
}

/* A line of a list or a message. */
static void
count_line(struct explain *x, const struct event *ev)
{
	x->lines++;
	x->octets += ev->len + strlen(event_line_end(ev));
	x->octets -= ev->len > 1 && ev->bytes[0] == '.'; /* stuffing */
	x->octets += ev->omitted;
	x->inexact |= (ev->flags & EVENT_LOSSY) != 0 ||
	    ((ev->flags & EVENT_OMITTED) != 0 && ev->omitted == 0);
}

/* The octets that were announced and those that came. */
static void
compare_octets(struct explain *x)
{
	if (x->part != PART_CONTENT || x->announced == 0 || x->inexact)
		return;
	if (x->announced == x->octets)
		notes_add(&x->notes, NULL, "as many octets as announced");
	else
		notes_add(&x->notes, NULL,
		    "%llu octet%s announced, and %llu came",
		    (unsigned long long)x->announced,
		    x->announced == 1 ? " was" : "s were",
		    (unsigned long long)x->octets);
	x->announced = 0;
}

static const char *
noun_of(const struct explain *x)
{
	const char *name = x->doc != NULL ? x->doc->name : "";

	if (strcmp(name, "nntp") == 0)
		return "article";
	if (strcmp(name, "sieve") == 0)
		return "script";
	return strcmp(name, "http") == 0 ? "body" : "message";
}

/* How far it is: messages that have passed, either way. */
static void
count_messages(struct explain *x)
{
	const struct summary *sum = hearing_summary(x->hearing);

	if (x->part == PART_CONTENT && sum->messages > 1)
		notes_add(&x->notes, NULL, "that was %s %u of this session",
		    noun_of(x), sum->messages);
}

static void
explain_list_line(struct explain *x, const struct event *ev)
{
	const struct asked *a = x->list_of;

	if (a != NULL &&
	    (strcmp(a->name, "CAPA") == 0 ||
		strcmp(a->name, "CAPABILITIES") == 0))
		explain_capability(x, (const char *)ev->bytes, ev->len);
}

/* What part of the dialogue this line is, as the facts and its place tell. */
static void
place(struct explain *x, const struct event *ev, struct explained *out)
{
	bool begins = false;
	bool content = hearing_content(x->hearing, &begins) || x->left_out;
	bool opened = x->part != PART_DIALOGUE && x->part_dir == ev->dir;

	if (content && (!opened || (begins && !x->open_before))) {
		begin_part(x, PART_CONTENT, ev->dir);
		out->begins = opened = true;
	}
	x->open_before = content && x->left_out;
	if (opened && x->part == PART_CONTENT && !content && !x->fact_end)
		opened = false; /* what stands behind it in its reply */
	if (opened) {
		out->part = x->part;
		out->begins |= x->lines == 0;
		if (x->part == PART_CONTENT ? content : !x->fact_end)
			count_line(x, ev);
		if (x->part == PART_LIST && !is_lone_dot(ev))
			explain_list_line(x, ev);
	}
	out->lines = x->lines;
	out->octets = x->octets;
	if (opened && x->fact_end) {
		compare_octets(x);
		count_messages(x);
		out->ends = true;
		x->part = PART_DIALOGUE;
	}
	if (x->fact_list) {
		begin_part(x, PART_LIST, DIR_R);
		x->list_of = asked_find(&x->asked, x->command);
	}
}

/* Whether the log leaves content out here. */
static bool
leaves_content_out(const struct explain *x, const struct event *ev)
{
	enum hearing_next next;
	uint64_t left;

	if (ev->kind != EVENT_DATA || (ev->flags & EVENT_OMITTED) == 0)
		return false;
	next = hearing_next(x->hearing, ev->dir, &left);
	return next == NEXT_MESSAGE || next == NEXT_COUNTED;
}

static void
hear_line(struct explain *x, const struct event *ev)
{
	x->line = ev;
	x->masks_told = x->fact_list = x->fact_end = false;
	x->new_state = NULL;
	x->user[0] = '\0';
	notes_clear(&x->notes);
	told_event(&x->told, ev);
	x->left_out = leaves_content_out(x, ev);
	hearing_event(x->hearing, ev);
	if (x->user[0] != '\0' &&
	    memmem(ev->bytes, ev->len, x->user, strlen(x->user)) == NULL)
		notes_add(&x->notes, NULL, "the user is %s", x->user);
}

void
explain_line(struct explain *x, const struct event *ev, struct explained *out)
{
	int64_t before = x->told.spent.last_us;

	memset(out, 0, sizeof *out);
	hear_line(x, ev);
	out->noun = noun_of(x);
	out->pause_us = before != TIME_NONE && ev->time_us != TIME_NONE ?
	    ev->time_us - before :
	    TIME_NONE;
	if (ev->kind == EVENT_DATA && ev->dir != DIR_E)
		place(x, ev, out);
	else
		explain_event(x, ev);
	notes_end(&x->notes);
	out->worth = x->notes.n > 0;
	out->notes = &x->notes;
	if (x->new_state != NULL && x->new_state != x->state)
		out->state = x->state = x->new_state;
}

const struct notes *
explain_end(struct explain *x)
{
	static const struct event none = {.kind = EVENT_STATE, .dir = DIR_NONE};

	x->line = &none;
	notes_clear(&x->notes);
	hearing_end(x->hearing);
	notes_clear(&x->notes);
	explain_whole(x);
	notes_end(&x->notes);
	return &x->notes;
}
