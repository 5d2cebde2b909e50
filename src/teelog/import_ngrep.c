/*
 * import_ngrep.c - ngrep -W byline
 *
 *	T [YYYY/MM/DD HH:MM:SS.uuuuuu ]ADDRESS:PORT -> ADDRESS:PORT [FLAGS] #n
 *	data, an empty line and another
 *
 * What is not printable is a dot, CR too: so a line ends in a dot that the wire
 * did not have.
 */
#include "blocks.h"
#include "flow.h"

#include "import.h"

static bool
take_heading(struct log *log, struct take *t, struct record *r, struct flow *f)
{
	struct take at = *t, from, to, line;

	if (!take_text(&at, "T "))
		return false;
	if (stamp_full(&at, '/', false, &r->us)) {
		r->clock = CLOCK_DATE;
		take_text(&at, " ");
	}
	if (!take_token(&at, &from) || !take_text(&at, " -> ") ||
	    !take_token(&at, &to) || !take_text(&at, " [") ||
	    !take_until(&at, "\n", &line) || !take_has(&line, "]"))
		return false;
	if (log != NULL) {
		f->from = reader_host_port(log, from);
		f->to = reader_host_port(log, to);
		if (f->from == NULL || f->to == NULL)
			return false;
	}
	*t = at;
	return true;
}

/* Data up to the next heading behind an empty line, without its LF and that. */
static struct take
take_data(struct take *t)
{
	struct take data = *t, at = *t, next;
	struct record r;
	struct flow f;
	int ends = 1;

	t->p = t->end;
	while (take_until(&at, "\n\nT ", NULL)) {
		at.p -= 2;
		next = at;
		if (take_heading(NULL, &next, &r, &f)) {
			t->p = at.p;
			ends = 2;
			break;
		}
	}
	data.end = t->p;
	for (; ends > 0; ends--)
		if (data.end > data.p && data.end[-1] == '\n')
			data.end--;
	return data;
}

/* The dots at line ends are CRs. */
static struct take
restore(struct log *log, struct take data)
{
	unsigned char *copy =
	    (unsigned char *)log_copy(log, data.p, take_left(&data));

	for (size_t i = 1; i < take_left(&data); i++)
		if (copy[i] == '\n' && copy[i - 1] == '.')
			copy[i - 1] = '\r';
	return take_from(copy, take_left(&data));
}

static void
decode(struct log *log, struct logfile *file)
{
	struct blocks b = blocks_of(log, file);
	struct log_session *s;
	struct flow f = {.opens = false};
	struct take line;
	struct record r;

	while (b.t.p < b.t.end) {
		memset(&r, 0, sizeof r);
		r.line = blocks_line(&b, b.t.p);
		if (take_heading(log, &b.t, &r, &f)) {
			r.flags = EVENT_LOSSY;
			s = flow_add(
			    &b.rd, &f, &r, restore(log, take_data(&b.t)));
			if (s != NULL && r.clock == CLOCK_DATE)
				s->head.lacks |= LACKS_ZONE;
		} else if (blocks_take_line(&b, &line)) {
			blocks_note(&b, &r, line);
		}
	}
	reader_done(&b.rd, SETTLE_FORGED);
}

const struct import import_ngrep = {
    .name = "ngrep",
    .about = "ngrep -W byline",
    .sniff = {.line = "^T ([0-9]{4}/[0-9]{2}/[0-9]{2} [^ ]+ )?"
		      "[^ ]+:[0-9]+ -> [^ ]+:[0-9]+ \\[[A-Z]+\\]"},
    .decode = decode,
};
