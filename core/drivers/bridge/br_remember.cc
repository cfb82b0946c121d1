// Here only: a bridge remembers, port by port, its last decision about a frame between two stations.
// Frames like that one pass with a few comparisons and leave the same traces: what was counted,
// learned and refreshed one by one still is. What else a decision depends on is in two counters,
// kernel::fwd_genid and that of the bridge's FDB.
#include "core/drivers/bridge/br_private.h"
#include "core/trace.h"

namespace vethlab {
namespace {

std::uint64_t header_word(const frame& skb, std::uint32_t at) {
    std::uint64_t word;
    std::memcpy(&word, skb.buffer->bytes() + skb.mac_header + at, sizeof word);
    return word;
}
std::uint64_t genid_now(const kernel& krn, const net_bridge_port& p) {
    return krn.fwd_genid + p.br.fdb.genid();
}

// Frames that get a look at more than their Ethernet header, IP's check apart.
bool is_special(const frame& skb) {
    return skb.vlan_tag_present() || br_looks_into_arp(skb) ||
           skb.protocol != be16(skb.from(skb.mac_header), 12);
}

}  // namespace

void br_remember(net_bridge_port& p, frame& skb, net_bridge_fdb_entry* src,
                 net_bridge_fdb_entry& dst) {
    const bool learning = p.has(br_port_flag::learning);
    if (learning != (src != nullptr) || p.has(br_port_flag::locked)) return;
    net_bridge_port* to = fdb_dst(p.br, dst);
    if (!to || to->backup_port || !should_deliver(*to, skb)) return;
    if (is_special(skb) || has_sockets(p.dev) || p.dev.ingress_qdisc()) return;
    const net_device* rcv = dev_direct_peer(to->dev);
    if (!rcv) return;
    const auto longest = std::uint32_t(to->dev.mtu + eth_hlen + vlan_hlen);  // is_skb_forwardable
    const std::uint32_t limit = std::min(longest, to->dev.direct.max_len);
    if (!p.remembered) p.remembered = std::make_unique<br_remembered>();
    *p.remembered = {
        .genid = genid_now(p.krn(), p),
        .front = header_word(skb, 0),
        .back = header_word(skb, 6),
        .out = &to->dev,
        .src = src,
        .dst = &dst,
        .refreshed = p.krn().now(),
        .max_len = limit - std::uint32_t{eth_hlen},
        .type = eth_packet_type(skb.h_dest(), *rcv),
        .nf = br_nf_looks_into(p.br, skb.protocol),
    };
}

net_device* br_handle_frame_again(net_device& dev, frame& skb) {
    net_bridge_port& p = *dev.br_port;
    if (!p.remembered) return nullptr;
    br_remembered& last = *p.remembered;
    kernel& krn = dev.krn;
    const bool same = last.genid == genid_now(krn, p) && last.front == header_word(skb, 0) &&
                      last.back == header_word(skb, 6);
    if (!same || skb.len > last.max_len || skb.vlan_tag_present()) return nullptr;
    if (skb.pkt_type == packet_type::loopback || krn.backlog_full()) return nullptr;
    // Once found right it stays so on its way through bridges, whichever of them looked.
    const bool unchecked = last.nf && (!skb.ip_header_checked || krn.cpu);
    // Who watches sees it before that, and once.
    if (unchecked && (krn.trace || br_nf_pre_routing(p.br, skb))) return nullptr;
    if (krn.trace) krn.trace->tap(dev, skb, false);
    krn.cpu_spend(cpu_work::bridge_forward);
    if (last.refreshed != krn.now()) {
        last.refreshed = krn.now();
        last.dst->set_used(p.br.now());
        if (last.src) last.src->set_updated(p.br.now());
    }
    return dev_direct_xmit(skb, *last.out, last.type);
}

}  // namespace vethlab
