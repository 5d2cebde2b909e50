/* known.c - secrets of a dialogue, found again in what is said about it */
#include "known.h"

#include "../protocol/base64.h"

/* Shorter ones would be found in any text. */
#define LEAST 4

static void
remember(struct known *k, const unsigned char *p, size_t n)
{
	struct known_secret *s = &k->all[k->next];

	if (p == NULL || n < LEAST)
		return;
	if (n > KNOWN_MOST)
		n = KNOWN_MOST;
	memcpy(s->bytes, p, n);
	s->n = n;
	k->next = (k->next + 1) % KNOWN_SECRETS;
	if (k->n < KNOWN_SECRETS)
		k->n++;
}

/* An answer in base64, and what is behind the last NUL or blank in it. */
static void
remember_response(struct known *k, const unsigned char *p, size_t n)
{
	unsigned char text[1024];
	size_t len, from;

	remember(k, p, n);
	if (!base64_decode(p, n, text, sizeof text, &len))
		return;
	for (from = len; from > 0; from--)
		if (text[from - 1] == '\0' || text[from - 1] == ' ')
			break;
	remember(k, text + from, len - from);
}

/* The last word, without its quotes. */
static struct take
last_word(const unsigned char *p, size_t n)
{
	struct take t = take_from(p, n);

	take_trim(&t, " \r\n");
	for (p = t.end; p > t.p && p[-1] != ' '; p--)
		continue;
	t.p = p;
	if (take_left(&t) > 2 && *t.p == '"' && t.end[-1] == '"') {
		t.p++;
		t.end--;
	}
	return t;
}

void
known_fact(struct known *k, const struct fact *f)
{
	static const char *const verbs[] = {
	    "PASS", "LOGIN", "AUTHINFO", "AUTH", "AUTHENTICATE"};
	struct take word = last_word(f->arg, f->arg != NULL ? f->arg_len : 0);
	bool login = f->verb != NULL && strcmp(f->verb, "LOGIN") == 0;

	if (f->kind == FACT_RESPONSE) {
		/* The first answer of LOGIN is the user's name. */
		if (!login || k->responses++ > 0)
			remember_response(k, word.p, take_left(&word));
	} else if (f->kind == FACT_COMMAND && f->verb != NULL &&
	    word.p > f->arg) {
		k->responses = 0;
		for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
			if (strcmp(f->verb, verbs[i]) == 0)
				remember_response(k, word.p, take_left(&word));
	} else if (f->kind == FACT_COMMAND && f->verb != NULL) {
		k->responses = 0;
		if (strcmp(f->verb, "PASS") == 0)
			remember(k, word.p, take_left(&word));
	}
}

bool
known_next(const struct known *k, struct take *text, struct take *secret)
{
	for (; text->p < text->end; text->p++)
		for (size_t i = 0; i < k->n; i++) {
			const struct known_secret *s = &k->all[i];

			if (*text->p != s->bytes[0] || take_left(text) < s->n ||
			    memcmp(text->p, s->bytes, s->n) != 0)
				continue;
			*secret = (struct take){text->p, text->p + s->n};
			text->p += s->n;
			return true;
		}
	return false;
}
