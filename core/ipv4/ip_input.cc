// Linux: net/ipv4/ip_input.c: a packet comes in.
#include "core/ipv4/icmp.h"
#include "core/ipv4/igmp.h"
#include "core/ipv4/ip.h"
#include "core/ipv4/ip_remember.h"
#include "core/ipv4/raw.h"
#include "core/ipv4/tcp_ipv4.h"
#include "core/ipv4/udp.h"

namespace vethlab {
namespace {

// inet_protos: who takes what is in a packet. The frame begins behind the IP header.
struct net_protocol {
    std::uint8_t protocol;
    void (*handler)(frame_ptr skb);
};

// Linux: net/ipv4/ipmr.c. A kernel that could route multicast hears what routers of groups say; one
// that does not has no use for it, and tells nobody.
void pim_rcv(frame_ptr skb) {
    kernel& krn = skb->dev->krn;
    kfree_skb_reason(krn, std::move(skb), drop_reason::not_specified);
}

constexpr net_protocol inet_protos[] = {
    {ipproto::icmp, icmp_rcv},
    {ipproto::igmp, igmp_rcv},
    {ipproto::tcp, tcp_v4_rcv},
    {ipproto::udp, udp_rcv},
    {ipproto::pim, pim_rcv},
};

void ip_protocol_deliver(frame_ptr skb, std::uint8_t protocol) {
    kernel& krn = skb->dev->krn;
    const bool raw = raw_local_deliver(*skb, protocol);
    if (raw) ipcb(*skb).flags |= ipskb::raw_taken;
    for (const auto& p : inet_protos) {
        if (p.protocol == protocol) return p.handler(std::move(skb));
    }
    if (raw) return consume_skb(krn, std::move(skb));
    icmp_send(*skb, icmp_type::dest_unreach, icmp_code::prot_unreach, 0);
    kfree_skb_reason(krn, std::move(skb), drop_reason::ip_noproto);
}

// What is wrong with a packet before its addresses are looked at; consumed: nothing.
drop_reason ip_rcv_core(frame& skb) {
    if (skb.pkt_type == packet_type::otherhost) {
        skb.dev->stats.rx_otherhost_dropped++;
        return drop_reason::otherhost;
    }
    skb.network_header = skb.data_at;
    const auto iph = ipv4_view::parse(skb.bytes());
    if (!iph) return drop_reason::ip_in_hdr;
    if (ip_compute_csum(iph->header()) != 0) return drop_reason::ip_csum;
    if (skb.len < iph->tot_len()) return drop_reason::pkt_too_small;
    if (iph->tot_len() < iph->hlen()) return drop_reason::ip_in_hdr;
    skb_trim(skb, iph->tot_len());  // padding of short Ethernet frames
    skb.transport_header = skb.network_header + std::uint32_t(iph->hlen());
    ipcb(skb) = inet_skb_parm{};
    ipcb(skb).iif = skb.skb_iif;
    return skb_not_dropped_yet;
}

bool ip_rcv_options(frame& skb, net_device& dev, rtable& rt) {
    skb_cow(skb);
    ipcb(skb).opt = ip_options{};
    ipcb(skb).opt.optlen = std::uint8_t(ip_hdr(skb)->hlen() - ipv4_view::min_size);
    if (!ip_options_compile(*dev.net, skb)) return false;
    if (!ipcb(skb).opt.srr) return true;
    const in_device* in_dev = in_dev_get(dev);
    if (in_dev && !in_dev->source_route()) return false;
    return ip_options_rcv_srr(skb, dev, rt);
}

// The route a frame still carries: this host sent it to itself, over lo or as a copy of what went
// to a group or broadcast address (dev_loopback_xmit). Linux: skb_valid_dst.
std::optional<rtable> skb_valid_dst(const frame& skb, net_device& dev) {
    const inet_skb_parm& cb = ipcb(skb);
    if (skb.pkt_type != packet_type::loopback && !dev.is_loopback()) return std::nullopt;
    if (!cb.is_output_route() || !(cb.rt_flags & rtcf::local)) return std::nullopt;
    rtable rt;
    rt.dev = &dev;
    rt.flags = cb.rt_flags;
    rt.type = cb.rt_type;
    rt.iif = cb.rt_iif;
    rt.input = rt_next::local_deliver;
    return rt;
}

drop_reason ip_rcv_finish_core(frame& skb, net_device& dev, const std::optional<rtable>& known,
                               rtable& rt) {
    const auto iph = ip_hdr(skb);
    if (known) {
        rt = *known;
    } else {
        const auto reason = ip_route_input(skb, iph->daddr(), iph->saddr(), iph->tos(), dev, rt);
        if (reason != skb_not_dropped_yet) {
            ip_remember_drop(skb, dev, reason);
            return reason;
        }
    }
    skb_dst_set(skb, rt);
    if (iph->hlen() > ipv4_view::min_size && !ip_rcv_options(skb, dev, rt)) {
        return drop_reason::ip_in_hdr;
    }
    if (rt.type == rtn::multicast || rt.type == rtn::broadcast) return skb_not_dropped_yet;
    // RFC 1122 3.3.6: a unicast packet in a broadcast frame may be dropped.
    const in_device* in_dev = in_dev_get(dev);
    const bool l2_group =
        skb.pkt_type == packet_type::broadcast || skb.pkt_type == packet_type::multicast;
    if (l2_group && in_dev && in_dev->or_conf(devconf::drop_unicast_in_l2_multicast)) {
        return drop_reason::unicast_in_l2_multicast;
    }
    return skb_not_dropped_yet;
}

// dst_input
void ip_rcv_finish(frame_ptr skb, net_device& dev, const std::optional<rtable>& known) {
    rtable rt;
    const auto reason = ip_rcv_finish_core(*skb, dev, known, rt);
    const bool stays = reason != skb_not_dropped_yet || rt.input != rt_next::forward;
    if (stays) dev.krn.cpu_spend(cpu_work::ip_rcv);
    if (reason != skb_not_dropped_yet) {
        return kfree_skb_reason(dev.krn, std::move(skb), reason);
    }
    switch (rt.input) {
        case rt_next::local_deliver:
            return ip_local_deliver(std::move(skb));
        case rt_next::forward:
            return ip_forward(std::move(skb), rt);
        case rt_next::error:
            return ip_error(std::move(skb), rt);
        default:
            return kfree_skb_reason(dev.krn, std::move(skb), drop_reason::ip_not_for_us);
    }
}

}  // namespace

void skb_dst_set(frame& skb, const rtable& rt) {
    inet_skb_parm& cb = ipcb(skb);
    cb.flags &= std::uint16_t(~(ipskb::input_rt | ipskb::doredirect));
    cb.flags |= ipskb::has_rt;
    if (rt.is_input) cb.flags |= ipskb::input_rt;
    if (rt.flags & rtcf::doredirect) cb.flags |= ipskb::doredirect;
    cb.rt_flags = rt.flags;
    cb.rt_iif = rt.iif;
    cb.rt_type = rt.type;
}

void ip_rcv(frame_ptr skb, net_device& dev, net_device&) {
    kernel& krn = dev.krn;
    // A bridge hands up what it has not met in process_backlog.
    if (krn.remember_forwarding && ip_may_be_known(*skb, krn) && ip_rcv_again(skb, true)) {
        if (skb) krn.enqueue_unchecked(std::move(skb));
        return;
    }
    const auto known = skb_valid_dst(*skb, dev);
    const auto reason = ip_rcv_core(*skb);
    if (reason != skb_not_dropped_yet) return kfree_skb_reason(krn, std::move(skb), reason);
    skb_orphan(*skb);
    ip_rcv_finish(std::move(skb), dev, known);
}

void ip_local_deliver(frame_ptr skb) {
    if (ip_hdr(*skb)->is_fragment()) {
        netns& net = *skb->dev->net;
        skb = ip_defrag(net, std::move(skb));
        if (!skb) return;
    }
    const auto iph = ip_hdr(*skb);
    const std::uint8_t protocol = iph->protocol();
    skb_pull(*skb, std::uint32_t(iph->hlen()));
    skb->transport_header = skb->data_at;
    ip_protocol_deliver(std::move(skb), protocol);
}

}  // namespace vethlab
