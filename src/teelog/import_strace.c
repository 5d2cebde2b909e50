/*
 * import_strace.c - strace of a client, or of a server
 *
 *	[PID ][TIME ]sendto(FD, "..."[...], n, ...) = RET
 *	[PID ][TIME ]recvfrom(FD, "..."[...], n, ...) = RET
 *
 * and send, write, sendmsg, recv, read, recvmsg, and their kin with vectors.  A
 * connection is opened by connect(), of a server by accept(), or is what first
 * says a greeting.  RET is how many bytes there were: what is more than strace
 * shows was cut off.  Calls that were interrupted are put together.
 */
#include "quoted.h"
#include "reader.h"

#include "import.h"

#include <stdio.h>

/* So many are remembered at a time: connections, calls that are unfinished. */
#define CONNECTIONS 64
#define UNFINISHED 64

struct connection {
	uint64_t fd, pid; /* pid 0: any process's */
	unsigned number;
	bool server; /* it is the process that is traced */
	bool ignored; /* it is no conversation */
	bool ended[2];
};

struct unfinished {
	uint64_t pid;
	struct take text;
};

struct strace {
	struct reader rd;
	struct connection open[CONNECTIONS]; /* the last that was used first */
	size_t nopen;
	unsigned last;
	struct unfinished calls[UNFINISHED];
	size_t ncalls;
};

struct call {
	uint64_t pid, fd;
	struct take name, args; /* args without the fd */
	int64_t ret;
};

/* ---- lines -------------------------------------------------------------- */

/* `8276  02:12:17.756121 `, `[pid  8276] `, or neither. */
static uint64_t
take_front(struct record *r)
{
	struct take t = r->text, at;
	uint64_t pid = 0;

	if (take_text(&t, "[pid")) {
		take_blanks(&t);
		take_number(&t, 1, 10, &pid);
		take_text(&t, "]");
	} else {
		at = t;
		if (take_number(&at, 1, 10, &pid) && take_one(&at, " ", NULL))
			t = at;
		else
			pid = 0;
	}
	take_blanks(&t);
	if (stamp_clock(&t, &r->us))
		r->clock = CLOCK_OF_DAY;
	else if (stamp_epoch(&t, &r->us))
		r->clock = CLOCK_DATE;
	take_blanks(&t);
	r->text = t;
	return pid;
}

/* Keep `call(args <unfinished ...>` for what follows it. */
static bool
keep_unfinished(struct strace *st, uint64_t pid, struct take t)
{
	if (!take_ends(&t, "<unfinished ...>"))
		return false;
	t.end -= strlen("<unfinished ...>");
	if (st->ncalls == UNFINISHED) {
		memmove(&st->calls[0], &st->calls[1],
		    (UNFINISHED - 1) * sizeof *st->calls);
		st->ncalls--;
	}
	st->calls[st->ncalls++] = (struct unfinished){pid, t};
	return true;
}

/* `<... call resumed>rest`: *t becomes the whole. */
static bool
resume(struct strace *st, uint64_t pid, struct take *t)
{
	struct take rest = *t;
	size_t i = st->ncalls, head;
	char *text;

	if (!take_text(&rest, "<... ") || !take_until(&rest, "resumed>", NULL))
		return false;
	while (i > 0 && st->calls[i - 1].pid != pid)
		i--;
	if (i == 0)
		return false;
	head = take_left(&st->calls[i - 1].text);
	text = log_alloc(st->rd.log, head + take_left(&rest) + 1);
	memcpy(text, st->calls[i - 1].text.p, head);
	memcpy(text + head, rest.p, take_left(&rest));
	*t = take_from(text, head + take_left(&rest));
	memmove(&st->calls[i - 1], &st->calls[i],
	    (st->ncalls - i) * sizeof *st->calls);
	st->ncalls--;
	return true;
}

/* The number behind the last ` = `. */
static bool
read_result(struct take *t, int64_t *ret)
{
	const unsigned char *p = t->end;
	struct take at;
	uint64_t n;
	bool minus;

	while (p > t->p + 1 && (p[-1] != ' ' || p[-2] != '='))
		p--;
	if (p <= t->p + 1)
		return false;
	at = (struct take){p, t->end};
	minus = take_text(&at, "-");
	if (!take_number(&at, 1, 15, &n))
		return false;
	*ret = minus ? -(int64_t)n : (int64_t)n;
	t->end = p - 2;
	return true;
}

static bool
read_call(struct take t, struct call *c)
{
	if (!read_result(&t, &c->ret) || !take_until(&t, "(", &c->name) ||
	    !take_number(&t, 1, 9, &c->fd))
		return false;
	if (take_text(&t, "<")) /* -y: a description */
		take_until(&t, ">", NULL);
	c->args = t;
	return take_text(&t, ",") || take_text(&t, ")");
}

/* ---- connections -------------------------------------------------------- */

static void
to_front(struct strace *st, size_t i)
{
	struct connection c = st->open[i];

	memmove(&st->open[1], &st->open[0], i * sizeof c);
	st->open[0] = c;
}

/* This process's, or else one that nobody has claimed. */
static struct connection *
find(struct strace *st, const struct call *c)
{
	size_t any = st->nopen;

	for (size_t i = 0; i < st->nopen; i++) {
		if (st->open[i].fd != c->fd)
			continue;
		if (st->open[i].pid == c->pid) {
			any = i;
			break;
		}
		if (any == st->nopen)
			any = i;
	}
	if (any == st->nopen)
		return NULL;
	to_front(st, any);
	return &st->open[0];
}

static struct connection *
open_connection(struct strace *st, uint64_t fd, uint64_t pid)
{
	if (st->nopen < CONNECTIONS)
		st->nopen++;
	st->open[st->nopen - 1] =
	    (struct connection){.fd = fd, .pid = pid, .number = ++st->last};
	to_front(st, st->nopen - 1);
	return &st->open[0];
}

static void
close_connection(struct strace *st, struct connection *c)
{
	size_t i = (size_t)(c - st->open);

	memmove(c, c + 1, (st->nopen - i - 1) * sizeof *c);
	st->nopen--;
}

static struct log_session *
session(struct strace *st, const struct connection *c)
{
	char key[16];

	snprintf(key, sizeof key, "%u", c->number);
	reader_key(&st->rd, key);
	return reader_session(&st->rd);
}

/* `{sa_family=AF_INET, sin_port=htons(110), sin_addr=inet_addr("...")}` */
static const char *
read_address(struct log *log, struct take t, bool *mail)
{
	struct take port = {NULL, NULL}, host = {NULL, NULL}, at = t;

	*mail = false;
	if (!take_until(&at, "_port=htons(", NULL) ||
	    !take_until(&at, ")", &port))
		return NULL;
	if (!take_until(&at, "inet_addr(\"", NULL) &&
	    !take_until(&at, "inet_pton(AF_INET6, \"", NULL))
		return NULL;
	if (!take_until(&at, "\"", &host))
		return NULL;
	*mail = !take_is(&port, "53") && !take_is(&port, "0");
	return reader_address(log, &host, &port);
}

static void
do_connect(struct strace *st, struct record *r, const struct call *c)
{
	struct connection *old = find(st, c), *new;
	const char *server;
	bool mail;

	if (c->ret < 0 && !take_has(&c->args, "_port="))
		return;
	server = read_address(st->rd.log, c->args, &mail);
	if (old != NULL && old->pid == c->pid)
		close_connection(st, old);
	new = open_connection(st, c->fd, c->pid);
	new->ignored = !mail;
	if (!mail)
		return;
	session(st, new)->head.server = server;
	reader_add(&st->rd, r);
}

static void
do_accept(struct strace *st, struct record *r, const struct call *c)
{
	struct connection *new;
	const char *client;
	bool mail;

	if (c->ret < 0)
		return;
	client = read_address(st->rd.log, c->args, &mail);
	new = open_connection(st, (uint64_t)c->ret, c->pid);
	new->server = true;
	new->ignored = client == NULL;
	if (new->ignored)
		return;
	session(st, new)->head.client = client;
	reader_add(&st->rd, r);
}

/* ---- data --------------------------------------------------------------- */

/* What the call shows, all of its pieces. */
static struct take
data_of(struct strace *st, const struct call *c, bool *cut)
{
	bool vector = take_has(&c->args, "iov_base=");
	unsigned char *to = log_alloc(st->rd.log, take_left(&c->args) + 1);
	struct take t = c->args;
	struct quoted q;
	size_t n = 0;

	*cut = false;
	do {
		if (!take_until(&t, vector ? "iov_base=" : ",", NULL))
			break;
		take_blanks(&t);
		if (!quoted_take(st->rd.log, &t, QUOTED_BYTES, &q))
			break;
		if (n + take_left(&q.bytes) <= take_left(&c->args)) {
			memcpy(to + n, q.bytes.p, take_left(&q.bytes));
			n += take_left(&q.bytes);
		}
		*cut |= take_text(&t, "...");
	} while (vector);
	return take_from(to, n);
}

/* Lines of text on a socket: strace came later than the connection. */
static bool
is_conversation(const struct call *c, struct take data)
{
	return !take_is(&c->name, "read") && !take_is(&c->name, "write") &&
	    !take_is(&c->name, "readv") && !take_is(&c->name, "writev") &&
	    data.p < data.end && *data.p >= ' ' && *data.p < 0x7f &&
	    take_ends(&data, "\r\n");
}

/* A conversation on descriptors that nobody opened: a server of inetd's. */
static struct connection *
adopt(struct strace *st, const struct call *c, struct take data, bool writes)
{
	struct connection *found;
	bool greets = settle_is_greeting(data.p, take_left(&data));

	if (!greets && !is_conversation(c, data))
		return NULL;
	found = open_connection(st, c->fd, c->pid);
	found->server = greets && writes;
	if (found->server && c->fd == 1) {
		/* It reads from another descriptor. */
		struct connection in = *found;

		in.fd = 0;
		*open_connection(st, 0, c->pid) = in;
		found = find(st, c);
	}
	return found;
}

static void
do_data(struct strace *st, struct record *r, const struct call *c, bool writes)
{
	struct connection *k = find(st, c);
	bool cut;
	struct take data = data_of(st, c, &cut);
	uint64_t shown = take_left(&data), n = (uint64_t)c->ret;

	if (c->ret < 0 || take_has(&c->args, "MSG_PEEK"))
		return;
	if (k == NULL)
		k = adopt(st, c, data, writes);
	if (k == NULL || k->ignored)
		return;
	session(st, k);
	r->dir = writes != k->server ? DIR_S : DIR_R;
	if (n == 0 && !writes && !k->ended[r->dir]) {
		k->ended[r->dir] = true;
		log_state(st->rd.log, reader_session(&st->rd), r->line,
		    "close %s", r->dir == DIR_S ? "client" : "daemon");
		return;
	}
	if (shown > n)
		data.end = data.p + n; /* it took less than it was given */
	r->text = data;
	r->end = RECORD_BYTES;
	if (data.p < data.end)
		reader_add(&st->rd, r);
	if (cut && n > shown)
		reader_omitted(&st->rd, r, n - shown);
}

static void
do_call(struct strace *st, struct record *r, const struct call *c)
{
	static const char *const writes[] = {
	    "sendto", "send", "write", "sendmsg", "writev", NULL};
	static const char *const reads[] = {
	    "recvfrom", "recv", "read", "recvmsg", "readv", NULL};
	struct connection *k;

	if (take_is(&c->name, "connect")) {
		do_connect(st, r, c);
	} else if (take_is(&c->name, "accept") ||
	    take_is(&c->name, "accept4")) {
		do_accept(st, r, c);
	} else if (take_is(&c->name, "close")) {
		k = find(st, c);
		if (k != NULL && k->pid == c->pid)
			close_connection(st, k);
	}
	for (size_t i = 0; writes[i] != NULL; i++)
		if (take_is(&c->name, writes[i]))
			do_data(st, r, c, true);
		else if (take_is(&c->name, reads[i]))
			do_data(st, r, c, false);
}

static void
decode(struct log *log, struct logfile *file)
{
	struct strace st = {.rd = reader_of(log, file)};
	struct call c;
	struct record r;

	while (reader_next(&st.rd, &r)) {
		c.pid = take_front(&r);
		if (keep_unfinished(&st, c.pid, r.text))
			continue;
		resume(&st, c.pid, &r.text);
		if (read_call(r.text, &c))
			do_call(&st, &r, &c);
	}
	reader_done(&st.rd, 0);
}

const struct import import_strace = {
    .name = "strace",
    .about = "strace of a client or a server",
    .sniff = {.line = "^(\\[pid +[0-9]+\\] |[0-9]+ +)?([0-9:.]+ )?"
		      "(sendto|recvfrom|read|write|send|recv)"
		      "\\([0-9]+, \""},
    .decode = decode,
};
