/* report.c - a few lines to syslog about each session, as ipop3d writes them */
#include "report.h"

#include "../base/str.h"

#include <inttypes.h>
#include <syslog.h>
#include <time.h>

static bool on;
static char host[80];

/* ipop3d's word for nobody. */
static const char *
user_of(const struct summary *sum)
{
	return sum->user[0] != '\0' ? sum->user : "???";
}

void
report_begin(const char *service, const char *client_addr)
{
	struct str s;
	time_t t = 0;
	struct tm tm;

	on = true;
	str_init(&s, host, sizeof host);
	str_text(&s, client_addr[0] != '\0' ? client_addr : "-");
	/* Everything that needs a file is done before the sandbox. */
	localtime_r(&t, &tm);
	openlog("teed", LOG_PID | LOG_NDELAY, LOG_MAIL);
	syslog(LOG_INFO, "%s service init from %s", service, host);
}

void
report_login(const struct summary *sum, bool ok)
{
	if (!on)
		return;
	if (!ok)
		syslog(LOG_INFO, "Login failure user=%s host=[%s]",
		    user_of(sum), host);
	else if (sum->mailbox_known)
		syslog(LOG_INFO, "Login user=%s host=[%s] nmsgs=%u/%u",
		    user_of(sum), host, sum->mailbox, sum->mailbox);
	else
		syslog(LOG_INFO, "Login user=%s host=[%s]", user_of(sum), host);
}

void
report_end(const struct summary *sum, uint64_t client_bytes,
    uint64_t daemon_bytes, uint64_t time_us, const char *id)
{
	if (!on)
		return;
	syslog(LOG_INFO,
	    "Logout user=%s host=[%s] nmsgs=%u ndele=%u bytes=%" PRIu64
	    "/%" PRIu64 " time=%" PRIu64 ".%" PRIu64 " file=%s",
	    user_of(sum), host,
	    sum->mailbox_known ? sum->mailbox : sum->messages, sum->deleted,
	    daemon_bytes, client_bytes, time_us / 1000000,
	    time_us / 100000 % 10, id);
}
