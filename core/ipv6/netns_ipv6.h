#pragma once
// Linux: include/net/netns/ipv6.h, include/linux/ipv6.h (struct ipv6_devconf): IPv6 of a namespace.
#include <array>
#include <memory>
#include <utility>
#include <vector>

#include "core/compact_vector.h"
#include "core/netns_parts.h"
#include "core/timer.h"
#include "core/wire/ipv6.h"

namespace vethlab {

class kernel;
struct netns;
struct net_device;
struct fib6_info;

namespace devconf6 {
// In the order of /proc/sys/net/ipv6/conf/*.
enum index : std::uint8_t {
    accept_dad,
    accept_ra,
    accept_ra_defrtr,
    accept_ra_from_local,
    accept_ra_min_hop_limit,
    accept_ra_min_lft,
    accept_ra_mtu,
    accept_ra_pinfo,
    accept_ra_rt_info_max_plen,
    accept_ra_rt_info_min_plen,
    accept_ra_rtr_pref,
    accept_redirects,
    accept_source_route,
    accept_untracked_na,
    addr_gen_mode,
    autoconf,
    dad_transmits,
    disable_ipv6,
    disable_policy,
    drop_unicast_in_l2_multicast,
    drop_unsolicited_na,
    enhanced_dad,
    force_forwarding,
    force_mld_version,
    force_tllao,
    forwarding,
    hop_limit,
    ignore_routes_with_linkdown,
    ioam6_enabled,
    ioam6_id,
    ioam6_id_wide,
    keep_addr_on_down,
    max_addresses,
    max_desync_factor,
    mc_forwarding,
    mldv1_unsolicited_report_interval,
    mldv2_unsolicited_report_interval,
    mtu,
    ndisc_evict_nocarrier,
    ndisc_notify,
    ndisc_tclass,
    optimistic_dad,
    proxy_ndp,
    ra_defrtr_metric,
    ra_honor_pio_life,
    ra_honor_pio_pflag,
    regen_max_retry,
    regen_min_advance,
    router_probe_interval,
    router_solicitation_delay,
    router_solicitation_interval,
    router_solicitation_max_interval,
    router_solicitations,
    rpl_seg_enabled,
    seg6_enabled,
    seg6_require_hmac,
    suppress_frag_ndisc,
    temp_prefered_lft,
    temp_valid_lft,
    use_oif_addrs_only,
    use_optimistic,
    use_tempaddr,
    count
};
}  // namespace devconf6

// Values as the files show them.
struct ipv6_devconf {
    std::array<std::int32_t, devconf6::count> data;
    std::uint32_t users = 0;  // pointers to this copy; 0: a constant of the program
    std::int32_t get(devconf6::index i) const { return data[i]; }
};

// Such values, shared by all who have the same ones and copied on a write. Those that nobody has
// changed are constants of the program.
class devconf6_ptr {
 public:
    explicit devconf6_ptr(const ipv6_devconf& constant) : values_(&constant) {}
    devconf6_ptr(const devconf6_ptr& o) : values_(o.values_) {
        if (values_->users) users()++;
    }
    devconf6_ptr& operator=(devconf6_ptr o) {
        std::swap(values_, o.values_);
        return *this;
    }
    ~devconf6_ptr() {
        if (values_->users && --users() == 0) delete values_;
    }
    const ipv6_devconf& operator*() const { return *values_; }
    const ipv6_devconf* operator->() const { return values_; }
    bool operator==(const devconf6_ptr& o) const { return values_ == o.values_; }
    void set(kernel& krn, devconf6::index i, std::int32_t value);

 private:
    // Of a copy, which is not const.
    std::uint32_t& users() { return const_cast<ipv6_devconf*>(values_)->users; }
    const ipv6_devconf* values_;
};
// Copies made last: where namespaces are changed alike, they share what comes out.
struct devconf6_copies {
    std::vector<devconf6_ptr> kept;
    std::size_t oldest = 0;
};
devconf6_ptr ipv6_devconf_initial();   // the kernel's own defaults
devconf6_ptr ipv6_devconf_loopback();  // of lo in a namespace without changes

struct netns_ipv6 {
    netns_ipv6();
    netns_ipv6(const netns_ipv6&) = delete;
    ~netns_ipv6();

    devconf6_ptr devconf_all, devconf_dflt;
    // Sorted for lookups: by table, longest prefix first, then address, metric, age.
    compact_vector<std::unique_ptr<fib6_info>> routes;
    std::unique_ptr<timer> addr_chk;  // lifetimes of addresses; made when the first has one

    using part = netns_part;
    enum part_index { raw, udp, fragments, inetpeer, part_count };
    netns_parts<part_count> parts;
};

}  // namespace vethlab
