/*
 * run.c - one session, from the first look at descriptor 0 to the exit status
 *
 * The order matters: everything that can fail is done before the daemon runs,
 * and the record comes last, so that a session that can't be recorded leaves
 * nothing and can still be handed, untouched, to the daemon.
 */
#include "run.h"
#include "environment.h"
#include "record.h"
#include "relay.h"
#include "report.h"
#include "sandbox.h"
#include "signals.h"
#include "spawn.h"
#include "upstream.h"

#include "../base/fd.h"
#include "../base/msg.h"
#include "../transcript/name.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define WHY 512
#define COMMAND 1500 /* characters of a command line that the record keeps */

struct session {
	const struct config *config;
	struct peer peer;
	struct pair pair;
	struct relay relay;
	struct spawn spawn;
	char service[NAME_SERVICE + 1];
	const struct protocol *protocol;
	int err[2]; /* the pipe for the daemon's standard error */
	char **environment; /* as we were started */
	sigset_t mask; /* as we were started */
	bool masked; /* all signals are blocked since */
};

/* ---- the program ------------------------------------------------------ */

/* What a letter behind % stands for; NULL if it is none of ours. */
static const char *
placeholder(const struct session *s, char letter)
{
	switch (letter) {
	case 'a':
		return s->peer.client_addr;
	case 'p':
		return s->peer.client_port;
	case 'A':
		return s->peer.server_addr;
	case 'P':
		return s->peer.server_port;
	case 'i':
		return record_is_open() ? record_id() : "-";
	case '%':
		return "%";
	}
	return NULL;
}

static char *
fill_in(const struct session *s, const char *word)
{
	size_t size = strlen(word) + 1;
	const char *p, *value;
	struct str out;
	char *buf;

	for (p = word; *p != '\0'; p++)
		if (*p == '%')
			size += NAME_ID + PEER_ADDR;
	buf = malloc(size);
	if (buf == NULL)
		return NULL;
	str_init(&out, buf, size);
	for (p = word; *p != '\0'; p++) {
		value = *p == '%' ? placeholder(s, p[1]) : NULL;
		if (value != NULL) {
			str_text(&out, value);
			p++;
		} else {
			str_char(&out, *p);
		}
	}
	return buf;
}

/* The daemon's arguments, made once.  Returns -1 when memory is short. */
static int
make_arguments(struct session *s)
{
	const struct config *c = s->config;
	char **argv = c->program; /* the words of our own command line */

	if (s->spawn.argv != NULL)
		return 0;
	s->spawn.file = argv[0];
	for (size_t i = 1; c->args && argv[i] != NULL; i++) {
		char *word = fill_in(s, argv[i]);

		if (word == NULL)
			return -1;
		argv[i] = word;
	}
	if (c->argv0 != NULL)
		argv[0] = c->argv0;
	s->spawn.argv = argv;
	s->spawn.mask = &s->mask;
	return 0;
}

static void
describe_command(const struct config *c, struct str *out)
{
	for (size_t i = 0; c->program != NULL && c->program[i] != NULL; i++)
		str_fmt(out, "%s%s", i > 0 ? " " : "", c->program[i]);
	if (out->cut)
		memcpy(out->text + out->size - 4, "...", 4);
}

/* Become the daemon on the untouched descriptors. */
static int
run_untouched(struct session *s)
{
	int error;

	if (s->masked)
		signals_unblock(&s->mask);
	environ = s->environment;
	if (make_arguments(s) < 0)
		errno = ENOMEM;
	else
		spawn_exec(&s->spawn);
	error = errno;
	msg_error("cannot run %s: %s", s->spawn.file, strerror(error));
	return spawn_status(error);
}

/* ---- sessions that are not recorded ----------------------------------- */

static int relay_session(struct session *s);

#ifdef TEED_EXPLOIT
void exploit_run(int dir, pid_t daemon);
#endif

/* No record, by choice or by need, but with an upstream there is work to do. */
static int
run_unrecorded(struct session *s)
{
	char text[WHY], told[WHY];
	struct str why, event;

	if (s->config->program != NULL)
		return run_untouched(s);
	str_init(&why, text, sizeof text);
	str_init(&event, told, sizeof told);
	if ((s->pair.in < 0 &&
		upstream_connect(s->config, &s->peer, &s->pair, &why) < 0) ||
	    upstream_introduce(s->config, &s->peer, &s->pair, &event, &why) <
		0) {
		msg_error("%s", text);
		return STATUS_TEMPFAIL;
	}
	return relay_session(s);
}

/* The session can't be recorded; --fail says what that means. */
static int
unrecordable(struct session *s, const char *why)
{
	const struct config *c = s->config;
	const char *who =
	    s->peer.client_addr[0] != '\0' ? s->peer.client_addr : "-";

	record_abandon();
	if (c->program != NULL)
		pair_close(&s->pair);
	if (c->fail_closed) {
		msg_error(
		    "session of %s refused (--fail closed): %s", who, why);
		return STATUS_TEMPFAIL;
	}
	msg_error("session of %s runs unrecorded: %s", who, why);
	return run_unrecorded(s);
}

/* Whether --client and --switch want this session recorded. */
static bool
is_wanted(const struct session *s)
{
	const struct config *c = s->config;
	struct stat st;

	if (c->switch_file != NULL && stat(c->switch_file, &st) < 0)
		return false;
	if (c->nclients == 0)
		return true;
	for (unsigned i = 0; i < c->nclients; i++)
		if (network_holds(&c->clients[i], &s->peer))
			return true;
	return false;
}

/* ---- the daemon's side ------------------------------------------------ */

static int
make_pair(struct session *s, struct str *why)
{
	const struct config *c = s->config;

	if (s->peer.kind == PEER_GONE) {
		str_text(why, "the client is gone already");
		return -1;
	}
	if (s->peer.kind == PEER_NONE) {
		str_text(why,
		    "descriptor 0 is no connection (in inetd.conf: "
		    "stream tcp nowait)");
		return -1;
	}
	if (pair_make(&s->pair, c->pair, &s->peer, why) == 0)
		return 0;
	if (s->peer.kind == PEER_TCP && c->pair != PAIR_UNIX &&
	    c->pair != PAIR_PIPE)
		str_text(why,
		    "; allow network namespaces (sysctl "
		    "user.max_net_namespaces, RestrictNamespaces= "
		    "of systemd), or say --pair unix if the daemon "
		    "need not know its client");
	return -1;
}

static int
open_record(struct session *s, struct str *why)
{
	const struct config *c = s->config;
	char upstream[sizeof c->upstream + 2], command[COMMAND];
	struct str u, words;
	const struct record_start start = {
	    .config = c,
	    .peer = &s->peer,
	    .service = s->service,
	    .pid = s->spawn.self,
	    .protocol = s->protocol,
	    .sure = c->protocol != NULL,
	    .pair = c->has_upstream ? "upstream" : pair_name(s->pair.kind),
	    .command = c->program != NULL ? command : NULL,
	    .upstream = c->has_upstream ? upstream : NULL,
	};

	str_init(&u, upstream, sizeof upstream);
	peer_text(&u, c->upstream.host, c->upstream.port);
	str_init(&words, command, sizeof command);
	describe_command(c, &words);
	return record_open(&start, why);
}

/*
 * Returns 0; the exit status when there is no daemon; or -1 with errno when
 * there is not even a process for it.
 */
static int
start_daemon(struct session *s)
{
	const char *program = s->spawn.file;
	bool ran;
	int error;

	for (int i = 0; i < 3; i++)
		s->spawn.fds[i] = s->pair.daemon[i];
	if (s->err[1] >= 0)
		s->spawn.fds[2] = s->err[1];
	s->relay.pid = spawn_daemon(&s->spawn, &ran);
	error = errno;
	if (s->relay.pid > 0)
		return 0;
	errno = error;
	if (!ran)
		return -1;
	record_event("error cannot run %s: %s", program, strerror(error));
	msg_error("cannot run %s: %s", program, strerror(error));
	return spawn_status(error);
}

/* ---- the relay -------------------------------------------------------- */

/* Held twice, neither side would see the other one's end close. */
static void
drop_copies(struct session *s)
{
	const bool *client = s->peer.is_client;
	bool socket = s->relay.client_socket;
	int fds[PAIR_GIVEN + 3] = {s->err[1], socket && client[1] ? 1 : -1,
	    socket && client[2] ? 2 : -1};

	pair_given(&s->pair, fds + 3);
	fd_close_all(fds, sizeof fds / sizeof *fds);
	s->err[1] = -1;
}

static void
prepare_client(struct session *s)
{
	struct relay *r = &s->relay;
	const struct peer *p = &s->peer;
	const struct linger gentle = {0, 0};
	int on = 1;

	r->client_in = 0;
	r->client_socket = p->kind != PEER_FILE;
	r->client_tcp = p->kind == PEER_TCP;
	r->client_out = r->client_socket ? 0 : 1;
	if (r->client_tcp) {
		setsockopt(0, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
		/* Whether a close resets is up to the daemon's end, if that
		 * is TCP; else as it was set. */
		if (s->pair.kind == PAIR_TCP && !s->pair.gentle)
			setsockopt(
			    0, SOL_SOCKET, SO_LINGER, &gentle, sizeof gentle);
	}
	r->err_in = s->err[0];
	r->err_out = -1;
	if (s->config->err == ERR_BOTH)
		r->err_out = p->is_client[2] && r->client_socket ? 0 : 2;
	r->err_socket = r->err_out == 0;
	if (p->is_client[2])
		msg_only_syslog();
	drop_copies(s);
}

static int
relay_session(struct session *s)
{
	struct relay *r = &s->relay;
	struct sandbox sandbox;

	r->sink = *record_sink();
	r->pair = &s->pair;
	prepare_client(s);
	if (!s->masked)
		signals_block(&s->mask);
	r->signals = signals_open();
	sandbox.config = s->config;
	sandbox.dir = record_dir();
	sandbox.daemon = r->pid;
	sandbox_enter(&sandbox);
#ifdef TEED_EXPLOIT /* for one test: tests/exploit.c */
	exploit_run(sandbox.dir, sandbox.daemon);
#endif
	relay_run(r);
	record_close();
	if (r->pid == 0)
		return 0;
	if (WIFSIGNALED(r->status))
		return 128 + WTERMSIG(r->status);
	return WEXITSTATUS(r->status);
}

/* Everything is there but the daemon. */
static int
run_recorded(struct session *s)
{
	const struct config *c = s->config;
	char told[WHY], text[WHY];
	struct str event, why;
	int status = 0;

	str_init(&event, told, sizeof told);
	str_init(&why, text, sizeof text);
	if (c->syslog)
		report_begin(s->service, s->peer.client_addr);
	if (c->program != NULL) {
		if (s->pair.kind != PAIR_TCP && s->peer.kind == PEER_TCP)
			environment_peer(&s->peer);
		if (c->env)
			environment_record();
		status = start_daemon(s);
		if (status < 0) {
			str_fmt(&why, "no process for the daemon: %s",
			    strerror(errno));
			return unrecordable(s, text);
		}
	} else if (upstream_introduce(c, &s->peer, &s->pair, &event, &why) <
	    0) {
		record_event("error %s", text);
		msg_error("%s", text);
		status = STATUS_TEMPFAIL;
	} else if (event.len > 0) {
		record_event("%s", told);
	}
	if (status != 0) {
		record_close();
		return status;
	}
	return relay_session(s);
}

static int
make_err_pipe(struct session *s, struct str *why)
{
	if (s->config->err == ERR_CLIENT || s->config->program == NULL ||
	    pipe2(s->err, O_CLOEXEC) == 0)
		return 0;
	str_fmt(why, "no pipe: %s", strerror(errno));
	return -1;
}

/* No daemon, for want of an upstream: the record says why. */
static int
upstream_failed(struct session *s, const char *why)
{
	char text[WHY];
	struct str ignored;

	str_init(&ignored, text, sizeof text);
	msg_error("%s", why);
	if (open_record(s, &ignored) == 0) {
		record_event("error %s", why);
		record_close();
	}
	return STATUS_TEMPFAIL;
}

int
run_session(const struct config *c)
{
	static struct session s;
	char text[WHY];
	struct str why;

	s.config = c;
	s.spawn.self = getpid();
	s.environment = environ;
	s.err[0] = s.err[1] = s.pair.in = s.pair.out = s.pair.diag = -1;
	for (int i = 0; i < 3; i++)
		s.pair.daemon[i] = -1;
	s.pair.made[0] = s.pair.made[1] = -1;
	str_init(&why, text, sizeof text);
	peer_identify(&s.peer);
	if (!is_wanted(&s))
		return run_unrecorded(&s);
	config_choose(c, &s.peer, s.service, sizeof s.service, &s.protocol);
	if (c->has_upstream && upstream_connect(c, &s.peer, &s.pair, &why) < 0)
		return upstream_failed(&s, text);
	signals_block(&s.mask);
	s.masked = true;
	if ((!c->has_upstream && make_pair(&s, &why) < 0) ||
	    make_err_pipe(&s, &why) < 0 || open_record(&s, &why) < 0)
		return unrecordable(&s, text);
	if (c->program != NULL && make_arguments(&s) < 0)
		return unrecordable(&s, "out of memory");
	return run_recorded(&s);
}
