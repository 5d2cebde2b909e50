/* http_count.c - the bytes of a body, and what is between them (RFC 9112) */
#include "http.h"

/* A byte between the data of two chunks. */
static void
between(struct http_frame *f, unsigned char c)
{
	int digit = word_hex(c);

	switch (f->phase) {
	case CHUNK_SIZE:
		if (digit >= 0 && f->digits++ < 15)
			f->left = f->left << 4 | (unsigned)digit;
		else if (c == ';' && f->digits > 0)
			f->phase = CHUNK_EXTENSION;
		else
			f->phase = c == '\r' && f->digits > 0 ? CHUNK_SIZE_LF :
								FRAME_WRONG;
		break;
	case CHUNK_EXTENSION:
		if (c == '\r')
			f->phase = CHUNK_SIZE_LF;
		else if (c == '\n')
			f->phase = FRAME_WRONG;
		break;
	case CHUNK_SIZE_LF:
		f->phase = c != '\n' ? FRAME_WRONG :
		    f->left == 0     ? FRAME_OVER :
				       CHUNK_DATA;
		break;
	case CHUNK_CR:
		f->phase = c == '\r' ? CHUNK_LF : FRAME_WRONG;
		break;
	default:
		f->phase = c == '\n' ? CHUNK_SIZE : FRAME_WRONG;
		f->digits = 0;
		f->left = 0;
	}
}

static bool
in_extension(const struct http_frame *f, unsigned char c)
{
	return f->phase == CHUNK_EXTENSION && c != '\r';
}

size_t
http_step(struct http_frame *f, const unsigned char *p, size_t n)
{
	size_t i = 0;

	if (f->phase == CHUNK_DATA) {
		f->sort = HTTP_DATA;
		if (f->how == HTTP_TO_END)
			return n;
		if (n > f->left)
			n = (size_t)f->left;
		f->left -= n;
		if (f->left == 0)
			f->phase =
			    f->how == HTTP_COUNTED ? FRAME_OVER : CHUNK_CR;
		return n;
	}
	f->sort = in_extension(f, *p) ? HTTP_EXTENSION : HTTP_BETWEEN;
	while (i < n && f->phase < FRAME_OVER && f->phase != CHUNK_DATA) {
		if (in_extension(f, p[i]) != (f->sort == HTTP_EXTENSION))
			break;
		between(f, p[i]);
		if (f->phase == FRAME_WRONG)
			break; /* that byte is none of the body's */
		i++;
	}
	return i;
}
