/*
 * decode.h - what a line of a conversation means to read
 *
 * Listens to a session and turns lines that people can't read into lines that
 * they can: the base64 of an authentication, encoded words, message texts in
 * their charsets.
 */
#ifndef TEELOG_DECODE_H
#define TEELOG_DECODE_H

#include "session.h"

struct decoder;

struct decoded {
	const char *text; /* UTF-8, maybe of several lines; not safe to print */
	size_t len;
	bool beside; /* to be shown beside the line; else in its place */
};

struct decoder *decoder_open(const struct session *s);
void decoder_close(struct decoder **d);

/*
 * The next event, cut into lines (linewise.h).  True if it can be read in another
 * way, which lives until the next call.
 */
bool decoder_line(
    struct decoder *d, const struct event *line, struct decoded *out);

#endif
