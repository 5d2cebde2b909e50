/* conversation.c - a conversation in a file, and what its record must show */
#include "conversation.h"

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

	encode_text(&r->encode, d, p, n);
}

static void
on_content(
    void *arg, enum dir d, const unsigned char *p, size_t n, bool begin)
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
	encode_count(&r->encode, d, n);
}

static void
on_describe(void *arg, enum dir d, const char *text, size_t n)
{
	struct recording *r = arg;

	encode_describe(&r->encode, d, text, n);
}

static void
on_event(void *arg, const char *text)
{
	struct recording *r = arg;

	encode_event(&r->encode, r->clock, "%s", text);
}

void
recording_begin(
    struct recording *r, const char *protocol, enum track_mode mode)
{
	const struct encode_out out = {to_text, NULL, r};
	const struct track_out sink = {on_text, on_content, on_mask,
	    on_opaque, on_describe, on_event, NULL, r};
	const struct protocol *p = protocol_find(protocol);

	if (p == NULL) {
		printf("# no protocol %s\n", protocol);
		exit(1);
	}
	r->len = 0;
	r->text[0] = '\0';
	r->clock = 0;
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

/* ---- reading ---------------------------------------------------------- */

static char *
copy(const char *s)
{
	char *p = strdup(s);

	if (p == NULL)
		abort();
	return p;
}

static void
add_turn(struct conversation *c, const char *line, int number)
{
	struct turn *t = &c->turns[c->nturns++];
	const char *text = line + 1;
	const char *eol = "\r\n";
	size_t n;

	if (c->nturns == TURNS)
		abort();
	if (*text == '.') {
		eol = "";
		text++;
	} else if (*text == 'n') {
		eol = "\n";
		text++;
	}
	text += *text == ' ';
	n = strlen(text);
	t->dir = line[0] == 'C' ? DIR_S : DIR_R;
	t->line = number;
	t->bytes = malloc(n + 3);
	t->n = unescape_text(t->bytes, text, n, NULL, NULL);
	memcpy(t->bytes + t->n, eol, strlen(eol));
	t->n += strlen(eol);
}

static void
add_want(struct conversation *c, const char *want)
{
	struct turn *t = &c->turns[c->nturns - 1];
	char text[65536], *end;
	enum escape_after after = AFTER_TEXT;
	const unsigned char *at;

	if (strcmp(want, "-") == 0) {
		t->none = true;
		t->want = copy("");
	} else if (strcmp(want, "=") == 0) {
		end = escape_text(text, t->bytes, t->bytes + t->n, 0, &after,
		    &at);
		*end = '\0';
		t->want = copy(text);
	} else {
		t->want = copy(want);
	}
}

void
conversation_read(struct conversation *c, const char *path)
{
	static char line[65536];
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
		if (strncmp(line, "protocol ", 9) == 0)
			snprintf(c->protocol, sizeof c->protocol, "%.15s",
			    line + 9);
		else if (strncmp(line, "secret ", 7) == 0 &&
		    c->nsecrets < SECRETS)
			c->secrets[c->nsecrets++] = copy(line + 7);
		else if (strcmp(line, "lockstep") == 0)
			c->lockstep = true;
		else if (line[0] == 'C' || line[0] == 'S')
			add_turn(c, line, number);
		else if (strncmp(line, "  ", 2) == 0 && c->nturns > 0)
			add_want(c, line + 2);
		else {
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
}
