// Linux: net/core/dev.c, net/ethernet/eth.c. The way of a frame.
#include "core/dev.h"

#include "core/af_packet.h"
#include "core/ethtool.h"
#include "core/registry.h"
#include "core/sched/sch_generic.h"
#include "core/trace.h"

namespace vethlab {
namespace {

// Linux: dev_queue_xmit_nit. Sockets for all devices first, then those bound to this one.
void dev_queue_xmit_nit(const frame& skb, net_device& dev) {
    if (dev.krn.trace) dev.krn.trace->tap(dev, skb, true);
    for (packet_sock* sk : dev.net->ptype_all) sk->packet_rcv(skb, dev, true);
    for (packet_sock* sk : dev.ptype_all) sk->packet_rcv(skb, dev, true);
}

// To the packet sockets of `list`; true if one of them took the frame. `all`: those for every
// protocol (ptype_all), otherwise those for the frame's own (ptype_base).
bool deliver_to_sockets(const compact_vector<packet_sock*>& list, const frame& skb, net_device& dev,
                        bool all) {
    bool taken = false;
    for (packet_sock* sk : list) {
        const bool fits = all ? sk->protocol == eth_p::all : sk->protocol == skb.protocol;
        if (!fits) continue;
        sk->packet_rcv(skb, dev, false);
        taken = true;
    }
    return taken;
}

bool deliver_to_sockets(const frame& skb, net_device& dev, bool all) {
    bool taken = deliver_to_sockets(dev.net->ptype_all, skb, dev, all);
    taken |= deliver_to_sockets(dev.ptype_all, skb, dev, all);
    return taken;
}

// A tag that no VLAN device took: with a VLAN id the frame is for somebody else.
bool drop_vlan_tag(frame& skb) {
    while (skb.vlan_tag_present()) {
        const bool has_id = skb.vlan_tci & 0x0fff;
        if (has_id) skb.pkt_type = packet_type::otherhost;
        skb.vlan_proto = skb.vlan_tci = 0;
        if (has_id || !eth_type_vlan(skb.protocol)) break;
        if (!skb_vlan_untag(skb)) return false;  // a priority tag in front of a real one
    }
    return true;
}

void deliver_to_handler(frame_ptr skb, net_device& dev, net_device& orig_dev, bool taken) {
    if (const auto* handler = find_packet_type(skb->protocol)) {
        return handler->func(std::move(skb), dev, orig_dev);
    }
    if (taken) return consume_skb(dev.krn, std::move(skb));
    dev.stats.rx_dropped++;
    kfree_skb_reason(dev.krn, std::move(skb), drop_reason::unhandled_proto);
}

// Nobody else wants to see it.
bool is_for_handler(const frame& skb, const net_device& dev) {
    return !dev.rx_handler && !dev.ingress_qdisc() && !dev.krn.trace && !has_sockets(dev) &&
           !skb.vlan_tag_present() && !eth_type_vlan(skb.protocol);
}

}  // namespace

// Here: no segmentation, nothing sends super-packets yet.
void validate_xmit_skb(frame& skb, net_device& dev) {
    if (skb.ip_summed == csum::partial && !netdev_has(dev, netif_f::hw_csum)) {
        skb_checksum_help(skb);
    }
    if (skb.vlan_tag_present() && !netdev_has(dev, netif_f::hw_vlan_ctag_tx)) {
        vlan_insert_tag(skb);
    }
}

netdev_tx dev_hard_start_xmit(frame_ptr skb, net_device& dev) {
    dev.krn.frames_sent++;
    dev_queue_xmit_nit(*skb, dev);
    return dev.ops->ndo_start_xmit(std::move(skb), dev);
}

namespace {

bool is_direct(const net_device& dev) {
    return dev.krn.remember_forwarding && dev.ops->ndo_get_peer_dev && dev.qdisc_activated &&
           !(dev.root_qdisc() && dev.root_qdisc()->ops->enqueue) && dev.is_up() &&
           netdev_has(dev, netif_f::hw_csum) && !has_sockets(dev);
}

// True: it went.
bool xmit_direct(frame_ptr& skb, net_device& dev) {
    kernel& krn = dev.krn;
    if (!krn.remember_forwarding || skb->len < eth_hlen) return false;
    net_device* rcv = dev_direct_peer(dev);
    if (!rcv || !dev_direct_fits(*skb, skb->len, dev)) return false;
    skb->pkt_type = packet_type::host;
    skb->protocol = eth_type_trans(*skb, *rcv);
    dev_direct_xmit(*skb, dev, skb->pkt_type);
    krn.enqueue_unchecked(std::move(skb));
    return true;
}

}  // namespace

net_device* dev_find_direct(net_device& dev) {
    dev.direct = {.genid = dev.krn.fwd_genid};
    net_device* rcv = is_direct(dev) ? dev.ops->ndo_get_peer_dev(dev) : nullptr;
    if (!rcv || !rcv->is_up() || !rcv->is_running()) return nullptr;
    dev.direct.max_len = std::uint32_t(rcv->mtu + eth_hlen + vlan_hlen);
    dev.direct.crosses = rcv->net != dev.net;
    return dev.direct.rcv = rcv;
}

err dev_queue_xmit(frame_ptr skb) {
    net_device& dev = *skb->dev;
    skb->ip_header_checked = false;
    if (xmit_direct(skb, dev)) return err::ok;
    skb->mac_header = skb->data_at;
    skb->tstamp = sim_time{};
    if (!dev.qdisc_activated) {  // noop_enqueue: the sender sees NET_XMIT_CN, no error
        dev.stats.tx_dropped++;
        kfree_skb_reason(dev.krn, std::move(skb), drop_reason::qdisc_drop);
        return err::ok;
    }
    if (qdisc* q = dev.root_qdisc(); q && q->ops->enqueue) {
        return dev_xmit_skb(std::move(skb), *q);
    }
    if (!dev.is_up()) {
        kfree_skb_reason(dev.krn, std::move(skb), drop_reason::dev_ready);
        return err::netdown;
    }
    validate_xmit_skb(*skb, dev);
    return dev_hard_start_xmit(std::move(skb), dev) == netdev_tx::ok ? err::ok : err::nobufs;
}

std::uint16_t eth_type_trans(frame& skb, net_device& dev) {
    skb.dev = &dev;
    skb.mac_header = skb.data_at;
    const mac_address dest = skb.h_dest();
    if (dest != dev.dev_addr) skb.pkt_type = eth_packet_type(dest, dev);
    const std::uint16_t proto = be16(skb.bytes(), 12);
    skb_pull(skb, eth_hlen);
    if (proto >= eth_p_802_3_min) return proto;
    // A length. Old IPX put 802.3 frames without an LLC header behind it.
    const bool raw = skb.len >= 2 && be16(skb.bytes(), 0) == 0xffff;
    return raw ? eth_p::p802_3 : eth_p::p802_2;
}

bool is_skb_forwardable(const net_device& dev, const frame& skb) {
    return dev.is_up() && (skb.len <= dev.mtu + eth_hlen + vlan_hlen || skb.gso_size);
}

net_rx netif_rx(frame_ptr skb) {
    net_device& dev = *skb->dev;
    dev.krn.cpu_spend(cpu_work::netif_rx);
    skb->tstamp = dev.krn.now();
    if (dev.krn.enqueue_to_backlog(std::move(skb))) return net_rx::success;
    dev.stats.rx_dropped++;
    return net_rx::drop;
}

net_rx dev_forward_skb(net_device& dev, frame_ptr skb) {
    if (!is_skb_forwardable(dev, *skb)) {
        const auto reason = dev.is_up() ? drop_reason::pkt_too_big : drop_reason::dev_ready;
        dev.stats.rx_dropped++;
        kfree_skb_reason(dev.krn, std::move(skb), reason);
        return net_rx::drop;
    }
    // skb_scrub_packet: what the sender's side knew about the frame ends here.
    const bool crosses = skb->dev && skb->dev->net != dev.net;
    skb->pkt_type = packet_type::host;
    skb->skb_iif = 0;
    skb->priority = 0;
    if (crosses) skb->mark = 0;
    skb->protocol = eth_type_trans(*skb, dev);
    return netif_rx(std::move(skb));
}

// Linux: __netif_receive_skb_core
void netif_receive_skb(frame_ptr skb) {
    net_device& orig_dev = *skb->dev;
    kernel& krn = orig_dev.krn;
    net_device* dev;
    bool taken;
    skb->network_header = skb->data_at;
    skb->transport_header = skb->data_at;
    if (is_for_handler(*skb, orig_dev)) {
        skb->skb_iif = orig_dev.ifindex;
        return deliver_to_handler(std::move(skb), orig_dev, orig_dev, false);
    }
    while (true) {
        dev = skb->dev;
        skb->skb_iif = dev->ifindex;
        if (eth_type_vlan(skb->protocol) && !skb_vlan_untag(*skb)) {
            return kfree_skb_reason(krn, std::move(skb), drop_reason::dev_hdr);
        }
        // A host's own copy of what it multicasts is nothing that a packet socket sees.
        const bool own_copy = skb->pkt_type == packet_type::loopback;
        if (krn.trace && !own_copy) krn.trace->tap(*dev, *skb, false);
        taken = !own_copy && has_sockets(*dev) && deliver_to_sockets(*skb, *dev, true);
        if (dev->ingress_qdisc()) {  // no filters: it only counts
            dev->ingress_qdisc()->stats.bytes += skb->len;
            dev->ingress_qdisc()->stats.packets++;
            taken = false;
        }
        if (!dev->rx_handler) break;
        const auto result = dev->rx_handler->handle(skb);
        if (result == rx_handler_result::consumed) return;
        taken = false;
        if (result != rx_handler_result::another) break;
    }
    // As before an rx handler and an ingress qdisc, the taps get a tagged frame at once: that they
    // took it is forgotten then.
    taken = taken && !skb->vlan_tag_present();
    if (!drop_vlan_tag(*skb)) {
        return kfree_skb_reason(krn, std::move(skb), drop_reason::dev_hdr);
    }
    if (has_sockets(*dev)) taken |= deliver_to_sockets(*skb, *dev, false);
    deliver_to_handler(std::move(skb), *dev, orig_dev, taken);
}

err netdev_rx_handler_register(net_device& dev, const rx_handler_ops& ops) {
    if (dev.rx_handler) return err::busy;
    dev.rx_handler = &ops;
    dev.krn.fwd_genid_bump();
    return err::ok;
}

void netdev_rx_handler_unregister(net_device& dev) {
    dev.rx_handler = nullptr;
    dev.krn.fwd_genid_bump();
}

}  // namespace vethlab
