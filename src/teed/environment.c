/* environment.c - what the daemon's environment tells of the session */
#include "environment.h"
#include "record.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ADDED 8 /* variables that teed adds */
#define ENV_MAX 64

/* Add a variable that is not there; without malloc() where there is room. */
static void
add_variable(const char *name, const char *value)
{
	static char *own[ENV_MAX],
	    texts[ADDED][sizeof "TCPREMOTEPORT=" + PEER_ADDR];
	static unsigned added;
	size_t n = 0;

	if (getenv(name) != NULL)
		return;
	while (environ[n] != NULL)
		n++;
	if (n + 2 > ENV_MAX || added == ADDED) {
		setenv(name, value, 0);
		return;
	}
	snprintf(texts[added], sizeof texts[added], "%s=%s", name, value);
	memmove(own, environ, n * sizeof *own);
	own[n] = texts[added++];
	own[n + 1] = NULL;
	environ = own;
}

void
environment_peer(const struct peer *p)
{
	add_variable("PROTO", "TCP");
	add_variable("TCPREMOTEIP", p->client_addr);
	add_variable("TCPREMOTEPORT", p->client_port);
	add_variable("TCPLOCALIP", p->server_addr);
	add_variable("TCPLOCALPORT", p->server_port);
	add_variable("REMOTE_HOST", p->client_addr);
}

void
environment_record(void)
{
	char *file = record_file();

	setenv("TEED_ID", record_id(), 1);
	if (file != NULL)
		setenv("TEED_FILE", file, 1);
	free(file);
}
