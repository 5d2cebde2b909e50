/*
 * import_tshark.c - tshark -z follow,tcp,MODE
 *
 *	===...
 *	Follow: tcp,MODE
 *	Filter: ...
 *	Node 0: ADDRESS:PORT
 *	Node 1: ADDRESS:PORT
 *	[TAB]n LF n bytes LF			ascii; a TAB: Node 1 sent it
 *	[TAB]offset  hh ... hh  text		hex
 *	[TAB]hhhh...				raw
 *
 * or yaml, with `peers:` and `packets:`, which tells times, too.  All but
 * ascii, where what is not printable is a dot, TAB too, are exact.
 */
#include "blocks.h"
#include "flow.h"
#include "hexdump.h"
#include "rows.h"

#include "../protocol/base64.h"

#include "import.h"

#define NODES 2

struct follow {
	struct blocks b;
	struct take mode;
	const char *node[NODES];
	struct rows rows; /* of hex */
};

static void
add(struct follow *w, struct record *r, bool second, struct take bytes)
{
	const struct flow f = {.from = w->node[second], .to = w->node[!second]};

	if (f.from != NULL && f.to != NULL)
		flow_add(&w->b.rd, &f, r, bytes);
	else
		blocks_note(&w->b, r, bytes);
}

/* ---- text --------------------------------------------------------------- */

/* `[TAB]n` and n bytes, and a LF. */
static bool
add_ascii(struct follow *w, struct record *r, struct take line)
{
	bool second = take_text(&line, "\t");
	struct take t = w->b.t;
	uint64_t n;

	if (!take_number(&line, 1, 10, &n) || line.p < line.end ||
	    n > take_left(&t))
		return false;
	if (memchr(t.p, '.', (size_t)n) != NULL)
		r->flags |= EVENT_LOSSY;
	add(w, r, second, take_from(t.p, (size_t)n));
	w->b.t.p += n;
	take_text(&w->b.t, "\n");
	return true;
}

/* The block is complete, whose rows were read. */
static void
end_rows(struct follow *w)
{
	struct take bytes = rows_take(&w->rows, w->b.rd.log);

	if (bytes.p < bytes.end)
		add(w, &w->rows.r, w->rows.side != 0, bytes);
}

static bool
add_hex(struct follow *w, struct record *r, struct take line)
{
	bool second = take_text(&line, "\t");
	unsigned char row[ROWS_BYTES];
	size_t n;

	if (!take_hex_number(&line, 8, 8, NULL) || !take_text(&line, "  "))
		return false;
	n = hexdump_row(&line, 2, ROWS_BYTES, row);
	if (n == 0)
		return false;
	if (!rows_go_on(&w->rows, second))
		end_rows(w);
	rows_add(&w->rows, r, second, row, n);
	return true;
}

static bool
add_raw(struct follow *w, struct record *r, struct take line)
{
	bool second = take_text(&line, "\t");
	size_t most = take_left(&line) / 2, n;
	unsigned char *bytes = log_alloc(w->b.rd.log, most + 1);

	n = hexdump_row(&line, 0, most, bytes);
	if (n == 0 || line.p < line.end)
		return false;
	add(w, r, second, take_from(bytes, n));
	return true;
}

static bool
read_heading(struct follow *w, struct take line)
{
	struct take t = line;

	if (take_text(&t, "Follow: ")) {
		end_rows(w);
		w->node[0] = w->node[1] = NULL;
		return take_until(&t, ",", NULL) && (w->mode = t, true);
	}
	if (take_text(&t, "Node 0: "))
		return w->node[0] = reader_host_port(w->b.rd.log, t), true;
	if (take_text(&t, "Node 1: "))
		return w->node[1] = reader_host_port(w->b.rd.log, t), true;
	return take_text(&t, "Filter: ") ||
	    take_text(&t, "===================");
}

static void
read_line(struct follow *w, struct record *r, struct take line)
{
	bool in = w->node[1] != NULL;

	if (line.p == line.end)
		return;
	if (in && take_is(&w->mode, "ascii") && add_ascii(w, r, line))
		return;
	if (in && take_is(&w->mode, "hex") && add_hex(w, r, line))
		return;
	if (in && take_is(&w->mode, "raw") && add_raw(w, r, line))
		return;
	if (!read_heading(w, line))
		blocks_note(&w->b, r, line);
}

/* ---- yaml --------------------------------------------------------------- */

struct packet {
	struct record r;
	uint64_t peer, known; /* peers that were told */
	struct take host;
	unsigned char *text; /* base64 of the packet, joined */
	size_t n;
};

static void
end_packet(struct follow *w, struct packet *p)
{
	unsigned char *bytes = log_alloc(w->b.rd.log, p->n + 4);
	size_t n;

	if (p->n > 0 && base64_decode(p->text, p->n, bytes, p->n + 4, &n))
		add(w, &p->r, p->peer != 0, take_from(bytes, n));
	p->n = 0;
}

static void
read_yaml_word(struct follow *w, struct packet *p, struct take t)
{
	struct take no_port = {NULL, NULL};

	if (take_text(&t, "peer: ")) {
		take_number(&t, 1, 1, &p->peer);
	} else if (take_text(&t, "host: ")) {
		p->host = t;
	} else if (take_text(&t, "port: ") && p->peer < NODES) {
		w->node[p->peer] = reader_address(
		    w->b.rd.log, &p->host, t.p < t.end ? &t : &no_port);
	} else if (take_text(&t, "timestamp: ") && stamp_epoch(&t, &p->r.us)) {
		p->r.clock = CLOCK_DATE;
	}
}

static void
decode_yaml(struct follow *w)
{
	struct packet p = {.n = 0};
	struct take line, t;

	/* base64 of all of it is not longer than the file */
	p.text = log_alloc(w->b.rd.log, take_left(&w->b.t) + 1);
	while (blocks_take_line(&w->b, &line)) {
		t = line;
		if (take_text(&t, "      ")) {
			memcpy(p.text + p.n, t.p, take_left(&t));
			p.n += take_left(&t);
			continue;
		}
		take_text(&t, "  - ");
		take_text(&t, "    ");
		if (take_text(&t, "packet: ")) {
			end_packet(w, &p);
			memset(&p.r, 0, sizeof p.r);
			p.r.line = blocks_line(&w->b, line.p);
		}
		read_yaml_word(w, &p, t);
	}
	end_packet(w, &p);
}

static void
decode(struct log *log, struct logfile *file)
{
	struct follow w = {.b = blocks_of(log, file)};
	struct take line;
	struct record r;

	if (take_has(&w.b.t, "\npackets:") && !take_has(&w.b.t, "\nFollow: "))
		decode_yaml(&w);
	while (blocks_peek(&w.b, &line)) {
		memset(&r, 0, sizeof r);
		r.line = blocks_line(&w.b, line.p);
		blocks_take_line(&w.b, &line);
		read_line(&w, &r, line);
	}
	end_rows(&w);
	buf_free(&w.rows.bytes);
	reader_done(&w.b.rd, 0);
}

const struct import import_tshark = {
    .name = "tshark",
    .about = "tshark -z follow,tcp,... (ascii, hex, raw, yaml)",
    .sniff = {.line = "^Follow: (tcp|tls|udp),"
		      "(ascii|hex|raw|ebcdic|utf-8)$|^  - peer: 0$"},
    .decode = decode,
};
