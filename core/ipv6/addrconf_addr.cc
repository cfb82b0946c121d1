// Linux: net/ipv6/addrconf.c: the addresses of a device: to come, to go, to grow old.
#include <algorithm>

#include "core/ipv6/ip6_fib.h"
#include "core/kernel.h"

namespace vethlab {
namespace {

constexpr std::uint32_t infinity = UINT32_MAX;

// May the prefix route of `ifp`, which is off the list, go?
bool prefix_route_is_orphan(const inet6_ifaddr& ifp) {
    return std::none_of(ifp.idev.addr_list.begin(), ifp.idev.addr_list.end(),
                        [&](const auto& other) {
                            return other.get() != &ifp && other->prefix_len == ifp.prefix_len &&
                                   ipv6_prefix_equal(other->addr, ifp.addr, ifp.prefix_len);
                        });
}

const fib6_info* find_route(const netns& net, std::uint32_t table, const ipv6_address& dst,
                            unsigned plen, const net_device& dev) {
    for (const auto& rt : net.ipv6->routes) {
        if (rt->table == table && rt->plen == plen && rt->dst == dst && rt->dev == &dev &&
            rt->protocol == rtprot::kernel) {
            return rt.get();
        }
    }
    return nullptr;
}

void del_route(netns& net, std::uint32_t table, const ipv6_address& dst, unsigned plen,
               const net_device& dev) {
    if (const fib6_info* rt = find_route(net, table, dst, plen, dev)) fib6_del(net, *rt);
}

void addr_chk(void* net) { addrconf_verify(*static_cast<netns*>(net)); }

std::uint32_t age_s(const inet6_ifaddr& ifp, sim_time now) {
    return std::uint32_t((now - ifp.tstamp) / 1s);
}

// Linux: addrconf_verify_rtnl, for one address. True: its time is over. next: when to look again.
bool check_lifetime(inet6_ifaddr& ifp, sim_time now, sim_time& next) {
    const ifaddr6_options& lft = *ifp.options;
    const std::uint32_t age = age_s(ifp, now);
    const auto at = [&](std::uint32_t s) { next = std::min(next, ifp.tstamp + s * 1s); };
    if (!(ifp.flags & ifa_f::permanent)) {
        if (lft.valid_lft != infinity && age >= lft.valid_lft) return true;
        at(lft.valid_lft);
    }
    if (lft.prefered_lft == infinity || (ifp.flags & ifa_f::deprecated)) return false;
    if (age < lft.prefered_lft) {
        at(lft.prefered_lft);
        return false;
    }
    ifp.flags |= ifa_f::deprecated;
    inet6_ifa_notify(rtm::newaddr, ifp);
    return false;
}

}  // namespace

inet6_ifaddr::inet6_ifaddr(inet6_dev& d, const ipv6_address& a)
    : idev(d), addr(a), cstamp(d.krn().now()), tstamp(cstamp) {}

inet6_ifaddr* ipv6_get_ifaddr(const net_device& dev, const ipv6_address& addr) {
    const inet6_dev* idev = in6_dev_get(dev);
    if (!idev) return nullptr;
    for (const auto& ifp : idev->addr_list) {
        if (ifp->addr == addr) return ifp.get();
    }
    return nullptr;
}

bool ipv6_chk_addr(const netns& net, const ipv6_address& addr, const net_device* dev,
                   std::uint32_t banned) {
    const auto has = [&](const net_device& d) {
        const inet6_ifaddr* ifp = ipv6_get_ifaddr(d, addr);
        return ifp && !(ifp->flags & banned);
    };
    if (dev) return has(*dev);
    return std::any_of(net.dev_base_head.begin(), net.dev_base_head.end(),
                       [&](const net_device* d) { return has(*d); });
}

bool ipv6_get_lladdr(const net_device& dev, ipv6_address& addr, std::uint32_t banned) {
    const inet6_dev* idev = in6_dev_get(dev);
    if (!idev) return false;
    for (auto it = idev->addr_list.rbegin(); it != idev->addr_list.rend(); ++it) {
        if ((*it)->scope() > ipv6_scope::link || dev.is_loopback()) break;
        if ((*it)->flags & banned) continue;
        addr = (*it)->addr;
        return true;
    }
    return false;
}

inet6_ifaddr* ipv6_add_addr(inet6_dev& idev, const ifa6_config& cfg, netlink_ext_ack& extack,
                            err& e) {
    net_device& dev = idev.dev;
    if (cfg.pfx.is_any()) {
        e = extack.set(err::addrnotavail, "ipv6: Invalid address");
    } else if (cfg.pfx.is_multicast()) {
        e = extack.set(err::addrnotavail,
                       "ipv6: Cannot assign multicast address without \"IFA_F_MCAUTOJOIN\" flag");
    } else if (cfg.pfx.is_loopback() && !dev.is_loopback()) {
        e = extack.set(err::addrnotavail, "ipv6: Cannot assign loopback address on this device");
    } else if (idev.disabled()) {
        e = extack.set(err::acces, "ipv6: IPv6 is disabled on this device");
    } else if (ipv6_get_ifaddr(dev, cfg.pfx)) {
        e = extack.set(err::exist, "ipv6: address already assigned");
    } else {
        e = err::ok;
    }
    if (e != err::ok) return nullptr;

    auto ifp = std::make_unique<inet6_ifaddr>(idev, cfg.pfx);
    ifp->prefix_len = cfg.plen;
    ifp->proto = cfg.proto;
    ifp->options.set({.peer_addr = cfg.has_peer ? cfg.peer : ipv6_address{},
                      .rt_priority = cfg.rt_priority,
                      .valid_lft = cfg.valid_lft,
                      .prefered_lft = cfg.prefered_lft});
    ifp->flags = cfg.flags;
    if (!(cfg.flags & ifa_f::nodad)) ifp->flags |= ifa_f::tentative;
    // Wide scopes first, the newest first among equals.
    auto& list = idev.addr_list;
    const auto at = std::find_if(list.begin(), list.end(),
                                 [&](const auto& o) { return o->scope() <= ifp->scope(); });
    return list.insert(at, std::move(ifp))->get();
}

void ipv6_del_addr(inet6_ifaddr& ifp) {
    inet6_dev& idev = ifp.idev;
    net_device& dev = idev.dev;
    netns& net = *dev.net;
    const auto at = std::find_if(idev.addr_list.begin(), idev.addr_list.end(),
                                 [&](const auto& o) { return o.get() == &ifp; });
    const std::unique_ptr<inet6_ifaddr> gone = std::move(*at);
    idev.addr_list.erase(at);
    addrconf_forget_addr(*gone);
    if ((gone->flags & ifa_f::permanent) && !(gone->flags & ifa_f::noprefixroute) &&
        prefix_route_is_orphan(*gone)) {
        del_route(net, rt_table::main, ipv6_addr_prefix(gone->addr, gone->prefix_len),
                  gone->prefix_len, dev);
    }
    rt6_remove_prefsrc(net, dev, gone->addr);
}

void addrconf_prefix_route(const ipv6_address& pfx, unsigned plen, std::uint32_t metric,
                           net_device& dev, std::uint32_t lifetime_s) {
    if (!dev.is_up()) return;
    auto rt = std::make_unique<fib6_info>();
    rt->metric = metric ? metric : ip6_rt_prio_addrconf;
    rt->dst = ipv6_addr_prefix(pfx, plen);
    rt->plen = std::uint8_t(plen);
    rt->dev = &dev;
    if (lifetime_s) rt->options.own().expires = dev.krn.now() + lifetime_s * 1s;
    (void)fib6_add(*dev.net, std::move(rt), nlm_f::excl);
}

void addrconf_forget_addr(inet6_ifaddr& ifp) {
    net_device& dev = ifp.idev.dev;
    netns& net = *dev.net;
    ifp.state = ifaddr6_state::dead;
    ifp.dad.reset();
    inet6_ifa_notify(rtm::deladdr, ifp);
    if (!dev.is_loopback()) ipv6_dev_mc_dec(dev, addrconf_addr_solict_mult(ifp.addr));
    const ipv6_address& peer = ifp.options->peer_addr;
    if (!peer.is_any()) del_route(net, rt_table::main, peer, 128, dev);
    del_route(net, rt_table::local, ifp.addr, 128, dev);
}

err inet6_addr_add(net_device& dev, ifa6_config cfg, netlink_ext_ack& extack) {
    inet6_dev* idev = addrconf_add_dev(dev);
    if (!idev) {
        return extack.set(in6_dev_get(dev) ? err::acces : err::nobufs,
                          "ipv6: IPv6 is disabled on this device");
    }
    const bool finite = cfg.valid_lft != infinity;
    if (!finite) cfg.flags |= ifa_f::permanent;
    if (cfg.prefered_lft == 0) cfg.flags |= ifa_f::deprecated;
    err e = err::ok;
    inet6_ifaddr* ifp = ipv6_add_addr(*idev, cfg, extack, e);
    if (!ifp) return e;
    if (!(cfg.flags & ifa_f::noprefixroute)) {
        addrconf_prefix_route(ifp->addr, ifp->prefix_len, ifp->options->rt_priority, dev,
                              finite ? cfg.valid_lft : 0);
    }
    if (!(ifp->flags & (ifa_f::optimistic | ifa_f::nodad))) inet6_ifa_notify(rtm::newaddr, *ifp);
    addrconf_dad_start(*ifp);
    if (finite || cfg.prefered_lft != infinity) addrconf_verify(*dev.net);
    return err::ok;
}

// Linux: ADDR_CHECK_FREQUENCY is two minutes at most. Here: exactly when something is due.
void addrconf_verify(netns& net) {
    const sim_time now = net.krn.now();
    sim_time next = sim_time::max();
    for (net_device* dev : net.dev_base_head) {
        inet6_dev* idev = in6_dev_get(*dev);
        if (!idev) continue;
        for (std::size_t i = 0; i < idev->addr_list.size();) {
            inet6_ifaddr& ifp = *idev->addr_list[i];
            if (check_lifetime(ifp, now, next)) {
                ipv6_del_addr(ifp);
            } else {
                i++;
            }
        }
    }
    auto& timer_ptr = net.ipv6->addr_chk;
    if (next == sim_time::max()) return;
    if (!timer_ptr) timer_ptr = std::make_unique<timer>(net.krn.events, addr_chk, &net);
    timer_ptr->mod(std::max(next - now, sim_time{jiffy}));
}

}  // namespace vethlab
