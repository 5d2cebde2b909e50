/*
 * imap_command.c - IMAP: the commands, and where one is in a line
 *
 * By the grammar a line is a tag, a verb and arguments.  People who type forget
 * the tag, and what has no verb that is known may be a secret of its own.
 */
#include "imap.h"

#include <string.h>

const struct verb imap_verbs[] = {
    {"CAPABILITY", ARGS_NONE, IMAP_OTHER},
    {"NOOP", ARGS_NONE, IMAP_OTHER},
    {"LOGOUT", ARGS_NONE, IMAP_OTHER},
    {"STARTTLS", ARGS_NONE, IMAP_STARTTLS},
    {"AUTHENTICATE", ARGS_OWN, IMAP_AUTHENTICATE},
    {"LOGIN", ARGS_OWN, IMAP_LOGIN},
    {"UNAUTHENTICATE", ARGS_NONE, IMAP_OTHER},
    {"ENABLE", ARGS_SHOW, IMAP_OTHER},
    {"ID", ARGS_OWN, IMAP_ID},
    {"SELECT", ARGS_SHOW, IMAP_SELECT},
    {"EXAMINE", ARGS_SHOW, IMAP_SELECT},
    {"CREATE", ARGS_SHOW, IMAP_OTHER},
    {"DELETE", ARGS_SHOW, IMAP_OTHER},
    {"RENAME", ARGS_SHOW, IMAP_OTHER},
    {"SUBSCRIBE", ARGS_SHOW, IMAP_OTHER},
    {"UNSUBSCRIBE", ARGS_SHOW, IMAP_OTHER},
    {"LIST", ARGS_SHOW, IMAP_DATA},
    {"LSUB", ARGS_SHOW, IMAP_DATA},
    {"XLIST", ARGS_SHOW, IMAP_DATA},
    {"RLIST", ARGS_SHOW, IMAP_DATA},
    {"RLSUB", ARGS_SHOW, IMAP_DATA},
    {"STATUS", ARGS_SHOW, IMAP_DATA},
    {"APPEND", ARGS_SHOW, IMAP_APPEND},
    {"CHECK", ARGS_NONE, IMAP_OTHER},
    {"CLOSE", ARGS_NONE, IMAP_OTHER},
    {"UNSELECT", ARGS_NONE, IMAP_OTHER},
    {"EXPUNGE", ARGS_NONE, IMAP_OTHER},
    {"SEARCH", ARGS_SHOW, IMAP_DATA},
    {"FETCH", ARGS_SHOW, IMAP_FETCH},
    {"STORE", ARGS_SHOW, IMAP_STORE},
    {"COPY", ARGS_SHOW, IMAP_OTHER},
    {"MOVE", ARGS_SHOW, IMAP_OTHER},
    {"UID", ARGS_OWN, IMAP_UID},
    {"SORT", ARGS_SHOW, IMAP_DATA},
    {"THREAD", ARGS_SHOW, IMAP_DATA},
    {"IDLE", ARGS_NONE, IMAP_IDLE},
    {"DONE", ARGS_NONE, IMAP_DONE},
    {"NAMESPACE", ARGS_NONE, IMAP_DATA},
    {"GETACL", ARGS_SHOW, IMAP_DATA},
    {"SETACL", ARGS_SHOW, IMAP_OTHER},
    {"DELETEACL", ARGS_SHOW, IMAP_OTHER},
    {"LISTRIGHTS", ARGS_SHOW, IMAP_DATA},
    {"MYRIGHTS", ARGS_SHOW, IMAP_DATA},
    {"GETQUOTA", ARGS_SHOW, IMAP_DATA},
    {"GETQUOTAROOT", ARGS_SHOW, IMAP_DATA},
    {"SETQUOTA", ARGS_SHOW, IMAP_OTHER},
    {"GETMETADATA", ARGS_SHOW, IMAP_DATA},
    {"SETMETADATA", ARGS_SHOW, IMAP_OTHER},
    {"GETANNOTATION", ARGS_SHOW, IMAP_DATA},
    {"SETANNOTATION", ARGS_SHOW, IMAP_OTHER},
    {"COMPRESS", ARGS_SHOW, IMAP_COMPRESS},
    {"GENURLAUTH", ARGS_SHOW, IMAP_DATA},
    {"URLFETCH", ARGS_SHOW, IMAP_DATA},
    {"RESETKEY", ARGS_SHOW, IMAP_OTHER},
    {"NOTIFY", ARGS_SHOW, IMAP_FETCH},
    {"CANCELUPDATE", ARGS_SHOW, IMAP_OTHER},
    {"CONVERT", ARGS_SHOW, IMAP_FETCH},
    {"LANGUAGE", ARGS_SHOW, IMAP_DATA},
    {"COMPARATOR", ARGS_SHOW, IMAP_DATA},
    {"ESEARCH", ARGS_SHOW, IMAP_DATA},
    {"REPLACE", ARGS_SHOW, IMAP_APPEND},
    {"GETJMAPACCESS", ARGS_NONE, IMAP_OTHER},
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
		c->known = &google;
	x->no_tag = !second || (c->known == NULL && first.known != NULL);
	x->tag_shown = !x->no_tag &&
	    !imap_has_controls(l->p + x->tag, x->tag_end - x->tag) &&
	    (c->known != NULL || is_tag(s, l->p + x->tag, x->tag_end - x->tag));
	if (!x->tag_shown) {
		*c = first;
		if (!x->no_tag)
			c->known = NULL;
	}
	return true;
}
