/*
 * import_syslog.c - what mail servers tell syslog
 *
 *	[<PRI>]STAMP HOST PROGRAM[PID]: text
 *
 * STAMP is `Nov 22 01:27:36`, whose year is not told, or that of RFC 5424.
 * Some servers can be asked to tell the conversation (Postfix -v, Mailutils);
 * of others a session has notes only.  What other programs say is passed over.
 */
#include "syslog.h"

#include "../base/str.h"
#include "../transcript/head.h"

#include "import.h"

/* Which servers are asked; the first that knows a line has it. */
static syslog_server *const servers[] = {syslog_postfix, syslog_mailutils,
    syslog_uw, syslog_courier, syslog_dovecot, syslog_cyrus, syslog_sendmail,
    syslog_authdaemond};

static bool
read_stamp(struct take *t, struct record *r, struct stamp_year *year)
{
	struct take at = *t;

	if (take_text(&at, "<") &&
	    (!take_number(&at, 1, 3, NULL) || !take_text(&at, ">")))
		return false;
	if (!stamp_syslog(&at, year, &r->us) && !stamp_rfc3339(&at, &r->us))
		return false;
	if (!take_text(&at, " "))
		return false;
	r->clock = CLOCK_DATE;
	*t = at;
	return true;
}

/* `smtpd[18039]: `; a program's name may have brackets of its own kind. */
static bool
read_program(struct syslog *l, struct take *t)
{
	struct take at = *t, word;

	if (!take_token(&at, &word) || !take_ends(&word, ":"))
		return false;
	take_text(&at, " ");
	*t = at;
	word.end--;
	l->program = word;
	l->pid = (struct take){word.end, word.end};
	if (take_until(&word, "[", &l->program) && take_ends(&word, "]")) {
		word.end--;
		l->pid = word;
	}
	return true;
}

struct take
syslog_base(const struct syslog *l)
{
	const unsigned char *slash =
	    memrchr(l->program.p, '/', take_left(&l->program));

	return (struct take){
	    slash != NULL ? slash + 1 : l->program.p, l->program.end};
}

void
syslog_key(struct syslog *l, const struct take *also)
{
	char text[sizeof l->rd.key];
	struct str s;

	str_init(&s, text, sizeof text);
	str_bytes(&s, l->host.p, take_left(&l->host));
	str_char(&s, ' ');
	str_bytes(&s, l->program.p, take_left(&l->program));
	str_char(&s, ' ');
	str_bytes(&s, l->pid.p, take_left(&l->pid));
	str_char(&s, ' ');
	if (also != NULL) {
		s.len = 0;
		str_bytes(&s, also->p, take_left(also));
	}
	reader_key(&l->rd, text);
}

struct log_session *
syslog_add(struct syslog *l, const char *protocol)
{
	struct log_session *s;

	if (l->r.dir == DIR_NONE && !l->r.opens &&
	    log_find(l->rd.log, l->rd.key) == NULL) {
		l->rd.session = NULL;
		l->rd.keyed = false;
	}
	s = reader_add(&l->rd, &l->r);
	if (s == NULL)
		return NULL;
	if (protocol != NULL)
		s->head.protocol = protocol;
	if (s->head.pid == NULL && l->pid.p < l->pid.end)
		s->head.pid = log_copy(l->rd.log, l->pid.p, take_left(&l->pid));
	if (s->head.host == NULL)
		s->head.host =
		    log_copy(l->rd.log, l->host.p, take_left(&l->host));
	s->head.lacks |= LACKS_ZONE;
	return s;
}

void
syslog_user(struct syslog *l, struct log_session *s, const struct take *user)
{
	if (s != NULL && s->head.user == NULL && user->p < user->end)
		s->head.user = log_copy(l->rd.log, user->p, take_left(user));
}

void
syslog_client(struct syslog *l, struct log_session *s, const struct take *host,
    const struct take *port)
{
	const struct take none = {host->end, host->end};

	if (s != NULL && s->head.client == NULL)
		s->head.client = reader_address(
		    l->rd.log, host, port != NULL ? port : &none);
}

void
syslog_login(struct log_session *s, bool ok)
{
	if (s != NULL)
		s->head.end_words = ok ? "login=ok" : "login=failed";
}

bool
syslog_word(
    struct take t, const char *words, const char *until, struct take *value)
{
	if (!take_until(&t, words, NULL))
		return false;
	value->p = t.p;
	while (t.p < t.end && (*t.p == '\0' || strchr(until, *t.p) == NULL))
		t.p++;
	value->end = t.p;
	return true;
}

/* What is known of a session whose dialogue is not told. */
static void
tell_outcome(struct log *log, struct log_session *s)
{
	char text[1024];
	struct str words;

	if (s->head.end_words == NULL || s->head.user == NULL)
		return;
	str_init(&words, text, sizeof text);
	str_text(&words, s->head.end_words);
	head_word(&words, "user", s->head.user);
	if (!words.cut)
		s->head.end_words = log_copy(log, text, words.len);
}

static void
decode(struct log *log, struct logfile *file)
{
	struct syslog l = {.rd = reader_of(log, file)};
	struct stamp_year year = {.written_us = file->mtime_us};

	while (reader_next(&l.rd, &l.r)) {
		struct take t = l.r.text;

		if (!read_stamp(&t, &l.r, &year) || !take_token(&t, &l.host) ||
		    !take_text(&t, " ") || !read_program(&l, &t))
			continue;
		l.r.text = t;
		for (size_t i = 0; i < sizeof servers / sizeof *servers; i++)
			if (servers[i](&l))
				break;
	}
	reader_done(&l.rd, SETTLE_MASKS | SETTLE_BODIES);
	for (struct log_session *s = log->first; s != NULL; s = s->next)
		tell_outcome(log, s);
}

const struct import import_syslog = {
    .name = "syslog",
    .about = "syslog of mail servers (Postfix -v, Dovecot, Courier, ...)",
    .sniff = {.line = "^(<[0-9]+>)?([A-Z][a-z]{2} [ 0-9][0-9] [0-9:]{8}|"
		      "[0-9]{4}-[0-9]{2}-[0-9]{2}T[^ ]+) [^ ]+ [^ ]+: ",
	.share = 80},
    .decode = decode,
};
