/* imap.h - what the two halves of IMAP share: imap.c, imap_reply.c */
#ifndef TEED_IMAP_H
#define TEED_IMAP_H

#include "literal.h"
#include "track.h"

/* Commands, as far as it matters which one it is. */
enum imap_id {
	IMAP_OTHER = COMMAND_OTHER,
	IMAP_UNKNOWN = COMMAND_UNKNOWN,
	IMAP_AUTHENTICATE = COMMAND_AUTHENTICATE,
	IMAP_LOGIN = COMMAND_NEXT,
	IMAP_STARTTLS,
	IMAP_COMPRESS,
	IMAP_ID,
	IMAP_IDLE,
	IMAP_DONE,
	IMAP_UID,
	IMAP_SELECT,
	IMAP_APPEND,
	IMAP_FETCH, /* the reply may have messages in it */
	IMAP_STORE,
	IMAP_DATA /* likewise, other data */
};

/* Untagged replies that may have literals. */
enum imap_data {
	DATA_TEXT, /* a status, or a number: none */
	DATA_FETCH,
	DATA_METADATA,
	DATA_OTHER /* names, and URLs, which may hold tokens */
};

#define IMAP_TAGS 8
#define IMAP_STORES 8
#define IMAP_MAILBOX 128

/* Where an argument of ID stands (RFC 2971): keys and values in turn. */
enum imap_pair { PAIR_KEY, PAIR_VALUE, PAIR_SECRET };

struct imap {
	/* named: LOGIN's user, APPEND's mailbox is */
	struct literal_state lit;

	bool counted; /* APPEND: the last literal was counted */
	bool reply_counted; /* FETCH: a message was counted */
	enum imap_pair pair; /* ID: what comes next */
	enum imap_data reply; /* what the daemon's reply is */

	unsigned marked, expunged;
	struct {
		unsigned command, messages;
	} stores[IMAP_STORES];
	unsigned nstores;

	unsigned mailbox_command;
	size_t mailbox_len;
	unsigned char mailbox[IMAP_MAILBOX];

	unsigned ntags; /* the last tags of commands that are known */
	struct {
		unsigned char n, text[PENDING_TAG];
	} tags[IMAP_TAGS];
	unsigned char auth_tag[PENDING_TAG]; /* of the exchange that is open */
	size_t auth_tag_len;
};

/* What else a waiting command's flag says, about its tag. */
enum { IMAP_TAG_SHOWN = 1, IMAP_NO_TAG = 2 };

/* A tag as it is remembered: as it is, or a digest of a long one. */
size_t imap_tag(
    const unsigned char *p, size_t n, unsigned char tag[PENDING_TAG]);

/* The commands, but for those behind UID. */
extern const struct verb imap_verbs[];

void imap_remember_tag(struct imap *s, const unsigned char *p, size_t n);

bool imap_has_controls(const unsigned char *p, size_t n);

/* A command in a line, and its tag, or its verb where it has none. */
struct imap_command {
	struct command c;
	size_t tag, tag_end;
	bool no_tag;
	bool tag_shown;
};

/*
 * The command at `from`: its tag and verb, or, where the first word is a verb
 * and the second is none, a command without a tag.  False if there is nothing.
 */
bool imap_find_command(const struct imap *s, const struct line *l, size_t from,
    struct imap_command *x);

/*
 * The arguments of one command each; x is what the line announces, or NULL.
 * LOGIN: the name is shown, all that follows is one secret.
 */
void imap_login(struct track *t, struct line *l, const struct command *c,
    const struct literal *x);
void imap_hide_password(
    struct track *t, struct line *l, size_t from, const struct literal *x);
void imap_authenticate(struct track *t, struct line *l, const struct command *c,
    const struct literal *x, size_t tag, size_t tag_end);
void imap_id(struct line *l, const struct command *c, const struct literal *x,
    enum imap_pair *next);

/*
 * Hide the values of secret names in ID's list of pairs; `next` is what the
 * text begins with and, afterwards, what must come behind it.
 */
void imap_hide_pairs(
    struct line *l, size_t from, size_t to, enum imap_pair *next);

/* SELECT's mailbox, STORE's messages: until the reply comes. */
void imap_note_mailbox(struct track *t, const unsigned char *p, size_t n);
void imap_note_deleted(
    struct track *t, const struct line *l, const struct command *c);

/* A line of the daemon's, or the end of a long one. */
void imap_reply(struct track *t, struct line *l);
void imap_reply_tail(struct track *t, struct line *l);
void imap_hide_reply(struct track *t, struct line *l);

#endif
