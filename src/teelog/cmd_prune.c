/* cmd_prune.c - delete the oldest sessions, as teed does when one begins */
#include "catalog.h"
#include "command.h"
#include "tell.h"

#include "../base/num.h"
#include "../base/str.h"
#include "../transcript/store.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

extern const struct command cmd_prune;

/* As teed's own --keep and --total; 0 of either is all. */
#define KEEP 100
#define TOTAL ((uint64_t)1024 * 1024 * 1024)

struct pruning {
	struct teelog *t;
	uint64_t keep, total;
	bool dry_run;
};

static void
on_deleted(void *arg, const char *file)
{
	struct pruning *p = arg;

	out_fmt(&p->t->out, "%s\n", file);
}

static int
prune_service(struct pruning *p, struct store *dir, const char *service)
{
	struct rotate *r = &dir->rotate;
	int status = EX_OK;

	r->dir = dir->dir;
	r->service = service;
	r->keep = p->keep;
	r->total = p->total > 0 ? p->total : UINT64_MAX;
	r->dry_run = p->dry_run;
	r->deleted = on_deleted;
	r->arg = p;
	rotate_open(r);
	if (rotate_lock(r, NULL)) {
		rotate_prune(r);
		rotate_unlock(r);
	} else {
		tell_error(
		    "%s: its index is busy or can't be written", service);
		status = EX_TEMPFAIL;
	}
	rotate_close(r);
	return status;
}

static int
by_service(const void *va, const void *vb)
{
	const struct catalog_entry *a = va, *b = vb;

	return strcmp(a->service, b->service);
}

/* All services, or those that were named. */
static int
prune_all(struct pruning *p, struct store *dir, int n, char **services)
{
	int status = EX_OK, one;
	struct catalog c;

	for (int i = 0; i < n; i++) {
		one = prune_service(p, dir, services[i]);
		status = status != EX_OK ? status : one;
	}
	if (n > 0 || !catalog_read(&c, p->t->dir, NULL))
		return status;
	if (c.n > 0)
		qsort(c.entries, c.n, sizeof *c.entries, by_service);
	for (size_t i = 0; i < c.n; i++) {
		const char *service = c.entries[i].service;

		if (i > 0 && strcmp(service, c.entries[i - 1].service) == 0)
			continue;
		one = prune_service(p, dir, service);
		status = status != EX_OK ? status : one;
	}
	catalog_free(&c);
	return status;
}

static int
prune(struct pruning *p, int n, char **services)
{
	struct store dir;
	struct stat st;
	char text[512];
	struct str why;
	int status;

	/* The directory's owner is whose sessions they are. */
	if (stat(p->t->dir, &st) < 0) {
		tell_error("%s: %s", p->t->dir, strerror(errno));
		return EX_NOINPUT;
	}
	str_init(&why, text, sizeof text);
	if (store_open(
		&dir, p->t->dir, st.st_uid, st.st_uid != geteuid(), &why) < 0) {
		tell_error("%s", text);
		return EX_NOPERM;
	}
	status = prune_all(p, &dir, n, services);
	store_close(&dir);
	return status;
}

static void
set_number(const char *option, const char *wrong)
{
	if (wrong != NULL)
		command_usage(
		    &cmd_prune, "--%s: '%s' %s", option, optarg, wrong);
}

static int
run(struct teelog *t, int argc, char **argv)
{
	static const struct option options[] = {
	    {"keep", required_argument, NULL, 'k'},
	    {"total", required_argument, NULL, 't'},
	    {"dry-run", no_argument, NULL, 'n'},
	    {"help", no_argument, NULL, 'h'}, {NULL, 0, NULL, 0}};
	struct pruning p = {.t = t, .keep = KEEP, .total = TOTAL};
	int c;

	while ((c = getopt_long(argc, argv, "k:t:n", options, NULL)) != -1)
		if (c == 'k')
			set_number(
			    "keep", num_parse(optarg, 0, UINT32_MAX, &p.keep));
		else if (c == 't')
			set_number(
			    "total", num_size(optarg, 0, UINT64_MAX, &p.total));
		else if (c == 'n')
			p.dry_run = true;
		else
			command_option(t, &cmd_prune, c);
	for (int i = optind; i < argc; i++)
		if (!name_is_service(argv[i]))
			command_usage(
			    &cmd_prune, "'%s' is no service's name", argv[i]);
	return prune(&p, argc - optind, argv + optind);
}

const struct command cmd_prune = {
    .name = "prune",
    .args = "[--keep N] [--total SIZE] [--dry-run] [service ...]",
    .about = "delete the oldest sessions",
    .run = run,
};
