/*
 * table.c - the sub-commands, the log formats and the exports there are
 *
 * The lists come from the Makefile: a new one is a file and a word there.
 */
#include "command.h"
#include "export.h"
#include "import.h"

#include <string.h>

#define COMMAND(name) extern const struct command cmd_##name;
#define IMPORT(name) extern const struct import import_##name;
#define EXPORT(name) extern const struct export export_##name;
#include "commands.h"
#include "exports.h"
#include "imports.h"
#undef COMMAND
#undef IMPORT
#undef EXPORT

#define COMMAND(name) &cmd_##name,
static const struct command *const commands[] = {
#include "commands.h"
    NULL};

#define IMPORT(name) &import_##name,
static const struct import *const imports[] = {
#include "imports.h"
    NULL};

#define EXPORT(name) &export_##name,
static const struct export *const exports[] = {
#include "exports.h"
    NULL};

const struct command *
command_nth(size_t n)
{
	return commands[n];
}

const struct command *
command_find(const char *name)
{
	for (size_t i = 0; commands[i] != NULL; i++)
		if (strcmp(commands[i]->name, name) == 0)
			return commands[i];
	return NULL;
}

const struct import *
import_nth(size_t n)
{
	return imports[n];
}

const struct import *
import_find(const char *name)
{
	for (size_t i = 0; imports[i] != NULL; i++)
		if (strcmp(imports[i]->name, name) == 0)
			return imports[i];
	return NULL;
}

const struct export *
export_nth(size_t n)
{
	return exports[n];
}

const struct export *
export_find(const char *name)
{
	for (size_t i = 0; exports[i] != NULL; i++)
		if (strcmp(exports[i]->name, name) == 0)
			return exports[i];
	return NULL;
}
