/*
 * import_nc_dump.c - the traditional nc's -o
 *
 *	> oooooooo hh hh ... # text	sent
 *	< oooooooo hh hh ... # text	received
 *
 * 16 bytes a line, with their offset in this direction.  nc is the client's
 * side, unless it is the one that is greeted.
 */
#include "reader.h"
#include "hexdump.h"

#include "import.h"

static bool
read_row(struct record *r, unsigned char *row, size_t *n)
{
	struct take t = r->text;
	char c;

	if (!take_one(&t, "<>", &c) || !take_text(&t, " ") ||
	    !take_hex_number(&t, 8, 8, NULL))
		return false;
	*n = hexdump_row(&t, 1, 16, row);
	r->dir = c == '>' ? DIR_S : DIR_R;
	return *n > 0;
}

static void
decode(struct log *log, struct logfile *file)
{
	struct reader rd = reader_of(log, file);
	unsigned char row[16];
	struct record r;
	size_t n;

	while (reader_next(&rd, &r)) {
		if (read_row(&r, row, &n)) {
			r.end = RECORD_BYTES;
			r.text = take_from(log_copy(log, row, n), n);
		}
		reader_add(&rd, &r);
	}
	for (struct log_session *s = log->first; s != NULL; s = s->next)
		if (settle_is_turned(s))
			settle_turn(s); /* nc was the server */
	reader_done(&rd, 0);
}

const struct import import_nc_dump = {
    .name = "nc",
    .about = "the traditional nc's -o",
    .sniff = {.line = "^[<>] [0-9a-f]{8} ([0-9a-f]{2} )+", .share = 90},
    .decode = decode,
};
