/* normal.c - a line of a conversation without what always differs */
#include "normal.h"
#include "mem.h"

#include <assert.h>
#include <ctype.h>
#include <locale.h>
#include <regex.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define DAY "(Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*"
#define MONTH "(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*"
#define CLOCK "[0-9]{1,2}:[0-9]{2}(:[0-9]{2}([.,][0-9]+)?)?"
#define ZONE                                                                   \
	"( ?([+-][0-9]{2}:?[0-9]{2}|Z|UTC|GMT|[A-Z]{3,4}T))?( \\([A-Z]+\\))?"

/* What is replaced; earlier ones first. */
static const char *const patterns[] = {
    /* Sun, 22 Nov 2026 00:58:00 +0900; 22-Nov-2026 00:58:00 +0000 */
    "(" DAY ",? +)?[0-9]{1,2}[ -]" MONTH "[ -][0-9]{2,4}( " CLOCK ZONE ")?",
    /* Sun Nov 22 00:58:00 2026, Nov 22 00:58:00 */
    "(" DAY ",? +)?" MONTH " +[0-9]{1,2},? +" CLOCK ZONE "( [0-9]{4})?",
    /* 2026-11-22T00:58:00Z */
    "[0-9]{4}[-/][0-9]{2}[-/][0-9]{2}([T ]" CLOCK ZONE ")?",
    /* 00:58:00 */
    "[0-9]{1,2}:[0-9]{2}:[0-9]{2}([.,][0-9]+)?" ZONE,
    /* <1896.697170952@example.jp> */
    "<[^<> ]*[0-9]{4}[^<> ]*@[^<> ]*>",
    /* [12345]: a process */
    "\\[[0-9]+\\]",
    /* queued as 1234ABC, id=1234ABC */
    "(queued as|[Ii][Dd])[ =:]+[^ ,;)>]+",
    /* numbers that a server chose for a mailbox */
    "(UIDVALIDITY|HIGHESTMODSEQ|MODSEQ|MAILBOXID|APPENDUID|COPYUID)"
    " \\(?[0-9A-Za-z]+"};

#define PATTERNS (sizeof patterns / sizeof *patterns)

/* Lines beyond this are compared as they are. */
#define LONGEST 2000

/* All of it is ASCII; in that locale it is several times as fast. */
static const regex_t *
compiled(void)
{
	static regex_t all[PATTERNS];
	static bool done;
	locale_t c, was;

	if (done)
		return all;
	c = newlocale(LC_ALL_MASK, "C", (locale_t)0);
	was = uselocale(c);
	for (size_t i = 0; i < PATTERNS; i++) {
		int wrong = regcomp(&all[i], patterns[i], REG_EXTENDED);

		assert(wrong == 0);
		(void)wrong;
	}
	uselocale(was);
	if (c != (locale_t)0)
		freelocale(c);
	done = true;
	return all;
}

/* Replace all that the pattern matches; text is terminated. */
static void
replace(const regex_t *re, char *text)
{
	regmatch_t m;
	char *p = text;

	while (*p != '\0' &&
	    regexec(re, p, 1, &m, p > text ? REG_NOTBOL : 0) == 0 &&
	    m.rm_eo > m.rm_so) {
		char *from = p + m.rm_so, *to = p + m.rm_eo;

		*from = NORMAL_ID;
		memmove(from + 1, to, strlen(to) + 1);
		p = from + 1;
	}
}

/* ---- ids -------------------------------------------------------------- */

static bool
is_id_byte(unsigned char c)
{
	return isalnum(c) || c == '/' || c == '+' || c == '_' || c == '-';
}

/*
 * Whether a word looks chosen by a machine: long, of letters and several digits;
 * or a long number.
 */
static bool
is_id(const char *p, size_t n)
{
	size_t digits = 0, letters = 0;

	for (size_t i = 0; i < n; i++) {
		digits += isdigit((unsigned char)p[i]) != 0;
		letters += isalpha((unsigned char)p[i]) != 0;
	}
	return (n >= 8 && digits >= 3 && letters >= 1) ||
	    (n >= 9 && digits == n);
}

static void
add_without_ids(struct buf *to, const char *p, size_t n)
{
	size_t k;

	for (; n > 0; p += k, n -= k) {
		for (k = 0; k < n && is_id_byte((unsigned char)p[k]); k++)
			continue;
		if (is_id(p, k)) {
			char id = NORMAL_ID;

			buf_add(to, &id, 1);
		} else {
			k += k == 0;
			buf_add(to, p, k);
		}
	}
}

void
normal_text(struct buf *to, const char *p, size_t n)
{
	const regex_t *all = compiled();
	char *text;

	if (n > LONGEST || memchr(p, '\0', n) != NULL) {
		buf_add(to, p, n);
		return;
	}
	text = mem_copy(p, n);
	if (text[strcspn(text, "0123456789")] != '\0') {
		for (size_t i = 0; i < PATTERNS; i++)
			replace(&all[i], text);
		add_without_ids(to, text, strlen(text));
	} else {
		buf_add(to, text, n);
	}
	free(text);
}

void
normal_word(struct buf *to, size_t from, const char *word, size_t n)
{
	char *p;

	while (n > 0 && to->len - from >= n &&
	    (p = memmem(to->p + from, to->len - from, word, n)) != NULL) {
		*p = NORMAL_ID;
		memmove(p + 1, p + n, (size_t)(to->p + to->len - p) - n);
		to->len -= n - 1;
		from = (size_t)(p - to->p) + 1;
	}
}
