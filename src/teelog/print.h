/*
 * print.h - a session as text for people
 */
#ifndef TEELOG_PRINT_H
#define TEELOG_PRINT_H

#include "hearing.h"
#include "linewise.h"
#include "paint.h"
#include "said.h"
#include "session.h"
#include "wanted.h"

/* The classic ways to write a conversation down; see print.c. */
struct style;
const struct style *style_find(const char *name);
const struct style *style_nth(size_t n);
const char *style_name(const struct style *st);

enum print_times {
	TIMES_STYLE, /* as the style has it */
	TIMES_NONE,
	TIMES_START, /* seconds since the session's start */
	TIMES_DELTA, /* seconds since the line before */
	TIMES_CLOCK /* the time of day */
};

struct decoder;

/* What to print and how; set what is needed, the rest is zero. */
struct print {
	struct paint paint; /* out and colour */
	const struct style *style;
	enum print_times times;
	enum colour_when when; /* --color, for print_option.c */
	bool live; /* nothing waits for the rest of its line */
	bool pretty; /* for a screen: align what a log leaves out */
	bool decode;
	struct wanted wanted; /* which events */
	const char *label; /* stands in front of each line (follow), or NULL */

	/* From here on it is print.c's own. */
	const struct session *session;
	struct linewise lines;
	struct buf said;
	struct decoder *decoder;
	struct hearing *hearing;
	int64_t before_us, last_us;
};

void print_begin(struct print *p, const struct session *s);

/* Returns false when nothing more of the session can be printed. */
bool print_event(struct print *p, const struct event *ev);

void print_end(struct print *p);

#endif
