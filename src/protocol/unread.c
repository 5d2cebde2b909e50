/* unread.c - text among bytes of the client's that nobody understands */
#include "unread.h"

#include <string.h>

#define RUN_MIN 4 /* shorter ones are no text */
#define RUNS_MAX 64 /* what comes later is binary data in most cases */

void
unread_keep(struct unread *u, struct echo *e)
{
	const unsigned char *sp = memrchr(u->text, ' ', u->n);

	if (u->n < RUN_MIN || u->n == u->was_kept)
		return;
	echo_keep_more(e, u->text, u->n, u->was_kept);
	if (sp != NULL)
		echo_keep_form(e, sp, (size_t)(u->text + u->n - sp));
	u->was_kept = u->n;
	u->runs++;
}

void
unread_bytes(struct unread *u, struct echo *e, const unsigned char *p, size_t n)
{
	for (; n > 0 && u->runs < RUNS_MAX; p++, n--) {
		if (*p >= ' ' && *p < 0x7f && u->n < sizeof u->text) {
			u->text[u->n++] = *p;
		} else if (u->n > 0) {
			unread_keep(u, e);
			explicit_bzero(u->text, u->n);
			u->n = u->was_kept = 0;
		}
	}
}
