/* tls.c - TLS from outside: what its first messages say in clear */
#include "tls_hello.h"

#include <string.h>

/* Record types (RFC 8446 section 5.1), and the first byte of SSLv2's hello. */
enum { CHANGE_CIPHER = 20, ALERT = 21, HANDSHAKE = 22, DATA = 23, SSL2 = 0x80 };

#define RECORD_MAX (16384 + 2048) /* RFC 5246 section 6.2.3 */
#define WARNING 1 /* level of an alert */

enum tls_is
tls_sniff(const unsigned char *p, size_t n, enum dir d)
{
	if (d == DIR_S && p[0] == SSL2) { /* 80 len 01 (RFC 5246 E.2) */
		if (n < 3)
			return TLS_MAYBE;
		return p[2] == 1 ? TLS_YES : TLS_NO;
	}
	if (d == DIR_S ? p[0] != HANDSHAKE :
			 p[0] < CHANGE_CIPHER || p[0] > DATA)
		return TLS_NO;
	if (n < 2)
		return TLS_MAYBE;
	if (p[1] != 3)
		return TLS_NO;
	if (n < 3)
		return TLS_MAYBE;
	return p[2] <= 4 ? TLS_YES : TLS_NO;
}

void
tls_init(struct tls *s)
{
	memset(s, 0, sizeof *s);
}

/* ---- alerts ----------------------------------------------------------- */

/* The codes of alerts, and their names in the same order, each with its NUL. */
static const unsigned char codes[] = {0, 10, 20, 21, 22, 30, 40, 41, 42, 43, 44,
    45, 46, 47, 48, 49, 50, 51, 60, 70, 71, 80, 86, 90, 100, 109, 110, 112, 113,
    115, 116, 120};
static const char names[] =
    "close_notify\0unexpected_message\0bad_record_mac\0decryption_failed\0"
    "record_overflow\0decompression_failure\0handshake_failure\0"
    "no_certificate\0bad_certificate\0unsupported_certificate\0"
    "certificate_revoked\0certificate_expired\0certificate_unknown\0"
    "illegal_parameter\0unknown_ca\0access_denied\0decode_error\0"
    "decrypt_error\0export_restriction\0protocol_version\0"
    "insufficient_security\0internal_error\0inappropriate_fallback\0"
    "user_canceled\0no_renegotiation\0missing_extension\0"
    "unsupported_extension\0unrecognized_name\0"
    "bad_certificate_status_response\0unknown_psk_identity\0"
    "certificate_required\0no_application_protocol\0";

const char *
tls_alert_name(unsigned char code)
{
	const char *name = names;

	for (size_t i = 0; i < sizeof codes; i++, name += strlen(name) + 1)
		if (codes[i] == code)
			return name;
	return NULL;
}

static void
tell_alert(struct track *t, enum dir d)
{
	struct tls *s = &t->side[d].tls;
	const char *name = tls_alert_name(s->alert[1]);
	const char *level = s->alert[0] == WARNING ? " level=warning" : "";

	s->alerted = true;
	if (name != NULL)
		track_event(t, "tls %c alert=%s%s", dir_letter(d), name, level);
	else
		track_event(
		    t, "tls %c alert=%u%s", dir_letter(d), s->alert[1], level);
}

/* ---- records ---------------------------------------------------------- */

/* Once, whatever there is of it. */
static void
tell_hello(struct track *t, enum dir d)
{
	struct tls *s = &t->side[d].tls;

	if (!s->told)
		tls_hello_tell(t, d);
	s->told = true;
}

/* The head of a hello in the form of SSLv2 (RFC 5246 appendix E.2). */
static void
begin_ssl2(struct track *t, enum dir d)
{
	struct tls *s = &t->side[d].tls;
	const char *name =
	    tls_version_name((unsigned)s->head[3] << 8 | s->head[4]);

	s->told = true;
	track_event(t, "tls %c version=%s sni=- alpn=- hello=ssl2",
	    dir_letter(d), name != NULL ? name : "-");
	s->left = s->head[1] > 3 ? s->head[1] - 3u : 0;
}

/* Bytes that could be text: the client speaks no TLS, or nonsense. */
static void
not_read(struct track *t, enum dir d, const unsigned char *p, size_t n)
{
	if (d == DIR_S && t->mode == TRACK_MASK)
		unread_bytes(&t->unread, &t->echo, p, n);
}

/* A piece of a record's content that is not encrypted. */
static void
look_inside(struct track *t, enum dir d, const unsigned char *p, size_t n)
{
	struct side *side = &t->side[d];
	struct tls *s = &side->tls;

	if (s->head[0] == ALERT) {
		while (n > 0 && s->alert_have < 2) {
			s->alert[s->alert_have++] = *p++;
			n--;
		}
		return;
	}
	if (s->head[0] != HANDSHAKE)
		return;
	if (!s->told && tls_hello_bytes(side, p, n))
		tell_hello(t, d);
	if (s->hello > 0 && !tls_hello_looks(side))
		not_read(t, d, p, n);
}

/* The five bytes before a record are there. */
static void
begin_record(struct track *t, enum dir d)
{
	struct tls *s = &t->side[d].tls;
	bool first = !s->begun;

	s->begun = true;
	s->have = 0;
	s->alert_have = 0;
	if (first && s->head[0] == SSL2) {
		begin_ssl2(t, d);
		return;
	}
	s->left = (size_t)s->head[3] << 8 | s->head[4];
	if (first)
		not_read(t, d, s->head + 3, 2);
	if (s->head[0] < CHANGE_CIPHER || s->head[0] > DATA ||
	    s->head[1] != 3 || s->left > RECORD_MAX) {
		s->left = 0;
		if (s->closed) {
			/* FTP after CCC: in clear again (RFC 4217 12.4) */
			track_frame(t, d, FRAME_LINE, 0);
			return;
		}
		s->broken = true;
		not_read(t, d, s->head, sizeof s->head);
	}
	if (s->head[0] == CHANGE_CIPHER || s->head[0] == DATA)
		s->hidden = true;
	if (s->broken || s->hidden)
		tell_hello(t, d);
}

static void
end_record(struct track *t, enum dir d)
{
	struct tls *s = &t->side[d].tls;

	if (s->head[0] != ALERT)
		return;
	if (!s->hidden && s->head[3] == 0 && s->head[4] == 2)
		tell_alert(t, d);
	s->closed = t->proto->clears_tls;
}

/*
 * Bytes that are no TLS where it should be could be in clear: where secrets are
 * hidden they are counted, and nobody gets to see them.
 */
static void
give_broken(struct track *t, enum dir d, const unsigned char *p, size_t n)
{
	if (n == 0)
		return;
	t->out.opaque(t->out.arg, d, t->mode == TRACK_MASK ? NULL : p, n);
	not_read(t, d, p, n);
}

size_t
tls_bytes(struct track *t, enum dir d, const unsigned char *p, size_t n)
{
	struct tls *s = &t->side[d].tls;
	size_t took = 0, part;

	while (took < n && !s->broken && !t->side[d].has_next) {
		if (s->left == 0) {
			if (s->have == 0 && s->closed &&
			    (p[took] < CHANGE_CIPHER || p[took] > DATA)) {
				track_frame(t, d, FRAME_LINE, 0);
				break;
			}
			s->head[s->have++] = p[took++];
			if (s->have == sizeof s->head)
				begin_record(t, d);
			continue;
		}
		part = n - took < s->left ? n - took : s->left;
		if (!s->hidden)
			look_inside(t, d, p + took, part);
		took += part;
		s->left -= part;
		if (s->left == 0)
			end_record(t, d);
	}
	if (took > 0)
		t->out.opaque(t->out.arg, d, p, took);
	if (!s->broken)
		return took;
	give_broken(t, d, p + took, n - took);
	return n;
}

void
tls_end(struct track *t, enum dir d)
{
	if (!t->side[d].tls.alerted)
		tell_hello(t, d);
}
