/* export_json_session.c - a line of JSON for each session, without its events */
#include "digest.h"
#include "export.h"

static void
put_session(struct exporting *x, struct session *s)
{
	struct digesting *dg = digest_begin(s);
	struct digest d;
	struct event ev;

	while (session_next(x->sessions, &ev))
		digest_event(dg, &ev);
	digest_end(&dg, &d);
	digest_json(x->out, &d);
	digest_free(&d);
}

const struct export export_json_session = {
    .name = "json-session",
    .about = "a line for each session: what ls shows",
    .session = put_session,
};
