// Linux: net/ipv4/ip_output.c: a packet leaves.
#include <algorithm>

#include "core/ethtool.h"
#include "core/ipv4/icmp.h"
#include "core/ipv4/ip.h"
#include "core/wire/udp.h"

namespace vethlab {
namespace {

constexpr std::uint32_t ip_max_mtu = 0xffff;
constexpr std::uint32_t ipv4_min_mtu = 68;

// The end of a section with bottom halves off in a program's system call: what the frame has set
// off happens before the program goes on. Here: at most what one round of softirqs may do.
void local_bh_enable(netns& net, const inet_sock* sk) {
    constexpr std::uint64_t netdev_budget = 300, max_softirq_restart = 10;
    if (sk) net.krn.do_softirq(netdev_budget * max_softirq_restart);
}

err ip_finish_output2(netns& net, inet_sock* sk, frame_ptr skb, const rtable& rt) {
    neighbour* neigh = ip_neigh_for_gw(rt, ip_hdr(*skb)->daddr());
    if (!neigh) {
        kfree_skb_reason(net.krn, std::move(skb), drop_reason::neigh_create_fail);
        return err::nobufs;
    }
    const err e = neigh_output(*neigh, std::move(skb));
    local_bh_enable(net, sk);
    return e;
}

std::uint32_t ip_skb_dst_mtu(netns& net, const inet_sock* sk, const frame& skb, const rtable& rt) {
    if (sk && !sk->use_pmtu()) return std::min(rt.dev->mtu, ip_max_mtu);
    return ip_dst_mtu_maybe_forward(net, rt, ipcb(skb).flags & ipskb::forwarded);
}

err ip_fragment(netns& net, inet_sock* sk, frame_ptr skb, const rtable& rt, std::uint32_t mtu) {
    const auto& cb = ipcb(*skb);
    const bool df = ip_hdr(*skb)->frag_off() & ip_df;
    if (df && (!(cb.flags & ipskb::ignore_df) || cb.frag_max_size > mtu)) {
        icmp_send(*skb, icmp_type::dest_unreach, icmp_code::frag_needed, mtu);
        kfree_skb_reason(net.krn, std::move(skb), drop_reason::ip_frag_needed);
        return err::msgsize;
    }
    return ip_do_fragment(net, sk, std::move(skb), rt, mtu, ip_finish_output2);
}

err ip_finish_output(netns& net, inet_sock* sk, frame_ptr skb, const rtable& rt) {
    const std::uint32_t mtu = ip_skb_dst_mtu(net, sk, *skb, rt);
    if (skb->len > mtu || ipcb(*skb).frag_max_size) {
        return ip_fragment(net, sk, std::move(skb), rt, mtu);
    }
    return ip_finish_output2(net, sk, std::move(skb), rt);
}

err ip_output(netns& net, inet_sock* sk, frame_ptr skb, const rtable& rt) {
    skb->dev = rt.dev;
    skb->protocol = eth_p::ip;
    return ip_finish_output(net, sk, std::move(skb), rt);
}

// A copy for this host (dev_loopback_xmit): it comes in on the device it goes out of.
void ip_mc_loopback(netns& net, inet_sock* sk, const frame& skb) {
    frame_ptr copy = skb_clone(skb);
    copy->mac_header = copy->data_at;
    copy->pkt_type = packet_type::loopback;
    if (copy->ip_summed == csum::none) copy->ip_summed = csum::unnecessary;
    netif_rx(std::move(copy));
    local_bh_enable(net, sk);
}

err ip_mc_output(netns& net, inet_sock* sk, frame_ptr skb, const rtable& rt) {
    skb->dev = rt.dev;
    skb->protocol = eth_p::ip;
    if (rt.flags & rtcf::multicast) {
        const bool loop = !sk || sk->options.multicast_loop;
        const bool forwarded = ipcb(*skb).flags & ipskb::forwarded;
        if (loop && (rt.is_local() || !forwarded)) ip_mc_loopback(net, sk, *skb);
        if (ip_hdr(*skb)->ttl() == 0) {  // not beyond the host
            consume_skb(net.krn, std::move(skb));
            return err::ok;
        }
    }
    if (rt.flags & rtcf::broadcast) ip_mc_loopback(net, sk, *skb);
    return ip_finish_output(net, sk, std::move(skb), rt);
}

// For the driver to finish: the field holds the sum of the pseudo header only.
void udp4_hwcsum(frame& skb, std::uint32_t pseudo) {
    skb.ip_summed = csum::partial;
    skb.csum_start = std::uint16_t(skb.transport_header);
    skb.csum_offset = 6;
    const bytes_span uh = ip_hdr_writable(skb).subspan(skb.transport_header - skb.network_header);
    put16(uh, 6, std::uint16_t(~csum_fold(pseudo)));
}

void udp_set_csum(frame& skb, const flowi4& fl, bool offload) {
    const bytes_span uh = ip_hdr_writable(skb).subspan(skb.transport_header - skb.network_header);
    const std::uint32_t pseudo =
        csum_tcpudp_nofold(fl.saddr, fl.daddr, std::uint16_t(uh.size()), ipproto::udp);
    if (offload) return udp4_hwcsum(skb, pseudo);
    put16(uh, 6, 0);
    const std::uint16_t sum = csum_fold(csum_partial(uh, pseudo));
    put16(uh, 6, sum ? sum : 0xffff);
}

// Linux: 2 * SKB_TRUESIZE(64 * 1024), of the socket that ICMP answers with.
constexpr std::uint32_t icmp_sndbuf = 2 * (64 * 1024 + 256 + 320);

// Linux: __ip_append_data makes a frame of each fragment, and only as long as what the socket has
// under way is less than twice its SO_SNDBUF. The first of a transport header waits for room.
// Here: that one is always granted; nothing fills the buffer of a UDP socket.
err ip_append_data(const inet_sock* sk, std::uint32_t hlen, std::uint32_t length,
                   std::uint32_t mtu, std::uint32_t& truesize) {
    const std::size_t limit = 2 * (sk ? sk->options.sndbuf : icmp_sndbuf);
    const std::size_t before = sk ? sk->wmem->bytes : 0;
    bool granted = !sk || sk->kind == inet_sock::udp;
    truesize = 0;
    while (length > 0 || truesize == 0) {
        if (before + truesize >= limit && !granted) return err::nobufs;
        granted = false;
        const std::uint32_t room = mtu - hlen;
        const std::uint32_t piece = length <= room ? length : room & ~7u;
        truesize += skb_truesize(hlen + piece);
        length -= piece;
    }
    return err::ok;
}

bool ip_dont_fragment(const ipcm_cookie& ipc, const rtable& rt) {
    return ipc.pmtudisc == pmtu_discovery::do_ ||
           (ipc.pmtudisc == pmtu_discovery::want && !rt.pmtu_locked);
}

}  // namespace

void ip_send_check(bytes_span header) {
    put16(header, 10, 0);
    put16(header, 10, ip_compute_csum(header.first((u8(header, 0) & 15u) * 4)));
}

// Linux: ip_tos2prio (net/ipv4/route.c), TC_PRIO_*
std::uint8_t rt_tos2priority(std::uint8_t tos) {
    constexpr std::uint8_t besteffort = 0, bulk = 2, interactive_bulk = 4, interactive = 6;
    switch (tos & 0x18) {
        case 0x08:
            return bulk;
        case 0x10:
            return interactive;
        case 0x18:
            return interactive_bulk;
        default:
            return besteffort;
    }
}

err dst_output(netns& net, inet_sock* sk, frame_ptr skb, const rtable& rt) {
    if (rt.output == rt_next::mc_output) return ip_mc_output(net, sk, std::move(skb), rt);
    return ip_output(net, sk, std::move(skb), rt);
}

err ip_local_out(netns& net, inet_sock* sk, frame_ptr skb, const rtable& rt) {
    skb_cow(*skb);
    const bytes_span iph = ip_hdr_writable(*skb);
    put16(iph, 2, std::uint16_t(skb->len));
    ip_send_check(iph);
    skb->protocol = eth_p::ip;
    skb->dev = rt.dev;
    skb_dst_set(*skb, rt);
    return dst_output(net, sk, std::move(skb), rt);
}

err ip_make_skb(netns& net, inet_sock* sk, const flowi4& fl, const rtable& rt,
                const ipcm_cookie& ipc, const ip_datagram& what, frame_ptr& skb,
                std::uint32_t& mtu) {
    const std::uint32_t optlen = ipc.opt ? ipc.opt->opt.optlen : 0;
    const std::uint32_t hlen = std::uint32_t(ipv4_view::min_size) + optlen;
    const std::size_t length = what.transport_header.size() + what.payload.size();
    const bool ignore_df = ipc.pmtudisc < pmtu_discovery::do_;
    mtu = ipc.pmtudisc < pmtu_discovery::probe ? ipv4_mtu(rt) : rt.dev->mtu;
    if (mtu < ipv4_min_mtu) return err::netunreach;
    if (length + hlen > (ignore_df ? ip_max_mtu : mtu)) {
        mtu -= optlen;
        return err::msgsize;
    }
    // sock_alloc_send_skb: what came in meanwhile is reported now. Raw sockets do not get here.
    if (sk && sk->kind == inet_sock::udp && sk->sk_err != err::ok) {
        mtu = 0;
        return sk->take_error();
    }
    std::uint32_t truesize;
    if (const err e = ip_append_data(sk, hlen, std::uint32_t(length), mtu, truesize);
        e != err::ok) {
        return e;
    }
    const std::uint32_t total = hlen + std::uint32_t(length);
    skb = net.krn.frames.alloc_skb(total);
    if (sk) skb_set_owner_w(*skb, *sk->wmem, truesize);
    const bytes_span b = skb_put(*skb, total);
    skb->network_header = skb->data_at;
    skb->transport_header = skb->data_at + hlen;
    skb->dev = rt.dev;
    skb->mark = ipc.mark;
    if (sk) skb->priority = rt_tos2priority(ipc.tos);
    ipcb(*skb) = inet_skb_parm{};
    if (ignore_df) ipcb(*skb).flags |= ipskb::ignore_df;
    skb_dst_set(*skb, rt);

    ipv4_fields f{.tos = ipc.tos, .protocol = ipc.protocol, .saddr = fl.saddr, .daddr = fl.daddr};
    if (ipc.pmtudisc >= pmtu_discovery::do_ ||
        (total <= ipv4_mtu(rt) && ip_dont_fragment(ipc, rt))) {
        f.frag_off = ip_df;
    }
    if (rt.type == rtn::multicast) {
        f.ttl = std::uint8_t(ipc.mc_ttl);
    } else {
        f.ttl = ipc.ttl >= 0 ? std::uint8_t(ipc.ttl) : ip4_dst_hoplimit(net, rt);
    }
    f.id = ip_select_ident(net, *skb, sk, f.daddr, f.saddr, f.protocol, f.frag_off);
    write_ipv4(b, f, ipc.opt ? ipc.opt->bytes() : bytes_view{});
    if (ipc.opt) ip_options_build(*skb, *ipc.opt, ipc.addr, rt);
    std::byte* to = b.data() + hlen;
    to = std::copy(what.transport_header.begin(), what.transport_header.end(), to);
    std::copy(what.payload.begin(), what.payload.end(), to);
    if (what.udp_checksum) {
        const bool device_sums =
            netdev_has(*rt.dev, netif_f::hw_csum) || netdev_has(*rt.dev, netif_f::ip_csum);
        udp_set_csum(*skb, fl, device_sums && total <= mtu);
    }
    return err::ok;
}

}  // namespace vethlab
