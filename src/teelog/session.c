/* session.c - what is asked of an event again and again */
#include "session.h"

#include "../base/num.h"
#include "../transcript/head.h"

#include <string.h>

const char *
event_line_end(const struct event *ev)
{
	static const char *const ends[] = {"\r\n", "\n", "", "\r\n"};

	return ev->kind == EVENT_DATA ? ends[ev->end] : "";
}

const char *
line_end_name(enum line_end end)
{
	static const char *const names[] = {"crlf", "lf", "none", "unknown"};

	return names[end];
}

const char *
session_lack_name(size_t n, unsigned *bit)
{
	static const char *const names[] = {
	    "times", "date", "zone", "line-ends", "directions"};

	if (n >= sizeof names / sizeof *names)
		return NULL;
	*bit = 1u << n;
	return names[n];
}

bool
event_is(
    const struct event *ev, const char *words, const char **rest, size_t *n)
{
	const char *text = (const char *)ev->bytes;
	size_t len = strlen(words);

	if (ev->kind != EVENT_STATE || ev->len < len ||
	    memcmp(text, words, len) != 0 ||
	    (ev->len > len && text[len] != ' '))
		return false;
	if (rest != NULL)
		*rest = text + len;
	if (n != NULL)
		*n = ev->len - len;
	return true;
}

/* The colon in front of the port; NULL if there is no port. */
static const char *
port_colon(const char *address)
{
	const char *first = strchr(address, ':'), *last = strrchr(address, ':');

	if (address[0] == '[') {
		last = strchr(address, ']');
		return last != NULL && last[1] == ':' ? last + 1 : NULL;
	}
	return first == last ? last : NULL; /* 2001:db8::7 has no port */
}

size_t
address_host(const char *address, const char **host)
{
	const char *colon = port_colon(address), *close;

	*host = address;
	if (address[0] == '[' && (close = strchr(address, ']')) != NULL) {
		*host = address + 1;
		return (size_t)(close - address) - 1;
	}
	return colon != NULL ? (size_t)(colon - address) : strlen(address);
}

unsigned
address_port(const char *address)
{
	const char *colon = address != NULL ? port_colon(address) : NULL;
	uint64_t port;

	if (colon == NULL || num_parse(colon + 1, 0, 65535, &port) != NULL)
		return 0;
	return (unsigned)port;
}

uint64_t
words_number(const char *words, size_t n, const char *key)
{
	char value[32];
	uint64_t number = 0;

	if (head_find(words, n, key, value, sizeof value) &&
	    num_parse(value, 0, UINT64_MAX, &number) != NULL)
		return 0;
	return number;
}
