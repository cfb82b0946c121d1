// Linux: net/ipv6/ip6_output.c
#include "core/ipv6/ip6_output.h"

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
err loopback_out(netns& net, frame_ptr skb) {
    net_device& lo = *net.loopback_dev;
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

// A copy of what goes to a group for ourselves, if we are in it.
void mc_loopback(net_device& dev, const frame& skb, const ipv6_address& daddr) {
    if (dev.is_loopback() || !ipv6_chk_mcast_addr(dev, daddr)) return;
    frame_ptr copy = skb_clone(skb);
    copy->dev = &dev;
    copy->mac_header = copy->data_at;
    copy->pkt_type = packet_type::loopback;
    copy->ip_summed = csum::unnecessary;
    (void)netif_rx(std::move(copy));
}

}  // namespace

frame_ptr ip6_alloc(kernel& krn, const ipv6_fields& f) {
    const auto size = std::uint32_t(ipv6_view::size + f.payload_len);
    frame_ptr skb = krn.frames.alloc_skb(size);
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

err ip6_local_out(netns& net, frame_ptr skb, int oif) {
    const bytes_view header = skb->bytes();
    const flowi6 fl{.daddr = ipv6_address::read(header, 24),
                    .saddr = ipv6_address::read(header, 8),
                    .oif = oif};
    err e = err::ok;
    const fib6_info* rt = ip6_route_lookup(net, fl, e);
    if (!rt) {
        kfree_skb_reason(net.krn, std::move(skb), drop_reason::ip_outnoroutes);
        return e;
    }
    if (rt->type == rtn::local) return loopback_out(net, std::move(skb));
    if (skb->len > rt->dev->mtu) {
        kfree_skb_reason(net.krn, std::move(skb), drop_reason::ip_frag_needed);
        return err::msgsize;
    }
    if (fl.daddr.is_multicast()) {
        net_device& dev = *rt->dev;
        mc_loopback(dev, *skb, fl.daddr);
        return multicast_out(dev, std::move(skb), fl.daddr);
    }
    return neigh_out(*rt->dev, std::move(skb),
                     rt->options->has_gateway ? rt->options->gateway : fl.daddr);
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
