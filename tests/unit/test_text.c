/* test_text.c - text of unknown protocols, and which protocol it is */
#include "conversation.h"

#include "../../src/protocol/guess.h"
#include "../../src/protocol/text.h"

/* ---- lines that need no judgement ------------------------------------- */

/* What lines are made of: words, and all that a rule may be about. */
static const char *const pieces[] = {"the", "quick", "brown", "fox", " ", " ",
    " ", "\t", ".", "because", "bear", "BEARER x", "eyJust", "eyJhbGciOi.x.y",
    "=", ":", "=3D", "key", "pin=", "pass", "pass=x", "PASS", "token",
    "Login:", "Password:", "> ", "?", "]", "\"", "'", "{", "12:34:56",
    "@RSYNCD: x", "SU", "su x", "AUTH", "*2", "$7", "\r", "\x08", "\x7f",
    "\xff", "\xff\xf4", "\xc3\xa4", "\x1b[1m", "\x07", "J", "b", "a", "e",
    "%70ass=x", "sub", "Cookie", "author", "x-api-key: y", "/", ":",
    "\xef\xbb\xbf"};

/* Lines that have a say in what becomes of the next. */
static const char *const endings[2][8] = {
    {"TOKEN\r\nof many\r\n", "BEGIN AUTH REQUEST\nx\ny\nz\n",
	"*2\r\n$4\r\nAUTH\r\n$1\r\nx\r\n", "PASS x\ry\r\n",
	"Cookie: a\r\n b\r\n", "logout\r\n", "su\r\nwho\r\n", "\r\n"},
    {"Password?\r\n", "your token ]\r\n", "PIN> \r\n", "\r\n",
	"@RSYNCD: AUTHREQD x\n", "response >\r\n\r\n", "secret?\xff\xf9\n",
	"Cookie: a\r\n b\r\n"}};

static size_t
make_text(enum dir d, unsigned char *p, size_t size, uint64_t *rnd)
{
	const char *ending = endings[d][unit_random(rnd) % 8];
	size_t n = 0;

	while (n + 99 < size) {
		size_t k = sizeof pieces / sizeof *pieces;
		const char *s = pieces[unit_random(rnd) % k];

		if (unit_random(rnd) % 9 == 0)
			s = unit_random(rnd) % 8 == 0 ? "\n" : "\r\n";
		memcpy(p + n, s, strlen(s));
		n += strlen(s);
	}
	p[n++] = '\n';
	memcpy(p + n, ending, strlen(ending));
	return n + strlen(ending);
}

/* What a record shows of the text, which arrives `step` bytes at a time. */
static const char *
record(struct recording *r, enum dir d, const unsigned char *p, size_t n,
    size_t step)
{
	recording_begin(r, "text", TRACK_MASK);
	for (size_t at = 0; at < n; at += step)
		recording_read(r, d, p + at, step < n - at ? step : n - at);
	/* What was asked for shows in what becomes of the answer. */
	if (d == DIR_R)
		recording_read(
		    r, DIR_S, (const unsigned char *)"joe 0x17\n", 9);
	recording_end(r);
	return r->text;
}

/* The lines of a record, without their times. */
static void
lines_of(const char *text, char *out)
{
	struct decode dec;
	struct decode_record r;
	const char *lf;

	decode_init(&dec);
	for (; (lf = strchr(text, '\n')) != NULL; text = lf + 1) {
		decode_line(&dec, text, (size_t)(lf - text), &r);
		if (r.kind != DECODE_DATA)
			continue;
		memcpy(out, r.text, r.len);
		out += r.len;
		if (r.eol != EOL_NONE)
			*out++ = '\n';
	}
	*out = '\0';
}

static void
clean_lines_are_those_without_masks(void)
{
	static struct recording r;
	static unsigned char text[4096];
	static char whole[RECORD], bytes[RECORD];
	uint64_t rnd = 1;

	for (int i = 0; i < 4000; i++) {
		enum dir d = i % 2 ? DIR_S : DIR_R;
		size_t n = make_text(d, text, i % 7 ? 200 : sizeof text, &rnd);

		/* Byte by byte no line is ever there as a whole. */
		lines_of(record(&r, d, text, n, n), whole);
		lines_of(record(&r, d, text, n, 1), bytes);
		if (strcmp(whole, bytes) != 0) {
			printf("# round %d\n", i);
			CHECK_TEXT(whole, bytes);
			return;
		}
	}
}

static void
only_whole_lines_are_clean(void)
{
	const char *text = "one line\r\nand another\r\nand half";
	const unsigned char *p = (const unsigned char *)text;

	for (size_t n = 0; n <= strlen(text); n++)
		CHECK(text_clean(DIR_R, p, n) ==
		    (n < 10	   ? 0u :
			    n < 23 ? 10u :
				     23u));
}

static void
every_verb_is_looked_at(void)
{
	static const char *const lines[] = {"PASS x", "passwd x", "Password x",
	    "PASSPHRASE x", "AUTH x", "AUTHENTICATE x", "AUTHINFO x", "SASL x",
	    "APOP x", "ACCT x", "ADAT x", "LOGIN x", "LOGON x", "SIGNON x",
	    "OPER x", "IDENTIFY x", "TOKEN x", "SECRET x", "APIKEY x",
	    "APIPASSWORD x", "CREDENTIALS x", "SU x", "UNLOCK x",
	    "REQUIREPASS x", "MASTERAUTH x", "SETUSER x", "PRIVMSG x",
	    "NOTICE x", "SQUERY x", "NICKSERV x", "NS x", "MSG x", "HELLO x",
	    "CONFIG x", "ACL x", "MIGRATE x", "SENTINEL x", "BEGIN x", "/su x",
	    " \tsu\tx", ":su x", "*2\r\n", "\xff\xf4PASS x",
	    "\xef\xbb\xbfPASS x", "su\r\n", "SU", NULL};
	static const char *const others[] = {"the", "sum of", "sundry", "notes",
	    "helm", "x su", "421", "", "\r\nPASS", NULL};

	for (int i = 0; lines[i] != NULL; i++)
		if (!text_may_be_verb(
			(const unsigned char *)lines[i], strlen(lines[i]))) {
			printf("# %s\n", lines[i]);
			CHECK(false);
		}
	for (int i = 0; others[i] != NULL; i++)
		CHECK(!text_may_be_verb(
		    (const unsigned char *)others[i], strlen(others[i])));
}

/* ---- prompts ---------------------------------------------------------- */

static void
prompts(void)
{
	static const struct {
		const char *text;
		enum text_prompt asks;
	} cases[] = {{"Password:", ASKS_SECRET}, {"Password", ASKS_NOTHING},
	    {"password for joe: ", ASKS_SECRET}, {"", ASKS_NOTHING},
	    {"Shopping:", ASKS_NOTHING}, {"your PIN:", ASKS_SECRET},
	    {"PIN2?", ASKS_SECRET}, {"pine?", ASKS_NOTHING},
	    {"login:", ASKS_USER}, {"mx login: ", ASKS_USER},
	    {"login>", ASKS_NOTHING}, {"filename:", ASKS_NOTHING},
	    {"Username :", ASKS_USER}, {"a password, I said", ASKS_NOTHING},
	    {"Password:\x1b[0m \xff\xfb\x01", ASKS_SECRET},
	    {"Password:\rno", ASKS_NOTHING}, {"x\rPassword:\r", ASKS_SECRET},
	    {"L\xc3\x96SENORD:", ASKS_SECRET}, {"one-time]", ASKS_SECRET}};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		if (text_prompt((const unsigned char *)cases[i].text,
			strlen(cases[i].text)) != cases[i].asks) {
			printf("# %s\n", cases[i].text);
			CHECK(false);
		}
}

static void
text_and_what_is_none(void)
{
	static const struct {
		const char *text;
		size_t n, first;
	} cases[] = {{"abc", 3, 3}, {"a\x01", 2, 1}, {"\r", 2, 2},
	    {"login: ", 8, 8}, {"x", 2, 1}, {"\xff\xfb\x01z", 4, 4},
	    {"\xff\xfa\x18\x01\xff\xf0", 6, 6}, {"\xff\xfa\x18", 3, 2},
	    {"\x1b[1m\b\f\a\t\r\n", 10, 10}, {"\v", 1, 0},
	    {"0123456789abcdef0123456789\x02", 27, 26}};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		CHECK(text_binary((const unsigned char *)cases[i].text,
			  cases[i].n) == cases[i].first);
}

/* ---- the automatic choice before a word was said ----------------------- */

static void
names_and_ports_choose(void)
{
	static const struct {
		const char *service, *program;
		unsigned port;
		const char *protocol;
	} cases[] = {{"pop3", NULL, 0, "pop3"}, {"my-SMTP-in", NULL, 0, "smtp"},
	    {"lmtp", NULL, 0, "lmtp"}, {"x", "/usr/sbin/in.ftpd", 0, "ftp"},
	    {"x", "nnrpd", 25, "nntp"}, {"x", "x", 21, "ftp"},
	    {NULL, NULL, 119, "nntp"}, {"telnet", NULL, 25, "text"},
	    {NULL, NULL, 23, "text"}, {NULL, NULL, 0, "auto"},
	    {"x", "/bin/x", 12345, "auto"}, {"ftp", "exim", 25, "ftp"}};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		CHECK_TEXT(protocol_guess(cases[i].service, cases[i].program,
			       cases[i].port)
			       ->name,
		    cases[i].protocol);
}

static void
ldap_by_its_first_bytes(void)
{
	const unsigned char bind[] = "\x30\x0c\x02\x01\x01\x60";
	const unsigned char wide[] = "\x30\x84\x00\x00\x00\x0c\x02\x01\x01";

	CHECK(guess_ldap(bind, 1) == TLS_MAYBE);
	CHECK(guess_ldap(bind, 4) == TLS_YES);
	CHECK(guess_ldap(wide, 7) == TLS_MAYBE);
	CHECK(guess_ldap(wide, 8) == TLS_YES);
	CHECK(guess_ldap((const unsigned char *)"0\x80", 2) != TLS_YES);
	CHECK(guess_ldap((const unsigned char *)"0123", 4) == TLS_NO);
	CHECK(guess_ldap((const unsigned char *)"EHLO", 4) == TLS_NO);
}

int
main(void)
{
	static const struct unit units[] = {
	    {"what is passed over is what holds nothing",
		clean_lines_are_those_without_masks},
	    {"only whole lines are passed over", only_whole_lines_are_clean},
	    {"every verb is looked at", every_verb_is_looked_at},
	    {"prompts for secrets and for names", prompts},
	    {"text, and what is none", text_and_what_is_none},
	    {"names and ports choose a protocol", names_and_ports_choose},
	    {"LDAP shows itself", ldap_by_its_first_bytes},
	};

	return unit_main(units, sizeof units / sizeof *units);
}
