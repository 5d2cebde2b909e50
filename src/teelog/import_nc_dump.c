/*
 * import_nc_dump.c - the traditional nc's -o
 *
 *	> oooooooo hh hh ... # text	sent
 *	< oooooooo hh hh ... # text	received
 *
 * 16 bytes a line, with their offset in this direction.  nc is the client's
 * side, unless it is the one that is greeted.
 */
#include "rows.h"
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
	*n = hexdump_row(&t, 1, ROWS_BYTES, row);
	r->dir = c == '>' ? DIR_S : DIR_R;
	return *n > 0;
}

static void
end_rows(struct reader *rd, struct rows *rows)
{
	struct record r = rows->r;

	r.text = rows_take(rows, rd->log);
	r.end = RECORD_BYTES;
	if (r.text.p < r.text.end)
		reader_add(rd, &r);
}

static void
decode(struct log *log, struct logfile *file)
{
	struct reader rd = reader_of(log, file);
	struct rows rows = {.side = 0};
	unsigned char row[ROWS_BYTES];
	struct record r;
	size_t n;

	while (reader_next(&rd, &r)) {
		bool is_row = read_row(&r, row, &n);

		if (!is_row || !rows_go_on(&rows, (int)r.dir))
			end_rows(&rd, &rows);
		if (is_row)
			rows_add(&rows, &r, (int)r.dir, row, n);
		else
			reader_add(&rd, &r);
	}
	end_rows(&rd, &rows);
	buf_free(&rows.bytes);
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
