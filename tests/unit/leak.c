/* leak.c - whether a secret came out, in any form */
#include "leak.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FORM 4096

static void
hex_of(const char *s, char *out)
{
	for (; *s != '\0'; s++)
		out += sprintf(out, "%02x", (unsigned char)*s);
}

static void
base64_of(const char *s, size_t skip, char *out)
{
	static const char abc[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnop"
				  "qrstuvwxyz0123456789+/";
	size_t n = strlen(s);

	for (size_t i = skip; i + 3 <= n; i += 3) {
		unsigned v = (unsigned)(unsigned char)s[i] << 16 |
		    (unsigned)(unsigned char)s[i + 1] << 8 |
		    (unsigned char)s[i + 2];

		*out++ = abc[v >> 18];
		*out++ = abc[v >> 12 & 63];
		*out++ = abc[v >> 6 & 63];
		*out++ = abc[v & 63];
	}
	*out = '\0';
}

const char *
leak_in(const char *text, const char *secret)
{
	char form[FORM];

	if (strlen(secret) >= FORM / 2)
		abort();
	if (strcasestr(text, secret) != NULL)
		return "as it is";
	hex_of(secret, form);
	if (strlen(secret) > 4 && strcasestr(text, form) != NULL)
		return "in hex";
	for (size_t skip = 0; skip < 3; skip++) {
		base64_of(secret, skip, form);
		if (strlen(form) >= 8 && strstr(text, form) != NULL)
			return "in base64";
	}
	return NULL;
}

const char *
leak_in_bytes(const void *p, size_t n, const char *secret)
{
	char *text = malloc(n + 1);
	const char *form;

	if (text == NULL)
		abort();
	memcpy(text, p, n);
	for (size_t i = 0; i < n; i++)
		if (text[i] == '\0')
			text[i] = '\1';
	text[n] = '\0';
	form = leak_in(text, secret);
	free(text);
	return form;
}
