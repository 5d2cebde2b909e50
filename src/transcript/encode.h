/*
 * encode.h - conversation in, transcript out
 *
 * The encoder turns bytes, masks and events into the lines of a transcript
 * (teed-transcript(5)).  It holds back an incomplete line until it ends, and
 * gathers finished lines until encode_flush(), which hands them on in one piece.
 * It allocates nothing and knows neither files nor protocols.
 */
#ifndef TEED_ENCODE_H
#define TEED_ENCODE_H

#include "escape.h"
#include "event.h"
#include "format.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Room for what one read of ordinary text becomes, in one write. */
#define ENCODE_BUFFER (320 * 1024)

#define ENCODE_MARKS 64
#define ENCODE_LABELS 1024

/* Where finished lines go. */
struct encode_out {
	/* Write n bytes, whole lines: all or nothing.  False sets errno. */
	bool (*write)(void *arg, const char *p, size_t n);
	/*
	 * Begin segment number n, and end the one before it with this line.
	 * Returns how many bytes the new one takes, or 0 where none can be had:
	 * then nothing was written.  NULL if there are no segments.
	 */
	uint64_t (*roll)(
	    void *arg, unsigned n, const char *last, size_t last_len);
	void *arg;
};

/* A mask in a line that is held back. */
struct encode_mark {
	uint16_t at; /* offset in hold */
	uint16_t label; /* offset in labels, or the next mark's: no label */
	uint16_t label_len;
};

/*
 * What is known of one direction.  The large parts stand apart: of a session
 * that does nothing, few pages are touched.
 */
struct encode_side {
	unsigned char *hold; /* the line so far */
	size_t held;
	unsigned nmarks;
	struct encode_mark marks[ENCODE_MARKS];
	size_t labels_len;
	char *labels;
	enum escape_after after;
	uint64_t time_us; /* when the last byte was read */
	uint64_t read; /* which read that was */
	uint64_t counted; /* bytes of this direction; a mask counts four */
	uint64_t batch; /* those of them in the buffer */
	uint64_t lost; /* those that could not be written */
};

struct encode { /* not to be copied */
	struct encode_out out;
	struct encode_side side[DIRS];
	uint64_t reads; /* how many reads there were */
	uint64_t brief_read; /* the read that the last line came out of ... */
	enum dir brief_dir; /* ... and its direction: what may be brief */
	uint64_t left; /* bytes that this segment still takes */
	unsigned segment;
	int error; /* errno while writing fails, else 0 */
	char *at, *limit; /* end of what is in buf; where to flush */
	char buf[ENCODE_BUFFER];
	unsigned char holds[DIRS][FORMAT_RECORD + 2];
	char labels[DIRS][ENCODE_LABELS];
};

/* Begin.  left: bytes that the first segment takes beyond its header. */
void encode_init(struct encode *e, const struct encode_out *out, uint64_t left);

/* A read brought bytes of direction d at this time (us since the start). */
void encode_read(struct encode *e, enum dir d, uint64_t time_us);

/* Bytes of the conversation as they are. */
void encode_text(struct encode *e, enum dir d, const void *p, size_t n);

/* A secret was here.  label: `key=value, ...`, escaped, or NULL. */
void encode_mask(struct encode *e, enum dir d, const char *label);

/*
 * One line that describes instead of quoting; it ends in \d.  The text is
 * escaped already, since only its author knows which `****` in it is a mask; it
 * has at most FORMAT_RECORD bytes.  bytes is what it stands for in the counts.
 */
void encode_describe(
    struct encode *e, enum dir d, const char *text, uint64_t bytes);

/* Bytes that the record leaves out on purpose; they still count. */
void encode_count(struct encode *e, enum dir d, uint64_t n);

/* An event, as printf. */
void encode_event(struct encode *e, uint64_t time_us, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* Whether a line of this direction is held back. */
bool encode_holds(const struct encode *e, enum dir d);

/* Give out what is held back of this direction as a record without a line end. */
void encode_break(struct encode *e, enum dir d);

/*
 * Likewise, for a read that ended here at this time, which may lie behind the
 * last one.
 */
void encode_cut(struct encode *e, enum dir d, uint64_t time_us);

/* Hand on what is finished.  False while writing fails. */
bool encode_flush(struct encode *e);

/* Nothing comes for a while: give back the memory of what was handed on. */
void encode_rest(struct encode *e);

/*
 * Give out everything, and the last line with these words behind the counts
 * (NULL for none).  False when the record is incomplete.
 */
bool encode_end(struct encode *e, uint64_t time_us, const char *words);

#endif
