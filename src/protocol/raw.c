/* raw.c - no protocol at all: bytes, nothing masked, binary counted */
#include "text.h"
#include "track.h"

static void
open(struct track *t)
{
	track_frame(t, DIR_S, FRAME_OWN, 0);
	track_frame(t, DIR_R, FRAME_OWN, 0);
	t->side[DIR_S].expect_tls = false;
}

static size_t
own(struct track *t, enum dir d, const unsigned char *p, size_t n)
{
	size_t text = t->mode == TRACK_MASK ? text_binary(p, n) : n;

	if (text > 0)
		t->out.text(t->out.arg, d, p, text);
	if (text < n) {
		track_frame(t, d, FRAME_OPAQUE, 0);
		track_event(t, "binary %c", dir_letter(d));
	}
	return text;
}

static void
line(struct track *t, enum dir d, struct line *l)
{
	track_fact(t, FACT_STRAY, d, l->p, l->n);
}

const struct protocol proto_raw = {
    .name = "raw",
    .open = open,
    .line = line,
    .own = own,
};
