/*
 * status_doc.c - enhanced status codes: class, subject, detail (RFC 3463)
 *
 * Later ones are in IANA's registry (RFC 5248).
 */
#include "doc.h"

#include <string.h>

static const struct doc_word subjects[] = {
    {"0", "nothing is told", "RFC 3463 §3.1"},
    {"1", "the address", "RFC 3463 §3.2"},
    {"2", "the mailbox", "RFC 3463 §3.3"},
    {"3", "the mail system", "RFC 3463 §3.4"},
    {"4", "the network", "RFC 3463 §3.5"},
    {"5", "the dialogue", "RFC 3463 §3.6"},
    {"6", "the message", "RFC 3463 §3.7"},
    {"7", "security or policy", "RFC 3463 §3.8"},
    {NULL, NULL, NULL},
};

static const struct doc_word details[] = {
    {"1.1", "no such mailbox", NULL},
    {"1.2", "no such domain", NULL},
    {"1.3", "the recipient's syntax is wrong", NULL},
    {"1.4", "it could be several", NULL},
    {"1.5", "it is valid", NULL},
    {"1.6", "it has moved", NULL},
    {"1.7", "the sender's syntax is wrong", NULL},
    {"1.8", "the sender's domain is wrong", NULL},
    {"1.9", "passed on to a mailer that knows no such codes", "RFC 3886"},
    {"1.10", "the recipient's domain takes no mail", "RFC 7505"},
    {"2.1", "it is disabled", NULL},
    {"2.2", "it is full", NULL},
    {"2.3", "the message is too long for it", NULL},
    {"2.4", "the list can't be expanded", NULL},
    {"3.1", "it is full", NULL},
    {"3.2", "it takes nothing now", NULL},
    {"3.3", "a feature is missing", NULL},
    {"3.4", "the message is too big for it", NULL},
    {"3.5", "its configuration is wrong", NULL},
    {"3.6", "the priority was changed", "RFC 6710"},
    {"4.1", "the host does not answer", NULL},
    {"4.2", "the connection was bad", NULL},
    {"4.3", "a directory, such as DNS, failed", NULL},
    {"4.4", "no way could be found", NULL},
    {"4.5", "there is too much traffic", NULL},
    {"4.6", "the message goes in circles", NULL},
    {"4.7", "it took too long", NULL},
    {"5.1", "a wrong command, or not at this point", NULL},
    {"5.2", "the syntax is wrong", NULL},
    {"5.3", "too many recipients", NULL},
    {"5.4", "wrong arguments", NULL},
    {"5.5", "a wrong version", NULL},
    {"5.6", "the line of the login is too long", "RFC 4954"},
    {"6.1", "content of that kind can't be had", NULL},
    {"6.2", "it must be converted, and may not", NULL},
    {"6.3", "it must be converted, and can't", NULL},
    {"6.4", "it was converted, with losses", NULL},
    {"6.5", "the conversion failed", NULL},
    {"6.6", "the content can't be had", "RFC 4468"},
    {"6.7", "addresses must be ASCII here", "RFC 6531"},
    {"6.8", "the reply would need UTF-8", "RFC 6531"},
    {"6.9", "a header in UTF-8 can't be passed on", "RFC 6531"},
    {"6.11", "a bare LF; Microsoft's", NULL},
    {"7.1", "not authorized", NULL},
    {"7.2", "not allowed to write to the list", NULL},
    {"7.3", "it must be converted safely, and can't", NULL},
    {"7.4", "a feature of security is missing", NULL},
    {"7.5", "the encryption failed", NULL},
    {"7.6", "an algorithm is not there", NULL},
    {"7.7", "the message was changed on the way", NULL},
    {"7.8", "user name or password are wrong", "RFC 4954"},
    {"7.9", "the mechanism is too weak", "RFC 4954"},
    {"7.10", "only with encryption", "RFC 5248"},
    {"7.11", "this mechanism only with encryption", "RFC 4954"},
    {"7.12", "a new password is needed first", "RFC 4954"},
    {"7.13", "the account is disabled", "RFC 5248"},
    {"7.14", "the servers do not trust each other", "RFC 5248"},
    {"7.15", "the priority is too low", "RFC 6710"},
    {"7.16", "too large for its priority", "RFC 6710"},
    {"7.17", "the address has another owner now", "RFC 7293"},
    {"7.18", "the domain has another owner now", "RFC 7293"},
    {"7.19", "the test of the owner can't be done", "RFC 7293"},
    {"7.20", "no DKIM signature is good", "RFC 7372"},
    {"7.21", "no acceptable DKIM signature", "RFC 7372"},
    {"7.22", "no DKIM signature of the author's", "RFC 7372"},
    {"7.23", "SPF is against it", "RFC 7372"},
    {"7.24", "SPF could not be tested", "RFC 7372"},
    {"7.25", "the reverse name of the client's address is wrong", "RFC 7372"},
    {"7.26", "several tests failed", "RFC 7372"},
    {"7.27", "the sender's domain takes no mail", "RFC 7505"},
    {"7.28", "too much mail", NULL},
    {"7.29", "ARC is against it", "RFC 8617"},
    {"7.30", "TLS was demanded, and can't be had", "RFC 8689"},
    {"7.57", "the client did not log in; Microsoft's", NULL},
    {"7.139", "simple logins are switched off; Microsoft's", NULL},
    {NULL, NULL, NULL},
};

static size_t
digits(const char *p, size_t n)
{
	size_t i = 0;

	while (i < n && i < 3 && p[i] >= '0' && p[i] <= '9')
		i++;
	return i;
}

bool
doc_status(const char *p, size_t n, const struct doc_word **subject,
    const struct doc_word **detail)
{
	size_t sub, det;

	if (n < 5 || strchr("245", p[0]) == NULL || p[1] != '.')
		return false;
	sub = digits(p + 2, n - 2);
	if (sub == 0 || 2 + sub >= n || p[2 + sub] != '.')
		return false;
	det = digits(p + 3 + sub, n - 3 - sub);
	if (det == 0 || 3 + sub + det != n)
		return false;
	*subject = doc_word(subjects, p + 2, sub);
	*detail = doc_word(details, p + 2, sub + 1 + det);
	return true;
}
