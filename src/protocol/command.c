/* command.c - commands made of a verb and its arguments, and default deny */
#include "track.h"

#include <string.h>

#define IAC 0xff
#define SB 0xfa
#define SE 0xf0

size_t
command_iac(const unsigned char *p, size_t n)
{
	if (n < 2 || p[0] != IAC)
		return 0;
	if (p[1] == SB) {
		for (size_t i = 2; i + 1 < n; i++)
			if (p[i] == IAC && p[i + 1] == SE)
				return i + 2;
		return 0;
	}
	if (p[1] >= 0xfb && p[1] <= 0xfe) /* WILL WON'T DO DON'T */
		return n >= 3 ? 3 : 0;
	return p[1] >= 0xf0 && p[1] != IAC ? 2 : 0;
}

bool
command_parse(const struct line *l, size_t from, const struct verb *table,
    struct command *c)
{
	const unsigned char *p = l->p, *cr;
	size_t n, iac;

	cr = memchr(p + from, '\r', l->n - from);
	n = c->end = cr != NULL ? (size_t)(cr - p) : l->n;
	c->at = from;
	do {
		c->at = word_skip(p, n, c->at);
		iac = command_iac(p + c->at, n - c->at);
		c->at += iac;
	} while (iac > 0);
	c->verb = c->at;
	c->verb_end = word_end(p, n, c->verb);
	c->arg = word_skip(p, n, c->verb_end);
	c->name = NULL;
	for (; c->name == NULL && table->names[0] != '\0'; table++) {
		c->known = table;
		c->name = word_among(
		    p + c->verb, c->verb_end - c->verb, table->names);
	}
	if (c->name == NULL)
		c->known = NULL;
	return c->verb < n;
}

/* XXXX: a firewall that inspects mail overwrites verbs so. */
static bool
is_overwritten(const unsigned char *p, size_t n)
{
	if (n < 4 || (p[0] | 32) < 'a' || (p[0] | 32) > 'z')
		return false;
	for (size_t i = 1; i < n; i++)
		if (p[i] != p[0])
			return false;
	return true;
}

static void
hide_unknown(struct track *t, struct line *l, const struct command *c)
{
	const unsigned char *p = l->p + c->verb;
	size_t n = c->verb_end - c->verb;

	if (n == 1 && p[0] == '.' && c->end == c->verb_end)
		return;
	if (is_overwritten(p, n)) {
		track_hint(t, DIR_S, "masked-verb");
		if (c->arg < c->end)
			line_hide(l, c->arg, l->n);
		return;
	}
	if (word_begins(p, n, "PASS")) {
		size_t secret = c->verb + 4;

		line_hide(l, secret, l->n);
		/* also as if a blank, colon or equals sign had been meant */
		while (secret < c->end &&
		    (l->p[secret] == ':' || l->p[secret] == '=' ||
			l->p[secret] == ' '))
			secret++;
		if (t->mode == TRACK_MASK)
			echo_keep(&t->echo, l->p + secret, l->n - secret);
		return;
	}
	if (sasl_late_user(t, p, c->end - c->verb))
		line_hide_quietly(l, c->at, l->n);
	else
		line_deny(t, l, c->at);
}

/* The first word up to a blank or a colon is shown, the rest is not. */
static void
hide_behind_word(struct line *l, const struct command *c)
{
	size_t at = c->arg;

	while (at < c->end && l->p[at] != ' ' && l->p[at] != '\t' &&
	    l->p[at] != ':')
		at++;
	if (at < c->end && l->p[at] == ':')
		at++;
	else
		at = word_skip(l->p, c->end, at);
	if (at < c->end)
		line_hide(l, at, l->n);
}

void
command_hide(struct track *t, struct line *l, const struct command *c)
{
	l->goes_on =
	    c->known != NULL && c->known->args == ARGS_SHOW && c->arg < c->end;
	if (c->known == NULL) {
		hide_unknown(t, l, c);
		return;
	}
	if (c->verb != word_skip(l->p, c->end, l->verb_end))
		l->verb = c->verb; /* or of one: AUTHINFO PASS */
	l->verb_end = c->verb_end;
	switch (c->known->args) {
	case ARGS_NONE:
		if (c->arg < c->end)
			line_hide(l, c->arg, c->end);
		break;
	case ARGS_SECRET:
		if (c->arg < l->n)
			line_hide(l, c->arg, l->n);
		break;
	case ARGS_WORD:
		hide_behind_word(l, c);
		break;
	}
}

void
command_cut(struct line *l)
{
	if (l->cut && !l->goes_on && !line_hides(l, l->n - 1))
		line_hide_quietly(l, l->n - 1, l->n);
}

bool
command_is_http(const unsigned char *p, size_t n)
{
	const char *m = "GET \0HEAD \0POST \0PUT \0DELETE \0OPTIONS \0"
			"CONNECT \0TRACE \0PATCH \0PROPFIND \0";

	if (n < 10 || memcmp(p + n - 9, " HTTP/1.", 8) != 0 ||
	    (p[n - 1] != '0' && p[n - 1] != '1'))
		return word_is(p, n, "PRI * HTTP/2.0");
	for (; *m != '\0'; m += strlen(m) + 1)
		if (n >= strlen(m) + 10 && memcmp(p, m, strlen(m)) == 0)
			return true;
	return false;
}

/* Greetings of mail and news protocols: a verb, or a tag and one. */
static bool
is_opening(const unsigned char *p, size_t n)
{
	size_t end = word_end(p, n, 0), arg = word_skip(p, n, end);

	if (word_among(p, end, "EHLO\0HELO\0LHLO\0") != NULL)
		return arg < n && word_end(p, n, arg) == n;
	return word_among(p, n, "CAPA\0CAPABILITIES\0FEAT\0") != NULL ||
	    (end <= 12 && word_is(p + arg, n - arg, "CAPABILITY"));
}

bool
command_foreign(struct track *t, struct line *l)
{
	const unsigned char *p = l->p;
	size_t n = l->n;

	if (l->cut || l->more || memchr(p, '\r', n) != NULL)
		return false;
	for (size_t i = 0; i < n; i++)
		if (p[i] < 0x20 || p[i] >= 0x7f)
			return false;
	if (command_is_http(p, n)) {
		track_hint(t, DIR_S, "http-request");
		track_switch(t, protocol_find("http"));
		return true;
	}
	if (n >= 11 && memcmp(p, "PROXY TCP", 9) == 0 &&
	    (p[9] == '4' || p[9] == '6') && p[10] == ' ') {
		track_hint(t, DIR_S, "proxy-header");
		return true;
	}
	if (n >= 8 && memcmp(p, "SSH-2.0-", 8) == 0)
		return true;
	return is_opening(p, n);
}

void
command_line(struct track *t, struct line *l, const struct verb *table,
    unsigned char (*one)(
	struct track *t, struct line *l, const struct command *c))
{
	const struct protocol *was = t->proto;
	struct command c;
	unsigned char id, first = 0;
	bool any = false, foreign, proxy;

	foreign = !t->side[DIR_S].spoke && command_foreign(t, l);
	if (t->proto != was)
		return; /* this line is read again */
	for (size_t from = 0; from <= l->n; from = c.end + 1) {
		if (!command_parse(l, from, table, &c))
			continue;
		id = 0;
		if (!foreign || c.known != NULL)
			command_hide(t, l, &c);
		if (c.known != NULL)
			id = one(t, l, &c);
		if (any)
			continue; /* servers answer one command a line */
		any = true;
		first = id;
		track_command(t, c.name, l, &c);
	}
	command_cut(l);
	proxy = foreign && line_begins(l, 0, "PROXY ");
	if (!any || proxy)
		t->pending.distrust = true; /* is it answered? */
	if (!proxy)
		pending_push(
		    &t->pending, first, NULL, 0, any ? t->sum.commands : 0);
}

void
command_or_response(struct track *t, struct line *l, const struct verb *table,
    unsigned char (*one)(
	struct track *t, struct line *l, const struct command *c))
{
	if (sasl_due(t))
		sasl_response(t, l, 0, l->n);
	else
		command_line(t, l, table, one);
}

/* ---- replies, which come in order ------------------------------------- */

bool
command_greeting(
    struct track *t, enum fact_status status, int code, const struct line *l)
{
	if (t->greeted)
		return false;
	t->greeted = true;
	track_reply(t, FACT_GREETING, status, code, l, 0);
	return true;
}

struct waiting *
command_reply(struct track *t, enum fact_kind kind, enum fact_status status,
    int code, const struct line *l)
{
	struct waiting *w = pending_head(&t->pending);

	track_reply(
	    t, kind, status, code, l, w != NULL && t->greeted ? w->command : 0);
	return w;
}

void
command_done(struct track *t, const struct waiting *w, unsigned char sasl)
{
	if (w == NULL || (t->sasl.open && w->id == sasl))
		sasl_end(t);
	pending_pop(&t->pending);
}

enum fact_status
command_status(int code)
{
	if (code >= 400)
		return STATUS_NO;
	return code < 300 ? STATUS_OK : STATUS_MORE;
}
