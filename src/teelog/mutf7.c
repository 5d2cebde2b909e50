/* mutf7.c - names of IMAP's mailboxes as people read them */
#include "mutf7.h"
#include "charset.h"

#include "../protocol/base64.h"

#include <string.h>

#define LONGEST 1000 /* bytes of a piece in base64 */

/* `APw` of `&APw-`: UTF-16 in base64 with a comma for the slash, unpadded. */
static bool
add_piece(struct buf *to, const char *p, size_t n)
{
	unsigned char text[LONGEST + 4], units[LONGEST];
	struct charset *c;
	size_t got;

	if (n == 0 || n > LONGEST)
		return false;
	for (size_t i = 0; i < n; i++)
		text[i] = p[i] == ',' ? '/' : (unsigned char)p[i];
	while (n % 4 != 0)
		text[n++] = '=';
	if (!base64_decode(text, n, units, sizeof units, &got) || got % 2 != 0)
		return false;
	c = charset_open("UTF-16BE", 8);
	if (c == NULL)
		return false;
	charset_convert(c, units, got, to);
	charset_close(&c);
	return true;
}

bool
mutf7_decode(struct buf *to, const char *name, size_t n)
{
	const char *end = name + n, *amp, *dash;
	size_t was = to->len;

	if (memchr(name, '&', n) == NULL)
		return false;
	while ((amp = memchr(name, '&', (size_t)(end - name))) != NULL) {
		buf_add(to, name, (size_t)(amp - name));
		dash = memchr(amp, '-', (size_t)(end - amp));
		if (dash != NULL && dash == amp + 1) {
			buf_text(to, "&");
		} else if (dash == NULL ||
		    !add_piece(to, amp + 1, (size_t)(dash - amp) - 1)) {
			to->len = was;
			return false;
		}
		name = dash + 1;
	}
	buf_add(to, name, (size_t)(end - name));
	return true;
}
