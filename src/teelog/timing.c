/* timing.c - where the time of sessions went, by commands */
#include "timing.h"
#include "hearing.h"
#include "mem.h"
#include "spent.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The session that is being measured. */
struct timing_run {
	struct hearing *hearing;
	const struct doc *doc;
	struct asked_ring asked;
	struct spent spent;
	unsigned waiting; /* commands without their reply */
	size_t row; /* of the command that is at work, or was last */
	size_t reply_row; /* of the one that is being answered */
	uint64_t text_bytes; /* of what the client sends after a go-ahead */
	bool alone; /* no other command was waiting when it came */
	bool greeting; /* it is none, but the server's greeting */
	int64_t daemon_us, client_us; /* of that command, so far */
	bool ordered; /* replies come in the order of commands */
	bool replied; /* its reply is there, the client's time runs */
};

#define GREETING "(greeting)"

/* ---- rows ------------------------------------------------------------- */

static size_t
find_row(struct timing *t, const char *name)
{
	struct timing_row *row;

	for (size_t i = 0; i < t->nrows; i++)
		if (strcmp(t->rows[i].name, name) == 0)
			return i;
	if (t->nrows == t->room) {
		t->room = t->room > 0 ? t->room * 2 : 16;
		t->rows = mem_array(t->rows, t->room, sizeof *t->rows);
	}
	row = &t->rows[t->nrows];
	memset(row, 0, sizeof *row);
	snprintf(row->name, sizeof row->name, "%s", name);
	return t->nrows++;
}

static void
add_sample(struct samples *s, int64_t us)
{
	if (s->n == s->room) {
		s->room = s->room > 0 ? s->room * 2 : 16;
		s->us = mem_array(s->us, s->room, sizeof *s->us);
	}
	s->us[s->n++] = us;
	s->sum_us = spent_add(s->sum_us, us);
}

/* The times of the command that is at work go to its row. */
static void
settle_row(struct timing *t)
{
	struct timing_run *r = t->run;
	struct timing_row *row = &t->rows[r->row];

	if (r->alone && r->replied && r->daemon_us != TIME_NONE)
		add_sample(&row->daemon, r->daemon_us);
	else if (!r->greeting)
		t->unmeasured++;
	if (r->alone && r->replied && r->client_us != TIME_NONE)
		add_sample(&row->client, r->client_us);
	r->daemon_us = r->client_us = TIME_NONE;
}

/* Another command is at work now, or what it sends after the go-ahead. */
static void
begin_row(struct timing *t, const char *name)
{
	struct timing_run *r = t->run;

	settle_row(t);
	r->row = find_row(t, name);
	t->rows[r->row].count++;
	r->replied = r->greeting = false;
	r->alone = r->waiting == 0;
	r->waiting++;
}

/* ---- facts ------------------------------------------------------------ */

/* Commands that have no reply of their own. */
static bool
is_unanswered(const char *name)
{
	return strcmp(name, "UnbindRequest") == 0 ||
	    strcmp(name, "AbandonRequest") == 0;
}

/* The row of a command. */
static const char *
row_name(const struct asked *a)
{
	return a->name[0] != '\0' ? a->name : "(unknown)";
}

static void
hear_command(struct timing *t, const struct fact *f)
{
	struct timing_run *r = t->run;
	const struct asked *a = asked_note(&r->asked, r->doc, f);

	if (strcmp(a->name, "DONE") == 0)
		return; /* a part of IDLE */
	if (is_unanswered(a->name)) {
		t->rows[find_row(t, a->name)].count++;
		return;
	}
	begin_row(t, row_name(a));
	spent_fact(&r->spent, f, a);
}

static void
hear_reply(struct timing *t, const struct fact *f)
{
	struct timing_run *r = t->run;
	struct asked *a = asked_find(&r->asked, f->command);
	const struct asked *next = asked_find(&r->asked, f->command + 1);

	r->reply_row =
	    a == NULL || next == NULL ? r->row : find_row(t, row_name(a));
	if (f->kind == FACT_REPLY_MORE)
		return;
	r->replied |= r->reply_row == r->row;
	if (f->kind == FACT_GREETING)
		t->rows[r->row].count++;
	if (r->waiting > 0)
		r->waiting--;
	if (r->ordered && a != NULL && next == NULL)
		r->waiting = 0; /* what came before it was answered, too */
	if (a != NULL)
		spent_fact(&r->spent, f, a);
}

/* What the client sends after the go-ahead is complete: a reply is due. */
static void
hear_content_end(struct timing *t, const struct fact *f)
{
	struct timing_run *r = t->run;
	char name[sizeof t->rows->name];

	if (f->dir != DIR_S)
		return;
	if (r->replied) {
		snprintf(
		    name, sizeof name, "%.40s (text)", t->rows[r->row].name);
		begin_row(t, name);
	}
	t->rows[r->row].bytes[DIR_S] += r->text_bytes;
	r->text_bytes = 0;
}

static void
hear(void *arg, const struct fact *f)
{
	struct timing *t = arg;
	char name[32];

	switch (f->kind) {
	case FACT_PROTOCOL:
		snprintf(name, sizeof name, "%.*s", (int)f->arg_len,
		    (const char *)f->arg);
		t->run->doc = doc_find(name);
		t->run->ordered =
		    strcmp(name, "imap") != 0 && strcmp(name, "ldap") != 0;
		break;
	case FACT_COMMAND:
		hear_command(t, f);
		break;
	case FACT_GREETING:
	case FACT_REPLY:
	case FACT_REPLY_MORE:
		hear_reply(t, f);
		break;
	case FACT_CONTENT_END:
		hear_content_end(t, f);
		break;
	default:
		break;
	}
}

/* ---- events ----------------------------------------------------------- */

void
timing_init(struct timing *t)
{
	memset(t, 0, sizeof *t);
	t->total_us = TIME_NONE;
}

void
timing_begin(struct timing *t, const struct session *s)
{
	struct timing_run *r = mem_alloc(sizeof *r);
	const char *protocol;

	memset(r, 0, sizeof *r);
	t->run = r;
	spent_init(&r->spent);
	r->hearing = hearing_open(s, hear, t);
	protocol = hearing_protocol(r->hearing);
	r->doc = doc_find(protocol);
	r->ordered = protocol == NULL ||
	    (strcmp(protocol, "imap") != 0 && strcmp(protocol, "ldap") != 0);
	r->daemon_us = r->client_us = TIME_NONE;
	r->row = find_row(t, GREETING);
	r->alone = r->greeting = true;
}

static void
add_time(int64_t *to, int64_t us)
{
	*to = *to == TIME_NONE ? us : spent_add(*to, us);
}

/*
 * The client's time belongs to the command that was answered last, so it is
 * added before the line is heard; the daemon's to the one that it answers.
 */
void
timing_event(struct timing *t, const struct event *ev)
{
	struct timing_run *r = t->run;
	uint64_t n = ev->len + strlen(event_line_end(ev)) + ev->omitted;
	bool content, begins;
	int64_t us;
	enum spent_by by = spent_event(&r->spent, ev, &us);

	if (by == SPENT_CLIENT)
		add_time(&r->client_us, us);
	else if (by == SPENT_DAEMON || by == SPENT_IDLE)
		add_time(&r->daemon_us, us);
	hearing_event(r->hearing, ev);
	content = hearing_content(r->hearing, &begins);
	if (ev->dir == DIR_R)
		t->rows[r->reply_row].bytes[DIR_R] += n;
	else if (ev->dir == DIR_S && content)
		r->text_bytes += n;
	else if (ev->dir == DIR_S)
		t->rows[r->row].bytes[DIR_S] += n;
}

static int
by_size(const void *va, const void *vb)
{
	const int64_t *a = va, *b = vb;

	return (*a > *b) - (*a < *b);
}

void
timing_end(struct timing *t)
{
	struct timing_run *r = t->run;
	const struct spent *s = &r->spent;

	hearing_end(r->hearing);
	t->rows[r->row].bytes[DIR_S] += r->text_bytes;
	settle_row(t);
	t->daemon_us = spent_add(t->daemon_us, s->us[SPENT_DAEMON]);
	t->client_us = spent_add(t->client_us, s->us[SPENT_CLIENT]);
	t->flow_us = spent_add(t->flow_us, s->us[SPENT_FLOW]);
	t->idle_us = spent_add(t->idle_us, s->us[SPENT_IDLE]);
	if (s->last_us != TIME_NONE) /* the clock may have been set back */
		for (int i = 0; i < SPENT_KINDS; i++)
			add_time(&t->total_us, s->us[i]);
	hearing_close(&r->hearing);
	free(r);
	t->run = NULL;
}

void
timing_sort(struct timing *t)
{
	for (size_t i = 0; i < t->nrows; i++) {
		struct timing_row *row = &t->rows[i];

		if (row->daemon.n > 1)
			qsort(row->daemon.us, row->daemon.n,
			    sizeof *row->daemon.us, by_size);
		if (row->client.n > 1)
			qsort(row->client.us, row->client.n,
			    sizeof *row->client.us, by_size);
	}
}

void
timing_free(struct timing *t)
{
	for (size_t i = 0; i < t->nrows; i++) {
		free(t->rows[i].daemon.us);
		free(t->rows[i].client.us);
	}
	free(t->rows);
	timing_init(t);
}

/* The nearest rank. */
int64_t
samples_at(const struct samples *s, unsigned percent)
{
	size_t rank;

	if (s->n == 0)
		return TIME_NONE;
	rank = (s->n * percent + 99) / 100;
	return s->us[rank > 0 ? rank - 1 : 0];
}
