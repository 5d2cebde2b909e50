/* credentials.c - what an Authorization field of HTTP holds */
#include "credentials.h"

#include "base64.h"
#include "sasl_label.h"

#include <string.h>

bool
credentials_scheme(const unsigned char *p, size_t n)
{
	return word_among(p, n,
		   "BASIC\0DIGEST\0BEARER\0NEGOTIATE\0NTLM\0KERBEROS\0HAWK\0"
		   "HOBA\0MUTUAL\0OAUTH\0SCRAM-SHA-1\0SCRAM-SHA-256\0VAPID\0"
		   "AWS4-HMAC-SHA256\0DPOP\0GNAP\0PRIVATETOKEN\0TOKEN\0"
		   "APIKEY\0") != NULL;
}

/* RFC 7617: `user:password` in base64.  False if it is nothing of the kind. */
static bool
read_basic(
    struct track *t, enum dir d, const unsigned char *p, size_t n, char *label)
{
	unsigned char text[ECHO_LEN], *colon;
	size_t len, name;

	if (!base64_decode(p, n, text, sizeof text, &len) ||
	    (colon = memchr(text, ':', len)) == NULL)
		return false;
	name = (size_t)(colon - text);
	if (name > 0 && sasl_is_text(text, colon) &&
	    !sasl_was_secret(t, text, name)) {
		sasl_label_user(text, name, label);
		if (d == DIR_S)
			track_user(t, text, name);
	}
	if (d == DIR_S && t->mode == TRACK_MASK) {
		echo_keep(&t->echo, p, n);
		echo_keep_form(&t->echo, colon + 1, len - name - 1);
	}
	explicit_bzero(text, sizeof text);
	return true;
}

void
credentials_hide(struct track *t, struct line *l, enum dir d,
    const unsigned char *scheme, size_t scheme_len, size_t from, size_t to)
{
	char label[SASL_LABEL] = "";
	bool kept = false;

	if (word_is(scheme, scheme_len, "BASIC")) {
		kept = read_basic(t, d, l->p + from, to - from, label);
	} else if (d == DIR_S && word_is(scheme, scheme_len, "DIGEST")) {
		/* RFC 7616 has the directives of RFC 2831. */
		sasl_mechanism(t, (const unsigned char *)"DIGEST-MD5", 10);
		sasl_message(t, l->p + from, to - from, label);
		sasl_end(t);
		kept = true;
	}
	line_hide_as(l, from, to, label);
	if (kept || d == DIR_R)
		l->spans[l->nspans - 1].secret = false;
}
