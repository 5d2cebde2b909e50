/* sieve_doc.c - what is said in ManageSieve (RFC 5804) */
#include "doc.h"

static const struct doc_verb verbs[] = {
    {"AUTHENTICATE", "RFC 5804 §2.1", .about = "logs in with the mechanism %1",
	.ok = "accepted", .no = "refused",
	.hides = "the message of the mechanism"},
    {"STARTTLS", "RFC 5804 §2.2",
	.about = "asks for TLS; nothing more may be sent before the reply",
	.ok = "TLS begins with the client's next byte; then the server tells "
	      "again what it can do",
	.no = "no TLS: the session goes on in clear"},
    {"LOGOUT", "RFC 5804 §2.3", .about = "ends the session", .ok = "goodbye"},
    {"CAPABILITY", "RFC 5804 §2.4", .about = "asks what the server can do",
	.ok = "that was the list"},
    {"HAVESPACE", "RFC 5804 §2.5",
	.about = "asks whether the script %1 of %2 octets would be taken",
	.ok = "it would", .no = "it would not"},
    {"PUTSCRIPT", "RFC 5804 §2.6", .about = "stores a script under the name %1",
	.ok = "it is stored", .no = "it was not stored"},
    {"LISTSCRIPTS", "RFC 5804 §2.7", .about = "asks which scripts there are",
	.ok = "that was the list"},
    {"SETACTIVE", "RFC 5804 §2.8",
	.about = "from now on the script %1 is the one that runs; none if the "
		 "name is empty",
	.ok = "so be it"},
    {"GETSCRIPT", "RFC 5804 §2.9", .about = "asks for the script %1",
	.ok = "that was it", .no = "it can't be had"},
    {"DELETESCRIPT", "RFC 5804 §2.10", .about = "deletes the script %1",
	.ok = "it is gone", .no = "it was not deleted"},
    {"RENAMESCRIPT", "RFC 5804 §2.11", .about = "renames the script %1 to %2"},
    {"CHECKSCRIPT", "RFC 5804 §2.12", .about = "asks whether a script is right",
	.ok = "it is", .no = "it is not"},
    {"NOOP", "RFC 5804 §2.13",
	.about = "does nothing, but the idle clock starts anew"},
    {"UNAUTHENTICATE", "RFC 5804 §2.14",
	.about = "logs out, but keeps the connection"},
    {.name = NULL},
};

static const struct doc_word reasons[] = {
    {"AUTH-TOO-WEAK", "this mechanism is too weak for this user",
	"RFC 5804 §1.3"},
    {"ENCRYPT-NEEDED", "this mechanism only with TLS", "RFC 5804 §1.3"},
    {"TRANSITION-NEEDED", "log in once with PLAIN and TLS; then it will work",
	"RFC 5804 §1.3"},
    {"QUOTA/MAXSCRIPTS", "there are too many scripts", "RFC 5804 §1.3"},
    {"QUOTA/MAXSIZE", "the script is too large", "RFC 5804 §1.3"},
    {"QUOTA", "there is no room", "RFC 5804 §1.3"},
    {"REFERRAL", "it is at another server", "RFC 5804 §1.3"},
    {"SASL", "the mechanism's last message", "RFC 5804 §1.3"},
    {"TRYLATER", "not now: the same may work later", "RFC 5804 §1.3"},
    {"ACTIVE", "the script is the one that runs", "RFC 5804 §1.3"},
    {"NONEXISTENT", "there is no such script", "RFC 5804 §1.3"},
    {"ALREADYEXISTS", "there is a script of that name", "RFC 5804 §1.3"},
    {"TAG", "what the command said, to know its reply by", "RFC 5804 §1.3"},
    {"WARNINGS", "it was taken, but something is doubtful", "RFC 5804 §1.3"},
    {NULL, NULL, NULL},
};

static const struct doc_word capabilities[] = {
    {"IMPLEMENTATION", "which server this is", "RFC 5804 §1.7"},
    {"SASL", "mechanisms for AUTHENTICATE", "RFC 5804 §1.7"},
    {"SIEVE", "extensions that scripts can use", "RFC 5804 §1.7"},
    {"STARTTLS", "TLS can be had, by STARTTLS", "RFC 5804 §1.7"},
    {"MAXREDIRECTS", "so many times a script can redirect a message",
	"RFC 5804 §1.7"},
    {"NOTIFY", "ways in which scripts can notify", "RFC 5804 §1.7"},
    {"LANGUAGE", "the language of replies", "RFC 5804 §1.7"},
    {"OWNER", "who is logged in", "RFC 5804 §1.7"},
    {"VERSION", "the version of the protocol", "RFC 5804 §1.7"},
    {"RENAME", "the command RENAMESCRIPT is there, in old drafts", NULL},
    {"NOOP", "the command NOOP is there, in old drafts", NULL},
    {"UNAUTHENTICATE", "one can log out and keep the connection",
	"RFC 5804 §2.14"},
    {"X*", "a private extension", NULL},
    {NULL, NULL, NULL},
};

static const struct doc_word data[] = {
    {"OK", "done", "RFC 5804 §1.2"},
    {"NO", "it could not be done", "RFC 5804 §1.2"},
    {"BYE", "the server closes the connection", "RFC 5804 §1.2"},
    {NULL, NULL, NULL},
};

const struct doc doc_sieve = {
    .name = "sieve",
    .greeting = {NULL, "the server is ready; this is what it can do",
	"RFC 5804 §1.2"},
    .verbs = verbs,
    .reasons = reasons,
    .capabilities = capabilities,
    .data = data,
};
