/*
 * leak.c - secrets in what programs tell about themselves
 *
 *	Reading pop://hermes:secret@mail.example.org/
 *	Credentials: host mail.example.org, user hermes, pass secret
 *	supplied password 'secret' does not match
 *	Authenticated: clearpasswd=secret
 *	LOGIN hermes "secret"
 *
 * Too much is better than too little here, but `password mismatch` stays.
 */
#include "leak.h"

#include <ctype.h>

/* What a secret in a text without quotes does not go beyond. */
#define ENDS " \t\r\n,;\"'<>"

/* The longest user, secret and host of a URL. */
#define URL_MOST 1024

static bool
is_word_byte(unsigned char c)
{
	return isalnum(c) != 0;
}

/* `://user:SECRET@`, from behind the slashes; the last @ of the word counts. */
static bool
take_url(struct take *t, struct take *secret)
{
	struct take word;
	const unsigned char *colon, *at;

	if (!take_text(t, "://"))
		return false;
	if (take_left(t) > URL_MOST)
		t->end = t->p + URL_MOST;
	if (!take_token(t, &word))
		return false;
	at = memrchr(word.p, '@', take_left(&word));
	if (at == NULL)
		return false;
	colon = memchr(word.p, ':', (size_t)(at - word.p));
	if (colon == NULL)
		return false;
	*secret = (struct take){colon + 1, at};
	return secret->p < secret->end;
}

/* The quote that closes this one, or the end. */
static bool
take_quoted(struct take *t, struct take *secret)
{
	const unsigned char *close;
	char quote;

	if (!take_one(t, "'\"", &quote))
		return false;
	close = memchr(t->p, quote, take_left(t));
	secret->p = t->p;
	secret->end = close != NULL ? close : t->end;
	return true;
}

/*
 * `password = SECRET`, `pass 'SECRET'`.  Where nothing but a blank is between
 * them, the word is a short one, or it would be any sentence.
 */
static bool
take_named(struct take *t, bool begins, struct take *secret)
{
	static const char *const words[] = {
	    "PASSWORD", "PASSWD", "PASSPHRASE", "PASS", "SECRET"};
	bool shown = false, brief = false, known = false;
	struct take at;

	for (size_t i = 0; i < sizeof words / sizeof *words && !known; i++) {
		known = take_word(t, words[i]);
		brief = known && begins && strcmp(words[i], "PASS") == 0;
	}
	if (!known || (t->p < t->end && is_word_byte(*t->p)))
		return false;
	at = *t;
	take_blanks(&at);
	while (take_one(&at, "=:", NULL))
		shown = true;
	take_blanks(&at);
	if (at.p == t->p || at.p == at.end)
		return false;
	*t = at;
	if (take_quoted(&at, secret))
		return secret->p < secret->end;
	if (!shown && !brief)
		return false;
	secret->p = at.p;
	while (at.p < at.end && *at.p != '\0' && strchr(ENDS, *at.p) == NULL)
		at.p++;
	secret->end = at.p;
	return secret->p < secret->end;
}

/* `LOGIN user "SECRET"`, or as Python has it: `LOGIN ('user', '"SECRET"')`. */
static bool
take_login(struct take *t, bool begins, struct take *secret)
{
	if (!begins || !take_word(t, "LOGIN "))
		return false;
	take_text(t, "(");
	if (!take_token(t, NULL))
		return false;
	take_blanks(t);
	take_text(t, "'");
	return t->p < t->end && *t->p == '"' && take_quoted(t, secret) &&
	    secret->p < secret->end;
}

bool
leak_next(struct take *text, struct take *secret)
{
	bool begins = true;

	for (; text->p < text->end; text->p++) {
		struct take at = *text, url = *text, login = *text;

		if (take_url(&url, secret) || take_named(&at, begins, secret) ||
		    take_login(&login, begins, secret)) {
			text->p = secret->end;
			return true;
		}
		begins = !is_word_byte(*text->p);
	}
	return false;
}
