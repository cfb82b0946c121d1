#pragma once
// Linux: include/uapi/linux/{netlink,rtnetlink,if_link,if_addr,neighbour,if_bridge,
// net_namespace,fib_rules}.h. Numbers and layouts only; wire/nlmsg.h reads and writes them.
#include <cstdint>

namespace vethlab {

namespace af {
enum : std::uint8_t { unspec = 0, inet = 2, bridge = 7, inet6 = 10, packet = 17, mpls = 28 };
}

struct nlmsghdr {
    std::uint32_t nlmsg_len;
    std::uint16_t nlmsg_type;
    std::uint16_t nlmsg_flags;
    std::uint32_t nlmsg_seq;
    std::uint32_t nlmsg_pid;
};
static_assert(sizeof(nlmsghdr) == 16);

namespace nlm_f {
enum : std::uint16_t {
    request = 1, multi = 2, ack = 4, echo = 8, dump_intr = 16, dump_filtered = 32,
    root = 0x100, match = 0x200, atomic = 0x400, dump = root | match,
    replace = 0x100, excl = 0x200, create = 0x400, append = 0x800,
    nonrec = 0x100, bulk = 0x200,
    capped = 0x100, ack_tlvs = 0x200,
};
}

namespace nlmsg {
enum : std::uint16_t { noop = 1, error = 2, done = 3, overrun = 4, min_type = 16 };
}

namespace nlmsgerr_attr {
enum : std::uint16_t { unused, msg, offs, cookie, policy, miss_type, miss_nest };
}

namespace rtm {
enum : std::uint16_t {
    newlink = 16, dellink, getlink, setlink,
    newaddr = 20, deladdr, getaddr,
    newroute = 24, delroute, getroute,
    newneigh = 28, delneigh, getneigh,
    newrule = 32, delrule, getrule,
    newqdisc = 36, delqdisc, getqdisc,
    newtclass = 40, deltclass, gettclass,
    newtfilter = 44, deltfilter, gettfilter,
    getmulticast = 58,
    newneightbl = 64, getneightbl = 66, setneightbl = 67,
    newnetconf = 80, delnetconf, getnetconf,
    newmdb = 84, delmdb, getmdb,
    newnsid = 88, delnsid, getnsid,
    newstats = 92, getstats = 94,
    newlinkprop = 108, dellinkprop,
    newvlan = 112, delvlan, getvlan,
    max = 123,
};
}

// Multicast groups (RTNLGRP_*), for monitors.
namespace rtnlgrp {
enum : std::uint32_t {
    link = 1, notify = 2, neigh = 3, tc = 4, ipv4_ifaddr = 5, ipv4_mroute = 6,
    ipv4_route = 7, ipv4_rule = 8, ipv6_ifaddr = 9, ipv6_route = 11, ipv6_rule = 19,
    ipv4_netconf = 24, ipv6_netconf = 25, mdb = 26,
    nsid = 28,
};
}

struct rtattr {
    std::uint16_t rta_len;
    std::uint16_t rta_type;
};
inline constexpr std::uint16_t nla_f_nested = 0x8000;
inline constexpr std::uint16_t nla_type_mask = 0x3fff;

struct ifinfomsg {
    std::uint8_t ifi_family;
    std::uint8_t pad;
    std::uint16_t ifi_type;
    std::int32_t ifi_index;
    std::uint32_t ifi_flags;
    std::uint32_t ifi_change;
};
static_assert(sizeof(ifinfomsg) == 16);

namespace ifla {
enum : std::uint16_t {
    unspec, address, broadcast, ifname, mtu, link, qdisc, stats, cost, priority, master,
    wireless, protinfo, txqlen, map, weight, operstate, linkmode, linkinfo, net_ns_pid,
    ifalias, num_vf, vfinfo_list, stats64, vf_ports, port_self, af_spec, group, net_ns_fd,
    ext_mask, promiscuity, num_tx_queues, num_rx_queues, carrier, phys_port_id,
    carrier_changes, phys_switch_id, link_netnsid, phys_port_name, proto_down,
    gso_max_segs, gso_max_size, pad, xdp, event, new_netnsid, if_netnsid,
    carrier_up_count, carrier_down_count, new_ifindex, min_mtu, max_mtu, prop_list,
    alt_ifname, perm_address, proto_down_reason, parent_dev_name, parent_dev_bus_name,
    gro_max_size, tso_max_size, tso_max_segs, allmulti, devlink_port, gso_ipv4_max_size,
    gro_ipv4_max_size,
    target_netnsid = if_netnsid,
};
}

namespace ifla_info {
enum : std::uint16_t { unspec, kind, data, xstats, slave_kind, slave_data };
}
namespace veth_info {
enum : std::uint16_t { unspec, peer };
}

namespace ifla_br {
enum : std::uint16_t {
    unspec, forward_delay, hello_time, max_age, ageing_time, stp_state, priority,
    vlan_filtering, vlan_protocol, group_fwd_mask, root_id, bridge_id, root_port,
    root_path_cost, topology_change, topology_change_detected, hello_timer, tcn_timer,
    topology_change_timer, gc_timer, group_addr, fdb_flush, mcast_router, mcast_snooping,
    mcast_query_use_ifaddr, mcast_querier, mcast_hash_elasticity, mcast_hash_max,
    mcast_last_member_cnt, mcast_startup_query_cnt, mcast_last_member_intvl,
    mcast_membership_intvl, mcast_querier_intvl, mcast_query_intvl,
    mcast_query_response_intvl, mcast_startup_query_intvl, nf_call_iptables,
    nf_call_ip6tables, nf_call_arptables, vlan_default_pvid, pad, vlan_stats_enabled,
    mcast_stats_enabled, mcast_igmp_version, mcast_mld_version, vlan_stats_per_port,
    multi_boolopt, mcast_querier_state, fdb_n_learned, fdb_max_learned,
};
}

namespace ifla_brport {
enum : std::uint16_t {
    unspec, state, priority, cost, mode, guard, protect, fast_leave, learning,
    unicast_flood, proxyarp, learning_sync, proxyarp_wifi, root_id, bridge_id,
    designated_port, designated_cost, id, no, topology_change_ack, config_pending,
    message_age_timer, forward_delay_timer, hold_timer, flush, multicast_router, pad,
    mcast_flood, mcast_to_ucast, vlan_tunnel, bcast_flood, group_fwd_mask, neigh_suppress,
    isolated, backup_port, mrp_ring_open, mrp_in_open, mcast_eht_hosts_limit,
    mcast_eht_hosts_cnt, locked, mab, mcast_n_groups, mcast_max_groups,
    neigh_vlan_suppress, backup_nhid,
};
}

// IFLA_AF_SPEC of PF_BRIDGE messages.
namespace ifla_bridge {
enum : std::uint16_t { flags, mode, vlan_info, vlan_tunnel_info };
}
namespace bridge_flags {
enum : std::uint16_t { master = 1, self = 2 };
}
namespace rtext_filter {
enum : std::uint32_t {
    vf = 1, brvlan = 2, brvlan_compressed = 4, skip_stats = 8, mrp = 16, cfm_config = 32,
};
}

struct ifaddrmsg {
    std::uint8_t ifa_family;
    std::uint8_t ifa_prefixlen;
    std::uint8_t ifa_flags;
    std::uint8_t ifa_scope;
    std::uint32_t ifa_index;
};
static_assert(sizeof(ifaddrmsg) == 8);
namespace ifa {
enum : std::uint16_t {
    unspec, address, local, label, broadcast, anycast, cacheinfo, multicast, flags,
    rt_priority, target_netnsid, proto,
};
}
namespace ifa_f {
enum : std::uint32_t {
    secondary = 0x01, nodad = 0x02, optimistic = 0x04, dadfailed = 0x08,
    homeaddress = 0x10, deprecated = 0x20, tentative = 0x40, permanent = 0x80,
    managetempaddr = 0x100, noprefixroute = 0x200, mcautojoin = 0x400,
    stable_privacy = 0x800,
};
}
struct ifa_cacheinfo {
    std::uint32_t ifa_prefered;
    std::uint32_t ifa_valid;
    std::uint32_t cstamp;
    std::uint32_t tstamp;
};

struct rtmsg {
    std::uint8_t rtm_family, rtm_dst_len, rtm_src_len, rtm_tos;
    std::uint8_t rtm_table, rtm_protocol, rtm_scope, rtm_type;
    std::uint32_t rtm_flags;
};
static_assert(sizeof(rtmsg) == 12);
namespace rta {
enum : std::uint16_t {
    unspec, dst, src, iif, oif, gateway, priority, prefsrc, metrics, multipath, protoinfo,
    flow, cacheinfo, session, mp_algo, table, mark, mfc_stats, via, newdst, pref,
    encap_type, encap, expires, pad, uid, ttl_propagate, ip_proto, sport, dport, nh_id,
};
}
namespace rtax {
enum : std::uint16_t {
    unspec, lock, mtu, window, rtt, rttvar, ssthresh, cwnd, advmss, reordering, hoplimit,
    initcwnd, features, rto_min, initrwnd, quickack, cc_algo,
};
}
enum class rtn : std::uint8_t {
    unspec, unicast, local, broadcast, anycast, multicast, blackhole, unreachable,
    prohibit, throw_, nat, xresolve
};
namespace rtprot {
enum : std::uint8_t { unspec = 0, redirect = 1, kernel = 2, boot = 3, static_ = 4, ra = 9 };
}
namespace rt_scope {
enum : std::uint8_t { universe = 0, site = 200, link = 253, host = 254, nowhere = 255 };
}
namespace rt_table {
enum : std::uint32_t { unspec = 0, compat = 252, default_ = 253, main = 254, local = 255 };
}
namespace rtnh_f {
enum : std::uint32_t {
    dead = 1, pervasive = 2, onlink = 4, offload = 8, linkdown = 16, unresolved = 32,
};
}
namespace rtm_f {
enum : std::uint32_t {
    notify = 0x100, cloned = 0x200, equalize = 0x400, prefix = 0x800,
    lookup_table = 0x1000, fib_match = 0x2000, offload = 0x4000, trap = 0x8000,
    offload_failed = 0x20000000,
};
}
struct rta_cacheinfo {
    std::uint32_t rta_clntref, rta_lastuse, rta_expires, rta_error, rta_used;
    std::uint32_t rta_id, rta_ts, rta_tsage;
};

// RTM_NEWNETCONF (include/uapi/linux/netconf.h)
namespace netconfa {
enum : std::uint16_t {
    unspec, ifindex, forwarding, rp_filter, mc_forwarding, proxy_neigh,
    ignore_routes_with_linkdown, input, bc_forwarding,
};
inline constexpr std::int32_t ifindex_all = -1, ifindex_default = -2;
}
struct rtnexthop {
    std::uint16_t rtnh_len;
    std::uint8_t rtnh_flags, rtnh_hops;
    std::int32_t rtnh_ifindex;
};
static_assert(sizeof(rtnexthop) == 8);

struct fib_rule_hdr {
    std::uint8_t family, dst_len, src_len, tos;
    std::uint8_t table, res1, res2, action;
    std::uint32_t flags;
};
static_assert(sizeof(fib_rule_hdr) == 12);
namespace fra {
enum : std::uint16_t {
    unspec, dst, src, iifname, goto_, unused2, priority, unused3, unused4, unused5, fwmark,
    flow, tun_id, suppress_ifgroup, suppress_prefixlen, table, fwmask, oifname, pad, l3mdev,
    uid_range, protocol, ip_proto, sport_range, dport_range, dscp, flowlabel, flowlabel_mask,
    sport_mask, dport_mask, dscp_mask,
};
}
namespace fr_act {
enum : std::uint8_t { unspec, to_tbl, goto_, nop, res3, res4, blackhole, unreachable, prohibit };
}
namespace fib_rule_f {
enum : std::uint32_t {
    permanent = 1, invert = 2, unresolved = 4, iif_detached = 8, oif_detached = 16,
    find_saddr = 0x10000,
};
}

struct ndmsg {
    std::uint8_t ndm_family;
    std::uint8_t pad1;
    std::uint16_t pad2;
    std::int32_t ndm_ifindex;
    std::uint16_t ndm_state;
    std::uint8_t ndm_flags;
    std::uint8_t ndm_type;
};
static_assert(sizeof(ndmsg) == 12);
namespace nda {
enum : std::uint16_t {
    unspec, dst, lladdr, cacheinfo, probes, vlan, port, vni, ifindex, master,
    link_netnsid, src_vni, protocol, nh_id, fdb_ext_attrs, flags_ext, ndm_state_mask,
    ndm_flags_mask,
};
}
namespace ntf {
enum : std::uint8_t {
    use = 0x01, self = 0x02, master = 0x04, proxy = 0x08, ext_learned = 0x10,
    offloaded = 0x20, sticky = 0x40, router = 0x80,
};
}
namespace nud {
enum : std::uint16_t {
    none = 0, incomplete = 0x01, reachable = 0x02, stale = 0x04, delay = 0x08,
    probe = 0x10, failed = 0x20, noarp = 0x40, permanent = 0x80,
    in_timer = incomplete | reachable | delay | probe,
    valid = permanent | noarp | reachable | probe | stale | delay,
    connected = permanent | noarp | reachable,
};
}
struct nda_cacheinfo {  // USER_HZ (1/100 s)
    std::uint32_t ndm_confirmed, ndm_used, ndm_updated, ndm_refcnt;
};

struct rtgenmsg {
    std::uint8_t rtgen_family;
};
namespace netnsa {
enum : std::uint16_t { none, nsid, pid, fd, target_nsid, current_nsid };
}

struct tcmsg {
    std::uint8_t tcm_family;
    std::uint8_t pad1;
    std::uint16_t pad2;
    std::int32_t tcm_ifindex;
    std::uint32_t tcm_handle, tcm_parent, tcm_info;
};
static_assert(sizeof(tcmsg) == 20);
namespace tca {
enum : std::uint16_t {
    unspec, kind, options, stats, xstats, rate, fcnt, stats2, stab, pad, dump_invisible,
    chain, hw_offload,
};
}

struct br_port_msg {
    std::uint8_t family;
    std::uint32_t ifindex;
};
namespace mdba {
enum : std::uint16_t { unspec, mdb, router };
}

}  // namespace vethlab
