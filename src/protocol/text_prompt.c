/*
 * text_prompt.c - what a daemon asks for with the last words that it said
 *
 * A prompt is the end of the daemon's output, whether or not a line ended
 * there, that ends like a question and has a word for a secret in it.
 */
#include "text.h"
#include "track.h"

#include <string.h>

#define PROMPT_MAX 512 /* bytes of a line that are looked at, the last ones */

#define ESC 0x1b
#define BEL '\a'

/* The length of an escape sequence of a terminal (ECMA-48 section 5), or 0. */
static size_t
escape_length(const unsigned char *p, size_t n)
{
	size_t i = 2;

	if (n < 2 || p[0] != ESC)
		return 0;
	switch (p[1]) {
	case '[': /* parameters, then a letter */
		while (i < n && p[i] >= 0x20 && p[i] <= '?')
			i++;
		return i < n ? i + 1 : n;
	case ']': /* a title: up to BEL or ESC \ */
		while (i < n && p[i] != BEL && p[i] != ESC)
			i++;
		return i < n ? i + 1 : n;
	case '(':
	case ')':
	case '#':
		return n < 3 ? n : 3;
	}
	return 2;
}

size_t
text_unseen(const unsigned char *p, size_t n)
{
	size_t len = command_iac(p, n);

	if (len == 0)
		len = escape_length(p, n);
	if (len == 0 && n > 0)
		len = (p[0] < ' ' && p[0] != '\t') || p[0] == 0x7f;
	return len;
}

/* Whether a terminal shows it; in an escape sequence it does not. */
static inline bool
is_shown(unsigned char c)
{
	return c >= ' ' && c != 0x7f && c != 0xff;
}

size_t
text_visible(unsigned char *out, size_t size, const unsigned char *p, size_t n)
{
	size_t len = 0, skip;
	bool begin = false; /* a CR: what follows is written over the line */

	if (n > size) {
		p += n - size;
		n = size;
	}
	for (size_t i = 0; i<n; i += skip> 0 ? skip : 1) {
		skip = 0;
		if (is_shown(p[i]) && !begin) {
			out[len++] = p[i];
			continue;
		}
		begin |= p[i] == '\r';
		skip = text_unseen(p + i, n - i);
		if (skip > 0)
			continue;
		if (begin)
			len = 0;
		begin = false;
		out[len++] = p[i];
	}
	return len;
}

static bool
is_letter(unsigned char c)
{
	return ((c | 32) >= 'a' && (c | 32) <= 'z') || c >= 0x80;
}

/* Words for a secret; some are written in more than one coding. */
static const char secrets[] =
    "PASSWORD\0PASSWD\0PASSWORT\0PASSPHRASE\0PASSCODE\0PAROLA\0MOT DE PASSE\0"
    "CONTRASE\0SENHA\0SECRET\0SECURITY CODE\0WACHTWOORD\0L\303\266SENORD\0"
    "L\303\226SENORD\0L\366SENORD\0L\326SENORD\0HAS\305\202O\0HAS\305\201O\0"
    "HAS\263O\0HAS\243O\0TOKEN\0OTP\0ONE-TIME\0VERIFICATION CODE\0ACCESS CODE\0"
    "RESPONSE\0";

#define L(c) (1u << ((c) - 'a'))

/* The second and third letters of those words and PIN, by their first. */
static const struct {
	uint32_t second, third;
} letters[26] = {
    ['p' - 'a'] = {L('a') | L('i'), L('s') | L('r') | L('n')},
    ['m' - 'a'] = {L('o'), L('t')},
    ['c' - 'a'] = {L('o'), L('n')},
    ['s' - 'a'] = {L('e'), L('n') | L('c')},
    ['w' - 'a'] = {L('a'), L('c')},
    ['h' - 'a'] = {L('a'), L('s')},
    ['t' - 'a'] = {L('o'), L('k')},
    ['o' - 'a'] = {L('t') | L('n'), L('p') | L('e')},
    ['v' - 'a'] = {L('e'), L('r')},
    ['a' - 'a'] = {L('c'), L('c')},
    ['r' - 'a'] = {L('e'), L('s')},
};

static bool
is_one_of(unsigned char c, uint32_t set)
{
	c |= 32;
	return c >= 'a' && c <= 'z' && (set & L(c)) != 0;
}

/* Whether a word of the list may begin with these three bytes. */
static bool
may_begin(const unsigned char *p)
{
	unsigned char a = p[0] | 32;

	if (a < 'a' || a > 'z')
		return false;
	if (a == 'l')
		return p[1] >= 0x80;
	return is_one_of(p[1], letters[a - 'a'].second) &&
	    is_one_of(p[2], letters[a - 'a'].third);
}

static bool
has_secret_word(const unsigned char *p, size_t n)
{
	for (size_t i = 0; i + 2 < n; i++) {
		if (!may_begin(p + i))
			continue;
		if (word_begins_among(p + i, n - i, secrets) != NULL)
			return true;
		/* not in "shopping" or "pine" */
		if (word_begins(p + i, n - i, "PIN") &&
		    (i == 0 || !is_letter(p[i - 1])) &&
		    (i + 3 == n || !is_letter(p[i + 3])))
			return true;
	}
	return false;
}

/* `login:`, `Your name:`, but not `filename:`. */
static bool
asks_user(const unsigned char *p, size_t n)
{
	size_t from;

	if (n == 0 || p[n - 1] != ':')
		return false;
	for (n--; n > 0 && p[n - 1] == ' ';)
		n--;
	for (from = n; from > 0 && is_letter(p[from - 1]);)
		from--;
	return word_among(
		   p + from, n - from, "LOGIN\0USERNAME\0USER\0NAME\0") != NULL;
}

/* Where it ends that ends like a question, blanks apart; 0: it does not. */
static size_t
question_end(const unsigned char *p, size_t n)
{
	while (n > 0 && (p[n - 1] == ' ' || p[n - 1] == '\t'))
		n--;
	return n > 0 && memchr(":>?]", p[n - 1], 4) != NULL ? n : 0;
}

/* Whether all bytes of p are such as a terminal shows. */
static bool
is_visible(const unsigned char *p, size_t n)
{
	unsigned char odd = 0;

	for (size_t i = 0; i < n; i++)
		odd |= !is_shown(p[i]);
	return odd == 0;
}

enum text_prompt
text_prompt(const unsigned char *p, size_t n)
{
	unsigned char text[PROMPT_MAX] = {0};

	if (n > PROMPT_MAX) {
		p += n - PROMPT_MAX;
		n = PROMPT_MAX;
	}
	if (!is_visible(p, n)) {
		n = text_visible(text, sizeof text, p, n);
		p = text;
	}
	n = question_end(p, n);
	if (n == 0)
		return ASKS_NOTHING;
	if (has_secret_word(p, n))
		return ASKS_SECRET;
	return asks_user(p, n) ? ASKS_USER : ASKS_NOTHING;
}
