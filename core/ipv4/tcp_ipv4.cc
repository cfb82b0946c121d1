// Linux: net/ipv4/tcp_ipv4.c. Here: no TCP sockets, so every segment finds a closed port.
#include "core/ipv4/tcp_ipv4.h"

#include "core/ipv4/ip.h"

namespace vethlab {
namespace {

constexpr std::size_t tcp_hlen = 20;
enum : std::uint8_t { tcp_fin = 0x01, tcp_syn = 0x02, tcp_rst = 0x04, tcp_ack = 0x10 };

// RFC 9293 3.10.7.1. `th`: the segment received.
std::array<std::byte, tcp_hlen> reset_for(bytes_view th) {
    const std::uint8_t flags = u8(th, 13);
    std::array<std::byte, tcp_hlen> r{};
    put16(r, 0, be16(th, 2));
    put16(r, 2, be16(th, 0));
    put8(r, 12, tcp_hlen / 4 << 4);
    if (flags & tcp_ack) {
        put32(r, 4, be32(th, 8));
        put8(r, 13, tcp_rst);
    } else {
        const std::uint32_t controls = (flags & tcp_syn ? 1u : 0u) + (flags & tcp_fin ? 1u : 0u);
        const auto data = std::uint32_t(th.size()) - (u8(th, 12) >> 4) * 4u;
        put32(r, 8, be32(th, 4) + controls + data);
        put8(r, 13, tcp_rst | tcp_ack);
    }
    return r;
}

// tcp_v4_send_reset, ip_send_unicast_reply: DF and identification 0, a finished checksum.
void tcp_v4_send_reset(const frame& skb) {
    const bytes_view th = skb.bytes();
    if ((u8(th, 13) & tcp_rst) || ipcb(skb).rt_type != rtn::local) return;
    netns& net = *skb.dev->net;
    const auto iph = ip_hdr(skb);
    ip_options_data options;
    if (!ip_options_echo(net, options, skb, ipcb(skb).opt)) return;
    flowi4 fl;
    fl.daddr = options.opt.srr ? options.opt.faddr : iph->saddr();
    fl.saddr = iph->daddr();
    fl.mark = net.ipv4->sysctl->fwmark_reflect ? skb.mark : 0;
    fl.tos = iph->tos() & 0xfc;
    fl.proto = ipproto::tcp;
    fl.sport = be16(th, 2);
    fl.dport = be16(th, 0);
    rtable rt;
    if (ip_route_output_key(net, fl, rt) != err::ok) return;
    auto reset = reset_for(th);
    put16(reset, 16,
          csum_fold(csum_partial(
              reset, csum_tcpudp_nofold(fl.saddr, iph->saddr(), tcp_hlen, ipproto::tcp))));
    const ipcm_cookie ipc{.addr = iph->saddr(),
                          .opt = options.opt.optlen ? &options : nullptr,
                          .tos = std::uint8_t(iph->tos() & 0xfc),
                          .protocol = ipproto::tcp,
                          .pmtudisc = pmtu_discovery::do_,
                          .mark = fl.mark};
    frame_ptr reply;
    std::uint32_t mtu;
    const ip_datagram what{.transport_header = reset, .payload = {}};
    if (ip_make_skb(net, nullptr, fl, rt, ipc, what, reply, mtu) != err::ok) return;
    (void)ip_local_out(net, nullptr, std::move(reply), rt);
}

drop_reason tcp_v4_rcv_reason(const frame& skb) {
    if (skb.pkt_type != packet_type::host) return drop_reason::not_specified;
    const bytes_view th = skb.bytes();
    if (th.size() < tcp_hlen) return drop_reason::pkt_too_small;
    const std::size_t doff = (u8(th, 12) >> 4) * 4u;
    if (doff < tcp_hlen || doff > th.size()) return drop_reason::pkt_too_small;
    const auto iph = ip_hdr(skb);
    const std::uint32_t pseudo =
        csum_tcpudp_nofold(iph->saddr(), iph->daddr(), std::uint16_t(th.size()), ipproto::tcp);
    if (skb.ip_summed == csum::none && csum_fold(csum_partial(th, pseudo)) != 0) {
        return drop_reason::tcp_csum;
    }
    tcp_v4_send_reset(skb);
    return drop_reason::no_socket;
}

}  // namespace

void tcp_v4_rcv(frame_ptr skb) {
    kernel& krn = skb->dev->krn;
    const auto reason = tcp_v4_rcv_reason(*skb);
    kfree_skb_reason(krn, std::move(skb), reason);
}

}  // namespace vethlab
