/* http_uri.c - secrets in URIs (RFC 3986): userinfo, queries, fragments */
#include "http.h"
#include "text.h"

static bool
ends_uri(unsigned char c)
{
	return http_is_one_of(c, " \t\"<>");
}

/* The end of a parameter's name that begins at `at`. */
static size_t
name_end(const struct line *l, size_t at, size_t to)
{
	while (at < to && !http_is_one_of(l->p[at], "=&;?# \t\"<>"))
		at++;
	return at;
}

/*
 * The end of its value.  A semicolon parts parameters only where it looks so: a
 * secret may have one in it.
 */
static size_t
value_end(const struct line *l, size_t at, size_t to, bool whole)
{
	size_t name;

	for (; at < to && l->p[at] != '&' && l->p[at] != '#'; at++) {
		if (!whole && ends_uri(l->p[at]))
			break;
		if (l->p[at] != ';')
			continue;
		name = name_end(l, at + 1, to);
		if (name > at + 1 && name < to && l->p[name] == '=')
			break;
	}
	return at;
}

static void
hide_query(struct track *t, enum dir d, struct line *l, size_t at, size_t to,
    bool whole, bool query)
{
	size_t end, quoted;

	while (at < to) {
		if (!query) {
			query = http_is_one_of(l->p[at], "?#;");
			at = query ? word_skip(l->p, to, at + 1) : at + 1;
			continue;
		}
		end = name_end(l, at, to);
		query = end < to && !ends_uri(l->p[end]);
		if (end == to || l->p[end] != '=') {
			at = query ? word_skip(l->p, to, end + 1) : end + 1;
			continue;
		}
		quoted = end + 1 < to && l->p[end + 1] == '"';
		query = text_secret_name(l->p + at, end - at);
		at = end + 1 + quoted;
		if (quoted)
			for (end = at; end < to && l->p[end] != '"';)
				end++;
		else
			end = value_end(l, at, to, whole);
		if (query)
			text_hide_value(t, l, at, end, d);
		query = end < to && !ends_uri(l->p[end]);
		at = query ? word_skip(l->p, to, end + 1) : end + 1;
	}
}

/*
 * `//joe:password@host`.  Where a password has a slash in it, what is behind
 * the colon is no port.  Returns where to go on.
 */
static size_t
hide_userinfo(struct track *t, enum dir d, struct line *l, size_t at, size_t to)
{
	size_t from = at, host = at, end, colon;

	while (host < to && !ends_uri(l->p[host]) &&
	    !http_is_one_of(l->p[host], "/?#"))
		host++;
	for (colon = at; colon < host && l->p[colon] != ':';)
		colon++;
	if (colon++ == host)
		return from;
	at = colon;
	while (at < host && l->p[at] >= '0' && l->p[at] <= '9')
		at++;
	/* A port, or a number that is followed by nothing. */
	for (end = host; at < host && end < to && !ends_uri(l->p[end]);)
		end++;
	while (end > colon && l->p[end - 1] != '@')
		end--;
	if (end == colon)
		return from;
	text_hide_value(t, l, colon, end - 1, d);
	return end;
}

void
http_hide_uri(struct track *t, enum dir d, struct line *l, size_t from,
    size_t to, bool whole, bool query)
{
	size_t i = from;

	if (whole && from < to && l->p[from] != '/')
		i = hide_userinfo(t, d, l, from, to);
	for (; i + 1 < to && memchr(l->p + i, '@', to - i) != NULL; i++)
		if (l->p[i] == '/' && l->p[i + 1] == '/' &&
		    (i + 2 == to || l->p[i + 2] != '/'))
			i = hide_userinfo(t, d, l, i + 2, to) - 1;
	hide_query(t, d, l, from, to, whole, query);
}
