/*
 * import_pcap.c - captures of tcpdump, Wireshark and their kin
 *
 * pcap and pcapng (draft-ietf-opsawg-pcap, -pcapng), with the link layers that
 * mail is captured on; IPv4 and IPv6; TCP put together again (tcp.h).  Exact,
 * with times.  Fragments of IP are passed over.  The line of an event is the
 * number of its packet.
 */
#include "tcp.h"

#include "import.h"

#include <arpa/inet.h>

/* Bytes of a header, in the order of the file's writer. */
struct bytes {
	const unsigned char *p;
	size_t n;
	bool swapped; /* big endian */
};

struct interface {
	unsigned link;
	uint64_t per_second; /* of its time stamps */
};

#define INTERFACES 64

struct capture {
	struct reader rd;
	struct tcp *tcp;
	struct interface on[INTERFACES];
	size_t ninterfaces;
	uint64_t number; /* of the packet */
	int64_t us;
};

/* Unsigned integers; the caller has checked the length. */
static uint32_t
get32(const struct bytes *b, size_t at)
{
	const unsigned char *p = b->p + at;

	if (b->swapped)
		return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
		    (uint32_t)p[2] << 8 | p[3];
	return (uint32_t)p[3] << 24 | (uint32_t)p[2] << 16 |
	    (uint32_t)p[1] << 8 | p[0];
}

static unsigned
get16(const struct bytes *b, size_t at)
{
	const unsigned char *p = b->p + at;

	return b->swapped ? (unsigned)p[0] << 8 | p[1] :
			    (unsigned)p[1] << 8 | p[0];
}

static bool
skip(struct bytes *b, size_t n)
{
	if (b->n < n)
		return false;
	b->p += n;
	b->n -= n;
	return true;
}

/* ---- packets ------------------------------------------------------------ */

static const char *
address(struct log *log, int family, const unsigned char *p, unsigned port)
{
	char text[INET6_ADDRSTRLEN];

	if (inet_ntop(family, p, text, sizeof text) == NULL)
		return "-";
	return log_text(
	    log, family == AF_INET ? "%s:%u" : "[%s]:%u", text, port);
}

/* A TCP segment of `len` bytes on the wire, and its addresses. */
static void
read_tcp(struct capture *c, struct bytes b, size_t len, int family,
    const unsigned char *from, const unsigned char *to)
{
	struct tcp_segment s = {.number = c->number, .us = c->us};
	size_t header;

	b.swapped = true; /* the order of the network */
	if (b.n > len)
		b.n = len; /* padding of the link layer */
	if (b.n < 20)
		return;
	header = (size_t)(b.p[12] >> 4) * 4;
	s.seq = get32(&b, 4);
	s.ack = get32(&b, 8);
	s.fin = (b.p[13] & 1) != 0;
	s.syn = (b.p[13] & 2) != 0;
	s.rst = (b.p[13] & 4) != 0;
	s.acks = (b.p[13] & 16) != 0;
	s.flow.from = address(c->rd.log, family, from, get16(&b, 0));
	s.flow.to = address(c->rd.log, family, to, get16(&b, 2));
	if (header < 20 || len < header)
		return;
	s.len = (uint32_t)(len - header);
	if (skip(&b, header))
		s.data = take_from(b.p, b.n);
	tcp_add(c->tcp, &s);
}

#define TCP 6

static void
read_ipv4(struct capture *c, struct bytes b)
{
	size_t header, len;
	const unsigned char *ip = b.p;

	b.swapped = true;
	if (b.n < 20)
		return;
	header = (size_t)(b.p[0] & 15) * 4;
	len = get16(&b, 2);
	if (len == 0)
		len = b.n; /* the network card was to cut it */
	if (header < 20 || len < header || b.p[9] != TCP ||
	    (get16(&b, 6) & 0x1fff) != 0 || !skip(&b, header))
		return;
	read_tcp(c, b, len - header, AF_INET, ip + 12, ip + 16);
}

static void
read_ipv6(struct capture *c, struct bytes b)
{
	const unsigned char *ip = b.p;
	size_t len, header = 40;
	unsigned next;

	b.swapped = true;
	if (b.n < 40)
		return;
	len = get16(&b, 4);
	next = b.p[6];
	if (len == 0)
		len = b.n - 40;
	/* hop-by-hop, routing and destination options (RFC 8200) */
	while (skip(&b, header) && next != TCP) {
		if ((next != 0 && next != 43 && next != 60) || b.n < 2)
			return;
		next = b.p[0];
		header = ((size_t)b.p[1] + 1) * 8;
		if (len < header)
			return;
		len -= header;
	}
	if (next == TCP)
		read_tcp(c, b, len, AF_INET6, ip + 8, ip + 24);
}

static void
read_ip(struct capture *c, struct bytes b)
{
	if (b.n > 0 && b.p[0] >> 4 == 4)
		read_ipv4(c, b);
	else if (b.n > 0 && b.p[0] >> 4 == 6)
		read_ipv6(c, b);
}

/* How long the header of the link layer is; SIZE_MAX: not known. */
static size_t
link_header(unsigned link, const struct bytes *b)
{
	size_t n = 14;

	switch (link) {
	case 0: /* NULL */
	case 108: /* LOOP */
		return 4;
	case 1: /* Ethernet, maybe with VLAN tags */
		while (b->n >= n && b->p[n - 2] == 0x81 && b->p[n - 1] == 0 &&
		    n < 22)
			n += 4;
		return n;
	case 12:
	case 14:
	case 101: /* RAW */
	case 228:
	case 229:
		return 0;
	case 113: /* Linux cooked */
		return 16;
	case 276: /* Linux cooked, second version */
		return 20;
	default:
		return SIZE_MAX;
	}
}

static void
read_packet(struct capture *c, unsigned link, struct bytes b)
{
	size_t header = link_header(link, &b);

	c->number++;
	if (header != SIZE_MAX && skip(&b, header))
		read_ip(c, b);
}

/* ---- pcap --------------------------------------------------------------- */

static void
decode_pcap(struct capture *c, struct bytes b, uint64_t per_second)
{
	unsigned link;
	uint32_t n;

	if (b.n < 24)
		return;
	link = get32(&b, 20) & 0xffff;
	skip(&b, 24);
	while (b.n >= 16) {
		c->us = (int64_t)get32(&b, 0) * 1000000 +
		    (int64_t)(get32(&b, 4) * (uint64_t)1000000 / per_second);
		n = get32(&b, 8);
		skip(&b, 16);
		if (n > b.n)
			n = (uint32_t)b.n; /* the file was cut */
		read_packet(c, link, (struct bytes){b.p, n, b.swapped});
		skip(&b, n);
	}
}

/* ---- pcapng ------------------------------------------------------------- */

#define SECTION 0x0a0d0d0au
#define BYTE_ORDER_BIG 0x1a

/* The option if_tsresol of an interface. */
static uint64_t
read_resolution(struct bytes b)
{
	uint64_t per_second = 1;
	unsigned code, n;

	while (b.n >= 4 && (code = get16(&b, 0)) != 0) {
		n = get16(&b, 2);
		skip(&b, 4);
		if (code == 9 && n == 1 && b.n > 0) {
			bool binary = (b.p[0] & 0x80) != 0;
			unsigned power = b.p[0] & 0x7f;

			if (power > (binary ? 40 : 12))
				break;
			while (power-- > 0)
				per_second *= binary ? 2 : 10;
			return per_second;
		}
		if (!skip(&b, (n + 3) / 4 * 4))
			break;
	}
	return 1000000;
}

static void
add_interface(struct capture *c, struct bytes b)
{
	if (b.n < 8 || c->ninterfaces == INTERFACES)
		return;
	c->on[c->ninterfaces].link = get16(&b, 0);
	skip(&b, 8);
	c->on[c->ninterfaces++].per_second = read_resolution(b);
}

static void
read_enhanced(struct capture *c, struct bytes b)
{
	const struct interface *on;
	uint64_t ticks;
	uint32_t n;

	if (b.n < 20 || get32(&b, 0) >= c->ninterfaces)
		return;
	on = &c->on[get32(&b, 0)];
	ticks = (uint64_t)get32(&b, 4) << 32 | get32(&b, 8);
	n = get32(&b, 12);
	skip(&b, 20);
	if (ticks / on->per_second > (uint64_t)1 << 36)
		return; /* no time that can be */
	c->us = (int64_t)(ticks / on->per_second * 1000000 +
	    ticks % on->per_second * 1000000 / on->per_second);
	if (n <= b.n)
		b.n = n;
	read_packet(c, on->link, b);
}

static void
decode_pcapng(struct capture *c, struct bytes b)
{
	uint32_t type, n;

	while (b.n >= 12) {
		type = get32(&b, 0);
		if (type == SECTION) {
			b.swapped = b.p[8] == BYTE_ORDER_BIG;
			c->ninterfaces = 0;
		}
		n = get32(&b, 4);
		if (n < 12 || n > b.n)
			break;
		if (type == 1)
			add_interface(
			    c, (struct bytes){b.p + 8, n - 12, b.swapped});
		else if (type == 6)
			read_enhanced(
			    c, (struct bytes){b.p + 8, n - 12, b.swapped});
		skip(&b, n);
	}
}

/* ---- the file ----------------------------------------------------------- */

enum magic { MAGIC_NONE, MAGIC_MICRO, MAGIC_NANO, MAGIC_NG };

static enum magic
read_magic(struct bytes *b)
{
	if (b->n < 4)
		return MAGIC_NONE;
	for (int i = 0; i < 2; i++) {
		b->swapped = i > 0;
		switch (get32(b, 0)) {
		case 0xa1b2c3d4u:
			return MAGIC_MICRO;
		case 0xa1b23c4du:
			return MAGIC_NANO;
		case SECTION:
			return MAGIC_NG;
		default:
			break;
		}
	}
	return MAGIC_NONE;
}

static void
decode(struct log *log, struct logfile *file)
{
	struct capture c = {.rd = reader_of(log, file)};
	struct bytes b = {file->p, file->n, false};

	c.tcp = tcp_open(&c.rd);
	switch (read_magic(&b)) {
	case MAGIC_MICRO:
		decode_pcap(&c, b, 1000000);
		break;
	case MAGIC_NANO:
		decode_pcap(&c, b, 1000000000);
		break;
	case MAGIC_NG:
		decode_pcapng(&c, b);
		break;
	default:
		break;
	}
	tcp_close(&c.tcp);
	reader_done(&c.rd, 0);
}

static size_t
own(const struct sniff_text *t)
{
	struct bytes b = {t->p, t->n, false};

	return read_magic(&b) != MAGIC_NONE;
}

const struct import import_pcap = {
    .name = "pcap",
    .about = "captures of tcpdump and Wireshark (pcap, pcapng)",
    .sniff = {.own = own},
    .decode = decode,
};
