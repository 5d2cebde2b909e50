/*
 * bytes.h - bytes of binary protocols, written so that people can read them
 *
 *	30 0c  300c	bytes in hex
 *	"text"		text, with the escapes of a transcript
 *	"a"*300  00*32	the item before it so many times
 *	( ... )		what is within is one item
 *	{ ... }		what is within, and before it its length as BER has it
 *	{4 ... }	likewise, the length in the long form with four octets
 *	<2 ... >	likewise, the length as a number of two octets (TLS)
 *
 * An LDAP bind is 30{ 02{01} 60{ 02{03} 04{"cn=admin"} 80{"secret"} } }.
 */
#ifndef BYTES_H
#define BYTES_H

#include <stdbool.h>
#include <stddef.h>

/* False where the text is wrong or size bytes are not enough. */
bool bytes_read(
    const char *text, unsigned char *out, size_t size, size_t *out_len);

#endif
