/* sandbox_openbsd.c - the recorder gives up what it does not need any more */
#ifdef __OpenBSD__

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

	if (c->user != NULL &&
	    (setgroups(1, &c->gid) < 0 ||
		setresgid(c->gid, c->gid, c->gid) < 0 ||
		setresuid(c->uid, c->uid, c->uid) < 0)) {
		msg_error("cannot become %s: %s; not recording", c->user,
		    strerror(errno));
		record_abandon();
	}
	unveil(c->dir, "rwc");
	/* proc: signals are passed on to the daemon, and it is waited for */
	pledge("stdio rpath wpath cpath flock inet proc", NULL);
}

#else

/* C wants something in every file. */
typedef int sandbox_is_elsewhere;

#endif
