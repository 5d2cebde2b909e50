/* dialogue.c - a session as commands and their replies, to be compared */
#include "dialogue.h"
#include "asked.h"
#include "hearing.h"
#include "linewise.h"
#include "mem.h"
#include "normal.h"
#include "said.h"
#include "take.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* What reads a session. */
struct dialoguing {
	struct dialogue *d;
	const struct session *session;
	bool strict;
	struct hearing *hearing;
	struct linewise lines;
	struct asked_ring asked;
	size_t said, replying; /* turns of the last command, the last reply */
	bool list, header; /* the line is of a list, of a message's header */
	struct buf text, key;

	/* What the facts of this line tell. */
	bool command, tagged, nonce, list_begins, part_ends;
	size_t reply; /* turn; 0: not told */
};

/* ---- facts ------------------------------------------------------------ */

static struct turn *
turn_at(struct dialogue *d, size_t i)
{
	while (d->n <= i) {
		if (d->n == d->room) {
			d->room = d->room > 0 ? d->room * 2 : 64;
			d->turns =
			    mem_array(d->turns, d->room, sizeof *d->turns);
		}
		memset(&d->turns[d->n++], 0, sizeof *d->turns);
	}
	return &d->turns[i];
}

static bool
is_imap(const struct dialoguing *g)
{
	const char *name = hearing_protocol(g->hearing);

	return name != NULL && strcmp(name, "imap") == 0;
}

/* What mechanisms other than these two say is made anew each time. */
static bool
is_nonce(const struct fact *f)
{
	return f->command != 0 &&
	    (f->verb == NULL ||
		(strcmp(f->verb, "LOGIN") != 0 &&
		    strcmp(f->verb, "PLAIN") != 0));
}

static void
hear(void *arg, const struct fact *f)
{
	struct dialoguing *g = arg;
	const struct asked *a;
	struct turn *t;

	switch (f->kind) {
	case FACT_COMMAND:
		a = asked_note(
		    &g->asked, doc_find(hearing_protocol(g->hearing)), f);
		g->command = true;
		g->said = f->command;
		t = turn_at(g->d, g->said);
		memcpy(t->verb, a->name, sizeof t->verb);
		break;
	case FACT_GREETING:
	case FACT_REPLY:
	case FACT_REPLY_MORE:
		g->reply = f->command;
		g->tagged = f->kind == FACT_REPLY && is_imap(g);
		break;
	case FACT_CHALLENGE:
	case FACT_RESPONSE:
		g->reply = f->command != 0 ? f->command : g->said;
		g->nonce = is_nonce(f);
		break;
	case FACT_LIST:
		g->list_begins = true;
		break;
	case FACT_CONTENT_END:
		g->part_ends = true;
		break;
	default:
		break;
	}
}

/* ---- keys ------------------------------------------------------------- */

/* The bytes with a byte of their own for each mask. */
static void
add_masked(struct buf *to, const struct event *ev)
{
	const char any = NORMAL_ANY;
	size_t from = 0;

	if ((ev->flags & EVENT_MASKED) != 0 && ev->nmasks == 0) {
		buf_add(to, &any, 1);
		return;
	}
	for (size_t i = 0; i < ev->nmasks; i++) {
		const struct event_mask *m = &ev->masks[i];

		buf_add(to, ev->bytes + from, m->at - from);
		buf_add(to, &any, 1);
		if (m->label != NULL)
			buf_add(to, m->label, m->label_len);
		from = m->at + m->len;
	}
	buf_add(to, ev->bytes + from, ev->len - from);
}

/* Without IMAP's tag, and with the verb in upper case. */
static void
trim_command(const struct dialoguing *g, struct take *t)
{
	struct take word;

	if (is_imap(g) && g->tagged && take_token(t, &word))
		take_blanks(t);
}

static void
make_key(struct dialoguing *g, const struct event *ev, bool content)
{
	struct buf raw = {NULL, 0, 0};
	struct take t;
	size_t verb = 0;

	g->key.len = 0;
	if (g->nonce && !g->strict) {
		buf_text(&g->key, "\2");
		return;
	}
	add_masked(&raw, ev);
	while (raw.len > 0 && raw.p[raw.len - 1] == '\r')
		raw.len--; /* logs may have lost it with the line's end */
	t = take_from(raw.p != NULL ? raw.p : "", raw.len);
	if (content) {
		if (take_left(&t) > 1 && t.p[0] == '.' && t.p[1] == '.' &&
		    (ev->flags & EVENT_LOSSY) == 0)
			t.p++; /* logs may hold it stuffed or not */
	} else {
		trim_command(g, &t);
	}
	if (content && !g->header)
		buf_add(&g->key, t.p, take_left(&t));
	else
		normal_text(&g->key, (const char *)t.p, take_left(&t));
	if (g->command)
		for (; verb < g->key.len && g->key.p[verb] != ' '; verb++)
			g->key.p[verb] =
			    (char)toupper((unsigned char)g->key.p[verb]);
	if (!content && ev->dir == DIR_R) {
		normal_word(&g->key, 0, g->d->client, strlen(g->d->client));
		normal_word(&g->key, 0, g->d->server, strlen(g->d->server));
	}
	buf_free(&raw);
}

static uint64_t
hash_of(const char *p, size_t n)
{
	uint64_t h = 0xcbf29ce484222325u; /* FNV-1a */

	for (size_t i = 0; i < n; i++)
		h = (h ^ (unsigned char)p[i]) * 0x100000001b3u;
	return h;
}

/* ---- lines ------------------------------------------------------------ */

static struct dialogue_line *
add_line(struct turn *t, enum dir d)
{
	struct dialogue_line *l;

	if (t->n[d] == t->room[d]) {
		t->room[d] = t->room[d] > 0 ? t->room[d] * 2 : 2;
		t->lines[d] =
		    mem_array(t->lines[d], t->room[d], sizeof *t->lines[d]);
	}
	l = &t->lines[d][t->n[d]++];
	memset(l, 0, sizeof *l);
	l->dir = d;
	return l;
}

static void
set_texts(struct dialoguing *g, struct dialogue_line *l, const struct event *ev)
{
	said_make(&g->text, ev);
	if (g->strict && ev->end == END_LF)
		buf_text(&g->text, "\\n");
	l->text = mem_copy(g->text.p != NULL ? g->text.p : "", g->text.len);
	l->len = g->text.len;
	if (!g->strict) {
		make_key(g, ev, l->content);
		l->masked = g->key.len > 0 &&
		    memchr(g->key.p, NORMAL_ANY, g->key.len) != NULL;
	}
	if (!g->strict &&
	    (g->key.len != l->len ||
		(l->len > 0 && memcmp(g->key.p, l->text, l->len) != 0))) {
		l->key_len = g->key.len;
		l->key = mem_copy(g->key.p != NULL ? g->key.p : "", l->key_len);
		l->hash = hash_of(l->key, l->key_len);
	} else {
		l->hash = hash_of(l->text, l->len);
	}
}

/* `Name: value`, or more of one. */
static bool
is_field(const struct event *ev)
{
	const unsigned char *p = ev->bytes;
	size_t n = 0;

	while (n < ev->len && p[n] > ' ' && p[n] != ':')
		n++;
	return n < ev->len &&
	    (p[n] == ':' || (n == 0 && p[n] == ' ') || p[n] == '\t');
}

/* Whether the line is of a message or list; and of a message's header. */
static bool
is_content(struct dialoguing *g, const struct event *ev)
{
	bool begins, content = hearing_content(g->hearing, &begins);

	if (begins)
		g->header = true;
	if (g->header && content &&
	    (ev->len == 0 || (!is_field(ev) && (ev->flags & EVENT_LOSSY) == 0)))
		g->header = false;
	return content || (g->list && ev->dir == DIR_R);
}

static void
hear_line(void *arg, const struct event *ev, bool brief)
{
	struct dialoguing *g = arg;
	struct dialogue_line *l;
	bool content;

	(void)brief;
	g->command = g->tagged = g->nonce = false;
	g->list_begins = g->part_ends = false;
	g->reply = 0;
	hearing_event(g->hearing, ev);
	if (ev->kind != EVENT_DATA || ev->dir == DIR_E)
		return;
	content = is_content(g, ev);
	if (ev->dir == DIR_R && g->reply > 0)
		g->replying = g->reply;
	g->tagged |= g->command; /* a command has its tag, too */
	l = add_line(
	    turn_at(g->d, ev->dir == DIR_S ? g->said : g->replying), ev->dir);
	l->number = ev->line;
	l->content = content;
	l->omitted = (ev->flags & EVENT_OMITTED) != 0;
	l->lossy = (ev->flags & EVENT_LOSSY) != 0;
	set_texts(g, l, ev);
	g->d->masks += l->masked;
	g->d->omitted += l->omitted;
	if (g->part_ends)
		g->list = g->header = false;
	if (g->list_begins)
		g->list = true;
}

/* ---- the whole -------------------------------------------------------- */

static const char *
host_of(const char *address)
{
	const char *host;
	size_t n;

	if (address == NULL)
		return mem_copy("", 0);
	n = address_host(address, &host);
	return mem_copy(host, n);
}

void
dialogue_read(struct dialogue *d, struct sessions *ss, const struct session *s,
    bool strict)
{
	struct dialoguing g = {.d = d, .session = s, .strict = strict};
	struct event ev;

	memset(d, 0, sizeof *d);
	d->client = host_of(s->client);
	d->server = host_of(s->server);
	turn_at(d, 0);
	g.hearing = hearing_open(s, hear, &g);
	linewise_init(&g.lines, true, hear_line, &g);
	while (session_next(ss, &ev))
		linewise_event(&g.lines, &ev);
	linewise_flush(&g.lines);
	hearing_end(g.hearing);
	hearing_close(&g.hearing);
	linewise_free(&g.lines);
	buf_free(&g.text);
	buf_free(&g.key);
}

void
dialogue_free(struct dialogue *d)
{
	for (size_t i = 0; i < d->n; i++)
		for (int k = 0; k < 2; k++) {
			for (size_t j = 0; j < d->turns[i].n[k]; j++) {
				free(d->turns[i].lines[k][j].text);
				free(d->turns[i].lines[k][j].key);
			}
			free(d->turns[i].lines[k]);
		}
	free(d->turns);
	free((char *)(uintptr_t)d->client);
	free((char *)(uintptr_t)d->server);
	memset(d, 0, sizeof *d);
}
