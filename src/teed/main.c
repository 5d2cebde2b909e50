/* main.c - teed: record what a client and a daemon say to each other */
#include "config.h"
#include "listen.h"
#include "run.h"

#include "../base/msg.h"

int
main(int argc, char **argv)
{
	static struct config config;
	int wrong;

	msg_init("teed");
	wrong = config_read(&config, argc, argv);
	if (wrong != 0)
		return wrong < 0 ? STATUS_USAGE : 0;
	if (config.nlisten > 0)
		return listen_run(&config);
	return run_session(&config);
}
