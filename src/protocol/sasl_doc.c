/* sasl_doc.c - mechanisms of authentication, and alerts of TLS */
#include "doc.h"

#include <string.h>

const struct doc_word doc_mechanisms[] = {
    {"PLAIN", "user name and password, in one message, in clear", "RFC 4616"},
    {"LOGIN", "the user name, then the password, in clear; no standard", NULL},
    {"CRAM-*", "a digest of the challenge and the password", "RFC 2195"},
    {"DIGEST-*", "a digest of the challenge and the password; obsolete",
	"RFC 2831"},
    {"SCRAM-*", "both prove that they know the password", "RFC 5802"},
    {"NTLM", "three messages of Microsoft's", NULL},
    {"GSSAPI", "tickets of Kerberos", "RFC 4752"},
    {"GSS-SPNEGO", "tickets of Kerberos, or NTLM", "RFC 4178"},
    {"GS2-*", "tickets of Kerberos", "RFC 5801"},
    {"KERBEROS*", "tickets of Kerberos; obsolete", "RFC 2222 §7.1"},
    {"XOAUTH2", "a token that was issued elsewhere; Google's", NULL},
    {"OAUTHBEARER", "a token that was issued elsewhere", "RFC 7628"},
    {"OAUTH10A", "a signed token that was issued elsewhere", "RFC 7628"},
    {"EXTERNAL", "who it is was shown by other means, such as TLS",
	"RFC 4422 App. A"},
    {"ANONYMOUS", "nobody; the text is a trace", "RFC 4505"},
    {"OTP", "a password that is good once", "RFC 2444"},
    {"S-KEY", "a password that is good once; obsolete", "RFC 2222 §7.3"},
    {"SKEY", "a password that is good once; obsolete", "RFC 2222 §7.3"},
    {"SECURID", "a number from a card", "RFC 2808"},
    {NULL, NULL, NULL},
};

const char *
doc_mechanism_hides(const char *mechanism)
{
	static const struct {
		const char *begins, *hides;
	} messages[] = {
	    {"PLAIN", "user name and password"},
	    {"LOGIN", "the password"},
	    {"CRAM-", "user name and digest"},
	    {"DIGEST-", "the digest"},
	    {"SCRAM-", "a message of the exchange"},
	    {"XOAUTH2", "the token"},
	    {"OAUTHBEARER", "the token"},
	    {"ANONYMOUS", "a trace"},
	    {"EXTERNAL", "a name"},
	    {NULL, NULL},
	};

	for (int i = 0; mechanism != NULL && messages[i].begins != NULL; i++)
		if (strncmp(mechanism, messages[i].begins,
			strlen(messages[i].begins)) == 0)
			return messages[i].hides;
	return "the message of the mechanism";
}

const struct doc_word doc_alerts[] = {
    {"close_notify", "this side ends the connection", "RFC 8446 §6.1"},
    {"unexpected_message", "a message came at the wrong time", "RFC 8446 §6.2"},
    {"bad_record_mac", "a record was damaged", "RFC 8446 §6.2"},
    {"decryption_failed", "a record was damaged", "RFC 5246 §7.2.2"},
    {"record_overflow", "a record is too long", "RFC 8446 §6.2"},
    {"decompression_failure", "a record was damaged", "RFC 5246 §7.2.2"},
    {"handshake_failure", "the two have no cipher in common", "RFC 8446 §6.2"},
    {"no_certificate", "there is no certificate", "RFC 6101 §5.4.2"},
    {"bad_certificate", "the certificate is damaged", "RFC 8446 §6.2"},
    {"unsupported_certificate", "a certificate of the wrong kind",
	"RFC 8446 §6.2"},
    {"certificate_revoked", "the certificate was revoked", "RFC 8446 §6.2"},
    {"certificate_expired", "the certificate is not valid now",
	"RFC 8446 §6.2"},
    {"certificate_unknown", "the certificate is not trusted", "RFC 8446 §6.2"},
    {"illegal_parameter", "a value is wrong", "RFC 8446 §6.2"},
    {"unknown_ca", "nobody whom this side trusts has signed the certificate",
	"RFC 8446 §6.2"},
    {"access_denied", "the certificate is good, but not welcome",
	"RFC 8446 §6.2"},
    {"decode_error", "a message was not understood", "RFC 8446 §6.2"},
    {"decrypt_error", "a signature is wrong", "RFC 8446 §6.2"},
    {"export_restriction", "not allowed for export", "RFC 2246 §7.2.2"},
    {"protocol_version", "the two have no version in common", "RFC 8446 §6.2"},
    {"insufficient_security", "the ciphers are too weak", "RFC 8446 §6.2"},
    {"internal_error", "something else failed", "RFC 8446 §6.2"},
    {"inappropriate_fallback", "an older version than needed was tried",
	"RFC 7507"},
    {"user_canceled", "the user gave up", "RFC 8446 §6.1"},
    {"no_renegotiation", "no new handshake is wanted", "RFC 5246 §7.2.2"},
    {"missing_extension", "an extension is missing", "RFC 8446 §6.2"},
    {"unsupported_extension", "an extension was not asked for",
	"RFC 8446 §6.2"},
    {"unrecognized_name", "there is no certificate for that name",
	"RFC 8446 §6.2"},
    {"bad_certificate_status_response", "the certificate's status is wrong",
	"RFC 8446 §6.2"},
    {"unknown_psk_identity", "the key is not known", "RFC 8446 §6.2"},
    {"certificate_required", "the client should have a certificate",
	"RFC 8446 §6.2"},
    {"no_application_protocol", "the two have no protocol in common",
	"RFC 8446 §6.2"},
    {NULL, NULL, NULL},
};
