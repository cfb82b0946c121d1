// Linux: net/ipv4/arp.c. RFC 826 on Ethernet.
#include "core/ipv4/arp.h"

#include "core/ipv4/route.h"
#include "core/kernel.h"
#include "core/wire/ipv4.h"

namespace vethlab {
namespace {

constexpr std::uint16_t arphrd_ieee802 = 6;

err arp_constructor(neighbour& n) {
    net_device& dev = n.dev;
    // On lo and point-to-point links one entry serves all addresses, 0.0.0.0's.
    if (dev.flags & (iff::loopback | iff::pointopoint)) n.primary_key = neigh_key{};
    const ipv4_address addr = n.primary_key.ip4();
    if (!in_dev_get(dev)) return err::inval;

    n.type = inet_addr_type_dev_table(*dev.net, addr);
    if (n.type == rtn::multicast) {
        n.nud_state = nud::noarp;
        n.ha = ip_eth_mc_map(addr);
    } else if (dev.flags & (iff::noarp | iff::loopback)) {
        n.nud_state = nud::noarp;
        n.ha = dev.dev_addr;
    } else if (n.type == rtn::broadcast || (dev.flags & iff::pointopoint)) {
        n.nud_state = nud::noarp;
        n.ha = dev.settings->broadcast;
    }
    return err::ok;
}

// Which of our addresses asks (conf.*.arp_announce).
ipv4_address solicit_source(neighbour& n, in_device& in_dev, const frame* skb) {
    const ipv4_address target = n.primary_key.ip4();
    ipv4_address saddr;
    const int announce = in_dev.max_conf(devconf::arp_announce);
    if (skb && announce < 2) {
        if (const auto ip = ipv4_view::parse(skb->from(skb->network_header))) {
            const bool ours = inet_addr_type_dev_table(in_dev.net(), ip->saddr()) == rtn::local;
            const bool fits = announce != 1 || inet_addr_onlink(in_dev, target, ip->saddr());
            if (ours && fits) saddr = ip->saddr();
        }
    }
    return saddr.is_any() ? inet_select_addr(n.dev, target, rt_scope::link) : saddr;
}

void arp_solicit(neighbour& n, const frame* skb) {
    in_device* in_dev = in_dev_get(n.dev);
    if (!in_dev) return;
    const ipv4_address saddr = solicit_source(n, *in_dev, skb);
    const int probes = n.probes - int(n.parms.ms(neigh_var::ucast_probes));
    // app_solicit: arpd would be asked, which nobody runs.
    if (probes >= 0 && probes < int(n.parms.ms(neigh_var::app_probes))) return;
    const mac_address known = n.ha;
    arp_send(arp_op::request, n.dev, saddr, n.primary_key.ip4(), probes < 0 ? &known : nullptr,
             nullptr, nullptr);
}

void arp_error_report(neighbour&, frame_ptr skb) { ipv4_link_failure(std::move(skb)); }

void arp_process(frame_ptr skb);
void arp_proxy_redo(frame_ptr skb) {
    const net_device& dev = *skb->dev;
    if (in_device* in_dev = in_dev_get(dev)) in_dev->get_arp_parms().qlen--;
    if (!dev.is_up()) return consume_skb(dev.krn, std::move(skb));
    arp_process(std::move(skb));
}

constexpr neigh_ops arp_ops{
    .family = af::inet,
    .key_len = 4,
    .constructor = arp_constructor,
    .solicit = arp_solicit,
    .error_report = arp_error_report,
    .proxy_redo = arp_proxy_redo,
    .is_multicast = [](const neigh_key& k) { return k.ip4().is_multicast(); },
    .parms = [](net_device& dev) -> neigh_parms* {
        in_device* in_dev = in_dev_get(dev);
        return in_dev ? &in_dev->get_arp_parms() : nullptr;
    },
    .parms_if_any = [](net_device& dev) -> neigh_parms* {
        const in_device* in_dev = in_dev_get(dev);
        return in_dev ? in_dev->arp_parms.get() : nullptr;
    },
};

// ---- receiving

struct arp_packet {
    net_device& dev;
    in_device& in_dev;
    arp_op op;
    ipv4_address sip, tip;
    mac_address sha, tha;
};

// conf.*.arp_ignore: true, keep quiet about tip.
bool arp_ignore(in_device& in_dev, ipv4_address sip, ipv4_address tip) {
    in_device* on = &in_dev;
    std::uint8_t scope = rt_scope::host;
    switch (in_dev.max_conf(devconf::arp_ignore)) {
        case 1:
            sip = {};
            break;
        case 2:
            break;
        case 3:
            sip = {};
            scope = rt_scope::link;
            on = nullptr;
            break;
        case 8:
            return true;
        default:
            return false;
    }
    return inet_confirm_addr(in_dev.net(), on, sip, tip, scope).is_any();
}

// conf.*.arp_filter: true, answers to sip would leave by another device.
bool arp_filter(net_device& dev, ipv4_address sip, ipv4_address tip) {
    flowi4 fl{.daddr = sip, .saddr = tip};
    rtable rt;
    return ip_route_output_key(*dev.net, fl, rt) != err::ok || rt.dev != &dev;
}

// Linux: arp_fwd_proxy. Medium ids say which devices share a segment; 0 is an unknown one.
bool arp_fwd_proxy(const in_device& in_dev, const rtable& rt) {
    if (rt.dev == &in_dev.dev || !in_dev.proxy_arp()) return false;
    const int imi = in_dev.conf_get(devconf::medium_id);
    if (imi == 0) return true;
    if (imi == -1) return false;
    const in_device* out = in_dev_get(*rt.dev);
    const int omi = out ? out->conf_get(devconf::medium_id) : -1;
    return omi != imi && omi != -1;
}

bool arp_fwd_pvlan(const in_device& in_dev, const rtable& rt, const arp_packet& p) {
    return rt.dev == &in_dev.dev && p.sip != p.tip && in_dev.proxy_arp_pvlan();
}

bool arp_accept(const in_device& in_dev, ipv4_address sip) {
    switch (in_dev.max_conf(devconf::arp_accept)) {
        case 1:
            return true;
        case 2:
            return !inet_confirm_addr(in_dev.net(), const_cast<in_device*>(&in_dev), sip, {},
                                      rt_scope::link)
                        .is_any();
        default:
            return false;
    }
}

void arp_reply(const arp_packet& p) {
    arp_send(arp_op::reply, p.dev, p.tip, p.sip, &p.sha, nullptr, &p.sha);
}

// RFC 5227: an announcement. type: of the sender's address, where it had to be looked up.
bool arp_is_garp(const arp_packet& p, std::optional<rtn>& type) {
    bool garp = p.tip == p.sip;
    if (garp && p.op == arp_op::reply) garp = p.tha == p.sha;
    if (garp) {
        type = inet_addr_type_dev_table(*p.dev.net, p.sip);
        garp = *type == rtn::unicast;
    }
    return garp;
}

// A request that we answer, for ourselves or as a proxy. True: it is done with.
bool arp_answer(const arp_packet& p, frame_ptr& skb) {
    rtable rt;
    netns& net = *p.dev.net;
    if (ip_route_input(*skb, p.tip, p.sip, 0, p.dev, rt) != skb_not_dropped_yet) {
        return false;
    }
    if (rt.type == rtn::local) {
        const bool quiet =
            arp_ignore(p.in_dev, p.sip, p.tip) ||
            (p.in_dev.or_conf(devconf::arp_filter) && arp_filter(p.dev, p.sip, p.tip));
        if (!quiet && neigh_event_ns(p.in_dev.get_arp_parms(), p.sha, neigh_key::from(p.sip))) {
            arp_reply(p);
        }
        return true;
    }
    if (!p.in_dev.forward() || rt.type != rtn::unicast) return false;
    const bool proxy =
        arp_fwd_proxy(p.in_dev, rt) || arp_fwd_pvlan(p.in_dev, rt, p) ||
        (rt.dev != &p.dev && pneigh_lookup(arp_tbl(net.krn), net, neigh_key::from(p.tip), &p.dev));
    if (!proxy) return false;
    (void)neigh_event_ns(p.in_dev.get_arp_parms(), p.sha, neigh_key::from(p.sip));
    if (neigh_locally_enqueued(*skb) || skb->pkt_type == packet_type::host ||
        p.in_dev.get_arp_parms().ms(neigh_var::proxy_delay) == 0) {
        arp_reply(p);
    } else {
        pneigh_enqueue(p.in_dev.get_arp_parms(), std::move(skb));
    }
    return true;
}

// What we have heard about the sender, whatever the packet was for (RFC 826: merge).
void arp_update(const arp_packet& p, const frame& skb) {
    neighbour* n = ipv4_neigh_lookup(p.dev, p.sip);
    const bool accept = arp_accept(p.in_dev, p.sip);
    bool garp = false;
    std::optional<rtn> type;
    if (n || accept) garp = arp_is_garp(p, type);
    if (!n && accept) {
        bool learn = garp;
        if (!learn && p.op == arp_op::reply) {
            if (!type) type = inet_addr_type_dev_table(*p.dev.net, p.sip);
            learn = *type == rtn::unicast;
        }
        if (learn) n = ipv4_neigh_lookup_or_create(p.dev, p.sip);
    }
    if (!n) return;
    // Several answers: the first one counts, for locktime.
    const bool locked = p.dev.krn.now() <= n->updated + n->parms.time(neigh_var::locktime);
    const bool answer = p.op == arp_op::reply && skb.pkt_type == packet_type::host;
    (void)neigh_update(*n, &p.sha, answer ? nud::reachable : nud::stale,
                       !locked || garp ? std::uint32_t{neigh_update_f::override} : 0);
}

void arp_process(frame_ptr skb) {
    net_device& dev = *skb->dev;
    kernel& krn = dev.krn;
    in_device* in_dev = in_dev_get(dev);
    const auto arp = arp_view::parse(skb->bytes());
    if (!in_dev || !arp) {
        return kfree_skb_reason(krn, std::move(skb), drop_reason::arp_malformed);
    }
    const bool same_type = arp->hrd() == dev.type ||
                           (dev.type == arphrd::ether && arp->hrd() == arphrd_ieee802);
    const arp_packet p{dev, *in_dev, arp->op(), arp->spa(), arp->tpa(), arp->sha(), arp->tha()};
    if (!same_type || arp->pro() != eth_p::ip ||
        (p.op != arp_op::request && p.op != arp_op::reply) || p.tip.is_multicast() ||
        (p.tip.is_loopback() && !in_dev->route_localnet()) ||
        (p.sip == p.tip && in_dev->or_conf(devconf::drop_gratuitous_arp))) {
        return kfree_skb_reason(krn, std::move(skb), drop_reason::arp_ignored);
    }
    if (p.sip.is_any()) {  // RFC 5227: is this address in use?
        if (p.op == arp_op::request && inet_addr_type_dev_table(*dev.net, p.tip) == rtn::local &&
            !arp_ignore(*in_dev, p.sip, p.tip)) {
            arp_reply(p);
        }
    } else if (p.op != arp_op::request || !arp_answer(p, skb)) {
        arp_update(p, *skb);
    }
    if (skb) consume_skb(krn, std::move(skb));
}

}  // namespace

neigh_table& arp_tbl(kernel& krn) {
    if (!krn.neigh_arp) {
        krn.neigh_arp = {new neigh_table(krn, arp_ops), [](neigh_table* t) { delete t; }};
    }
    return *krn.neigh_arp;
}

void arp_rcv(frame_ptr skb, net_device& dev, net_device&) {
    kernel& krn = dev.krn;
    if ((dev.flags & iff::noarp) || skb->pkt_type == packet_type::otherhost ||
        skb->pkt_type == packet_type::loopback) {
        return consume_skb(krn, std::move(skb));
    }
    const auto arp = arp_view::parse(skb->bytes());
    if (!arp || arp->hln() != dev.addr_len || arp->pln() != 4) {
        return kfree_skb_reason(krn, std::move(skb), drop_reason::arp_malformed);
    }
    std::memset(skb->cb, 0, sizeof skb->cb);
    skb->dev = &dev;
    arp_process(std::move(skb));
}

void arp_send(arp_op op, net_device& dev, ipv4_address src_ip, ipv4_address dest_ip,
              const mac_address* dest_hw, const mac_address* src_hw, const mac_address* target_hw) {
    if (dev.flags & iff::noarp) return;
    (void)dev_queue_xmit(arp_create(op, dev, src_ip, dest_ip, dest_hw, src_hw, target_hw));
}

frame_ptr arp_create(arp_op op, net_device& dev, ipv4_address src_ip, ipv4_address dest_ip,
                     const mac_address* dest_hw, const mac_address* src_hw,
                     const mac_address* target_hw) {
    constexpr auto size = std::uint32_t(eth_hlen + arp_view::size);
    const mac_address source = src_hw ? *src_hw : dev.dev_addr;
    frame_ptr skb = dev.krn.frames.alloc_skb(size);
    const bytes_span bytes = skb_put(*skb, size);
    skb->mac_header = skb->data_at;
    skb->network_header = skb->data_at + std::uint32_t(eth_hlen);
    skb->dev = &dev;
    skb->protocol = eth_p::arp;
    write_ethernet(bytes, dest_hw ? *dest_hw : dev.settings->broadcast, source, eth_p::arp);
    write_arp(bytes.subspan(eth_hlen), {.op = op,
                                        .sha = source,
                                        .spa = src_ip,
                                        .tha = target_hw ? *target_hw : mac_address{},
                                        .tpa = dest_ip});
    put16(bytes, eth_hlen, dev.type);
    return skb;
}

neighbour* ipv4_neigh_lookup(net_device& dev, ipv4_address addr) {
    if (dev.flags & (iff::loopback | iff::pointopoint)) addr = {};
    return neigh_lookup(arp_tbl(dev.krn), neigh_key::from(addr), dev);
}

neighbour* ipv4_neigh_lookup_or_create(net_device& dev, ipv4_address addr) {
    if (neighbour* n = ipv4_neigh_lookup(dev, addr)) return n;
    in_device* in_dev = in_dev_get(dev);
    return in_dev ? neigh_create(in_dev->get_arp_parms(), neigh_key::from(addr)) : nullptr;
}

err arp_invalidate(net_device& dev, ipv4_address ip, bool force) {
    // By the very address: what stands for all of lo's is not found by any of them.
    neighbour* n = neigh_lookup(arp_tbl(dev.krn), neigh_key::from(ip), dev);
    if (!n) return err::nxio;
    if ((n->nud_state & nud::valid) && !force) return err::ok;
    const neigh_guard guard(*n);
    err e = err::nxio;
    if (n->nud_state & std::uint16_t(~nud::noarp)) {
        e = neigh_update(*n, nullptr, nud::failed,
                         neigh_update_f::override | neigh_update_f::admin);
    }
    neigh_remove_one(*n);
    return e;
}

void arp_ifdown(net_device& dev) {
    in_device* in_dev = in_dev_get(dev);
    if (in_dev && in_dev->arp_parms) {
        neigh_ifdown(*in_dev->arp_parms);
    } else {
        pneigh_ifdown(arp_tbl(dev.krn), dev);  // proxies need no parameters
    }
}

err arp_netdev_event(netdev_event event, net_device& dev, netlink_ext_ack&) {
    in_device* in_dev = in_dev_get(dev);
    if (!in_dev) return err::ok;
    if (event == netdev_event::changeaddr) {
        if (in_dev->arp_parms) neigh_changeaddr(*in_dev->arp_parms);
        rt_cache_flush(*dev.net);
    } else if (event == netdev_event::change) {
        const bool noarp = dev.flags & iff::noarp;
        const bool toggled = noarp != in_dev->noarp;
        in_dev->noarp = noarp;
        if (!in_dev->arp_parms) return err::ok;
        if (toggled) neigh_changeaddr(*in_dev->arp_parms);
        if (in_dev->and_conf(devconf::arp_evict_nocarrier) && !dev.carrier_ok()) {
            neigh_carrier_down(*in_dev->arp_parms);
        }
    }
    return err::ok;
}

}  // namespace vethlab
