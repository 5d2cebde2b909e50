/* http_uri.c - secrets in URIs (RFC 3986): userinfo, queries, fragments */
#include "http.h"
#include "text.h"

#define END " \t\"<>" /* what ends a URI */

static bool
ends_uri(unsigned char c)
{
	return http_until(&c, 1, 0, END) == 0;
}

/* The end of a parameter's name that begins at `at`. */
static size_t
name_end(const struct line *l, size_t at, size_t to)
{
	return http_until(l->p, to, at, "=&;?#" END);
}

/*
 * The end of its value.  A semicolon parts parameters only where it looks so: a
 * secret may have one in it.
 */
static size_t
value_end(const struct line *l, size_t at, size_t to, enum http_uri what)
{
	const char *set = what != URI_WITHIN ? "&#;" : "&#;" END;
	size_t name;

	for (; (at = http_until(l->p, to, at, set)) < to; at++) {
		if (l->p[at] != ';')
			break;
		name = name_end(l, at + 1, to);
		if (name > at + 1 && name < to && l->p[name] == '=')
			break;
	}
	return at;
}

static void
hide_query(struct track *t, enum dir d, struct line *l, size_t at, size_t to,
    enum http_uri what)
{
	bool query = what == URI_QUERY;
	size_t end, name;

	for (; at < to; at = query ? word_skip(l->p, to, end + 1) : end + 1) {
		end = query ? name_end(l, at, to) :
			      http_until(l->p, to, at, "?#;");
		if (query && end < to && l->p[end] == '=') {
			bool quoted = end + 1 < to && l->p[end + 1] == '"';

			name = at;
			at = end + 1 + quoted;
			query = text_secret_name(l->p + name, end - name);
			end = quoted ? http_until(l->p, to, at, "\"") :
				       value_end(l, at, to, what);
			if (query)
				text_hide_value(t, l, at, end, d);
		}
		query = end < to && !ends_uri(l->p[end]);
	}
}

/*
 * `//joe:password@host`.  Where a password has a slash in it, what is behind
 * the colon is no port.  Returns where to go on.
 */
static size_t
hide_userinfo(struct track *t, enum dir d, struct line *l, size_t at, size_t to)
{
	size_t host = http_until(l->p, to, at, "/?#" END), end = host;
	size_t colon = http_until(l->p, host, at, ":"), port = colon + 1;

	if (colon++ == host)
		return at;
	while (port < host && l->p[port] >= '0' && l->p[port] <= '9')
		port++;
	/* A port, or a number that is followed by nothing. */
	if (port < host)
		end = http_until(l->p, to, host, END);
	while (end > colon && l->p[end - 1] != '@')
		end--;
	if (end == colon)
		return at;
	text_hide_value(t, l, colon, end - 1, d);
	return end;
}

void
http_hide_uri(struct track *t, enum dir d, struct line *l, size_t from,
    size_t to, enum http_uri what)
{
	size_t i = from;

	if (what != URI_WITHIN && from < to && l->p[from] != '/')
		i = hide_userinfo(t, d, l, from, to);
	for (; i + 1 < to && memchr(l->p + i, '@', to - i) != NULL; i++)
		if (l->p[i] == '/' && l->p[i + 1] == '/' &&
		    (i + 2 == to || l->p[i + 2] != '/'))
			i = hide_userinfo(t, d, l, i + 2, to) - 1;
	hide_query(t, d, l, from, to, what);
}
