/*
 * weave_line.c - whose a line of a syslog or debug log is, and when it came
 *
 * A line is the session's if it names the client (and its port, where it tells
 * one) or the recorder's process.  What such a line has that stands for the
 * session - the daemon's process, Dovecot's <id>, an id of a mail queue - makes
 * further lines its own, until that process serves somebody else.
 */
#include "weave_line.h"
#include "mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- reading ---------------------------------------------------------- */

/* Any stamp that such logs have. */
static bool
take_stamp(struct take *t, struct stamp_year *year, int64_t *us)
{
	uint64_t priority;

	if (take_one(t, "<", NULL) &&
	    (!take_number(t, 1, 3, &priority) || !take_one(t, ">", NULL)))
		return false;
	return stamp_syslog(t, year, us) || stamp_rfc3339(t, us) ||
	    stamp_full(t, '-', false, us) || stamp_full(t, '/', false, us) ||
	    stamp_epoch(t, us);
}

struct kind_word {
	const char *word;
	enum weave_kind kind;
};

/* The first that is in the line tells. */
static const struct kind_word kinds[] = {{"isconnect", WEAVE_END},
    {"ogout", WEAVE_END}, {"LOGOUT", WEAVE_END}, {"ogged out", WEAVE_END},
    {"onnection closed", WEAVE_END}, {"TIMEOUT", WEAVE_END},
    {"utologout", WEAVE_END}, {"authdaemon", WEAVE_LOGIN},
    {"LOGIN", WEAVE_LOGIN}, {"ogin", WEAVE_LOGIN}, {"auth", WEAVE_LOGIN},
    {"sasl", WEAVE_LOGIN}, {"connect from", WEAVE_BEGIN},
    {"Connection", WEAVE_BEGIN}, {"connection from", WEAVE_BEGIN},
    {"service init", WEAVE_BEGIN}, {NULL, WEAVE_LIKE_LAST}};

bool
weave_line_read(
    struct weave_line *l, const char *p, size_t n, struct stamp_year *year)
{
	struct take t = take_from(p, n);

	memset(l, 0, sizeof *l);
	l->text = (char *)(uintptr_t)p; /* weave_line_keep() makes it ours */
	l->len = n;
	if (!take_stamp(&t, year, &l->us))
		return false;
	l->precise = memchr(p, '.', (size_t)((const char *)t.p - p)) != NULL;
	for (const struct kind_word *k = kinds; k->word != NULL; k++)
		if (take_has(&t, k->word)) {
			l->kind = k->kind;
			break;
		}
	return true;
}

/* ---- whose it is ------------------------------------------------------ */

void
weave_owner_init(struct weave_owner *o, const struct session *s)
{
	const char *host;
	size_t n;

	memset(o, 0, sizeof *o);
	o->session = s;
	if (s->client == NULL)
		return;
	n = address_host(s->client, &host);
	if (n < sizeof o->host && !(n == 1 && *host == '-'))
		memcpy(o->host, host, n);
	if (address_port(s->client) != 0)
		snprintf(
		    o->port, sizeof o->port, "%u", address_port(s->client));
}

static bool
is_part_of_address(unsigned char c)
{
	return take_is_digit(c) || c == '.' || (c >= 'a' && c <= 'f') ||
	    (c >= 'A' && c <= 'F');
}

/* Behind the address, where it stands by itself; NULL if it does not. */
static const char *
find_host(const struct weave_owner *o, const char *p, const char *end)
{
	size_t n = strlen(o->host);
	const char *at;

	while (n > 0 && (at = memmem(p, (size_t)(end - p), o->host, n))) {
		bool before =
		    at == p || !is_part_of_address((unsigned char)at[-1]);

		p = at + n;
		if (before &&
		    (p == end || !is_part_of_address((unsigned char)*p)))
			return p;
	}
	return NULL;
}

/* A port that the line tells of the client: `port=[123]`, `[A]:123`. */
static bool
is_other_port(
    const struct weave_owner *o, const char *behind, const struct weave_line *l)
{
	struct take t = take_from(l->text, l->len), before;
	struct take next =
	    take_from(behind, (size_t)(l->text + l->len - behind));
	uint64_t port;
	char text[24];

	if (o->port[0] == '\0')
		return false;
	if (take_until(&t, "port=[", &before)) {
		if (!take_number(&t, 1, 5, &port))
			return false;
	} else {
		take_one(&next, "]", NULL);
		if (!take_one(&next, ":", NULL) ||
		    !take_number(&next, 1, 5, &port) || port == 0)
			return false;
	}
	snprintf(text, sizeof text, "%u", (unsigned)port);
	return strcmp(text, o->port) != 0;
}

/* The program and its process, `smtpd[123]`; false if it tells none. */
static bool
find_program(const struct weave_line *l, struct take *program)
{
	struct take t = take_from(l->text, l->len), word;

	while (take_token(&t, &word)) {
		take_blanks(&t);
		if (take_ends(&word, "]:")) {
			word.end--;
			*program = word;
			return take_has(&word, "[");
		}
		if (take_ends(&word, ":") && take_left(&word) > 1 &&
		    !take_is_digit(*word.p))
			return false;
	}
	return false;
}

static void
learn(struct weave_owner *o, struct take t)
{
	size_t n = take_left(&t);

	if (n < 4 || n >= sizeof o->learnt[0])
		return;
	for (unsigned i = 0; i < o->nlearnt && i < LEARNT_MAX; i++)
		if (take_is(&t, o->learnt[i]))
			return;
	memcpy(o->learnt[o->nlearnt % LEARNT_MAX], t.p, n);
	o->learnt[o->nlearnt % LEARNT_MAX][n] = '\0';
	o->nlearnt++;
}

/* `A66F5A905EB:`, the id of a message in a queue. */
static bool
is_queue_id(const struct take *t)
{
	size_t n = take_left(t), digits = 0;

	if (n < 7 || n > 24 || t->end[-1] != ':')
		return false;
	for (const unsigned char *p = t->p; p < t->end - 1; p++) {
		bool letter =
		    (*p >= 'A' && *p <= 'Z') || (*p >= 'a' && *p <= 'z');

		if (!take_is_digit(*p) && !letter && *p != '-')
			return false;
		digits += take_is_digit(*p);
	}
	return digits > 0;
}

/* What of this line, which is ours, stands for the session. */
static void
learn_from(struct weave_owner *o, const struct weave_line *l)
{
	struct take t = take_from(l->text, l->len), word, program, id;

	if (find_program(l, &program))
		learn(o, program);
	while (take_token(&t, &word)) {
		take_blanks(&t);
		if (is_queue_id(&word))
			learn(o, word);
		if (take_until(&word, "session=<", &id) &&
		    take_until(&word, ">", &id))
			learn(o, (struct take){id.p - 1, id.end + 1});
	}
}

static bool
has_learnt(const struct weave_owner *o, const struct weave_line *l)
{
	struct take t = take_from(l->text, l->len);

	for (unsigned i = 0; i < o->nlearnt && i < LEARNT_MAX; i++)
		if (take_has(&t, o->learnt[i]))
			return true;
	return false;
}

/* The process serves somebody else from now on. */
static void
forget_program(struct weave_owner *o, const struct weave_line *l)
{
	struct take program;

	if (!find_program(l, &program))
		return;
	for (unsigned i = 0; i < LEARNT_MAX; i++)
		if (o->learnt[i][0] != '\0' && take_is(&program, o->learnt[i]))
			strcpy(o->learnt[i], "\n"); /* is in no line */
}

/* authdaemond tells neither process nor client, but the service, at first. */
static bool
is_our_authd(struct weave_owner *o, const struct weave_line *l)
{
	struct take t = take_from(l->text, l->len), service, before;
	const char *protocol = o->session->protocol;

	if (take_until(&t, "auth request, service=", &before))
		o->authd_ours = take_until(&t, ",", &service) &&
		    (protocol == NULL || take_is(&service, protocol) ||
			(take_is(&service, "esmtp") &&
			    strcmp(protocol, "smtp") == 0));
	return o->authd_ours;
}

bool
weave_line_is_ours(struct weave_owner *o, const struct weave_line *l)
{
	struct take t = take_from(l->text, l->len), program, before;
	const char *pid = o->session->pid, *behind;

	if (take_has(&t, "authdaemon"))
		return is_our_authd(o, l);
	behind = find_host(o, l->text, l->text + l->len);
	if (behind != NULL && !is_other_port(o, behind, l)) {
		learn_from(o, l);
		return true;
	}
	if (l->kind == WEAVE_BEGIN)
		forget_program(o, l);
	if (find_program(l, &program) && pid != NULL &&
	    take_until(&program, "[", &before) && take_ends(&program, "]") &&
	    take_left(&program) == strlen(pid) + 1 &&
	    memcmp(program.p, pid, strlen(pid)) == 0)
		return true;
	return has_learnt(o, l);
}

/* ---- secrets ---------------------------------------------------------- */

/* Where a debug log has a secret: what stands before and behind it. */
static const struct {
	const char *before, *behind;
} secrets[] = {{"passwd=", ","}, {"supplied password '", "' does not match"},
    {"encrypted password '", "'"}, {"given password: ", ")"}, {"pass=", " "},
    {"password=", " "}, {NULL, NULL}};

/* Replace [from, to) of the text by a mask; returns where that ends. */
static size_t
put_mask(struct weave_line *l, size_t from, size_t to)
{
	char *masked = mem_text("%.*s****%.*s", (int)from, l->text,
	    (int)(l->len - to), l->text + to);

	l->len = from + 4 + (l->len - to);
	free(l->text);
	l->text = masked;
	return from + 4;
}

void
weave_line_keep(struct weave_line *l)
{
	l->text = mem_copy(l->text, l->len);
	for (size_t i = 0; i < l->len; i++)
		if (l->text[i] == '\0')
			l->text[i] = ' ';
	for (int i = 0; secrets[i].before != NULL; i++) {
		size_t at = 0;
		char *p;

		while ((p = strstr(l->text + at, secrets[i].before)) != NULL) {
			size_t from = (size_t)(p - l->text) +
			    strlen(secrets[i].before),
			       to;

			p = strstr(l->text + from, secrets[i].behind);
			to = p != NULL ? (size_t)(p - l->text) : l->len;
			at = put_mask(l, from, to);
		}
	}
}
