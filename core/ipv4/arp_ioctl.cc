// Linux: net/ipv4/arp.c: arp_ioctl, as arp(8) uses it.
#include "core/ipv4/arp.h"
#include "core/ipv4/route.h"
#include "core/kernel.h"

namespace vethlab {
namespace {

constexpr ipv4_address one_address{0xffffffff};

// nullptr and err::ok: any device (a proxy needs none).
err arp_req_dev(netns& net, const arpreq& r, net_device*& dev) {
    dev = nullptr;
    if (!r.dev.empty()) {
        dev = dev_get_by_name(net, r.dev);
        if (!dev) return err::nodev;
        const bool other_type = r.ha_family && r.ha_family != dev->type;
        return (r.flags & atf::com) && other_type ? err::inval : err::ok;
    }
    if (r.flags & atf::publ) return err::ok;
    // Only what is on a link has a neighbour: routes through a gateway are passed over.
    flowi4 fl;
    fl.daddr = r.pa;
    fl.scope = rt_scope::link;
    rtable rt;
    const err e = ip_route_output_key(net, fl, rt);
    dev = rt.dev;
    return e;
}

net_device* dev_getbyhwaddr(netns& net, std::uint16_t type, const mac_address& ha) {
    for (net_device* dev : net.dev_base_head) {
        if (dev->type == type && dev->dev_addr == ha) return dev;
    }
    return nullptr;
}

err arp_req_set_proxy(netns& net, net_device* dev, int on) {
    if (!dev) {
        net.ipv4->devconf_all.set(devconf::proxy_arp, on);
        return err::ok;
    }
    in_device* in_dev = in_dev_get(*dev);
    if (!in_dev) return err::nxio;
    in_dev->cnf.set(devconf::proxy_arp, on);
    return err::ok;
}

err arp_req_set_public(netns& net, const arpreq& r, net_device* dev) {
    if (!dev && (r.flags & atf::com)) {
        dev = dev_getbyhwaddr(net, r.ha_family, r.ha);
        if (!dev) return err::nodev;
    }
    if (r.netmask.is_any()) return arp_req_set_proxy(net, dev, 1);
    return pneigh_create(arp_tbl(net.krn), net, neigh_key::from(r.pa), dev, 0, 0);
}

err arp_req_set(netns& net, const arpreq& r) {
    net_device* dev = nullptr;
    if (const err e = arp_req_dev(net, r, dev); e != err::ok) return e;
    if (r.flags & atf::publ) return arp_req_set_public(net, r, dev);
    if (r.ha_family && r.ha_family != dev->type) return err::inval;
    if (!in_dev_get(*dev)) return err::inval;
    neighbour* n = ipv4_neigh_lookup_or_create(*dev, r.pa);
    if (!n) return err::nobufs;
    const neigh_guard guard(*n);
    const bool permanent = r.flags & atf::perm;
    return neigh_update(*n, permanent || (r.flags & atf::com) ? &r.ha : nullptr,
                        permanent ? nud::permanent : nud::stale,
                        neigh_update_f::override | neigh_update_f::admin);
}

err arp_req_delete(netns& net, const arpreq& r) {
    net_device* dev = nullptr;
    if (const err e = arp_req_dev(net, r, dev); e != err::ok) return e;
    if (!(r.flags & atf::publ)) return arp_invalidate(*dev, r.pa, true);
    if (r.netmask.is_any()) return arp_req_set_proxy(net, dev, 0);
    return pneigh_delete(arp_tbl(net.krn), net, neigh_key::from(r.pa), dev);
}

}  // namespace

err arp_ioctl(netns& net, bool set, arpreq r) {
    if (!(r.flags & atf::publ) && (r.flags & (atf::netmask | atf::dontpub))) return err::inval;
    if (!(r.flags & atf::netmask)) {
        r.netmask = one_address;
    } else if (!r.netmask.is_any() && r.netmask != one_address) {
        return err::inval;
    }
    return set ? arp_req_set(net, r) : arp_req_delete(net, r);
}

}  // namespace vethlab
