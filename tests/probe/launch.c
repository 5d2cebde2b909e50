/* launch.c - start a program with a connection as its descriptors, as inetd does */
#include "launch.h"
#include "steps.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

void
launch_init(struct launch *l)
{
	memset(l, 0, sizeof *l);
	l->descriptors = "012";
	l->leader = "session";
	l->uid = -1;
	sigemptyset(&l->blocked);
}

static void
add_signal(int list[8], int sig)
{
	int i = 0;

	while (i < 6 && list[i] != 0)
		i++;
	list[i] = sig;
}

bool
launch_option(struct launch *l, int c, const char *value)
{
	switch (c) {
	case 'd':
		l->descriptors = value;
		break;
	case 'l':
		l->leader = value;
		break;
	case 'i':
		add_signal(l->ignored, steps_signal(value));
		break;
	case 'w':
		add_signal(l->waiting, steps_signal(value));
		sigaddset(&l->blocked, steps_signal(value));
		break;
	case 'b':
		sigaddset(&l->blocked, steps_signal(value));
		break;
	case 'A':
		l->alarm = (unsigned)atoi(value);
		break;
	case 'N':
		l->nonblock = true;
		break;
	case 'u':
		l->uid = atol(value);
		break;
	case 'q':
		l->refused = value;
		break;
	default:
		return false;
	}
	return true;
}

/* ---- a kernel that refuses -------------------------------------------- */

/* The kernel's structures: <linux/filter.h> is not there for every libc. */
struct bpf {
	uint16_t code;
	uint8_t yes, no;
	uint32_t k;
};

struct bpf_program {
	uint16_t len;
	const struct bpf *code;
};

#define LOAD(at)                                                               \
	{                                                                      \
		0x20, 0, 0, at                                                 \
	}
#define IF_EQUAL(k, no)                                                        \
	{                                                                      \
		0x15, 0, no, k                                                 \
	}
#define IF_SET(k, no)                                                          \
	{                                                                      \
		0x45, 0, no, k                                                 \
	}
#define RETURN(k)                                                              \
	{                                                                      \
		0x06, 0, 0, k                                                  \
	}
#define ARGUMENT(n) (16 + 8 * (n))
#define ALLOW 0x7fff0000u
#define REFUSE(e) (0x00050000u | (e))
#define MODE_FILTER 2
#define DIAG_PROTOCOL 4 /* NETLINK_SOCK_DIAG */

static void
refuse(const char *what)
{
	static const struct bpf netns[] = {LOAD(0), IF_EQUAL(SYS_clone, 3),
	    LOAD(ARGUMENT(0)), IF_SET(CLONE_NEWNET, 1), RETURN(REFUSE(EPERM)),
	    RETURN(ALLOW)};
	static const struct bpf diag[] = {LOAD(0), IF_EQUAL(SYS_socket, 5),
	    LOAD(ARGUMENT(0)), IF_EQUAL(AF_NETLINK, 3), LOAD(ARGUMENT(2)),
	    IF_EQUAL(DIAG_PROTOCOL, 1), RETURN(REFUSE(EPROTONOSUPPORT)),
	    RETURN(ALLOW)};
	bool is_diag = strcmp(what, "diag") == 0;
	const struct bpf_program program = {
	    is_diag ? sizeof diag / sizeof *diag : sizeof netns / sizeof *netns,
	    is_diag ? diag : netns};

	if (prctl(PR_SET_SECCOMP, MODE_FILTER, &program) < 0) {
		perror("seccomp");
		_exit(98);
	}
}

/* ---- the program's process -------------------------------------------- */

static void
arrange_signals(const struct launch *l)
{
	for (int i = 0; l->ignored[i] != 0; i++)
		signal(l->ignored[i], SIG_IGN);
	sigprocmask(SIG_SETMASK, &l->blocked, NULL);
	for (int i = 0; l->waiting[i] != 0; i++)
		kill(getpid(), l->waiting[i]);
	alarm(l->alarm);
}

static void
arrange_descriptors(const struct launch *l, const int fds[2])
{
	int flags = fcntl(fds[0], F_GETFL);

	if (l->nonblock)
		fcntl(fds[0], F_SETFL, flags | O_NONBLOCK);
	if (strchr(l->descriptors, '0') != NULL)
		dup2(fds[0], 0);
	if (strchr(l->descriptors, '1') != NULL)
		dup2(fds[1], 1);
	/* The launcher's own errors are not the client's business. */
	if (strchr(l->descriptors, '2') != NULL && fds[0] == fds[1])
		dup2(fds[1], 2);
}

static void
become_user(long uid)
{
	if (uid < 0)
		return;
	if (setgroups(0, NULL) < 0 || setgid((gid_t)uid) < 0 ||
	    setuid((uid_t)uid) < 0) {
		perror("setuid");
		_exit(98);
	}
}

pid_t
launch(const struct launch *l, const int fds[2], char **argv)
{
	pid_t pid = fork();

	if (pid != 0)
		return pid;
	if (strcmp(l->leader, "session") == 0)
		setsid();
	else if (strcmp(l->leader, "group") == 0)
		setpgid(0, 0);
	arrange_descriptors(l, fds);
	if (l->refused != NULL)
		refuse(l->refused);
	become_user(l->uid);
	arrange_signals(l);
	execvp(argv[0], argv);
	_exit(127);
}
