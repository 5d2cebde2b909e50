/*
 * http.c - HTTP/1.x (RFC 9110, 9112): requests, and which response is whose
 *
 * A message is a start line, a header, and a body whose length the header tells.
 * Where it does not tell for sure, nobody knows what is body and what the next
 * message: then a line is shown only if it is harmless as a header's, too.
 */
#include "http.h"
#include "text.h"

enum { OTHER, HEAD, CONNECT, PRI };

static const struct verb methods[] = {
    {"GET", ARGS_OWN, OTHER},
    {"HEAD", ARGS_OWN, HEAD},
    {"POST", ARGS_OWN, OTHER},
    {"PUT", ARGS_OWN, OTHER},
    {"DELETE", ARGS_OWN, OTHER},
    {"CONNECT", ARGS_OWN, CONNECT},
    {"OPTIONS", ARGS_OWN, OTHER},
    {"TRACE", ARGS_OWN, OTHER},
    {"PATCH", ARGS_OWN, OTHER},
    {"PROPFIND", ARGS_OWN, OTHER},
    {"PROPPATCH", ARGS_OWN, OTHER},
    {"MKCOL", ARGS_OWN, OTHER},
    {"COPY", ARGS_OWN, OTHER},
    {"MOVE", ARGS_OWN, OTHER},
    {"LOCK", ARGS_OWN, OTHER},
    {"UNLOCK", ARGS_OWN, OTHER},
    {"REPORT", ARGS_OWN, OTHER},
    {"SEARCH", ARGS_OWN, OTHER},
    {"MKCALENDAR", ARGS_OWN, OTHER},
    {"PRI", ARGS_OWN, PRI},
    {"", 0, 0},
};

struct http_side *
http_side(struct track *t, enum dir d)
{
	return &http_state(t)->side[d];
}

/* ---- start lines ------------------------------------------------------ */

/* `HTTP/1.1` */
static bool
is_version(const unsigned char *p, size_t n)
{
	static const unsigned char shape[] = "HTTP/0.0";
	bool ok = n >= 8;

	for (size_t i = 0; ok && i < 8; i++)
		ok = shape[i] == '0' ? p[i] >= '0' && p[i] <= '9' :
				       p[i] == shape[i];
	return ok;
}

static bool
is_status_line(const unsigned char *p, size_t n)
{
	return n >= 12 && is_version(p, n) && p[8] == ' ' &&
	    word_code(p + 9, n - 9) != 0;
}

/* A request's first line: where its parts are; false if it is none. */
static bool
parse_request(
    const struct line *l, size_t from, struct command *c, size_t *version)
{
	size_t end;

	if (!command_parse(l, from, methods, c))
		return false;
	end = http_trim(l->p, c->arg, c->end);
	*version = end;
	if (l->cut)
		return c->known != NULL && c->arg < c->end;
	if (end < c->arg + 8 || !is_version(l->p + end - 8, 8))
		return false;
	*version = http_trim(l->p, c->arg, end - 8);
	return word_end(l->p, end, end - 9) == end - 9;
}

bool
http_starts(enum dir d, const unsigned char *p, size_t n)
{
	const struct line l = {.p = p, .n = n};
	struct command c;
	size_t version;

	if (d == DIR_R)
		return is_status_line(p, n);
	while (n > 0 && (p[n - 1] == '\r' || p[n - 1] == '\n'))
		n--;
	return n > 0 && parse_request(&l, 0, &c, &version) && c.known != NULL;
}

/* A new message: nothing is known of its body. */
static void
begin_head(struct http_side *h)
{
	memset(h, 0, offsetof(struct http_side, first));
	h->text.kind = HTTP_UNKNOWN;
	h->at = HTTP_HEAD;
}

/* ---- requests --------------------------------------------------------- */

/* HTTP/2 begins (RFC 9113 section 3.4), unless the daemon does not know it. */
static void
begin_http2(struct track *t)
{
	struct http_side *r = http_side(t, DIR_R);

	http_side(t, DIR_S)->at = HTTP_TUNNEL;
	track_frame(t, DIR_S, FRAME_OPAQUE, 0);
	track_event(t, "binary S");
	r->at = HTTP_TUNNEL;
	r->frame.phase = FRAME_OVER;
	track_frame(t, DIR_R, FRAME_OWN, 0);
}

/* A line that begins no request. */
static void
stray(struct track *t, struct line *l, size_t from, const struct command *c)
{
	track_fact(t, FACT_STRAY, DIR_S, l->p + from, l->n - from);
	if (from == 0 && !t->side[DIR_S].spoke && command_foreign(t, l))
		return;
	if (c->known == NULL || c->arg == c->end || l->p[c->arg] != '/') {
		line_deny(t, l, from);
	} else { /* HTTP/0.9 */
		http_hide_uri(t, DIR_S, l, c->arg, c->end, URI_WHOLE);
		t->pending.distrust = true;
	}
}

/* A method that nobody knows: hidden as a line, but for its version no secret. */
static void
deny_method(
    struct track *t, struct line *l, const struct command *c, size_t version)
{
	line_hide_quietly(l, c->at, l->n);
	if (t->mode != TRACK_MASK)
		return;
	echo_keep(&t->echo, l->p + c->at, version - c->at);
	if (c->arg < version)
		echo_keep_form(&t->echo, l->p + c->arg, version - c->arg);
}

/*
 * Reading a record, where a mask stands for other bytes than its own: the body
 * of this direction is over, as the other one goes on.
 */
static void
end_lost_body(struct track *t, enum dir d)
{
	const struct http_side *h = http_side(t, d);

	if (h->at == HTTP_BODY && h->lost && h->frame.how == HTTP_COUNTED &&
	    t->pending.count == 0)
		http_body_over(t, d);
}

static void
request(struct track *t, struct line *l, size_t from, size_t to)
{
	struct http *s = http_state(t);
	struct command c;
	size_t version, n = l->n;

	if (word_skip(l->p, to, from) == to)
		return; /* RFC 9112 section 2.2 allows it */
	if (!parse_request(l, from, &c, &version)) {
		stray(t, l, from, &c);
		return;
	}
	end_lost_body(t, DIR_R);
	track_command(t, c.name, l, &c);
	if (c.known == NULL) {
		deny_method(t, l, &c, version);
	} else {
		http_hide_uri(t, DIR_S, l, c.arg, version, URI_WHOLE);
		l->n = version; /* which is no token, whatever precedes it */
		http_hide_tokens(l, c.arg, true);
		l->n = n;
	}
	pending_push(&t->pending, c.known != NULL ? c.known->id : OTHER, NULL,
	    0, t->sum.commands);
	if (c.known != NULL && c.known->id == PRI) {
		begin_http2(t);
		return;
	}
	begin_head(&s->side[DIR_S]);
	s->said = 0;
	s->request = t->sum.commands;
}

/* ---- responses -------------------------------------------------------- */

/*
 * A client that waits for 100 (RFC 9110 section 10.1.1) may go on without its
 * body: what comes is a request, or what is no request and is hidden.
 */
static void
forget_body(struct track *t)
{
	struct http_side *h = http_side(t, DIR_S);

	if (h->at != HTTP_BODY || !h->expect || h->seen ||
	    t->pending.count > 0 || t->mode == TRACK_READ)
		return;
	h->at = HTTP_START;
	track_frame(t, DIR_S, FRAME_LINE, 0);
}

static void
status(struct track *t, struct line *l, size_t from, size_t to)
{
	struct http *s = http_state(t);
	struct waiting *w = pending_head(&t->pending);
	unsigned command = w != NULL ? w->command : 0;
	bool more;

	s->code = word_code(l->p + from + 9, to - from - 9);
	s->sure = w != NULL && pending_sure(&t->pending);
	s->method = w != NULL ? w->id : OTHER;
	s->flags = w != NULL ? w->flag : 0;
	s->answered = true;
	l->protect = from + 12;
	begin_head(&s->side[DIR_R]);
	more = s->code < 200 && s->code != 101;
	track_reply(t, more ? FACT_REPLY_MORE : FACT_REPLY,
	    more	       ? STATUS_MORE :
		s->code >= 400 ? STATUS_NO :
				 STATUS_OK,
	    s->code, l, command);
	if (more)
		return;
	pending_pop(&t->pending);
	end_lost_body(t, DIR_S);
	forget_body(t);
}

/* ---- bodies ----------------------------------------------------------- */

/* Where the body ends can't be told. */
static void
unsure(struct track *t, enum dir d)
{
	http_side(t, d)->at = HTTP_UNSURE;
	if (d == DIR_S)
		t->pending.distrust = true;
}

/* What the header says of the body. */
static void
begin_body(struct track *t, enum dir d, bool sure)
{
	struct http_side *h = http_side(t, d);
	bool none = h->has_length ? h->length == 0 : d == DIR_S;

	h->at = HTTP_START;
	if (none && !h->has_transfer && !h->odd)
		return;
	if (h->coded)
		h->text.kind = HTTP_BINARY;
	if (h->odd || (h->has_length && h->has_transfer) ||
	    (h->has_transfer && !h->chunked && d == DIR_S) ||
	    (!sure && t->mode == TRACK_MASK)) {
		unsure(t, d);
		return;
	}
	h->frame = (struct http_frame){.how = h->chunked ? HTTP_CHUNKED :
		h->has_length				 ? HTTP_COUNTED :
							   HTTP_TO_END,
	    .phase = h->chunked ? CHUNK_SIZE : CHUNK_DATA,
	    .left = h->length};
	h->at = HTTP_BODY;
	h->seen = h->lost = false;
	track_frame(t, d, FRAME_OWN, 0);
}

void
http_body_over(struct track *t, enum dir d)
{
	struct http_side *h = http_side(t, d);
	bool chunked = h->frame.how == HTTP_CHUNKED;

	track_content(t, d, false);
	t->side[d].len = 0;
	track_frame(t, d, FRAME_LINE, 0);
	if (h->frame.phase == FRAME_WRONG)
		unsure(t, d);
	else
		h->at = chunked && !h->lost ? HTTP_TRAILER : HTTP_START;
	h->fold = HTTP_NO_FIELD;
}

/* Both directions go on in some other protocol. */
static void
begin_tunnel(struct track *t)
{
	for (enum dir d = DIR_S; d <= DIR_R; d++) {
		struct http_side *h = http_side(t, d);

		if (d == DIR_S && h->at == HTTP_BODY)
			http_flush(t, d, true);
		h->at = HTTP_TUNNEL;
		h->frame.phase = CHUNK_DATA;
		track_frame(t, d, FRAME_OWN, 0);
	}
	track_expect_tls(t);
}

/* Whether the daemon let in who logged in with the request. */
static void
login(struct track *t)
{
	const struct http *s = http_state(t);
	unsigned who = s->flags & (HTTP_HAS_USER | HTTP_HAS_PROXY_USER);
	unsigned refused = s->code == 401 ? who & HTTP_HAS_USER :
	    s->code == 407		  ? who & HTTP_HAS_PROXY_USER :
					    0;

	if (refused != 0 && !s->side[DIR_R].goes_on)
		track_login(t, false);
	else if (who != 0 && s->code < 400 && t->sum.login != LOGIN_OK)
		track_login(t, true);
}

static void
request_ends(struct track *t)
{
	struct http *s = http_state(t);
	struct http_side *h = &s->side[DIR_S];
	struct pending *q = &t->pending;
	struct waiting *w = q->count > 0 ? pending_nth(q, q->count - 1) : NULL;

	if (w != NULL && w->command == s->request)
		w->flag = s->said | (h->upgrade ? HTTP_HAS_UPGRADE : 0);
	begin_body(t, DIR_S, true);
}

static void
response_ends(struct track *t)
{
	struct http *s = http_state(t);
	struct http_side *h = &s->side[DIR_R];

	bool tunnel = s->code == 101 ?
	    (s->flags & HTTP_HAS_UPGRADE) != 0 :
	    s->code / 100 == 2 && s->method == CONNECT;

	h->at = HTTP_START;
	if (s->code >= 200)
		login(t);
	if (tunnel && s->sure)
		begin_tunnel(t);
	else if (s->code >= 200 && s->code != 204 && s->code != 304 &&
	    !(s->method == HEAD && s->sure))
		begin_body(t, DIR_R, s->sure);
}

/* ---- lines ------------------------------------------------------------ */

static void
response(struct track *t, struct line *l, size_t from, size_t to)
{
	if (is_status_line(l->p + from, to - from)) {
		status(t, l, from, to);
		return;
	}
	if (from == to)
		return;
	track_fact(t, FACT_STRAY, DIR_R, l->p + from, to - from);
	l->protect = word_code(l->p, l->n) != 0 ? 3 : 0;
	if (http_state(t)->answered)
		line_hide_quietly(l, from, to); /* who knows what that is */
	else
		text_hide_values(t, l, DIR_R); /* no daemon of HTTP at all */
}

/* A line that may be a body's, a header's, or begin a message. */
static void
ambiguous(struct track *t, enum dir d, struct line *l, size_t from, size_t to)
{
	struct command c;
	size_t version;

	track_fact(t, FACT_STRAY, d, l->p + from, to - from);
	text_hide_values(t, l, d);
	if (d == DIR_S && parse_request(l, from, &c, &version) &&
	    c.known != NULL)
		http_hide_uri(t, d, l, c.arg, version, URI_WHOLE);
	else if (d == DIR_S || !is_status_line(l->p + from, to - from))
		http_field(t, d, l, from, to);
}

/* A line, or what a bare CR makes one for some. */
static void
one(struct track *t, enum dir d, struct line *l, size_t from, size_t to)
{
	struct http_side *h = http_side(t, d);

	switch (h->at) {
	case HTTP_START:
		if (d == DIR_S)
			request(t, l, from, to);
		else
			response(t, l, from, to);
		break;
	case HTTP_HEAD:
	case HTTP_TRAILER:
		track_fact(t, FACT_HEADER, d, l->p + from, to - from);
		http_field(t, d, l, from, to);
		break;
	default:
		ambiguous(t, d, l, from, to);
	}
}

static void
line(struct track *t, enum dir d, struct line *l)
{
	struct http_side *h = http_side(t, d);
	const unsigned char *cr;
	size_t from = 0;

	l->least = 6;
	if (d == DIR_R)
		http_keep_value(t);
	if (l->n == 0 && l->eol > 0 && h->at == HTTP_HEAD) {
		if (d == DIR_S)
			request_ends(t);
		else
			response_ends(t);
		return;
	}
	if (l->n == 0 && h->at == HTTP_TRAILER) {
		h->at = HTTP_START;
		return;
	}
	while ((cr = memchr(l->p + from, '\r', l->n - from)) != NULL) {
		one(t, d, l, from, (size_t)(cr - l->p));
		h->odd = true;
		from = (size_t)(cr + 1 - l->p);
	}
	one(t, d, l, from, l->n);
	h->odd |= l->cut && http_frames(h->fold);
}

/* More of a long line: its name, and where in it we are, are gone. */
static void
more(struct track *t, enum dir d, struct line *l)
{
	const struct http_side *h = http_side(t, d);

	l->least = 6;
	if (h->at != HTTP_HEAD || h->fold >= HTTP_AUTHORIZATION) {
		line_hide(l, 0, l->n);
		return;
	}
	http_hide_uri(t, d, l, 0, l->n, URI_QUERY);
	http_hide_tokens(l, 0, true);
}

/* A line of a header waits for its end. */
static void
hide_reply(struct track *t, struct line *l)
{
	(void)t;
	if (l->cut && !l->more)
		l->hold = 0;
}

static const uint16_t ports[] = {
    80, 81, 443, 591, 631, 3128, 8000, 8008, 8080, 8081, 8088, 8443, 8888, 0};

const struct protocol proto_http = {
    .name = "http",
    .verbs = methods,
    .services = "http\0www\0webdav\0caldav\0webcache\0",
    .programs =
	"micro-httpd\0micro_httpd\0mini-httpd\0mini_httpd\0thttpd\0httpd\0"
	"in.httpd\0lighttpd\0nginx\0apache2\0webfsd\0boa\0bozohttpd\0nweb\0"
	"tinyproxy\0cupsd\0cups-lpd\0fnord\0publicfile\0",
    .ports = ports,
    .line = line,
    .hide_reply = hide_reply,
    .more = more,
    .own = http_own,
    .flush = http_flush,
    .skip = http_skip,
};
