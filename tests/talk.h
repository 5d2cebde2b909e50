/* talk.h - a dialogue, and what the parts of talk know of its playing */
#ifndef TALK_H
#define TALK_H

#include <stddef.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum who { CLIENT, DAEMON };

enum what {
	SAY,
	SAY_2, /* on the daemon's descriptor 2, and the client gets it */
	SAY_ERR, /* and the client does not */
	READ,
	WAIT,
	UNTIL,
	DO,
	FLOW,
	CLOSE,
	VANISH,
	RESET,
	LOOSE,
	EXIT,
	KILL
};

struct step {
	enum what what;
	enum who who; /* who does it */
	bool named; /* the dialogue says so */
	unsigned char *bytes;
	size_t n;
	char *word; /* of the stage */
};

/* What both ends know of each other. */
struct shared {
	volatile uint64_t got[2]; /* bytes that this end has received */
};

extern struct step steps[];
extern size_t nsteps;
extern struct shared *shared; /* NULL: there is only this end */
extern const char *const names[2]; /* of the two ends */
extern enum who role; /* which end this is */
extern int rfd, wfd; /* our end of the conversation */
extern uint64_t sent;

/* Say what is wrong, and end. */
void fail(const char *fmt, ...) __attribute__((format(printf, 1, 2), noreturn));

/* Read a dialogue. */
void parse(const char *path);

/* Send and take random bytes at once: "KIND SEED N M". */
void flow(const char *word);

/* Print random bytes; the exit status. */
int make(const char *kind, const char *seed, const char *n);

#endif
