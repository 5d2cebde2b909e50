/*
 * text.h - rules for lines of a protocol that is not known (yet)
 *
 * text.c judges lines; text_hear.c follows what the daemon asks for and gives
 * back of the client's typing; text_prompt.c knows what a prompt is,
 * text_verb.c knows verbs that log in, text_values.c finds secrets that show
 * themselves, text_clean.c passes over the many lines that have none of these.
 */
#ifndef TEED_TEXT_H
#define TEED_TEXT_H

#include "protocol.h"

/* The lines that open CVS, see word_among(). */
#define TEXT_CVS                                                               \
	"BEGIN AUTH REQUEST\0BEGIN VERIFICATION REQUEST\0"                     \
	"BEGIN GSSAPI REQUEST\0"

/* As the functions of struct protocol; the state is text's own. */
void text_line(struct track *t, enum dir d, struct line *l);
void text_hide_reply(struct track *t, struct line *l);
size_t text_own(struct track *t, enum dir d, const unsigned char *p, size_t n);
void text_flush(struct track *t, enum dir d, bool end);

/*
 * Whether a line of the client's, with its LF, is about nothing secret, as far
 * as can be told.  It may be false where it is not, never the other way round.
 */
bool text_is_plain(struct track *t, const unsigned char *p, size_t n);

/* Hide in a draft what would be hidden if the line ended now. */
void text_hide_draft(struct track *t, struct line *l);

/* Hide name=value pairs and tokens. */
void text_hide_values(struct track *t, struct line *l, enum dir d);

/*
 * Whether the value of this name is a secret: also `user[password]` and
 * `pin[0]`, as web forms have them.
 */
bool text_secret_name(const unsigned char *p, size_t n);

/* Hide a value and, where it is the client's, keep it in both its forms. */
void text_hide_value(
    struct track *t, struct line *l, size_t at, size_t to, enum dir d);

/*
 * Hide [at, to) of the client's line, and keep it as it is and in this form, if
 * that is another one.
 */
void text_hide_forms(struct track *t, struct line *l, size_t at, size_t to,
    const unsigned char *form, size_t n);

/*
 * Without the escapes of a form (%20, +) or of a string (\").  Returns how many
 * bytes were written to out.
 */
size_t text_unescape(
    unsigned char *out, size_t size, const unsigned char *p, size_t n);

/*
 * Whether text_hide_values() may find something at the byte `at`, a separator
 * or a token's first, of the line that begins at p.  end: of what there is.
 */
bool text_may_hide(
    const unsigned char *p, const unsigned char *at, const unsigned char *end);

/* Hide what is behind a verb that logs in. */
enum text_verb {
	VERB_OTHER, /* there is none, or its secret is in the line */
	VERB_ALONE, /* the secret will follow, in lines of its own */
	VERB_EXCHANGE /* it begins a login that may go on */
};
enum text_verb text_hide_verb(struct track *t, struct line *l);

/*
 * Of a client's line that is too long to be held: whether the words are known
 * by which one of these verbs may be found, and none was.
 */
bool text_is_no_verb(const struct line *l);

/* Whether a client's line with this beginning may have such a verb. */
bool text_may_be_verb(const unsigned char *p, size_t n);

/* The first byte that no text has, or n. */
size_t text_binary(const unsigned char *p, size_t n);

/* What a daemon asks for with the last words that it said. */
enum text_prompt { ASKS_NOTHING, ASKS_USER, ASKS_SECRET };
enum text_prompt text_prompt(const unsigned char *p, size_t n);

/*
 * The length of what a terminal does not show at p: a telnet command, an escape
 * sequence, a control byte; 0 if there is none.
 */
size_t text_unseen(const unsigned char *p, size_t n);

/*
 * The last bytes of p as a terminal would show them: without telnet commands,
 * escape sequences and what a CR has written over.  Returns how many were
 * written to out.
 */
size_t text_visible(
    unsigned char *out, size_t size, const unsigned char *p, size_t n);

/*
 * How many of these bytes, which begin a line, are whole lines that none of the
 * rules is about.  It may be too few, never too many.
 */
size_t text_clean(enum dir d, const unsigned char *p, size_t n);

#endif
