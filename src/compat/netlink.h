/*
 * netlink.h - the parts of the kernel's network interface that teed speaks
 *
 * These are the kernel's own structures and numbers (rtnetlink(7),
 * sock_diag(7)).  They stand here because <linux/...> is not there for every
 * libc (musl-gcc sees none of the kernel's headers), and they never change.
 */
#ifndef TEED_NETLINK_H
#define TEED_NETLINK_H

#include <stdint.h>

#define NL_ROUTE 0 /* NETLINK_ROUTE */
#define NL_SOCK_DIAG 4 /* NETLINK_SOCK_DIAG */

#define NL_F_REQUEST 0x001
#define NL_F_EXCL 0x200
#define NL_F_CREATE 0x400

#define NL_ERROR 2 /* NLMSG_ERROR */
#define NL_DONE 3

#define RT_NEWLINK 16
#define RT_NEWROUTE 24
#define RT_DELROUTE 25
#define DIAG_BY_FAMILY 20 /* SOCK_DIAG_BY_FAMILY */

struct nl_sockaddr {
	uint16_t family; /* AF_NETLINK */
	uint16_t pad;
	uint32_t pid, groups;
};

struct nl_header {
	uint32_t len; /* this header included */
	uint16_t type, flags;
	uint32_t seq, pid;
};

struct nl_error {
	int32_t error; /* 0, or -errno */
	struct nl_header request;
};

struct nl_attr {
	uint16_t len, type; /* len: this header included */
};

struct rt_link { /* struct ifinfomsg */
	uint8_t family, pad;
	uint16_t type;
	int32_t index;
	uint32_t flags, change;
};

struct rt_route { /* struct rtmsg */
	uint8_t family, dst_len, src_len, tos, table, protocol, scope, type;
	uint32_t flags;
};

/* Attributes of a link, of a route, and of its metrics. */
#define LINK_INFO 18 /* IFLA_LINKINFO */
#define LINK_INFO_KIND 1 /* IFLA_INFO_KIND */
#define ROUTE_DST 1
#define ROUTE_OIF 4
#define ROUTE_METRICS 8
#define METRIC_QUICKACK 15 /* RTAX_QUICKACK */

#define ROUTE_TABLE_LOCAL 255
#define ROUTE_PROTOCOL_BOOT 3
#define ROUTE_SCOPE_HOST 254
#define ROUTE_TYPE_LOCAL 2

struct diag_sockid {
	uint16_t sport, dport; /* network order */
	uint32_t src[4], dst[4]; /* network order */
	uint32_t ifindex;
	uint32_t cookie[2]; /* all ones: any */
};

struct diag_request { /* struct inet_diag_req_v2 */
	uint8_t family, protocol, ext, pad;
	uint32_t states;
	struct diag_sockid id;
};

struct diag_reply { /* struct inet_diag_msg */
	uint8_t family, state, timer, retrans;
	struct diag_sockid id;
	uint32_t expires, rqueue, wqueue, uid, inode;
};

#define DIAG_EXT_TOS 5 /* INET_DIAG_TOS */
#define DIAG_EXT_TCLASS 6
#define DIAG_EXT_SOCKOPT 22 /* INET_DIAG_SOCKOPT */

#endif
