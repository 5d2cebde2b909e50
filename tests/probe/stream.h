/* stream.h - the steps that read and write the connection; see steps.h */
#ifndef PROBE_STREAM_H
#define PROBE_STREAM_H

#include "steps.h"

void stream_say(struct steps *s, const char *text);
void stream_urgent(struct steps *s, const char *text);
void stream_pour(struct steps *s, const char *count);
void stream_trickle(struct steps *s, const char *count);
void stream_cross(struct steps *s, const char *count);
void stream_hear(struct steps *s, const char *count);
void stream_line(struct steps *s, const char *arg);
void stream_rest(struct steps *s, const char *arg);
void stream_oob(struct steps *s, const char *arg);
void stream_mark(struct steps *s, const char *arg);
void stream_ask(struct steps *s, const char *count);
void stream_answer(struct steps *s, const char *count);

#endif
