// Linux: net/ipv6/addrconf.c: IPv6 on a device, its addresses and their lifetimes.
#include "core/ipv6/addrconf.h"

#include <algorithm>

#include "core/ipv6/ip6_fib.h"
#include "core/ipv6/ndisc.h"
#include "core/kernel.h"

namespace vethlab {
namespace {

constexpr std::uint32_t ipv6_min_mtu = 1280;
constexpr std::uint8_t ifaprot_kernel_lo = 1, ifaprot_kernel_ll = 3;

std::uint32_t hundredths(sim_time t) { return std::uint32_t(t / 10ms); }

bool addrconf_link_ready(const net_device& dev) {
    return dev.is_up() && dev.oper_up() && dev.qdisc_activated;
}

inet6_dev* ipv6_add_dev(net_device& dev) {
    if (dev.mtu < ipv6_min_mtu) return nullptr;
    dev.ip6_ptr = std::make_unique<inet6_dev>(dev);
    inet6_dev& idev = *dev.ip6_ptr;
    idev.ready = addrconf_link_ready(dev);
    ipv6_mc_init_dev(idev);
    if (idev.conf(devconf6::forwarding)) ipv6_dev_mc_inc(dev, in6addr_linklocal_allrouters);
    return &idev;
}

// Linux: ipv6_find_idev. On a device that is up all memberships are reported anew.
inet6_dev* ipv6_find_idev(net_device& dev) {
    inet6_dev* idev = in6_dev_get(dev);
    if (!idev) idev = ipv6_add_dev(dev);
    if (idev && dev.is_up()) ipv6_mc_up(*idev);
    return idev;
}

void addrconf_add_mroute(net_device& dev) {
    auto rt = std::make_unique<fib6_info>();
    rt->table = rt_table::local;
    rt->metric = ip6_rt_prio_addrconf;
    rt->dst.octets[0] = 0xff;
    rt->plen = 8;
    rt->type = rtn::multicast;
    rt->dev = &dev;
    if (dev.is_up()) (void)fib6_add(*dev.net, std::move(rt), nlm_f::excl);
}

ipv6_address ipv6_generate_eui64(const net_device& dev) {
    const auto& m = dev.dev_addr.octets;
    return {{0xfe, 0x80, 0, 0, 0, 0, 0, 0, std::uint8_t(m[0] ^ 2), m[1], m[2], 0xff, 0xfe, m[3],
             m[4], m[5]}};
}

ipv6_address random_linklocal(kernel& krn) {
    ipv6_address a{{0xfe, 0x80}};
    for (std::size_t i = 8; i < 16; i++) a.octets[i] = std::uint8_t(krn.rng.u32());
    return a;
}

void addrconf_add_linklocal(inet6_dev& idev, const ipv6_address& addr, std::uint32_t flags) {
    ifa6_config cfg{.pfx = addr,
                    .peer = {},
                    .plen = 64,
                    .proto = ifaprot_kernel_ll,
                    .flags = flags | ifa_f::permanent};
    if (idev.conf(devconf6::optimistic_dad) && !idev.conf(devconf6::forwarding)) {
        cfg.flags |= ifa_f::optimistic;
    }
    netlink_ext_ack extack;
    err e = err::ok;
    inet6_ifaddr* ifp = ipv6_add_addr(idev, cfg, extack, e);
    if (!ifp) return;
    addrconf_prefix_route(addr, 64, 0, idev.dev, 0);
    addrconf_dad_start(*ifp);
}

void addrconf_addr_gen(inet6_dev& idev) {
    constexpr std::int32_t eui64 = 0, random = 3;
    const std::int32_t mode = idev.conf(devconf6::addr_gen_mode);
    if (mode == eui64) addrconf_add_linklocal(idev, ipv6_generate_eui64(idev.dev), 0);
    if (mode == random) {
        for (const auto& ifp : idev.addr_list) {
            if (ifp->flags & ifa_f::stable_privacy) return;
        }
        addrconf_add_linklocal(idev, random_linklocal(idev.krn()), ifa_f::stable_privacy);
    }
}

void init_loopback(net_device& dev) {
    inet6_dev* idev = ipv6_find_idev(dev);
    if (!idev || idev->disabled()) return;
    const ifa6_config cfg{.pfx = in6addr_loopback,
                          .peer = {},
                          .plen = 128,
                          .proto = ifaprot_kernel_lo,
                          .flags = ifa_f::permanent};
    netlink_ext_ack extack;
    err e = err::ok;
    inet6_ifaddr* ifp = ipv6_add_addr(*idev, cfg, extack, e);
    if (!ifp) return;
    ifp->flags &= ~ifa_f::tentative;
    addrconf_dad_start(*ifp);
}

void addrconf_init_auto_addrs(net_device& dev) {
    if (dev.is_loopback()) {
        init_loopback(dev);
    } else {
        addrconf_dev_config(dev);
    }
}

// What the device has had while it was down: its routes come back, waiting addresses go on.
void addrconf_permanent_addr(inet6_dev& idev) {
    for (const auto& ifp : idev.addr_list) {
        if (!(ifp->flags & ifa_f::permanent)) continue;
        if (!(ifp->flags & ifa_f::noprefixroute)) {
            addrconf_prefix_route(ifp->addr, ifp->prefix_len, ifp->options->rt_priority, idev.dev,
                                  0);
        }
        if (ifp->state == ifaddr6_state::predad) addrconf_dad_start(*ifp);
    }
}

void link_becomes_ready(net_device& dev, bool run_pending) {
    // Linux: the pending ones start behind the automatic ones, whose detection a work queue starts
    // later still. Here: before them, so that none starts twice.
    if (inet6_dev* idev = in6_dev_get(dev); idev && run_pending) addrconf_dad_run(*idev);
    addrconf_init_auto_addrs(dev);
    if (inet6_dev* idev = in6_dev_get(dev)) idev->tstamp = hundredths(dev.krn.now());
}

// Below IPv6's least MTU there are no addresses; lo alone keeps what else it has of IPv6.
void addrconf_mtu_too_small(net_device& dev) { addrconf_ifdown(dev, !dev.is_loopback()); }

void addrconf_up(net_device& dev) {
    inet6_dev* idev = in6_dev_get(dev);
    if (idev && idev->disabled()) return;
    if (idev) addrconf_permanent_addr(*idev);
    if (!addrconf_link_ready(dev)) return;
    if (!idev) idev = ipv6_add_dev(dev);
    if (!idev) return;
    idev->ready = true;
    link_becomes_ready(dev, true);
    if (dev.mtu < ipv6_min_mtu) addrconf_mtu_too_small(dev);
}

void addrconf_change(net_device& dev) {
    inet6_dev* idev = in6_dev_get(dev);
    if (!idev || idev->disabled() || !addrconf_link_ready(dev)) return;
    // A port may have moved: switches on the way are told again who listens.
    if (idev->ready) return ipv6_mc_up(*idev);
    idev->ready = true;
    link_becomes_ready(dev, true);
}

}  // namespace

inet6_dev::inet6_dev(net_device& d)
    : dev(d), cnf(d.net->ipv6->devconf_dflt),
      tstamp(hundredths(d.is_loopback() ? d.net->created : d.krn.now())) {
    if (!d.is_loopback()) return;
    if (cnf == ipv6_devconf_initial()) {
        cnf = ipv6_devconf_loopback();
    } else {
        cnf.set(d.krn, devconf6::accept_dad, -1);
        cnf.set(d.krn, devconf6::use_tempaddr, -1);
    }
}
inet6_dev::~inet6_dev() = default;

inet6_rs::inet6_rs(inet6_dev& d) : timer(d.krn().events, addrconf_rs_timer, &d) {}

inet6_dev* addrconf_add_dev(net_device& dev) {
    inet6_dev* idev = ipv6_find_idev(dev);
    if (!idev || idev->disabled()) return nullptr;
    if (!dev.is_loopback()) addrconf_add_mroute(dev);
    return idev;
}

void addrconf_dev_config(net_device& dev) {
    if (dev.type != arphrd::ether) return;
    inet6_dev* idev = addrconf_add_dev(dev);
    if (idev) addrconf_addr_gen(*idev);
}

void addrconf_ifdown(net_device& dev, bool unregister) {
    rt6_disable_ip(dev);
    ndisc_ifdown(dev);
    inet6_dev* idev = in6_dev_get(dev);
    if (!idev) return;
    const std::int32_t keep_all = dev.net->ipv6->devconf_all->get(devconf6::keep_addr_on_down);
    const std::int32_t keep_conf = keep_all ? keep_all : idev->conf(devconf6::keep_addr_on_down);
    const bool keep_addr = !unregister && !idev->disabled() && keep_conf > 0;
    if (idev->more) idev->more->rs.reset();
    const bool was_ready = idev->ready;
    if (!unregister) idev->ready = idev->rs_sent = false;

    auto list = std::move(idev->addr_list);
    for (auto& ifp : list) {
        if (ifp->dad) ifp->dad->work.cancel();
        const bool keep = keep_addr && (ifp->flags & ifa_f::permanent) && !(dev.is_loopback()) &&
                          ifp->scope() > ipv6_scope::link;
        if (keep) {
            // Asked again with the next up.
            ifp->state = ifaddr6_state::predad;
            if (!(ifp->flags & ifa_f::nodad)) ifp->flags |= ifa_f::tentative;
            ipv6_dev_mc_dec(dev, addrconf_addr_solict_mult(ifp->addr));
            idev->addr_list.push_back(std::move(ifp));
        } else {
            addrconf_forget_addr(*ifp);
        }
    }
    if (unregister) {
        ipv6_mc_destroy_dev(*idev);
        dev.ip6_ptr.reset();
    } else if (was_ready) {
        ipv6_mc_down(*idev);
    }
}

// Linux: dev_disable_change pretends that the device went down or came up.
void dev_disable_change(inet6_dev& idev) {
    if (idev.disabled()) {
        addrconf_ifdown(idev.dev, false);
    } else if (idev.dev.is_up()) {
        addrconf_up(idev.dev);
    }
}

bool ipv6_accept_ra(const inet6_dev& idev) {
    const std::int32_t accept = idev.conf(devconf6::accept_ra);
    return idev.conf(devconf6::forwarding) ? accept == 2 : accept != 0;
}

err addrconf_notify(netdev_event event, net_device& dev, netlink_ext_ack&) {
    switch (event) {
        case netdev_event::register_:
            if (!in6_dev_get(dev)) ipv6_add_dev(dev);
            break;
        case netdev_event::changemtu:
            if (dev.mtu < ipv6_min_mtu) {
                addrconf_mtu_too_small(dev);
            } else if (!in6_dev_get(dev)) {
                const inet6_dev* idev = ipv6_add_dev(dev);
                if (idev && idev->ready && !idev->disabled()) link_becomes_ready(dev, true);
            }
            break;
        case netdev_event::up:
            addrconf_up(dev);
            break;
        case netdev_event::change:
            addrconf_change(dev);
            break;
        case netdev_event::down:
            addrconf_ifdown(dev, false);
            break;
        case netdev_event::unregister:
            addrconf_ifdown(dev, true);
            break;
        default:
            break;
    }
    return err::ok;
}

}  // namespace vethlab
