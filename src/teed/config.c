/* config.c - what the command line asks for */
#include "config.h"

#include "../base/msg.h"
#include "../base/num.h"
#include "../transcript/name.h"

#include <assert.h>
#include <getopt.h>
#include <pwd.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#ifdef __linux__
#include <sys/auxv.h>
#endif

#define DEFAULT_DIR "/tmp/teed"
#define DEFAULT_KEEP 100
#define DEFAULT_TOTAL ((uint64_t)1 << 30)
#define TOTAL_MAX (UINT64_MAX / 2)
#define DEFAULT_MAX 100

/* Words in TEED_OPTIONS. */
#define ENV_WORDS 100

/* How the value of an option is read, and what it sets. */
enum kind {
	OWN, /* set_own() */
	FLAG, /* none: a bool */
	TEXT, /* a pointer to it */
	CHOICE, /* one of the words that `value` lists: which, as unsigned */
	COUNT, /* an uint64_t between min and max */
	SIZE /* likewise, in bytes */
};

#define AT(field) offsetof(struct config, field)

/*
 * One row an option: what getopt, the usage text and set() need.  Without
 * pointers it needs no relocation, so no session has a copy of its own.
 */
static const struct option_row {
	char letter;
	char name[13];
	char value[24]; /* what it takes, or "" */
	char help[72];
	enum kind kind;
	unsigned at; /* where in struct config */
	uint64_t min, max;
} rows[] = {
    {'d', "dir", "DIR", "where sessions are kept ($TEED_DIR, /tmp/teed)", TEXT,
	AT(dir), 0, 0},
    {'n', "name", "NAME", "service name, in file names", OWN, 0, 0, 0},
    {'p', "protocol", "PROTOCOL",
	"pop3 smtp lmtp imap sieve nntp ftp http ldap text raw auto", OWN, 0, 0,
	0},
    {'m', "secrets", "mask|show", "whether secrets are recorded (mask)", CHOICE,
	AT(show), 0, 0},
    {'k', "keep", "N", "sessions kept for this service (100; 0: all)", COUNT,
	AT(keep), 0, UINT32_MAX},
    {'t', "total", "SIZE", "bytes kept for this service (1G; 0: all)", SIZE,
	AT(total), 0, TOTAL_MAX},
    {'s', "segment", "SIZE", "a session goes on in a new file then (64M)", SIZE,
	AT(segment), 1, TOTAL_MAX},
    {'c', "content", "N", "record only N lines of each message (all)", COUNT,
	AT(content), 0, INT64_MAX},
    {'o', "opaque", "count|full", "what is recorded of TLS (count)", CHOICE,
	AT(opaque_full), 0, 0},
    {'x', "exact", "", "keep the boundaries of reads", FLAG, AT(exact), 0, 0},
    {'e', "stderr", "client|log|both",
	"where the daemon's standard error goes (client)", CHOICE, AT(err), 0,
	0},
    {'P', "pair", "tcp|unix|pipe|auto", "what the daemon talks to (auto)",
	CHOICE, AT(pair), 0, 0},
    {'u', "user", "USER", "the recorder becomes USER", OWN, 0, 0, 0},
    {'f', "fail", "open|closed",
	"a session that can't be recorded: unrecorded, or refused (open)",
	CHOICE, AT(fail_closed), 0, 0},
    {'E', "env", "", "give the daemon TEED_ID and TEED_FILE", FLAG, AT(env), 0,
	0},
    {'y', "syslog", "", "tell syslog of each session", FLAG, AT(syslog), 0, 0},
    {'a', "client", "ADDR[/LEN]", "record only these clients (repeatable)", OWN,
	0, 0, 0},
    {'w', "switch", "FILE", "record only while FILE exists", TEXT,
	AT(switch_file), 0, 0},
    {'W', "when", "always|failed", "keep only sessions that failed (always)",
	CHOICE, AT(when_failed), 0, 0},
    {'U', "upstream", "HOST:PORT", "connect there, run no program", OWN, 0, 0,
	0},
    {'H', "proxy-header", "1|2", "send a PROXY header to the upstream", COUNT,
	AT(proxy_header), 1, 2},
    {'l', "listen", "[ADDR:]PORT", "accept connections here (repeatable)", OWN,
	0, 0, 0},
    {'M', "max", "N", "sessions at once, with --listen (100)", COUNT, AT(max),
	1, 100000},
    {'0', "argv0", "NAME", "what the program is called in argv[0]", TEXT,
	AT(argv0), 0, 0},
    {'A', "args", "", "replace %a %p %A %P %i %% in the arguments", FLAG,
	AT(args), 0, 0},
    {'h', "help", "", "this text", OWN, 0, 0, 0},
    {'V', "version", "", "the version", OWN, 0, 0, 0},
};

#define ROWS (sizeof rows / sizeof *rows)

static void
usage(void)
{
	printf("usage: teed [options] program [argument ...]\n"
	       "       teed [options] --upstream host:port\n"
	       "       teed [options] --listen [address:]port ...\n\n");
	for (size_t i = 0; i < ROWS; i++) {
		char text[64];

		snprintf(text, sizeof text, "--%s%s%s", rows[i].name,
		    rows[i].value[0] != '\0' ? " " : "", rows[i].value);
		printf("  -%c, %-26s %s\n", rows[i].letter, text, rows[i].help);
	}
	printf("\nSee teed(8).\n");
}

/* ---- values ----------------------------------------------------------- */

/* Said before each mistake: where the words are from. */
static const char *origin = "";

/* A value is none of the words that the option's row lists. */
static const char none_of[] = "is none of";

static const struct option_row *
find_row(int letter)
{
	for (size_t i = 0; i < ROWS; i++)
		if (rows[i].letter == letter)
			return &rows[i];
	return NULL;
}

static int
wrong(const struct option_row *row, const char *value, const char *why)
{
	msg_error("%s--%s (-%c): \"%s\" %s%s%s", origin, row->name, row->letter,
	    value, why, why == none_of ? " " : "",
	    why == none_of ? row->value : "");
	return -1;
}

/* One of the words a|b|c: its index, or -1. */
static int
choice(const char *words, const char *value)
{
	size_t n = strlen(value);
	int i = 0;

	for (const char *w = words; *w != '\0'; i++) {
		size_t len = strcspn(w, "|");

		if (len == n && memcmp(w, value, n) == 0)
			return i;
		w += len;
		w += *w == '|';
	}
	return -1;
}

/* HOST:PORT, [HOST]:PORT, or PORT alone. */
static const char *
parse_host(struct config_host *h, const char *value, bool need_host)
{
	const char *colon = strrchr(value, ':');
	size_t n = colon != NULL ? (size_t)(colon - value) : 0;
	const char *port = colon != NULL ? colon + 1 : value;

	if (colon == NULL && need_host)
		return "is not HOST:PORT";
	if (n >= 2 && value[0] == '[' && value[n - 1] == ']') {
		value++;
		n -= 2;
	} else if (memchr(value, ':', n) != NULL) {
		return "is ambiguous: write [ADDRESS]:PORT for IPv6";
	}
	if ((n == 0 && need_host) || n >= sizeof h->host)
		return "has no host";
	if (*port == '\0' || strlen(port) >= sizeof h->port)
		return "has no port";
	memcpy(h->host, value, n);
	h->host[n] = '\0';
	memcpy(h->port, port, strlen(port) + 1);
	return NULL;
}

static const char *
set_user(struct config *c, const char *value)
{
	const struct passwd *pw = getpwnam(value);

	if (pw == NULL)
		return "is no user of this system";
	/* Nothing to give up, and no privilege to do it with. */
	c->user = value;
	if (pw->pw_uid != 0 && getuid() == pw->pw_uid &&
	    geteuid() == pw->pw_uid)
		c->user = NULL;
	c->uid = pw->pw_uid;
	c->gid = pw->pw_gid;
	return NULL;
}

static const char *
add_client(struct config *c, const char *value)
{
	if (c->nclients == CONFIG_CLIENTS)
		return "is one network too many";
	return network_parse(&c->clients[c->nclients++], value);
}

static const char *
add_listen(struct config *c, const char *value)
{
	if (c->nlisten == CONFIG_LISTEN)
		return "is one address too many";
	return parse_host(&c->listen[c->nlisten++], value, false);
}

static const char *
set_protocol(struct config *c, const char *value)
{
	const struct protocol *p = protocol_find(value);

	c->protocol = strcmp(value, "auto") == 0 ? NULL : p;
	return p == NULL ? "is no protocol that teed knows" : NULL;
}

static const char *
set_own(struct config *c, char letter, const char *value)
{
	switch (letter) {
	case 'n':
		c->name = value;
		return name_is_service(value) ?
		    NULL :
		    "is no name: use 1 to 32 of A-Z a-z 0-9 . _ -, no dot first";
	case 'p':
		return set_protocol(c, value);
	case 'u':
		return set_user(c, value);
	case 'a':
		return add_client(c, value);
	case 'U':
		c->has_upstream = true;
		return parse_host(&c->upstream, value, true);
	default:
		return add_listen(c, value);
	}
}

/* Returns NULL, or what is wrong with the value. */
static const char *
set(struct config *c, const struct option_row *row, char *value)
{
	void *field = (char *)c + row->at;
	int n;

	switch (row->kind) {
	case FLAG:
		*(bool *)field = true;
		return NULL;
	case TEXT:
		memcpy(field, &value, sizeof value);
		return NULL;
	case CHOICE:
		n = choice(row->value, value);
		if (n >= 0)
			*(unsigned *)field = (unsigned)n;
		return n >= 0 ? NULL : none_of;
	case COUNT:
		return num_parse(value, row->min, row->max, field);
	case SIZE:
		return num_size(value, row->min, row->max, field);
	default:
		return set_own(c, row->letter, value);
	}
}

/* ---- reading ---------------------------------------------------------- */

/* What getopt_long() wants, made from the table. */
struct getopt_tables {
	char letters[3 * ROWS + 2];
	struct option names[ROWS + 1];
};

static void
make_tables(struct getopt_tables *g)
{
	char *l = g->letters;

	memset(g, 0, sizeof *g);
	*l++ = '+'; /* what follows the first operand belongs to the daemon */
	*l++ = ':';
	for (size_t i = 0; i < ROWS; i++) {
		*l++ = rows[i].letter;
		if (rows[i].value[0] != '\0')
			*l++ = ':';
		g->names[i].name = rows[i].name;
		g->names[i].has_arg =
		    rows[i].value[0] != '\0' ? required_argument : no_argument;
		g->names[i].val = (unsigned char)rows[i].letter;
	}
}

/* An option that getopt_long() does not take (`?`), or not like this (`:`). */
static int
bad_option(int answer, const char *word)
{
	const struct option_row *row = optopt != 0 ? find_row(optopt) : NULL;

	if (answer == ':' && row != NULL)
		msg_error("%s--%s (-%c) needs a value", origin, row->name,
		    row->letter);
	else if (row != NULL)
		msg_error("%s--%s (-%c) takes no value", origin, row->name,
		    row->letter);
	else if (optopt != 0)
		msg_error("%sunknown option -%c", origin, optopt);
	else
		msg_error("%sunknown or ambiguous option %s", origin, word);
	return -1;
}

/*
 * Help and the version: for people, never for a client that finds us on its
 * connection.
 */
static int
tell(const struct option_row *row)
{
	struct stat st;

	if (fstat(STDOUT_FILENO, &st) == 0 && S_ISSOCK(st.st_mode)) {
		msg_error("%s--%s is not for a client", origin, row->name);
		return -1;
	}
	if (row->letter == 'h')
		usage();
	else
		printf("teed %s\n", TEED_VERSION);
	return 0;
}

/* Returns the index of the first operand, -1 or, for help, 0. */
static int
read_words(struct config *c, int argc, char **argv)
{
	const struct option_row *row;
	struct getopt_tables g;
	const char *why;
	int letter;

	make_tables(&g);
	opterr = 0;
#ifdef __GLIBC__
	optind = 0; /* begin anew, also for a second set of words */
#else
	optind = 1;
#endif
	while ((letter = getopt_long(argc, argv, g.letters, g.names, NULL)) !=
	    -1) {
		if (letter == '?' || letter == ':')
			return bad_option(letter, argv[optind - 1]);
		row = find_row(letter);
		assert(row != NULL); /* there is no other letter */
		if (letter == 'h' || letter == 'V')
			return tell(row);
		why = set(c, row, optarg);
		if (why != NULL)
			return wrong(row, optarg, why);
	}
	return optind;
}

/* TEED_OPTIONS, split at blanks. */
static int
read_environment(struct config *c)
{
	const char *text = getenv("TEED_OPTIONS");
	char *word, *save = NULL;
	static char self[] = "TEED_OPTIONS", *copy;
	char *argv[ENV_WORDS + 1] = {self};
	int argc = 1, operand;

	if (text == NULL)
		return 1;
	origin = "TEED_OPTIONS: ";
	copy = strdup(text); /* the options point into it: it stays */
	if (copy == NULL) {
		msg_error("%sout of memory", origin);
		return -1;
	}
	for (word = strtok_r(copy, " \t\n", &save);
	     word != NULL && argc < ENV_WORDS;
	     word = strtok_r(NULL, " \t\n", &save))
		argv[argc++] = word;
	if (word != NULL) {
		msg_error("%stoo many words", origin);
		return -1;
	}
	operand = read_words(c, argc, argv);
	if (operand > 0 && operand < argc) {
		msg_error("%s\"%s\" is no option", origin, argv[operand]);
		return -1;
	}
	origin = "";
	return operand;
}

static int
check(const struct config *c)
{
	if (c->program == NULL && !c->has_upstream) {
		msg_error("no program to run; see teed --help");
		return -1;
	}
	if (c->program != NULL && c->has_upstream) {
		msg_error(
		    "--upstream takes no program (\"%s\")", c->program[0]);
		return -1;
	}
	if (c->proxy_header != 0 && !c->has_upstream) {
		msg_error("--proxy-header is for --upstream");
		return -1;
	}
	return 0;
}

/* Whom we run as. */
static uid_t
own_uid(void)
{
#ifdef __linux__ /* told when we were started, which saves a call */
	return (uid_t)getauxval(AT_EUID);
#else
	return geteuid();
#endif
}

int
config_read(struct config *c, int argc, char **argv)
{
	static struct network clients[CONFIG_CLIENTS];
	static struct config_host listen[CONFIG_LISTEN];
	const char *env = getenv("TEED_DIR"), *base = strrchr(argv[0], '/');
	int operand;

	memset(c, 0, sizeof *c);
	c->clients = clients;
	c->listen = listen;
	c->dir = env != NULL && env[0] != '\0' ? env : DEFAULT_DIR;
	c->keep = DEFAULT_KEEP;
	c->total = DEFAULT_TOTAL;
	c->content = CONFIG_ALL;
	c->pair = PAIR_AUTO;
	c->max = DEFAULT_MAX;
	c->uid = own_uid();
	/* Under another name than its own, teed was called by the daemon's. */
	if (strcmp(base != NULL ? base + 1 : argv[0], "teed") != 0)
		c->argv0 = argv[0];
	operand = read_environment(c);
	if (operand > 0)
		operand = read_words(c, argc, argv);
	if (operand <= 0)
		return operand < 0 ? -1 : 1;
	if (operand < argc)
		c->program = argv + operand;
	if (c->total == 0)
		c->total = TOTAL_MAX;
	return check(c);
}

/* A name made of the program's: what no service may be called is left out. */
static void
name_of_program(const char *program, char *service, size_t size)
{
	const char *base = strrchr(program, '/');
	size_t n = 0;

	base = base != NULL ? base + 1 : program;
	while (*base == '.')
		base++;
	for (; *base != '\0' && n + 1 < size && n < NAME_SERVICE; base++) {
		char one[2] = {*base, '\0'};

		service[n++] =
		    name_is_service(one) || *base == '.' ? *base : '_';
	}
	service[n] = '\0';
	if (n == 0)
		snprintf(service, size, "session");
}

void
config_choose(const struct config *c, const struct peer *peer, char *service,
    size_t size, const struct protocol **protocol)
{
	const char *program = c->program != NULL ? c->program[0] : NULL;
	uint64_t port = 0;

	*protocol = c->protocol;
	if (*protocol == NULL)
		*protocol =
		    protocol_guess(c->name, program, peer_server_port(peer));
	if (*protocol == protocol_find("auto") && c->has_upstream) {
		num_parse(c->upstream.port, 0, 65535, &port);
		*protocol =
		    protocol_guess(c->upstream.port, NULL, (unsigned)port);
	}
	if (c->name != NULL)
		snprintf(service, size, "%s", c->name);
	else if (strcmp((*protocol)->name, "auto") != 0)
		snprintf(service, size, "%s", (*protocol)->name);
	else if (program != NULL)
		name_of_program(program, service, size);
	else
		snprintf(service, size, "upstream");
}
