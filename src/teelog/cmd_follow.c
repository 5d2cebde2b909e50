/*
 * cmd_follow.c - sessions as they happen
 *
 * Each session that is followed has its file open until it ends; a notice that a
 * file changed leads to it by its name.  Sessions that go on already are shown
 * from their last lines on, those that begin from their first.
 */
#include "catalog.h"
#include "command.h"
#include "header.h"
#include "mem.h"
#include "operand.h"
#include "print_option.h"
#include "tail.h"
#include "tell.h"
#include "transcript.h"
#include "watch.h"

#include "../base/num.h"
#include "../base/str.h"

#include <dirent.h>
#include <fcntl.h>
#include <search.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

extern const struct command cmd_follow;

/* How often to see whether a silent session's recorder is still there. */
#define ALIVE_S 1

/* How long one without a recorder may be silent. */
#define PATIENCE_US (60 * UINT64_C(1000000))

/* Without a notice from the system, how often to look. */
#define LOOK_MS 50

struct follow {
	struct teelog *t;
	struct print print; /* how, for each session */
	uint64_t last; /* events shown of what is there already */
	bool screen;
	const char **services; /* the sessions of these; none: of all */
	size_t nservices;
	bool forever; /* new sessions are followed, too */
	bool elsewhere; /* a file is not in the directory that is watched */
	struct tail *tails;
	void *known; /* ids that were seen, for tsearch(3) */
	bool look; /* at everything, for nobody told what changed */
	struct timespec mtime; /* of the directory when it was last read */
};

static volatile sig_atomic_t interrupted;

static void
on_interrupt(int sig)
{
	(void)sig;
	interrupted = 1;
}

/* ---- the directory ---------------------------------------------------- */

static int
by_text(const void *a, const void *b)
{
	return strcmp(a, b);
}

/* Remember a session; false if it was known. */
static bool
is_news(struct follow *f, const char *service, size_t n, const char *stamp)
{
	char *id = mem_text("%.*s-%s", (int)n, service, stamp);
	char **found = tsearch(id, &f->known, by_text);

	if (found != NULL && *found == id)
		return true;
	free(id);
	return false;
}

static void
free_known(struct follow *f)
{
	char *id;

	while (f->known != NULL) {
		id = *(char **)f->known;
		tdelete(id, &f->known, by_text);
		free(id);
	}
}

static bool
is_wanted(const struct follow *f, const char *service, size_t n)
{
	for (size_t i = 0; i < f->nservices; i++)
		if (strlen(f->services[i]) == n &&
		    memcmp(f->services[i], service, n) == 0)
			return true;
	return f->forever && f->nservices == 0;
}

static struct tail *
add_tail(struct follow *f, const char *path)
{
	struct tail *tl = tail_open(path, &f->print, f->screen);

	tl->next = f->tails;
	f->tails = tl;
	return tl;
}

/* A file was made or written to. */
static void
on_change(void *arg, const char *file)
{
	char stamp[NAME_STAMP], *path;
	struct follow *f = arg;
	struct tail *tl;
	unsigned segment;
	size_t n;

	if (file == NULL) {
		f->look = true;
		return;
	}
	for (tl = f->tails; tl != NULL; tl = tl->next)
		if (tail_has(tl, file)) {
			tl->changed = true;
			return;
		}
	n = name_service(file, stamp, &segment);
	if (n == 0 || segment > 1 || !is_wanted(f, file, n) ||
	    !is_news(f, file, n, stamp))
		return;
	path = mem_text("%s/%s", f->t->dir, file);
	add_tail(f, path);
	free(path);
}

/* Whether the directory may have got new names. */
static bool
has_new_names(struct follow *f)
{
	struct timespec now;
	struct stat st;

	if (!f->forever || stat(f->t->dir, &st) < 0)
		return false;
	clock_gettime(CLOCK_REALTIME, &now);
	/* A second change within one tick of its clock does not show. */
	if (st.st_mtim.tv_sec == f->mtime.tv_sec &&
	    st.st_mtim.tv_nsec == f->mtime.tv_nsec &&
	    now.tv_sec > st.st_mtim.tv_sec + 1)
		return false;
	f->mtime = st.st_mtim;
	return true;
}

static void
look_at_all(struct follow *f)
{
	struct dirent *de;
	DIR *d;

	f->look = false;
	for (struct tail *tl = f->tails; tl != NULL; tl = tl->next)
		tl->changed = true;
	if (!has_new_names(f) || (d = opendir(f->t->dir)) == NULL)
		return;
	while ((de = readdir(d)) != NULL)
		on_change(f, de->d_name);
	closedir(d);
}

/* Whether a session is being recorded now. */
static bool
is_in_progress(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	bool now = fd >= 0 && transcript_is_open(fd);

	if (fd >= 0)
		close(fd);
	return now;
}

/* What is in the directory already: known, and shown if it goes on. */
static void
find_present(struct follow *f)
{
	struct catalog c;

	if (!catalog_read(&c, f->t->dir, NULL))
		return; /* it may come */
	for (size_t i = 0; i < c.n; i++) {
		const struct catalog_entry *e = &c.entries[i];
		size_t n = strlen(e->service);
		char *first, *last;

		if (!is_wanted(f, e->service, n) ||
		    !is_news(f, e->service, n, e->stamp))
			continue;
		first = catalog_path(&c, e, e->first);
		last = catalog_path(&c, e, e->last);
		if (is_in_progress(last))
			tail_last(add_tail(f, first), f->last);
		free(first);
		free(last);
	}
	catalog_free(&c);
}

/* ---- what was asked for ----------------------------------------------- */

/* Whether it names something that is there; else it may be a service. */
static bool
is_session(const struct follow *f, const char *name)
{
	char *path, stamp[NAME_STAMP];
	unsigned segment;
	bool is;

	if (strpbrk(name, "@#") != NULL || access(name, F_OK) == 0 ||
	    !name_is_service(name))
		return true;
	path = mem_text("%s/%s.log", f->t->dir, name);
	/* SERVICE.log is a link to the newest, not a session's own file */
	is = access(path, F_OK) == 0 &&
	    name_service(str_base(path), stamp, &segment) > 0;
	free(path);
	return is;
}

/* By its first line, as far as that is there. */
static bool
is_transcript(const char *path)
{
	char start[HEADER_MAGIC];
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	ssize_t n = fd >= 0 ? read(fd, start, sizeof start) : -1;

	if (fd >= 0)
		close(fd);
	return n >= 0 && memcmp(start, FORMAT_MAGIC, (size_t)n) == 0;
}

static int
add_operand(struct follow *f, const char *name)
{
	const char *base;
	struct operand o;
	char *why;

	if (!is_session(f, name)) {
		f->services[f->nservices++] = name;
		f->forever = true;
		return EX_OK;
	}
	why = operand_find(f->t->dir, name, &o);
	if (why != NULL) {
		tell_error("%s", why);
		free(why);
		return EX_NOINPUT;
	}
	if (!is_transcript(o.path)) {
		tell_error(
		    "%s: only transcripts of teed can be followed", o.path);
		free(o.path);
		return EX_DATAERR;
	}
	base = str_base(o.path);
	if (strncmp(o.path, f->t->dir, strlen(f->t->dir)) != 0 ||
	    o.path + strlen(f->t->dir) + 1 != base)
		f->elsewhere = true;
	add_tail(f, o.path);
	free(o.path);
	return EX_OK;
}

static int
add_operands(struct follow *f, int n, char **operands)
{
	int status = EX_OK, one;

	for (int i = 0; i < n; i++) {
		one = add_operand(f, operands[i]);
		if (one != EX_OK)
			status = one;
	}
	if (n == 0)
		f->forever = true;
	return status;
}

/* ---- all of it -------------------------------------------------------- */

static void
print_changes(struct follow *f)
{
	for (struct tail *tl = f->tails; tl != NULL; tl = tl->next)
		if (tl->changed)
			tail_pump(tl);
	out_flush(&f->t->out);
}

/* Sessions that have ended are let go. */
static void
drop_ended(struct follow *f, bool look)
{
	struct tail **at = &f->tails, *tl;

	while ((tl = *at) != NULL) {
		if (tail_over(tl, look, f->forever ? PATIENCE_US : 0)) {
			*at = tl->next;
			tail_close(&tl);
		} else {
			at = &tl->next;
		}
	}
}

static void
follow(struct follow *f)
{
	struct watch *w = watch_open(f->t->dir);
	time_t looked = 0, now;

	if (f->forever)
		find_present(f);
	do {
		if (f->look || f->elsewhere)
			look_at_all(f);
		print_changes(f);
		now = time(NULL);
		drop_ended(f, now >= looked + ALIVE_S);
		if (now >= looked + ALIVE_S)
			looked = now;
		if (f->t->out.error != 0 || (f->tails == NULL && !f->forever))
			break;
	} while (watch_wait(w, f->elsewhere ? LOOK_MS : ALIVE_S * 1000,
		     on_change, f) &&
	    !interrupted);
	watch_close(&w);
}

/* Two descriptors a session: as many as there may be. */
static void
raise_limit(void)
{
	struct rlimit rl;

	if (getrlimit(RLIMIT_NOFILE, &rl) < 0 || rl.rlim_cur == rl.rlim_max)
		return;
	rl.rlim_cur = rl.rlim_max;
	setrlimit(RLIMIT_NOFILE, &rl);
}

static int
run(struct teelog *t, int argc, char **argv)
{
	static const struct option options[] = {PRINT_OPTIONS,
	    {"service", required_argument, NULL, 'S'},
	    {"last", required_argument, NULL, 'n'}, COMMAND_OPTIONS,
	    {NULL, 0, NULL, 0}};
	const struct sigaction on_int = {.sa_handler = on_interrupt};
	struct follow f = {.t = t, .print.style = style_nth(0), .last = 10};
	int c, status;

	f.services = mem_array(NULL, (size_t)argc, sizeof *f.services);
	while ((c = getopt_long(argc, argv, "n:", options, NULL)) != -1)
		if (c == 'S') {
			f.services[f.nservices++] = optarg;
			f.forever = true;
		} else if (c == 'n') {
			const char *wrong =
			    num_parse(optarg, 0, UINT64_MAX, &f.last);

			if (wrong != NULL)
				command_usage(&cmd_follow, "--last: '%s' %s",
				    optarg, wrong);
		} else if (!print_option(&f.print, &cmd_follow, c)) {
			command_option(t, &cmd_follow, c);
		}
	print_to(&f.print, &t->out);
	f.print.pretty = true;
	f.screen = isatty(STDOUT_FILENO);
	status = f.forever && optind == argc ?
	    EX_OK :
	    add_operands(&f, argc - optind, argv + optind);
	sigaction(SIGINT, &on_int, NULL);
	raise_limit();
	if (status == EX_OK)
		follow(&f);
	while (f.tails != NULL) {
		struct tail *next = f.tails->next;

		tail_close(&f.tails);
		f.tails = next;
	}
	free_known(&f);
	free(f.services);
	return status;
}

const struct command cmd_follow = {
    .name = "follow",
    .args = "[--service NAME] [--last N] [--style STYLE] [--decode]\n"
	    "\t[--times none|start|delta|clock] [--dir S|R|E] [--color WHEN]\n"
	    "\t[service | session ...]",
    .about = "print sessions as they happen",
    .run = run,
};
