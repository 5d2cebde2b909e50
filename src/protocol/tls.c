/* tls.c - TLS from outside: what its first messages say in clear */
#include "track.h"

#include "../base/scan.h"

#include <stdio.h>
#include <string.h>

/* Record types (RFC 8446 section 5.1). */
enum { CHANGE_CIPHER = 20, ALERT = 21, HANDSHAKE = 22, DATA = 23 };

enum { CLIENT_HELLO = 1, SERVER_HELLO = 2 };

/* Extensions (RFC 6066 section 3, RFC 7301, RFC 8446 section 4.2.1). */
enum { EXT_SNI = 0, EXT_ALPN = 16, EXT_VERSIONS = 43 };

enum tls_is
tls_sniff(const unsigned char *p, size_t n, enum dir d)
{
	if (d == DIR_S && p[0] == 0x80) { /* SSLv2 hello: 80 len 01 */
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

/* ---- reading a hello -------------------------------------------------- */

/* What is left of a message; every step checks it. */
struct cursor {
	const unsigned char *p, *end;
	bool bad;
};

static unsigned
number(struct cursor *c, unsigned bytes)
{
	unsigned v = 0;

	if (c->end - c->p < (ptrdiff_t)bytes) {
		c->bad = true;
		c->p = c->end;
		return 0;
	}
	while (bytes-- > 0)
		v = v << 8 | *c->p++;
	return v;
}

/* A vector whose length takes so many bytes. */
static struct cursor
vector(struct cursor *c, unsigned bytes)
{
	size_t n = number(c, bytes);
	struct cursor v = {c->p, c->p, c->bad};

	if ((size_t)(c->end - c->p) < n) {
		c->bad = v.bad = true;
		n = (size_t)(c->end - c->p);
	}
	c->p += n;
	v.end = c->p;
	return v;
}

static const char *
version_name(unsigned v)
{
	static const char *const names[] = {"ssl3", "1.0", "1.1", "1.2",
	    "1.3"};

	return v >= 0x300 && v <= 0x304 ? names[v - 0x300] : NULL;
}

/* Text of the peer's, as far as a name may be: anything else is a dot. */
static void
add_name(struct str *s, struct cursor v)
{
	if (v.end - v.p > 255)
		v.end = v.p + 255;
	for (; v.p < v.end; v.p++)
		str_char(s, *v.p > ' ' && *v.p < 0x7f && *v.p != '"' &&
		    *v.p != '\\' && *v.p != ',' ? (char)*v.p : '?');
}

struct hello {
	char versions[64], sni[260], alpn[128];
	struct str version_s, sni_s, alpn_s;
};

static void
read_versions(struct hello *h, struct cursor v)
{
	while (v.p < v.end) {
		const char *name = version_name(number(&v, 2));

		if (name != NULL)
			str_fmt(&h->version_s, "%s%s",
			    h->version_s.len > 0 ? "," : "", name);
	}
}

static void
read_extension(
    struct hello *h, unsigned type, struct cursor v, bool client)
{
	struct cursor list;

	switch (type) {
	case EXT_SNI:
		if (!client)
			break; /* the server's is empty */
		list = vector(&v, 2);
		number(&list, 1);
		add_name(&h->sni_s, vector(&list, 2));
		break;
	case EXT_ALPN:
		list = vector(&v, 2);
		while (list.p < list.end && !list.bad) {
			if (h->alpn_s.len > 0)
				str_char(&h->alpn_s, ',');
			add_name(&h->alpn_s, vector(&list, 1));
		}
		break;
	case EXT_VERSIONS:
		read_versions(h, client ? vector(&v, 1) : v);
		break;
	}
}

static void
read_extensions(struct hello *h, struct cursor *c, bool client)
{
	struct cursor all;

	if (c->p == c->end)
		return;
	all = vector(c, 2);
	while (all.p < all.end && !all.bad) {
		unsigned type = number(&all, 2);

		read_extension(h, type, vector(&all, 2), client);
	}
}

/* Cipher suites that are in use today (RFC 8446, 5288, 5289, 7905). */
static const char *
cipher_name(unsigned id)
{
	switch (id) {
	case 0x1301:
		return "TLS_AES_128_GCM_SHA256";
	case 0x1302:
		return "TLS_AES_256_GCM_SHA384";
	case 0x1303:
		return "TLS_CHACHA20_POLY1305_SHA256";
	case 0x002f:
		return "TLS_RSA_WITH_AES_128_CBC_SHA";
	case 0x0035:
		return "TLS_RSA_WITH_AES_256_CBC_SHA";
	case 0x009c:
		return "TLS_RSA_WITH_AES_128_GCM_SHA256";
	case 0x009d:
		return "TLS_RSA_WITH_AES_256_GCM_SHA384";
	case 0xc013:
		return "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA";
	case 0xc014:
		return "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA";
	case 0xc02b:
		return "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256";
	case 0xc02c:
		return "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384";
	case 0xc02f:
		return "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256";
	case 0xc030:
		return "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384";
	case 0xcca8:
		return "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256";
	case 0xcca9:
		return "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256";
	}
	return NULL;
}

static void
tell_client_hello(struct track *t, struct cursor c)
{
	struct hello h;
	unsigned legacy;
	struct cursor ciphers;

	str_init(&h.version_s, h.versions, sizeof h.versions);
	str_init(&h.sni_s, h.sni, sizeof h.sni);
	str_init(&h.alpn_s, h.alpn, sizeof h.alpn);
	legacy = number(&c, 2);
	number(&c, 32); /* random; the value overflows and is not used */
	vector(&c, 1); /* session id */
	ciphers = vector(&c, 2);
	vector(&c, 1); /* compression */
	read_extensions(&h, &c, true);
	if (h.version_s.len == 0 && version_name(legacy) != NULL)
		str_text(&h.version_s, version_name(legacy));
	track_event(t, "tls S version=%s sni=%s alpn=%s ciphers=%d",
	    h.versions[0] ? h.versions : "-", h.sni[0] ? h.sni : "-",
	    h.alpn[0] ? h.alpn : "-", (int)((ciphers.end - ciphers.p) / 2));
}

static void
tell_server_hello(struct track *t, struct cursor c)
{
	struct hello h;
	unsigned legacy, cipher;
	const char *name;

	str_init(&h.version_s, h.versions, sizeof h.versions);
	str_init(&h.sni_s, h.sni, sizeof h.sni);
	str_init(&h.alpn_s, h.alpn, sizeof h.alpn);
	legacy = number(&c, 2);
	number(&c, 32);
	vector(&c, 1);
	cipher = number(&c, 2);
	number(&c, 1);
	read_extensions(&h, &c, false);
	if (h.version_s.len == 0 && version_name(legacy) != NULL)
		str_text(&h.version_s, version_name(legacy));
	name = cipher_name(cipher);
	if (name != NULL)
		track_event(t, "tls R version=%s cipher=%s alpn=%s",
		    h.versions[0] ? h.versions : "-", name,
		    h.alpn[0] ? h.alpn : "-");
	else
		track_event(t, "tls R version=%s cipher=0x%04x alpn=%s",
		    h.versions[0] ? h.versions : "-", cipher,
		    h.alpn[0] ? h.alpn : "-");
}

/* The first handshake message, as far as it was gathered. */
static void
tell_hello(struct track *t, enum dir d)
{
	struct side *s = &t->side[d];
	struct cursor c = {s->buf, s->buf + s->tls.hello, false};
	unsigned type = number(&c, 1);

	if (s->tls.told)
		return;
	s->tls.told = true;
	number(&c, 3);
	if (type == CLIENT_HELLO && !c.bad)
		tell_client_hello(t, c);
	else if (type == SERVER_HELLO && !c.bad)
		tell_server_hello(t, c);
	else
		track_event(t, "tls %c", dir_letter(d));
}

/* ---- alerts ----------------------------------------------------------- */

static const char *
alert_name(unsigned char code)
{
	static const struct {
		unsigned char code;
		const char *name;
	} names[] = {{0, "close_notify"}, {10, "unexpected_message"},
	    {20, "bad_record_mac"}, {21, "decryption_failed"},
	    {22, "record_overflow"}, {30, "decompression_failure"},
	    {40, "handshake_failure"}, {41, "no_certificate"},
	    {42, "bad_certificate"}, {43, "unsupported_certificate"},
	    {44, "certificate_revoked"}, {45, "certificate_expired"},
	    {46, "certificate_unknown"}, {47, "illegal_parameter"},
	    {48, "unknown_ca"}, {49, "access_denied"}, {50, "decode_error"},
	    {51, "decrypt_error"}, {60, "export_restriction"},
	    {70, "protocol_version"}, {71, "insufficient_security"},
	    {80, "internal_error"}, {86, "inappropriate_fallback"},
	    {90, "user_canceled"}, {100, "no_renegotiation"},
	    {109, "missing_extension"}, {110, "unsupported_extension"},
	    {112, "unrecognized_name"},
	    {113, "bad_certificate_status_response"},
	    {115, "unknown_psk_identity"}, {116, "certificate_required"},
	    {120, "no_application_protocol"}};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (names[i].code == code)
			return names[i].name;
	return NULL;
}

static void
tell_alert(struct track *t, enum dir d)
{
	struct tls *s = &t->side[d].tls;
	const char *name = alert_name(s->alert[1]);

	s->told = true;
	if (name != NULL)
		track_event(t, "tls %c alert=%s", dir_letter(d), name);
	else
		track_event(
		    t, "tls %c alert=%u", dir_letter(d), s->alert[1]);
}

/* ---- records ---------------------------------------------------------- */

/* A piece of a record's content that is not encrypted. */
static void
look_inside(struct track *t, enum dir d, const unsigned char *p, size_t n)
{
	struct side *side = &t->side[d];
	struct tls *s = &side->tls;
	size_t want, room;

	if (s->head[0] == ALERT) {
		while (n > 0 && s->alert_have < 2) {
			s->alert[s->alert_have++] = *p++;
			n--;
		}
		return;
	}
	if (s->head[0] != HANDSHAKE || s->told)
		return;
	room = sizeof side->buf - s->hello;
	if (n > room)
		n = room;
	memcpy(side->buf + s->hello, p, n);
	s->hello += n;
	if (s->hello < 4)
		return;
	want = 4 + ((size_t)side->buf[1] << 16 | (size_t)side->buf[2] << 8 |
	    side->buf[3]);
	if (s->hello >= want || s->hello == sizeof side->buf) {
		if (s->hello > want)
			s->hello = want;
		tell_hello(t, d);
	}
}

/* The five bytes before a record are there. */
static void
begin_record(struct track *t, enum dir d)
{
	struct tls *s = &t->side[d].tls;

	s->left = (size_t)s->head[3] << 8 | s->head[4];
	s->have = 0;
	s->alert_have = 0;
	if (s->head[0] < CHANGE_CIPHER || s->head[0] > DATA ||
	    s->head[1] != 3 || s->left > 18432) {
		if (s->closed) {
			/* FTP after CCC: in clear again (RFC 4217 12.4) */
			track_frame(t, d, FRAME_LINE, 0);
			return;
		}
		s->broken = true;
	}
	if (s->head[0] == CHANGE_CIPHER || s->head[0] == DATA)
		s->hidden = true;
	if (s->broken || s->hidden)
		if (!s->told)
			tell_hello(t, d);
}

static void
end_record(struct track *t, enum dir d)
{
	struct tls *s = &t->side[d].tls;

	if (s->head[0] != ALERT)
		return;
	if (!s->hidden && s->alert_have == 2)
		tell_alert(t, d);
	s->closed = t->proto->clears_tls;
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
	if (s->broken)
		took = n;
	if (took > 0)
		t->out.opaque(t->out.arg, d, p, took);
	return took;
}
