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

#define NAME_MAX_LEN 128 /* a longer name is nobody's: hidden */

static const char *const secrets[] = {"userPassword", "2.5.4.35", "unicodePwd",
    "1.2.840.113556.1.4.90", "dBCSPwd", "1.2.840.113556.1.4.55", "lmPwdHistory",
    "1.2.840.113556.1.4.160", "ntPwdHistory", "1.2.840.113556.1.4.94",
    "supplementalCredentials", "1.2.840.113556.1.4.125", "trustAuthIncoming",
    "1.2.840.113556.1.4.129", "trustAuthOutgoing", "1.2.840.113556.1.4.135",
    "msDS-ManagedPassword", "ms-Mcs-AdmPwd", "msLAPS-Password",
    "msLAPS-EncryptedPassword", "sambaNTPassword", "1.3.6.1.4.1.7165.2.1.25",
    "sambaLMPassword", "1.3.6.1.4.1.7165.2.1.24", "sambaPasswordHistory",
    "ntPassword", "lmPassword", "olcRootPW", "rootpw", "olcSyncrepl",
    "olcDbIDAssertBind", "olcDbACLBind", "authPassword",
    "1.3.6.1.4.1.4203.1.3.4", "userPKCS12", "2.16.840.1.113730.3.1.216",
    "krbPrincipalKey", "2.16.840.1.113719.1.301.4.39.1", "krbExtraData",
    "krbMKey", "krb5Key", "pwdHistory", "1.3.6.1.4.1.42.2.27.8.1.20",
    "ipaNTHash", "ipatokenOTPkey", "nsslapd-rootpw", "nsDS5ReplicaCredentials",
    "clearPassword", "radiusTunnelPassword", "radiusSharedSecret",
    "nspmPassword", NULL};

static const char *const containing[] = {"password", "passwd", "passphrase",
    "secret", "credential", "privatekey", NULL};

bool
ldap_attr_valid(const unsigned char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!((p[i] >= 'a' && p[i] <= 'z') ||
			(p[i] >= 'A' && p[i] <= 'Z') ||
			(p[i] >= '0' && p[i] <= '9') ||
			strchr("-.;_=", p[i]) != NULL) ||
		    p[i] == '\0')
			return false;
	return n > 0;
}

bool
ldap_attr_secret(const unsigned char *p, size_t n)
{
	char buf[NAME_MAX_LEN + 1], *name = buf;
	size_t len = 0;

	while (len < n && p[len] != ';' && len < NAME_MAX_LEN) {
		name[len] = (char)p[len];
		len++;
	}
	name[len] = '\0';
	if (len == NAME_MAX_LEN || !ldap_attr_valid(p, n))
		return true;
	if (strncasecmp(name, "OID.", 4) == 0) { /* RFC 1779 section 2.3 */
		name += 4;
		len -= 4;
	}
	for (int i = 0; secrets[i] != NULL; i++)
		if (strcasecmp(name, secrets[i]) == 0)
			return true;
	for (int i = 0; containing[i] != NULL; i++)
		if (strcasestr(name, containing[i]) != NULL)
			return true;
	return len >= 3 && strcasecmp(name + len - 3, "pwd") == 0;
}
