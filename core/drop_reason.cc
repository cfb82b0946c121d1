// Linux: net/core/drop_monitor.c (the names, in its spelling)
#include "core/drop_reason.h"

#include <cstddef>
#include <iterator>

namespace vethlab {

const char* drop_reason_name(drop_reason r) {
    // In the order of the enumeration.
    static constexpr const char* names[] = {
        "CONSUMED", "NOT_SPECIFIED", "DEV_READY", "NO_TX_TARGET", "PKT_TOO_BIG", "CPU_BACKLOG",
        "QDISC_DROP", "DEV_HDR", "UNREGISTERING", "UNHANDLED_PROTO", "OTHERHOST",
        "SOCKET_RCVBUFF", "NO_SOCKET", "BRIDGE_INGRESS_STP_STATE", "BRIDGE_NO_EGRESS_PORT",
        "BRIDGE_LOCKED", "BRIDGE_INVALID_SOURCE", "BRIDGE_LINK_LOCAL", "BRIDGE_LOCAL_OUT",
        "MCAST_MALFORMED", "ARP_MALFORMED", "ARP_IGNORED", "NEIGH_FAILED", "NEIGH_QUEUEFULL",
        "NEIGH_CREATE_FAIL", "IP_IN_HDR", "IP_CSUM", "IP_NOT_FOR_US", "IP_NO_ROUTE",
        "IP_IN_ADDR_ERRORS", "IP_LOCAL_SOURCE", "IP_RPFILTER", "IP_LOCALNET", "IP_INVALID_DEST",
        "IP_TTL", "IP_FRAG_NEEDED", "IP_NOPROTO", "IP_FORWARD_DISABLED", "FRAG_OVERLAP",
        "FRAG_TIMEOUT", "FRAG_DUPLICATE", "ICMP_CSUM", "ICMP_IGNORED", "UDP_CSUM", "IGMP_CSUM",
        "IP_OUTNOROUTES", "IPV6DISABLED", "PKT_TOO_SMALL",
        "UNICAST_IN_L2_MULTICAST", "INVALID_PROTO", "TCP_CSUM", "NOMEM",
    };
    static_assert(std::size(names) == std::size_t(drop_reason::max_));
    return names[std::size_t(r)];
}

}  // namespace vethlab
