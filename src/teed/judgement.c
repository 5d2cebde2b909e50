/*
 * judgement.c - what the tracker gives out becomes lines of the record
 *
 * Text and masks are encoded; of content and of what is opaque, only as much as
 * was asked for: the rest is counted, and an event tells how much it was.
 */
#include "judgement.h"
#include "report.h"

#include "../base/clock.h"
#include "../base/scan.h"

#include <inttypes.h>
#include <string.h>

/* What is learnt from bytes happened when they were read. */
static uint64_t
event_time(const struct judgement *j)
{
	return j->reading ? j->read_us : clock_us() - j->start_us;
}

void
judgement_end_elision(struct judgement *j, enum dir d)
{
	struct elision *el = &j->elision[d];

	if (el->bytes == 0)
		return;
	el->lines += el->within;
	encode_event(j->encode, event_time(j),
	    "elided %c lines=%" PRIu64 " bytes=%" PRIu64, dir_letter(d),
	    el->lines, el->bytes);
	el->lines = el->bytes = 0;
	el->within = false;
}

static void
on_text(void *arg, enum dir d, const unsigned char *p, size_t n)
{
	struct judgement *j = arg;

	judgement_end_elision(j, d);
	if (n > 0)
		encode_text(j->encode, d, p, n);
	else
		encode_break(j->encode, d);
}

static void
on_mask(void *arg, enum dir d, const char *label)
{
	struct judgement *j = arg;
	struct elision *el = &j->elision[d];

	if (j->config->content != CONFIG_ALL && j->track->side[d].content &&
	    el->left == 0) {
		/* A secret within content that is left out; it counts four. */
		encode_count(j->encode, d, strlen(FORMAT_MASK));
		el->bytes += strlen(FORMAT_MASK);
		el->within = true;
		return;
	}
	judgement_end_elision(j, d);
	encode_mask(j->encode, d, label);
}

/* Where the first `lines` lines of p end, counting them down. */
static size_t
some_lines(const unsigned char *p, size_t n, uint64_t *lines)
{
	const unsigned char *at = p, *end = p + n, *lf;

	while (*lines > 0 && at < end) {
		lf = memchr(at, '\n', (size_t)(end - at));
		if (lf == NULL)
			return n;
		at = lf + 1;
		--*lines;
	}
	return (size_t)(at - p);
}

/* n > 0 */
static void
elide(struct judgement *j, enum dir d, const unsigned char *p, size_t n)
{
	struct elision *el = &j->elision[d];

	encode_count(j->encode, d, n);
	el->bytes += n;
	el->lines += scan_count_lf(p, p + n);
	/* What does not end counts when it ends, or as the last. */
	el->within = p[n - 1] != '\n';
}

static void
on_content(void *arg, enum dir d, const unsigned char *p, size_t n, bool begin)
{
	struct judgement *j = arg;
	struct elision *el = &j->elision[d];
	size_t keep = n;

	if (j->config->content != CONFIG_ALL) {
		if (begin)
			el->left = j->config->content;
		keep = some_lines(p, n, &el->left);
	}
	if (keep > 0)
		encode_text(j->encode, d, p, keep);
	if (keep < n)
		elide(j, d, p + keep, n - keep);
}

static void
on_opaque(void *arg, enum dir d, const unsigned char *p, size_t n)
{
	struct judgement *j = arg;

	judgement_end_elision(j, d);
	if (j->config->opaque_full && p != NULL) {
		encode_text(j->encode, d, p, n);
		return;
	}
	encode_break(j->encode, d);
	encode_count(j->encode, d, n);
	j->opaque[d] += n;
}

static void
on_describe(void *arg, enum dir d, const char *text, size_t n)
{
	struct judgement *j = arg;

	encode_describe(j->encode, d, text, n);
}

static void
on_cut(void *arg, enum dir d, uint64_t time_us)
{
	struct judgement *j = arg;

	encode_cut(j->encode, d, time_us);
}

static void
on_event(void *arg, const char *text)
{
	struct judgement *j = arg;

	encode_event(j->encode, event_time(j), "%s", text);
}

static void
on_fact(void *arg, const struct fact *f)
{
	struct judgement *j = arg;

	if (f->kind == FACT_LOGIN)
		report_login(track_summary(j->track), f->status == STATUS_OK);
}

struct track_out
judgement_out(struct judgement *j)
{
	return (struct track_out){
	    .arg = j,
	    .text = on_text,
	    .content = on_content,
	    .mask = on_mask,
	    .opaque = on_opaque,
	    .describe = on_describe,
	    .cut = on_cut,
	    .event = on_event,
	    .fact = on_fact,
	};
}

void
judgement_end(struct judgement *j)
{
	judgement_end_elision(j, DIR_S);
	judgement_end_elision(j, DIR_R);
	if (j->opaque[DIR_S] > 0 || j->opaque[DIR_R] > 0)
		encode_event(j->encode, event_time(j),
		    "opaque S=%" PRIu64 " R=%" PRIu64, j->opaque[DIR_S],
		    j->opaque[DIR_R]);
}
