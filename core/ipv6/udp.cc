// Linux: net/ipv6/udp.c
#include <algorithm>

#include "core/ipv6/inet6_sock.h"
#include "core/kernel.h"
#include "core/wire/udp.h"

namespace vethlab {
namespace {

// The addresses of a received datagram, seen from here.
struct udp_peer {
    ipv6_address saddr, daddr;
    std::uint16_t sport, dport;
    int dif;
};

// compute_score: the more a socket asks for, the better it fits; -1: not at all.
int compute_score(const inet6_sock& sk, const udp_peer& p) {
    if (sk.num == 0 || sk.num != p.dport) return -1;
    if (!sk.rcv_saddr.is_any() && sk.rcv_saddr != p.daddr) return -1;
    if (sk.connected && (sk.daddr != p.saddr || sk.dport != p.sport)) return -1;
    const int bound = sk.options.bound_dev_if;
    if (bound && bound != p.dif) return -1;
    return (sk.rcv_saddr.is_any() ? 0 : 1) + (sk.connected ? 2 : 0) + (bound ? 1 : 0);
}

inet6_sock* udp6_lookup(netns& net, const udp_peer& p) {
    inet6_sock* best = nullptr;
    int best_score = -1;
    const inet6_hashinfo* hash = inet6_hash(net, inet6_sock::udp);
    if (!hash) return nullptr;
    for (inet6_sock* sk : hash->socks) {
        const int score = compute_score(*sk, p);
        if (score <= best_score) continue;
        best_score = score;
        best = sk;
    }
    return best;
}

bool port_in_use(const inet6_sock& sk, std::uint16_t port) {
    for (const inet6_sock* other : inet6_hash(sk.net, inet6_sock::udp)->socks) {
        if (other == &sk || other->num != port) continue;
        const int a = sk.options.bound_dev_if, b = other->options.bound_dev_if;
        if (a && b && a != b) continue;
        if (sk.rcv_saddr.is_any() || other->rcv_saddr.is_any()) return true;
        if (sk.rcv_saddr == other->rcv_saddr) return true;
    }
    return false;
}

}  // namespace

// Linux: __udp6_lib_rcv. Here: a datagram to a group finds one socket only.
void udpv6_rcv(frame_ptr skb, net_device& dev, std::size_t at) {
    kernel& krn = dev.krn;
    const bytes_view packet = skb->from(skb->network_header);
    const auto ip = ipv6_view::parse(packet);
    const auto uh = udp_view::parse(packet.subspan(at));
    if (!uh || uh->len() < udp_view::size || uh->len() > packet.size() - at) {
        return kfree_skb_reason(krn, std::move(skb), drop_reason::pkt_too_small);
    }
    const bytes_view datagram = packet.subspan(at, uh->len());
    if (skb->ip_summed == csum::none &&
        (uh->check() == 0 ||
         csum_ipv6_magic(ip->saddr(), ip->daddr(), nexthdr::udp, datagram) != 0)) {
        return kfree_skb_reason(krn, std::move(skb), drop_reason::udp_csum);
    }
    const udp_peer p{ip->saddr(), ip->daddr(), uh->source(), uh->dest(), ip6cb(*skb).iif};
    if (inet6_sock* sk = udp6_lookup(*dev.net, p)) {
        sock_queue_rcv(*sk, *skb, uh->payload().first(uh->len() - udp_view::size), p.sport);
        return consume_skb(krn, std::move(skb));
    }
    icmpv6_send(*skb, dev, icmpv6_type::dest_unreach, icmpv6_code::port_unreach, 0);
    kfree_skb_reason(krn, std::move(skb), drop_reason::no_socket);
}

void udpv6_err(const frame& skb, bytes_view quoted, std::size_t payload) {
    const auto ip = ipv6_view::parse(quoted);
    const auto uh = udp_view::parse(quoted.subspan(payload));
    if (!uh) return;
    const udp_peer p{ip->daddr(), ip->saddr(), uh->dest(), uh->source(), ip6cb(skb).iif};
    inet6_sock* sk = udp6_lookup(*skb.dev->net, p);
    if (!sk) return;
    const auto icmp = icmpv6_view::parse(skb.bytes());
    const icmpv6_errno meaning = icmpv6_err_convert(icmp->type(), icmp->code());
    const bool too_big = icmp->type() == icmpv6_type::pkt_toobig;
    const bool fatal = too_big ? sk->options.pmtudisc != pmtu_discovery::dont : meaning.fatal;
    if (sk->options.recverr) {
        ipv6_icmp_error(*sk, skb, meaning.code, icmp->info(), {ip->daddr(), uh->dest(), 0},
                        quoted.subspan(payload + udp_view::size));
    } else if (!fatal || !sk->connected) {
        return;
    }
    sk->sk_err = meaning.code;
}

err udpv6_get_port(inet6_sock& sk, std::uint16_t port) {
    if (port) {
        if (port_in_use(sk, port)) return err::addrinuse;
        sk.num = port;
        return err::ok;
    }
    const int* range = sk.net.ipv4->sysctl->ip_local_port_range;
    const auto low = std::uint32_t(range[0]), count = std::uint32_t(range[1] - range[0] + 1);
    const std::uint32_t first = sk.net.krn.rng.below(count);
    for (std::uint32_t i = 0; i < count; i++) {
        const auto candidate = std::uint16_t(low + (first + i) % count);
        if (port_in_use(sk, candidate)) continue;
        sk.num = candidate;
        return err::ok;
    }
    return err::addrinuse;
}

err udpv6_sendmsg(inet6_sock& sk, bytes_view data, const inet6_name& to) {
    flowi6 fl;
    rt6_info rt;
    if (const err e = inet6_route_send(sk, to, fl, rt); e != err::ok) return e;
    if (sk.sk_err != err::ok) return sk.take_error();
    if (data.size() > 65535 - udp_view::size) return err::msgsize;
    std::array<std::byte, udp_view::size> uh;
    write_udp(uh, sk.num, to.port, std::uint16_t(udp_view::size + data.size()), 0);
    return inet6_send_datagram(sk, fl, rt, uh, data, 6, true);
}

}  // namespace vethlab
