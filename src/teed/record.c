/* record.c - one recorded session: tracker, encoder and store put together */
#include "record.h"
#include "judgement.h"
#include "report.h"

#include "../base/clock.h"
#include "../transcript/head.h"
#include "../transcript/store.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define HEAD 8192
#define DEFAULT_SEGMENT ((uint64_t)64 << 20)

/*
 * What is written to in any session lies together, in as few pages as it takes:
 * the tracker's large parts are in front, those of the encoder behind.
 */
static struct {
	struct track track;
	bool open;
	const struct config *config;
	pid_t pid; /* the recorder's, which names the record */
	uint64_t heard_us; /* when the daemon was heard last */
	bool ticked; /* what it left incomplete has been given out */
	enum dir last; /* who spoke last */
	bool ended[2]; /* both directions came to their end */
	bool broken; /* a connection broke */
	bool exited;
	int status;
	struct judgement judgement;
	struct store store;
	struct encode encode;
} rec;

/* The first line, without its end, for each segment. */
static char head[HEAD];
static size_t head_len;

static uint64_t
now(void)
{
	return clock_us() - rec.judgement.start_us;
}

/* ---- the relay's sink ------------------------------------------------- */

/* The other side speaks: what this one left incomplete is given out. */
static void
interrupt(enum dir d)
{
	if (d != DIR_E)
		track_break(&rec.track, d);
	else
		track_aside_break(&rec.track, false);
	encode_break(&rec.encode, d);
}

static void
data(void *arg, enum dir d, const unsigned char *p, size_t n)
{
	uint64_t t;

	(void)arg;
	if (!rec.open)
		return;
	t = rec.judgement.read_us = now();
	rec.judgement.reading = true;
	if (rec.last != d && rec.last != DIR_NONE)
		interrupt(rec.last);
	rec.last = d;
	if (d == DIR_R) {
		rec.heard_us = t;
		rec.ticked = false;
	}
	encode_read(&rec.encode, d, t);
	if (d == DIR_E)
		track_aside(&rec.track, p, n);
	else
		track_bytes(&rec.track, d, p, n);
	if (rec.config->exact && d == DIR_E)
		interrupt(d);
	else if (rec.config->exact)
		track_cut(&rec.track, d, t);
	rec.judgement.reading = false;
}

static void
ended(void *arg, enum dir d, int error)
{
	const char *who = d == DIR_S ? "client" : "daemon";

	(void)arg;
	if (!rec.open)
		return;
	if (d == DIR_E) {
		track_aside_break(&rec.track, true);
		return;
	}
	track_close(&rec.track, d);
	encode_break(&rec.encode, d);
	judgement_end_elision(&rec.judgement, d);
	if (error == 0)
		encode_event(&rec.encode, now(), "close %s", who);
	else
		encode_event(
		    &rec.encode, now(), "reset %s %s", who, strerror(error));
	rec.ended[d] = true;
	rec.broken |= error != 0;
}

/* A signal's name without SIG, as kill(1) has it. */
static void
signal_name(int sig, char *out, size_t size)
{
	static const struct {
		int sig;
		char name[8];
	} names[] = {{SIGHUP, "HUP"}, {SIGINT, "INT"}, {SIGQUIT, "QUIT"},
	    {SIGILL, "ILL"}, {SIGTRAP, "TRAP"}, {SIGABRT, "ABRT"},
	    {SIGBUS, "BUS"}, {SIGFPE, "FPE"}, {SIGKILL, "KILL"},
	    {SIGUSR1, "USR1"}, {SIGSEGV, "SEGV"}, {SIGUSR2, "USR2"},
	    {SIGPIPE, "PIPE"}, {SIGALRM, "ALRM"}, {SIGTERM, "TERM"},
	    {SIGXCPU, "XCPU"}, {SIGXFSZ, "XFSZ"}, {SIGVTALRM, "VTALRM"},
	    {SIGPROF, "PROF"}, {SIGSYS, "SYS"}};

	snprintf(out, size, "%d", sig);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (names[i].sig == sig)
			snprintf(out, size, "%s", names[i].name);
}

static void
exited(void *arg, int status)
{
	char name[16];

	(void)arg;
	rec.exited = true;
	rec.status = status;
	if (!rec.open)
		return;
	if (WIFSIGNALED(status)) {
		signal_name(WTERMSIG(status), name, sizeof name);
		encode_event(&rec.encode, now(), "exit signal=%s", name);
	} else {
		encode_event(
		    &rec.encode, now(), "exit %d", WEXITSTATUS(status));
	}
}

static void
flush(void *arg)
{
	(void)arg;
	if (rec.open)
		encode_flush(&rec.encode);
}

static int
timeout(void *arg)
{
	uint64_t since;

	(void)arg;
	if (!rec.open || rec.ticked ||
	    (!track_holds(&rec.track, DIR_R) &&
		!encode_holds(&rec.encode, DIR_R)))
		return -1;
	since = now() - rec.heard_us;
	if (since >= FORMAT_PARTIAL_US)
		return 0;
	return (int)((FORMAT_PARTIAL_US - since + 999) / 1000);
}

static void
tick(void *arg)
{
	(void)arg;
	if (!rec.open || rec.ticked || now() - rec.heard_us < FORMAT_PARTIAL_US)
		return;
	rec.ticked = true;
	interrupt(DIR_R);
}

static void
rest(void *arg)
{
	flush(arg); /* tick() may have given something out */
	encode_rest(&rec.encode);
}

const struct relay_sink *
record_sink(void)
{
	static const struct relay_sink sink = {
	    .data = data,
	    .ended = ended,
	    .exited = exited,
	    .flush = flush,
	    .timeout = timeout,
	    .tick = tick,
	    .rest = rest,
	};

	return &sink;
}

/* ---- begin and end ---------------------------------------------------- */

/* The first line but for its end; a segment adds its number. */
static void
make_head(const struct record_start *start, int64_t date)
{
	const struct peer *peer = start->peer;
	const struct config *c = start->config;
	bool raw = strcmp(start->protocol->name, "raw") == 0;
	char addr[PEER_ADDR + PEER_PORT + 4], host[256] = "";
	struct str s, a;

	str_init(&s, head, sizeof head);
	head_begin(&s);
	head_word(&s, "id", rec.store.id);
	head_word(&s, "service", start->service);
	head_word(&s, "protocol", start->protocol->name);
	head_date(&s, "start", date);
	str_init(&a, addr, sizeof addr);
	peer_text(&a, peer->client_addr, peer->client_port);
	head_word(&s, "client", addr);
	str_init(&a, addr, sizeof addr);
	peer_text(&a, peer->server_addr, peer->server_port);
	head_word(&s, "server", addr);
	if (gethostname(host, sizeof host - 1) == 0)
		head_word(&s, "host", host);
	head_number(&s, "pid", (uint64_t)rec.pid);
	head_word(&s, "pair", start->pair);
	head_word(&s, "secrets", c->show || raw ? "show" : "mask");
	if (c->content != CONFIG_ALL)
		head_number(&s, "content", c->content);
	head_word(&s, "opaque", c->opaque_full ? "full" : NULL);
	head_word(&s, "exact", c->exact ? "yes" : NULL);
	head_word(&s, "upstream", start->upstream);
	head_text(&s, "command", start->command);
	head_len = s.len;
}

static bool
write_out(void *arg, const char *p, size_t n)
{
	(void)arg;
	return store_write(&rec.store, p, n);
}

/* How many bytes a segment takes behind its first line. */
static uint64_t
segment_room(size_t first_len)
{
	const struct config *c = rec.config;
	uint64_t size = c->segment;

	if (size == 0) {
		/* A session alone should not take all that there may be. */
		size = DEFAULT_SEGMENT;
		if (size > c->total / 4)
			size = c->total / 4;
	}
	return size > first_len ? size - first_len : 1;
}

static uint64_t
roll(void *arg, unsigned n, const char *last, size_t last_len)
{
	char line[HEAD + 32];
	size_t len;

	(void)arg;
	memcpy(line, head, head_len);
	len = head_len + (size_t)sprintf(line + head_len, " segment=%u\n", n);
	if (!store_roll(&rec.store, n, line, len, last, last_len))
		return 0;
	return segment_room(len);
}

int
record_open(const struct record_start *start, struct str *why)
{
	const struct encode_out out = {write_out, roll, NULL};
	const struct config *c = start->config;
	enum track_mode mode = c->show ? TRACK_SHOW : TRACK_MASK;
	struct track_out judged;
	int64_t date = clock_date_us();

	rec.config = c;
	rec.judgement.config = c;
	rec.judgement.encode = &rec.encode;
	rec.judgement.track = &rec.track;
	rec.judgement.start_us = clock_us();
	rec.last = DIR_NONE;
	rec.pid = start->pid;
	if (store_open(&rec.store, c->dir, c->uid, c->user != NULL, why) < 0)
		return -1;
	if (store_create(&rec.store, start->service, date, rec.pid, c->keep,
		c->total, why) < 0) {
		store_close(&rec.store);
		return -1;
	}
	make_head(start, date);
	head[head_len] = '\n';
	if (!store_write(&rec.store, head, head_len + 1)) {
		str_fmt(why, "%s/%s: cannot write: %s", c->dir, rec.store.file,
		    strerror(errno));
		store_finish(&rec.store, false);
		store_close(&rec.store);
		return -1;
	}
	encode_init(&rec.encode, &out, segment_room(head_len + 1));
	judged = judgement_out(&rec.judgement);
	track_open_zeroed(
	    &rec.track, start->protocol, start->sure, mode, &judged);
	rec.open = true;
	if (strcmp(start->protocol->name, "raw") == 0)
		encode_event(&rec.encode, 0, "note protocol raw masks nothing");
	return 0;
}

bool
record_is_open(void)
{
	return rec.open;
}

const char *
record_id(void)
{
	return rec.store.id;
}

char *
record_file(void)
{
	char *path;

	if (asprintf(&path, "%s/%s", rec.config->dir, rec.store.file) < 0)
		return NULL;
	return path;
}

int
record_dir(void)
{
	return rec.open ? rec.store.dir : -1;
}

void
record_event(const char *fmt, ...)
{
	char text[1024];
	struct str s;
	va_list ap;

	if (!rec.open)
		return;
	str_init(&s, text, sizeof text);
	va_start(ap, fmt);
	str_vfmt(&s, fmt, ap);
	va_end(ap);
	encode_event(&rec.encode, now(), "%s", text);
}

/* Whether nothing went wrong, as far as a recorder can see. */
static bool
went_well(const struct summary *sum)
{
	return sum->refused == 0 && !rec.broken && rec.ended[DIR_R] &&
	    (!rec.exited || rec.status == 0);
}

/* What the tracker knows, for the last line. */
static void
add_words(struct str *s, const struct summary *sum)
{
	static const char logins[][7] = {"none", "ok", "failed"};
	const char *name = track_protocol(&rec.track)->name;

	if (sum->user[0] != '\0')
		head_word(s, "user", sum->user);
	if (strcmp(name, "raw") == 0 ||
	    (sum->commands == 0 && sum->login == LOGIN_NONE))
		return;
	head_word(s, "login", logins[sum->login]);
	head_number(s, "messages", sum->messages);
	head_number(s, "commands", sum->commands);
	head_number(s, "refused", sum->refused);
}

static void
finish(void)
{
	const struct summary *sum = track_summary(&rec.track);
	char words[1024];
	struct str s;

	track_aside_break(&rec.track, true);
	track_close(&rec.track, DIR_S);
	track_close(&rec.track, DIR_R);
	track_forget(&rec.track);
	for (enum dir d = DIR_S; d < DIR_NONE; d++)
		encode_break(&rec.encode, d);
	judgement_end(&rec.judgement);
	str_init(&s, words, sizeof words);
	add_words(&s, sum);
	/* head_word() puts a blank before each; the encoder has its own */
	encode_end(&rec.encode, now(), words + (s.len > 0));
}

void
record_close(void)
{
	const struct summary *sum = track_summary(&rec.track);

	if (!rec.open)
		return;
	finish();
	report_end(sum, rec.encode.side[DIR_S].counted,
	    rec.encode.side[DIR_R].counted, now(), rec.store.id);
	store_finish(&rec.store, !rec.config->when_failed || !went_well(sum));
	rec.open = false;
}

void
record_abandon(void)
{
	if (rec.open) {
		store_finish(&rec.store, false);
		store_close(&rec.store);
	}
	rec.open = false;
}
