/*
 * nntp.c - NNTP (RFC 3977, 4643, 4644, 8054, and what RFC 2980 wrote down)
 *
 * Replies are one line each and come in order.  Whether an article or a list
 * follows one is told by its code (RFC 3977 section 3.2), which is believed only
 * of a command that can have such a reply.
 */
#include "track.h"

#include <string.h>

enum {
	OTHER,
	USER, /* AUTHINFO USER, and so on */
	PASS,
	SASL,
	SIMPLE,
	CREDENTIALS, /* the line behind AUTHINFO SIMPLE */
	GENERIC,
	AUTHINFO,
	STARTTLS,
	MODE,
	COMPRESS,
	XFEATURE,
	GZIP, /* XFEATURE COMPRESS GZIP */
	POST, /* 340 or 335 asks for an article */
	TAKETHIS, /* the article follows at once */
	SENT, /* an article, by POST or IHAVE */
	GROUP,
	LISTGROUP,
	ARTICLE, /* the reply may be followed by an article ... */
	LIST /* ... or by a list */
};

static const struct verb verbs[] = {
    {"CAPABILITIES\0HELP", ARGS_SHOW, LIST},
    {"NEWGROUPS\0NEWNEWS", ARGS_SHOW, LIST},
    {"OVER\0XOVER\0LIST", ARGS_SHOW, LIST},
    {"HDR\0XHDR\0XPAT", ARGS_SHOW, LIST},
    {"XROVER\0XINDEX", ARGS_SHOW, LIST},
    {"XGTITLE\0XZVER", ARGS_SHOW, LIST},
    {"XZHDR\0XMOTD", ARGS_SHOW, LIST},
    {"MODE", ARGS_OWN, MODE},
    {"QUIT\0LAST\0NEXT", ARGS_NONE, OTHER},
    {"DATE\0SLAVE", ARGS_NONE, OTHER},
    {"GROUP", ARGS_SHOW, GROUP},
    {"LISTGROUP", ARGS_SHOW, LISTGROUP},
    {"ARTICLE\0HEAD\0BODY", ARGS_SHOW, ARTICLE},
    {"STAT\0XTHREAD", ARGS_SHOW, OTHER},
    {"CHECK\0XPATH", ARGS_SHOW, OTHER},
    {"XREPLIC", ARGS_SHOW, OTHER},
    {"POST", ARGS_NONE, POST},
    {"IHAVE", ARGS_SHOW, POST},
    {"TAKETHIS", ARGS_SHOW, TAKETHIS},
    {"STARTTLS", ARGS_NONE, STARTTLS},
    {"AUTHINFO", ARGS_VERB, AUTHINFO},
    {"COMPRESS", ARGS_OWN, COMPRESS},
    {"XFEATURE", ARGS_SHOW, XFEATURE},
    {"", 0, 0},
};

/* What AUTHINFO is followed by (RFC 4643 section 2, RFC 2980 section 3.1). */
static const struct verb authinfo_verbs[] = {
    {"USER", ARGS_WORD, USER},
    {"PASS", ARGS_SECRET, PASS},
    {"SASL", ARGS_OWN, SASL},
    {"SIMPLE", ARGS_SECRET, SIMPLE},
    {"GENERIC", ARGS_SECRET, GENERIC},
    {"", 0, 0},
};

struct nntp {
	bool simple; /* the client's next line is `user password` ... */
	bool asked; /* ... and the daemon has asked for it */
	bool generic; /* all lines of the client's are secret */
	bool taking; /* the article that is being sent came by TAKETHIS */
	bool gzip; /* the daemon's bodies are compressed */
	bool told_gzip;
	bool behind_gzip; /* such a body may be over: is this a reply? */
};

/* AUTHINFO: what its first argument makes of it. */
static unsigned char
authinfo(struct track *t, struct line *l, const struct command *c)
{
	struct nntp *s = TRACK_STATE(t, struct nntp);
	struct command sub;

	if (!command_parse(l, c->arg, authinfo_verbs, &sub) ||
	    sub.verb != c->arg)
		return OTHER;
	if (sub.known == NULL || sub.known->id == GENERIC)
		line_hide_words(t, l, sub.known != NULL ? sub.arg : sub.verb);
	else
		command_hide(t, l, &sub);
	if (sub.known == NULL)
		return OTHER;
	switch (sub.known->id) {
	case USER:
		track_user_word(t, l->p + sub.arg, sub.end - sub.arg);
		break;
	case SASL:
		sasl_command(t, l, &sub);
		break;
	case SIMPLE:
		s->simple = true;
		s->asked = false;
		break;
	case GENERIC:
		s->generic = true;
		break;
	}
	return sub.known->id;
}

/*
 * TAKETHIS <id>: the article follows without an answer (RFC 4644 section 2.5),
 * unless it is not the whole of its line, or not a message's.
 */
static void
takethis(struct track *t, const struct line *l, const struct command *c)
{
	struct nntp *s = TRACK_STATE(t, struct nntp);

	if (c->arg == c->end || l->p[c->arg] != '<' || l->eol == 0 ||
	    memchr(l->p, '\r', l->n) != NULL)
		return;
	track_frame(t, DIR_S, FRAME_DOT, 0);
	s->taking = true;
	t->sum.messages++;
}

/* Arguments that are one of a few words: anything else may be a mistake. */
static unsigned char
known_word(struct track *t, struct line *l, const struct command *c)
{
	const char *words = c->known->id == MODE ?
	    "READER\0STREAM\0CANCEL\0SLAVE\0HEADFEED\0" :
	    "DEFLATE\0";

	if (line_says(l, c->arg, c->end, words))
		return c->known->id;
	line_deny(t, l, c->arg);
	return OTHER;
}

static unsigned char
command(struct track *t, struct line *l, const struct command *c)
{
	size_t end = word_end(l->p, c->end, c->arg), next;

	next = word_skip(l->p, c->end, end);
	switch (c->known->id) {
	case AUTHINFO:
		return authinfo(t, l, c);
	case TAKETHIS:
		takethis(t, l, c);
		break;
	case MODE:
	case COMPRESS:
		return known_word(t, l, c);
	case XFEATURE:
		if (line_says(l, c->arg, end, "COMPRESS\0") &&
		    word_begins(l->p + next, c->end - next, "GZIP"))
			return GZIP;
		return OTHER;
	}
	return c->known->id;
}

/* The line behind AUTHINFO SIMPLE (RFC 2980 section 3.1.2). */
static void
credentials(struct track *t, struct line *l)
{
	struct nntp *s = TRACK_STATE(t, struct nntp);
	size_t name = line_skip(l, 0);
	size_t end = line_word_end(l, name);
	size_t secret = line_skip(l, end);

	if (name == l->n)
		return;
	if (s->asked && secret < l->n) {
		track_user_word(t, l->p + name, end - name);
		line_hide(l, secret, l->n);
	} else {
		line_deny(t, l, 0);
	}
	s->simple = s->asked = false;
	track_fact(t, FACT_RESPONSE, DIR_S, l->p, l->n);
	pending_push(&t->pending, CREDENTIALS, NULL, 0, t->sum.commands);
}

static void
client(struct track *t, struct line *l)
{
	struct nntp *s = TRACK_STATE(t, struct nntp);

	/* With compressed bodies nobody asks before he has read the last. */
	if (s->behind_gzip)
		track_frame(t, DIR_R, FRAME_LINE, 0);
	if (s->generic) {
		line_hide(l, 0, l->n);
		track_fact(t, FACT_RESPONSE, DIR_S, l->p, l->n);
	} else if (s->simple) {
		credentials(t, l);
	} else {
		command_or_response(t, l, verbs, command);
	}
}

/* ---- the daemon ------------------------------------------------------- */

/* Codes of RFC 3977 section 3.2 and RFC 2980 that a list follows. */
static bool
has_list(int code)
{
	static const short codes[] = {
	    100, 101, 215, 217, 218, 221, 224, 225, 230, 231, 282, 0};

	for (int i = 0; codes[i] != 0; i++)
		if (codes[i] == code)
			return true;
	return false;
}

/* A body of the daemon's begins behind this line. */
static void
begin_body(struct track *t, enum frame frame)
{
	struct nntp *s = TRACK_STATE(t, struct nntp);

	if (frame == FRAME_DOT)
		t->sum.messages++;
	if (!s->gzip) {
		track_frame(t, DIR_R, frame, 0);
		return;
	}
	/* Where it ends can't be seen; the client's next command tells. */
	track_frame(t, DIR_R, FRAME_OPAQUE, 0);
	if (!s->told_gzip)
		track_event(t, "binary R");
	s->behind_gzip = s->told_gzip = true;
}

/* `211 count low high name`: a group was opened. */
static void
group(struct track *t, const struct line *l)
{
	size_t at = 3, end = 3;

	for (int i = 0; i < 4; i++) {
		at = line_skip(l, end);
		end = line_word_end(l, at);
		if (i == 0)
			track_mailbox(t, l->p + at, end - at);
	}
	if (end > at)
		track_fact(t, FACT_MAILBOX, DIR_R, l->p + at, end - at);
}

/* The replies to what AUTHINFO began; w is one of those. */
static void
login_reply(struct track *t, const struct waiting *w, int code)
{
	struct nntp *s = TRACK_STATE(t, struct nntp);

	if (w->id == SIMPLE) {
		s->asked =
		    s->simple && code == 350 && pending_sure(&t->pending);
		/* Also where a line came ahead: it may have been another one. */
		s->simple = code == 350;
	}
	if (w->id == CREDENTIALS && code / 100 == 2)
		s->simple = false;
	if (w->id == GENERIC)
		s->generic = false;
	if (code / 100 == 2)
		track_login(t, true);
	else if (code >= 400)
		track_login(t, false);
}

static void
reply(struct track *t, const struct line *l, const struct waiting *w, int code)
{
	bool sure = w != NULL && pending_sure(&t->pending);

	switch (w != NULL ? w->id : OTHER) {
	case USER:
	case PASS:
	case SASL:
	case SIMPLE:
	case CREDENTIALS:
	case GENERIC:
		login_reply(t, w, code);
		break;
	case STARTTLS:
		if (code == 382 && sure)
			track_expect_tls(t);
		break;
	case COMPRESS:
		if (code == 206 && sure)
			track_compressed(t);
		break;
	case GZIP:
		if (code == 290)
			TRACK_STATE(t, struct nntp)->gzip = true;
		break;
	case POST:
		if ((code == 340 || code == 335) && track_waits(t, w)) {
			track_frame(t, DIR_S, FRAME_DOT, 0);
			t->sum.messages++;
		}
		break;
	case GROUP:
	case LISTGROUP:
		if (code == 211)
			group(t, l);
		if (code == 211 && w->id == LISTGROUP && sure)
			begin_body(t, FRAME_LIST);
		break;
	case ARTICLE:
		if (sure && code >= 220 && code <= 222)
			begin_body(t, FRAME_DOT);
		break;
	case LIST:
		if (sure && has_list(code))
			begin_body(t, FRAME_LIST);
		break;
	}
}

/* The replies of a stream of articles (RFC 4644 section 2). */
static bool
is_streaming(int code)
{
	return code == 238 || code == 239 || code == 431 || code == 438 ||
	    code == 439;
}

/* A reply while an article is sent: the daemon has had enough. */
static void
break_article(struct track *t, int code)
{
	struct nntp *s = TRACK_STATE(t, struct nntp);

	if (track_frame_of(t, DIR_S) != FRAME_DOT ||
	    (s->taking && is_streaming(code)))
		return;
	track_frame(t, DIR_S, FRAME_LINE, 0);
	t->pending.distrust = true;
	s->taking = false;
}

static void
daemon_reply(struct track *t, struct line *l, int code)
{
	struct nntp *s = TRACK_STATE(t, struct nntp);
	const struct waiting *w;

	break_article(t, code);
	w = command_reply(t, FACT_REPLY, command_status(code), code, l);
	if (w != NULL && w->id == GENERIC && (code < 200 || code / 100 == 3))
		return; /* it goes on */
	if (w == NULL && t->pending.over == 0)
		s->generic = false;
	if (code == 350 && (w == NULL || w->id != SIMPLE)) {
		s->simple = true; /* whatever it answers: a secret follows */
		s->asked = false;
	}
	reply(t, l, w, code);
	command_done(t, w, SASL);
}

static void
daemon_line(struct track *t, struct line *l)
{
	struct nntp *s = TRACK_STATE(t, struct nntp);
	int code = word_code(l->p, l->n);

	if (code == 0) {
		l->opaque = s->behind_gzip && t->mode == TRACK_MASK;
		track_stray(t, l);
		return;
	}
	s->behind_gzip = false;
	l->protect = 3;
	if (command_greeting(t, code < 400 ? STATUS_OK : STATUS_NO, code, l))
		return;
	if (code == 383 && t->sasl.open)
		sasl_challenge(t, l, line_skip(l, 3), l->n);
	else
		daemon_reply(t, l, code);
}

static void
line(struct track *t, enum dir d, struct line *l)
{
	if (d == DIR_S)
		client(t, l);
	else
		daemon_line(t, l);
}

/* Challenges, and what comes with success (RFC 4643 section 2.4). */
static void
hide_reply(struct track *t, struct line *l)
{
	int code = word_code(l->p, l->n);
	size_t from = line_skip(l, 3);

	if (TRACK_STATE(t, struct nntp)->behind_gzip && code == 0)
		l->hold = 0;
	if (from >= l->n || (from + 1 == l->n && l->p[from] == '='))
		return;
	if (code == 383)
		sasl_hide_challenge(t, l, from, l->n);
	else if (code == 283)
		line_hide_quietly(l, from, l->n);
}

/* An article has been sent: a reply is due. */
static void
done(struct track *t, enum dir d)
{
	struct nntp *s = TRACK_STATE(t, struct nntp);

	track_fact(t, FACT_CONTENT_END, d, NULL, 0);
	if (d == DIR_R)
		return;
	if (!s->taking)
		pending_push(&t->pending, SENT, NULL, 0, t->sum.commands);
	s->taking = false;
}

static const uint16_t ports[] = {119, 433, 563, 8119, 0};

const struct protocol proto_nntp = {
    .name = "nntp",
    .verbs = verbs,
    .second_verbs = authinfo_verbs,
    .services = "nntp\0nnsp\0usenet\0",
    .programs =
	"nntpd\0in.nntpd\0nnrpd\0innd\0leafnode\0sn-nntpd\0snntpd\0cnntpd\0"
	"noffle\0",
    .ports = ports,
    .line = line,
    .hide_reply = hide_reply,
    .done = done,
};
