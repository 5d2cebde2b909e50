/*
 * signals.h - signals as something to read
 *
 * Signals that teed acts on are blocked and arrive as events of a descriptor,
 * so that a loop waits for them as it waits for everything else.
 */
#ifndef TEED_SIGNALS_H
#define TEED_SIGNALS_H

#include <signal.h>

/*
 * Block what teed catches (the signals that are passed on to the daemon, and
 * SIGCHLD), and those that would only say again what errno says (SIGPIPE,
 * SIGXFSZ).  *old is the mask that was; the daemon gets it.
 */
void signals_block(sigset_t *old);

/*
 * The reverse, for whoever takes our place: as if there had been no block for
 * SIGPIPE and SIGXFSZ.  (A first line beyond the limit of a file's size leaves
 * one waiting, which would end the daemon instead of us.)
 */
void signals_unblock(const sigset_t *old);

/* Descriptor that is readable when one has come; -1 with errno. */
int signals_open(void);

#define SIGNALS_AT_ONCE 8

/* Those that have come, at most SIGNALS_AT_ONCE; returns how many. */
int signals_read(int fd, int *signals);

#endif
