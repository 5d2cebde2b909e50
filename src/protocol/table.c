/*
 * table.c - the protocols there are
 *
 * The list comes from the Makefile: a new protocol is a file and a word there.
 */
#include "guess.h"
#include "protocol.h"

#include <string.h>

#define PROTOCOL(name) extern const struct protocol proto_##name;
#include "protocols.h"
#undef PROTOCOL

#define PROTOCOL(name) &proto_##name,
static const struct protocol *const protocols[] = {
#include "protocols.h"
    NULL};
#undef PROTOCOL

const struct protocol *
protocol_nth(size_t n)
{
	return protocols[n];
}

const struct protocol *
protocol_find(const char *name)
{
	for (size_t i = 0; protocols[i] != NULL; i++)
		if (strcmp(protocols[i]->name, name) == 0)
			return protocols[i];
	return strcmp(name, "auto") == 0 ? &proto_auto : NULL;
}
