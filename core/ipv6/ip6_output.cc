// Linux: net/ipv6/ip6_output.c
#include "core/ipv6/ip6_output.h"

#include <algorithm>

#include "core/ipv6/inet6_sock.h"
#include "core/ipv6/ndisc.h"
#include "core/kernel.h"

namespace vethlab {
namespace {

// A frame for whoever listens on the link: its address follows from the packet's.
// Linux: keeps a NOARP neighbour for each group. Here: none, an idle host has enough to remember.
err multicast_out(net_device& dev, frame_ptr skb, const ipv6_address& daddr) {
    const bytes_span header = skb_push(*skb, std::uint32_t(eth_hlen));
    const bool loop = dev.is_loopback();
    write_ethernet(header, loop ? dev.dev_addr : ipv6_eth_mc_map(daddr), dev.dev_addr, eth_p::ipv6);
    skb->mac_header = skb->data_at;
    skb->dev = &dev;
    return dev_queue_xmit(std::move(skb));
}

// To this host: through lo.
err loopback_out(frame_ptr skb, const rt6_info& rt) {
    net_device& lo = *rt.dev;
    ip6cb(*skb).dst_ifindex = rt.from->dev->ifindex;
    write_ethernet(skb_push(*skb, std::uint32_t(eth_hlen)), lo.dev_addr, lo.dev_addr, eth_p::ipv6);
    skb->mac_header = skb->data_at;
    skb->dev = &lo;
    return dev_queue_xmit(std::move(skb));
}

err neigh_out(net_device& dev, frame_ptr skb, const ipv6_address& nexthop) {
    neighbour* n = ip6_neigh_lookup_or_create(dev, nexthop);
    if (!n) {
        kfree_skb_reason(dev.krn, std::move(skb), drop_reason::neigh_create_fail);
        return err::nobufs;
    }
    skb->dev = &dev;
    return neigh_output(*n, std::move(skb));
}

// The end of a section with bottom halves off in a program's system call: what the frame has set
// off happens before the program goes on (ipv4/ip_output.cc).
void local_bh_enable(netns& net, const inet6_sock* sk) {
    constexpr std::uint64_t netdev_budget = 300, max_softirq_restart = 10;
    if (sk) net.krn.do_softirq(netdev_budget * max_softirq_restart);
}

// A copy of what goes to a group for ourselves, if we are in it (dev_loopback_xmit).
void mc_loopback(net_device& dev, const inet6_sock* sk, const frame& skb,
                 const ipv6_address& daddr) {
    if (dev.is_loopback() || !ipv6_chk_mcast_addr(dev, daddr)) return;
    if (sk && !sk->options.multicast_loop) return;
    frame_ptr copy = skb_clone(skb);
    copy->dev = &dev;
    copy->mac_header = copy->data_at;
    copy->pkt_type = packet_type::loopback;
    if (copy->ip_summed == csum::none) copy->ip_summed = csum::unnecessary;
    (void)netif_rx(std::move(copy));
    local_bh_enable(*dev.net, sk);
}

err ip6_finish_output2(netns& net, const inet6_sock* sk, frame_ptr skb, const rt6_info& rt) {
    net_device& dev = *rt.dev;
    const auto ip = ipv6_view::parse(skb->bytes());
    const ipv6_address daddr = ip->daddr();
    err e = err::ok;
    if (daddr.is_multicast()) {
        mc_loopback(dev, sk, *skb, daddr);
        const bool stays = ip->hop_limit() == 0 || daddr.mc_scope() <= ipv6_scope::node;
        if (stays && !dev.is_loopback()) {
            consume_skb(net.krn, std::move(skb));
            return err::ok;
        }
        e = multicast_out(dev, std::move(skb), daddr);
    } else if (rt.is_local()) {
        e = loopback_out(std::move(skb), rt);
    } else {
        const fib6_options& o = *rt.from->options;
        e = neigh_out(dev, std::move(skb), o.has_gateway ? o.gateway : daddr);
    }
    local_bh_enable(net, sk);
    return e;
}

// One piece: the IPv6 header, a fragment header, and data[offset, offset + len) of the packet.
frame_ptr ip6_frag_next(kernel& krn, const frame& skb, std::uint32_t id, std::uint32_t offset,
                        std::uint32_t len, bool last) {
    constexpr std::size_t hlen = ipv6_view::size;
    const bytes_view packet = skb.bytes();
    const auto size = std::uint32_t(hlen + frag_view::size + len);
    frame_ptr piece = krn.frames.alloc_skb(size);
    const bytes_span b = skb_put(*piece, size);
    std::memcpy(b.data(), packet.data(), hlen);
    std::memcpy(b.data() + hlen + frag_view::size, packet.data() + hlen + offset, len);
    put16(b, 4, std::uint16_t(frag_view::size + len));
    put8(b, 6, nexthdr::fragment);
    put8(b, hlen, u8(packet, 6));
    put8(b, hlen + 1, 0);
    put16(b, hlen + 2, std::uint16_t(offset | (last ? 0u : frag_view::more)));
    put32(b, hlen + 4, id);
    piece->protocol = skb.protocol;
    piece->mark = skb.mark;
    piece->priority = skb.priority;
    piece->network_header = piece->data_at;
    piece->transport_header = piece->data_at + std::uint32_t(hlen + frag_view::size);
    return piece;
}

err ip6_fragment(netns& net, const inet6_sock* sk, frame_ptr skb, const rt6_info& rt,
                 std::uint32_t mtu) {
    const auto overhead = std::uint32_t(ipv6_view::size + frag_view::size);
    if (!ip6cb(*skb).ignore_df || mtu < overhead + 8) {
        icmpv6_send(*skb, *rt.dev, icmpv6_type::pkt_toobig, 0, mtu);
        kfree_skb_reason(net.krn, std::move(skb), drop_reason::ip_frag_needed);
        return err::msgsize;
    }
    skb_checksum_help(*skb);
    const std::uint32_t room = (mtu - overhead) & ~7u;  // offsets count eight bytes
    const std::uint32_t total = skb->len - std::uint32_t(ipv6_view::size);
    const std::uint32_t id = std::max(net.krn.rng.u32(), 1u);
    err e = err::ok;
    for (std::uint32_t offset = 0; offset < total && e == err::ok;) {
        const std::uint32_t left = total - offset;
        const std::uint32_t len = left <= mtu - overhead ? left : room;
        frame_ptr piece = ip6_frag_next(net.krn, *skb, id, offset, len, len == left);
        if (skb->wmem) skb_set_owner_w(*piece, *skb->wmem, skb_truesize(piece->len));
        e = ip6_finish_output2(net, sk, std::move(piece), rt);
        offset += len;
    }
    kfree_skb_reason(net.krn, std::move(skb),
                     e == err::ok ? drop_reason::consumed : drop_reason::not_specified);
    return e;
}

}  // namespace

frame_ptr ip6_alloc(kernel& krn, const ipv6_fields& f) {
    const auto size = std::uint32_t(ipv6_view::size + f.payload_len);
    frame_ptr skb = krn.frames.alloc_skb(size);
    ip6cb(*skb) = {.ignore_df = true};
    write_ipv6(skb_put(*skb, size), f);
    skb->protocol = eth_p::ipv6;
    skb->network_header = skb->data_at;
    skb->transport_header = skb->data_at + std::uint32_t(ipv6_view::size);
    return skb;
}

err ip6_output_on(net_device& dev, frame_ptr skb) {
    const ipv6_address daddr = ipv6_address::read(skb->bytes(), 24);
    if (daddr.is_multicast()) return multicast_out(dev, std::move(skb), daddr);
    return neigh_out(dev, std::move(skb), daddr);
}

err ip6_route_output(netns& net, flowi6& fl, rt6_info& rt) {
    err e = err::ok;
    rt.from = ip6_route_lookup(net, fl, e);
    if (rt.from) rt.dev = rt.is_local() ? net.loopback_dev : rt.from->dev;
    if (!fl.saddr.is_any()) return e;
    // ip6_route_get_saddr, which complains before a missing route does.
    const net_device* dev = rt.from ? rt.from->dev : nullptr;
    if (rt.from && rt.from->options->has_prefsrc) {
        fl.saddr = rt.from->options->prefsrc;
    } else if (!ipv6_dev_get_saddr(net, dev, fl.daddr, fl.saddr)) {
        return err::addrnotavail;
    }
    return e;
}

std::uint32_t ip6_mtu(const rt6_info& rt) {
    constexpr std::uint32_t ip6_max_mtu = 0xffff + ipv6_view::size;
    const std::uint32_t mtu = rt.from->options->mtu ? rt.from->options->mtu : rt.dev->mtu;
    return std::min(mtu, ip6_max_mtu);
}

std::uint8_t ip6_dst_hoplimit(const rt6_info& rt) {
    if (const std::uint32_t metric = rt.from->options->hoplimit) return std::uint8_t(metric);
    if (const inet6_dev* idev = in6_dev_get(*rt.dev)) {
        return std::uint8_t(idev->conf(devconf6::hop_limit));
    }
    return std::uint8_t(rt.dev->net->ipv6->devconf_all->get(devconf6::hop_limit));
}

err ip6_local_out(netns& net, const inet6_sock* sk, frame_ptr skb, const rt6_info& rt) {
    skb->dev = rt.dev;
    const std::uint32_t mtu = sk && !sk->use_pmtu() ? rt.dev->mtu : ip6_mtu(rt);
    if (skb->len > mtu) return ip6_fragment(net, sk, std::move(skb), rt, mtu);
    return ip6_finish_output2(net, sk, std::move(skb), rt);
}

// Linux: ip6_make_flowlabel. There a hash with a secret of this boot; what counts is that packets
// of one flow share it.
std::uint32_t ip6_make_flowlabel(const ipv6_address& saddr, const ipv6_address& daddr,
                                 std::uint8_t proto) {
    std::uint64_t h = 0x9e3779b97f4a7c15u ^ proto;
    const auto mix = [&](const ipv6_address& a) {
        for (const auto octet : a.octets) h = (h ^ octet) * 0x100000001b3u;
    };
    mix(saddr);
    mix(daddr);
    h ^= h >> 29;
    const auto label = std::uint32_t(h >> 12) & 0xfffffu;
    return label ? label : 1;
}

}  // namespace vethlab
