/*
 * event.h - what a session is made of
 *
 * A session is a header and a list of events: a time, a direction, bytes.
 * Everything else in these programs writes events, reads them or thinks about
 * them.
 */
#ifndef TEED_EVENT_H
#define TEED_EVENT_H

/*
 * Directions, named as the recipe of old named them: S is what the client (the
 * mailer) sends, R what it receives from the daemon, E the daemon's standard
 * error.  NONE is for what the recorder itself has to say.
 */
enum dir { DIR_S, DIR_R, DIR_E, DIR_NONE };

#define DIRS 3 /* those that carry bytes */

/* The letter that stands for a direction in a transcript. */
static inline char
dir_letter(enum dir d)
{
	return "SRE#"[d];
}

#endif
