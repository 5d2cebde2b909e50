/* asked.c - the commands of a session, for who looks at their replies */
#include "asked.h"

#include <stdio.h>
#include <string.h>

/* `UID FETCH`: commands whose second word tells what they are. */
static bool
has_subcommand(const struct doc *doc, const char *verb)
{
	size_t n = strlen(verb);

	for (const struct doc_verb *v = doc->verbs; v->name != NULL; v++)
		if (strncmp(v->name, verb, n) == 0 && v->name[n] == ' ')
			return true;
	return false;
}

/* The command's name and text; returns how much of its arguments that took. */
static size_t
set_name(struct asked *a, const struct doc *doc, const struct fact *f)
{
	const char *arg = (const char *)f->arg;
	const struct doc_verb *sub;
	char word[16];
	size_t n = 0;

	snprintf(a->name, sizeof a->name, "%s", f->verb);
	if (doc == NULL)
		return 0;
	a->doc = doc_verb(doc, f->verb, "");
	if (!has_subcommand(doc, f->verb))
		return 0;
	while (n < f->arg_len && arg[n] != ' ' && n < sizeof word - 1)
		n++;
	snprintf(word, sizeof word, "%.*s", (int)n, arg);
	sub = doc_verb(doc, f->verb, word);
	if (sub == NULL)
		return 0;
	a->doc = sub;
	snprintf(a->name, sizeof a->name, "%s", sub->name);
	while (n < f->arg_len && arg[n] == ' ')
		n++;
	return n;
}

struct asked *
asked_note(struct asked_ring *r, const struct doc *doc, const struct fact *f)
{
	struct asked *a = &r->last[f->command % ASKED_MAX];
	size_t n = 0;

	memset(a, 0, sizeof *a);
	a->number = f->command;
	if (f->verb != NULL)
		n = set_name(a, doc, f);
	a->arg_len = f->arg_len - n < ASKED_ARG ? f->arg_len - n : ASKED_ARG;
	memcpy(a->arg, f->arg + n, a->arg_len);
	return a;
}

struct asked *
asked_find(struct asked_ring *r, unsigned number)
{
	struct asked *a = &r->last[number % ASKED_MAX];

	return number > 0 && a->number == number ? a : NULL;
}
