/* explain_words.c - capabilities, parameters, mechanisms */
#include "explain_own.h"
#include "mutf7.h"
#include "phrase.h"

#include <string.h>

void
explain_word(
    struct explain *x, const struct doc_word *table, const char *p, size_t n)
{
	const struct doc_word *w = doc_word(table, p, n);
	struct buf *b;

	if (w == NULL)
		return;
	b = notes_begin(&x->notes, w->where);
	buf_add(b, p, n);
	buf_text(b, ": ");
	buf_text(b, w->about);
}

/* Whether this entry of the table is told for the first time. */
static bool
is_new(
    bool seen[SEEN_MAX], const struct doc_word *table, const struct doc_word *w)
{
	size_t i = (size_t)(w - table);
	bool was = i < SEEN_MAX && seen[i];

	if (i < SEEN_MAX)
		seen[i] = true;
	return !was;
}

void
explain_mechanism(struct explain *x, const char *name, size_t n)
{
	explain_word(x, doc_mechanisms, name, n);
}

/* The words behind a capability, if they are mechanisms. */
static void
explain_mechanisms(struct explain *x, const char *p, size_t n)
{
	const char *word;
	size_t at = 0, len;

	while (phrase_word(p, n, &at, &word, &len))
		explain_mechanism(x, word, len);
}

/* A capability and what stands behind it. */
void
explain_capability(struct explain *x, const char *p, size_t n)
{
	const struct doc_word *w;
	const char *word;
	size_t at = 0, len;

	if (x->doc == NULL || !phrase_word(p, n, &at, &word, &len))
		return;
	w = doc_word(x->doc->capabilities, word, len);
	/* Words of a pattern's differ, though the entry is the same. */
	if (w == NULL ||
	    (!is_new(x->seen, x->doc->capabilities, w) &&
		strchr(w->name, '*') == NULL))
		return;
	explain_word(x, x->doc->capabilities, word, len);
	if (strcmp(w->name, "SASL") == 0 || strcmp(w->name, "AUTH") == 0) {
		if (at < n && p[at] == ' ' && at + 1 < n && p[at + 1] == '"') {
			phrase_word(p, n, &at, &word, &len); /* ManageSieve */
			explain_mechanisms(x, word, len);
		} else {
			explain_mechanisms(x, p + at, n - at);
		}
	} else if (len > 5 && strncmp(word, "AUTH=", 5) == 0) {
		explain_mechanism(x, word + 5, len - 5);
	}
}

/* IMAP's: words in a row. */
void
explain_capabilities(struct explain *x, const char *p, size_t n)
{
	const char *word;
	size_t at = 0, len;

	while (phrase_word(p, n, &at, &word, &len))
		explain_capability(x, word, len);
}

/*
 * A word of a command's arguments, once; but what changes a message always, and
 * that not in a mailbox that is only read.
 */
static void
explain_parameter(struct explain *x, const char *p, size_t n)
{
	const struct doc_word *w = doc_word(x->doc->parameters, p, n);
	bool changes = w != NULL && strstr(w->about, "sets \\Seen") != NULL;

	if (w == NULL || (changes && x->read_only) ||
	    (!is_new(x->seen_parameter, x->doc->parameters, w) && !changes))
		return;
	explain_word(x, x->doc->parameters, p, n);
}

/* Words that are known, also within parentheses. */
void
explain_parameters(struct explain *x, const char *p, size_t n)
{
	size_t k;

	if (x->doc == NULL || x->doc->parameters == NULL)
		return;
	for (; n > 0; p += k, n -= k) {
		k = 0;
		while (k < n && strchr(" ()\"", p[k]) == NULL)
			k += 1;
		if (k > 0)
			explain_parameter(x, p, k);
		k += k < n;
	}
}

void
explain_names(struct explain *x, const char *p, size_t n)
{
	const char *word;
	size_t at = 0, len, name;
	struct buf *b;

	if (strcmp(x->doc->name, "imap") != 0)
		return;
	while (phrase_word(p, n, &at, &word, &len)) {
		if (memchr(word, '&', len) == NULL)
			continue;
		b = notes_begin(&x->notes, "RFC 3501 §5.1.3");
		name = b->len;
		buf_add(b, word, len);
		buf_text(b, " is ");
		if (!mutf7_decode(b, word, len))
			b->len = name;
	}
}
