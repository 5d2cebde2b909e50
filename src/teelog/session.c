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
