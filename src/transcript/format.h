/*
 * format.h - the words of a transcript that both its halves must agree on
 *
 * teed-transcript(5) tells the format to people.  The number after `#teed`
 * changes only if an old reader would misread a new file.
 */
#ifndef TEED_FORMAT_H
#define TEED_FORMAT_H

#define FORMAT_MAGIC "#teed 1"
#define FORMAT_END "#end "
#define FORMAT_MASK "****"

/* The most bytes of the conversation that one record holds. */
#define FORMAT_RECORD 8192

/* Columns of a time, with its six decimals. */
#define FORMAT_TIME_WIDTH 11

/* How long a prompt may wait for the rest of its line. */
#define FORMAT_PARTIAL_US 200000

#endif
