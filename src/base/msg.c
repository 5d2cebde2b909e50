/* msg.c - words for the operator, never for the conversation */
#include "msg.h"
#include "str.h"

#include <errno.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <syslog.h>
#include <unistd.h>

static const char *progname = "teed";
static bool stderr_may_be_ours = true;

void
msg_init(const char *name)
{
	progname = name;
}

void
msg_only_syslog(void)
{
	stderr_may_be_ours = false;
}

/* Standard error may be closed, or be the client: then syslog it is. */
static bool
stderr_is_ours(void)
{
	struct stat st;

	return stderr_may_be_ours && fstat(STDERR_FILENO, &st) == 0 &&
	    !S_ISSOCK(st.st_mode);
}

static void say(int priority, const char *fmt, va_list ap)
    __attribute__((format(printf, 2, 0)));

static void
say(int priority, const char *fmt, va_list ap)
{
	char line[1024];
	struct str s;
	int saved = errno;

	str_init(&s, line, sizeof line - 1);
	if (stderr_is_ours()) {
		str_fmt(&s, "%s: ", progname);
		str_vfmt(&s, fmt, ap);
		line[s.len] = '\n';
		if (write(STDERR_FILENO, line, s.len + 1) < 0)
			errno = saved; /* nobody left to tell */
	} else {
		str_vfmt(&s, fmt, ap);
		openlog(progname, LOG_PID, LOG_MAIL);
		syslog(priority, "%s", line);
	}
	errno = saved;
}

void
msg_error(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(LOG_ERR, fmt, ap);
	va_end(ap);
}

void
msg_info(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(LOG_INFO, fmt, ap);
	va_end(ap);
}
