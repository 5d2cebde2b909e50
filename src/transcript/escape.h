/*
 * escape.h - the alphabet of a transcript's text
 *
 * Text is what the conversation said, except: a backslash is doubled; a CR that
 * does not belong to the line's CRLF is \r; every other control byte but TAB,
 * DEL, every byte that is no part of valid UTF-8 and the C1 control characters
 * (U+0080 to U+009F) are \xHH.  `****` stands for a secret, so where the
 * conversation itself has four stars in a row the first is \x2a.  Nothing in a
 * transcript can therefore command a terminal.
 */
#ifndef TEED_ESCAPE_H
#define TEED_ESCAPE_H

#include <stdbool.h>
#include <stddef.h>

/* The most bytes of text that one byte of conversation can become. */
#define ESCAPE_MAX 4

/*
 * What the text so far ends in, since a parenthesis after a mask must not look
 * like the mask's label: `****` and ` (`.
 */
enum escape_after { AFTER_TEXT, AFTER_MASK, AFTER_MASK_SPACE };

/*
 * Escape [p, end) to out, which has room for ESCAPE_MAX times that and
 * SCAN_SLACK.  Stops at the first LF; `*at` tells where.  A mask follows the
 * text when mask_next is set, so that stars before it are not taken for part
 * of it.  Returns the new end of out.
 */
char *escape_text(char *out, const unsigned char *p, const unsigned char *end,
    int mask_next, enum escape_after *after, const unsigned char **at);

/*
 * Length of the valid UTF-8 sequence of two bytes or more that begins at p, or
 * 0 if there is none before end or it is a C1 control (RFC 3629).
 */
size_t escape_utf8(const unsigned char *p, const unsigned char *end);

/*
 * Undo the escapes of one record's text.  Bytes go to out, which has room for n
 * of them; returns how many.  A mask comes out as `****` without its label, which
 * nobody said; mask(arg, offset, label, label_len) is called for each with the
 * offset in out and the label as it stands between its parentheses, or NULL.
 * mask may be NULL.  An escape that does not exist stands for itself.
 */
typedef void unescape_mask(
    void *arg, size_t offset, const char *label, size_t label_len);
size_t unescape_text(unsigned char *out, const char *text, size_t n,
    unescape_mask *mask, void *arg);

/* Whether there is a mask in the text. */
bool escape_has_mask(const char *text, size_t n);

/* Whether the text has neither escapes nor masks: it is what was said. */
bool escape_is_none(const char *text, size_t n);

#endif
