/*
 * digest.h - a session in a few words: what ls shows
 */
#ifndef TEELOG_DIGEST_H
#define TEELOG_DIGEST_H

#include "out.h"
#include "session.h"

enum result {
	RESULT_OK,
	RESULT_AUTH_FAILED, /* the last login was refused */
	RESULT_REFUSED, /* no daemon, or one that greeted with a refusal */
	RESULT_BROKEN, /* a reset, a killed daemon, a record that just ends */
	RESULT_OPEN /* it is being recorded */
};

const char *result_name(enum result r);
bool result_find(const char *name, enum result *r);

/* Numbers that a log does not tell. */
#define NUMBER_NONE UINT64_MAX

#define DIGEST_TEXTS 12

struct digest {
	struct session head; /* its texts are the digest's own */
	enum result result;
	int64_t duration_us; /* or TIME_NONE */
	char *user; /* NULL: none was named */
	char *login; /* "ok", "failed", "none", or NULL */
	uint64_t bytes[DIRS], messages, commands, refused; /* or NUMBER_NONE */
	char *texts[DIGEST_TEXTS], *protocol; /* what head points to */
};

/*
 * By reading all of a session: begin, feed each event, end.  A transcript's own
 * last words are preferred to what is heard.
 */
struct digesting;
struct digesting *digest_begin(const struct session *s);
void digest_event(struct digesting *dg, const struct event *ev);
void digest_end(struct digesting **dg, struct digest *d);

/*
 * By reading the first and last lines of a transcript's files: its first segment
 * and its last.  False if the first is no transcript.
 */
bool digest_files(const char *first, const char *last, struct digest *d);

void digest_free(struct digest *d);

/* As an object of JSON on a line. */
void digest_json(struct out *o, const struct digest *d);

#endif
