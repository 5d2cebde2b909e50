/* names.c - names whose values are secrets, and values that show themselves */
#include "names.h"

#include <string.h>

#define NAME_LEN 128

static const char *const containing[] = {"password", "passwd", "passwort",
    "passphrase", "passcode", "secret", "token", "apikey", "accesskey",
    "privatekey", "credential", "jwt", "csrf", "xsrf", "signature", "assertion",
    "samlresponse", "sessionid", NULL};

static const char *const being[] = {"pass", "pwd", "pw", "pin", "otp", "totp",
    "key", "auth", "authorization", "sid", "sig", "code", "session", "ticket",
    NULL};

static const char *const ending[] = {
    "pass", "pwd", "pw", "pin", "otp", "key", "sid", NULL};

static const char *const no_secrets[] = {"tokentype", "tokenendpoint", NULL};

static const char *const header_parts[] = {"auth", "token", "secret", "passw",
    "passphrase", "apikey", "api-key", "access-key", "credential", "session",
    "cookie", "csrf", "xsrf", "jwt", "signature", "x-amz-security",
    "subscription-key", "otp", "assertion", NULL};

static const char *const open_headers[] = {"www-authenticate",
    "proxy-authenticate", ":authority", "authority", "x-authenticated-user",
    NULL};

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

static int
hex(unsigned char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 32;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Decode percent codes; a name that is too long is cut. */
static size_t
decode(char *out, const unsigned char *p, size_t n)
{
	size_t len = 0;

	for (size_t i = 0; i < n && len < NAME_LEN - 1; i++) {
		if (p[i] == '%' && i + 2 < n && hex(p[i + 1]) >= 0 &&
		    hex(p[i + 2]) >= 0) {
			out[len++] = (char)(hex(p[i + 1]) << 4 | hex(p[i + 2]));
			i += 2;
		} else {
			out[len++] = (char)p[i];
		}
	}
	out[len] = '\0';
	return len;
}

static bool
is_one_of(const char *name, const char *const *list)
{
	for (; *list != NULL; list++)
		if (strcmp(name, *list) == 0)
			return true;
	return false;
}

static bool
contains_one_of(const char *name, const char *const *list)
{
	for (; *list != NULL; list++)
		if (strstr(name, *list) != NULL)
			return true;
	return false;
}

/* `db_pass`, `userPwd`, but not `compass`. */
static bool
ends_in_word(const char *name, size_t n)
{
	for (int i = 0; ending[i] != NULL; i++) {
		size_t w = strlen(ending[i]), k;
		const char *at = name + n - w;

		if (n <= w)
			continue;
		for (k = 0; k < w && lower(at[k]) == ending[i][k];)
			k++;
		if (k < w)
			continue;
		if (strchr("_-.", at[-1]) != NULL)
			return true;
		if (at[0] >= 'A' && at[0] <= 'Z' && lower(at[-1]) == at[-1])
			return true;
	}
	return false;
}

/* A name of at most so many bytes as fit. */
static bool
is_secret(const unsigned char *p, size_t n)
{
	char name[NAME_LEN], bare[NAME_LEN];
	size_t len, b = 0;

	if (n == 0)
		return false;
	len = decode(name, p, n);
	for (size_t i = 0; i < len; i++)
		if (strchr("-_.", name[i]) == NULL)
			bare[b++] = lower(name[i]);
	bare[b] = '\0';
	if (is_one_of(bare, no_secrets))
		return false;
	return contains_one_of(bare, containing) || is_one_of(bare, being) ||
	    ends_in_word(name, len);
}

bool
names_secret(const unsigned char *p, size_t n)
{
	return is_secret(p, n) ||
	    (n >= NAME_LEN && is_secret(p + n - NAME_LEN + 1, NAME_LEN - 1));
}

bool
names_secret_header(const unsigned char *p, size_t n)
{
	char name[NAME_LEN];
	size_t len = 0;

	for (; len < n && len < NAME_LEN - 1; len++)
		name[len] = lower((char)p[len]);
	name[len] = '\0';
	if (is_one_of(name, open_headers) ||
	    strncmp(name, "access-control-", 15) == 0 ||
	    strncmp(name, "sec-websocket-", 14) == 0)
		return false;
	return contains_one_of(name, header_parts);
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
	static const char bearer[] = "bearer ";
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
	for (; i < sizeof bearer - 1; i++)
		if (i >= n || lower((char)p[i]) != bearer[i])
			return false;
	while (i < n && (p[i] == ' ' || p[i] == '\t'))
		i++;
	*from = i;
	while (i < n && p[i] > ' ' && p[i] != '"' && p[i] != ',' &&
	    p[i] != ';' && p[i] != '\'')
		i++;
	*to = i;
	return *to > *from;
}
