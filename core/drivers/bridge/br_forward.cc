// Linux: net/bridge/br_forward.c. Out of a port, or of all of them.
#include "core/drivers/bridge/br_private.h"

namespace vethlab {
namespace {

// As below, in one go, where nothing on the way asks for more. True: it went.
bool xmit_direct(frame_ptr& skb, net_device& dev) {
    kernel& krn = dev.krn;
    const net_device* rcv = krn.remember_forwarding ? dev_direct_peer(dev) : nullptr;
    const std::uint32_t len = skb->len + std::uint32_t{eth_hlen};
    // What looks like a length, from a socket on br0, is one to the receiver (eth_type_trans).
    const bool plain = skb->mac_header + eth_hlen == skb->data_at &&
                       skb->protocol >= eth_p_802_3_min &&
                       skb->protocol == be16(skb->from(skb->mac_header), 12);
    const bool fits = rcv && len <= dev.mtu + eth_hlen + vlan_hlen;  // is_skb_forwardable
    if (!fits || !plain || !dev_direct_fits(*skb, len, dev)) return false;
    skb->ip_header_checked = false;
    dev_direct_xmit(*skb, dev, eth_packet_type(skb->h_dest(), *rcv));
    krn.enqueue_unchecked(std::move(skb));
    return true;
}

void br_dev_queue_push_xmit(frame_ptr skb) {
    net_device& dev = *skb->dev;
    if (xmit_direct(skb, dev)) return;
    skb_push(*skb, eth_hlen);
    if (!is_skb_forwardable(dev, *skb)) {
        const auto reason = dev.is_up() ? drop_reason::pkt_too_big : drop_reason::dev_ready;
        return kfree_skb_reason(dev.krn, std::move(skb), reason);
    }
    // What becomes of it is the device's matter and counted there.
    (void)dev_queue_xmit(std::move(skb));
}

frame_ptr copy_of(const net_bridge& br, const frame& skb) {
    br.krn().cpu_spend(cpu_work::skb_clone);
    return skb_clone(skb);
}

// The port before gets a copy once another one is found: the last gets the frame itself.
const net_bridge_port* maybe_deliver(const net_bridge_port* prev, const net_bridge_port& p,
                                     frame& skb) {
    if (!should_deliver(p, skb)) return prev;
    if (prev) _br_forward(*prev, copy_of(p.br, skb));
    return &p;
}

void deliver_last(net_bridge& br, const net_bridge_port* last, frame_ptr& skb, bool local_rcv) {
    if (last) {
        _br_forward(*last, local_rcv ? copy_of(br, *skb) : std::move(skb));
    } else if (!local_rcv) {
        kfree_skb_reason(br.krn(), std::move(skb), drop_reason::bridge_no_egress_port);
    }
}

bool floods(const net_bridge_port& p, br_pkt type, bool from_br) {
    switch (type) {
        case br_pkt::unicast:
            return p.has(br_port_flag::flood);
        case br_pkt::multicast:
            return p.has(br_port_flag::mcast_flood) || from_br;
        case br_pkt::broadcast:
            return p.has(br_port_flag::bcast_flood) || from_br;
    }
    return false;
}

// Linux: maybe_deliver_addr. The only member behind the port gets it as unicast.
void deliver_addr(const net_bridge_port& p, frame& skb, mac_address addr) {
    if (!should_deliver(p, skb)) return;
    // Not back to the station it came from.
    if (skb.dev == &p.dev && skb.h_source() == addr) return;
    p.krn().cpu_spend(cpu_work::skb_clone);
    frame_ptr copy = skb.pool->skb_copy(skb);
    if (!addr.is_broadcast()) {
        addr.write({copy->buffer->bytes() + copy->mac_header, eth_hlen}, 0);
    }
    _br_forward(p, std::move(copy));
}

}  // namespace

bool should_deliver(const net_bridge_port& p, frame& skb) {
    const bool back = skb.dev == &p.dev;
    if (back && !p.has(br_port_flag::hairpin_mode)) return false;
    if (p.state != br_state::forwarding) return false;
    const bool isolated = skb.control<br_input_skb_cb>().src_port_isolated;
    return !(isolated && p.has(br_port_flag::isolated));
}

void _br_forward(const net_bridge_port& to, frame_ptr skb) {
    const bool local_orig = skb->dev == &to.br.dev;
    if (skb->protocol == eth_p::arp && !local_orig && !br_nf_forward(to.br, *skb)) {
        return kfree_skb_reason(to.br.krn(), std::move(skb), drop_reason::arp_malformed);
    }
    skb->dev = &to.dev;
    br_dev_queue_push_xmit(std::move(skb));
}

// With local_rcv the caller keeps the frame for br0 and a copy goes out.
void br_forward(net_bridge_port* to, frame_ptr& skb, bool local_rcv) {
    kernel& krn = skb->dev->krn;
    if (to && to->backup_port && (!to->dev.carrier_ok() || !to->dev.is_running())) {
        to = to->backup_port;
    }
    if (to && should_deliver(*to, *skb)) {
        _br_forward(*to, local_rcv ? copy_of(to->br, *skb) : std::move(skb));
    } else if (!local_rcv) {
        const auto reason = to ? drop_reason::bridge_no_egress_port : drop_reason::bridge_local_out;
        kfree_skb_reason(krn, std::move(skb), reason);
    }
}

void br_flood(net_bridge& br, frame_ptr& skb, br_pkt type, bool local_rcv) {
    const bool from_br = skb->dev == &br.dev;
    const net_bridge_port* prev = nullptr;
    const bool replied = skb->control<br_input_skb_cb>().proxyarp_replied;
    for (const auto& p : br.port_list) {
        if (p->has(br_port_flag::proxyarp)) continue;
        const bool answered_for =
            p->has(br_port_flag::proxyarp_wifi) || p->has(br_port_flag::neigh_suppress);
        if (replied && answered_for) continue;
        if (floods(*p, type, from_br)) prev = maybe_deliver(prev, *p, *skb);
    }
    deliver_last(br, prev, skb, local_rcv);
}

// Members and router ports, merged by their order. Linux: that of the addresses in memory; here:
// of the port numbers.
void br_multicast_flood(net_bridge& br, const net_bridge_mdb_entry* mdst, frame_ptr& skb,
                        bool local_rcv) {
    const net_bridge_port* prev = nullptr;
    const auto& routers = br.multicast_ctx.mc_router_list;
    std::size_t m = 0, r = 0;
    const std::size_t members = mdst ? mdst->ports.size() : 0;
    while (m < members || r < routers.size()) {
        const net_bridge_port_group* pg = m < members ? mdst->ports[m].get() : nullptr;
        const net_bridge_port* rport = r < routers.size() ? routers[r] : nullptr;
        const bool member = pg && (!rport || pg->port.port_no <= rport->port_no);
        const net_bridge_port& p = member ? pg->port : *rport;
        if (member) m++;
        if (rport == &p) r++;
        if (member && p.has(br_port_flag::mcast_to_unicast)) {
            deliver_addr(p, *skb, pg->eth_addr);
        } else {
            prev = maybe_deliver(prev, p, *skb);
        }
    }
    deliver_last(br, prev, skb, local_rcv);
}

}  // namespace vethlab
