/* names.c - names whose values are secrets, and values that show themselves */
#include "names.h"
#include "track.h"

#include <string.h>

#define NAME_LEN 127 /* bytes of a name that are looked at */

static bool
is_upper(unsigned char c)
{
	return c >= 'A' && c <= 'Z';
}

/* Whether it stands between the words of a name. */
static bool
divides(unsigned char c)
{
	return c == '-' || c == '_' || c == '.' || c == '\0';
}

/* Decode percent codes; a name that is too long is cut. */
static size_t
decode(unsigned char out[NAME_LEN], const unsigned char *p, size_t n)
{
	size_t len = 0;

	for (size_t i = 0; i < n && len < NAME_LEN; i++) {
		int code = p[i] == '%' ? word_percent(p + i, n - i) : -1;

		if (code >= 0)
			i += 2;
		out[len++] = code >= 0 ? (unsigned char)code : p[i];
	}
	return len;
}

/* In upper case, as a string; where it is bare, without what divides words. */
static size_t
to_upper(unsigned char out[NAME_LEN + 1], const unsigned char *p, size_t n,
    bool bare)
{
	size_t len = 0;

	for (size_t i = 0; i < n; i++)
		if (!bare || !divides(p[i]))
			out[len++] =
			    p[i] >= 'a' && p[i] <= 'z' ? p[i] & 0xdf : p[i];
	out[len] = '\0';
	return len;
}

/* Whether one of these words stands in it, see word_among(). */
static bool
has_one_of(const unsigned char *name, const char *words)
{
	for (; *words != '\0'; words += strlen(words) + 1)
		if (strstr((const char *)name, words) != NULL)
			return true;
	return false;
}

/* `db_pass`, `userPwd`, but not `compass`. */
static bool
ends_in_word(const unsigned char *p, size_t n)
{
	for (size_t k = 2; k <= 4 && k < n; k++) {
		const unsigned char *at = p + n - k;

		if ((divides(at[-1]) ||
			(is_upper(at[0]) && !is_upper(at[-1]))) &&
		    word_among(at, k, "PASS\0PWD\0PW\0PIN\0OTP\0KEY\0SID\0") !=
			NULL)
			return true;
	}
	return false;
}

/* A name of at most so many bytes as fit. */
static bool
is_secret(const unsigned char *p, size_t n)
{
	unsigned char name[NAME_LEN], bare[NAME_LEN + 1];
	size_t len = decode(name, p, n), b = to_upper(bare, name, len, true);

	if (has_one_of(bare,
		"PASSWORD\0PASSWD\0PASSWORT\0PASSPHRASE\0PASSCODE\0SECRET\0"
		"TOKEN\0APIKEY\0ACCESSKEY\0PRIVATEKEY\0CREDENTIAL\0JWT\0"
		"CSRF\0XSRF\0SIGNATURE\0ASSERTION\0SAMLRESPONSE\0"
		"SESSIONID\0"))
		return word_among(bare, b, "TOKENTYPE\0TOKENENDPOINT\0") ==
		    NULL;
	return word_among(bare, b,
		   "PASS\0PWD\0PW\0PIN\0OTP\0TOTP\0KEY\0AUTH\0AUTHORIZATION\0"
		   "SID\0SIG\0CODE\0SESSION\0TICKET\0") != NULL ||
	    ends_in_word(name, len);
}

bool
names_secret(const unsigned char *p, size_t n)
{
	return is_secret(p, n) ||
	    (n > NAME_LEN && is_secret(p + n - NAME_LEN, NAME_LEN));
}

bool
names_secret_header(const unsigned char *p, size_t n)
{
	unsigned char name[NAME_LEN + 1];

	n = strnlen((const char *)p, n < NAME_LEN ? n : NAME_LEN);
	to_upper(name, p, n, false);
	return has_one_of(name,
		   "AUTH\0TOKEN\0SECRET\0PASSW\0PASSPHRASE\0APIKEY\0API-KEY\0"
		   "ACCESS-KEY\0CREDENTIAL\0SESSION\0COOKIE\0CSRF\0XSRF\0JWT\0"
		   "SIGNATURE\0X-AMZ-SECURITY\0SUBSCRIPTION-KEY\0OTP\0"
		   "ASSERTION\0") &&
	    word_among(name, n,
		"WWW-AUTHENTICATE\0PROXY-AUTHENTICATE\0:AUTHORITY\0"
		"AUTHORITY\0X-AUTHENTICATED-USER\0") == NULL &&
	    word_begins_among(name, n, "ACCESS-CONTROL-\0SEC-WEBSOCKET-\0") ==
	    NULL;
}

static bool
is_url64(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9') || c == '-' || c == '_';
}

bool
names_token(const unsigned char *p, size_t n, size_t *from, size_t *to)
{
	size_t i = 0;

	if (n > 3 && memcmp(p, "eyJ", 3) == 0) {
		while (i < n && is_url64(p[i]))
			i++;
		if (i < 8 || i == n || p[i] != '.')
			return false;
		while (i < n && (is_url64(p[i]) || p[i] == '.' || p[i] == '='))
			i++;
		*from = 0;
		*to = i;
		return true;
	}
	if (!word_begins(p, n, "BEARER "))
		return false;
	*from = i = word_skip(p, n, strlen("BEARER "));
	while (i < n && p[i] > ' ' && p[i] != '"' && p[i] != ',' &&
	    p[i] != ';' && p[i] != '\'')
		i++;
	*to = i;
	return *to > *from;
}
