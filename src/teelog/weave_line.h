/* weave_line.h - whose a line of a syslog or debug log is, and when it came */
#ifndef TEELOG_WEAVE_LINE_H
#define TEELOG_WEAVE_LINE_H

#include "session.h"
#include "stamp.h"

/* Where in the second that its stamp tells a line will belong. */
enum weave_kind { WEAVE_LIKE_LAST, WEAVE_BEGIN, WEAVE_LOGIN, WEAVE_END };

struct weave_line {
	char *text; /* with its stamp; secrets are masked; to be freed */
	size_t len;
	int64_t us; /* since 1970, or TIME_NONE */
	bool precise; /* the stamp has more than seconds */
	enum weave_kind kind;
	size_t order; /* among those that were kept, for who keeps them */
};

/* What was learnt of the session from lines that are its own. */
#define LEARNT_MAX 16
struct weave_owner {
	const struct session *session;
	char host[80], port[8]; /* of the client; "" not known */
	char learnt[LEARNT_MAX][64]; /* `smtpd[123]`, `<id>`, `QUEUEID:` */
	unsigned nlearnt;
	bool authd_ours; /* the authdaemond's lines are about us now */
};

void weave_owner_init(struct weave_owner *o, const struct session *s);

/*
 * Read a line; year is stamp.h's, and goes on from line to line.  False if it has
 * no stamp.  Nothing is to be freed yet: text points to p.
 */
bool weave_line_read(
    struct weave_line *l, const char *p, size_t n, struct stamp_year *year);

/* Whether it belongs to the session; learns from it. */
bool weave_line_is_ours(struct weave_owner *o, const struct weave_line *l);

/* Make a copy without the secrets that debug logs tell. */
void weave_line_keep(struct weave_line *l);

#endif
