/*
 * explain.h - what each line of a session means
 *
 * The trackers tell what was understood (facts), the tables of doc.h what that
 * means; here the two come together, line by line, in constant memory.
 *
 *	explain_open()		for a session
 *	explain_line()		each line of it (linewise.h): remarks about it
 *	explain_end()		what can be said of the whole
 *	explain_close()
 */
#ifndef TEELOG_EXPLAIN_H
#define TEELOG_EXPLAIN_H

#include "hearing.h"
#include "notes.h"

struct explain;

/* Where in the dialogue a line stands. */
enum explain_part {
	PART_DIALOGUE, /* a command, a reply, an event */
	PART_LIST, /* a line of a list: TOP, UIDL, a mailbox */
	PART_CONTENT /* a line of a message, an article, a script */
};

/* What explain_line() has to say; it lives until the next call. */
struct explained {
	const struct notes *notes;
	enum explain_part part;
	bool begins; /* the list or the content begins with this line */
	bool ends; /* it ends here: with this line, if that is a lone dot */
	bool worth; /* a line of a list with words to be explained */
	uint64_t lines, octets; /* of the list or content so far, unstuffed */
	const char *noun; /* what the content is: "message", ... */
	const char *state; /* the state that begins here, or NULL */
	/* Since the line before was said, in microseconds, or TIME_NONE. */
	int64_t pause_us;
};

struct explain *explain_open(const struct session *s);
void explain_line(
    struct explain *x, const struct event *line, struct explained *out);

/* The last remarks, about the whole. */
const struct notes *explain_end(struct explain *x);
void explain_close(struct explain **x);

#endif
