/* tell.c - what a tracker has understood, for the record's events and summary */
#include "track.h"

#include "../base/scan.h"

#include <string.h>

/* Room for a user name in the summary. */
#define USER_ROOM sizeof((struct summary *)0)->user

void
track_switch(struct track *t, const struct protocol *p)
{
	if (p == NULL) /* a protocol that was left out of this build */
		p = protocol_find("text");
	for (enum dir d = DIR_S; d <= DIR_R; d++)
		if (track_frame_of(t, d) == FRAME_OWN &&
		    p->own != t->proto->own)
			track_frame(t, d, FRAME_LINE, 0);
	memset(t->state, 0, sizeof t->state);
	t->greeted = false;
	pending_forget(&t->pending);
	t->proto = p;
	t->sure = true;
	track_event(t, "protocol %s", p->name);
	track_fact(t, FACT_PROTOCOL, DIR_NONE, (const unsigned char *)p->name,
	    strlen(p->name));
	if (p->open != NULL)
		p->open(t);
}

void
track_hint(struct track *t, enum dir d, const char *word)
{
	track_event(t, "hint %c %s", dir_letter(d), word);
}

static void
tell(struct track *t, const struct fact *f)
{
	if (t->out.fact != NULL)
		t->out.fact(t->out.arg, f);
}

void
track_command(struct track *t, const char *verb, const struct line *l,
    const struct command *c)
{
	struct fact f = {.kind = FACT_COMMAND, .dir = DIR_S, .verb = verb};

	f.command = ++t->sum.commands;
	f.arg = l->p + c->arg;
	f.arg_len = c->end - c->arg;
	tell(t, &f);
}

void
track_reply(struct track *t, enum fact_kind kind, enum fact_status status,
    int code, const struct line *l, unsigned command)
{
	struct fact f = {.kind = kind, .dir = DIR_R, .status = status};

	f.code = code;
	f.arg = l->p;
	f.arg_len = l->n;
	f.command = command;
	if (kind == FACT_REPLY && status == STATUS_NO)
		t->sum.refused++;
	tell(t, &f);
}

void
track_fact(struct track *t, enum fact_kind kind, enum dir d,
    const unsigned char *arg, size_t n)
{
	struct fact f = {.kind = kind, .dir = d, .arg = arg, .arg_len = n};

	tell(t, &f);
}

void
track_stray(struct track *t, const struct line *l)
{
	track_fact(t, FACT_STRAY, DIR_R, l->p, l->n);
}

void
track_exchange(struct track *t, enum fact_kind kind, enum dir d,
    const unsigned char *p, size_t n)
{
	struct fact f = {.kind = kind, .dir = d, .arg = p, .arg_len = n};

	f.verb = t->sasl.mech;
	f.command = t->sasl.command;
	tell(t, &f);
}

bool
track_mailbox(struct track *t, const unsigned char *p, size_t n)
{
	uint64_t messages;

	if (!word_number(p, n, &messages) || messages > UINT32_MAX)
		return false;
	t->sum.mailbox = (unsigned)messages;
	t->sum.mailbox_known = true;
	return true;
}

void
track_compressed(struct track *t)
{
	for (enum dir d = DIR_S; d <= DIR_R; d++) {
		track_frame(t, d, FRAME_OPAQUE, 0);
		track_event(t, "binary %c", dir_letter(d));
	}
}

bool
track_user(struct track *t, const unsigned char *name, size_t n)
{
	char text[USER_ROOM * ESCAPE_MAX + SCAN_SLACK], *end;
	enum escape_after after = AFTER_TEXT;
	const unsigned char *at;

	while (n > 0 && (name[n - 1] == '\r' || name[n - 1] == '\n'))
		n--;
	if (t->mode == TRACK_READ && n == 4 && memcmp(name, "****", 4) == 0)
		return false;
	if (!echo_user(&t->echo, name, n))
		return false;
	track_fact(t, FACT_USER, DIR_S, name, n);
	if (n >= USER_ROOM)
		n = USER_ROOM - 1;
	end = escape_text(text, name, name + n, 0, &after, &at);
	if (end - text >= (ptrdiff_t)USER_ROOM) {
		/* Cut to what fits, whatever it becomes. */
		n = (USER_ROOM - 1) / ESCAPE_MAX;
		after = AFTER_TEXT;
		end = escape_text(text, name, name + n, 0, &after, &at);
	}
	*end = '\0';
	memcpy(t->sum.user, text, (size_t)(end - text) + 1);
	return true;
}

void
track_user_word(struct track *t, const unsigned char *p, size_t n)
{
	size_t end = 0;

	while (end < n && p[end] > ' ' && p[end] != 0x7f && p[end] != ':')
		end++;
	if (end > 0 &&
	    (end == n || p[end] == ' ' || p[end] == '\t' || p[end] == ':'))
		track_user(t, p, end);
}

void
track_login(struct track *t, bool ok)
{
	struct fact f = {.kind = FACT_LOGIN, .dir = DIR_R};

	f.status = ok ? STATUS_OK : STATUS_NO;
	t->sum.login = ok ? LOGIN_OK : LOGIN_FAILED;
	if (ok)
		t->sum.logins++;
	else
		t->sum.login_failures++;
	tell(t, &f);
}
