/*
 * sandbox_linux.c - the recorder gives up what it does not need any more
 *
 * Three layers: another user, if that was asked for; Landlock (or, where the
 * kernel has none and we are root, a change of root) so that no file but those
 * in the directory of the records can be reached; and a seccomp filter that
 * refuses every system call which relaying and recording do not need.
 *
 * What is refused gets EPERM: a surprise in libc then costs a line of the
 * record and not the session.
 */
#ifdef __linux__

#include "sandbox.h"
#include "record.h"

#include "../base/msg.h"
#include "../compat/confine.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* ---- another user ----------------------------------------------------- */

/* Have these capabilities of the first 32, and none besides. */
static int
set_capabilities(uint32_t wanted)
{
	struct capability_header header = {CAPABILITY_VERSION, 0};
	const struct capability_data data[2] = {{wanted, wanted, 0}, {0, 0, 0}};

	return (int)syscall(SYS_capset, &header, data);
}

/*
 * The daemon may be root where we are not any more, and its signals are still
 * passed on: for that one capability stays.  The filter of system calls leaves
 * it nobody else to send them to; without a filter it goes as well.
 */
static bool
become(const struct config *c)
{
	if (c->user == NULL)
		return true;
	prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0);
	return setgroups(1, &c->gid) == 0 &&
	    setresgid(c->gid, c->gid, c->gid) == 0 &&
	    setresuid(c->uid, c->uid, c->uid) == 0 &&
	    (set_capabilities(CAPABILITY_KILL) == 0 ||
		set_capabilities(0) == 0);
}

/* ---- files ------------------------------------------------------------ */

static bool
landlock(int dir)
{
	const struct landlock_rules rules = {LANDLOCK_ALL};
	const struct landlock_path path = {
	    .allowed = LANDLOCK_WRITE_FILE | LANDLOCK_READ_FILE |
		LANDLOCK_READ_DIR | LANDLOCK_REMOVE_FILE | LANDLOCK_MAKE_REG |
		LANDLOCK_MAKE_SYM,
	    .parent = dir,
	};
	long set = syscall(CALL_LANDLOCK_CREATE, &rules, sizeof rules, 0);

	/* It stays open, as a call less; the filter leaves nothing to do to it. */
	return set >= 0 &&
	    (dir < 0 ||
		syscall(CALL_LANDLOCK_ADD, set, LANDLOCK_PATH, &path, 0) ==
		    0) &&
	    syscall(CALL_LANDLOCK_RESTRICT, set, 0) == 0;
}

/*
 * After this a path can't lead out of the directory of the records.  False
 * where that can't be had: then no file may be opened at all.
 */
static bool
confine_files(int dir)
{
	if (landlock(dir))
		return true;
	return dir >= 0 && geteuid() == 0 && fchdir(dir) == 0 &&
	    chroot(".") == 0;
}

/* ---- system calls ----------------------------------------------------- */

#if defined(__x86_64__)
#define OUR_ARCH ARCH_X86_64
#elif defined(__aarch64__)
#define OUR_ARCH ARCH_AARCH64
#endif

#ifdef OUR_ARCH

/*
 * A system call that is allowed, maybe only with such values in one or two of
 * its arguments: (argument & mask) == value.  The arguments that are looked at
 * are ints, so their upper halves don't matter.
 */
struct rule {
	int16_t number;
	int8_t arg, arg2; /* -1: not looked at */
	uint32_t mask, value, value2;
};

/* So many fit into what glibc's qsort() sorts without malloc(). */
#define RULES_MAX 63
#define FILTER_MAX 250 /* jumps reach no farther */

/* Where jumps go that end with a verdict, until it is known where that stands. */
#define TO_ALLOW 255
#define TO_DENY 254

struct filter {
	struct rule rules[RULES_MAX];
	size_t nrules;
	struct bpf_insn insns[FILTER_MAX];
	size_t len;
};

static void
add(struct filter *f, struct rule rule)
{
	if (f->nrules < RULES_MAX)
		f->rules[f->nrules++] = rule;
}

static void
allow(struct filter *f, int number)
{
	add(f, (struct rule){.number = (int16_t)number, .arg = -1, .arg2 = -1});
}

static void
allow_if(struct filter *f, int number, int arg, uint32_t mask, uint32_t value)
{
	add(f,
	    (struct rule){.number = (int16_t)number,
		.arg = (int8_t)arg,
		.arg2 = -1,
		.mask = mask,
		.value = value});
}

/* An option of a socket. */
static void
allow_option(struct filter *f, int level, int option)
{
	add(f,
	    (struct rule){.number = SYS_setsockopt,
		.arg = 1,
		.arg2 = 2,
		.mask = UINT32_MAX,
		.value = (uint32_t)level,
		.value2 = (uint32_t)option});
}

/* What moving bytes and looking at the clock takes. */
static void
allow_relaying(struct filter *f)
{
	static const int calls[] = {
	    SYS_ppoll,
	    SYS_recvfrom,
	    SYS_sendto,
	    SYS_write,
	    SYS_read,
	    SYS_close,
	    SYS_shutdown,
	    SYS_getsockopt,
	    SYS_wait4,
	    SYS_clock_gettime,
	    SYS_clock_nanosleep,
	    SYS_nanosleep,
	    SYS_rt_sigreturn,
	    SYS_rt_sigprocmask,
	    SYS_restart_syscall,
	    SYS_exit,
	    SYS_exit_group,
	    SYS_futex,
	    SYS_getpid,
	    SYS_geteuid,
	    SYS_munmap,
	    SYS_brk,
	    SYS_getrandom,
	    SYS_writev,
#ifdef SYS_poll
	    SYS_poll,
#endif
#ifdef SYS_time
	    SYS_time,
#endif
	};

	for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
		allow(f, calls[i]);
	allow_if(f, SYS_mmap, 2, PROT_EXEC, 0);
	allow_if(f, SYS_madvise, 2, UINT32_MAX, MADV_DONTNEED);
	allow_if(f, SYS_ioctl, 1, UINT32_MAX, SIOCATMARK);
	allow_if(f, SYS_ioctl, 1, UINT32_MAX, TIOCOUTQ);
	allow_option(f, SOL_SOCKET, SO_LINGER);
	allow_option(f, SOL_SOCKET, SO_KEEPALIVE);
	allow_option(f, SOL_SOCKET, SO_OOBINLINE);
	allow_option(f, IPPROTO_IP, IP_TOS);
	allow_option(f, IPPROTO_IPV6, IPV6_TCLASS);
}

/* What rotation takes; all of it relative to the one directory. */
static void
allow_recording(struct filter *f, int dir)
{
	static const int open_files[] = {SYS_pread64, SYS_pwrite64, SYS_flock,
	    SYS_ftruncate, SYS_fstat, SYS_newfstatat, SYS_getdents64, SYS_lseek,
	    SYS_fchown, SYS_fchmod};
	static const int in_dir[] = {SYS_openat, SYS_unlinkat,
#ifdef SYS_renameat
	    SYS_renameat,
#endif
	    SYS_renameat2};

	for (size_t i = 0; i < sizeof open_files / sizeof *open_files; i++)
		allow(f, open_files[i]);
	allow_if(f, SYS_fcntl, 1, UINT32_MAX, F_GETFL);
	allow_if(f, SYS_fcntl, 1, UINT32_MAX, F_SETFD);
	if (dir < 0)
		return;
	for (size_t i = 0; i < sizeof in_dir / sizeof *in_dir; i++)
		allow_if(f, in_dir[i], 0, UINT32_MAX, (uint32_t)dir);
	allow_if(f, SYS_symlinkat, 1, UINT32_MAX, (uint32_t)dir);
}

static int
by_number(const void *a, const void *b)
{
	return ((const struct rule *)a)->number -
	    ((const struct rule *)b)->number;
}

static void
emit(struct filter *f, uint16_t code, uint8_t jt, uint8_t jf, uint32_t k)
{
	struct bpf_insn insn = {code, jt, jf, k};

	if (f->len < FILTER_MAX)
		f->insns[f->len++] = insn;
}

/* The number fits: what the arguments must be.  last: no other rule has it. */
static void
emit_arguments(struct filter *f, const struct rule *r, bool last)
{
	bool both = r->arg2 >= 0;
	uint8_t other = both ? 2 : 0; /* on to the next rule */

	if (last)
		other = TO_DENY;
	emit(f, BPF_LOAD, 0, 0, (uint32_t)CALL_ARG(r->arg));
	if (r->mask != UINT32_MAX)
		emit(f, BPF_AND_K, 0, 0, r->mask);
	emit(f, BPF_JUMP_EQ, both ? 0 : TO_ALLOW, other, r->value);
	if (!both)
		return;
	emit(f, BPF_LOAD, 0, 0, (uint32_t)CALL_ARG(r->arg2));
	emit(f, BPF_JUMP_EQ, TO_ALLOW, last ? TO_DENY : 0, r->value2);
}

/* All rules [from, to) are for one number; more: other numbers stand behind. */
static void
emit_number(struct filter *f, size_t from, size_t to, bool more)
{
	const struct rule *r = f->rules;
	size_t jump = f->len;
	bool any = r[from].arg < 0; /* whatever its arguments are */

	emit(f, BPF_JUMP_EQ, any ? TO_ALLOW : 0, more ? 0 : TO_DENY,
	    (uint32_t)r[from].number);
	for (size_t i = from; i < to && !any; i++)
		emit_arguments(f, &r[i], i == to - 1);
	if (more && f->len < FILTER_MAX)
		f->insns[jump].jf = (uint8_t)(f->len - jump - 1);
}

/*
 * Rules [from, to) as a search tree.  The kernel tries a filter on every number
 * there is when it is set, so a chain of comparisons would cost half a
 * millisecond a session.
 */
static void
emit_tree(struct filter *f, size_t from, size_t to)
{
	const struct rule *r = f->rules;
	size_t mid = from + (to - from) / 2, jump;

	while (mid > from && r[mid].number == r[mid - 1].number)
		mid--;
	if (mid == from) {
		while (mid < to && r[mid].number == r[from].number)
			mid++;
		emit_number(f, from, mid, mid < to);
		if (mid < to)
			emit_tree(f, mid, to);
		return;
	}
	jump = f->len;
	emit(f, BPF_JUMP_GE, 0, 0, (uint32_t)r[mid].number);
	emit_tree(f, from, mid);
	if (f->len < FILTER_MAX)
		f->insns[jump].jt = (uint8_t)(f->len - jump - 1);
	emit_tree(f, mid, to);
}

/* The verdicts, and the way to them.  False when all that is too long. */
static bool
emit_verdicts(struct filter *f)
{
	size_t deny = f->len, allow = deny + 1;

	emit(f, BPF_RETURN, 0, 0, CALL_ERRNO | EPERM);
	emit(f, BPF_RETURN, 0, 0, CALL_ALLOW);
	if (f->len >= FILTER_MAX)
		return false;
	for (size_t i = 0; i < deny; i++) {
		struct bpf_insn *in = &f->insns[i];
		const size_t way[] = {deny - i - 1, allow - i - 1};

		if (in->jt >= TO_DENY)
			in->jt = (uint8_t)way[in->jt == TO_ALLOW];
		if (in->jf >= TO_DENY)
			in->jf = (uint8_t)way[in->jf == TO_ALLOW];
	}
	return true;
}

/* Returns whether there is a filter now. */
static bool
filter_calls(const struct sandbox *s, int dir)
{
	struct filter f;
	struct bpf_program program = {.insns = f.insns};

	f.nrules = f.len = 0;
	allow_relaying(&f);
	allow_recording(&f, dir);
	if (s->daemon > 0)
		allow_if(&f, SYS_kill, 0, UINT32_MAX, (uint32_t)s->daemon);
	qsort(f.rules, f.nrules, sizeof *f.rules, by_number);
	emit(&f, BPF_LOAD, 0, 0, CALL_ARCH);
	emit(&f, BPF_JUMP_EQ, 0, TO_DENY, OUR_ARCH);
	emit(&f, BPF_LOAD, 0, 0, CALL_NUMBER);
	emit(&f, BPF_JUMP_GE, TO_DENY, 0, X32_BIT);
	emit_tree(&f, 0, f.nrules);
	if (!emit_verdicts(&f))
		return false;
	program.len = (uint16_t)f.len;
	return prctl(PR_SET_SECCOMP, SECCOMP_FILTER, &program, 0, 0) == 0;
}

#else /* a machine whose system calls we have not listed */

static bool
filter_calls(const struct sandbox *s, int dir)
{
	(void)s;
	(void)dir;
	return false;
}

#endif

void
sandbox_enter(const struct sandbox *s)
{
	int dir = s->dir;

	if (!become(s->config)) {
		msg_error("cannot become %s: %s; not recording",
		    s->config->user, strerror(errno));
		record_abandon();
		dir = -1;
	}
	/* A core of ours would hold secrets. */
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0) {
		if (!confine_files(dir))
			dir = -1;
		if (filter_calls(s, dir))
			return;
	}
	if (s->config->user != NULL)
		set_capabilities(0);
}

#else

/* C wants something in every file. */
typedef int sandbox_is_elsewhere;

#endif
