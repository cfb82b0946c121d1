// Linux: net/ipv6/ip6_input.c, exthdrs.c. A packet arrives: is it whole, is it ours, whose is it.
// Here: nothing is forwarded.
#include "core/ipv6/ip6_input.h"

#include <algorithm>

#include "core/ipv6/inet6_sock.h"
#include "core/kernel.h"

namespace vethlab {
namespace {

constexpr drop_reason fine = drop_reason::consumed;

// RFC 8200 4.2: an option nobody knows, by the first two bits of its type.
drop_reason unknown_option(const frame& skb, net_device& dev, std::size_t at) {
    const bytes_view packet = skb.from(skb.network_header);
    const unsigned action = u8(packet, at) >> 6;
    if (action == 0) return fine;
    const bool group = ipv6_address::read(packet, 24).is_multicast();
    if (action == 2 || (action == 3 && !group)) {
        icmpv6_send(skb, dev, icmpv6_type::paramprob, icmpv6_code::unk_option, std::uint32_t(at));
    }
    return drop_reason::ip_in_hdr;
}

// Linux: ip6_parse_tlv. The options at [at, end) of the packet.
drop_reason parse_options(const frame& skb, net_device& dev, std::size_t at, std::size_t end) {
    constexpr std::uint8_t pad1 = 0, padn = 1, router_alert = 5;
    const bytes_view packet = skb.from(skb.network_header);
    while (at < end) {
        const std::uint8_t type = u8(packet, at);
        if (type == pad1) {
            at++;
            continue;
        }
        if (at + 2 > end) return drop_reason::ip_in_hdr;
        const std::size_t size = u8(packet, at + 1) + std::size_t{2};
        if (at + size > end) return drop_reason::ip_in_hdr;
        if (type == router_alert && size != 4) return drop_reason::ip_in_hdr;
        if (type != padn && type != router_alert) {
            if (const drop_reason r = unknown_option(skb, dev, at); r != fine) return r;
        }
        at += size;
    }
    return fine;
}

// Linux: ip6_rcv_core: what can be judged without a route.
drop_reason check_header(frame& skb, const net_device& dev) {
    const auto ip = ipv6_view::parse(skb.bytes());
    if (!ip) return drop_reason::ip_in_hdr;
    const ipv6_address saddr = ip->saddr(), daddr = ip->daddr();
    if ((saddr.is_loopback() || daddr.is_loopback()) && !dev.is_loopback()) {
        return drop_reason::ip_in_hdr;
    }
    const bool to_group = daddr.is_multicast();
    if (to_group && daddr.mc_scope() == ipv6_scope::node && !dev.is_loopback() &&
        skb.pkt_type != packet_type::loopback) {
        return drop_reason::ip_in_hdr;
    }
    const bool group_frame =
        skb.pkt_type == packet_type::broadcast || skb.pkt_type == packet_type::multicast;
    const inet6_dev* idev = in6_dev_get(dev);
    if (!to_group && group_frame && idev->conf(devconf6::drop_unicast_in_l2_multicast)) {
        return drop_reason::unicast_in_l2_multicast;
    }
    if ((to_group && daddr.mc_scope() == 0) || saddr.is_multicast()) return drop_reason::ip_in_hdr;
    const std::uint32_t len = ip->payload_len();
    if (len || ip->next() != nexthdr::hop) {
        if (len + ipv6_view::size > skb.len) return drop_reason::pkt_too_small;
        skb_trim(skb, std::uint32_t(len + ipv6_view::size));
    }
    return fine;
}

bool is_local(netns& net, const net_device& dev, const ipv6_address& daddr) {
    if (daddr.is_multicast()) return ipv6_chk_mcast_addr(dev, daddr);
    const bool strict = daddr.is_linklocal() && !dev.is_loopback();
    err e = err::ok;
    const fib6_info* rt =
        ip6_route_lookup(net, {.daddr = daddr, .saddr = {}, .oif = strict ? dev.ifindex : 0}, e);
    return rt && rt->type == rtn::local;
}

// No protocol of this number here: `pointer` is where it was named.
void unknown_protocol(frame_ptr skb, net_device& dev, std::size_t pointer) {
    icmpv6_send(*skb, dev, icmpv6_type::paramprob, icmpv6_code::unk_nexthdr,
                std::uint32_t(pointer));
    kfree_skb_reason(dev.krn, std::move(skb), drop_reason::ip_noproto);
}

void deliver(frame_ptr skb, net_device& dev, std::uint8_t proto, std::size_t at,
             std::size_t pointer) {
    kernel& krn = dev.krn;
    const bool taken = raw6_local_deliver(*skb, proto, at);
    switch (proto) {
        case nexthdr::icmp:
            skb_pull(*skb, std::uint32_t(at));
            return icmpv6_rcv(std::move(skb), dev);
        case nexthdr::udp:
            return udpv6_rcv(std::move(skb), dev, at);
        case nexthdr::tcp:
            return kfree_skb_reason(krn, std::move(skb), drop_reason::no_socket);
        case nexthdr::none:
            return consume_skb(krn, std::move(skb));
        default:
            if (taken) return consume_skb(krn, std::move(skb));
            return unknown_protocol(std::move(skb), dev, pointer);
    }
}

// Linux: ip6_protocol_deliver_rcu: from header to header.
void ip6_input(frame_ptr skb, net_device& dev) {
    constexpr int max_headers = 16;
    kernel& krn = dev.krn;
    bytes_view packet = skb->bytes();
    std::uint8_t proto = u8(packet, 6);
    std::size_t at = ipv6_view::size, pointer = 6;
    for (int i = 0; i < max_headers; i++) {
        if (proto == nexthdr::fragment) {
            const auto piece = frag_view::parse(packet.subspan(at));
            if (!piece) return kfree_skb_reason(krn, std::move(skb), drop_reason::ip_in_hdr);
            if (piece->offset() == 0 && !piece->more_follow()) {  // never was in pieces (RFC 6946)
                proto = piece->next();
                pointer = at;
                at += frag_view::size;
                continue;
            }
            skb = ipv6_frag_rcv(std::move(skb), dev, at, pointer);
            if (!skb) return;
            packet = skb->bytes();
            proto = u8(packet, pointer);
            continue;
        }
        const bool options = proto == nexthdr::dest || proto == nexthdr::hop;
        if (!options && proto != nexthdr::routing) break;
        if (proto == nexthdr::hop && at != ipv6_view::size) {
            return unknown_protocol(std::move(skb), dev, pointer);
        }
        const std::size_t size = at + 2 <= packet.size() ? (u8(packet, at + 1) + 1u) * 8u : 0;
        if (!size || at + size > packet.size()) {
            return kfree_skb_reason(krn, std::move(skb), drop_reason::ip_in_hdr);
        }
        if (options) {
            const drop_reason r = parse_options(*skb, dev, at + 2, at + size);
            if (r != fine) return kfree_skb_reason(krn, std::move(skb), r);
        } else if (u8(packet, at + 3) != 0) {  // segments left: we are not the last
            icmpv6_send(*skb, dev, icmpv6_type::paramprob, icmpv6_code::hdr_field,
                        std::uint32_t(at + 2));
            return kfree_skb_reason(krn, std::move(skb), drop_reason::ip_in_hdr);
        }
        proto = u8(packet, at);
        pointer = at;
        at += size;
    }
    deliver(std::move(skb), dev, proto, at, pointer);
}

}  // namespace

void ipv6_rcv(frame_ptr skb, net_device& dev, net_device&) {
    kernel& krn = dev.krn;
    if (skb->pkt_type == packet_type::otherhost) {
        dev.stats.rx_otherhost_dropped++;
        return kfree_skb_reason(krn, std::move(skb), drop_reason::otherhost);
    }
    const inet6_dev* idev = in6_dev_get(dev);
    if (!idev || idev->disabled()) {
        return kfree_skb_reason(krn, std::move(skb), drop_reason::ipv6disabled);
    }
    skb->network_header = skb->data_at;
    skb->dev = &dev;
    const int dst = dev.is_loopback() ? ip6cb(*skb).dst_ifindex : 0;
    ip6cb(*skb) = {.iif = dst ? dst : dev.ifindex};
    if (const drop_reason r = check_header(*skb, dev); r != fine) {
        return kfree_skb_reason(krn, std::move(skb), r);
    }
    krn.cpu_spend(cpu_work::ip_rcv);
    skb_orphan(*skb);
    const ipv6_address daddr = ipv6_address::read(skb->bytes(), 24);
    if (!is_local(*dev.net, dev, daddr)) {
        return kfree_skb_reason(
            krn, std::move(skb),
            daddr.is_multicast() ? drop_reason::ip_not_for_us : drop_reason::ip_forward_disabled);
    }
    ip6_input(std::move(skb), dev);
}

}  // namespace vethlab
