/*
 * authd.c - what the lines of Courier's authdaemond mean
 *
 * With DEBUG_LOGIN it tells how a login went from module to module: each says
 * ACCEPT, REJECT (the next one is asked) or TEMPFAIL (nobody is asked any more).
 */
#include "authd.h"
#include "take.h"

#include <string.h>

static const struct {
	const char *words, *about;
} meanings[] = {
    {"REJECT - try next module",
	"this module does not know the user, or the password is wrong; the "
	"next module is asked"},
    {"TEMPFAIL - no more modules",
	"this module could not do its work: the login ends here with a "
	"temporary failure, and no password is to blame; its database or its "
	"configuration is"},
    {"FAIL, all modules rejected",
	"nobody knew the user with this password: the login is refused"},
    {"ACCEPT, username", "this module has accepted the login"},
    {"trying this module", "this module is asked now"},
    {"received auth request", "a login begins"},
    {"Authenticated:", "the login is accepted, as this user"},
    {"does not match", "the password is wrong"},
    {"password matches", "the password is right"},
    {"entry not found", "the user is not in this database"},
    {"looking up", "the user is looked for"},
    {"no password available to compare",
	"the user has no password in this database"},
    {"cannot open shared object", "a module is not installed"},
    {"Installing lib", "a module is loaded"},
    {"Installation complete", "a module is ready"}, {NULL, NULL}};

const char *
authd_meaning(const char *line, size_t n)
{
	struct take t = take_from(line, n);

	if (!take_has(&t, "authdaemon"))
		return NULL;
	for (size_t i = 0; meanings[i].words != NULL; i++)
		if (take_has(&t, meanings[i].words))
			return meanings[i].about;
	return NULL;
}
