/* rows.c - blocks of bytes that a log shows in rows of 16 */
#include "rows.h"

bool
rows_go_on(const struct rows *w, int side)
{
	return w->bytes.len > 0 && w->side == side && w->last == ROWS_BYTES;
}

void
rows_add(struct rows *w, const struct record *r, int side,
    const unsigned char *row, size_t n)
{
	if (w->bytes.len == 0) {
		w->r = *r;
		w->side = side;
	}
	buf_add(&w->bytes, row, n);
	w->last = n;
}

struct take
rows_take(struct rows *w, struct log *log)
{
	size_t n = w->bytes.len;
	struct take t = take_from("", 0);

	if (n > 0)
		t = take_from(log_copy(log, w->bytes.p, n), n);
	w->bytes.len = 0;
	return t;
}
