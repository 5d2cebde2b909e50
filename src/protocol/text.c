/*
 * text.c - a protocol that nobody knows: lines, prompts, and caution
 *
 * Everything is shown but what looks like a secret: the arguments of verbs that
 * log in, the values of telling names (password=, token:), the answer to a
 * prompt for a password and its echo, tokens that show themselves.  What is no
 * text is counted.
 */
#include "text.h"
#include "names.h"
#include "track.h"

#include <string.h>

#define TYPED 512

struct text {
	bool ask_secret; /* a prompt asked for a secret: the next line is one */
	bool ask_user; /* or for a user name */
	bool hide_all; /* client lines are secret until the daemon speaks */
	bool pair_next; /* rsync: the next line is `user digest` */
	unsigned char cvs; /* CVS: lines since BEGIN ... REQUEST */
	uint64_t answered; /* daemon's bytes when a prompt was answered */
	uint64_t hidden_at; /* and when hide_all began */
	size_t prompt; /* bytes of the daemon's line that are a prompt */
	size_t typed_len; /* the secret that was typed last, for its echo */
	unsigned char typed[TYPED];
};

static struct text *
state(struct track *t)
{
	return TRACK_STATE(t, struct text);
}

/* ---- text or not ------------------------------------------------------ */

/*
 * The first byte that no text has, or n: a control byte but TAB CR LF BS BEL
 * ESC FF.  Telnet commands are text, and so is its CR NUL (RFC 854).
 */
size_t
text_binary(const unsigned char *p, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		size_t iac;

		if (p[i] == 0xff && (iac = command_iac(p + i, n - i)) > 0) {
			i += iac - 1;
			continue;
		}
		if (p[i] >= 0x20 || (p[i] >= '\a' && p[i] <= '\r' &&
		    p[i] != '\v') || p[i] == 0x1b)
			continue;
		if (p[i] == '\0' && i > 0 && p[i - 1] == '\r')
			continue;
		return i;
	}
	return n;
}

/* ---- prompts ---------------------------------------------------------- */

static bool
has_word(const unsigned char *p, size_t n, const char *const *words)
{
	for (; *words != NULL; words++)
		for (size_t i = 0; i + strlen(*words) <= n; i++)
			if (word_begins(p + i, n - i, *words))
				return true;
	return false;
}

static bool
is_letter(unsigned char c)
{
	return ((c | 32) >= 'a' && (c | 32) <= 'z') || c >= 0x80;
}

static bool
has_pin(const unsigned char *p, size_t n)
{
	for (size_t i = 0; i + 3 <= n; i++)
		if (word_begins(p + i, n - i, "PIN") &&
		    (i == 0 || !is_letter(p[i - 1])) &&
		    (i + 3 == n || !is_letter(p[i + 3])))
			return true;
	return false;
}

/* Without what a terminal does not show at the end of a prompt. */
static size_t
trim_prompt(const unsigned char *p, size_t n)
{
	size_t was, k;

	do {
		was = n;
		while (n > 0 && (p[n - 1] == ' ' || p[n - 1] == '\0' ||
		    p[n - 1] == '\a' || p[n - 1] == '\t'))
			n--;
		/* ESC [ parameters letter */
		k = n;
		if (k > 2 && is_letter(p[k - 1])) {
			k--;
			while (k > 0 && p[k - 1] >= 0x20 && p[k - 1] <= '?')
				k--;
			if (k > 1 && p[k - 1] == '[' && p[k - 2] == 0x1b)
				n = k - 2;
		}
	} while (n < was);
	return n;
}

enum prompt { NO_PROMPT, PROMPT_USER, PROMPT_SECRET };

static enum prompt
prompt_of(const unsigned char *p, size_t n)
{
	static const char *const secrets[] = {"PASSWORD", "PASSWD",
	    "PASSWORT", "PASSPHRASE", "PASSCODE", "MOT DE PASSE", "CONTRASE",
	    "SENHA", "WACHTWOORD", "PAROLA", "L\303\266SENORD",
	    "L\303\226SENORD", "L\366SENORD", "HAS\305\202O", "HAS\305\201O",
	    "HAS\263O", "SECRET", "TOKEN", "OTP", "ONE-TIME",
	    "VERIFICATION CODE", "SECURITY CODE", "ACCESS CODE", "RESPONSE",
	    NULL};
	static const char *const users[] = {"LOGIN", "USERNAME", "USER",
	    "NAME", NULL};

	n = trim_prompt(p, n);
	if (n == 0 || strchr(":>?]", p[n - 1]) == NULL || p[n - 1] == '\0')
		return NO_PROMPT;
	if (n > 256) {
		p += n - 256;
		n = 256;
	}
	if (has_word(p, n, secrets) || has_pin(p, n))
		return PROMPT_SECRET;
	if (p[n - 1] == ':' && has_word(p, n, users))
		return PROMPT_USER;
	return NO_PROMPT;
}

/* The daemon's line that has not ended: does it ask for something? */
static void
look_at_prompt(struct track *t)
{
	const struct side *r = &t->side[DIR_R];
	struct text *s = state(t);
	enum prompt prompt;

	if (r->frame != FRAME_LINE || r->len == 0 || r->seen == s->answered)
		return;
	prompt = prompt_of(r->buf, r->len);
	if (prompt == NO_PROMPT)
		return;
	s->ask_secret = prompt == PROMPT_SECRET;
	s->ask_user = prompt == PROMPT_USER;
	s->prompt = r->len;
}

/* ---- the echo of what is typed ---------------------------------------- */

/* Without what editing leaves behind, and stars that stand for bytes. */
static size_t
plain_typing(unsigned char *out, const unsigned char *p, size_t n)
{
	size_t len = 0;

	for (size_t i = 0; i < n && len < TYPED; i++) {
		if (p[i] == '\b' && i + 2 < n && p[i + 1] == ' ' &&
		    p[i + 2] == '\b')
			i += 2;
		else if (p[i] != '\b' && p[i] != 0x7f && p[i] != '*' &&
		    p[i] != '\r' && p[i] != '\n' && p[i] != '\0')
			out[len++] = p[i];
	}
	return len;
}

/* Whether this is what was typed (or is being typed), or a beginning of it. */
static bool
is_typed(struct track *t, const unsigned char *p, size_t n)
{
	const struct side *c = &t->side[DIR_S];
	struct text *s = state(t);
	unsigned char echo[TYPED], typed[TYPED];
	size_t echo_len = plain_typing(echo, p, n), typed_len;

	if (track_in_line(t, DIR_S))
		typed_len = plain_typing(typed, c->buf, c->len);
	else
		typed_len = plain_typing(typed, s->typed, s->typed_len);
	return echo_len <= typed_len && typed_len > 0 &&
	    memcmp(echo, typed, echo_len) == 0;
}

/* The daemon's line behind a prompt for a secret. */
static void
hide_typing(struct track *t, struct line *l)
{
	struct text *s = state(t);

	if (s->prompt == 0 || s->prompt > l->n || l->more)
		return;
	if (l->cut && s->ask_secret) {
		l->hold = s->prompt; /* it is still being typed */
		return;
	}
	if (l->n > s->prompt &&
	    is_typed(t, l->p + s->prompt, l->n - s->prompt))
		line_hide_quietly(l, s->prompt, l->n);
}

/* ---- names and values ------------------------------------------------- */

static bool
in_name(unsigned char c)
{
	return is_letter(c) || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
	    c == '.' || c == '%';
}

/* Where the value ends that begins at `at`. */
static size_t
value_end(const struct line *l, size_t at, bool to_end)
{
	unsigned char quote = at < l->n ? l->p[at] : 0;

	if (to_end)
		return l->n;
	if (quote == '"' || quote == '\'') {
		for (size_t i = at + 1; i < l->n; i++) {
			if (l->p[i] == '\\')
				i++;
			else if (l->p[i] == quote)
				return i;
		}
		return l->n;
	}
	while (at < l->n && l->p[at] != ' ' && l->p[at] != '\t' &&
	    l->p[at] != '&' && l->p[at] != ';' && l->p[at] != ',' &&
	    l->p[at] != '\r')
		at++;
	return at;
}

/* A pair whose `=` or `:` is at `sep`; returns where to go on. */
static size_t
hide_pair(struct line *l, size_t sep, enum dir d)
{
	size_t end = sep, from, at = sep + 1, to;
	bool header, rest;

	while (end > 0 && l->p[end - 1] == ' ')
		end--;
	if (end > 0 && (l->p[end - 1] == '"' || l->p[end - 1] == '\''))
		end--;
	from = end;
	while (from > 0 && in_name(l->p[from - 1]))
		from--;
	header = l->p[sep] == ':' && from == word_skip(l->p, l->n, 0);
	if (!names_secret(l->p + from, end - from) &&
	    !(header && names_secret_header(l->p + from, end - from)))
		return sep + 1;
	rest = l->p[sep] == ':' && (d == DIR_S || header);
	at = word_skip(l->p, l->n, at);
	to = value_end(l, at, rest);
	if (at < l->n && !rest && (l->p[at] == '"' || l->p[at] == '\''))
		at++;
	if (to > at)
		line_hide(l, at, to);
	return to > sep ? to : sep + 1;
}

/*
 * What can be told from the bytes alone: name=value pairs, bearer tokens, web
 * tokens.
 */
void
text_hide_values(struct line *l, enum dir d)
{
	size_t from, to, i = 0;

	while (i < l->n) {
		switch (l->p[i]) {
		case '=':
		case ':':
			i = hide_pair(l, i, d);
			continue;
		case 'e':
		case 'b':
		case 'B':
			if (names_token(l->p + i, l->n - i, &from, &to)) {
				line_hide(l, i + from, i + to);
				i += to;
				continue;
			}
		}
		i++;
	}
}

/* ---- verbs ------------------------------------------------------------ */

static const char *const secret_verbs[] = {"PASS", "PASSWD", "PASSWORD",
    "PASSPHRASE", "AUTH", "AUTHENTICATE", "AUTHINFO", "SASL", "LOGIN", "LOGON",
    "SIGNON", "APOP", "ACCT", "ADAT", "OPER", "IDENTIFY", "TOKEN", "SECRET",
    "APIKEY", "APIPASSWORD", "CREDENTIALS", "SU", "UNLOCK", "REQUIREPASS",
    "MASTERAUTH", NULL};

static bool
is_one_of(const unsigned char *p, size_t n, const char *const *words)
{
	for (; *words != NULL; words++)
		if (word_is(p, n, *words))
			return true;
	return false;
}

/* Behind these, the first of two words or more is a name. */
static bool
names_somebody(const unsigned char *p, size_t n)
{
	static const char *const verbs[] = {"LOGIN", "LOGON", "SIGNON", "OPER",
	    NULL};

	return is_one_of(p, n, verbs);
}

/* Hide the arguments of a verb that logs in; `at` is behind the verb. */
static void
hide_arguments(
    struct track *t, struct line *l, size_t verb, size_t at, size_t end)
{
	struct text *s = state(t);
	size_t arg = word_skip(l->p, end, at);
	size_t next = word_skip(l->p, end, word_end(l->p, end, arg));

	if (arg == end) {
		s->hide_all = true; /* the secret comes in lines of its own */
		s->hidden_at = t->side[DIR_R].seen;
	} else if (next < end && names_somebody(l->p + verb, at - verb)) {
		track_user(t, l->p + arg, word_end(l->p, end, arg) - arg);
		line_hide(l, next, l->n);
	} else if (next < end && sasl_known(l->p + arg,
	    word_end(l->p, end, arg) - arg)) {
		line_hide(l, next, l->n);
	} else {
		line_hide(l, arg, l->n);
	}
}

/* A verb somewhere in the line, behind which all is secret. */
static void
hide_behind(struct track *t, struct line *l, size_t at, size_t end,
    const char *const *verbs)
{
	while (at < end) {
		size_t word = at, stop;

		if (l->p[word] == ':')
			word++;
		stop = word_end(l->p, end, word);
		if (is_one_of(l->p + word, stop - word, verbs)) {
			hide_arguments(t, l, word, stop, end);
			return;
		}
		at = word_skip(l->p, end, stop);
	}
}

static void
verb_line(struct track *t, struct line *l, size_t from, size_t end)
{
	static const char *const irc[] = {"PRIVMSG", "NOTICE", "NS",
	    "NICKSERV", "MSG", "SQUERY", NULL};
	static const char *const services[] = {"IDENTIFY", "REGISTER", "GHOST",
	    NULL};
	static const char *const redis[] = {"HELLO", "CONFIG", "ACL", NULL};
	static const char *const redis_secrets[] = {"AUTH", "REQUIREPASS",
	    "MASTERAUTH", "SETUSER", NULL};
	size_t at = word_skip(l->p, end, from), stop, iac;

	while ((iac = command_iac(l->p + at, end - at)) > 0)
		at = word_skip(l->p, end, at + iac);
	if (at < end && l->p[at] == ':') /* the origin of an IRC message */
		at = word_skip(l->p, end, word_end(l->p, end, at));
	if (at < end && l->p[at] == '/')
		at++;
	stop = word_end(l->p, end, at);
	if (is_one_of(l->p + at, stop - at, secret_verbs))
		hide_arguments(t, l, at, stop, end);
	else if (word_begins(l->p + at, stop - at, "PASS"))
		line_hide(l, at + 4, l->n);
	else if (is_one_of(l->p + at, stop - at, irc))
		hide_behind(t, l, stop, end, services);
	else if (is_one_of(l->p + at, stop - at, redis))
		hide_behind(t, l, word_skip(l->p, end, stop), end,
		    redis_secrets);
}

/* ---- odd ones --------------------------------------------------------- */

/* CVS pserver: BEGIN AUTH REQUEST, root, user, scramble, END AUTH REQUEST. */
static bool
cvs_line(struct track *t, struct line *l)
{
	struct text *s = state(t);

	if (word_is(l->p, l->n, "BEGIN AUTH REQUEST") ||
	    word_is(l->p, l->n, "BEGIN VERIFICATION REQUEST") ||
	    word_is(l->p, l->n, "BEGIN GSSAPI REQUEST")) {
		s->cvs = 1;
		return true;
	}
	if (s->cvs == 0)
		return false;
	if (word_begins(l->p, l->n, "END ")) {
		s->cvs = 0;
		return true;
	}
	if (s->cvs == 2)
		track_user(t, l->p, l->n);
	if (s->cvs >= 3)
		line_hide(l, 0, l->n);
	if (s->cvs < 4)
		s->cvs++;
	return true;
}

/* rsync: `joe digest` is the answer to a challenge. */
static void
hide_second(struct line *l)
{
	size_t at = word_end(l->p, l->n, 0);

	at = word_skip(l->p, l->n, at);
	line_hide(l, at < l->n ? at : 0, l->n);
}

/* ---- lines ------------------------------------------------------------ */

static void
answer_secret(struct track *t, struct line *l)
{
	struct text *s = state(t);

	s->ask_secret = false;
	s->answered = t->side[DIR_R].seen;
	s->typed_len = l->n < TYPED ? l->n : TYPED;
	memcpy(s->typed, l->p, s->typed_len);
	line_hide(l, 0, l->n);
}

static void
answer_user(struct track *t, struct line *l)
{
	struct text *s = state(t);

	s->ask_user = false;
	s->answered = t->side[DIR_R].seen;
	s->hide_all = true; /* what is sent along with it is no name */
	s->hidden_at = t->side[DIR_R].seen;
	track_user(t, l->p, l->n);
}

static void
client(struct track *t, struct line *l)
{
	struct text *s = state(t);
	const unsigned char *cr;
	size_t from = 0, end;

	l->all_text = true;
	if (s->hide_all && t->side[DIR_R].seen != s->hidden_at)
		s->hide_all = false;
	look_at_prompt(t);
	if (s->ask_secret) {
		answer_secret(t, l);
		return;
	}
	if (s->hide_all) {
		line_hide(l, 0, l->n);
		return;
	}
	if (t->mode == TRACK_MASK &&
	    text_binary(l->p, l->n + (l->eol > 0)) < l->n) {
		l->opaque = true;
		track_event(t, "binary S");
		return;
	}
	if (s->ask_user)
		answer_user(t, l);
	if (s->pair_next) {
		s->pair_next = false;
		hide_second(l);
		return;
	}
	if (cvs_line(t, l))
		return;
	do {
		cr = memchr(l->p + from, '\r', l->n - from);
		end = cr != NULL ? (size_t)(cr - l->p) : l->n;
		verb_line(t, l, from, end);
		from = end + 1;
	} while (from < l->n);
	text_hide_values(l, DIR_S);
}

static void
daemon_line(struct track *t, struct line *l)
{
	struct text *s = state(t);
	enum prompt prompt;

	if (t->mode == TRACK_MASK &&
	    text_binary(l->p, l->n + (l->eol > 0)) < l->n) {
		l->opaque = true;
		track_event(t, "binary R");
		return;
	}
	hide_typing(t, l);
	text_hide_values(l, DIR_R);
	if (word_begins(l->p, l->n, "@RSYNCD: AUTHREQD"))
		s->pair_next = true;
	prompt = prompt_of(l->p, l->n);
	if (prompt != NO_PROMPT && s->prompt == 0) {
		s->ask_secret = prompt == PROMPT_SECRET;
		s->ask_user = prompt == PROMPT_USER;
	}
	s->prompt = 0;
}

static void
line(struct track *t, enum dir d, struct line *l)
{
	track_fact(t, FACT_STRAY, d, l->p, l->n);
	if (d == DIR_S)
		client(t, l);
	else
		daemon_line(t, l);
}

static void
hide_reply(struct track *t, struct line *l)
{
	if (!l->cut)
		return; /* done with the line */
	look_at_prompt(t);
	if (text_binary(l->p, l->n) < l->n) {
		l->hold = 0;
		return;
	}
	hide_typing(t, l);
	text_hide_values(l, DIR_R);
}

void
text_line(struct track *t, enum dir d, struct line *l)
{
	line(t, d, l);
}

void
text_hide_reply(struct track *t, struct line *l)
{
	hide_reply(t, l);
}

const struct protocol proto_text = {
    .name = "text",
    .line = line,
    .hide_reply = hide_reply,
};
