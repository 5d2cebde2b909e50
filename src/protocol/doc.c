/*
 * doc.c - what the words of the protocols mean: finding them
 *
 * The list of tables comes from the Makefile.
 */
#include "doc.h"

#include <string.h>
#include <strings.h>

#define DOC(name) extern const struct doc doc_##name;
#include "docs.h"
#undef DOC

#define DOC(name) &doc_##name,
static const struct doc *const docs[] = {
#include "docs.h"
    NULL};
#undef DOC

const struct doc *
doc_nth(size_t n)
{
	return docs[n];
}

const struct doc *
doc_find(const char *protocol)
{
	if (protocol == NULL)
		return NULL;
	if (strcmp(protocol, "lmtp") == 0) /* its words are SMTP's */
		protocol = "smtp";
	for (size_t i = 0; docs[i] != NULL; i++)
		if (strcmp(docs[i]->name, protocol) == 0)
			return docs[i];
	return NULL;
}

static bool
is_word(const char *name, const char *p, size_t n)
{
	size_t len = strlen(name);

	if (len > 0 && name[len - 1] == '*')
		return n >= len - 1 && strncasecmp(name, p, len - 1) == 0;
	return n == len && strncasecmp(name, p, n) == 0;
}

const struct doc_word *
doc_word(const struct doc_word *table, const void *word, size_t n)
{
	for (; table != NULL && table->name != NULL; table++)
		if (is_word(table->name, word, n))
			return table;
	return NULL;
}

const struct doc_verb *
doc_verb(const struct doc *d, const char *verb, const char *sub)
{
	size_t n = strlen(verb), k = strlen(sub);

	for (const struct doc_verb *v = d->verbs; v->name != NULL; v++) {
		if (strncmp(v->name, verb, n) != 0)
			continue;
		if (v->name[n] == '\0' ? k == 0 :
					 v->name[n] == ' ' && k > 0 &&
			    strcasecmp(v->name + n + 1, sub) == 0)
			return v;
	}
	return NULL;
}
