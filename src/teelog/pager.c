/* pager.c - show in pages what is longer than the screen */
#include "mem.h"
#include "term.h"

#include "../base/fd.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

struct pager {
	struct out *out;
	const char *command;
	pid_t pid; /* -1 while there is none */
	struct sigaction interrupt, pipe; /* as they were */
};

/* What is printed without the colours in it, moved down in place. */
static size_t
without_colours(char *p, size_t n)
{
	char *to = p, *end = p + n, *from = p;

	while (from < end) {
		char *m = from[0] == '\033' ?
		    memchr(from, 'm', (size_t)(end - from)) :
		    NULL;

		if (m != NULL)
			from = m + 1;
		else
			*to++ = *from++;
	}
	return (size_t)(to - p);
}

/* Lines that the text takes on the screen, as far as that matters. */
static int
screen_lines(const struct out *o, int columns, int enough)
{
	size_t n = (size_t)(o->at - o->buf), left, k;
	char *copy = mem_copy(o->buf, n), *p = copy;
	int lines = 0;

	left = without_colours(copy, n);
	for (; left > 0 && lines < enough; p += k, left -= k) {
		const char *lf = memchr(p, '\n', left);

		k = lf != NULL ? (size_t)(lf - p) : left;
		lines += k > 0 ?
		    (int)((term_width(p, k) - 1) / (size_t)columns) + 1 :
		    1;
		k += lf != NULL;
	}
	free(copy);
	return lines;
}

/*
 * What cannot be run has read nothing: cat shows it all instead.  The shell must
 * outlive a Ctrl-C that is the pager's.
 */
static void
run(const char *command, int fd)
{
	char *script =
	    mem_text("trap : INT\n%s\n[ $? -ne 127 ] || exec cat", command);

	if (dup2(fd, STDIN_FILENO) < 0)
		_exit(127);
	close(fd);
	/* Colours pass, a screenful is left alone; unless the user says else. */
	setenv("LESS", "FRX", 0);
	setenv("LV", "-c", 0);
	execl("/bin/sh", "sh", "-c", script, (char *)NULL);
	_exit(127);
}

/*
 * The pager gets the terminal's Ctrl-C, and may go away before it has read
 * everything; neither must end us before it has.
 */
static void
start(struct pager *p)
{
	struct sigaction ignore = {.sa_handler = SIG_IGN};
	int ends[2];

	if (pipe(ends) < 0)
		return;
	p->pid = fork();
	if (p->pid == 0) {
		close(ends[1]);
		run(p->command, ends[0]);
	}
	close(ends[0]);
	if (p->pid < 0) {
		close(ends[1]);
		return;
	}
	sigaction(SIGINT, &ignore, &p->interrupt);
	sigaction(SIGPIPE, &ignore, &p->pipe);
	p->out->fd = ends[1];
}

/* Something is to be written: now it must be known. */
static void
decide(struct out *o, void *arg)
{
	struct pager *p = arg;
	int lines = term_lines();

	o->before_first = NULL;
	if (screen_lines(o, term_columns(), lines) >= lines)
		start(p);
}

struct pager *
pager_open(struct out *o)
{
	const char *command = getenv("PAGER");
	struct pager *p;

	if (command == NULL)
		command = "less";
	if (!isatty(o->fd) || command[0] == '\0' || strcmp(command, "cat") == 0)
		return NULL;
	p = mem_alloc(sizeof *p);
	p->out = o;
	p->command = command;
	p->pid = -1;
	o->before_first = decide;
	o->before_arg = p;
	return p;
}

void
pager_close(struct pager **pp)
{
	struct pager *p = *pp;
	int status;

	if (p == NULL)
		return;
	out_flush(p->out);
	if (p->pid > 0) {
		fd_close(&p->out->fd);
		while (waitpid(p->pid, &status, 0) < 0 && errno == EINTR)
			continue;
		sigaction(SIGINT, &p->interrupt, NULL);
		sigaction(SIGPIPE, &p->pipe, NULL);
		p->out->fd = STDOUT_FILENO;
	}
	p->out->before_first = NULL;
	free(p);
	*pp = NULL;
}
