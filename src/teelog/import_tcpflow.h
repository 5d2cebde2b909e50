/* import_tcpflow.h - the files that tcpflow makes, one for each direction */
#ifndef TEELOG_IMPORT_TCPFLOW_H
#define TEELOG_IMPORT_TCPFLOW_H

#include "log.h"

/*
 * If the file is called as tcpflow calls them, read it and the other direction's.
 * What is in them begins like any raw log, so nothing else tells.
 */
bool import_tcpflow_files(struct log *log, struct logfile *file);

#endif
