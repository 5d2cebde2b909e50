/*
 * explain_sasl.c - what is within the base64 of an authentication (RFC 4422)
 *
 * A mask stays a mask; what was recorded is told, passwords included.
 */
#include "explain_own.h"
#include "mem.h"
#include "phrase.h"

#include "../protocol/base64.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* Whether a decoded message has bytes that are no text. */
static bool
is_binary(const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if ((unsigned char)p[i] < 0x20 && p[i] != '\r' &&
		    p[i] != '\n' && p[i] != '\t' && p[i] != '\1' &&
		    p[i] != '\0')
			return true;
	return false;
}

/* What people do not see: control characters at the end. */
static void
remark_end(struct explain *x, const char *p, size_t n)
{
	if (n == 0)
		return;
	if (p[n - 1] == '\n' || p[n - 1] == '\r')
		notes_add(&x->notes, NULL,
		    "a line end was encoded with it, and is part of it now");
	else if (p[n - 1] == '\0')
		notes_add(&x->notes, NULL,
		    "it ends in a NUL, which some clients can't cope with");
}

/* PLAIN: authorization id, NUL, user, NUL, password (RFC 4616 section 2). */
static void
explain_plain(struct explain *x, const char *p, size_t n)
{
	const char *end = p + n, *user = memchr(p, '\0', n), *pass;
	struct buf *b;

	pass = user != NULL ? memchr(user + 1, '\0', (size_t)(end - user - 1)) :
			      NULL;
	if (pass == NULL) {
		notes_add(&x->notes, "RFC 4616 §2",
		    "this is malformed: two NULs must be in it");
		return;
	}
	b = notes_begin(&x->notes, "RFC 4616 §2");
	buf_text(b, "user ");
	buf_add(b, user + 1, (size_t)(pass - user - 1));
	buf_text(b, ", password ");
	buf_add(b, pass + 1, (size_t)(end - pass - 1));
	if (user > p) {
		buf_text(b, ", to act as ");
		buf_add(b, p, (size_t)(user - p));
	}
	remark_end(x, pass + 1, (size_t)(end - pass - 1));
}

/* NTLM's three messages; whatever else is binary. */
static void
explain_binary(struct explain *x, const char *p, size_t n)
{
	static const char *const types[] = {"what the client can do",
	    "the server's challenge",
	    "the client's answer, with the user's name"};

	if (n > 8 && memcmp(p, "NTLMSSP\0", 8) == 0 && p[8] >= 1 && p[8] <= 3)
		notes_add(&x->notes, NULL, "NTLM, message %d: %s", p[8],
		    types[p[8] - 1]);
	else
		notes_add(&x->notes, NULL, "%zu octets that are no text", n);
}

static void
explain_text(struct explain *x, const char *mechanism, const char *p, size_t n)
{
	struct buf *b;

	if (mechanism != NULL && strcmp(mechanism, "PLAIN") == 0 &&
	    x->line->dir == DIR_S) {
		explain_plain(x, p, n);
		return;
	}
	b = notes_begin(&x->notes, NULL);
	buf_text(b, "decoded: ");
	buf_add(b, p, n);
	remark_end(x, p, n);
}

/* A message in base64, quoted or not. */
static void
explain_base64(
    struct explain *x, const char *mechanism, const char *p, size_t n)
{
	unsigned char *to;
	size_t got;

	if (n >= 2 && p[0] == '"' && p[n - 1] == '"') {
		p++;
		n -= 2;
	}
	if (n == 0)
		return;
	to = mem_alloc(n);
	if (!base64_decode((const unsigned char *)p, n, to, n, &got))
		notes_add(&x->notes, "RFC 4648 §4", "this is no base64");
	else if (is_binary((char *)to, got))
		explain_binary(x, (char *)to, got);
	else
		explain_text(x, mechanism, (char *)to, got);
	free(to);
}

void
explain_challenge(struct explain *x, const struct fact *f)
{
	if (f->command == 0) { /* a literal, IDLE */
		notes_add(&x->notes, NULL,
		    "go on: the client may send what it has announced");
		return;
	}
	notes_add(&x->notes, NULL, "%s",
	    f->arg_len == 0 ? "go on: the client's message is awaited" :
			      "a challenge, to be answered");
	if ((x->line->flags & EVENT_MASKED) == 0)
		explain_base64(x, f->verb, (const char *)f->arg, f->arg_len);
	if (f->verb != NULL && strcmp(f->verb, "XOAUTH2") == 0 &&
	    f->arg_len > 0)
		notes_add(&x->notes, NULL,
		    "the token was refused, and this says why; an empty "
		    "answer is due, and the refusal follows");
}

void
explain_response(struct explain *x, const struct fact *f)
{
	const char *mechanism =
	    f->verb != NULL ? f->verb : "a mechanism that is not known";

	if (f->arg_len == 1 && f->arg[0] == '*') {
		notes_add(&x->notes, "RFC 4422 §3.5",
		    "the client gives the login up");
		return;
	}
	notes_add(&x->notes, NULL, "the client's message of %s%s", mechanism,
	    f->arg_len == 0 ? ", empty" : "");
	if ((x->line->flags & EVENT_MASKED) == 0)
		explain_base64(x, f->verb, (const char *)f->arg, f->arg_len);
}

/* What stands behind AUTH: the mechanism, and maybe its first message. */
void
explain_initial(struct explain *x, const struct asked *a)
{
	const char *name, *word;
	size_t at = 0, len, name_len;
	char mechanism[32] = "";

	if (!phrase_word(a->arg, a->arg_len, &at, &name, &name_len))
		return;
	explain_mechanism(x, name, name_len);
	if (name_len < sizeof mechanism)
		for (size_t i = 0; i < name_len; i++)
			mechanism[i] = (char)toupper((unsigned char)name[i]);
	explain_masks(x, doc_mechanism_hides(mechanism));
	if (!phrase_word(a->arg, a->arg_len, &at, &word, &len) ||
	    (x->line->flags & EVENT_MASKED) != 0)
		return;
	if (len == 1 && *word == '=')
		notes_add(&x->notes, "RFC 4422 §5",
		    "the first message comes with it, and is empty");
	else if (*word != '{')
		explain_base64(x, mechanism, word, len);
}
