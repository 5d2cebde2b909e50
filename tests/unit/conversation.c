/* conversation.c - a conversation in a file, and what its record must show */
#include "conversation.h"
#include "bytes.h"

static bool
to_text(void *arg, const char *p, size_t n)
{
	struct recording *r = arg;

	if (n > RECORD - 1 - r->len)
		abort();
	memcpy(r->text + r->len, p, n);
	r->len += n;
	r->text[r->len] = '\0';
	return true;
}

static void
on_text(void *arg, enum dir d, const unsigned char *p, size_t n)
{
	struct recording *r = arg;

	if (n > 0)
		encode_text(&r->encode, d, p, n);
	else
		encode_break(&r->encode, d);
}

static void
on_content(void *arg, enum dir d, const unsigned char *p, size_t n, bool begin)
{
	(void)begin;
	on_text(arg, d, p, n);
}

static void
on_mask(void *arg, enum dir d, const char *label)
{
	struct recording *r = arg;

	encode_mask(&r->encode, d, label);
}

static void
on_opaque(void *arg, enum dir d, const unsigned char *p, size_t n)
{
	struct recording *r = arg;

	(void)p;
	r->opaque = true;
	encode_count(&r->encode, d, n);
}

static void
on_describe(void *arg, enum dir d, const char *text, size_t n)
{
	struct recording *r = arg;

	encode_describe(&r->encode, d, text, n);
}

static void
on_cut(void *arg, enum dir d, uint64_t time_us)
{
	struct recording *r = arg;

	encode_cut(&r->encode, d, time_us);
}

static void
on_event(void *arg, const char *text)
{
	struct recording *r = arg;

	encode_event(&r->encode, r->clock, "%s", text);
}

void
recording_begin(struct recording *r, const char *protocol, enum track_mode mode)
{
	const struct encode_out out = {to_text, NULL, r};
	const struct track_out sink = {on_text, on_content, on_mask, on_opaque,
	    on_describe, on_cut, on_event, NULL, r};
	const struct protocol *p = protocol_find(protocol);

	if (p == NULL) {
		printf("# no protocol %s\n", protocol);
		exit(1);
	}
	r->len = 0;
	r->text[0] = '\0';
	r->clock = 0;
	r->opaque = false;
	r->last = DIR_NONE;
	encode_init(&r->encode, &out, UINT64_MAX);
	track_open(&r->track, p, strcmp(protocol, "auto") != 0, mode, &sink);
}

void
recording_read(
    struct recording *r, enum dir d, const unsigned char *p, size_t n)
{
	enum dir other = d == DIR_S ? DIR_R : DIR_S;

	r->clock += 10;
	if (r->last == other) {
		track_break(&r->track, other);
		encode_break(&r->encode, other);
	}
	r->last = d;
	encode_read(&r->encode, d, r->clock);
	track_bytes(&r->track, d, p, n);
	if (r->exact)
		track_cut(&r->track, d, r->clock);
	encode_flush(&r->encode);
}

void
recording_pause(struct recording *r)
{
	track_break(&r->track, DIR_R);
	encode_break(&r->encode, DIR_R);
	encode_flush(&r->encode);
}

void
recording_end(struct recording *r)
{
	track_close(&r->track, DIR_S);
	track_close(&r->track, DIR_R);
	encode_end(&r->encode, r->clock, NULL);
}

int
recording_lines(const struct recording *rec, enum dir d, char *out, size_t size)
{
	struct decode dec;
	struct decode_record r;
	const char *end = rec->text + rec->len, *lf;
	struct str s;
	int bad = 0;

	str_init(&s, out, size);
	decode_init(&dec);
	for (const char *p = rec->text; p < end; p = lf + 1) {
		lf = memchr(p, '\n', (size_t)(end - p));
		decode_line(&dec, p, (size_t)(lf - p), &r);
		if (r.kind == DECODE_BAD) {
			printf("# bad line: %.*s\n", (int)(lf - p), p);
			bad++;
		}
		if (r.kind != DECODE_DATA || r.dir != d)
			continue;
		/* A read that ended between CR and LF. */
		if (r.eol == EOL_LF && r.len == 0 && s.len >= 2 &&
		    memcmp(s.text + s.len - 2, "\\r", 2) == 0)
			s.len -= 2;
		str_bytes(&s, r.text, r.len);
		if (r.eol == EOL_DESCRIBED)
			str_text(&s, "\\d");
		if (r.eol != EOL_NONE)
			str_char(&s, '\n');
	}
	return bad;
}

void
summary_text(const struct summary *sum, char *out, size_t size)
{
	static const char *const logins[] = {"none", "ok", "failed"};

	snprintf(out, size,
	    " user=%s login=%s logins=%u failures=%u commands=%u refused=%u "
	    "messages=%u mailbox=%u deleted=%u ",
	    sum->user, logins[sum->login], sum->logins, sum->login_failures,
	    sum->commands, sum->refused, sum->messages, sum->mailbox,
	    sum->deleted);
}

/* ---- reading ---------------------------------------------------------- */

static char *
copy(const char *s)
{
	char *p = strdup(s);

	if (p == NULL)
		abort();
	return p;
}

static bool
read_text(struct turn *t, char kind, const char *text)
{
	const char *eol = kind == '.' ? "" : kind == 'n' ? "\n" : "\r\n";
	size_t n = strlen(text);

	t->bytes = malloc(n + 3);
	t->n = unescape_text(t->bytes, text, n, NULL, NULL);
	memcpy(t->bytes + t->n, eol, strlen(eol));
	t->n += strlen(eol);
	return true;
}

static bool
read_bytes(struct turn *t, const char *text)
{
	static unsigned char bytes[65536];

	if (!bytes_read(text, bytes, sizeof bytes, &t->n))
		return false;
	t->bytes = malloc(t->n + 1);
	memcpy(t->bytes, bytes, t->n);
	return true;
}

/* `C text`, `C. text`, `Cn text`, `Cb bytes`, and so for S. */
static bool
add_turn(struct conversation *c, const char *line, int number)
{
	struct turn *t = &c->turns[c->nturns++];
	char kind =
	    line[1] != '\0' && strchr(".nb", line[1]) != NULL ? line[1] : ' ';
	const char *text = line + (kind == ' ' ? 1 : 2);

	if (c->nturns == TURNS)
		abort();
	text += *text == ' ';
	t->dir = line[0] == 'C' ? DIR_S : DIR_R;
	t->line = number;
	return kind == 'b' ? read_bytes(t, text) : read_text(t, kind, text);
}

static void
add_want(struct conversation *c, const char *want)
{
	struct turn *t = &c->turns[c->nturns - 1];
	char text[65536], *end;
	enum escape_after after = AFTER_TEXT;
	const unsigned char *at;

	if (t->want != NULL) { /* one more line */
		snprintf(text, sizeof text, "%s\n%s", t->want, want);
		free(t->want);
		t->want = copy(text);
	} else if (strcmp(want, "-") == 0) {
		t->none = true;
		t->want = copy("");
	} else if (strcmp(want, "=") == 0) {
		end = escape_text(
		    text, t->bytes, t->bytes + t->n, 0, &after, &at);
		*end = '\0';
		t->want = copy(text);
	} else {
		t->want = copy(want);
	}
}

/* A line that is not said; false if it is none. */
static bool
directive(struct conversation *c, const char *line)
{
	if (strncmp(line, "protocol ", 9) == 0)
		snprintf(c->protocol, sizeof c->protocol, "%.15s", line + 9);
	else if (strncmp(line, "secret ", 7) == 0 && c->nsecrets < SECRETS)
		c->secrets[c->nsecrets++] = copy(line + 7);
	else if (strncmp(line, "event ", 6) == 0 && c->nevents < EVENTS)
		c->events[c->nevents++] = copy(line + 6);
	else if (strncmp(line, "end ", 4) == 0 && c->end == NULL)
		c->end = copy(line + 4);
	else if (strncmp(line, "summary ", 8) == 0 && c->summary == NULL)
		c->summary = copy(line + 8);
	else if (strcmp(line, "lockstep") == 0)
		c->lockstep = true;
	else if (strcmp(line, "show") == 0)
		c->show = true;
	else
		return false;
	return true;
}

void
conversation_read(struct conversation *c, const char *path)
{
	static char line[65536];
	bool good;
	FILE *f = fopen(path, "r");
	int number = 0;

	if (f == NULL) {
		printf("# %s: cannot open\n", path);
		exit(1);
	}
	memset(c, 0, sizeof *c);
	strcpy(c->protocol, "auto");
	while (fgets(line, sizeof line, f) != NULL) {
		number++;
		line[strcspn(line, "\n")] = '\0';
		if (line[0] == '#' || line[0] == '\0')
			continue;
		good = true;
		if (line[0] == 'C' || line[0] == 'S')
			good = add_turn(c, line, number);
		else if (strncmp(line, "  ", 2) == 0 && c->nturns > 0)
			add_want(c, line + 2);
		else
			good = directive(c, line);
		if (!good) {
			printf("# %s:%d: what is this?\n", path, number);
			exit(1);
		}
	}
	fclose(f);
}

void
conversation_free(struct conversation *c)
{
	for (int i = 0; i < c->nturns; i++) {
		free(c->turns[i].bytes);
		free(c->turns[i].want);
	}
	for (int i = 0; i < c->nsecrets; i++)
		free(c->secrets[i]);
	for (int i = 0; i < c->nevents; i++)
		free(c->events[i]);
	free(c->end);
	free(c->summary);
}

/* ---- a tracker that only listens --------------------------------------- */

static void
no_bytes(void *arg, enum dir d, const unsigned char *p, size_t n)
{
	(void)arg, (void)d, (void)p, (void)n;
}

static void
no_content(void *arg, enum dir d, const unsigned char *p, size_t n, bool begin)
{
	(void)begin;
	no_bytes(arg, d, p, n);
}

static void
no_words(void *arg, enum dir d, const char *text)
{
	(void)arg, (void)d, (void)text;
}

static void
no_description(void *arg, enum dir d, const char *text, size_t n)
{
	(void)n;
	no_words(arg, d, text);
}

static void
no_event(void *arg, const char *text)
{
	no_words(arg, DIR_NONE, text);
}

const struct track_out track_nowhere = {no_bytes, no_content, no_words,
    no_bytes, no_description, NULL, no_event, NULL, NULL};
