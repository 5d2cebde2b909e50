/* infer_words.c - the forms by which replies and commands are known */
#include "infer_words.h"

#include <ctype.h>

/* Whether the first word is one of these; *t is behind it. */
static bool
is_word(struct take *t, const char *const *words)
{
	struct take word, left;

	if (!take_token(t, &word))
		return false;
	for (; *words != NULL; words++) {
		left = word;
		if (take_word(&left, *words) && left.p == left.end)
			return true;
	}
	return false;
}

/* ---- POP3 ------------------------------------------------------------- */

static const char *const pop3_commands[] = {"USER", "PASS", "APOP", "AUTH",
    "STAT", "LIST", "RETR", "DELE", "NOOP", "RSET", "TOP", "UIDL", "QUIT",
    "CAPA", "STLS", "UTF8", "LANG", "XTND", "XSENDER", "XTEXT", "HOST", "MBOX",
    "LAST", "RPOP", "HELP", NULL};

/* Those that are no capability but with an argument. */
static const char *const pop3_with_argument[] = {
    "USER", "PASS", "APOP", "AUTH", "RETR", "DELE", "TOP", "UIDL", NULL};

static const char *const pop3_alone[] = {
    "STAT", "LIST", "NOOP", "RSET", "QUIT", "LAST", NULL};

static bool
pop3_reply(struct take t)
{
	return take_text(&t, "+OK") || take_text(&t, "-ERR") ||
	    (take_text(&t, "+") && (t.p == t.end || *t.p == ' '));
}

static bool
pop3_command(struct take t)
{
	return is_word(&t, pop3_commands);
}

static bool
pop3_ends_list(struct take t, bool capabilities)
{
	struct take word = t;

	if (take_text(&word, "+OK") || take_text(&word, "-ERR"))
		return true;
	if (!capabilities)
		return is_word(&t, pop3_commands);
	word = t;
	if (is_word(&word, pop3_with_argument))
		return take_left(&word) > 1;
	return is_word(&t, pop3_alone);
}

/* ---- SMTP, LMTP, FTP: a code, or else a command ------------------------- */

static bool
code_reply(struct take t)
{
	return take_number(&t, 3, 3, NULL) &&
	    (t.p == t.end || *t.p == ' ' || *t.p == '-');
}

static bool
any_command(struct take t)
{
	return t.p < t.end;
}

/* ---- NNTP ------------------------------------------------------------- */

static const char *const nntp_commands[] = {"MODE", "GROUP", "LISTGROUP",
    "ARTICLE", "HEAD", "BODY", "STAT", "NEXT", "LAST", "LIST", "XOVER", "OVER",
    "XHDR", "HDR", "XPAT", "NEWGROUPS", "NEWNEWS", "POST", "IHAVE", "CHECK",
    "TAKETHIS", "DATE", "HELP", "CAPABILITIES", "AUTHINFO", "STARTTLS",
    "COMPRESS", "QUIT", "XGTITLE", "XREPLIC", "SLAVE", NULL};

static bool
nntp_command(struct take t)
{
	return is_word(&t, nntp_commands);
}

/* ---- IMAP ------------------------------------------------------------- */

static const char *const imap_commands[] = {"CAPABILITY", "NOOP", "LOGOUT",
    "STARTTLS", "AUTHENTICATE", "LOGIN", "SELECT", "EXAMINE", "CREATE",
    "DELETE", "RENAME", "SUBSCRIBE", "UNSUBSCRIBE", "LIST", "LSUB", "STATUS",
    "APPEND", "CHECK", "CLOSE", "EXPUNGE", "SEARCH", "FETCH", "STORE", "COPY",
    "MOVE", "UID", "UNSELECT", "IDLE", "NAMESPACE", "ID", "ENABLE", "SORT",
    "THREAD", "COMPRESS", "NOTIFY", "GETQUOTA", "GETQUOTAROOT", "SETQUOTA",
    "GETACL", "SETACL", "DELETEACL", "LISTRIGHTS", "MYRIGHTS", "GETMETADATA",
    "SETMETADATA", "XLIST", "GETANNOTATION", "SETANNOTATION", "CATENATE",
    "UNAUTHENTICATE", "LANGUAGE", "COMPARATOR", "GENURLAUTH", "URLFETCH",
    "RESETKEY", "ESEARCH", "XAPPLEPUSHSERVICE", NULL};

static const char *const imap_states[] = {"OK", "NO", "BAD", NULL};

/* A tag and a blank; *t is behind them. */
static bool
take_tag(struct take *t)
{
	struct take tag;

	if (!take_token(t, &tag) || !take_text(t, " "))
		return false;
	for (; tag.p < tag.end; tag.p++)
		if (!isgraph(*tag.p) || strchr("*+(){%\"\\", *tag.p) != NULL)
			return false;
	return true;
}

static bool
imap_reply(struct take t)
{
	struct take tagged = t;

	if (take_text(&t, "* ") ||
	    (take_text(&t, "+") && (t.p == t.end || *t.p == ' ')))
		return true;
	return take_tag(&tagged) && is_word(&tagged, imap_states);
}

static bool
imap_command(struct take t)
{
	struct take done = t;

	if (take_word(&done, "DONE") && done.p == done.end)
		return true;
	return take_tag(&t) && is_word(&t, imap_commands);
}

/* ---- ManageSieve, and what nobody knows ------------------------------- */

static const char *const sieve_states[] = {"OK", "NO", "BYE", NULL};

static const char *const sieve_commands[] = {"AUTHENTICATE", "STARTTLS",
    "LOGOUT", "CAPABILITY", "HAVESPACE", "PUTSCRIPT", "LISTSCRIPTS",
    "SETACTIVE", "GETSCRIPT", "DELETESCRIPT", "RENAMESCRIPT", "CHECKSCRIPT",
    "NOOP", "UNAUTHENTICATE", NULL};

static bool
sieve_reply(struct take t)
{
	return (t.p < t.end && *t.p == '"') || is_word(&t, sieve_states);
}

static bool
sieve_command(struct take t)
{
	return is_word(&t, sieve_commands);
}

static bool
never(struct take t)
{
	(void)t;
	return false;
}

static const struct infer_words all[] = {
    {"pop3", pop3_reply, pop3_command, pop3_ends_list},
    {"imap", imap_reply, imap_command, NULL},
    {"nntp", code_reply, nntp_command, NULL},
    {"smtp", code_reply, any_command, NULL},
    {"lmtp", code_reply, any_command, NULL},
    {"ftp", code_reply, any_command, NULL},
    {"sieve", sieve_reply, sieve_command, NULL},
    {NULL, code_reply, any_command, NULL},
    {NULL, never, never, NULL},
};

static const struct infer_words *
find(const char *protocol)
{
	for (size_t i = 0; all[i].protocol != NULL; i++)
		if (strcmp(all[i].protocol, protocol) == 0)
			return &all[i];
	return NULL;
}

const struct infer_words *
infer_words_of(const char *protocol, struct take first)
{
	static const char *const nntp[] = {"200", "201", "400", "502", NULL};
	const struct infer_words *w;
	const size_t n = sizeof all / sizeof *all;

	if (protocol != NULL && (w = find(protocol)) != NULL)
		return w;
	if (pop3_reply(first))
		return find("pop3");
	if (imap_reply(first) || imap_command(first))
		return find("imap");
	if (is_word(&(struct take){first.p, first.end}, nntp))
		return find("nntp");
	if (sieve_reply(first))
		return find("sieve");
	/* 220 is said by servers of SMTP, LMTP and FTP. */
	return code_reply(first) ? &all[n - 2] : &all[n - 1];
}
