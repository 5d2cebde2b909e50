/*
 * text_verb.c - verbs of the client's behind which there may be a secret
 *
 * The first word of a line tells, in any of the protocols that have no file of
 * their own: IRC, redis, chat and game servers, consoles.
 */
#include "guess.h"
#include "literal.h"
#include "text.h"
#include "track.h"

#include <string.h>

#define BOM "\xef\xbb\xbf" /* of UTF-8; some editors send it */

/* ---- verbs ------------------------------------------------------------ */

enum kind {
	LOGS_IN, /* what follows is secret */
	EXCHANGES, /* likewise, and maybe lines that follow */
	NAMES, /* the first of two words or more is a name */
	TALKS, /* IRC: to a service, maybe a password */
	SETS, /* redis: maybe a password */
	BEGINS /* CVS, which text.c knows, or no verb of these */
};

static const struct {
	char name[13];
	unsigned char kind; /* enum kind */
} verbs[] = {
    {"PASS", LOGS_IN}, /* and what begins with it */
    {"AUTH", EXCHANGES},
    {"AUTHENTICATE", EXCHANGES},
    {"AUTHINFO", EXCHANGES},
    {"SASL", EXCHANGES},
    {"APOP", NAMES},
    {"ACCT", LOGS_IN},
    {"ADAT", EXCHANGES},
    {"LOGIN", NAMES},
    {"LOGON", NAMES},
    {"SIGNON", NAMES},
    {"OPER", NAMES},
    {"IDENTIFY", LOGS_IN},
    {"TOKEN", LOGS_IN},
    {"SECRET", LOGS_IN},
    {"APIKEY", LOGS_IN},
    {"APIPASSWORD", LOGS_IN},
    {"CREDENTIALS", LOGS_IN},
    {"SU", LOGS_IN},
    {"UNLOCK", LOGS_IN},
    {"REQUIREPASS", LOGS_IN},
    {"MASTERAUTH", LOGS_IN},
    {"SETUSER", LOGS_IN},
    {"AUTH2", LOGS_IN},
    {"PRIVMSG", TALKS},
    {"NOTICE", TALKS},
    {"SQUERY", TALKS},
    {"NICKSERV", TALKS},
    {"NS", TALKS},
    {"MSG", TALKS},
    {"HELLO", SETS},
    {"CONFIG", SETS},
    {"ACL", SETS},
    {"MIGRATE", SETS},
    {"SENTINEL", SETS},
    {"BEGIN", BEGINS},
};

#define LONGEST 16 /* bytes of a verb, at most */
#define NVERBS (sizeof verbs / sizeof *verbs)

/* In upper case; a blank for what is none. */
static unsigned
letter(unsigned char c)
{
	c &= 0xdf;
	return c >= 'A' && c <= 'Z' ? c : ' ';
}

static enum kind
kind_of(const unsigned char *p, size_t n)
{
	unsigned a = n > 0 ? letter(*p) : ' ';

	for (size_t i = 0; i < NVERBS; i++)
		if ((unsigned char)verbs[i].name[0] == a &&
		    word_is(p, n, verbs[i].name))
			return (enum kind)verbs[i].kind;
	return BEGINS;
}

#define TWO(a, b) ((uint16_t)((a) << 8 | (b)))
#define SECONDS 8 /* at most so many verbs begin alike, a vector's worth */

/* The second and third letters of the verbs, a blank for none, by the first. */
static const uint16_t seconds[26][SECONDS] = {
    ['A' - 'A'] = {TWO('U', 'T'), TWO('P', 'O'), TWO('P', 'I'), TWO('C', 'C'),
	TWO('C', 'L'), TWO('D', 'A')},
    ['B' - 'A'] = {TWO('E', 'G')},
    ['C' - 'A'] = {TWO('R', 'E'), TWO('O', 'N')},
    ['H' - 'A'] = {TWO('E', 'L')},
    ['I' - 'A'] = {TWO('D', 'E')},
    ['L' - 'A'] = {TWO('O', 'G')},
    ['M' - 'A'] = {TWO('A', 'S'), TWO('S', 'G'), TWO('I', 'G')},
    ['N' - 'A'] = {TWO('O', 'T'), TWO('I', 'C'), TWO('S', ' ')},
    ['O' - 'A'] = {TWO('P', 'E')},
    ['P' - 'A'] = {TWO('A', 'S'), TWO('R', 'I')},
    ['R' - 'A'] = {TWO('E', 'Q')},
    ['S' - 'A'] = {TWO('A', 'S'), TWO('I', 'G'), TWO('E', 'C'), TWO('E', 'T'),
	TWO('E', 'N'), TWO('U', ' '), TWO('Q', 'U')},
    ['T' - 'A'] = {TWO('O', 'K')},
    ['U' - 'A'] = {TWO('N', 'L')},
};

/*
 * `a1 LOGIN joe secret`, as in IMAP: where the verb is behind the tag at `at`,
 * or 0.  By hand people take a letter or a dot for a tag.
 */
static size_t
behind_tag(const unsigned char *p, size_t n, size_t at)
{
	size_t end = word_end(p, n, at), verb = word_skip(p, n, end);

	if (verb == n || (!word_is_tag(p + at, end - at) && end - at != 1))
		return 0;
	/* Behind it may stand more than its line. */
	for (end = verb; end < n && p[end] > ' ';)
		end++;
	if (word_among(p + verb, end - verb, "LOGIN\0AUTHENTICATE\0") == NULL)
		return 0;
	return verb;
}

bool
text_may_be_verb(const unsigned char *p, size_t n)
{
	const uint16_t *row;
	unsigned key, hit = 0, a;
	size_t at = 0;

	while (at < n && (p[at] == ' ' || p[at] == '\t'))
		at++;
	at += at < n && p[at] == '/';
	if (n - at < 3)
		return at < n;
	if (behind_tag(p, n, at) != 0)
		return true;
	a = letter(p[at]);
	if (a == ' ') /* origins, telnet commands, RESP, BOM */
		return p[at] == ':' || p[at] == '*' || p[at] == 0xff ||
		    p[at] == (unsigned char)BOM[0];
	key = TWO(letter(p[at + 1]), letter(p[at + 2]));
	row = seconds[a - 'A'];
	for (size_t i = 0; i < SECONDS; i++)
		hit |= row[i] == key;
	for (size_t i = 0; hit != 0 && i < NVERBS; i++)
		if ((unsigned char)verbs[i].name[0] == a &&
		    word_begins(p + at, n - at, verbs[i].name))
			return true;
	return false;
}

bool
text_is_no_verb(const struct line *l)
{
	size_t at = word_skip(l->p, l->n, 0), end;

	for (int i = 0; i < 2; i++, at = word_skip(l->p, l->n, end)) {
		end = word_end(l->p, l->n, at);
		if (end - at > LONGEST)
			break; /* no verb and no tag is */
		if (end == l->n)
			return false;
	}
	return !text_may_be_verb(l->p, l->n);
}

/* Hide the arguments of a verb of that kind, which begin at arg. */
static enum text_verb
hide_arguments(struct track *t, struct line *l, enum kind kind, size_t arg)
{
	size_t end = word_end(l->p, l->n, arg);
	size_t next = word_skip(l->p, l->n, end);
	struct literal x;

	if (arg == l->n)
		return VERB_ALONE;
	if (next < l->n && kind == NAMES && t->proto != &proto_auto) {
		if (!l->draft)
			track_user_word(t, l->p + arg, end - arg);
		line_hide(l, next, l->n);
	} else if (next < l->n && sasl_known(l->p + arg, end - arg)) {
		line_hide(l, next, l->n);
	} else {
		line_hide_words(t, l, arg);
	}
	if (literal_at_end(t, l, &x) != NULL)
		return VERB_ALONE;
	return kind == EXCHANGES ? VERB_EXCHANGE : VERB_OTHER;
}

/* PASS and what begins with it: PASSWD, PASSWORD: secret, PASSsecret. */
static enum text_verb
hide_pass(struct track *t, struct line *l, size_t verb, size_t end)
{
	size_t name = verb, at = verb + 4;

	while (name < end && l->p[name] != ':' && l->p[name] != '=')
		name++;
	if ((name == end && name == at) ||
	    line_says(l, verb, name, "PASSWD\0PASSWORD\0PASSPHRASE\0"))
		at = word_skip(l->p, l->n, name + (name < end));
	if (at >= l->n)
		return VERB_ALONE;
	line_hide(l, at, l->n);
	/* also as if a colon or an equals sign had been meant */
	while (at < l->n && memchr(":= \t", l->p[at], 4) != NULL)
		at++;
	if (at > verb + 4 && at < l->n && t->mode == TRACK_MASK)
		echo_keep(line_echo(t, l), l->p + at, l->n - at);
	return VERB_OTHER;
}

/* Hide what is behind the first of `words`, among the next ones from `at` on. */
static void
hide_behind(
    struct track *t, struct line *l, size_t at, size_t most, const char *words)
{
	size_t end;

	for (; at < l->n && most > 0; at = word_skip(l->p, l->n, end), most--) {
		at += l->p[at] == ':';
		end = word_end(l->p, l->n, at);
		if (line_says(l, at, end, words)) {
			line_hide_words(t, l, word_skip(l->p, l->n, end));
			return;
		}
	}
}

/* The verb at `at`. */
static enum text_verb
hide_at(struct track *t, struct line *l, size_t at)
{
	size_t end = word_end(l->p, l->n, at);
	size_t arg = word_skip(l->p, l->n, end);
	enum kind kind;

	for (size_t i = at; i < end; i++)
		if (l->p[i] < ' ' || l->p[i] == 0x7f) {
			line_hide_words(t, l, at); /* it was edited */
			return VERB_OTHER;
		}
	if (word_begins(l->p + at, end - at, "PASS"))
		return hide_pass(t, l, at, end);
	kind = kind_of(l->p + at, end - at);
	switch (kind) {
	case LOGS_IN:
	case EXCHANGES:
	case NAMES:
		return hide_arguments(t, l, kind, arg);
	case TALKS:
		/* to a service; to a channel, if somebody mistook the window */
		hide_behind(t, l, arg,
		    arg < l->n && strchr("#&", l->p[arg]) != NULL ? 2 : 3,
		    "IDENTIFY\0ID\0REGISTER\0GHOST\0RECOVER\0RELEASE\0REGAIN\0"
		    "LOGIN\0AUTH\0PASS\0PASSWORD\0SETPASS\0");
		break;
	case SETS:
		hide_behind(t, l, arg, SIZE_MAX,
		    "AUTH\0AUTH2\0AUTH-PASS\0REQUIREPASS\0MASTERAUTH\0"
		    "SETUSER\0");
		break;
	case BEGINS:
		break;
	}
	return VERB_OTHER;
}

enum text_verb
text_hide_verb(struct track *t, struct line *l)
{
	size_t at = word_skip(l->p, l->n, 0), iac, behind;
	enum text_verb verb = VERB_OTHER;

	while ((iac = command_iac(l->p + at, l->n - at)) > 0)
		at = word_skip(l->p, l->n, at + iac);
	if (l->n - at > 3 && memcmp(l->p + at, BOM, 3) == 0)
		at += 3;
	if (at < l->n && l->p[at] == '/')
		at++;
	if (at < l->n && l->p[at] == ':') {
		/* an origin, as in IRC, or the verb itself */
		verb = hide_at(t, l, at + 1);
		at = word_skip(l->p, l->n, word_end(l->p, l->n, at));
	}
	behind = behind_tag(l->p, l->n, at);
	if (at < l->n && verb == VERB_OTHER)
		verb = hide_at(t, l, behind > 0 ? behind : at);
	return verb;
}
