// Linux: net/ipv6/addrconf.c: duplicate address detection (RFC 4862) and router solicitation.
#include <algorithm>

#include "core/ipv6/ip6_fib.h"
#include "core/ipv6/ndisc.h"
#include "core/kernel.h"

namespace vethlab {
namespace {

// RFC 3315 14: 0.9 .. 1.1 of `t`, and 1.9 .. 2.1 of it, but not beyond `max`.
sim_time backoff_init(kernel& krn, sim_time t) {
    return t / 1'000'000 * (900'000 + std::int64_t(krn.random_delay(200'001)));
}
sim_time backoff_update(kernel& krn, sim_time t, sim_time max) {
    const sim_time next = t / 1'000'000 * (1'900'000 + std::int64_t(krn.random_delay(200'001)));
    return next > max ? backoff_init(krn, max) : next;
}

// A random part of a span, in jiffies.
sim_time random_below(kernel& krn, sim_time span) {
    const auto jiffies = std::uint32_t(std::max(span / jiffy, INT64_C(1)));
    return jiffy * std::int64_t(krn.random_delay(jiffies));
}

sim_time retrans_time(inet6_dev& idev) {
    const std::uint32_t ms = idev.nd_parms()
                                 ? idev.nd_parms()->ms(neigh_var::retrans_time)
                                 : nd_tbl(idev.krn()).default_parms[neigh_var::retrans_time];
    return std::max(sim_time{std::chrono::milliseconds(ms)}, sim_time{10ms});
}

// The first link-local address that works: from now on the link knows us.
bool ipv6_lonely_lladdr(const inet6_ifaddr& ifp) {
    for (const auto& other : ifp.idev.addr_list) {
        if (other.get() != &ifp && other->addr.is_linklocal() &&
            !(other->flags & (ifa_f::tentative | ifa_f::optimistic | ifa_f::dadfailed))) {
            return false;
        }
    }
    return true;
}

void insert_local_route(inet6_ifaddr& ifp) {
    auto rt = std::make_unique<fib6_info>();
    rt->table = rt_table::local;
    rt->dst = ifp.addr;
    rt->plen = 128;
    rt->type = rtn::local;
    rt->dev = &ifp.idev.dev;
    (void)fib6_add(ifp.idev.net(), std::move(rt), nlm_f::excl);
    const ifaddr6_options& options = *ifp.options;
    if (!options.peer_addr.is_any()) {
        addrconf_prefix_route(options.peer_addr, 128, options.rt_priority, ifp.idev.dev, 0);
    }
}

void addrconf_dad_completed(inet6_ifaddr& ifp, bool send_na) {
    inet6_dev& idev = ifp.idev;
    net_device& dev = idev.dev;
    const auto& all = *idev.net().ipv6->devconf_all;
    ifp.dad.reset();
    ifp.state = ifaddr6_state::postdad;
    insert_local_route(ifp);
    inet6_ifa_notify(rtm::newaddr, ifp);
    const bool first = ifp.addr.is_linklocal() && !dev.is_loopback() && ipv6_lonely_lladdr(ifp);
    if (first) ipv6_mc_dad_complete(idev);
    if (send_na && (all.get(devconf6::ndisc_notify) || idev.conf(devconf6::ndisc_notify))) {
        ndisc_send_na(dev, in6addr_linklocal_allnodes, ifp.addr, idev.conf(devconf6::forwarding),
                      false, true, true);
    }
    ipv6_address lladdr;
    if (!first || !ipv6_accept_ra(idev) || idev.conf(devconf6::router_solicitations) == 0 ||
        !ipv6_get_lladdr(dev, lladdr, ifa_f::tentative)) {
        return;
    }
    ndisc_send_rs(dev, lladdr, in6addr_linklocal_allrouters);
    inet6_rs& rs = *(idev.make_more().rs = std::make_unique<inet6_rs>(idev));
    rs.interval =
        backoff_init(idev.krn(), idev.conf(devconf6::router_solicitation_interval) * sim_time{1s});
    idev.rs_sent = true;
    rs.timer.mod(rs.interval);
}

// No answer is to be waited for until the link is ready, or the address is somebody else's.
void addrconf_dad_stop(inet6_ifaddr& ifp, bool dad_failed) {
    if (dad_failed) ifp.flags |= ifa_f::dadfailed;
    if (!(ifp.flags & ifa_f::permanent) && dad_failed) return ipv6_del_addr(ifp);
    if (ifp.dad) ifp.dad->work.cancel();
    ifp.flags |= ifa_f::tentative;
    if (!dad_failed) return;
    ifp.flags &= ~ifa_f::optimistic;
    inet6_ifa_notify(rtm::newaddr, ifp);
}

void addrconf_dad_kick(inet6_ifaddr& ifp) {
    inet6_dev& idev = ifp.idev;
    kernel& krn = idev.krn();
    const sim_time delay = idev.conf(devconf6::router_solicitation_delay) * sim_time{1s};
    const sim_time wait = ifp.flags & ifa_f::optimistic ? sim_time{} : random_below(krn, delay);
    if (!ifp.dad) ifp.dad = std::make_unique<ifaddr6_dad>(ifp);
    ifaddr6_dad& dad = *ifp.dad;
    dad.has_nonce = idev.net().ipv6->devconf_all->get(devconf6::enhanced_dad) ||
                    idev.conf(devconf6::enhanced_dad);
    while (dad.has_nonce && dad.nonce == decltype(dad.nonce){}) {
        for (auto& octet : dad.nonce) octet = std::uint8_t(krn.rng.u32());
    }
    dad.probes = std::uint8_t(std::clamp(idev.conf(devconf6::dad_transmits), 0, 255));
    dad.work.mod(wait);
}

void addrconf_dad_begin(inet6_ifaddr& ifp) {
    inet6_dev& idev = ifp.idev;
    net_device& dev = idev.dev;
    if (!dev.is_loopback() && !(dev.flags & iff::noarp)) {
        ipv6_dev_mc_inc(dev, addrconf_addr_solict_mult(ifp.addr));
    }
    const bool off = idev.net().ipv6->devconf_all->get(devconf6::accept_dad) < 1 &&
                     idev.conf(devconf6::accept_dad) < 1;
    if ((dev.flags & (iff::noarp | iff::loopback)) || off || !ifp.tentative() ||
        (ifp.flags & ifa_f::nodad)) {
        const bool send_na = ifp.tentative() && !(ifp.flags & ifa_f::optimistic);
        ifp.flags &= ~(ifa_f::tentative | ifa_f::optimistic | ifa_f::dadfailed);
        return addrconf_dad_completed(ifp, send_na);
    }
    if (!idev.ready) return addrconf_dad_stop(ifp, false);
    if (ifp.flags & ifa_f::optimistic) insert_local_route(ifp);
    addrconf_dad_kick(ifp);
}

}  // namespace

ifaddr6_dad::ifaddr6_dad(inet6_ifaddr& ifp)
    : work(ifp.idev.krn().events, addrconf_dad_work, &ifp) {}

// Linux: from a work queue. Here: at once.
void addrconf_dad_start(inet6_ifaddr& ifp) {
    if (ifp.state == ifaddr6_state::dead) return;
    ifp.state = ifaddr6_state::dad;
    addrconf_dad_begin(ifp);
}

void addrconf_dad_run(inet6_dev& idev) {
    for (const auto& ifp : idev.addr_list) {
        if (ifp->tentative() && ifp->state == ifaddr6_state::dad) addrconf_dad_kick(*ifp);
    }
}

void addrconf_dad_work(void* context) {
    auto& ifp = *static_cast<inet6_ifaddr*>(context);
    inet6_dev& idev = ifp.idev;
    if (!idev.ready) return addrconf_dad_stop(ifp, false);
    if (ifp.dad->probes == 0) {
        const bool send_na = ifp.tentative() && !(ifp.flags & ifa_f::optimistic);
        ifp.flags &= ~(ifa_f::tentative | ifa_f::optimistic | ifa_f::dadfailed);
        return addrconf_dad_completed(ifp, send_na);
    }
    ifp.dad->probes--;
    ifp.dad->work.mod(retrans_time(idev));
    const ipv6_address unspecified;
    ndisc_send_ns(idev.dev, ifp.addr, addrconf_addr_solict_mult(ifp.addr), &unspecified,
                  ifp.dad->has_nonce ? &ifp.dad->nonce : nullptr);
}

// Somebody else has it. With accept_dad above 1 an EUI-64 address takes all of IPv6 down with it.
void addrconf_dad_failure(inet6_ifaddr& ifp) {
    inet6_dev& idev = ifp.idev;
    ifp.state = ifaddr6_state::postdad;
    if (idev.conf(devconf6::accept_dad) > 1 && ifp.addr.is_linklocal() &&
        idev.conf(devconf6::disable_ipv6) == 0) {
        const auto& m = idev.dev.dev_addr.octets;
        const bool eui64 = ifp.addr[8] == (m[0] ^ 2) && ifp.addr[11] == 0xff &&
                           ifp.addr[12] == 0xfe && ifp.addr[15] == m[5];
        if (eui64) {
            idev.cnf.set(idev.krn(), devconf6::disable_ipv6, 1);
            return dev_disable_change(idev);
        }
    }
    addrconf_dad_stop(ifp, true);
}

void addrconf_rs_timer(void* context) {
    auto& idev = *static_cast<inet6_dev*>(context);
    const std::int32_t wanted = idev.conf(devconf6::router_solicitations);
    if (!idev.ready || !ipv6_accept_ra(idev)) return;
    inet6_rs& rs = *idev.more->rs;
    if (rs.probes >= wanted && wanted >= 0) return idev.more->rs.reset();
    if (rs.probes < INT32_MAX) rs.probes++;
    ipv6_address lladdr;
    if (!ipv6_get_lladdr(idev.dev, lladdr, ifa_f::tentative)) return;
    ndisc_send_rs(idev.dev, lladdr, in6addr_linklocal_allrouters);
    rs.interval =
        backoff_update(idev.krn(), rs.interval,
                       idev.conf(devconf6::router_solicitation_max_interval) * sim_time{1s});
    const bool last = rs.probes == wanted;
    rs.timer.mod(last ? idev.conf(devconf6::router_solicitation_delay) * sim_time{1s}
                      : rs.interval);
}

}  // namespace vethlab
