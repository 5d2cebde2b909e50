/* blocks.c - logs that have blocks of bytes under headings */
#include "blocks.h"

/* The file without what stands in front of every line. */
static struct take
unquote(struct log *log, struct logfile *file)
{
	unsigned char *copy = log_alloc(log, file->n + 1), *to = copy;
	struct logfile_line line;

	logfile_rewind(file);
	while (logfile_next(file, &line)) {
		memcpy(to, line.p, line.n);
		to += line.n;
		if (line.end == END_CRLF)
			*to++ = '\r';
		if (line.end != END_NONE)
			*to++ = '\n';
	}
	return (struct take){copy, to};
}

struct blocks
blocks_of(struct log *log, struct logfile *file)
{
	struct blocks b = {.rd = reader_of(log, file), .line = 1};

	b.t = file->prefix_len > 0 || file->front != FRONT_NONE ?
	    unquote(log, file) :
	    take_from(file->p, file->n);
	b.counted = b.t.p;
	return b;
}

uint64_t
blocks_line(struct blocks *b, const unsigned char *at)
{
	const unsigned char *p = b->counted;

	while (p < at && (p = memchr(p, '\n', (size_t)(at - p))) != NULL) {
		b->line++;
		p++;
	}
	if (at > b->counted)
		b->counted = at;
	return b->line;
}

bool
blocks_peek(const struct blocks *b, struct take *line)
{
	const unsigned char *lf;

	if (b->t.p == b->t.end)
		return false;
	lf = memchr(b->t.p, '\n', take_left(&b->t));
	*line = (struct take){b->t.p, lf != NULL ? lf : b->t.end};
	if (line->end > line->p && line->end[-1] == '\r')
		line->end--;
	return true;
}

bool
blocks_take_line(struct blocks *b, struct take *line)
{
	const unsigned char *lf;

	if (!blocks_peek(b, line))
		return false;
	lf = memchr(line->end, '\n', (size_t)(b->t.end - line->end));
	b->t.p = lf != NULL ? lf + 1 : b->t.end;
	return true;
}

struct log_session *
blocks_add(struct blocks *b, struct record *r, struct take bytes)
{
	if (bytes.p == bytes.end)
		return b->rd.session;
	r->text = bytes;
	r->end = RECORD_BYTES;
	return reader_add(&b->rd, r);
}

void
blocks_note(struct blocks *b, struct record *r, struct take line)
{
	r->dir = DIR_NONE;
	r->text = line;
	r->line = blocks_line(b, line.p);
	b->rd.keyed = false;
	reader_add(&b->rd, r);
}
