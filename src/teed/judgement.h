/* judgement.h - what the tracker gives out becomes lines of the record */
#ifndef TEED_JUDGEMENT_H
#define TEED_JUDGEMENT_H

#include "config.h"

#include "../protocol/track.h"
#include "../transcript/encode.h"

/* Content of messages that is left out by --content. */
struct elision {
	uint64_t left; /* lines that are still recorded */
	uint64_t lines, bytes; /* left out since the last event */
	bool within; /* in the middle of a line that is left out */
};

struct judgement { /* all zero but for the first four */
	const struct config *config;
	struct encode *encode;
	const struct track *track;
	uint64_t start_us; /* of the session, by the monotonic clock */
	bool reading; /* bytes are being judged ... */
	uint64_t read_us; /* ... that were read at this time since then */
	struct elision elision[DIR_NONE];
	uint64_t opaque[2]; /* bytes that were only counted */
};

/* What the tracker is to call. */
struct track_out judgement_out(struct judgement *j);

/* What is left out of this direction has come to an end, if there is any. */
void judgement_end_elision(struct judgement *j, enum dir d);

/* So has the session. */
void judgement_end(struct judgement *j);

#endif
