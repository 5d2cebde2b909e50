/*
 * http.h - the parts of the tracker of HTTP/1.x, for one another
 *
 *	http.c		start lines, which response belongs to which request
 *	http_header.c	fields of a header: what they hide
 *	http_uri.c	secrets in URIs
 *	http_frame.c	fields of a header that tell of the body
 *	http_count.c	the bytes of a body, and what is between them
 *	http_window.c	secrets in what there is of a body
 *	http_body.c	where a body ends, and what of it waits
 *	http_text.c	secrets in forms and JSON, and which kind a text is
 *	http_xml.c	secrets in XML and HTML
 *	http_parts.c	secrets in a body of several parts
 *	http_token.c	secrets that need no name
 */
#ifndef TEED_HTTP_H
#define TEED_HTTP_H

#include "track.h"

#include <string.h>

#define HTTP_NAME 128 /* a longer name is taken for a secret's */
#define HTTP_BOUNDARY 72 /* RFC 2046 section 5.1.1: at most 70 */

/* ---- bodies ----------------------------------------------------------- */

/* What a body is, by Content-Type. */
enum http_kind {
	HTTP_BINARY, /* not shown */
	HTTP_PLAIN,
	HTTP_FORM,
	HTTP_LINES, /* likewise, but its lines end a value */
	HTTP_SCRIPT, /* JSON was told: these, or a script around JSON */
	HTTP_JSON,
	HTTP_XML,
	HTTP_HTML,
	HTTP_PARTS, /* multipart */
	HTTP_UNKNOWN /* no type was told: its first byte does */
};

/* Where in a text we are. */
struct http_text {
	unsigned char kind;
	unsigned char inner; /* what it is, or the part of a multipart is */
	unsigned char state; /* its own, zero at the beginning */
	unsigned char part; /* of a multipart: where in it */
	unsigned char quote;
	unsigned char open; /* a token, hidden as far as it has come */
	bool begun; /* its first byte that is no blank has been seen */
	bool escaped;
	bool named; /* HTML: this tag has a secret's name or id */
	bool secret; /* the element, the part */
	bool line_start; /* of a multipart: a boundary may be here */
	bool hide; /* the next byte is hidden */
	bool due; /* and its mask was not given out */
	unsigned depth;
	size_t name_len, boundary_len;
	unsigned char name[HTTP_NAME];
	unsigned char boundary[HTTP_BOUNDARY]; /* XML: the element's name */
};

/* A text begins; the boundary of a multipart stands in it already. */
void http_text_begin(struct http_text *x, unsigned char kind);

/*
 * Take bytes until `hide` changes.  None where more of them must be known, which
 * can't be said of the last ones (`end`).
 */
size_t http_text_run(
    struct http_text *x, const unsigned char *p, size_t n, bool end);

/* Likewise for a text that has no parts; for one of XML; for one with parts. */
size_t http_text_inner(
    struct http_text *x, const unsigned char *p, size_t n, bool end);
size_t http_run_xml(
    struct http_text *x, const unsigned char *p, size_t n, bool end);
size_t http_run_parts(
    struct http_text *x, const unsigned char *p, size_t n, bool end);

/* These bytes are the name's that is read. */
void http_add_to_name(struct http_text *x, const unsigned char *p, size_t n);

/* A blank of a text, which may be a line end. */
static inline bool
http_is_blank(unsigned char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Whether the two bytes `lead` and x->boundary are here, as far as is known. */
enum http_found { HTTP_NOT, HTTP_MAYBE, HTTP_FOUND };
enum http_found http_find_boundary(const struct http_text *x, const char *lead,
    const unsigned char *p, size_t n);

/* Whether the name that was read is a secret's; too long a one may be. */
bool http_name_is_secret(struct http_text *x);

/*
 * Hide tokens in [from, n) of a line.  Where one may begin that can't be told
 * yet, l->hold says; end: there will be no more.  Returns whether a token is
 * hidden up to the end of the line that may go on: what ends it, or 0.
 */
unsigned char http_hide_tokens(struct line *l, size_t from, bool end);

/* How many of these bytes go on with such a token. */
size_t http_token_rest(unsigned char open, const unsigned char *p, size_t n);

/* How the bytes of a body are counted (RFC 9112 section 6). */
enum http_how { HTTP_COUNTED, HTTP_CHUNKED, HTTP_TO_END };

enum http_phase {
	CHUNK_SIZE,
	CHUNK_EXTENSION,
	CHUNK_SIZE_LF,
	CHUNK_DATA,
	CHUNK_CR,
	CHUNK_LF,
	FRAME_OVER, /* all bytes were seen */
	FRAME_WRONG /* it is not what it should be */
};

/* What sort of bytes: the body's own, or what is between chunks. */
enum http_sort { HTTP_DATA, HTTP_BETWEEN, HTTP_EXTENSION };

/* It is copied often, and small. */
struct http_frame {
	unsigned char how, phase;
	unsigned char sort; /* of the bytes before this place */
	unsigned char digits;
	uint64_t left; /* bytes of the body, or of the chunk */
};

/* ---- http_count.c ----------------------------------------------------- */

/* Pass over the bytes of one sort that are next: returns how many of n. */
size_t http_step(struct http_frame *f, const unsigned char *p, size_t n);

/* ---- http_window.c ---------------------------------------------------- */

/* Bytes of a body that are judged together. */
struct http_window {
	enum dir d;
	const unsigned char *raw; /* as they came */
	size_t raw_n;
	struct http_frame first; /* where the raw ones begin */
	const unsigned char *p; /* the body's own */
	size_t n;
	bool gaps; /* the two are not the same */
	bool end; /* there will be no more */
	size_t at; /* of the body's own, how many are done with */
	size_t given; /* of the raw ones, how many were given out */
};

/* Bytes of one sort among the raw ones. */
struct http_run {
	size_t at, n;
	struct http_frame frame; /* behind them */
};

/* Go on to the next of them; all zero, there was none yet. */
bool http_next_run(struct http_run *r, const struct http_window *w);

/* The body's own bytes of the raw ones, in t->scratch. */
void http_take_apart(struct track *t, struct http_window *w);

/* Give out of a window what can be told; returns how many raw bytes. */
size_t http_look_at(struct track *t, struct http_window *w);

/* What is held can't wait any longer: it is no text that can be told apart. */
void http_give_up(struct track *t, struct http_window *w);

/* The client's secret and its token have ended, whatever ended them. */
void http_end_value(struct track *t, enum dir d);

/* The daemon speaks: so much of what is secret in the client's body is kept. */
void http_keep_value(struct track *t);

/* ---- the state -------------------------------------------------------- */

/*
 * Fields of a header, in the order of their names in http_header.c, and what a
 * folded line goes on with (RFC 9112 section 5.2).
 */
enum http_field {
	HTTP_NO_FIELD, /* none has begun */
	HTTP_SHOWN,
	/* It is a URI. */
	HTTP_LOCATION,
	HTTP_CONTENT_LOCATION,
	HTTP_REFERER,
	HTTP_DESTINATION,
	/* It tells of the body, or how to go on. */
	HTTP_LENGTH,
	HTTP_TRANSFER,
	HTTP_CODING,
	HTTP_TYPE,
	HTTP_EXPECT,
	HTTP_UPGRADE,
	HTTP_WWW_AUTHENTICATE,
	HTTP_PROXY_AUTHENTICATE,
	HTTP_COOKIE,
	HTTP_SET_COOKIE,
	/* From here on it is hidden; the scheme is still to come. */
	HTTP_AUTHORIZATION,
	HTTP_PROXY_AUTHORIZATION,
	HTTP_HIDDEN,
	HTTP_BASIC, /* what this scheme has */
	HTTP_DIGEST
};

static inline bool
http_frames(unsigned field)
{
	return field >= HTTP_LENGTH && field <= HTTP_UPGRADE;
}

/* Where in its messages a direction is. */
enum http_at {
	HTTP_START, /* a request or a response is to come */
	HTTP_HEAD,
	HTTP_BODY,
	HTTP_TRAILER,
	HTTP_UNSURE, /* who knows where the body ends */
	HTTP_TUNNEL /* another protocol */
};

struct http_side {
	unsigned char at; /* enum http_at */
	unsigned char fold; /* enum http_field */
	/* Of the header: what it says of the body. */
	bool has_length, has_transfer, has_type, chunked, coded, odd;
	bool upgrade, expect, goes_on; /* 100-continue; a challenge's next */
	bool seen; /* a byte of the body */
	bool lost; /* reading a record: its bytes do not count */
	const char *coding; /* its name, where it is a known one */
	uint64_t length;
	/* The last bytes of the body that were judged: an echo may cross. */
	size_t before_len;
	unsigned char before[ECHO_RUN - 1]; /* ... at its end */
	bool hid; /* the last of them was hidden */
	struct http_frame first, frame; /* of the bytes held, and behind them */
	struct http_text text;
};

/* A secret that is read: as much of it as is kept of an echo. */
struct http_secret {
	size_t n;
	size_t kept; /* as many of them are kept already */
	unsigned char text[ECHO_LEN];
};

enum { HTTP_HAS_USER = 1, HTTP_HAS_PROXY_USER = 2, HTTP_HAS_UPGRADE = 4 };

struct http {
	struct http_side side[2];
	bool answered; /* the daemon has spoken HTTP */
	bool sure; /* which request the response belongs to */
	unsigned char method, flags; /* of that */
	unsigned request; /* number of the command whose header comes ... */
	unsigned char said; /* ... and the flags of it so far */
	int code;
	struct http_secret value, token; /* in the client's body */
};

static inline struct http *
http_state(struct track *t)
{
	return TRACK_STATE(t, struct http);
}

/* Not inline: where it is stands once in the program, not at each use. */
struct http_side *http_side(struct track *t, enum dir d)
    __attribute__((noinline));

/* ---- http_frame.c ----------------------------------------------------- */

/* The value of a field that tells of the body is remembered. */
void http_frame_field(
    struct http_side *h, unsigned field, const unsigned char *p, size_t n);

/* ---- http_header.c ---------------------------------------------------- */

/* The first byte from `at` on that is in the set, or n. */
size_t http_until(const unsigned char *p, size_t n, size_t at, const char *set);

/* Where [at, to) ends without the blanks behind it. */
size_t http_trim(const unsigned char *p, size_t at, size_t to);

/* Judge a line of a header, or what may be one: [from, to) of l. */
void http_field(
    struct track *t, enum dir d, struct line *l, size_t from, size_t to);

/*
 * Whether the client's line that has not ended, a request's or a header's, may
 * hold a secret.
 */
bool http_may_be_secret(struct track *t);

/* ---- http_uri.c ------------------------------------------------------- */

/* Hide secrets of a URI, or of what may hold some. */
enum http_uri {
	URI_WITHIN, /* of other words: a blank ends it */
	URI_WHOLE,
	URI_QUERY /* likewise, and it begins within one */
};
void http_hide_uri(struct track *t, enum dir d, struct line *l, size_t from,
    size_t to, enum http_uri what);

/* ---- http_body.c ------------------------------------------------------ */

/* As in struct protocol. */
size_t http_own(struct track *t, enum dir d, const unsigned char *p, size_t n);
void http_flush(struct track *t, enum dir d, bool end);
void http_skip(struct track *t, enum dir d, uint64_t n);

/* ---- http.c ----------------------------------------------------------- */

/* Whether a request or a response begins here, as its first line does. */
bool http_starts(enum dir d, const unsigned char *p, size_t n);

/* A body is over. */
void http_body_over(struct track *t, enum dir d);

#endif
