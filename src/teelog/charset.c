/* charset.c - text of one charset in another */
#include "charset.h"
#include "mem.h"

#include <ctype.h>
#include <errno.h>
#include <iconv.h>
#include <langinfo.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* The longest character of any charset, with its shifts. */
#define CUT_MAX 16

struct charset {
	iconv_t cd;
	char cut[CUT_MAX]; /* the beginning of a character */
	size_t ncut;
	const char *substitute; /* for what can't be converted ... */
	bool to_utf8; /* ... which is a byte, and else a character */
};

static struct charset *
make(iconv_t cd, bool to_utf8)
{
	struct charset *c = mem_alloc(sizeof *c);

	c->cd = cd;
	c->ncut = 0;
	c->to_utf8 = to_utf8;
	c->substitute = to_utf8 ? "\xef\xbf\xbd" : "?";
	return c;
}

struct charset *
charset_open(const char *name, size_t n)
{
	char text[64];
	iconv_t cd;

	if (n == 0 || n >= sizeof text)
		return NULL;
	for (size_t i = 0; i < n; i++) {
		/* iconv_open() reads paths and options out of some names */
		if (!isalnum((unsigned char)name[i]) &&
		    strchr("-_.:()", name[i]) == NULL)
			return NULL;
		text[i] = name[i];
	}
	text[n] = '\0';
	cd = iconv_open("UTF-8", text);
	if (cd == (iconv_t)-1)
		return NULL;
	return make(cd, true);
}

struct charset *
charset_terminal(void)
{
	const char *name = nl_langinfo(CODESET);
	char to[64];
	iconv_t cd;

	if (strcasecmp(name, "UTF-8") == 0 || strcasecmp(name, "utf8") == 0 ||
	    strncmp(name, "ANSI_X3.4", 9) == 0 ||
	    strcasecmp(name, "US-ASCII") == 0 || strcmp(name, "646") == 0 ||
	    strcasecmp(name, "ASCII") == 0)
		return NULL;
	snprintf(to, sizeof to, "%s//TRANSLIT", name);
	cd = iconv_open(to, "UTF-8");
	if (cd == (iconv_t)-1)
		cd = iconv_open(name, "UTF-8");
	return cd != (iconv_t)-1 ? make(cd, false) : NULL;
}

void
charset_close(struct charset **c)
{
	if (*c == NULL)
		return;
	iconv_close((*c)->cd);
	free(*c);
	*c = NULL;
}

void
charset_reset(struct charset *c)
{
	iconv(c->cd, NULL, NULL, NULL, NULL);
	c->ncut = 0;
}

/* Convert what is in `in`; keeps the rest of it that is a cut character. */
static void
convert(struct charset *c, char *in, size_t left, struct buf *to)
{
	while (left > 0) {
		size_t room = left * 4 + 16;
		char *out = buf_room(to, room), *from = out;
		size_t r = iconv(c->cd, &in, &left, &out, &room);
		int error = errno;

		to->len += (size_t)(out - from);
		if (r != (size_t)-1)
			continue;
		if (error == EINVAL && left <= CUT_MAX) {
			memcpy(c->cut, in, left);
			c->ncut = left;
			return;
		}
		if (error == E2BIG && out > from)
			continue;
		buf_text(to, c->substitute);
		do {
			in++;
			left--;
		} while (!c->to_utf8 && left > 0 && (*in & 0xc0) == 0x80);
	}
}

void
charset_convert(struct charset *c, const void *p, size_t n, struct buf *to)
{
	char *in = mem_alloc(c->ncut + n);
	size_t cut = c->ncut;

	memcpy(in, c->cut, cut);
	if (n > 0)
		memcpy(in + cut, p, n);
	c->ncut = 0;
	convert(c, in, cut + n, to);
	free(in);
}
