/*
 * ftp.c - the control connection of FTP (RFC 959, 2228, 4217, and extensions)
 *
 * There are no bodies here: files and lists have connections of their own.
 * Replies come in order; one of several lines ends with the line that has the
 * code of its first and a blank (RFC 959 section 4.2).
 */
#include "track.h"

#include "base64.h"

#include <string.h>

enum { OTHER, USER, PASS, ACCT, AUTH, AUTH_TLS, SITE };

static const struct verb verbs[] = {
    {"USER", ARGS_WORD, USER},
    {"PASS", ARGS_SECRET, PASS},
    {"ACCT", ARGS_SECRET, ACCT},
    {"CWD\0SMNT\0PORT\0RMD", ARGS_SHOW, OTHER},
    {"TYPE\0STRU\0MODE", ARGS_SHOW, OTHER},
    {"RETR\0STOR\0STOU", ARGS_SHOW, OTHER},
    {"APPE\0ALLO\0REST", ARGS_SHOW, OTHER},
    {"RNFR\0RNTO\0DELE", ARGS_SHOW, OTHER},
    {"MKD\0LIST\0NLST\0MD5", ARGS_SHOW, OTHER},
    {"STAT\0HELP\0OPTS", ARGS_SHOW, OTHER},
    {"PBSZ\0PROT\0LANG", ARGS_SHOW, OTHER},
    {"EPRT\0EPSV\0LPRT", ARGS_SHOW, OTHER},
    {"MDTM\0MFMT\0MFCT", ARGS_SHOW, OTHER},
    {"MLSD\0MLST\0SIZE", ARGS_SHOW, OTHER},
    {"XCWD\0XMKD\0XRMD", ARGS_SHOW, OTHER},
    {"HOST\0CLNT\0XCRC", ARGS_SHOW, OTHER},
    {"XMD5\0XSHA1\0AVBL", ARGS_SHOW, OTHER},
    {"RMDA\0THMB\0CSID", ARGS_SHOW, OTHER},
    {"COMB\0TVFS\0ESTP", ARGS_SHOW, OTHER},
    {"ESTA", ARGS_SHOW, OTHER},
    {"CDUP\0QUIT\0REIN", ARGS_NONE, OTHER},
    {"PASV\0ABOR\0PWD\0CCC", ARGS_NONE, OTHER},
    {"SYST\0NOOP\0FEAT", ARGS_NONE, OTHER},
    {"LPSV\0XCUP\0XPWD", ARGS_NONE, OTHER},
    {"SITE", ARGS_VERB, SITE},
    {"AUTH", ARGS_OWN, AUTH},
    {"ADAT\0CONF\0ENC", ARGS_SECRET, OTHER},
    {"MIC", ARGS_SECRET, OTHER}, /* a command such as PASS, only signed */
    {"", 0, 0},
};

/* What SITE is followed by: no standard, so what is not known is hidden. */
static const struct verb site_verbs[] = {
    {"CHMOD\0CHGRP\0CHOWN", ARGS_SHOW, OTHER},
    {"UMASK\0IDLE\0HELP", ARGS_SHOW, OTHER},
    {"UTIME\0GROUP\0CPFR", ARGS_SHOW, OTHER},
    {"SYMLINK\0CPTO\0WHO", ARGS_SHOW, OTHER},
    {"MKDIR\0RMDIR\0INDEX", ARGS_SHOW, OTHER},
    {"NEWER\0MINFO\0ZONE", ARGS_SHOW, OTHER},
    {"PSWD\0PASS\0PASSWD", ARGS_SECRET, OTHER},
    {"PASSWORD\0CHPASS", ARGS_SECRET, OTHER},
    {"GPASS", ARGS_SECRET, OTHER},
    {"", 0, 0},
};

struct ftp {
	short multi; /* the code of a reply of several lines, or 0 */
};

/* AUTH mechanism: TLS (RFC 4217), or one that ADAT will go on with. */
static unsigned char
auth(struct line *l, const struct command *c)
{
	size_t end = word_end(l->p, c->end, c->arg);
	size_t rest = word_skip(l->p, c->end, end);
	unsigned char id = OTHER;

	if (line_says(l, c->arg, end, "TLS\0SSL\0TLS-C\0TLS-P\0"))
		id = AUTH_TLS;
	else if (sasl_known(l->p + c->arg, end - c->arg))
		id = AUTH;
	else
		rest = c->arg;
	if (rest < c->end)
		line_hide(l, rest, l->n);
	return id;
}

/* A word that is shown of an unknown SITE command: no digits, no PASSx. */
static bool
is_plain_word(const unsigned char *p, size_t n)
{
	if (n > 12 || word_begins(p, n, "PASS"))
		return false;
	for (size_t i = 0; i < n; i++)
		if ((p[i] | 32) < 'a' || (p[i] | 32) > 'z')
			return false;
	return true;
}

static void
site(struct track *t, struct line *l, const struct command *c)
{
	struct command sub;

	if (!command_parse(l, c->arg, site_verbs, &sub))
		return;
	if (sub.known != NULL && sub.known->args == ARGS_SHOW)
		return;
	if (sub.known != NULL ||
	    (sub.arg < sub.end &&
		is_plain_word(l->p + sub.verb, sub.verb_end - sub.verb)))
		line_hide_words(t, l, sub.arg);
	else
		line_hide_words(t, l, sub.verb);
}

static unsigned char
command(struct track *t, struct line *l, const struct command *c)
{
	switch (c->known->id) {
	case USER:
		track_user_word(t, l->p + c->arg, c->end - c->arg);
		break;
	case AUTH:
		return auth(l, c);
	case SITE:
		site(t, l, c);
		break;
	}
	return c->known->id;
}

/* ---- the daemon ------------------------------------------------------- */

/* The final reply to w, which may be NULL. */
static void
reply(struct track *t, const struct waiting *w, int code)
{
	switch (w != NULL ? w->id : OTHER) {
	case USER:
	case PASS:
	case ACCT:
		if (code == 230 || code == 232)
			track_login(t, true);
		else if (code >= 400)
			track_login(t, false);
		break;
	case AUTH_TLS:
		if (code == 234 && pending_sure(&t->pending))
			track_expect_tls(t);
		break;
	}
}

static void
last_line(struct track *t, struct line *l, int code)
{
	struct ftp *s = TRACK_STATE(t, struct ftp);
	const struct waiting *w;

	s->multi = 0;
	if (code / 100 == 1) {
		/* The end of the transfer, or the greeting, is yet to come. */
		command_reply(t, FACT_REPLY_MORE, STATUS_MORE, code, l);
		return;
	}
	if (command_greeting(t, command_status(code), code, l))
		return;
	w = command_reply(t, FACT_REPLY, command_status(code), code, l);
	reply(t, w, code);
	pending_pop(&t->pending);
}

static void
daemon_line(struct track *t, struct line *l)
{
	struct ftp *s = TRACK_STATE(t, struct ftp);
	int code = word_code(l->p, l->n);
	bool last = code != 0 && (l->n == 3 || l->p[3] == ' ');

	if (code != 0 && (s->multi == 0 || code == s->multi))
		l->protect = 3;
	if (last && (s->multi == 0 || code == s->multi)) {
		last_line(t, l, code);
		return;
	}
	if (s->multi == 0 && code != 0 && l->p[3] == '-')
		s->multi = (short)code;
	if (s->multi != 0)
		command_reply(t, FACT_REPLY_MORE, STATUS_NONE, s->multi, l);
	else
		track_stray(t, l);
}

static void
line(struct track *t, enum dir d, struct line *l)
{
	if (d == DIR_S)
		command_line(t, l, verbs, command);
	else
		daemon_line(t, l);
}

/*
 * What goes with ADAT (RFC 2228 section 3), and replies that are protected:
 * 631, 632 and 633 hold a whole reply in base64.
 */
static void
hide_reply(struct track *t, struct line *l)
{
	static const char adat[] = "ADAT=";
	short multi = TRACK_STATE(t, struct ftp)->multi;
	int code = word_code(l->p, l->n);
	size_t from = code != 0 ? 3 : 0, data;

	if (from < l->n && (l->p[from] == ' ' || l->p[from] == '-'))
		from += code != 0;
	if ((code >= 631 && code <= 633) || (multi >= 631 && multi <= 633)) {
		if (from < l->n)
			line_hide_quietly(l, from, l->n);
		return;
	}
	data = word_find(l->p, l->n, adat) + sizeof adat - 1;
	if (data < l->n) {
		line_hide_quietly(l, data, l->n);
		return;
	}
	if ((code != 334 && code != 335) ||
	    !base64_looks(l->p + from, l->n - from))
		return;
	if (l->cut)
		l->hold = from;
	else if (l->n - from >= 12)
		line_hide_quietly(l, from, l->n);
}

static const uint16_t ports[] = {21, 990, 2121, 8021, 0};

const struct protocol proto_ftp = {
    .name = "ftp",
    .verbs = verbs,
    .second_verbs = site_verbs,
    .services = "ftp\0",
    .programs =
	"ftpd\0in.ftpd\0wu-ftpd\0vsftpd\0proftpd\0in.proftpd\0pure-ftpd\0"
	"bsd-ftpd\0tnftpd\0inetutils-ftpd\0muddleftpd\0bftpd\0twoftpd-auth\0"
	"oftpd\0ftp.proxy\0",
    .ports = ports,
    .clears_tls = true,
    .line = line,
    .hide_reply = hide_reply,
};
