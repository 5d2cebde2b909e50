/*
 * fuzz_decode.c - any bytes, read as a transcript
 *
 * Besides what reading.h checks: there are no more events than lines could give.
 */
#include "reading.h"

#include "../../src/teelog/transcript.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct transcript *t;
	struct reading r;
	struct session *s;
	struct lines lines;
	struct event ev;
	size_t most = 3 * size + 8;

	reading_open(&r, (unsigned)size);
	lines_of(&lines, data, size);
	t = transcript_open(&lines, NULL, NULL);
	while ((s = transcript_session(t)) != NULL) {
		reading_session(&r, s);
		while (transcript_event(t, &ev)) {
			if (most-- == 0)
				abort();
			reading_event(&r, &ev);
		}
		reading_end(&r);
	}
	transcript_close(&t);
	reading_close(&r);
	return 0;
}
