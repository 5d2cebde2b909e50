/* explain_whole.c - the session as a whole: who, what, how long, how it ended */
#include "explain_own.h"
#include "when.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

void
told_event(struct told *t, const struct event *ev)
{
	int64_t us;

	spent_event(&t->spent, ev, &us);
	if (event_is(ev, "exit", NULL, NULL) ||
	    event_is(ev, "reset", NULL, NULL) ||
	    event_is(ev, "error", NULL, NULL))
		snprintf(t->end, sizeof t->end, "%.*s", (int)ev->len,
		    (const char *)ev->bytes);
}

static void
tell_who(struct explain *x)
{
	const struct summary *sum = hearing_summary(x->hearing);
	const char *user = hearing_user(x->hearing), *client, *login;
	const char *word = x->session->client != NULL ? "client " : "";
	int n;

	client = "the client";
	n = (int)strlen(client);
	if (x->session->client != NULL)
		n = (int)address_host(x->session->client, &client);
	login = sum->login == LOGIN_OK ? "logged in" :
	    sum->login == LOGIN_FAILED ? "not let in" :
					 "did not log in";
	if (user[0] != '\0')
		notes_add(&x->notes, NULL, "%s%.*s, user %s: %s", word, n,
		    client, user, login);
	else
		notes_add(
		    &x->notes, NULL, "%s%.*s: %s", word, n, client, login);
}

static void
tell_what(struct explain *x)
{
	const struct summary *sum = hearing_summary(x->hearing);
	struct buf *b = notes_begin(&x->notes, NULL);

	buf_fmt(b, "%u command%s, %u refused; %u message%s passed",
	    sum->commands, sum->commands == 1 ? "" : "s", sum->refused,
	    sum->messages, sum->messages == 1 ? "" : "s");
	if (sum->mailbox_known)
		buf_fmt(b, ", %u in the mailbox", sum->mailbox);
	if (sum->deleted > 0)
		buf_fmt(b, ", %u marked as deleted", sum->deleted);
	buf_fmt(b,
	    "; %" PRIu64 " octets from the client, %" PRIu64 " from the daemon",
	    hearing_bytes(x->hearing, DIR_S), hearing_bytes(x->hearing, DIR_R));
}

static void
tell_time(struct explain *x)
{
	static const char *const names[SPENT_KINDS] = {"the daemon's work ",
	    "the client's ", "the flow of data ", "waiting for news "};
	const struct spent *t = &x->told.spent;
	char text[16];
	struct buf *b;

	if (t->last_us == TIME_NONE)
		return;
	when_duration(text, sizeof text, t->last_us);
	b = notes_begin(&x->notes, NULL);
	buf_fmt(b, "it took %s:", text);
	for (int i = 0; i < SPENT_KINDS; i++) {
		if (i == SPENT_IDLE && t->us[i] == 0)
			continue;
		when_duration(text, sizeof text, t->us[i]);
		buf_fmt(b, "%s %s%s", i > 0 ? "," : "", names[i], text);
	}
}

void
explain_whole(struct explain *x)
{
	if (x->doc == NULL)
		notes_add(&x->notes, NULL,
		    "which protocol this was is not known, so nothing of it "
		    "is explained");
	tell_who(x);
	tell_what(x);
	tell_time(x);
	if (x->session->in_progress)
		notes_add(&x->notes, NULL, "it is still going on");
	else if (x->told.end[0] != '\0')
		notes_add(&x->notes, NULL, "it ended with: %s", x->told.end);
	else if (x->session->format != NULL &&
	    strcmp(x->session->format, "teed") == 0 &&
	    x->session->end_words == NULL)
		notes_add(&x->notes, NULL,
		    "the record just ends: its recorder was killed");
}
