// Linux: net/ipv4/fib_frontend.c: the routes that addresses and devices bring with them.
#include "core/ipv4/fib.h"

#include "core/ipv4/arp.h"
#include "core/ipv4/route.h"
#include "core/kernel.h"

namespace vethlab {
namespace {

enum class magic : std::uint8_t { add, del };

// A route of the kernel's own for an address.
void fib_magic(magic what, rtn type, ipv4_address dst, std::uint8_t dst_len,
               const in_device& in_dev, const in_ifaddr& ifa, std::uint32_t priority = 0) {
    netns& net = in_dev.net();
    fib_config cfg;
    cfg.protocol = rtprot::kernel;
    cfg.type = type;
    cfg.dst = dst;
    cfg.dst_len = dst_len;
    cfg.priority = priority;
    cfg.prefsrc = ifa.local;
    cfg.oif = in_dev.dev.ifindex;
    cfg.nlflags = nlm_f::create | nlm_f::append;
    cfg.scope = type == rtn::local ? rt_scope::host : rt_scope::link;
    cfg.table = type == rtn::unicast ? rt_table::main : rt_table::local;
    fib_table& tb = fib_new_table(net, cfg.table);
    netlink_ext_ack ignored;
    if (what == magic::add) {
        // A device that comes up brings what its addresses brought before.
        if (fib_table_has(tb, cfg)) return;
        (void)fib_table_insert(net, tb, cfg, ignored);
    } else {
        (void)fib_table_delete(net, tb, cfg, ignored);
    }
}

ipv4_address prefix_of(const in_ifaddr& ifa) { return {ifa.address.value & ifa.mask}; }
ipv4_address last_of(const in_ifaddr& ifa) { return {ifa.address.value | ~ifa.mask}; }

rtn prefix_type(const in_device& in_dev) {
    return in_dev.dev.is_loopback() ? rtn::local : rtn::unicast;
}

bool has_subnet(const in_ifaddr& ifa) {
    const ipv4_address prefix = prefix_of(ifa);
    return !ifa.secondary() && !prefix.is_zeronet() && (prefix != ifa.local || ifa.prefixlen < 32);
}

void fib_disable_ip(net_device& dev, fib_down event, bool force) {
    if (fib_sync_down_dev(dev, event, force)) {
        fib_flush(*dev.net);
    } else {
        rt_cache_flush(*dev.net);
    }
    arp_ifdown(dev);
}

// What other addresses of the device still need.
struct still_needed {
    bool local = false, broadcast = false, last = false, first = false;
    bool promoted = false;  // the address itself stays, with another preferred source
};

// The primary address whose routes ifa1 shares, if that is the source `prim` too.
const in_ifaddr* primary_of(const in_device& in_dev, const in_ifaddr& ifa1, const in_ifaddr& prim) {
    const in_ifaddr* prim1 = &ifa1;
    if (ifa1.secondary()) {
        prim1 = ifa1.mask == prim.mask && prim.match(ifa1.address)
                    ? &prim
                    : inet_ifa_byprefix(in_dev, ifa1.address, ifa1.mask);
    }
    return prim1 && prim1->local == prim.local ? prim1 : nullptr;
}

still_needed scan_others(const in_device& in_dev, const in_ifaddr& ifa, const in_ifaddr& prim,
                         const in_ifaddr* iprim) {
    still_needed ok;
    const ipv4_address brd = last_of(ifa), any = prefix_of(ifa);
    for (const auto& p : in_dev.ifa_list) {
        const in_ifaddr& ifa1 = *p;
        if (&ifa1 == &ifa) {
            ok.promoted = true;
            continue;
        }
        if (iprim && ifa1.mask == iprim->mask && iprim->match(ifa1.address)) continue;
        const in_ifaddr* prim1 = primary_of(in_dev, ifa1, prim);
        if (!prim1) continue;
        ok.local |= ifa.local == ifa1.local;
        ok.broadcast |= ifa.broadcast == ifa1.broadcast;
        ok.last |= brd == ifa1.broadcast;
        ok.first |= any == ifa1.broadcast;
        if (prim1 != &ifa1 || ifa1.prefixlen >= 31 || prefix_of(ifa1).is_zeronet()) continue;
        const ipv4_address brd1 = last_of(ifa1), any1 = prefix_of(ifa1);
        ok.broadcast |= ifa.broadcast == brd1 || ifa.broadcast == any1;
        ok.last |= brd == brd1 || brd == any1;
        ok.first |= any == brd1 || any == any1;
    }
    return ok;
}

}  // namespace

void fib_add_ifaddr(in_device& in_dev, const in_ifaddr& ifa) {
    const in_ifaddr* prim = &ifa;
    if (ifa.secondary()) prim = inet_ifa_byprefix(in_dev, prefix_of(ifa), ifa.mask);
    if (!prim) return;
    fib_magic(magic::add, rtn::local, ifa.local, 32, in_dev, *prim);
    if (!in_dev.dev.is_up()) return;

    if (!ifa.broadcast.is_any() && !ifa.broadcast.is_limited_broadcast()) {
        fib_magic(magic::add, rtn::broadcast, ifa.broadcast, 32, in_dev, *prim);
        (void)arp_invalidate(in_dev.dev, ifa.broadcast, false);
    }
    if (!has_subnet(ifa)) return;
    if (!(ifa.flags & ifa_f::noprefixroute)) {
        fib_magic(magic::add, prefix_type(in_dev), prefix_of(ifa), ifa.prefixlen, in_dev, *prim,
                  ifa.rt_priority);
    }
    if (ifa.prefixlen < 31) {
        fib_magic(magic::add, rtn::broadcast, last_of(ifa), 32, in_dev, *prim);
        (void)arp_invalidate(in_dev.dev, last_of(ifa), false);
    }
}

void fib_del_ifaddr(in_device& in_dev, const in_ifaddr& ifa, const in_ifaddr* iprim) {
    const in_ifaddr* prim = &ifa;
    bool subnet = false;
    if (ifa.secondary()) {
        prim = inet_ifa_byprefix(in_dev, prefix_of(ifa), ifa.mask);
        if (!prim && !iprim) return;
        if (!prim) prim = iprim;
    } else if (has_subnet(ifa)) {
        if (!(ifa.flags & ifa_f::noprefixroute)) {
            fib_magic(magic::del, prefix_type(in_dev), prefix_of(ifa), ifa.prefixlen, in_dev,
                      *prim);
        }
        subnet = true;
    }
    still_needed ok;
    if (!in_dev.dead) ok = scan_others(in_dev, ifa, *prim, iprim);
    if (!ok.broadcast) {
        fib_magic(magic::del, rtn::broadcast, ifa.broadcast, 32, in_dev, *prim);
    }
    if (subnet && ifa.prefixlen < 31) {
        if (!ok.last) fib_magic(magic::del, rtn::broadcast, last_of(ifa), 32, in_dev, *prim);
        if (!ok.first) fib_magic(magic::del, rtn::broadcast, prefix_of(ifa), 32, in_dev, *prim);
    }
    if (ok.local) return;
    fib_magic(magic::del, rtn::local, ifa.local, 32, in_dev, *prim);
    // Nobody else here has it: routes that prefer it as their source go as well.
    if (!ok.promoted && inet_addr_type_dev_table(in_dev.net(), ifa.local) != rtn::local &&
        fib_sync_down_addr(in_dev.dev, ifa.local)) {
        fib_flush(in_dev.net());
    }
}

void fib_modify_prefix_metric(in_device& in_dev, const in_ifaddr& ifa, std::uint32_t new_metric) {
    if (!in_dev.dev.is_up() || (ifa.flags & (ifa_f::secondary | ifa_f::noprefixroute)) ||
        prefix_of(ifa).is_zeronet() || (prefix_of(ifa) == ifa.local && ifa.prefixlen == 32)) {
        return;
    }
    fib_magic(magic::add, prefix_type(in_dev), prefix_of(ifa), ifa.prefixlen, in_dev, ifa,
              new_metric);
    fib_magic(magic::del, prefix_type(in_dev), prefix_of(ifa), ifa.prefixlen, in_dev, ifa,
              ifa.rt_priority);
}

void fib_inetaddr_event(inetaddr_event event, in_device& in_dev, const in_ifaddr& ifa) {
    netns& net = in_dev.net();
    if (event == inetaddr_event::up) {
        fib_add_ifaddr(in_dev, ifa);
        fib_sync_up(in_dev.dev, rtnh_f::dead);
        net.ipv4->dev_addr_genid++;
        rt_cache_flush(net);
        return;
    }
    fib_del_ifaddr(in_dev, ifa, nullptr);
    net.ipv4->dev_addr_genid++;
    if (in_dev.ifa_list.empty()) {
        fib_disable_ip(in_dev.dev, fib_down::down, true);
    } else {
        rt_cache_flush(net);
    }
}

err fib_netdev_event(netdev_event event, net_device& dev, netlink_ext_ack&) {
    if (event == netdev_event::unregister) {
        fib_disable_ip(dev, fib_down::unregister, true);
        return err::ok;
    }
    in_device* in_dev = in_dev_get(dev);
    if (!in_dev) return err::ok;
    netns& net = *dev.net;
    switch (event) {
        case netdev_event::up:
            for (const auto& ifa : in_dev->ifa_list) fib_add_ifaddr(*in_dev, *ifa);
            fib_sync_up(dev, rtnh_f::dead);
            net.ipv4->dev_addr_genid++;
            rt_cache_flush(net);
            break;
        case netdev_event::down:
            fib_disable_ip(dev, fib_down::down, false);
            break;
        case netdev_event::change:
            if (dev_get_flags(dev) & (iff::running | iff::lower_up)) {
                fib_sync_up(dev, rtnh_f::linkdown);
            } else {
                fib_sync_down_dev(dev, fib_down::change, false);
            }
            rt_cache_flush(net);
            break;
        case netdev_event::changemtu:
            fib_sync_mtu(dev);
            rt_cache_flush(net);
            break;
        default:
            break;
    }
    return err::ok;
}

}  // namespace vethlab
