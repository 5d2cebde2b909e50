/*
 * fuzz_import.c - any bytes, read as the log of another program
 *
 * The first byte chooses the format: the one with that number, or the one that
 * is recognised; FORMAT in the environment names one for all.  What must hold is
 * in reading.h, and besides that a log takes no more memory than its size
 * warrants.
 */
#include "reading.h"

#include "../../src/teelog/import.h"
#include "../../src/teelog/mem.h"

#include <stdlib.h>
#include <string.h>

/* Memory that each byte of a log may take. */
#define BYTES_EACH 2000

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* NULL: none has that number. */
static const struct import *
chosen(uint8_t number)
{
	const char *name = getenv("FORMAT");
	const struct import *im = import_nth(0);

	if (name != NULL)
		im = import_find(name);
	for (size_t i = 0; name == NULL && im != NULL && i < number;)
		im = import_nth(++i);
	return im != NULL && im->decode != NULL ? im : NULL;
}

static void
read_log(const struct import *im, struct logfile *file, unsigned how)
{
	struct seen *seen = NULL;
	struct log *log = log_open(file, &seen);
	size_t size = file->n;
	struct reading r;

	im->decode(log, file);
	log_finish(log, im->name);
	if (log->bytes > (size + 64) * BYTES_EACH)
		abort();
	reading_open(&r, how);
	for (struct log_session *s = log->first; s != NULL; s = s->next) {
		reading_session(&r, &s->head);
		for (size_t i = 0; i < s->nevents; i++)
			reading_event(&r, &s->events[i]);
		reading_end(&r);
	}
	reading_close(&r);
	log_free(&log);
	seen_free(&seen);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct import *im, *found;
	struct logfile *file;
	const char *why;
	struct copied copied;

	if (size < 2)
		return 0;
	im = chosen(data[0]);
	found = import_sniff(data + 1, size - 1, im, &copied);
	if (copied.prefix > size - 1)
		abort();
	if (found == NULL || found->decode == NULL)
		return 0;
	file = logfile_read("-", -1, data + 1, size - 1, &why);
	logfile_was_copied(file, &copied);
	read_log(found, file, (unsigned)size);
	return 0;
}
