/* signals.c - signals as something to read */
#include "signals.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static const int caught[] = {
    SIGTERM, SIGINT, SIGHUP, SIGUSR1, SIGUSR2, SIGCHLD};

#define CAUGHT (sizeof caught / sizeof *caught)

static void
caught_set(sigset_t *set)
{
	sigemptyset(set);
	for (size_t i = 0; i < CAUGHT; i++)
		sigaddset(set, caught[i]);
}

void
signals_block(sigset_t *old)
{
	sigset_t set;

	caught_set(&set);
	sigaddset(&set, SIGPIPE);
	sigaddset(&set, SIGXFSZ);
	sigprocmask(SIG_BLOCK, &set, old);
}

/* What came while it was blocked was about us. */
static void
forget(int sig)
{
	struct sigaction ignore, old;

	memset(&ignore, 0, sizeof ignore);
	ignore.sa_handler = SIG_IGN;
	sigemptyset(&ignore.sa_mask);
	sigaction(sig, &ignore, &old);
	sigaction(sig, &old, NULL);
}

void
signals_unblock(const sigset_t *old)
{
	if (!sigismember(old, SIGPIPE))
		forget(SIGPIPE);
	if (!sigismember(old, SIGXFSZ))
		forget(SIGXFSZ);
	sigprocmask(SIG_SETMASK, old, NULL);
}

#ifdef __linux__

#include <sys/signalfd.h>

int
signals_open(void)
{
	sigset_t set;

	caught_set(&set);
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

int
signals_read(int fd, int *signals)
{
	struct signalfd_siginfo info[SIGNALS_AT_ONCE];
	ssize_t n = read(fd, info, sizeof info);
	int count = n > 0 ? (int)((size_t)n / sizeof *info) : 0;

	for (int i = 0; i < count; i++)
		signals[i] = (int)info[i].ssi_signo;
	return count;
}

#else /* a pipe to ourselves, into which handlers write */

static int to_self = -1;

static void
on_signal(int sig)
{
	unsigned char byte = (unsigned char)sig;
	int saved = errno;

	if (write(to_self, &byte, 1) < 0)
		errno = saved; /* full: there is enough to read */
	errno = saved;
}

int
signals_open(void)
{
	struct sigaction sa;
	sigset_t set;
	int fds[2];

	if (pipe2(fds, O_CLOEXEC | O_NONBLOCK) < 0)
		return -1;
	to_self = fds[1];
	memset(&sa, 0, sizeof sa);
	sa.sa_handler = on_signal;
	sigemptyset(&sa.sa_mask);
	for (size_t i = 0; i < CAUGHT; i++)
		sigaction(caught[i], &sa, NULL);
	caught_set(&set);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	return fds[0];
}

int
signals_read(int fd, int *signals)
{
	unsigned char bytes[SIGNALS_AT_ONCE];
	ssize_t n = read(fd, bytes, sizeof bytes);

	for (ssize_t i = 0; i < n; i++)
		signals[i] = bytes[i];
	return n > 0 ? (int)n : 0;
}

#endif
