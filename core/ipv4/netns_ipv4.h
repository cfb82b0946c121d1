#pragma once
// Linux: include/net/netns/ipv4.h, and struct ipv4_devconf of include/linux/inetdevice.h: what
// IPv4 keeps for a namespace.
#include <array>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/copy_on_write.h"
#include "core/netns.h"
#include "core/netns_parts.h"
#include "core/timer.h"

namespace vethlab {

// IPV4_DEVCONF_* of include/uapi/linux/ip.h, minus one.
namespace devconf {
enum index : std::uint8_t {
    forwarding,
    mc_forwarding,
    proxy_arp,
    accept_redirects,
    secure_redirects,
    send_redirects,
    shared_media,
    rp_filter,
    accept_source_route,
    bootp_relay,
    log_martians,
    tag,
    arp_filter,
    medium_id,
    noxfrm,
    nopolicy,
    force_igmp_version,
    arp_announce,
    arp_ignore,
    promote_secondaries,
    arp_accept,
    arp_notify,
    accept_local,
    src_vmark,
    proxy_arp_pvlan,
    route_localnet,
    igmpv2_unsolicited_report_interval,
    igmpv3_unsolicited_report_interval,
    ignore_routes_with_linkdown,
    drop_unicast_in_l2_multicast,
    drop_gratuitous_arp,
    bc_forwarding,
    arp_evict_nocarrier,
    count
};
}

using devconf_values = std::array<int, devconf::count>;
// What the kernel begins with: the rows `default` and `all`, and every lo.
extern const common_value<devconf_values> devconf_values_dflt, devconf_values_all,
    devconf_values_loopback;

struct ipv4_devconf {
    copy_on_write<devconf_values> values;
    std::uint64_t state = 0;  // bit: set on this device, so `default` no longer reaches it

    explicit ipv4_devconf(const common_value<devconf_values>& initial) : values(initial) {}
    int get(devconf::index i) const { return (*values)[i]; }
    void set(devconf::index i, int v) {
        state |= std::uint64_t{1} << i;
        put(i, v);
    }
    void put(devconf::index i, int v) {  // as a change of `default` does
        if (get(i) != v) values.own()[i] = v;
    }
    void setall() { state = ~std::uint64_t{0}; }
};

// net.ipv4.* with a meaning here. What is only stored stands in sysctl_net_ipv4.cc.
struct sysctl_ipv4 {
    int ip_default_ttl = 64;
    int ip_no_pmtu_disc = 0;
    int ip_forward_use_pmtu = 0;
    int ip_forward_update_priority = 1;
    int ip_nonlocal_bind = 0;
    int ip_local_port_range[2] = {32768, 60999};
    int ip_unprivileged_port_start = 1024;
    int ping_group_range[2] = {1, 0};
    int fwmark_reflect = 0;
    int icmp_echo_ignore_all = 0;
    int icmp_echo_ignore_broadcasts = 1;
    int icmp_echo_enable_probe = 0;
    int icmp_ignore_bogus_error_responses = 1;
    int icmp_errors_use_inbound_ifaddr = 0;
    int icmp_ratelimit = 1000;  // ms per token
    int icmp_ratemask = 6168;
    int icmp_msgs_per_sec = 1000;
    int icmp_msgs_burst = 50;
    int igmp_link_local_mcast_reports = 1;
    int igmp_max_memberships = 20;
    int igmp_max_msf = 10;
    int igmp_qrv = 2;
    int ipfrag_time = 30;  // s
    int ipfrag_high_thresh = 4194304;
    int ipfrag_low_thresh = 3145728;
    int ipfrag_max_dist = 64;
    int fib_multipath_hash_policy = 0;
    int fib_multipath_hash_seed = 0;
    int fib_multipath_use_neigh = 0;
    int route_min_pmtu = 552;
    int route_mtu_expires = 600;  // s
    int route_min_adv_mss = 256;
};
extern const common_value<sysctl_ipv4> sysctl_ipv4_initial;

struct fib_alias;
struct fib_rule;

// ipv4/fib_trie.cc
struct fib_table {
    std::uint32_t id;
    // By prefix, longest first, tos descending, metric, age: the order of a dump.
    compact_vector<std::unique_ptr<fib_alias>> aliases;
    std::uint64_t lengths = 0;  // bit: there are routes of this prefix length

    bool has_length(unsigned len) const { return lengths >> len & 1; }
    // Where aliases of this prefix begin.
    std::size_t lower_bound(ipv4_address prefix, std::uint8_t len) const;
    bool is_at(std::size_t i, ipv4_address prefix, std::uint8_t len) const;
    bool has_several_defaults() const { return is_at(lower_bound({}, 0) + 1, {}, 0); }
};


struct netns_ipv4 {
    explicit netns_ipv4(netns& n);
    netns_ipv4(const netns_ipv4&) = delete;
    ~netns_ipv4();

    ipv4_devconf devconf_all{devconf_values_all}, devconf_dflt{devconf_values_dflt};
    copy_on_write<sysctl_ipv4> sysctl{sysctl_ipv4_initial};
    compact_vector<std::pair<std::uint16_t, std::string>> stored_sysctls;  // those changed

    compact_vector<fib_table> tables;  // by id modulo 256, as dumps show; a new one moves them
    // Ascending preference, then age; nullptr: the three that every namespace begins with. Until
    // somebody changes them local and main are looked up as one.
    std::unique_ptr<std::vector<fib_rule>> custom_rules;
    bool fib_has_custom_local_routes = false;
    std::uint32_t rt_genid = 1;        // rt_cache_flush: older routes are void
    std::uint32_t fnhe_genid = 1;      // exceptions of an older one are void
    std::uint32_t dev_addr_genid = 1;  // rises with each change of addresses
    std::uint64_t multipath_seed;
    std::unique_ptr<timer> addr_lifetimes;  // check_lifetime; armed while lifetimes run

    using part = netns_part;
    enum part_index { inetpeer, icmp, ip_fragment, raw, udp, part_count };
    netns_parts<part_count> parts;  // destroyed before the tables above
};

}  // namespace vethlab
