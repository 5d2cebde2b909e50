/*
 * syslog.h - what mail servers tell syslog of their sessions
 *
 * Each kind of server has a function that looks at one line: it says which
 * session the line belongs to, and what it tells of that.
 */
#ifndef TEELOG_SYSLOG_H
#define TEELOG_SYSLOG_H

#include "reader.h"

struct syslog {
	struct reader rd;
	struct record r; /* the line; its text is the message */
	struct take host, program, pid; /* pid: empty where none is told */
};

/* False if this line is none of this server's. */
typedef bool syslog_server(struct syslog *l);

syslog_server syslog_postfix;
syslog_server syslog_mailutils;
syslog_server syslog_uw;
syslog_server syslog_courier;
syslog_server syslog_dovecot;
syslog_server syslog_cyrus;
syslog_server syslog_sendmail;
syslog_server syslog_authdaemond;

/* The last part of a name: `smtpd` of `postfix/submission/smtpd`. */
struct take syslog_base(const struct syslog *l);

/* The line belongs to the session of this process, or of this key as well. */
void syslog_key(struct syslog *l, const struct take *also);

/*
 * Add the line to its session, with this protocol unless that is NULL.  A line
 * that is no part of a conversation and belongs to no open session is kept for
 * the next, unless it opens one.
 */
struct log_session *syslog_add(struct syslog *l, const char *protocol);

/* Set the session's user, the address of its client; not over what is known. */
void syslog_user(
    struct syslog *l, struct log_session *s, const struct take *user);
void syslog_client(struct syslog *l, struct log_session *s,
    const struct take *host, const struct take *port);

/* A line tells how the login went. */
void syslog_login(struct log_session *s, bool ok);

/* What stands behind `words` up to one of these bytes, or the end. */
bool syslog_word(
    struct take t, const char *words, const char *until, struct take *value);

#endif
