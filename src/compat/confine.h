/*
 * confine.h - the kernel's structures for seccomp, Landlock and capabilities
 *
 * As in netlink.h: they stand here because <linux/...> is not there for every
 * libc (seccomp(2), landlock(7), capset(2)).
 */
#ifndef TEED_CONFINE_H
#define TEED_CONFINE_H

#include <stdint.h>

/* Classic BPF, as seccomp runs it. */
struct bpf_insn {
	uint16_t code;
	uint8_t jt, jf; /* how many instructions to skip */
	uint32_t k;
};

struct bpf_program {
	uint16_t len;
	struct bpf_insn *insns;
};

#define BPF_LOAD 0x20 /* A = the word at k of what is judged */
#define BPF_AND_K 0x54 /* A &= k */
#define BPF_JUMP_EQ 0x15
#define BPF_JUMP_GE 0x35
#define BPF_RETURN 0x06

/* Where the parts of a system call are (struct seccomp_data). */
#define CALL_NUMBER 0
#define CALL_ARCH 4
#define CALL_ARG(n) (16 + 8 * (n)) /* its lower half; little endian */

#define CALL_ALLOW 0x7fff0000u
#define CALL_ERRNO 0x00050000u /* and the errno */

#define SECCOMP_FILTER 2 /* for prctl(PR_SET_SECCOMP) */

#define ARCH_X86_64 0xc000003eu
#define ARCH_AARCH64 0xc00000b7u
#define X32_BIT 0x40000000u /* another ABI under the same arch */

/* Landlock's system calls have one number everywhere. */
#define CALL_LANDLOCK_CREATE 444
#define CALL_LANDLOCK_ADD 445
#define CALL_LANDLOCK_RESTRICT 446

struct landlock_rules { /* struct landlock_ruleset_attr, ABI 1 */
	uint64_t handled_fs;
};

struct landlock_path { /* struct landlock_path_beneath_attr */
	uint64_t allowed;
	int32_t parent;
} __attribute__((packed));

#define LANDLOCK_PATH 1 /* LANDLOCK_RULE_PATH_BENEATH */
#define LANDLOCK_ALL 0x1fff /* every access of ABI 1 */
#define LANDLOCK_WRITE_FILE 0x0002
#define LANDLOCK_READ_FILE 0x0004
#define LANDLOCK_READ_DIR 0x0008
#define LANDLOCK_REMOVE_FILE 0x0020
#define LANDLOCK_MAKE_REG 0x0100
#define LANDLOCK_MAKE_SYM 0x1000

/* capset(2) */
#define CAPABILITY_VERSION 0x20080522u /* 3: two words of each set */
#define CAPABILITY_KILL (1u << 5)

struct capability_header {
	uint32_t version;
	int pid; /* 0: ourselves */
};

struct capability_data {
	uint32_t effective, permitted, inheritable;
};

#endif
