// Linux: net/ipv6/icmp.c. RFC 4443.
#include <algorithm>
#include <map>

#include "core/ipv4/icmp.h"
#include "core/ipv4/inetpeer.h"
#include "core/ipv6/inet6_sock.h"
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
    // is_ineligible
    exthdr_walk walk{ip.next(), ipv6_view::size};
    if (!ipv6_skip_exthdr(packet, walk) || walk.next != nexthdr::icmp) return true;
    if (walk.later_fragment) return true;
    return packet.size() > walk.at && !is_error(u8(packet, walk.at));
}

// From the address that was asked, where that is ours alone.
ipv6_address answer_source(netns& net, const ipv6_address& asked) {
    const bool ours = !asked.is_multicast() && ipv6_chk_addr(net, asked, nullptr, ifa_f::tentative);
    return ours ? asked : ipv6_address{};
}

// ---- limits: what is remembered of other hosts for their sake (net/ipv4/inetpeer.c)
struct inet6_peers : netns_ipv6::part {
    std::map<ipv6_address, inet_peer> peers;
};

inet_peer& inet_getpeer_v6(netns& net, const ipv6_address& daddr) {
    constexpr std::int64_t minute = 60 * 250;
    constexpr std::size_t threshold = 65536 + 128;
    auto& slot = net.ipv6->parts[netns_ipv6::inetpeer];
    if (!slot) slot = std::make_unique<inet6_peers>();
    auto& peers = static_cast<inet6_peers&>(*slot).peers;
    if (peers.size() > threshold) peers.clear();
    // A minute ago: the first calculation finds the bucket full.
    const std::int64_t then = net.krn.events.jiffies() - minute;
    return peers.try_emplace(daddr, inet_peer{.rate_last = then}).first->second;
}

// Linux: net.ipv6.icmp.ratemask. Path MTU discovery must not starve.
bool icmpv6_mask_allow(std::uint8_t type) {
    return !is_error(type) || type == icmpv6_type::pkt_toobig;
}

// Linux: icmpv6_xrlim_allow. A wider prefix may have more.
bool icmpv6_xrlim_allow(netns& net, const rt6_info& rt, const ipv6_address& daddr) {
    constexpr std::int64_t icmpv6_time = 250;  // net.ipv6.icmp.ratelimit in jiffies
    if (!rt.dev->is_loopback()) {
        const std::int64_t timeout = icmpv6_time >> ((128 - rt.from->plen) >> 5);
        if (!inet_peer_xrlim_allow(net.krn, inet_getpeer_v6(net, daddr), timeout)) return false;
    }
    icmp_global_consume(net);
    return true;
}

// ---- sending

// One message: its first eight bytes, then `data`. A link-local destination is on `dev`.
void icmpv6_push(net_device& dev, flowi6 fl, std::uint8_t tclass, std::uint8_t type,
                 std::uint8_t code, std::uint32_t info, bytes_view data) {
    netns& net = *dev.net;
    const bool limited = !icmpv6_mask_allow(type);
    if (limited && !icmp_global_allow(net)) return;
    rt6_info rt;
    if (ip6_route_output(net, fl, rt) != err::ok) return;
    if (limited && !icmpv6_xrlim_allow(net, rt, fl.daddr)) return;
    net.krn.cpu_spend(cpu_work::icmp_reply);
    frame_ptr skb =
        ip6_alloc(net.krn, {.flow = ip6_make_flowlabel(fl.saddr, fl.daddr, nexthdr::icmp),
                            .tclass = tclass,
                            .payload_len = std::uint16_t(icmpv6_view::size + data.size()),
                            .next = nexthdr::icmp,
                            .hop_limit = ip6_dst_hoplimit(rt),
                            .saddr = fl.saddr,
                            .daddr = fl.daddr});
    const bytes_span body = skb->writable().subspan(ipv6_view::size);
    std::memcpy(body.data() + icmpv6_view::size, data.data(), data.size());
    write_icmpv6(body, fl.saddr, fl.daddr, type, code, info);
    (void)ip6_local_out(net, nullptr, std::move(skb), rt);
}

int oif_to(const ipv6_address& daddr, int ifindex) { return daddr.is_linklocal() ? ifindex : 0; }

void icmpv6_echo_reply(frame& skb, net_device& dev) {
    const auto ip = ipv6_view::parse(skb.from(skb.network_header));
    const auto request = icmpv6_view::parse(skb.bytes());
    const flowi6 fl{.daddr = ip->saddr(),
                    .saddr = answer_source(*dev.net, ip->daddr()),
                    .oif = oif_to(ip->saddr(), ip6cb(skb).iif)};
    icmpv6_push(dev, fl, ip->tclass(), icmpv6_type::echo_reply, 0, request->info(),
                request->payload());
}

// Linux: icmpv6_notify. An error came in: who sent the packet that it quotes is told.
void icmpv6_notify(const frame& skb) {
    const auto icmp = icmpv6_view::parse(skb.bytes());
    const bytes_view quoted = icmp->payload();
    const auto ip = ipv6_view::parse(quoted);
    if (!ip) return;
    exthdr_walk walk{ip->next(), ipv6_view::size};
    if (!ipv6_skip_exthdr(quoted, walk) || walk.later_fragment) return;
    constexpr std::size_t least = 8;
    if (quoted.size() < walk.at + least) return;
    if (walk.next == nexthdr::udp) udpv6_err(skb, quoted, walk.at);
    raw6_icmp_error(skb, walk.next, quoted, walk.at);
}

}  // namespace

void icmpv6_send(const frame& skb, net_device& dev, std::uint8_t type, std::uint8_t code,
                 std::uint32_t info) {
    bytes_view packet = skb.from(skb.network_header);
    const auto ip = ipv6_view::parse(packet);
    if (!ip || !may_answer(*ip, packet, type, code)) return;
    packet =
        packet.first(std::min(packet.size(), ipv6_min_mtu - ipv6_view::size - icmpv6_view::size));
    const flowi6 fl{.daddr = ip->saddr(),
                    .saddr = answer_source(*dev.net, ip->daddr()),
                    .oif = oif_to(ip->saddr(), dev.ifindex)};
    icmpv6_push(dev, fl, 0, type, code, info, packet);
}

icmpv6_errno icmpv6_err_convert(std::uint8_t type, std::uint8_t code) {
    constexpr icmpv6_errno unreach[] = {
        {err::netunreach, false},  {err::acces, true}, {err::hostunreach, false},
        {err::hostunreach, false}, {err::connrefused, true}, {err::acces, true}, {err::acces, true},
    };
    switch (type) {
        case icmpv6_type::dest_unreach:
            return code < std::size(unreach) ? unreach[code] : icmpv6_errno{err::proto, true};
        case icmpv6_type::pkt_toobig:
            return {err::msgsize, false};
        case icmpv6_type::paramprob:
            return {err::proto, true};
        case icmpv6_type::time_exceed:
            return {err::hostunreach, false};
        default:
            return {err::proto, false};
    }
}

bool ipv6_skip_exthdr(bytes_view packet, exthdr_walk& walk) {
    while (true) {
        const bool options = walk.next == nexthdr::hop || walk.next == nexthdr::dest;
        const bool fragment = walk.next == nexthdr::fragment;
        if (!options && !fragment && walk.next != nexthdr::routing) return true;
        if (walk.at + 8 > packet.size()) return false;
        if (fragment && frag_view::parse(packet.subspan(walk.at))->offset() != 0) {
            walk.later_fragment = true;
            return true;
        }
        const std::size_t size = fragment ? frag_view::size : (u8(packet, walk.at + 1) + 1u) * 8u;
        walk.next = u8(packet, walk.at);
        walk.at += size;
        if (walk.at > packet.size()) return false;
    }
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
        case icmpv6_type::dest_unreach:
        case icmpv6_type::pkt_toobig:
        case icmpv6_type::time_exceed:
        case icmpv6_type::paramprob:
            icmpv6_notify(*skb);
            break;
        default:
            break;  // replies: raw sockets have them; reports: for routers
    }
    kfree_skb_reason(krn, std::move(skb), reason);
}

}  // namespace vethlab
