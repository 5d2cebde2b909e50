/* test_doc.c - the tables of meanings and the trackers know the same words */
#include "unit.h"

#include "../../src/protocol/doc.h"
#include "../../src/protocol/ldap_message.h"
#include "../../src/protocol/protocol.h"
#include "../../src/protocol/tls.h"
#include "../../src/protocol/track.h"

static void
missing(const char *what, const char *protocol, const char *a, const char *b)
{
	printf("# %s: %s %s %s\n", what, protocol, a, b);
	unit_failed++;
}

/* ---- commands --------------------------------------------------------- */

/* The n-th verb of a table, "" behind the last. */
static const char *
nth_verb(const struct verb *v, size_t n)
{
	const char *name = v->names;

	for (; *name != '\0'; n--) {
		if (n == 0)
			return name;
		name += strlen(name) + 1;
		if (*name == '\0')
			name = (++v)->names;
	}
	return "";
}

/* The verb that those of the second table stand behind. */
static const char *
prefix_of(const struct protocol *p)
{
	const struct verb *v = p->verbs;

	while (v->names[0] != '\0' && v->args != ARGS_VERB)
		v++;
	return v->names;
}

static void
check_explained(const struct protocol *p, const struct doc *d)
{
	const char *prefix = prefix_of(p), *name;

	for (size_t i = 0; *(name = nth_verb(p->verbs, i)) != '\0'; i++)
		if (doc_verb(d, name, "") == NULL)
			missing("no text for", p->name, "", name);
	CHECK((*prefix != '\0') == (p->second_verbs != NULL));
	if (p->second_verbs == NULL)
		return;
	for (size_t i = 0; *(name = nth_verb(p->second_verbs, i)) != '\0'; i++)
		if (doc_verb(d, prefix, name) == NULL)
			missing("no text for", p->name, prefix, name);
}

static bool
has_verb(const struct verb *table, const char *name)
{
	const char *verb;

	for (size_t i = 0; *(verb = nth_verb(table, i)) != '\0'; i++)
		if (strcmp(verb, name) == 0)
			return true;
	return false;
}

static bool
is_known(const struct protocol *p, const char *name)
{
	const char *prefix = prefix_of(p);
	size_t n = strlen(prefix);

	if (n > 0 && strncmp(name, prefix, n) == 0 && name[n] == ' ')
		return has_verb(p->second_verbs, name + n + 1);
	return has_verb(p->verbs, name) ||
	    strcmp(name, "X-GM-*") == 0; /* the tracker's only pattern */
}

/* Each row of a table needs an empty word at its end. */
static void
check_rows(const char *protocol, const struct verb *v)
{
	for (; v != NULL && v->names[0] != '\0'; v++)
		if (v->names[sizeof v->names - 2] != '\0' ||
		    v->names[sizeof v->names - 1] != '\0')
			missing("too long a row", protocol, v->names, "");
}

static void
rows_of_verbs_end(void)
{
	const struct protocol *p;

	for (size_t i = 0; (p = protocol_nth(i)) != NULL; i++) {
		check_rows(p->name, p->verbs);
		check_rows(p->name, p->second_verbs);
	}
}

static void
every_command_has_a_text(void)
{
	const struct protocol *p;

	for (size_t i = 0; (p = protocol_nth(i)) != NULL; i++)
		if (p->verbs != NULL && doc_find(p->name) == NULL)
			missing("no texts at all for", p->name, "", "");
		else if (p->verbs != NULL)
			check_explained(p, doc_find(p->name));
}

static void
every_text_has_a_command(void)
{
	const struct doc *d;

	for (size_t i = 0; (d = doc_nth(i)) != NULL; i++) {
		const struct protocol *p = protocol_find(d->name);

		if (p == NULL || p->verbs == NULL)
			continue;
		for (const struct doc_verb *v = d->verbs; v->name != NULL; v++)
			if (!is_known(p, v->name))
				missing("no command for", d->name, v->name, "");
	}
}

static void
so_have_the_messages_of_ldap(void)
{
	const struct doc *d = doc_find("ldap");
	const struct ldap_op *op;
	size_t n = 0, texts = 0;

	for (; (op = ldap_op_nth(n)) != NULL; n++)
		if (doc_verb(d, op->name, "") == NULL)
			missing("no text for", "ldap", op->name, "");
	while (d->verbs[texts].name != NULL)
		texts++;
	CHECK(n > 0 && texts == n);
}

static void
so_have_the_alerts_of_tls(void)
{
	size_t n = 0, texts = 0;

	for (unsigned code = 0; code < 256; code++) {
		const char *name = tls_alert_name((unsigned char)code);

		if (name == NULL)
			continue;
		n++;
		if (doc_word(doc_alerts, name, strlen(name)) == NULL)
			missing("no text for", "tls", name, "");
	}
	while (doc_alerts[texts].name != NULL)
		texts++;
	CHECK(n > 0 && texts == n);
}

/* ---- how they are written --------------------------------------------- */

/* A phrase: it stands in a sentence of somebody else's. */
static void
check_phrase(const char *protocol, const char *name, const char *text)
{
	size_t n = text != NULL ? strlen(text) : 0;

	if (text == NULL)
		return;
	if (n == 0 || text[0] == ' ' || text[n - 1] == ' ' ||
	    (text[n - 1] == '.' && text[n > 1 ? n - 2 : 0] != '.'))
		missing("no phrase", protocol, name, text);
	for (const char *p = text; (p = strchr(p, '%')) != NULL; p++)
		if (p[1] == '\0' || strchr("12*+<", p[1]) == NULL)
			missing("no argument", protocol, name, text);
}

static void
check_where(const char *protocol, const char *name, const char *where)
{
	if (where != NULL && strncmp(where, "RFC ", 4) != 0)
		missing("no reference", protocol, name, where);
}

static void
check_words(const char *protocol, const struct doc_word *w)
{
	for (; w != NULL && w->name != NULL; w++) {
		CHECK(w->about != NULL);
		check_phrase(protocol, w->name, w->about);
		check_where(protocol, w->name, w->where);
	}
}

/* A word must not stand behind another that takes it away. */
static void
check_reached(const char *protocol, const struct doc_word *table)
{
	for (const struct doc_word *w = table; w != NULL && w->name != NULL;
	     w++)
		if (doc_word(table, w->name, strlen(w->name)) != w)
			missing("never reached", protocol, w->name, "");
}

static void
texts_are_phrases(void)
{
	const struct doc *d;

	for (size_t i = 0; (d = doc_nth(i)) != NULL; i++) {
		const struct doc_word *const tables[] = {d->codes, d->classes,
		    d->reasons, d->capabilities, d->data, d->parameters};

		for (const struct doc_verb *v = d->verbs; v->name != NULL;
		     v++) {
			CHECK(v->about != NULL);
			check_phrase(d->name, v->name, v->about);
			check_phrase(d->name, v->name, v->bare);
			check_phrase(d->name, v->name, v->ok);
			check_phrase(d->name, v->name, v->no);
			check_phrase(d->name, v->name, v->then);
			check_phrase(d->name, v->name, v->hides);
			check_where(d->name, v->name, v->where);
		}
		for (size_t k = 0; k < sizeof tables / sizeof *tables; k++) {
			check_words(d->name, tables[k]);
			check_reached(d->name, tables[k]);
		}
	}
	check_words("sasl", doc_mechanisms);
	check_words("tls", doc_alerts);
}

static void
enhanced_codes_are_taken_apart(void)
{
	const struct doc_word *subject, *detail;

	CHECK(doc_status("5.7.8", 5, &subject, &detail));
	CHECK(detail != NULL &&
	    strcmp(detail->about, "user name or password are wrong") == 0);
	CHECK(doc_status("2.0.0", 5, &subject, &detail));
	CHECK(subject != NULL && detail == NULL);
	CHECK(doc_status("4.7.28", 6, &subject, &detail) && detail != NULL);
	CHECK(doc_status("5.10.99", 7, &subject, &detail));
	CHECK(subject == NULL && detail == NULL);
	CHECK(!doc_status("3.1.1", 5, &subject, &detail));
	CHECK(!doc_status("5.1", 3, &subject, &detail));
	CHECK(!doc_status("5.1.1x", 6, &subject, &detail));
	CHECK(!doc_status("5.1.", 4, &subject, &detail));
	CHECK(!doc_status("5.1234.1", 8, &subject, &detail));
	CHECK(!doc_status("", 0, &subject, &detail));
}

static void
words_are_found_in_any_case(void)
{
	const struct doc *d = doc_find("smtp");

	CHECK(doc_find("lmtp") == d && doc_find("nothing") == NULL);
	CHECK(doc_find(NULL) == NULL);
	CHECK(doc_word(d->capabilities, "starttls", 8) != NULL);
	CHECK(doc_word(d->capabilities, "STARTTLSX", 9) == NULL);
	CHECK(doc_word(d->parameters, "size=120", 8) != NULL);
	CHECK(doc_word(NULL, "X", 1) == NULL);
	CHECK(doc_verb(doc_find("imap"), "UID", "fetch") != NULL);
	CHECK(doc_verb(doc_find("imap"), "UID", "") != NULL);
	CHECK(doc_verb(doc_find("imap"), "FETCH", "UID") == NULL);
}

static const struct unit units[] = {
    {"every command that a tracker knows has a text", every_command_has_a_text},
    {"each row of verbs has an end", rows_of_verbs_end},
    {"every text is about a command that a tracker knows",
	every_text_has_a_command},
    {"LDAP's messages and their texts are the same",
	so_have_the_messages_of_ldap},
    {"TLS's alerts and their texts are the same", so_have_the_alerts_of_tls},
    {"texts are phrases, references are RFCs, all can be found",
	texts_are_phrases},
    {"enhanced status codes are taken apart", enhanced_codes_are_taken_apart},
    {"words are found in any case", words_are_found_in_any_case},
};

int
main(void)
{
	return unit_main(units, sizeof units / sizeof *units);
}
