/*
 * syslog_notes.c - servers that tell syslog of sessions, not what was said
 *
 * A session's events are notes; what they tell of addresses and users goes to
 * its head, so that a recording of the same session can be found.
 */
#include "syslog.h"

static bool
begins(const struct syslog *l, const char *text)
{
	struct take t = l->r.text;

	return take_text(&t, text);
}

static bool
is_one_of(const struct take *t, const char *const *words)
{
	for (; *words != NULL; words++)
		if (take_is(t, *words))
			return true;
	return false;
}

/* ---- ipop3d and imapd of the University of Washington -------------------- */

/* `... host=H [A] ...`, which is better than what inetd saw */
static void
read_uw_host(struct syslog *l, struct log_session *s)
{
	struct take host, user;

	if (s == NULL)
		return;
	if (syslog_word(l->r.text, "user=", " ", &user))
		syslog_user(l, s, &user);
	if (!syslog_word(l->r.text, "host=", "]", &host) ||
	    !take_until(&host, "[", NULL))
		return;
	s->head.client = NULL;
	syslog_client(l, s, &host, NULL);
}

bool
syslog_uw(struct syslog *l)
{
	static const char *const programs[] = {
	    "ipop3d", "imapd", "ipop2d", NULL};
	static const char *const words[] = {"Login ", "Logout ",
	    "AUTHENTICATE ", "Autologout ", "Killed ",
	    "Command stream end of file", "Auth", "Moved ", "Error ",
	    "Connection reset", NULL};
	struct take base = syslog_base(l), host;
	struct log_session *s;
	bool known = false;

	if (!is_one_of(&base, programs))
		return false;
	l->r.opens = syslog_word(l->r.text, " service init from ", " ", &host);
	for (size_t i = 0; words[i] != NULL; i++)
		known |= begins(l, words[i]);
	if (!l->r.opens && !known)
		return false; /* Courier's imapd, or Cyrus's */
	syslog_key(l, NULL);
	l->r.closes = begins(l, "Logout ") || begins(l, "Autologout ") ||
	    begins(l, "Killed ") || begins(l, "Command stream end of file");
	s = syslog_add(l, take_is(&base, "imapd") ? "imap" : "pop3");
	if (l->r.opens)
		syslog_client(l, s, &host, NULL);
	read_uw_host(l, s);
	if (begins(l, "Login user="))
		syslog_login(s, true);
	else if (take_has(&l->r.text, "failure "))
		syslog_login(s, false);
	return true;
}

/* ---- Courier ------------------------------------------------------------ */

bool
syslog_courier(struct syslog *l)
{
	static const char *const programs[] = {"pop3d", "imapd", "pop3d-ssl",
	    "imapd-ssl", "courierpop3login", "imaplogin", "courierpop3d",
	    "courier-pop3d", "courier-imapd", NULL};
	struct take base = syslog_base(l), ip, user, port = {NULL, NULL}, key;
	struct log_session *s;

	if (!is_one_of(&base, programs) ||
	    !syslog_word(l->r.text, "ip=[", "]", &ip))
		return false;
	/* No process is told; old versions don't even tell the port. */
	key = ip;
	if (syslog_word(l->r.text, ", port=[", "]", &port))
		key.end = port.end;
	syslog_key(l, &key);
	l->r.opens = begins(l, "Connection, ");
	l->r.opens |= log_find(l->rd.log, l->rd.key) == NULL;
	s = syslog_add(l, take_has(&base, "imap") ? "imap" : "pop3");
	syslog_client(l, s, &ip, port.p != NULL ? &port : NULL);
	if (syslog_word(l->r.text, " user=", ",", &user))
		syslog_user(l, s, &user);
	if (begins(l, "LOGIN, ") || begins(l, "LOGIN FAILED, "))
		syslog_login(s, begins(l, "LOGIN, "));
	return true;
}

bool
syslog_authdaemond(struct syslog *l)
{
	static const char *const programs[] = {
	    "authdaemond", "authdaemond.plain", "authdaemond.mysql", NULL};
	struct take base = syslog_base(l);

	if (!is_one_of(&base, programs))
		return false;
	/* Neither process nor connection: parallel requests mix. */
	syslog_key(l, NULL);
	l->r.opens = begins(l, "received auth request, ");
	syslog_add(l, NULL);
	return true;
}

/* ---- Dovecot ------------------------------------------------------------ */

/* `session=<X>`, `pop3(U)<PID><X>: ` or `(U,A,<X>)`. */
static bool
dovecot_session(struct take t, struct take *id, struct take *pid)
{
	struct take at = t;

	*pid = (struct take){t.end, t.end};
	if (syslog_word(t, "session=<", ">", id))
		return id->p < id->end;
	if (take_until(&at, ")<", NULL)) {
		pid->p = at.p;
		if (take_number(&at, 1, 10, NULL) && take_text(&at, "><")) {
			pid->end = at.p - 2;
			return take_until(&at, ">", id);
		}
		pid->p = pid->end;
	}
	return syslog_word(t, ",<", ">", id);
}

static const char *
dovecot_protocol(struct take t)
{
	static const struct {
		const char *word, *protocol;
	} services[] = {{"pop3", "pop3"}, {"imap", "imap"}, {"lmtp", "lmtp"},
	    {"submission", "smtp"}, {"managesieve", "sieve"}};

	for (size_t i = 0; i < sizeof services / sizeof *services; i++)
		if (take_text(&t, services[i].word))
			return services[i].protocol;
	return NULL;
}

/* The user, the two ends, the process, as far as the line tells. */
static void
read_dovecot(struct syslog *l, struct log_session *s, const struct take *pid)
{
	struct take value, port, none = {NULL, NULL};

	if (s == NULL)
		return;
	if (syslog_word(l->r.text, "user=<", ">", &value))
		syslog_user(l, s, &value);
	if (syslog_word(l->r.text, " rip=", ",", &value))
		syslog_client(l, s, &value,
		    syslog_word(l->r.text, " rport=", ",", &port) ? &port :
								    NULL);
	if (s->head.server == NULL &&
	    syslog_word(l->r.text, " lip=", ",", &value))
		s->head.server = reader_address(l->rd.log, &value,
		    syslog_word(l->r.text, " lport=", ",", &port) ? &port :
								    &none);
	if (syslog_word(l->r.text, " mpid=", ",", &value) ||
	    (value = *pid, pid->p < pid->end))
		s->head.pid = log_copy(l->rd.log, value.p, take_left(&value));
}

bool
syslog_dovecot(struct syslog *l)
{
	struct take whole = l->program, id, pid;
	const char *protocol = NULL;
	struct log_session *s;

	/* `dovecot: pop3-login: ...`, or the service alone in its own log */
	if (take_text(&whole, "dovecot"))
		protocol = dovecot_protocol(l->r.text);
	else if ((protocol = dovecot_protocol(whole)) == NULL)
		return false;
	whole = (struct take){l->program.p, l->r.text.end};
	if (!dovecot_session(whole, &id, &pid))
		return false;
	l->r.text.p =
	    take_is(&l->program, "dovecot") ? l->r.text.p : l->program.p;
	l->pid.p = l->pid.end; /* of the master, if any */
	syslog_key(l, &id);
	l->r.opens = log_find(l->rd.log, l->rd.key) == NULL;
	s = syslog_add(l, protocol);
	read_dovecot(l, s, &pid);
	if (take_has(&l->r.text, "-login: Login: ") ||
	    take_has(&l->r.text, "-login: Info: Login: "))
		syslog_login(s, true);
	else if (take_has(&l->r.text, "auth failed") ||
	    take_has(&l->r.text, "Password mismatch") ||
	    take_has(&l->r.text, "unknown user"))
		syslog_login(s, false);
	return true;
}

/* ---- Cyrus, sendmail ---------------------------------------------------- */

/* `login: H [A] U mechanism ...` */
static void
read_cyrus_login(struct syslog *l, struct log_session *s)
{
	struct take t = l->r.text, host, user;

	if (!take_until(&t, " [", NULL) || !take_until(&t, "] ", &host))
		return;
	syslog_client(l, s, &host, NULL);
	if (begins(l, "login: ") && take_token(&t, &user))
		syslog_user(l, s, &user);
}

bool
syslog_cyrus(struct syslog *l)
{
	struct take t = l->program, base = syslog_base(l);
	bool login = begins(l, "login: ") || begins(l, "badlogin: ");
	struct log_session *s;

	if (!take_text(&t, "cyrus/") &&
	    (!login ||
		(!take_is(&base, "imapd") && !take_is(&base, "pop3d") &&
		    !take_is(&base, "imaps") && !take_is(&base, "pop3s"))))
		return false;
	syslog_key(l, NULL);
	/* A process serves one after another, and tells of logins only. */
	l->r.opens = login;
	s = syslog_add(l,
	    take_has(&base, "pop3")	? "pop3" :
		take_has(&base, "imap") ? "imap" :
					  NULL);
	if (login) {
		read_cyrus_login(l, s);
		syslog_login(s, begins(l, "login: "));
	}
	return true;
}

bool
syslog_sendmail(struct syslog *l)
{
	static const char *const programs[] = {
	    "sendmail", "sm-mta", "sm-msp", "sm-acceptingconnections", NULL};

	if (!is_one_of(&l->program, programs) || l->pid.p == l->pid.end)
		return false;
	syslog_key(l, NULL);
	l->r.opens = log_find(l->rd.log, l->rd.key) == NULL;
	syslog_add(l, "smtp");
	return true;
}
