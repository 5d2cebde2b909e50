/* explain_reply.c - what replies mean: codes, words in brackets, data */
#include "explain_own.h"
#include "phrase.h"
#include "take.h"

#include <stdio.h>
#include <string.h>

/* What stands behind a reply's code, tag and status. */
static struct take
text_of(const struct explain *x, const struct fact *f)
{
	struct take t = take_from(f->arg, f->arg_len), word;
	bool imap = x->doc != NULL && strcmp(x->doc->name, "imap") == 0;

	if (f->code >= 100 && take_left(&t) >= 3 && take_is_digit(*t.p)) {
		t.p += 3;
		take_one(&t, "- ", NULL);
		return t;
	}
	if (imap)
		take_token(&t, &word);
	take_blanks(&t);
	take_token(&t, &word);
	take_blanks(&t);
	return t;
}

/* ---- words that say more ---------------------------------------------- */

/* `[IN-USE] text`, `(QUOTA/MAXSIZE) "text"`. */
static void
explain_reason(struct explain *x, struct take t)
{
	struct take inner = t, word;
	char open;

	if (!take_one(&t, "[(", &open) ||
	    !take_until(&t, open == '[' ? "]" : ")", &inner) ||
	    !take_token(&inner, &word))
		return;
	take_blanks(&inner);
	explain_word(
	    x, x->doc->reasons, (const char *)word.p, take_left(&word));
	if (take_is(&word, "CAPABILITY"))
		explain_capabilities(
		    x, (const char *)inner.p, take_left(&inner));
}

/* Active Directory's `data 52e`. */
static void
explain_data_word(struct explain *x, struct take t)
{
	struct take before, word;

	if (take_until(&t, "data ", &before) && take_token(&t, &word)) {
		take_trim(&word, ",\"");
		explain_word(
		    x, x->doc->reasons, (const char *)word.p, take_left(&word));
	}
}

/* `5.1.1`: what the subject is, and what of it; it must fit to the code. */
static void
explain_status(struct explain *x, struct take t, int code)
{
	const struct doc_word *subject, *detail;
	struct take word;
	struct buf *b;

	if (!take_token(&t, &word) ||
	    !doc_status(
		(const char *)word.p, take_left(&word), &subject, &detail))
		return;
	if (*word.p == '2' && detail == NULL && code / 100 == 2)
		return; /* it says no more than the code */
	b = notes_begin(&x->notes,
	    detail != NULL && detail->where != NULL ? detail->where :
		subject != NULL			    ? subject->where :
						      NULL);
	buf_add(b, word.p, take_left(&word));
	buf_text(b, ": ");
	buf_text(b, subject != NULL ? subject->about : "a subject not known");
	if (detail != NULL)
		buf_fmt(b, ": %s", detail->about);
	if (*word.p - '0' != code / 100)
		notes_add(&x->notes, "RFC 3463 §2",
		    "%c and %d do not agree: the first digits must be the "
		    "same",
		    *word.p, code);
}

/* Words of servers that say something else than they seem to. */
static void
explain_text(struct explain *x, struct take t)
{
	if (take_has(&t, "authenticated but not connected"))
		notes_add(&x->notes, NULL,
		    "the login was not really accepted: Exchange says so "
		    "when the mailbox behind it can't be had");
}

/* 227's and 229's address, as people write it. */
static void
explain_passive(struct explain *x, struct take t, int code)
{
	unsigned v[6];
	uint64_t n;
	struct take before;

	if (code == 227) {
		for (int i = 0; i < 6; i++) {
			while (i == 0 && t.p < t.end && !take_is_digit(*t.p))
				t.p++;
			if (!take_number(&t, 1, 3, &n) || n > 255)
				return;
			v[i] = (unsigned)n;
			if (i < 5 && !take_one(&t, ",", NULL))
				return;
		}
		notes_add(&x->notes, "RFC 959 §4.1.2",
		    "that is %u.%u.%u.%u, port %u", v[0], v[1], v[2], v[3],
		    v[4] * 256 + v[5]);
	} else if (code == 229 && take_until(&t, "(|||", &before) &&
	    take_number(&t, 1, 5, &n)) {
		notes_add(&x->notes, "RFC 2428 §3",
		    "that is port %u of the same address", (unsigned)n);
	}
}

/* All that a reply has beside its code. */
static void
explain_rest(struct explain *x, const struct fact *f)
{
	struct take t = text_of(x, f);
	const char *name = x->doc->name;

	if (strcmp(name, "smtp") == 0)
		explain_status(x, t, f->code);
	else if (strcmp(name, "ftp") == 0)
		explain_passive(x, t, f->code);
	else if (strcmp(name, "ldap") == 0)
		explain_data_word(x, t);
	else
		explain_reason(x, t);
	explain_text(x, t);
}

/* ---- codes ------------------------------------------------------------ */

/* The code's own meaning, or that of its first digit. */
static void
explain_code(struct explain *x, int code)
{
	const struct doc_word *w = NULL;
	char digits[12];
	int n = snprintf(digits, sizeof digits, "%d", code);

	if (x->doc->codes == NULL)
		return;
	w = doc_word(x->doc->codes, digits, (size_t)n);
	if (w == NULL)
		w = doc_word(x->doc->classes, digits, 1);
	if (w != NULL)
		notes_add(&x->notes, w->where, "%d: %s", code, w->about);
}

/* POP3's `+OK 120 octets`, to be compared with what comes. */
static void
note_octets(struct explain *x, const struct fact *f, const struct asked *a)
{
	struct take t = text_of(x, f);
	uint64_t n;

	x->announced = 0;
	if (a != NULL && strcmp(a->name, "RETR") == 0 &&
	    f->status == STATUS_OK && take_number(&t, 1, 18, &n) &&
	    take_text(&t, " octets"))
		x->announced = n;
}

/* What this reply means for what was asked; NULL if nothing is told. */
static const char *
meaning(const struct fact *f, const struct asked *a)
{
	const struct doc_verb *v = a != NULL ? a->doc : NULL;

	if (f->status == STATUS_NO)
		return v != NULL && v->no != NULL ? v->no : "refused";
	if (v == NULL)
		return NULL;
	if (a->replies > 0)
		return v->then;
	if (f->status == STATUS_MORE)
		return v->then != NULL ? v->ok : NULL; /* what it asks for */
	return v->then != NULL && f->code >= 200 && f->code < 300 ? v->then :
								    v->ok;
}

/* How far it is with the message's recipients. */
static void
count_recipients(struct explain *x, const struct fact *f, const struct asked *a)
{
	if (a == NULL || strcmp(x->doc->name, "smtp") != 0)
		return;
	if (strcmp(a->name, "MAIL") == 0 || strcmp(a->name, "RSET") == 0)
		x->recipients = 0;
	if (strcmp(a->name, "RCPT") != 0 || f->status != STATUS_OK)
		return;
	x->recipients++;
	if (x->recipients > 1)
		notes_add(&x->notes, NULL, "the message has %u recipients now",
		    x->recipients);
}

void
explain_reply(struct explain *x, const struct fact *f, struct asked *a)
{
	const char *text = meaning(f, a);
	struct take t;

	if (x->doc == NULL)
		return;
	if (text != NULL)
		phrase_add(
		    notes_begin(&x->notes,
			a != NULL && a->doc != NULL ? a->doc->where : NULL),
		    text, a != NULL ? a->arg : "", a != NULL ? a->arg_len : 0);
	else if (x->doc->codes == NULL)
		notes_add(&x->notes, NULL, "done");
	if (a == NULL && x->greeted)
		notes_add(
		    &x->notes, NULL, "which command it answers is not known");
	if (text == NULL || f->status == STATUS_NO)
		explain_code(x, f->code);
	if (a != NULL && a->more > 0 && a->replies == 0 &&
	    f->status == STATUS_OK &&
	    (strcmp(a->name, "EHLO") == 0 || strcmp(a->name, "LHLO") == 0)) {
		t = text_of(x, f);
		explain_capability(x, (const char *)t.p, take_left(&t));
	} else {
		explain_rest(x, f);
	}
	note_octets(x, f, a);
	count_recipients(x, f, a);
}

void
explain_greeting(struct explain *x, const struct fact *f)
{
	struct take t = take_from(f->arg, f->arg_len), before, stamp;

	x->greeted = true;
	if (x->doc == NULL)
		return;
	if (f->status == STATUS_NO) {
		notes_add(&x->notes, x->doc->greeting.where,
		    "the server sends the client away");
		explain_code(x, f->code);
	} else if (take_has(&t, "* PREAUTH")) {
		explain_word(x, x->doc->data, "PREAUTH", 7);
	} else {
		notes_add(&x->notes, x->doc->greeting.where, "%s",
		    x->doc->greeting.about);
	}
	explain_rest(x, f);
	if (strcmp(x->doc->name, "pop3") == 0 && take_until(&t, "<", &before) &&
	    take_until(&t, ">", &stamp) && take_has(&stamp, "@"))
		notes_add(&x->notes, "RFC 1939 §7",
		    "with the timestamp in angle brackets one can log in by "
		    "APOP");
}

/* ---- replies that go on ----------------------------------------------- */

/* IMAP: `* 4 EXISTS`, `* OK [UIDNEXT 5] text`, `* LIST ...`. */
static void
explain_untagged(struct explain *x, const struct fact *f)
{
	struct take t = take_from(f->arg, f->arg_len), word;

	if (!take_text(&t, "* "))
		return;
	if (take_number(&t, 1, 19, NULL))
		take_blanks(&t);
	if (!take_token(&t, &word))
		return;
	explain_word(x, x->doc->data, (const char *)word.p, take_left(&word));
	take_blanks(&t);
	if (take_is(&word, "CAPABILITY"))
		explain_capabilities(x, (const char *)t.p, take_left(&t));
	else
		explain_reason(x, t);
	explain_text(x, t);
}

/* LDAP: an entry, a reference. */
static void
explain_message(struct explain *x, const struct fact *f)
{
	struct take t = take_from(f->arg, f->arg_len), word;
	const struct doc_verb *v;
	char name[48];

	if (!take_number(&t, 1, 10, NULL) || !take_text(&t, " ") ||
	    !take_token(&t, &word))
		return;
	snprintf(name, sizeof name, "%.*s", (int)take_left(&word),
	    (const char *)word.p);
	v = doc_verb(x->doc, name, "");
	if (v != NULL)
		notes_add(&x->notes, v->where, "%s", v->about);
}

/* Whether lines of the reply tell what the server can do. */
static bool
lists_capabilities(const struct explain *x, const struct asked *a)
{
	static const char *const names[] = {
	    "EHLO", "LHLO", "FEAT", "CAPABILITY", "STARTTLS", NULL};

	if (a == NULL)
		return strcmp(x->doc->name, "sieve") == 0;
	for (int i = 0; names[i] != NULL; i++)
		if (strcmp(names[i], a->name) == 0)
			return true;
	return false;
}

void
explain_more(struct explain *x, const struct fact *f, struct asked *a)
{
	const struct doc *d = x->doc;
	struct take t = text_of(x, f);
	const char *name;

	if (d == NULL)
		return;
	name = d->name;
	if (strcmp(name, "imap") == 0) {
		explain_untagged(x, f);
	} else if (strcmp(name, "ldap") == 0) {
		explain_message(x, f);
	} else if (!lists_capabilities(x, a)) {
		if (f->status != STATUS_NONE) /* FTP's 150 */
			explain_code(x, f->code);
	} else if (strcmp(name, "smtp") == 0 && a->more == 0) {
		notes_add(&x->notes, a->doc->where, "%s", a->doc->ok);
	} else {
		if (d->codes == NULL || !take_is_digit(*f->arg))
			t = take_from(f->arg, f->arg_len);
		explain_capability(x, (const char *)t.p, take_left(&t));
	}
}
