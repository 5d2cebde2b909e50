/* steps.c - a list of small things to do on one end of a connection */
#include "steps.h"
#include "options.h"
#include "report.h"
#include "stream.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define DEADLINE 20

static volatile sig_atomic_t caught[NSIG];
static const char *current = "";
static unsigned launchers_alarm; /* seconds; 0: it has set none */

/* ---- waiting ---------------------------------------------------------- */

static void
on_deadline(int sig)
{
	static const char text[] = ": no end in sight\n";

	(void)sig;
	if (write(2, current, strlen(current)) >= 0 &&
	    write(2, text, sizeof text - 1) >= 0)
		_exit(97);
	_exit(96);
}

static void
pause_ms(long ms)
{
	const struct timespec ts = {ms / 1000, ms % 1000 * 1000000};

	nanosleep(&ts, NULL);
}

static void
do_await(struct steps *s, const char *name)
{
	while (access(name, F_OK) < 0)
		pause_ms(2);
	fprintf(s->log, "await %s\n", name);
}

static void
do_did(struct steps *s, const char *name)
{
	/* First the log: whoever waits for the file may end this process. */
	fprintf(s->log, "did %s\n", name);
	close(open(name, O_WRONLY | O_CREAT | O_CLOEXEC, 0666));
}

static void
do_until(struct steps *s, const char *command)
{
	while (system(command) != 0) /* NOLINT: a test's own words */
		pause_ms(10);
	fprintf(s->log, "until %s\n", command);
}

static void
do_run(struct steps *s, const char *command)
{
	fprintf(s->log, "run %s: %s\n", command,
	    system(command) == 0 ? "done" : "failed"); /* NOLINT: likewise */
}

static void
do_ready(struct steps *s, const char *arg)
{
	struct pollfd pfd = {.fd = s->in, .events = POLLIN};

	(void)arg;
	poll(&pfd, 1, -1);
	fprintf(s->log, "ready\n");
}

static void
do_broken(struct steps *s, const char *arg)
{
	struct pollfd pfd = {.fd = s->in, .events = 0};

	(void)arg;
	poll(&pfd, 1, -1);
	fprintf(s->log, "broken%s%s\n", pfd.revents & POLLHUP ? " hup" : "",
	    pfd.revents & POLLERR ? " err" : "");
}

/* ---- the connection --------------------------------------------------- */

static void
do_shut(struct steps *s, const char *arg)
{
	int how = strcmp(arg, "rw") == 0 ? SHUT_RDWR :
	    *arg == 'w'			 ? SHUT_WR :
					   SHUT_RD;
	int error =
	    shutdown(how == SHUT_RD ? s->in : s->out, how) < 0 ? errno : 0;

	if (error == ENOTSOCK && how == SHUT_WR) { /* a pipe */
		close(s->out);
		s->out = -1;
		error = 0;
	}
	fprintf(s->log, "shut %s: %s\n", arg,
	    error == 0 ? "done" : strerror(error));
}

static void
do_close(struct steps *s, const char *arg)
{
	(void)arg;
	if (s->in == 0) /* a daemon: all that may be the same socket */
		for (int fd = 0; fd < 3; fd++)
			close(fd);
	else
		close(s->in);
	if (s->out > 2 && s->out != s->in)
		close(s->out);
	s->in = s->out = -1;
	fprintf(s->log, "close\n");
}

static void
do_reset(struct steps *s, const char *arg)
{
	option_set(s->in, "linger=0");
	do_close(s, arg);
}

static void
do_set(struct steps *s, const char *assignment)
{
	fprintf(s->log, "set %s: %s\n", assignment,
	    option_set(s->in, assignment) < 0 ? strerror(errno) : "done");
}

static void
do_get(struct steps *s, const char *name)
{
	option_tell(s->log, s->in, name);
}

/* ---- processes and signals -------------------------------------------- */

static const struct {
	const char *name;
	int number;
} signals[] = {{"HUP", SIGHUP}, {"INT", SIGINT}, {"QUIT", SIGQUIT},
    {"KILL", SIGKILL}, {"USR1", SIGUSR1}, {"USR2", SIGUSR2}, {"PIPE", SIGPIPE},
    {"ALRM", SIGALRM}, {"TERM", SIGTERM}, {"CHLD", SIGCHLD}, {"CONT", SIGCONT},
    {"STOP", SIGSTOP}, {"URG", SIGURG}, {"SEGV", SIGSEGV}, {"ABRT", SIGABRT}};

int
steps_signal(const char *name)
{
	for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
		if (strcmp(signals[i].name, name) == 0)
			return signals[i].number;
	return 0;
}

static void
on_caught(int sig)
{
	caught[sig]++;
}

static void
do_catch(struct steps *s, const char *name)
{
	struct sigaction sa = {.sa_handler = on_caught};
	int sig = steps_signal(name);

	sigemptyset(&sa.sa_mask);
	sa.sa_flags = SA_RESTART;
	sigaction(sig, &sa, NULL);
	if (sig == SIGURG)
		fcntl(s->in, F_SETOWN, getpid());
	fprintf(s->log, "catch %s\n", name);
}

static void
do_caught(struct steps *s, const char *name)
{
	int sig = steps_signal(name);

	while (caught[sig] == 0)
		pause_ms(2);
	fprintf(s->log, "caught %s\n", name);
	caught[sig] = 0;
}

static void
do_ignore(struct steps *s, const char *name)
{
	signal(steps_signal(name), SIG_IGN);
	fprintf(s->log, "ignore %s\n", name);
}

/* The process that the launcher has started, as it says in a file. */
static void
do_signal(struct steps *s, const char *name)
{
	FILE *f = fopen("pid", "re");
	int pid = 0;

	if (f != NULL && fscanf(f, "%d", &pid) == 1 && pid > 1)
		fprintf(s->log, "signal %s: %s\n", name,
		    kill(pid, steps_signal(name)) < 0 ? strerror(errno) :
							"done");
	else
		fprintf(s->log, "signal %s: to whom?\n", name);
	if (f != NULL)
		fclose(f);
}

static void
do_heir(struct steps *s, const char *status)
{
	pid_t parent = getpid(), pid = fork();

	if (pid > 0)
		_exit(atoi(status));
	/* Whose child it is when it ends decides who hears of that. */
	while (pid == 0 && getppid() == parent)
		pause_ms(1);
	fprintf(s->log, "heir %s\n", pid == 0 ? "goes on" : strerror(errno));
	alarm(DEADLINE); /* timers are not inherited */
}

static void
do_exit(struct steps *s, const char *status)
{
	fprintf(s->log, "exit %s\n", status);
	_exit(atoi(status));
}

static void
do_die(struct steps *s, const char *name)
{
	fprintf(s->log, "die %s\n", name);
	signal(steps_signal(name), SIG_DFL);
	raise(steps_signal(name));
}

/* The launcher's alarm clock, which our own deadline has put off. */
static void
do_alarm(struct steps *s, const char *arg)
{
	(void)arg;
	fprintf(s->log, "alarm %s\n", launchers_alarm > 0 ? "set" : "not set");
	if (launchers_alarm == 0)
		return;
	signal(SIGALRM, SIG_DFL);
	alarm(launchers_alarm);
	pause();
}

static void
do_report(struct steps *s, const char *arg)
{
	(void)arg;
	report_write("report", s->argc, s->argv);
}

/* ---- the list --------------------------------------------------------- */

static const struct verb {
	const char *name;
	void (*run)(struct steps *s, const char *arg);
} verbs[] = {
    {"say", stream_say},
    {"urgent", stream_urgent},
    {"pour", stream_pour},
    {"trickle", stream_trickle},
    {"cross", stream_cross},
    {"hear", stream_hear},
    {"line", stream_line},
    {"rest", stream_rest},
    {"oob", stream_oob},
    {"mark", stream_mark},
    {"ask", stream_ask},
    {"answer", stream_answer},
    {"shut", do_shut},
    {"close", do_close},
    {"reset", do_reset},
    {"ready", do_ready},
    {"broken", do_broken},
    {"set", do_set},
    {"get", do_get},
    {"did", do_did},
    {"await", do_await},
    {"until", do_until},
    {"run", do_run},
    {"signal", do_signal},
    {"catch", do_catch},
    {"caught", do_caught},
    {"ignore", do_ignore},
    {"heir", do_heir},
    {"exit", do_exit},
    {"die", do_die},
    {"alarm", do_alarm},
    {"report", do_report},
};

FILE *
steps_log(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
	int high = fcntl(fd, F_DUPFD_CLOEXEC, 40);
	FILE *f = high < 0 ? NULL : fdopen(high, "a");

	close(fd);
	if (f == NULL) {
		perror(path);
		_exit(98);
	}
	setvbuf(f, NULL, _IOLBF, BUFSIZ);
	return f;
}

void
steps_do(struct steps *s, char *const *list, size_t n)
{
	const size_t count = sizeof verbs / sizeof *verbs;
	struct sigaction sa = {.sa_handler = on_deadline};

	sigemptyset(&sa.sa_mask);
	sigaction(SIGALRM, &sa, NULL);
	launchers_alarm = alarm(DEADLINE);
	for (size_t i = 0; i < n; i++) {
		const char *colon = strchr(list[i], ':');
		size_t len = strcspn(list[i], ":"), v = 0;

		current = list[i];
		while (v < count &&
		    (strlen(verbs[v].name) != len ||
			memcmp(verbs[v].name, current, len) != 0))
			v++;
		if (v == count) {
			fprintf(s->log, "%s: no such step\n", current);
			_exit(95);
		}
		verbs[v].run(s, colon != NULL ? colon + 1 : "");
	}
}
