/*
 * decode.h - transcript in, records out
 *
 * The other half of encode.h: one line of a transcript at a time, without
 * copying.  A damaged line is said to be bad and what follows is read on.
 */
#ifndef TEED_DECODE_H
#define TEED_DECODE_H

#include "escape.h"
#include "event.h"
#include "format.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum decode_kind {
	DECODE_HEAD, /* the first line of a file; words: text */
	DECODE_DATA, /* a record of the conversation */
	DECODE_EVENT, /* `#`: text is the word and its details */
	DECODE_END, /* the last line; words: text */
	DECODE_BAD /* none of these; see why */
};

enum decode_eol {
	EOL_CRLF,
	EOL_LF,
	EOL_NONE, /* \c: the next record goes on with this line */
	EOL_DESCRIBED /* \d: the text describes what was said */
};

struct decode_record {
	enum decode_kind kind;
	enum dir dir; /* of a record; DIR_NONE otherwise */
	uint64_t time_us; /* since the start of the session */
	bool brief; /* the time is that of the record before */
	enum decode_eol eol;
	const char *text; /* within the line, escaped, without its end mark */
	size_t len;
	const char *why; /* what is wrong with a bad line */
};

struct decode {
	uint64_t time_us; /* of the last line that had one */
};

void decode_init(struct decode *d);

/* Read one line (without its LF) that lives as long as the record is used. */
void decode_line(
    struct decode *d, const char *line, size_t n, struct decode_record *r);

/*
 * The exact bytes of a record, line end included; out has room for len + 2.
 * mask as in unescape_text().  Returns how many bytes.
 */
size_t decode_bytes(const struct decode_record *r, unsigned char *out,
    unescape_mask *mask, void *arg);

#endif
