// Linux: net/bridge/br_input.c. A frame arrives at a port.
#include "core/drivers/bridge/br_private.h"

namespace vethlab {
namespace {

// A locked port takes only frames of stations that are known to be behind it.
bool passes_lock(net_bridge_port& p, mac_address source) {
    net_bridge_fdb_entry* f = br_fdb_find(p.br, source);
    if (!f) {
        if (p.has(br_port_flag::mab)) br_fdb_update(p.br, p, source, br_fdb_flag::locked);
        return false;
    }
    if (f->port() != p.port_no || f->has(br_fdb_flag::local)) return false;
    if (!f->has(br_fdb_flag::locked)) return true;
    br_fdb_update(p.br, p, source, br_fdb_flag::locked);
    return false;
}

// Where a frame goes, beside br0.
struct decision {
    bool local_rcv;          // br0 gets it, or a copy
    bool mcast_hit = false;  // to members and router ports only
    const net_bridge_mdb_entry* mdst = nullptr;
    net_bridge_fdb_entry* dst = nullptr;
};

decision decide(net_bridge& br, frame& skb, br_pkt type) {
    decision d{.local_rcv = (br.dev.flags & iff::promisc) || type == br_pkt::broadcast};
    if (type == br_pkt::unicast) d.dst = br_fdb_find(br, skb.h_dest());
    if (type != br_pkt::multicast) return d;
    d.mdst = br_mdb_entry_skb_get(br, skb);
    const bool known = d.mdst || skb.control<br_input_skb_cb>().mrouters_only;
    d.mcast_hit = known && br_multicast_querier_exists(br, skb, d.mdst);
    const bool wanted = !d.mcast_hit || (d.mdst && d.mdst->host_joined) ||
                        br_multicast_is_router(br, skb) || (br.dev.flags & iff::allmulti);
    if (wanted) {
        d.local_rcv = true;
        br.dev.stats.multicast++;
    }
    return d;
}

void br_handle_frame_finish(frame_ptr skb) {
    net_bridge_port& p = *skb->dev->br_port;
    net_bridge& br = p.br;
    kernel& krn = br.krn();
    const mac_address source = skb->h_source(), dest = skb->h_dest();
    if (p.has(br_port_flag::locked) && !passes_lock(p, source)) {
        return kfree_skb_reason(krn, std::move(skb), drop_reason::bridge_locked);
    }
    br.fdb.prefetch(net_bridge_fdb::make_key(dest, 0));
    net_bridge_fdb_entry* src = nullptr;
    if (p.has(br_port_flag::learning)) src = br_fdb_update(br, p, source);

    const br_pkt type = dest.is_broadcast()   ? br_pkt::broadcast
                        : dest.is_multicast() ? br_pkt::multicast
                                              : br_pkt::unicast;
    if (type == br_pkt::multicast && !br_multicast_rcv(br, &p, *skb)) {
        return kfree_skb_reason(krn, std::move(skb), drop_reason::mcast_malformed);
    }
    if (p.state == br_state::learning) {
        return kfree_skb_reason(krn, std::move(skb), drop_reason::bridge_ingress_stp_state);
    }
    skb->control<br_input_skb_cb>().src_port_isolated = p.has(br_port_flag::isolated);

    if (br_looks_into_arp(*skb)) br_do_proxy_suppress_arp(*skb, br, &p);

    decision d = decide(br, *skb, type);
    if (d.dst) {
        if (d.dst->has(br_fdb_flag::local)) return br_pass_frame_up(br, std::move(skb));
        d.dst->set_used(br.now());
        if (!d.local_rcv) br_remember(p, *skb, src, *d.dst);
        br_forward(fdb_dst(br, *d.dst), skb, d.local_rcv);
    } else if (d.mcast_hit) {
        br_multicast_flood(br, d.mdst, skb, d.local_rcv);
    } else {
        br_flood(br, skb, type, d.local_rcv);
    }
    if (d.local_rcv) br_pass_frame_up(br, std::move(skb));
}

// For the port's own stack, not for the bridge.
rx_handler_result br_handle_local_finish(net_bridge_port& p, const frame& skb) {
    const bool learn = p.has(br_port_flag::learning) && p.should_learn() && !p.br.no_ll_learn;
    if (learn) br_fdb_update(p.br, p, skb.h_source());
    return rx_handler_result::pass;
}

enum class link_local { forward, pass, drop };

// IEEE 802.1D table 7-10: reserved addresses.
link_local reserved_address(const net_bridge_port& p, std::uint8_t last) {
    const std::uint16_t always = p.br.group_fwd_mask_required | p.group_fwd_mask;
    const std::uint16_t mask = always | p.br.group_fwd_mask;
    const auto set = [last](std::uint16_t m) { return (m >> last & 1) != 0; };
    switch (last) {
        case 0:  // without STP it must go on, or loops stay unseen
            return p.br.stp_enabled == br_stp::none || set(always) ? link_local::forward
                                                                   : link_local::pass;
        case 1:
            return link_local::drop;  // PAUSE
        default:
            return set(mask) ? link_local::forward : link_local::pass;
    }
}

rx_handler_result drop(frame_ptr& skb, drop_reason reason) {
    kernel& krn = skb->dev->krn;
    kfree_skb_reason(krn, std::move(skb), reason);
    return rx_handler_result::consumed;
}

}  // namespace

void br_pass_frame_up(net_bridge& br, frame_ptr skb) {
    br.dev.stats.rx_packets++;
    br.dev.stats.rx_bytes += skb->len;
    skb->dev = &br.dev;
    netif_receive_skb(std::move(skb));
}

rx_handler_result br_handle_frame(frame_ptr& skb) {
    net_bridge_port& p = *skb->dev->br_port;
    if (skb->pkt_type == packet_type::loopback) return rx_handler_result::pass;
    if (!skb->h_source().is_valid_ether_addr()) {
        return drop(skb, drop_reason::bridge_invalid_source);
    }
    skb->control<br_input_skb_cb>() = {};
    const mac_address dest = skb->h_dest();
    if (dest.is_link_local()) {
        switch (reserved_address(p, dest.octets[5])) {
            case link_local::pass:
                return br_handle_local_finish(p, *skb);
            case link_local::drop:
                return drop(skb, drop_reason::bridge_link_local);
            case link_local::forward:
                break;
        }
    }
    if (!p.should_learn()) return drop(skb, drop_reason::bridge_ingress_stp_state);
    if (dest == p.br.dev.dev_addr) skb->pkt_type = packet_type::host;
    if (const auto reason = br_nf_pre_routing(p.br, *skb)) return drop(skb, *reason);
    p.krn().cpu_spend(cpu_work::bridge_forward);
    br_handle_frame_finish(std::move(skb));
    return rx_handler_result::consumed;
}

}  // namespace vethlab
