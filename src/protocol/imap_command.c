/*
 * imap_command.c - IMAP: the commands, and where one is in a line
 *
 * By the grammar a line is a tag, a verb and arguments.  People who type forget
 * the tag, and what has no verb that is known may be a secret of its own.
 */
#include "imap.h"

#include <string.h>

const struct verb imap_verbs[] = {
    {"CAPABILITY\0NOOP", ARGS_NONE, IMAP_OTHER},
    {"LOGOUT\0CHECK", ARGS_NONE, IMAP_OTHER},
    {"UNAUTHENTICATE", ARGS_NONE, IMAP_OTHER},
    {"CLOSE\0UNSELECT", ARGS_NONE, IMAP_OTHER},
    {"EXPUNGE", ARGS_NONE, IMAP_OTHER},
    {"GETJMAPACCESS", ARGS_NONE, IMAP_OTHER},
    {"STARTTLS", ARGS_NONE, IMAP_STARTTLS},
    {"AUTHENTICATE", ARGS_OWN, IMAP_AUTHENTICATE},
    {"LOGIN", ARGS_OWN, IMAP_LOGIN},
    {"ENABLE\0CREATE", ARGS_SHOW, IMAP_OTHER},
    {"DELETE\0RENAME", ARGS_SHOW, IMAP_OTHER},
    {"SUBSCRIBE\0COPY", ARGS_SHOW, IMAP_OTHER},
    {"UNSUBSCRIBE\0MOVE", ARGS_SHOW, IMAP_OTHER},
    {"SETACL\0DELETEACL", ARGS_SHOW, IMAP_OTHER},
    {"SETQUOTA\0RESETKEY", ARGS_SHOW, IMAP_OTHER},
    {"SETMETADATA", ARGS_SHOW, IMAP_OTHER},
    {"SETANNOTATION", ARGS_SHOW, IMAP_OTHER},
    {"CANCELUPDATE", ARGS_SHOW, IMAP_OTHER},
    {"ID", ARGS_OWN, IMAP_ID},
    {"SELECT\0EXAMINE", ARGS_SHOW, IMAP_SELECT},
    {"LIST\0LSUB\0XLIST", ARGS_SHOW, IMAP_DATA},
    {"RLIST\0RLSUB\0SORT", ARGS_SHOW, IMAP_DATA},
    {"STATUS\0SEARCH", ARGS_SHOW, IMAP_DATA},
    {"THREAD\0GETACL", ARGS_SHOW, IMAP_DATA},
    {"LISTRIGHTS", ARGS_SHOW, IMAP_DATA},
    {"MYRIGHTS\0GETQUOTA", ARGS_SHOW, IMAP_DATA},
    {"GETQUOTAROOT", ARGS_SHOW, IMAP_DATA},
    {"GETMETADATA", ARGS_SHOW, IMAP_DATA},
    {"GETANNOTATION", ARGS_SHOW, IMAP_DATA},
    {"GENURLAUTH", ARGS_SHOW, IMAP_DATA},
    {"URLFETCH\0LANGUAGE", ARGS_SHOW, IMAP_DATA},
    {"COMPARATOR", ARGS_SHOW, IMAP_DATA},
    {"ESEARCH", ARGS_SHOW, IMAP_DATA},
    {"APPEND\0REPLACE", ARGS_SHOW, IMAP_APPEND},
    {"FETCH\0NOTIFY", ARGS_SHOW, IMAP_FETCH},
    {"CONVERT", ARGS_SHOW, IMAP_FETCH},
    {"STORE", ARGS_SHOW, IMAP_STORE},
    {"UID", ARGS_VERB, IMAP_UID},
    {"IDLE", ARGS_NONE, IMAP_IDLE},
    {"DONE", ARGS_NONE, IMAP_DONE},
    {"NAMESPACE", ARGS_NONE, IMAP_DATA},
    {"COMPRESS", ARGS_SHOW, IMAP_COMPRESS},
    {"PROXYAUTH", ARGS_WORD, IMAP_OTHER},
    {"XAPPLEPUSHSERVICE", ARGS_SECRET, IMAP_OTHER},
    {"", 0, 0},
};

/* Google's: X-GM-EXT-1 and so on. */
static const struct verb google = {"X-GM-*", ARGS_SHOW, IMAP_OTHER};

/* ---- tags ------------------------------------------------------------- */

size_t
imap_tag(const unsigned char *p, size_t n, unsigned char tag[PENDING_TAG])
{
	uint64_t h = 0xcbf29ce484222325u; /* FNV-1a */

	if (n <= PENDING_TAG) {
		memcpy(tag, p, n);
		return n;
	}
	for (size_t i = 0; i < n; i++)
		h = (h ^ p[i]) * 0x100000001b3u;
	memcpy(tag, p, PENDING_TAG - sizeof h);
	memcpy(tag + PENDING_TAG - sizeof h, &h, sizeof h);
	return PENDING_TAG;
}

void
imap_remember_tag(struct imap *s, const unsigned char *p, size_t n)
{
	unsigned slot = s->ntags++ % IMAP_TAGS;

	if (n > PENDING_TAG)
		n = 0;
	memcpy(s->tags[slot].text, p, n);
	s->tags[slot].n = (unsigned char)n;
}

/* Whether an unknown command's first word may be shown, as its tag. */
static bool
is_tag(const struct imap *s, const unsigned char *p, size_t n)
{
	if (word_begins(p, n, "PASS"))
		return false;
	for (unsigned i = 0; i < IMAP_TAGS; i++)
		if (n > 0 && s->tags[i].n == n &&
		    memcmp(s->tags[i].text, p, n) == 0)
			return true;
	return word_is_tag(p, n);
}

bool
imap_has_controls(const unsigned char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (p[i] < 0x20 || p[i] == 0x7f)
			return true;
	return false;
}

/* ---- a command -------------------------------------------------------- */

bool
imap_find_command(const struct imap *s, const struct line *l, size_t from,
    struct imap_command *x)
{
	struct command first, *c = &x->c;
	bool second;

	if (!command_parse(l, from, imap_verbs, &first)) {
		*c = first;
		return false;
	}
	x->tag = first.verb;
	x->tag_end = first.verb_end;
	second =
	    first.arg < first.end && command_parse(l, first.arg, imap_verbs, c);
	if (second && c->known == NULL && c->verb_end > c->verb + 5 &&
	    word_begins(l->p + c->verb, c->end - c->verb, "X-GM-"))
		c->known = &google, c->name = google.names;
	x->no_tag = !second || (c->known == NULL && first.known != NULL);
	x->tag_shown = !x->no_tag &&
	    !imap_has_controls(l->p + x->tag, x->tag_end - x->tag) &&
	    (c->known != NULL || is_tag(s, l->p + x->tag, x->tag_end - x->tag));
	if (!x->tag_shown) {
		*c = first;
		if (!x->no_tag)
			c->known = NULL, c->name = NULL;
	}
	return true;
}
