/*
 * import_postfix_mail.c - the transcript that Postfix mails to its postmaster
 *
 *	Subject: Postfix SMTP server: errors from HOST[ADDRESS]
 *
 *	Transcript of session follows.
 *
 *	 Out: text
 *	 In:  text
 *	     more of it	(folded with a blank)
 *
 * Out and In are seen from Postfix, which may be the client.  Line ends are
 * lost, what is not printable is a question mark, and the message is not told.
 */
#include "reader.h"

#include "import.h"

struct notice {
	struct reader rd;
	bool client; /* it is Postfix */
	bool within; /* the transcript */
	struct take peer; /* p NULL: not told */
	/* The line that is being put together. */
	struct record r;
	bool open;
	char *text;
	size_t n, room;
};

static void
end_line(struct notice *m)
{
	struct log_session *s;
	const struct take none = {NULL, NULL};

	if (!m->open)
		return;
	m->open = false;
	if (m->n > 0)
		m->r.text = take_from(log_copy(m->rd.log, m->text, m->n), m->n);
	s = reader_add(&m->rd, &m->r);
	if (s == NULL)
		return;
	s->head.protocol = "smtp";
	if (m->peer.p != NULL && m->client)
		s->head.server = reader_address(m->rd.log, &m->peer, &none);
	else if (m->peer.p != NULL)
		s->head.client = reader_address(m->rd.log, &m->peer, &none);
}

static void
put(struct notice *m, const void *p, size_t n)
{
	while (m->n + n > m->room) {
		size_t room = m->room > 0 ? m->room * 2 : 1024;
		char *text = log_alloc(m->rd.log, room);

		if (m->n > 0)
			memcpy(text, m->text, m->n);
		m->text = text;
		m->room = room;
	}
	memcpy(m->text + m->n, p, n);
	m->n += n;
}

/* A line of the transcript; what follows a fold is joined to it. */
static bool
read_said(struct notice *m, const struct record *r)
{
	struct take t = r->text;
	bool out = take_text(&t, " Out: ");

	if (!out && !take_text(&t, " In:  ") && !take_text(&t, " In: ") &&
	    !take_is(&t, " In:"))
		return false;
	end_line(m);
	m->r = *r;
	m->r.dir = out != m->client ? DIR_R : DIR_S;
	if (take_is(&t, " In:"))
		t.p = t.end;
	m->r.text = t;
	m->n = 0;
	m->open = true;
	return true;
}

static bool
read_fold(struct notice *m, const struct record *r)
{
	struct take t = r->text;

	if (!m->open || !take_text(&t, "     "))
		return false;
	if (m->n == 0)
		put(m, m->r.text.p, take_left(&m->r.text));
	put(m, " ", 1);
	put(m, t.p, take_left(&t));
	return true;
}

/* A line of the mail around it. */
static void
read_mail(struct notice *m, struct record *r)
{
	struct take t = r->text;

	end_line(m);
	if (take_text(&t, "Subject: Postfix SMTP ")) {
		m->client = take_text(&t, "client");
		if (take_until(&t, "[", NULL) && !take_until(&t, "]", &m->peer))
			m->peer.p = NULL;
	}
	if (take_is(&r->text, "Transcript of session follows.")) {
		m->within = true;
		reader_close(&m->rd);
	}
	reader_add(&m->rd, r);
}

static void
decode(struct log *log, struct logfile *file)
{
	struct notice m = {.rd = reader_of(log, file)};
	struct record r;

	while (reader_next(&m.rd, &r))
		if (!m.within || (!read_said(&m, &r) && !read_fold(&m, &r)))
			read_mail(&m, &r);
	end_line(&m);
	reader_done(&m.rd, SETTLE_BODIES);
}

const struct import import_postfix_mail = {
    .name = "postfix-notice",
    .about = "the transcript in a mail to the postmaster, by Postfix",
    .sniff = {.line = "^Transcript of session follows\\.$",
	.also = "^ (In: |Out:) "},
    .decode = decode,
};
