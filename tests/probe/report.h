/*
 * report.h - everything that a daemon can see of what its launcher gave it
 */
#ifndef PROBE_REPORT_H
#define PROBE_REPORT_H

/* Write it to a file; argv is what main() was given. */
void report_write(const char *path, int argc, char *const *argv);

#endif
