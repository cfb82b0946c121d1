// Linux: net/ipv6/icmp.c. RFC 4443.
#include <algorithm>

#include "core/ipv6/ip6_output.h"
#include "core/ipv6/ndisc.h"
#include "core/kernel.h"

namespace vethlab {
namespace {

constexpr std::size_t ipv6_min_mtu = 1280;

bool is_error(std::uint8_t type) { return type < 128; }

// RFC 4443 2.4 (e): packets that must not be answered with an error.
bool may_answer(const ipv6_view& ip, bytes_view packet, std::uint8_t type, std::uint8_t code) {
    const ipv6_address saddr = ip.saddr();
    if (saddr.is_any() || saddr.is_multicast()) return false;
    const bool for_groups_too = type == icmpv6_type::pkt_toobig ||
                                (type == icmpv6_type::paramprob && code == icmpv6_code::unk_option);
    if (ip.daddr().is_multicast() && !for_groups_too) return false;
    if (ip.next() != nexthdr::icmp) return true;
    return packet.size() > ipv6_view::size && !is_error(u8(packet, ipv6_view::size));
}

// From the address that was asked, where that is ours alone.
bool answer_source(netns& net, const ipv6_address& asked, const net_device& dev,
                   const ipv6_address& to, ipv6_address& saddr) {
    saddr = asked;
    if (!asked.is_multicast() && ipv6_chk_addr(net, asked, nullptr, ifa_f::tentative)) return true;
    return ipv6_dev_get_saddr(net, &dev, to, saddr);
}

void icmpv6_echo_reply(frame& skb, net_device& dev) {
    netns& net = *dev.net;
    const auto ip = ipv6_view::parse(skb.from(skb.network_header));
    const bytes_view request = skb.bytes();
    ipv6_fields f{.payload_len = std::uint16_t(request.size()),
                  .next = nexthdr::icmp,
                  .hop_limit = 64,
                  .saddr = {},
                  .daddr = ip->saddr()};
    if (!answer_source(net, ip->daddr(), dev, f.daddr, f.saddr)) return;
    f.flow = ip6_make_flowlabel(f.saddr, f.daddr, f.next);
    const bool strict = f.daddr.is_linklocal();
    if (const inet6_dev* idev = in6_dev_get(dev); idev && !dev.is_loopback()) {
        f.hop_limit = std::uint8_t(idev->conf(devconf6::hop_limit));
    }
    frame_ptr reply = ip6_alloc(net.krn, f);
    const bytes_span body = reply->writable().subspan(ipv6_view::size);
    std::memcpy(body.data(), request.data(), request.size());
    write_icmpv6(body, f.saddr, f.daddr, icmpv6_type::echo_reply, 0, be32(request, 4));
    (void)ip6_local_out(net, std::move(reply), strict && !dev.is_loopback() ? dev.ifindex : 0);
}

}  // namespace

// Linux: limits the rate for each destination. Here: not, for nothing that forwards sends them.
void icmpv6_send(const frame& skb, net_device& dev, std::uint8_t type, std::uint8_t code,
                 std::uint32_t info) {
    netns& net = *dev.net;
    bytes_view packet = skb.from(skb.network_header);
    const auto ip = ipv6_view::parse(packet);
    if (!ip || !may_answer(*ip, packet, type, code)) return;
    packet =
        packet.first(std::min(packet.size(), ipv6_min_mtu - ipv6_view::size - icmpv6_view::size));
    ipv6_fields f{.payload_len = std::uint16_t(icmpv6_view::size + packet.size()),
                  .next = nexthdr::icmp,
                  .hop_limit = 64,
                  .saddr = {},
                  .daddr = ip->saddr()};
    if (!answer_source(net, ip->daddr(), dev, f.daddr, f.saddr)) return;
    f.flow = ip6_make_flowlabel(f.saddr, f.daddr, f.next);
    frame_ptr error = ip6_alloc(net.krn, f);
    const bytes_span body = error->writable().subspan(ipv6_view::size);
    std::memcpy(body.data() + icmpv6_view::size, packet.data(), packet.size());
    write_icmpv6(body, f.saddr, f.daddr, type, code, info);
    (void)ip6_local_out(net, std::move(error), f.daddr.is_linklocal() ? dev.ifindex : 0);
}

void icmpv6_rcv(frame_ptr skb, net_device& dev) {
    kernel& krn = dev.krn;
    const auto ip = ipv6_view::parse(skb->from(skb->network_header));
    const auto icmp = icmpv6_view::parse(skb->bytes());
    if (!ip || !icmp) {
        return kfree_skb_reason(krn, std::move(skb), drop_reason::pkt_too_small);
    }
    if (csum_ipv6_magic(ip->saddr(), ip->daddr(), nexthdr::icmp, skb->bytes()) != 0) {
        return kfree_skb_reason(krn, std::move(skb), drop_reason::icmp_csum);
    }
    drop_reason reason = drop_reason::consumed;
    switch (icmp->type()) {
        case icmpv6_type::echo_request:
            icmpv6_echo_reply(*skb, dev);
            break;
        case icmpv6_type::rs:
        case icmpv6_type::ra:
        case icmpv6_type::ns:
        case icmpv6_type::na:
        case icmpv6_type::redirect:
            reason = ndisc_rcv(*skb, dev);
            break;
        default:
            break;  // replies and errors: no socket asks for them; reports: for routers
    }
    kfree_skb_reason(krn, std::move(skb), reason);
}

}  // namespace vethlab
