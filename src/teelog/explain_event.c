/* explain_event.c - what happened, in the words of a transcript */
#include "explain_own.h"
#include "authd.h"

#include "../base/num.h"
#include "../transcript/head.h"

#include <inttypes.h>
#include <string.h>

/* ---- how a daemon ended ----------------------------------------------- */

struct exit_word {
	unsigned status;
	const char *about;
};

/* sysexits(3), and what shells and the qmail family use. */
static const struct exit_word exits[] = {{0, "all is well, it says"},
    {1, "it failed, and does not say why"}, {2, "it failed; often a wrong use"},
    {64, "a wrong use (EX_USAGE)"}, {65, "wrong data (EX_DATAERR)"},
    {66, "no such input (EX_NOINPUT)"}, {67, "no such user (EX_NOUSER)"},
    {68, "no such host (EX_NOHOST)"}, {69, "no service (EX_UNAVAILABLE)"},
    {70, "a fault in it (EX_SOFTWARE)"},
    {71, "the system failed it (EX_OSERR)"},
    {72, "a file of the system's is missing (EX_OSFILE)"},
    {73, "it could not make a file (EX_CANTCREAT)"},
    {74, "reading or writing failed (EX_IOERR)"},
    {75, "it will pass: try again later (EX_TEMPFAIL)"},
    {76, "the client broke the protocol (EX_PROTOCOL)"},
    {77, "it was not allowed (EX_NOPERM)"},
    {78, "its configuration is wrong (EX_CONFIG)"},
    {100, "it failed for good, as programs of qmail's family say"},
    {111, "it failed for now, as programs of qmail's family say"},
    {126, "it was found, but could not be run"}, {127, "it was not found"},
    {0, NULL}};

static const struct doc_word signals[] = {
    {"ABRT", "it found a fault in itself and gave up", NULL},
    {"SEGV", "it crashed: a fault in it", NULL},
    {"BUS", "it crashed: a fault in it, or its disk", NULL},
    {"FPE", "it crashed: a fault in it", NULL},
    {"ILL", "it crashed: a fault in it", NULL},
    {"KILL", "somebody killed it; maybe the system, out of memory", NULL},
    {"PIPE", "it wrote to a client that had gone; usually harmless", NULL},
    {"ALRM", "its own time limit", NULL},
    {"TERM", "it was asked to end, as at a shutdown", NULL},
    {"HUP", "its terminal or its manager went away", NULL},
    {"INT", "it was interrupted", NULL},
    {"SYS", "its sandbox forbade what it did", NULL},
    {"XCPU", "it used more time of the processor than allowed", NULL},
    {"XFSZ", "it wrote a larger file than allowed", NULL}, {NULL, NULL, NULL}};

static void
explain_signal(struct explain *x, const char *name)
{
	const struct doc_word *w;

	if (strncmp(name, "SIG", 3) == 0)
		name += 3;
	w = doc_word(signals, name, strlen(name));
	notes_add(&x->notes, NULL, "a signal ended the daemon%s%s",
	    w != NULL ? ": " : "", w != NULL ? w->about : "");
}

static void
explain_exit(struct explain *x, const char *rest, size_t n)
{
	char text[32];
	uint64_t status;

	if (head_find(rest, n, "signal", text, sizeof text)) {
		explain_signal(x, text);
		return;
	}
	if (n >= sizeof text)
		return;
	memcpy(text, rest, n);
	text[n] = '\0';
	if (num_parse(text, 0, 255, &status) != NULL)
		return;
	for (const struct exit_word *w = exits; w->about != NULL; w++)
		if (w->status == status) {
			notes_add(&x->notes, NULL, "the daemon has ended: %s",
			    w->about);
			return;
		}
	if (status > 128)
		notes_add(&x->notes, NULL,
		    "the daemon has ended: a shell's "
		    "way to say that signal %u ended a program",
		    (unsigned)status - 128);
	else
		notes_add(&x->notes, NULL,
		    "the daemon has ended with a "
		    "status of its own");
}

/* ---- TLS -------------------------------------------------------------- */

/* A word of the event, unless it is `-`. */
static bool
find_word(const char *rest, size_t n, const char *key, char *to, size_t size)
{
	return head_find(rest, n, key, to, size) == 1 && strcmp(to, "-") != 0 &&
	    to[0] != '\0';
}

static void
explain_alert(struct explain *x, const char *who, const char *name)
{
	const struct doc_word *w = doc_word(doc_alerts, name, strlen(name));

	notes_add(&x->notes, w != NULL ? w->where : "RFC 8446 §6",
	    "%s complains%s%s", who, w != NULL ? ": " : "",
	    w != NULL ? w->about : "");
}

static void
explain_tls(struct explain *x, const char *rest, size_t n)
{
	bool client = n > 0 && rest[0] == 'S';
	const char *who = client ? "the client" : "the server";
	char word[256];

	if (find_word(rest, n, "alert", word, sizeof word)) {
		explain_alert(x, who, word);
		return;
	}
	notes_add(&x->notes, client ? "RFC 8446 §4.1.2" : "RFC 8446 §4.1.3",
	    "%s turns to TLS: from here on it is encrypted", who);
	if (find_word(rest, n, "version", word, sizeof word))
		notes_add(&x->notes, NULL,
		    client ? "at most version %s" : "version %s", word);
	if (find_word(rest, n, "sni", word, sizeof word))
		notes_add(
		    &x->notes, "RFC 6066 §3", "it asks for the host %s", word);
	else if (client && head_find(rest, n, "sni", word, sizeof word))
		notes_add(&x->notes, "RFC 6066 §3",
		    "it does not say which host it wants");
	if (find_word(rest, n, "alpn", word, sizeof word))
		notes_add(&x->notes, "RFC 7301",
		    client ? "to speak there: %s" : "to be spoken there: %s",
		    word);
	if (find_word(rest, n, "ciphers", word, sizeof word))
		notes_add(&x->notes, NULL, "it offers %s ciphers", word);
	if (find_word(rest, n, "cipher", word, sizeof word))
		notes_add(&x->notes, NULL, "the cipher is %s", word);
	if (find_word(rest, n, "hello", word, sizeof word))
		notes_add(&x->notes, NULL, "the hello is one of SSL 2");
}

/* ---- hints and others ------------------------------------------------- */

static const struct doc_word hints[] = {
    {"trailing-newline", "a line end was encoded with the secret", NULL},
    {"blank-at-end", "the secret ends in a blank", NULL},
    {"not-base64", "what was hidden is no base64", NULL},
    {"plain-no-nul", "a message of PLAIN without a NUL: malformed",
	"RFC 4616 §2"},
    {"plain-one-nul", "a message of PLAIN with one NUL: malformed",
	"RFC 4616 §2"},
    {"needs-quotes", "the secret has characters that must be quoted", NULL},
    {"http-request", "it was a request of HTTP", NULL},
    {"proxy-header", "it was the header of a proxy", NULL},
    {"masked-verb", "the verb was overwritten on the way, by a firewall", NULL},
    {"header-line", "it looked like a header: a message, out of place", NULL},
    {"ber-length", "a length in it leads beyond its end", NULL},
    {NULL, NULL, NULL}};

/* Events that mean one thing, by their first words. */
static const struct doc_word events[] = {
    {"close client", "the client has no more to say", NULL},
    {"close daemon", "the daemon has no more to say", NULL},
    {"reset client", "the connection to the client broke", NULL},
    {"reset daemon", "the daemon broke its connection off", NULL},
    {"opaque", "so many bytes were encrypted, and are not in the record", NULL},
    {"binary", "from here on it is no text", NULL},
    {"compress", "from here on it is compressed", NULL},
    {"elided", "content was left out of the record on purpose", NULL},
    {"lost", "so much could not be recorded, though it was relayed", NULL},
    {"segment", "the record goes on in another file", NULL},
    {"error", "why there was no daemon, or no connection to it", NULL},
    {"protocol", "what the dialogue has turned out to be", NULL},
    {"proxy-header", "a proxy tells whom it speaks for", NULL},
    {NULL, NULL, NULL}};

static void
explain_state_event(struct explain *x, const struct event *ev)
{
	const char *rest;
	size_t n;

	if (event_is(ev, "exit", &rest, &n) && n > 1) {
		explain_exit(x, rest + 1, n - 1);
		return;
	}
	if (event_is(ev, "tls", &rest, &n) && n > 1) {
		explain_tls(x, rest + 1, n - 1);
		x->new_state = EXPLAIN_TLS;
		return;
	}
	if (event_is(ev, "hint", &rest, &n) && n > 3) {
		explain_word(x, hints, rest + 3, n - 3); /* behind ` S ` */
		return;
	}
	for (const struct doc_word *w = events; w->name != NULL; w++)
		if (event_is(ev, w->name, NULL, NULL)) {
			notes_add(&x->notes, w->where, "%s", w->about);
			return;
		}
}

void
explain_event(struct explain *x, const struct event *ev)
{
	const char *text;

	switch (ev->kind) {
	case EVENT_DATA:
		notes_add(&x->notes, NULL,
		    "the daemon's standard error, "
		    "which the client does not see");
		break;
	case EVENT_STATE:
		explain_state_event(x, ev);
		break;
	case EVENT_NOTE:
		text = authd_meaning((const char *)ev->bytes, ev->len);
		if (text != NULL)
			notes_add(&x->notes, NULL, "%s", text);
		break;
	case EVENT_DAMAGE:
		break;
	}
}
