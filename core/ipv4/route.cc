// Linux: net/ipv4/route.c: ip_route_output_key, ip_route_input.
#include "core/ipv4/route.h"

#include <algorithm>

#include "core/ipv4/arp.h"
#include "core/ipv4/icmp.h"
#include "core/ipv4/ip_options.h"
#include "core/ipv4/igmp.h"
#include "core/ipv6/ndisc.h"
#include "core/kernel.h"
#include "core/wire/ipv4.h"

namespace vethlab {
namespace {

constexpr std::uint8_t dscp_mask = 0xfc;
constexpr std::uint8_t multicast_prefixlen = 4;  // 224.0.0.0/4 and longer: a route for groups
constexpr std::uint32_t ip_max_mtu = 0xffff, locked_gateway_mtu = 576;

void rt_start(rtable& rt, netns& net, net_device& dev, std::uint32_t flags, rtn type) {
    rt = {};
    rt.dev = &dev;
    rt.flags = flags;
    rt.type = type;
    rt.genid = net.ipv4->rt_genid;
}

// Gateway, metrics, and what is known about the destination (rt_set_nexthop).
void rt_set_nexthop(rtable& rt, netns& net, ipv4_address daddr, fib_result& res, bool gateway) {
    const fib_info& fi = res.fi();
    fib_nh& nh = res.nh();
    if (gateway && nh.has_gateway() && nh.scope == rt_scope::link) {
        rt.uses_gateway = true;
        rt.gw = nh.gw;
        rt.gw6 = nh.gw6();
    }
    rt.mtu = fi.metric(rtax::mtu);
    rt.pmtu_locked = fi.metric(rtax::lock) >> rtax::mtu & 1;
    rt.hoplimit = std::uint8_t(fi.metric(rtax::hoplimit));
    if (!gateway) return;
    fib_nh_exception* fnhe = find_exception(net, nh, daddr);
    rt.is_plain = !fnhe && fi.nhs().size() == 1;
    if (!fnhe) return;
    (rt.is_input ? fnhe->used_input : fnhe->used_output) = true;
    rt.pmtu = fnhe->pmtu;
    rt.pmtu_locked |= fnhe->mtu_locked;
    rt.expires = fnhe->expires;
    if (!fnhe->gw.is_any()) {
        rt.flags |= rtcf::redirected;
        rt.uses_gateway = true;
        rt.gw = fnhe->gw;
        rt.gw6 = {};
    }
}

// ---- sending

// `orig_oif`: where the packet will seem to come from, should it come back over lo.
err mkroute_output(netns& net, const flowi4& fl, fib_result& res, bool have_route, int orig_oif,
                   net_device& dev_out, std::uint32_t flags, rtable& rt) {
    in_device* in_dev = in_dev_get(dev_out);
    if (!in_dev) return err::inval;
    if (fl.saddr.is_loopback() && !dev_out.is_loopback() && !in_dev->route_localnet()) {
        return err::inval;
    }
    rtn type = res.type;
    if (fl.daddr.is_limited_broadcast()) {
        type = rtn::broadcast;
    } else if (fl.daddr.is_multicast()) {
        type = rtn::multicast;
    } else if (fl.daddr.is_zeronet()) {
        return err::inval;
    }
    if (dev_out.is_loopback()) flags |= rtcf::local;
    bool gateway = have_route;
    if (type == rtn::broadcast) {
        flags |= rtcf::broadcast | rtcf::local;
        gateway = false;
    } else if (type == rtn::multicast) {
        flags |= rtcf::multicast;
        if (ip_check_mc(*in_dev, fl.daddr, fl.saddr, fl.proto)) flags |= rtcf::local;
        // The default route is no route for groups, but its device will do.
        if (have_route && res.prefixlen < multicast_prefixlen) gateway = have_route = false;
    }
    rt_start(rt, net, dev_out, flags, type);
    rt.iif = orig_oif;
    if (flags & rtcf::local) rt.input = rt_next::local_deliver;
    const bool group = flags & (rtcf::broadcast | rtcf::multicast);
    if (group && (flags & rtcf::local) && !dev_out.is_loopback()) rt.output = rt_next::mc_output;
    if (have_route) rt_set_nexthop(rt, net, fl.daddr, res, gateway);
    return err::ok;
}

}  // namespace


void rt_cache_flush(netns& net) {
    net.ipv4->rt_genid++;
    net.krn.fwd_genid_bump();
}

err ip_route_output_key(netns& net, flowi4& fl, rtable& rt) {
    fib_result res;
    return ip_route_output_key_hash(net, fl, res, rt);
}

err ip_route_output_key_hash(netns& net, flowi4& fl, fib_result& res, rtable& rt) {
    fl.tos &= dscp_mask;
    const int orig_oif = fl.oif;
    fl.iif = net.loopback_dev ? net.loopback_dev->ifindex : 1;
    const bool group = fl.daddr.is_multicast() || fl.daddr.is_limited_broadcast();
    net_device* dev_out = nullptr;
    res = {};
    res.type = rtn::unspec;
    if (!fl.saddr.is_any()) {
        if (fl.saddr.is_multicast() || fl.saddr.is_limited_broadcast() || fl.saddr.is_zeronet()) {
            return err::inval;
        }
        // A group, and no device said: that of the source address.
        net_device* owner = ip_dev_find(net, fl.saddr);
        if (!owner) return err::netunreach;
        if (!fl.oif && group) {
            fl.oif = owner->ifindex;
            return mkroute_output(net, fl, res, false, orig_oif, *owner, 0, rt);
        }
    }
    if (fl.oif) {
        dev_out = dev_get_by_index(net, fl.oif);
        if (!dev_out) return err::nodev;
        if (!dev_out->is_up() || !in_dev_get(*dev_out)) return err::netunreach;
        const bool on_link_group = fl.daddr.is_local_multicast() ||
                                   fl.daddr.is_limited_broadcast() || fl.proto == ipproto::igmp;
        if (on_link_group) {
            if (fl.saddr.is_any()) fl.saddr = inet_select_addr(*dev_out, {}, rt_scope::link);
            return mkroute_output(net, fl, res, false, orig_oif, *dev_out, 0, rt);
        }
        if (fl.saddr.is_any() && fl.daddr.is_multicast()) {
            fl.saddr = inet_select_addr(*dev_out, {}, fl.scope);
        } else if (fl.saddr.is_any() && fl.daddr.is_any()) {
            fl.saddr = inet_select_addr(*dev_out, {}, rt_scope::host);
        }
    }
    if (fl.daddr.is_any()) {  // to ourselves
        if (fl.saddr.is_any()) fl.saddr = {0x7f000001};
        fl.daddr = fl.saddr;
        fl.oif = net.loopback_dev->ifindex;
        res.type = rtn::local;
        return mkroute_output(net, fl, res, false, orig_oif, *net.loopback_dev, rtcf::local, rt);
    }
    if (const err e = fib_lookup(net, fl, res); e != err::ok) {
        if (!fl.oif) return e;
        // The routes know nothing, but a device was named: the destination must be on its link.
        if (fl.saddr.is_any()) fl.saddr = inet_select_addr(*dev_out, {}, rt_scope::link);
        res = {};
        res.type = rtn::unicast;
        return mkroute_output(net, fl, res, false, orig_oif, *dev_out, 0, rt);
    }
    if (res.type == rtn::local) {
        if (fl.saddr.is_any()) {
            fl.saddr = res.fi().prefsrc.is_any() ? fl.daddr : res.fi().prefsrc;
        }
        fl.oif = net.loopback_dev->ifindex;
        // As if it came from the device that has the address.
        return mkroute_output(net, fl, res, true, res.nh().oif, *net.loopback_dev, rtcf::local, rt);
    }
    fib_select_path(net, res, fl);
    dev_out = res.nh().dev;
    if (!dev_out) return err::netunreach;
    return mkroute_output(net, fl, res, true, orig_oif, *dev_out, 0, rt);
}

// ---- receiving

namespace {

drop_reason source_drop(err e) {
    return e == err::xdev ? drop_reason::ip_rpfilter : drop_reason::ip_local_source;
}

drop_reason local_input(net_device& dev, std::uint32_t flags, rtn type, rtable& rt) {
    netns& net = *dev.net;
    rt_start(rt, net, *net.loopback_dev, flags | rtcf::local, type);
    rt.is_input = true;
    rt.iif = dev.ifindex;
    rt.input = rt_next::local_deliver;
    rt.output = rt_next::none;
    return skb_not_dropped_yet;
}

// A way that leads to ip_error.
drop_reason no_route(net_device& dev, err e, rtable& rt) {
    (void)local_input(dev, 0, rtn::unreachable, rt);
    rt.flags &= ~std::uint32_t(rtcf::local);
    rt.input = rt_next::error;
    rt.error = e;
    return skb_not_dropped_yet;
}

drop_reason brd_input(const frame& skb, ipv4_address saddr, std::uint8_t tos, net_device& dev,
                      rtable& rt) {
    if (skb.protocol != eth_p::ip) return drop_reason::ip_invalid_dest;
    if (!saddr.is_zeronet()) {
        bool on_link = false;
        const err e = fib_validate_source(skb, saddr, {}, tos, 0, dev, on_link);
        if (e != err::ok) return source_drop(e);
    }
    return local_input(dev, rtcf::broadcast, rtn::broadcast, rt);
}

drop_reason ip_mc_validate_source(const frame& skb, ipv4_address daddr, ipv4_address saddr,
                                  std::uint8_t tos, net_device& dev, std::uint8_t proto) {
    in_device& in_dev = *in_dev_get(dev);
    if (saddr.is_multicast() || saddr.is_limited_broadcast() || skb.protocol != eth_p::ip) {
        return drop_reason::ip_local_source;
    }
    if (saddr.is_loopback() && !in_dev.route_localnet()) return drop_reason::ip_localnet;
    if (saddr.is_zeronet()) {
        const bool allowed = daddr.is_local_multicast() || proto == ipproto::igmp;
        return allowed ? skb_not_dropped_yet : drop_reason::ip_local_source;
    }
    bool on_link = false;
    const err e = fib_validate_source(skb, saddr, {}, tos, 0, dev, on_link);
    return e == err::ok ? skb_not_dropped_yet : source_drop(e);
}

drop_reason ip_route_input_mc(const frame& skb, ipv4_address daddr, ipv4_address saddr,
                              std::uint8_t tos, net_device& dev, rtable& rt) {
    const auto ip = ipv4_view::parse(skb.from(skb.network_header));
    const std::uint8_t proto = ip && skb.protocol == eth_p::ip ? ip->protocol() : 0;
    if (!ip_check_mc(*in_dev_get(dev), daddr, saddr, proto)) return drop_reason::ip_invalid_dest;
    const drop_reason bad = ip_mc_validate_source(skb, daddr, saddr, tos, dev, proto);
    if (bad != skb_not_dropped_yet) return bad;
    return local_input(dev, rtcf::multicast, rtn::multicast, rt);
}

drop_reason mkroute_input(const frame& skb, ipv4_address daddr, ipv4_address saddr,
                          std::uint8_t tos, net_device& dev, fib_result& res, rtable& rt) {
    netns& net = *dev.net;
    fib_nh& nh = res.nh();
    in_device* out_dev = nh.dev ? in_dev_get(*nh.dev) : nullptr;
    if (!out_dev) return drop_reason::ip_outnoroutes;
    in_device& in_dev = *in_dev_get(dev);
    bool on_link = false;
    const err e = fib_validate_source(skb, saddr, daddr, tos, nh.oif, dev, on_link);
    if (e != err::ok) return source_drop(e);

    const bool same_dev = out_dev == &in_dev;
    // Proxy ARP does not answer for hosts on the link that asks.
    if (skb.protocol != eth_p::ip && same_dev && !in_dev.proxy_arp_pvlan()) {
        return drop_reason::arp_ignored;
    }
    const bool redirect = same_dev && on_link && out_dev->tx_redirects() &&
                          (out_dev->shared_media() || inet_addr_onlink(*out_dev, saddr, nh.gw));
    rt_start(rt, net, *nh.dev, redirect ? std::uint32_t{rtcf::doredirect} : 0, res.type);
    rt.is_input = true;
    rt.iif = dev.ifindex;
    rt.input = rt_next::forward;
    rt_set_nexthop(rt, net, daddr, res, true);
    return skb_not_dropped_yet;
}

// What no host may send or receive on a link (RFC 1812 5.3.7).
drop_reason martian(const in_device& in_dev, ipv4_address daddr, ipv4_address saddr) {
    if (saddr.is_multicast() || saddr.is_limited_broadcast()) return drop_reason::ip_local_source;
    if (daddr.is_limited_broadcast() || (saddr.is_any() && daddr.is_any())) {
        return skb_not_dropped_yet;
    }
    if (saddr.is_zeronet()) return drop_reason::ip_local_source;
    if (daddr.is_zeronet()) return drop_reason::ip_invalid_dest;
    if ((daddr.is_loopback() || saddr.is_loopback()) && !in_dev.route_localnet()) {
        return drop_reason::ip_localnet;
    }
    return skb_not_dropped_yet;
}

}  // namespace

drop_reason ip_route_input(const frame& skb, ipv4_address daddr, ipv4_address saddr,
                           std::uint8_t tos, net_device& dev, rtable& rt) {
    fib_result res;
    return ip_route_input_slow(skb, daddr, saddr, tos, dev, res, rt);
}

drop_reason ip_route_input_slow(const frame& skb, ipv4_address daddr, ipv4_address saddr,
                                std::uint8_t tos, net_device& dev, fib_result& res, rtable& rt) {
    netns& net = *dev.net;
    in_device* in_dev = in_dev_get(dev);
    if (!in_dev) return drop_reason::ip_invalid_dest;
    tos &= dscp_mask;
    res = {};
    if (daddr.is_multicast()) return ip_route_input_mc(skb, daddr, saddr, tos, dev, rt);
    const drop_reason bad = martian(*in_dev, daddr, saddr);
    if (bad != skb_not_dropped_yet) return bad;
    if (daddr.is_limited_broadcast() || (saddr.is_any() && daddr.is_any())) {
        return brd_input(skb, saddr, tos, dev, rt);
    }
    flowi4 fl;
    fl.daddr = daddr;
    fl.saddr = saddr;
    fl.tos = tos;
    fl.iif = dev.ifindex;
    fl.mark = skb.mark;
    if (const err e = fib_lookup(net, fl, res); e != err::ok) {
        return no_route(dev, in_dev->forward() ? e : err::hostunreach, rt);
    }
    if (res.type == rtn::broadcast && !in_dev->bforward()) {
        return brd_input(skb, saddr, tos, dev, rt);
    }
    if (res.type == rtn::local) {
        bool on_link = false;
        const err e = fib_validate_source(skb, saddr, daddr, tos, 0, dev, on_link);
        return e == err::ok ? local_input(dev, 0, rtn::local, rt) : source_drop(e);
    }
    if (!in_dev->forward()) {
        res = {};
        return no_route(dev, err::hostunreach, rt);
    }
    if (res.type != rtn::unicast && res.type != rtn::broadcast) {
        return drop_reason::ip_invalid_dest;
    }
    fib_select_path(net, res, fl, &skb);
    return mkroute_input(skb, daddr, saddr, tos, dev, res, rt);
}

// ---- what a route says about packets

std::uint32_t ip_dst_mtu_maybe_forward(netns& net, const rtable& rt, bool forwarding) {
    const bool use_pmtu = net.ipv4->sysctl->ip_forward_use_pmtu || rt.pmtu_locked || !forwarding;
    if (use_pmtu && rt.pmtu && net.krn.now() < rt.expires) return std::min(rt.pmtu, ip_max_mtu);
    if (rt.mtu) return std::min(rt.mtu, ip_max_mtu);
    const std::uint32_t mtu = std::min(rt.dev->mtu, ip_max_mtu);
    return rt.pmtu_locked && rt.uses_gateway ? std::min(mtu, locked_gateway_mtu) : mtu;
}

std::uint32_t ipv4_mtu(const rtable& rt) {
    return ip_dst_mtu_maybe_forward(*rt.dev->net, rt, false);
}

std::uint8_t ip4_dst_hoplimit(netns& net, const rtable& rt) {
    return rt.hoplimit ? rt.hoplimit : std::uint8_t(net.ipv4->sysctl->ip_default_ttl);
}

neighbour* ip_neigh_for_gw(const rtable& rt, ipv4_address daddr) {
    if (!rt.gw6.is_any()) return ip6_neigh_lookup_or_create(*rt.dev, rt.gw6);
    return ipv4_neigh_lookup_or_create(*rt.dev, rt.nexthop(daddr));
}

void ipv4_confirm_neigh(const rtable& rt, ipv4_address daddr) {
    if (rt.dev->flags & (iff::loopback | iff::noarp)) return;
    neighbour* n = rt.gw6.is_any() ? ipv4_neigh_lookup(*rt.dev, rt.nexthop(daddr))
                                   : ip6_neigh_lookup(*rt.dev, rt.gw6);
    if (n) neigh_confirm(*n);
}

void ipv4_link_failure(frame_ptr skb) {
    kernel& krn = skb->dev->krn;
    // Linux: ipv4_send_dest_unreach. The packet it quotes has this host's entries twice.
    if (ip_options_recompile(*skb->dev->net, *skb)) {
        icmp_send(*skb, icmp_type::dest_unreach, icmp_code::host_unreach, 0);
    }
    kfree_skb_reason(krn, std::move(skb), drop_reason::neigh_failed);
}

}  // namespace vethlab
