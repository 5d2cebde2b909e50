/*
 * ldap_attr.c - attributes of a directory whose values are secrets
 *
 * Passwords and keys, in clear or hashed, of the directories in use: what
 * X.500, RFC 3112 and RFC 4519 define, OpenLDAP, 389, Active Directory, Samba,
 * Heimdal and MIT Kerberos, FreeIPA, Novell, FreeRADIUS.
 */
#include "ldap_attr.h"

#include <string.h>
#include <strings.h>

#define NAME_MAX_LEN 128 /* so long a name is nobody's: hidden */

/*
 * Words one behind another, an empty one at the end.  Not listed are the names
 * that have one of `containing` in them or end in `pwd`, but some of their
 * numbers are.
 */
static const char secrets[] =
    "2.5.4.35\0" /* userPassword */
    "1.2.840.113556.1.4.90\0" /* unicodePwd */
    "1.2.840.113556.1.4.55\0" /* dBCSPwd */
    "lmPwdHistory\0"
    "1.2.840.113556.1.4.160\0"
    "ntPwdHistory\0"
    "1.2.840.113556.1.4.94\0"
    "1.2.840.113556.1.4.125\0" /* supplementalCredentials */
    "1.2.840.113556.1.4.129\0" /* trustAuthIncoming */
    "1.2.840.113556.1.4.135\0" /* trustAuthOutgoing */
    "1.2.840.113556.1.4.539\0" /* initialAuthIncoming */
    "1.2.840.113556.1.4.540\0" /* initialAuthOutgoing */
    "currentValue\0"
    "1.2.840.113556.1.4.27\0"
    "priorValue\0"
    "1.2.840.113556.1.4.100\0"
    "1.2.840.113556.1.4.2196\0" /* msDS-ManagedPassword */
    "1.2.840.113556.1.6.44.1.2\0" /* msLAPS-Password ... */
    "1.2.840.113556.1.6.44.1.3\0" /* ... and encrypted, ... */
    "1.2.840.113556.1.6.44.1.4\0" /* ... its history, ... */
    "1.2.840.113556.1.6.44.1.5\0" /* ... and both of DSRM */
    "1.2.840.113556.1.6.44.1.6\0"
    "1.2.840.113556.1.8000.2554.50051.45980.28112.18903.35903.6685103"
    ".1224907.2.1\0" /* ms-Mcs-AdmPwd */
    "1.3.6.1.4.1.7165.2.1.25\0" /* sambaNTPassword */
    "1.3.6.1.4.1.7165.2.1.24\0" /* sambaLMPassword */
    "1.3.6.1.4.1.7165.2.1.54\0" /* sambaPasswordHistory */
    "1.3.6.1.4.1.7165.2.1.68\0" /* sambaClearTextPassword */
    "1.3.6.1.4.1.7165.2.1.69\0" /* sambaPreviousClearTextPassword */
    "1.3.6.1.4.1.7165.2.1.1\0" /* lmPassword */
    "1.3.6.1.4.1.7165.2.1.2\0" /* ntPassword */
    "olcRootPW\0"
    "1.3.6.1.4.1.4203.1.12.2.3.2.0.9\0"
    "rootpw\0"
    "olcSyncrepl\0"
    "olcDbIDAssertBind\0"
    "olcDbACLBind\0"
    "1.3.6.1.4.1.4203.1.3.4\0" /* authPassword */
    "userPKCS12\0"
    "2.16.840.1.113730.3.1.216\0"
    "krbPrincipalKey\0"
    "2.16.840.1.113719.1.301.4.39.1\0"
    "krbPwdHistory\0"
    "2.16.840.1.113719.1.301.4.44.1\0"
    "krbExtraData\0"
    "2.16.840.1.113719.1.301.4.51.1\0"
    "krbMKey\0"
    "2.16.840.1.113719.1.301.4.46.1\0"
    "krb5Key\0"
    "1.3.6.1.4.1.5322.10.1.10\0"
    "pwdHistory\0"
    "1.3.6.1.4.1.42.2.27.8.1.20\0"
    "ipaNTHash\0"
    "ipatokenOTPkey\0"
    "2.16.840.1.113730.3.8.16.1.8\0"
    "nsslapd-rootpw\0";

static const char containing[] =
    "password\0passwd\0passphrase\0secret\0credential\0privatekey\0"
    "authincoming\0authoutgoing\0";

bool
ldap_made_of(const unsigned char *p, size_t n, const char *bytes)
{
	size_t all = strlen(bytes);

	for (size_t i = 0; i < n; i++)
		if (memchr(bytes, p[i], all) == NULL)
			return false;
	return true;
}

bool
ldap_attr_valid(const unsigned char *p, size_t n)
{
	static const char bytes[] = "abcdefghijklmnopqrstuvwxyz.;="
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";

	return n > 0 && ldap_made_of(p, n, bytes);
}

bool
ldap_attr_secret(const unsigned char *p, size_t n)
{
	const unsigned char *option = memchr(p, ';', n);
	size_t len = option != NULL ? (size_t)(option - p) : n;
	char buf[NAME_MAX_LEN], *name = buf;

	if (len >= sizeof buf || !ldap_attr_valid(p, n))
		return true;
	memcpy(name, p, len);
	name[len] = '\0';
	if (strncasecmp(name, "OID.", 4) == 0) { /* RFC 1779 section 2.3 */
		name += 4;
		len -= 4;
	}
	for (const char *w = secrets; *w != '\0'; w += strlen(w) + 1)
		if (strcasecmp(name, w) == 0)
			return true;
	for (const char *w = containing; *w != '\0'; w += strlen(w) + 1)
		if (strcasestr(name, w) != NULL)
			return true;
	return len >= 3 && strcasecmp(name + len - 3, "pwd") == 0;
}
