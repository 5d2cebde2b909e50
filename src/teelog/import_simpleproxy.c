/*
 * import_simpleproxy.c - simpleproxy -t
 *
 *	---------------- Read from: HOST:PORT ---------------
 *	bytes; a LF in front of the next heading is not theirs
 *
 * HOST:PORT is who said it: the target, or a client, whose port is its
 * connection's name.  To whom the target speaks is not told: with two clients
 * at once their sessions run into each other.
 */
#include "blocks.h"

#include "import.h"

#define HEADING "---------------- Read from: "

struct proxy {
	struct blocks b;
	struct take target, client; /* NULL: not known yet */
	struct record held; /* of the target, if its direction says so */
	struct take bytes; /* likewise */
};

static bool
take_heading(struct take *t, struct take *who)
{
	struct take at = *t, line;

	if (!take_text(&at, HEADING) || !take_until(&at, "\n", &line) ||
	    !take_until(&line, " ---------------", who) ||
	    take_left(&line) > 1 || take_left(who) > 255)
		return false;
	*t = at;
	return true;
}

static bool
same(const struct take *a, const struct take *b)
{
	return a->p != NULL && b->p != NULL && take_left(a) == take_left(b) &&
	    memcmp(a->p, b->p, take_left(a)) == 0;
}

/* The bytes up to the next heading, and the LF in front of it. */
static struct take
take_bytes(struct take *t)
{
	struct take at = *t, who, bytes = *t;

	while (take_until(&at, "\n" HEADING, NULL)) {
		at.p -= strlen(HEADING);
		bytes.end = at.p - 1;
		t->p = at.p;
		who = at;
		if (take_heading(&at, &who))
			return bytes;
		at.p++;
	}
	t->p = t->end;
	return bytes;
}

/* The first to greet is the target; or whoever answers a client. */
static enum dir
who_says(struct proxy *p, const struct take *who, const struct take *bytes)
{
	if (p->target.p == NULL &&
	    settle_is_greeting(bytes->p, take_left(bytes)))
		p->target = *who;
	if (p->target.p == NULL && p->client.p != NULL &&
	    !same(&p->client, who))
		p->target = *who;
	if (same(&p->target, who))
		return DIR_R;
	p->client = *who;
	return DIR_S;
}

/* What the target said last goes to the client that speaks next. */
static void
add_held(struct proxy *p)
{
	struct log_session *s;

	if (p->held.dir != DIR_R)
		return;
	s = blocks_add(&p->b, &p->held, p->bytes);
	if (s != NULL)
		s->head.server = reader_host_port(p->b.rd.log, p->target);
	p->held.dir = DIR_NONE;
}

/* Another client speaks: what greeted it is its session's beginning. */
static void
change_client(struct proxy *p)
{
	bool greeted = p->held.dir == DIR_R &&
	    settle_is_greeting(p->bytes.p, take_left(&p->bytes));

	if (!greeted)
		add_held(p);
	reader_close(&p->b.rd);
}

static void
read_block(struct proxy *p, struct record *r, const struct take *who)
{
	struct take before = p->client, bytes = take_bytes(&p->b.t);
	struct log_session *s;

	r->dir = who_says(p, who, &bytes);
	if (r->dir == DIR_S && before.p != NULL && !same(&before, who))
		change_client(p);
	add_held(p);
	if (r->dir == DIR_R) {
		p->held = *r;
		p->bytes = bytes;
		return;
	}
	s = blocks_add(&p->b, r, bytes);
	if (s != NULL)
		s->head.client = reader_host_port(p->b.rd.log, *who);
}

static void
decode(struct log *log, struct logfile *file)
{
	struct proxy p = {.b = blocks_of(log, file), .held = {.dir = DIR_NONE}};
	struct take line, who;
	struct record r;

	while (p.b.t.p < p.b.t.end) {
		memset(&r, 0, sizeof r);
		r.line = blocks_line(&p.b, p.b.t.p);
		if (take_heading(&p.b.t, &who))
			read_block(&p, &r, &who);
		else if (blocks_take_line(&p.b, &line))
			blocks_note(&p.b, &r, line);
	}
	add_held(&p);
	reader_done(&p.b.rd, SETTLE_FORGED);
}

const struct import import_simpleproxy = {
    .name = "simpleproxy",
    .about = "simpleproxy -t",
    .sniff = {.line = "^-{16} Read from: [^ ]+:[0-9]+ -{15}$"},
    .decode = decode,
};
