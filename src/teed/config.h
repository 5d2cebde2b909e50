/*
 * config.h - what the command line asks for
 */
#ifndef TEED_CONFIG_H
#define TEED_CONFIG_H

#include "pair.h"

#include "../protocol/protocol.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define CONFIG_CLIENTS 64
#define CONFIG_LISTEN 16
#define CONFIG_ALL UINT64_MAX

enum err_mode { ERR_CLIENT, ERR_LOG, ERR_BOTH };

struct config_host {
	char host[256]; /* "" where only a port was given */
	char port[32];
};

/* What a choice between words sets is unsigned: the first word is 0. */
struct config {
	const char *dir;
	const char *name; /* NULL: to be chosen */
	const struct protocol *protocol; /* NULL: the automatic choice */
	unsigned show; /* secrets are recorded */
	uint64_t keep, total;
	uint64_t segment; /* 0: 64M, or what `total` allows */
	uint64_t content; /* lines of each message; or CONFIG_ALL */
	unsigned opaque_full;
	enum err_mode err;
	enum pair_kind pair;
	const char *user; /* NULL: stay who we are */
	uid_t uid; /* of user, or our own */
	gid_t gid; /* of user */
	unsigned fail_closed, when_failed;
	bool exact, env, syslog, args;
	const char *switch_file;
	uint64_t proxy_header; /* 0: none, or the version */
	uint64_t max;
	char *argv0; /* NULL: as written */
	char **program; /* and its arguments; NULL with upstream */
	bool has_upstream;
	unsigned nclients, nlisten;
	struct network *clients; /* elsewhere: few pages are touched */
	struct config_host *listen;
	struct config_host upstream;
};

/*
 * Read TEED_OPTIONS and the command line, once in a process.  Returns 0; or -1
 * when the words are wrong, which has been told to the operator; or 1 when help
 * or the version was asked for and given.  What c points to lives as long as
 * argv.
 */
int config_read(struct config *c, int argc, char **argv);

/* The name of the service, and the protocol it is taken for. */
void config_choose(const struct config *c, const struct peer *peer,
    char *service, size_t size, const struct protocol **protocol);

#endif
