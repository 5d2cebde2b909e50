/*
 * sandbox_none.c - the part of the sandbox that every system has: another user
 */
#if !defined(__linux__) && !defined(__OpenBSD__)

#include "sandbox.h"
#include "record.h"

#include "../base/msg.h"

#include <errno.h>
#include <grp.h>
#include <string.h>
#include <unistd.h>

void
sandbox_enter(const struct sandbox *s)
{
	const struct config *c = s->config;

	if (c->user == NULL)
		return;
	if (setgroups(1, &c->gid) < 0 || setgid(c->gid) < 0 ||
	    setuid(c->uid) < 0) {
		msg_error("cannot become %s: %s; not recording", c->user,
		    strerror(errno));
		record_abandon();
	}
}

#else

/* C wants something in every file. */
typedef int sandbox_is_elsewhere;

#endif
