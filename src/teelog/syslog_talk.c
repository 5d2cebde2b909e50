/*
 * syslog_talk.c - servers that tell syslog the conversation
 *
 *	postfix/smtpd[PID]: < host[addr]: text		from the client (-v)
 *	postfix/smtpd[PID]: > host[addr]: text		to it
 *	pop3d[PID]: C: text	pop3d[PID]: S: text	GNU Mailutils
 *
 * Postfix's smtp has the same marks, seen from the client that it is.  Line
 * ends are lost, and messages are not told.
 */
#include "syslog.h"

/* `host[addr]:port`; the port is missing in old versions. */
static bool
take_peer(struct take *t, struct take *peer)
{
	struct take at = *t;

	if (!take_until(&at, "[", NULL) || !take_until(&at, "]", peer))
		return false;
	if (take_text(&at, ":") && take_number(&at, 1, 5, NULL) &&
	    !take_text(&at, ":"))
		return false;
	*t = at;
	return true;
}

/* The text of a line of the dialogue. */
static bool
take_said(struct syslog *l, bool client)
{
	struct take t = l->r.text, peer;
	char mark;

	if (!take_one(&t, "<>", &mark) || !take_text(&t, " ") ||
	    !take_peer(&t, &peer))
		return false;
	take_text(&t, ":");
	take_text(&t, " ");
	l->r.dir = (mark == '<') != client ? DIR_S : DIR_R;
	l->r.text = t;
	return true;
}

static void
add_smtpd(struct syslog *l)
{
	struct take t = l->r.text, host, user;
	struct log_session *s;

	l->r.opens = take_text(&t, "connect from ");
	l->r.closes = take_text(&t, "disconnect from ");
	s = syslog_add(l, "smtp");
	if (l->r.opens && take_peer(&t, &host))
		syslog_client(l, s, &host, NULL);
	if (syslog_word(l->r.text, ", sasl_username=", ", ", &user))
		syslog_user(l, s, &user);
}

bool
syslog_postfix(struct syslog *l)
{
	struct take base = syslog_base(l), t = l->program;
	bool server = take_is(&base, "smtpd");

	if (base.p == l->program.p ||
	    (!server && !take_is(&base, "smtp") && !take_is(&base, "lmtp")) ||
	    take_text(&t, "cyrus/"))
		return false;
	syslog_key(l, NULL);
	if (take_said(l, !server))
		syslog_add(l, take_is(&base, "lmtp") ? "lmtp" : "smtp");
	else if (server)
		add_smtpd(l);
	else
		syslog_add(l, "smtp");
	return true;
}

bool
syslog_mailutils(struct syslog *l)
{
	struct take t = l->r.text, user;
	bool pop3 = take_is(&l->program, "pop3d");
	const char *protocol = pop3 ? "pop3" : "imap";
	struct log_session *s;
	char mark;

	if ((!pop3 && !take_is(&l->program, "imap4d")) ||
	    l->pid.p == l->pid.end)
		return false; /* Courier's tells no process */
	syslog_key(l, NULL);
	if (take_one(&t, "CS", &mark) && take_text(&t, ":")) {
		take_text(&t, " ");
		l->r.dir = mark == 'C' ? DIR_S : DIR_R;
		l->r.text = t;
		/* What settle.h finds out: how much it was. */
		if (take_is(&t, "(data...)"))
			return true;
	}
	s = syslog_add(l, protocol);
	if (l->r.dir == DIR_NONE &&
	    syslog_word(l->r.text, "user `", "'", &user))
		syslog_user(l, s, &user);
	return true;
}
