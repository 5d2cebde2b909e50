/*
 * record.h - one recorded session: tracker, encoder and store put together
 *
 * The relay's sink.  Nothing here can stop a session: what can't be written is
 * counted and said when writing works again.
 */
#ifndef TEED_RECORD_H
#define TEED_RECORD_H

#include "config.h"
#include "relay.h"

/* A session that can be recorded, before it runs. */
struct record_start {
	const struct config *config;
	const struct peer *peer;
	const char *service;
	pid_t pid; /* whose session it is */
	const struct protocol *protocol;
	bool sure; /* the protocol was asked for */
	const char *pair; /* "tcp", ... */
	const char *command; /* the program and its arguments, or NULL */
	const char *upstream; /* host:port, or NULL */
};

/*
 * Make the session's file and write its first line.  Returns 0; or -1 with a
 * text in *why, and then there is no record and the calls below do nothing.
 * There is one record a process.
 */
int record_open(const struct record_start *start, struct str *why);

/*
 * Whether there is a record; its id and its file, for the daemon.  The file's
 * name is the caller's to free; NULL when memory is short.
 */
bool record_is_open(void);
const char *record_id(void);
char *record_file(void);

/* The relay's sink. */
const struct relay_sink *record_sink(void);

/* An event that is no part of the relay, as printf. */
void record_event(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* Write the last line; delete the record of a session that went well, if asked. */
void record_close(void);

/* Forget the record that was begun: the session can't be recorded after all. */
void record_abandon(void);

/* The directory that the recorder still needs; -1 if there is none. */
int record_dir(void);

#endif
