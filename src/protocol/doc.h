/*
 * doc.h - what the words of the protocols mean: for readers, not for teed
 *
 * The trackers know which commands there are; these tables say what each means
 * and where that is written.  They are linked with teelog alone.  To add those
 * of a protocol, write NAME_doc.c, whose only external name is
 * `const struct doc doc_NAME`, and add NAME to DOCS in the Makefile.
 *
 * Texts are phrases, without a capital or a full stop.  In those about commands
 * %1 and %2 stand for an argument behind the name (of two words, if it has two),
 * %* for all of them, %+ for all but the first, %< for what they have in angle
 * brackets.
 */
#ifndef TEED_DOC_H
#define TEED_DOC_H

#include <stdbool.h>
#include <stddef.h>

/* A word: a reply's code, a capability, ...  A NULL name ends a table. */
struct doc_word {
	const char *name; /* a star at its end: and whatever follows */
	const char *about;
	const char *where; /* "RFC 1939 §7", or NULL */
};

/* A command.  Likewise. */
struct doc_verb {
	const char *name; /* as the tracker names it, and behind UID, SITE */
	const char *where;
	const char *about; /* what the client asks for */
	const char *bare; /* likewise where it has no arguments; or NULL */
	const char *ok; /* what a reply means that accepts it; or NULL */
	const char *no; /* and one that refuses it; or NULL */
	const char *then; /* and one that takes what the client then sent */
	const char *hides; /* what a mask in it stands for; or NULL */
};

struct doc {
	const char *name; /* the protocol's */
	struct doc_word greeting; /* name: NULL */
	const struct doc_verb *verbs;
	const struct doc_word *codes; /* of replies; NULL: there are none */
	const struct doc_word *classes; /* likewise, by their first digit */
	const struct doc_word *reasons; /* words in a reply, in brackets */
	const struct doc_word *capabilities;
	const struct doc_word *data; /* words that data of a reply begin with */
	const struct doc_word *parameters; /* words in a command's arguments */
};

/* What is told of a protocol; NULL if nothing is. */
const struct doc *doc_find(const char *protocol);

/* All of them, one after another; NULL at the end. */
const struct doc *doc_nth(size_t n);

/* A word of a table, which may be NULL, in any case; NULL if it is not there. */
const struct doc_word *doc_word(
    const struct doc_word *table, const void *word, size_t n);

/* A command by its canonical name; `sub` stands behind it, "" for nothing. */
const struct doc_verb *doc_verb(
    const struct doc *d, const char *verb, const char *sub);

/*
 * A status code of RFC 3463, `5.7.8`; false if n bytes at p are none.  What is
 * not known of it is NULL.
 */
bool doc_status(const char *p, size_t n, const struct doc_word **subject,
    const struct doc_word **detail);

/* Tables that several protocols share. */
extern const struct doc_word doc_mechanisms[]; /* SASL, by name */
extern const struct doc_word doc_alerts[]; /* of TLS, by name */

/* What is in the messages of a mechanism, as a mask of one hides it. */
const char *doc_mechanism_hides(const char *mechanism);

#endif
