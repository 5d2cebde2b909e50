/*
 * report.h - a few lines to syslog about each session, as ipop3d writes them
 */
#ifndef TEED_REPORT_H
#define TEED_REPORT_H

#include "../protocol/protocol.h"

/* Say that a session begins.  Without this call the others say nothing. */
void report_begin(const char *service, const char *client_addr);

/* A login has ended. */
void report_login(const struct summary *sum, bool ok);

/* The session has: bytes of each side, how long it took, which record. */
void report_end(const struct summary *sum, uint64_t client_bytes,
    uint64_t daemon_bytes, uint64_t time_us, const char *id);

#endif
