/*
 * tls_hello.c - what the first message of a side of TLS says
 *
 * It is gathered in the buffer of the side's lines, but for the extensions that
 * tell nothing here, so that one of any length fits (RFC 8446 section 4.1).
 */
#include "tls_hello.h"

#include <string.h>

enum { CLIENT_HELLO = 1, SERVER_HELLO = 2 };

/* Extensions (RFC 6066 section 3, RFC 7301, RFC 8446 section 4.2.1). */
enum { EXT_SNI = 0, EXT_ALPN = 16, EXT_VERSIONS = 43 };

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

const char *
tls_version_name(unsigned v)
{
	static const char names[][4] = {"1.0", "1.1", "1.2", "1.3"};

	if (v == 0x002)
		return "ssl2";
	if (v == 0x300)
		return "ssl3";
	return v > 0x300 && v <= 0x304 ? names[v - 0x301] : NULL;
}

/* Text of the peer's, as far as it may be a name. */
static void
add_name(struct str *s, struct cursor v)
{
	if (v.end - v.p > 255)
		v.end = v.p + 255;
	for (; v.p < v.end; v.p++)
		str_char(s,
		    *v.p > ' ' && *v.p < 0x7f && *v.p != '"' && *v.p != '\\' &&
			    *v.p != ',' && *v.p != '*' ?
			(char)*v.p :
			'?');
}

/* What a hello says. */
struct hello {
	bool client;
	unsigned legacy; /* the version, before an extension tells better */
	struct cursor own; /* random and session id, which the side made up */
	unsigned ciphers; /* how many are offered, or the one that was chosen */
	char versions[64], sni[260], alpn[128];
	struct str version_s, sni_s, alpn_s;
};

/* The fields before the extensions. */
static void
read_fields(struct hello *h, struct cursor *c)
{
	struct cursor v;

	h->legacy = number(c, 2);
	h->own = *c;
	number(c, 32); /* random; the value overflows and is not used */
	vector(c, 1); /* session id */
	h->own.end = c->p;
	h->own.bad = c->bad;
	if (h->client) {
		v = vector(c, 2);
		h->ciphers = (unsigned)(v.end - v.p) / 2;
		vector(c, 1); /* compression */
	} else {
		h->ciphers = number(c, 2);
		number(c, 1);
	}
}

static void
read_versions(struct hello *h, struct cursor v)
{
	while (v.p < v.end) {
		const char *name = tls_version_name(number(&v, 2));

		if (name != NULL)
			str_fmt(&h->version_s, "%s%s",
			    h->version_s.len > 0 ? "," : "", name);
	}
}

static void
read_alpn(struct hello *h, struct cursor list)
{
	static const char more[] = ",...";

	list.bad = false; /* it may be cut */
	while (list.p < list.end) {
		struct cursor name = vector(&list, 1);
		size_t n = (size_t)(name.end - name.p);

		if (name.bad ||
		    h->alpn_s.len + n + sizeof more >= sizeof h->alpn) {
			str_text(&h->alpn_s, more + (h->alpn_s.len == 0));
			break;
		}
		if (h->alpn_s.len > 0)
			str_char(&h->alpn_s, ',');
		add_name(&h->alpn_s, name);
	}
}

static void
read_extension(struct hello *h, unsigned type, struct cursor v)
{
	struct cursor list;

	switch (type) {
	case EXT_SNI:
		if (!h->client)
			break; /* the server's is empty */
		list = vector(&v, 2);
		number(&list, 1);
		add_name(&h->sni_s, vector(&list, 2));
		break;
	case EXT_ALPN:
		read_alpn(h, vector(&v, 2));
		break;
	case EXT_VERSIONS:
		read_versions(h, h->client ? vector(&v, 1) : v);
		break;
	}
}

static void
read_extensions(struct hello *h, struct cursor *c)
{
	struct cursor all;

	if (c->p == c->end)
		return;
	all = vector(c, 2);
	all.bad = false; /* some are left out */
	while (all.p < all.end) {
		unsigned type = number(&all, 2);
		struct cursor v = vector(&all, 2);

		if (v.bad)
			break;
		read_extension(h, type, v);
	}
}

/* Cipher suites that are in use today (RFC 8446, 5288, 5289, 7905). */
static void
add_cipher(struct str *s, unsigned id)
{
	static const char keys[][24] = {"TLS_", "TLS_RSA_WITH_",
	    "TLS_ECDHE_RSA_WITH_", "TLS_ECDHE_ECDSA_WITH_"};
	static const char ciphers[][25] = {"AES_128_GCM_SHA256",
	    "AES_256_GCM_SHA384", "CHACHA20_POLY1305_SHA256", "AES_128_CBC_SHA",
	    "AES_256_CBC_SHA"};
	static const struct {
		uint16_t id;
		unsigned char key, cipher; /* what its name is made of */
	} suites[] = {{0x1301, 0, 0}, {0x1302, 0, 1}, {0x1303, 0, 2},
	    {0x002f, 1, 3}, {0x0035, 1, 4}, {0x009c, 1, 0}, {0x009d, 1, 1},
	    {0xc013, 2, 3}, {0xc014, 2, 4}, {0xc02b, 3, 0}, {0xc02c, 3, 1},
	    {0xc02f, 2, 0}, {0xc030, 2, 1}, {0xcca8, 2, 2}, {0xcca9, 3, 2}};

	for (size_t i = 0; i < sizeof suites / sizeof *suites; i++)
		if (suites[i].id == id) {
			str_text(s, keys[suites[i].key]);
			str_text(s, ciphers[suites[i].cipher]);
			return;
		}
	str_fmt(s, "0x%04x", id);
}

static const char *
or_dash(const struct str *s)
{
	return s->len > 0 ? s->text : "-";
}

static void
tell_hello(struct track *t, bool client, struct cursor c)
{
	struct hello h;
	struct str cipher;
	const char *legacy;
	char name[64];

	h.client = client;
	str_init(&h.version_s, h.versions, sizeof h.versions);
	str_init(&h.sni_s, h.sni, sizeof h.sni);
	str_init(&h.alpn_s, h.alpn, sizeof h.alpn);
	str_init(&cipher, name, sizeof name);
	read_fields(&h, &c);
	read_extensions(&h, &c);
	/* Versions stand in an extension since 1.3, before in a field. */
	legacy = tls_version_name(h.legacy);
	if (h.version_s.len == 0 && legacy != NULL)
		str_text(&h.version_s, legacy);
	if (client) {
		/* What it made up is no word that a daemon may repeat. */
		if (t->mode == TRACK_MASK && !h.own.bad)
			echo_keep(
			    &t->echo, h.own.p, (size_t)(h.own.end - h.own.p));
		track_event(t, "tls S version=%s sni=%s alpn=%s ciphers=%u",
		    or_dash(&h.version_s), or_dash(&h.sni_s),
		    or_dash(&h.alpn_s), h.ciphers);
		return;
	}
	if (!c.bad || h.ciphers != 0)
		add_cipher(&cipher, h.ciphers);
	track_event(t, "tls R version=%s cipher=%s alpn=%s",
	    or_dash(&h.version_s), or_dash(&cipher), or_dash(&h.alpn_s));
}

/* ---- gathering it ----------------------------------------------------- */

#define EXT_HEAD 4 /* type and length */
#define EXT_KEPT 1024 /* bytes of one that are looked at */

/* Where the first extension begins; 0: that is not known yet. */
static size_t
extensions(const unsigned char *p, size_t n)
{
	struct cursor c = {p, p + n, false};
	struct hello h;

	h.client = number(&c, 1) == CLIENT_HELLO;
	number(&c, 3);
	read_fields(&h, &c);
	number(&c, 2); /* length of all */
	return c.bad ? 0 : (size_t)(c.p - p);
}

static void
end_extension(struct tls *s)
{
	if (s->hello != s->extension)
		return;
	s->skip = s->skip_later;
	s->skip_later = 0;
}

/* The head of an extension is there: those that tell nothing are left out. */
static void
begin_extension(struct tls *s, unsigned char *p)
{
	unsigned type = (unsigned)p[0] << 8 | p[1];
	size_t n = (size_t)p[2] << 8 | p[3];
	size_t keep = n < EXT_KEPT ? n : EXT_KEPT;

	if (type != EXT_SNI && type != EXT_ALPN && type != EXT_VERSIONS) {
		s->hello = s->extension;
		s->skip = n;
		return;
	}
	p[2] = (unsigned char)(keep >> 8);
	p[3] = (unsigned char)keep;
	s->extension += EXT_HEAD + keep;
	s->skip_later = n - keep;
	end_extension(s);
}

static void
add(struct side *side, unsigned char byte)
{
	struct tls *s = &side->tls;

	if (s->skip > 0) {
		s->skip--;
		return;
	}
	side->buf[s->hello++] = byte;
	if (s->extension == 0)
		s->extension = extensions(side->buf, s->hello);
	else if (s->hello == s->extension + EXT_HEAD)
		begin_extension(s, side->buf + s->extension);
	else
		end_extension(s);
}

static size_t
wanted(const struct side *side)
{
	const unsigned char *p = side->buf;

	if (side->tls.hello < 4)
		return 4;
	return 4 + ((size_t)p[1] << 16 | (size_t)p[2] << 8 | p[3]);
}

static bool
is_whole(const struct side *side)
{
	return side->tls.seen >= 4 && side->tls.seen == wanted(side);
}

bool
tls_hello_bytes(struct side *side, const unsigned char *p, size_t n)
{
	struct tls *s = &side->tls;

	for (; n > 0 && !is_whole(side) && s->hello < TRACK_LINE; n--) {
		add(side, *p++);
		s->seen++;
	}
	return is_whole(side) || s->hello == TRACK_LINE;
}

bool
tls_hello_looks(const struct side *side)
{
	return side->buf[0] == CLIENT_HELLO || side->buf[0] == SERVER_HELLO;
}

void
tls_hello_tell(struct track *t, enum dir d)
{
	struct side *s = &t->side[d];
	struct cursor c = {s->buf, s->buf + s->tls.hello, false};
	unsigned type = number(&c, 1);

	number(&c, 3);
	/* One that broke off tells little, and one that is too long a lot. */
	if (!is_whole(s) && s->tls.hello < TRACK_LINE)
		type = 0;
	if (type == (d == DIR_S ? CLIENT_HELLO : SERVER_HELLO))
		tell_hello(t, d == DIR_S, c);
	else
		track_event(t, "tls %c", dir_letter(d));
}
