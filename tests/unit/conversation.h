/*
 * conversation.h - a conversation in a file, and what its record must show
 *
 * A fixture is a text file:
 *
 *	protocol pop3		what -p would say
 *	secret hunter2		must not come out in any form (any number)
 *	lockstep		the client does not run ahead of prompts
 *	show			nothing is masked
 *	C PASS hunter2		the client says this line, CRLF added
 *	  PASS ****		... and this is what the record must show of it
 *	S +OK			the daemon says this
 *	  =			... shown as it is
 *	C. text			without a line end;  Cn text: LF only
 *	  -			nothing more is shown
 *	Cb 30{ 02{01} 42{} }	these bytes, written as bytes.h tells
 *	  1 UnbindRequest\d	a line that describes; \d ends it
 *	event tls S ...		an event of the record (then all must be named)
 *	end S=12 R=34		what its last line counts
 *	summary login=ok	words that its summary must have, when it is
 *				made and also when the record is read again
 *
 * An expectation begins with two blanks; `=` is the line itself, `-` nothing;
 * several are several lines.  A line without an expectation is not compared.
 * Escapes are those of a transcript.  `#` begins a comment, an empty line is
 * nothing.
 */
#ifndef CONVERSATION_H
#define CONVERSATION_H

#include "unit.h"

#include "../../src/protocol/protocol.h"
#include "../../src/protocol/track.h"
#include "../../src/transcript/decode.h"
#include "../../src/transcript/encode.h"

#define TURNS 400
#define SECRETS 16
#define EVENTS 32
#define RECORD (1024 * 1024)

struct turn {
	enum dir dir;
	unsigned char *bytes;
	size_t n;
	char *want; /* NULL: not compared; "" with `none`: nothing */
	bool none;
	int line;
};

struct conversation {
	char protocol[16];
	struct turn turns[TURNS];
	int nturns;
	char *secrets[SECRETS];
	int nsecrets;
	char *events[EVENTS];
	int nevents;
	char *end, *summary; /* NULL: not compared */
	bool lockstep, show;
};

/* Read a fixture; exits with a message where it is wrong. */
void conversation_read(struct conversation *c, const char *path);
void conversation_free(struct conversation *c);

/* The record, as text, and how it is made. */
struct recording {
	struct track track;
	struct encode encode;
	char text[RECORD];
	size_t len;
	uint64_t clock;
	enum dir last;
	bool exact; /* the ends of reads show; set it before the beginning */
	bool opaque; /* some of it was only counted */
};

void recording_begin(
    struct recording *r, const char *protocol, enum track_mode mode);
/* One read of a direction. */
void recording_read(
    struct recording *r, enum dir d, const unsigned char *p, size_t n);
/* 200 ms of silence. */
void recording_pause(struct recording *r);
void recording_end(struct recording *r);

/*
 * What the record shows of one direction: lines without times, joined where they
 * go on.  Returns how many of its lines are none of a record.
 */
int recording_lines(
    const struct recording *r, enum dir d, char *out, size_t size);

/* What a tracker knows at the end, in words. */
void summary_text(const struct summary *sum, char *out, size_t size);

/* Nothing of what a tracker gives out is wanted. */
extern const struct track_out track_nowhere;

#endif
