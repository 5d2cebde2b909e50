/*
 * import_raw.c - both directions in one file, without any marks
 *
 * What a proxy writes down as it comes, the recipe with two tees, tcpflow -C.
 * Who says a line is worked out (infer.h); with pipelining the order of the
 * file is not that of the dialogue.  Line ends are kept, unless somebody pasted
 * it.
 */
#include "import_tcpflow.h"
#include "infer.h"
#include "settle.h"

#include "import.h"

/*
 * tcpflow -C puts a LF behind every packet, so that an empty line follows the
 * greeting; a line without CR then goes on in another packet.
 */
static bool
is_packets(struct logfile *file)
{
	struct logfile_line line;
	bool found = logfile_next(file, &line) && line.n > 0 &&
	    line.p[line.n - 1] == '\r' && logfile_next(file, &line) &&
	    line.n == 0 && line.end == END_LF;

	logfile_rewind(file);
	return found;
}

static void
decode(struct log *log, struct logfile *file)
{
	struct infer *in;
	bool kept = memmem(file->p, file->n, "\r\n", 2) != NULL;
	bool packets = is_packets(file);
	struct logfile_line line;

	if (import_tcpflow_files(log, file))
		return;
	in = infer_open(log, NULL, NULL, NULL);
	while (logfile_next(file, &line)) {
		enum line_end end = line.end;

		if (line.n > 0 && line.p[line.n - 1] == '\r' && end == END_LF) {
			line.n--;
			end = END_CRLF;
		} else if (packets && line.n == 0) {
			continue;
		} else if (packets) {
			end = END_NONE;
		} else if (!kept && end == END_LF) {
			end = END_UNKNOWN;
		}
		infer_line(in, line.number, line.p, line.n, end);
	}
	infer_close(&in);
	settle(log, SETTLE_MASKS);
}

/* A server's greeting is the first line. */
static size_t
own(const struct sniff_text *t)
{
	size_t i = 0;

	while (i < t->nlines && t->lines[i][0] == '\0')
		i++;
	return i < t->nlines &&
		settle_is_greeting(t->lines[i], strlen(t->lines[i])) ?
	    i + 1 :
	    0;
}

const struct import import_raw = {
    .name = "raw",
    .about = "a proxy's raw log, both directions without marks",
    .sniff = {.own = own},
    .decode = decode,
};
