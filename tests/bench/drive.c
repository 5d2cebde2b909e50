/*
 * drive.c - one measurement of one program that stands before a daemon
 *
 *	drive [-s N] down KIND SIZE program ...	POP3: RETR of a load
 *	drive [-s N] up KIND SIZE program ...	SMTP: DATA with a load
 *	drive [-s N] bytes KIND SIZE program ...	a load without a protocol
 *	drive [-s N] half KIND SIZE program ...	likewise POP3, half-closed at once
 *	drive [-s N] trips COUNT program ...	round trips, all on one CPU
 *	drive [-s N] idle COUNT DAEMON program ...	memory of so many sessions
 *	drive [-s N] once COUNT program ...	a session of so many commands
 *	drive sessions COUNT PORT		whole sessions, of an inetd
 *	drive ports COUNT x			so many ports that are free
 *	drive flood IDLE BUSY ROUNDS program ...	some busy among many idle
 *
 * Prints `name=value` words.  With -s the last N words of the program are the
 * daemon, at a TCP port (launch.h).  Whatever arrives wrong is fatal.
 */
#include "launch.h"
#include "load.h"

#include <errno.h>
#include <inttypes.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define SILENCE 2 /* seconds after which nothing more comes */
#define WARM 200 /* round trips that do not count */
#define SECRET "hunter2-secret"

static struct session s;
static int served;

static void
log_in(void)
{
	session_hear(&s, "+OK ready");
	session_say(&s, "USER joe");
	session_hear(&s, "+OK");
	session_say(&s, "PASS " SECRET);
	session_hear(&s, "+OK");
}

/* The end of a session that went well, and what it has cost. */
static void
finish(int64_t ns, uint64_t bytes)
{
	bool ended = session_ends(&s, 1);

	close(s.fd);
	printf("ns=%" PRId64 " bytes=%" PRIu64 " cpu_us=%" PRId64 " close=%s\n",
	    ns, bytes, launch_reap(), ended ? "seen" : "lost");
}

/* Take the load as far as it comes. */
static void
receive(struct load *l)
{
	while (l->at < l->size) {
		if (s.at == s.len && !session_fill(&s, SILENCE))
			return;
		s.at += load_check(l, s.buf + s.at, s.len - s.at);
	}
}

static void
all_right(const struct load *l)
{
	errno = EPROTO;
	if (l->wrong || l->at < l->size)
		die("the load did not arrive as it was sent");
}

static void
down(struct load *l, char **argv)
{
	int64_t start;

	launch(&s, argv, served);
	log_in();
	start = clock_ns();
	session_say(&s, "RETR 1");
	session_hear(&s, "+OK message follows");
	receive(l);
	all_right(l);
	session_hear(&s, ".");
	start = clock_ns() - start;
	session_say(&s, "QUIT");
	session_hear(&s, "+OK bye");
	finish(start, l->size);
}

static void
up(struct load *l, char **argv)
{
	static const char *const before[] = {"EHLO me.example",
	    "MAIL FROM:<joe@example>", "RCPT TO:<ann@example>"};
	int64_t start;

	launch(&s, argv, served);
	session_hear(&s, "220");
	for (size_t i = 0; i < 3; i++) {
		session_say(&s, before[i]);
		session_hear(&s, "250");
	}
	session_say(&s, "DATA");
	session_hear(&s, "354");
	start = clock_ns();
	if (!load_write(l, s.fd))
		die("send");
	session_say(&s, ".");
	session_hear(&s, "250 taken");
	start = clock_ns() - start;
	session_say(&s, "QUIT");
	session_hear(&s, "221");
	finish(start, l->size);
}

static void
bytes(struct load *l, char **argv)
{
	int64_t start;

	launch(&s, argv, served);
	start = clock_ns();
	session_say(&s, "go");
	receive(l);
	all_right(l);
	finish(clock_ns() - start, l->size);
}

/* The client ends first: does everything still arrive, and the end? */
static void
half(struct load *l, char **argv)
{
	launch(&s, argv, served);
	log_in();
	session_say(&s, "RETR 1");
	session_say(&s, "QUIT");
	shutdown(s.fd, SHUT_WR);
	session_hear(&s, "+OK message follows");
	receive(l);
	if (l->wrong)
		all_right(l);
	finish(0, l->at);
}

static int
by_size(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static void
trips(unsigned count, char **argv)
{
	int64_t *took = calloc(count, sizeof *took), start;
	cpu_set_t one;

	CPU_ZERO(&one);
	CPU_SET((unsigned)sched_getcpu(), &one);
	sched_setaffinity(0, sizeof one, &one);
	launch(&s, argv, served);
	log_in();
	for (unsigned i = 0; i < WARM + count; i++) {
		start = clock_ns();
		session_say(&s, "NOOP");
		session_hear(&s, "+OK");
		if (i >= WARM)
			took[i - WARM] = clock_ns() - start;
	}
	session_say(&s, "QUIT");
	session_hear(&s, "+OK bye");
	qsort(took, count, sizeof *took, by_size);
	printf("p99=%" PRId64 " ", took[count - 1 - count / 100]);
	finish(took[count / 2], 0);
}

static void
once(unsigned count, char **argv)
{
	launch(&s, argv, served);
	session_hear(&s, "+OK ready");
	for (unsigned i = 0; i < count; i++) {
		session_say(&s, "NOOP");
		session_hear(&s, "+OK");
	}
	session_say(&s, "QUIT");
	session_hear(&s, "+OK bye");
	finish(0, 0);
}

static void
idle(unsigned count, const char *daemon, char **argv)
{
	int *fds = calloc(count, sizeof *fds);
	struct memory m;

	for (unsigned i = 0; i < count; i++) {
		launch(&s, argv, served);
		log_in();
		fds[i] = s.fd;
	}
	usleep(400000); /* what waits for silence has had it */
	m = launch_memory(daemon);
	printf("processes=%u private_kb=%" PRIu64 " pss_kb=%" PRIu64 "\n",
	    m.processes / count, m.private_kb / count, m.pss_kb / count);
	for (unsigned i = 0; i < count; i++)
		close(fds[i]);
	launch_reap();
}

static void
sessions(unsigned count, unsigned port)
{
	int64_t start = clock_ns();

	for (unsigned i = 0; i < count; i++) {
		launch_connect(&s, port);
		session_hear(&s, "+OK ready");
		session_say(&s, "QUIT");
		session_hear(&s, "+OK bye");
		if (!session_ends(&s, SILENCE)) {
			errno = ETIMEDOUT;
			die("the session did not end");
		}
		close(s.fd);
	}
	printf("ns=%" PRId64 "\n", (clock_ns() - start) / count);
}

/* How long BUSY sessions take for their rounds, alone and among idle ones. */
static void
flood(unsigned nidle, unsigned busy, unsigned rounds, char **argv)
{
	int *fds = calloc(nidle + busy, sizeof *fds);
	int64_t took[2];

	for (unsigned i = 0; i < busy + nidle; i++) {
		if (i == busy || i == busy + nidle - 1)
			usleep(200000);
		launch(&s, argv, served);
		log_in();
		fds[i] = s.fd;
		if (i + 1 != busy && i + 1 != busy + nidle)
			continue;
		took[i >= busy] = clock_ns();
		for (unsigned r = 0; r < rounds * busy; r++) {
			s.fd = fds[r % busy];
			session_say(&s, "NOOP");
			session_hear(&s, "+OK");
		}
		took[i >= busy] = clock_ns() - took[i >= busy];
	}
	for (unsigned i = 0; i < busy + nidle; i++) {
		s.fd = fds[i];
		session_say(&s, "QUIT");
		session_hear(&s, "+OK bye");
		close(s.fd);
	}
	printf("alone_ns=%" PRId64 " among_ns=%" PRId64 "\n", took[0], took[1]);
	launch_reap();
}

static bool
drive_load(const char *what, char **argv)
{
	static const struct {
		const char *name;
		void (*run)(struct load *l, char **argv);
	} modes[] = {
	    {"down", down}, {"up", up}, {"bytes", bytes}, {"half", half}};
	struct load l;

	for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
		if (strcmp(what, modes[i].name) != 0)
			continue;
		if (!load_open(&l, argv[0], strtoull(argv[1], NULL, 10)))
			die(argv[0]);
		modes[i].run(&l, argv + 2);
		return true;
	}
	return false;
}

static unsigned
number(const char *word)
{
	return (unsigned)strtoul(word, NULL, 10);
}

static void
allow_descriptors(void)
{
	struct rlimit r;

	getrlimit(RLIMIT_NOFILE, &r);
	r.rlim_cur = r.rlim_max;
	setrlimit(RLIMIT_NOFILE, &r);
}

int
main(int argc, char **argv)
{
	const char *what;

	if (argc > 3 && strcmp(argv[1], "-s") == 0) {
		served = (int)number(argv[2]);
		argv += 2;
		argc -= 2;
	}
	if (argc < 4)
		return 64;
	what = argv[1];
	prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
	if (strcmp(what, "ports") == 0) {
		for (unsigned i = number(argv[2]); i > 0; i--)
			printf("%u ", launch_free_port());
	} else if (strcmp(what, "sessions") == 0) {
		sessions(number(argv[2]), number(argv[3]));
	} else if (strcmp(what, "trips") == 0) {
		trips(number(argv[2]), argv + 3);
	} else if (strcmp(what, "once") == 0) {
		once(number(argv[2]), argv + 3);
	} else if (argc > 4 && strcmp(what, "idle") == 0) {
		idle(number(argv[2]), argv[3], argv + 4);
	} else if (argc > 5 && strcmp(what, "flood") == 0) {
		allow_descriptors();
		flood(number(argv[2]), number(argv[3]), number(argv[4]),
		    argv + 5);
	} else if (argc < 5 || !drive_load(what, argv + 2)) {
		return 64;
	}
	return 0;
}
