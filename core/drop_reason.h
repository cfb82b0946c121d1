#pragma once
// Linux: include/net/dropreason-core.h. Why a frame's way ended; kfree_skb_reason takes one.
#include <cstdint>

namespace vethlab {

enum class drop_reason : std::uint8_t {
    consumed,  // not a drop: delivered, answered, or replaced by a copy
    not_specified,
    // devices and queues
    dev_ready,        // receiver or sender not up
    no_tx_target,     // veth without peer
    pkt_too_big,      // longer than the receiver takes
    cpu_backlog,      // backlog full
    qdisc_drop,
    dev_hdr,          // shorter than a link-layer header
    unregistering,    // the device goes away
    unhandled_proto,  // nobody took it
    otherhost,
    socket_rcvbuff,
    no_socket,
    // bridge
    bridge_ingress_stp_state,
    bridge_no_egress_port,
    bridge_locked,
    bridge_invalid_source,
    bridge_link_local,
    bridge_local_out,  // br0 to its own address
    mcast_malformed,
    // ARP and neighbours
    arp_malformed,
    arp_ignored,
    neigh_failed,
    neigh_queuefull,
    neigh_create_fail,
    // IPv4
    ip_in_hdr,     // malformed header
    ip_csum,
    ip_not_for_us,
    ip_no_route,
    ip_in_addr_errors,
    ip_local_source,   // martian
    ip_rpfilter,
    ip_localnet,
    ip_invalid_dest,
    ip_ttl,
    ip_frag_needed,
    ip_noproto,
    ip_forward_disabled,
    frag_overlap,
    frag_timeout,
    frag_duplicate,
    icmp_csum,
    icmp_ignored,
    udp_csum,
    igmp_csum,
    ip_outnoroutes,
    ipv6disabled,
    pkt_too_small,  // shorter than its header says
    unicast_in_l2_multicast,
    invalid_proto,
    tcp_csum,
    nomem,
    max_,
};

const char* drop_reason_name(drop_reason r);  // "DEV_READY", as `perf trace` of Linux prints

}  // namespace vethlab
