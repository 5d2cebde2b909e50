/*
 * pair_unix.c - a pair of local sockets
 *
 * The client of a local socket is known by the user that connected it, and
 * some daemons need no other password (SO_PEERCRED).  For a pair that is
 * whoever made it: were that teed, a daemon of root's would find root at the
 * other end.  So where the client is somebody else, a child that shares our
 * descriptors becomes that user, makes the pair, and is gone.
 */
#include "pair.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

/* Two sockets that were made by us. */
static int
plain(int *sv)
{
	return socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sv);
}

#ifdef __linux__

#include <sched.h>
#include <stdalign.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#ifndef SO_PEERGROUPS
#define SO_PEERGROUPS 59
#endif

/* On some machines of 32 bits the plain calls are those of 16 bits. */
#ifdef SYS_setgroups32
#define CALL(name) SYS_##name##32
#else
#define CALL(name) SYS_##name
#endif

#define STACK (16 * 1024)
#define GROUPS 256

struct maker {
	struct ucred who;
	gid_t groups[GROUPS];
	size_t ngroups;
	int *sv;
	int error;
};

/*
 * In the child.  The system calls themselves: what libc makes of them is for
 * all threads of a process, and we share memory with teed.
 */
static int
as_client(void *arg)
{
	struct maker *m = arg;

	if (syscall(CALL(setgroups), m->ngroups, m->groups) < 0 ||
	    syscall(CALL(setresgid), m->who.gid, m->who.gid, m->who.gid) < 0 ||
	    syscall(CALL(setresuid), m->who.uid, m->who.uid, m->who.uid) < 0 ||
	    plain(m->sv) < 0)
		m->error = errno;
	return 0;
}

static void
client_groups(struct maker *m)
{
	socklen_t n = sizeof m->groups;

	if (getsockopt(0, SOL_SOCKET, SO_PEERGROUPS, m->groups, &n) == 0)
		m->ngroups = n / sizeof *m->groups;
}

/* The client is local, and known to be somebody else. */
static bool
client_differs(struct maker *m)
{
	socklen_t n = sizeof m->who;

	return getsockopt(0, SOL_SOCKET, SO_PEERCRED, &m->who, &n) == 0 &&
	    m->who.pid != 0 &&
	    (m->who.uid != geteuid() || m->who.gid != getegid());
}

/* The child's stack lies on our own, which only few should have to pay for. */
static __attribute__((noinline)) int
run_child(struct maker *m)
{
	alignas(16) char stack[STACK];
	pid_t pid;

	pid = clone(as_client, stack + sizeof stack,
	    CLONE_VM | CLONE_VFORK | CLONE_FILES, m);
	if (pid < 0)
		return errno;
	waitpid(pid, NULL, __WALL);
	return m->error;
}

static int
make(int *sv, bool local, bool strict)
{
	struct maker m = {.sv = sv};
	int error;

	if (!local || !client_differs(&m))
		return plain(sv);
	client_groups(&m);
	error = run_child(&m);
	if (error == 0)
		return 0;
	errno = error;
	return strict ? -1 : plain(sv);
}

#else

static int
make(int *sv, bool local, bool strict)
{
	(void)local;
	(void)strict;
	return plain(sv);
}

#endif

int
pair_unix_make(struct pair *p, bool strict, struct str *why)
{
	bool local = p->peer->server.ss_family == AF_UNIX;
	int sv[2];

	if (make(sv, local, strict) < 0) {
		str_fmt(why, "no local sockets like the client's: %s",
		    strerror(errno));
		return -1;
	}
	/* The lower one is closed with its neighbours. */
	p->in = p->out = sv[1];
	p->daemon[0] = sv[0];
	if (p->peer->is_client[1] || p->peer->kind == PEER_FILE)
		p->daemon[1] = sv[0];
	if (p->peer->is_client[2] && p->peer->kind != PEER_FILE)
		p->daemon[2] = sv[0];
	return 0;
}
