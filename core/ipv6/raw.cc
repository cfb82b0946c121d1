// Linux: net/ipv6/raw.c
#include "core/ipv6/inet6_sock.h"
#include "core/kernel.h"

namespace vethlab {
namespace {

constexpr std::uint32_t icmpv6_checksum_at = 2;

bool raw_v6_match(const inet6_sock& sk, std::uint8_t protocol, const ipv6_address& remote,
                  const ipv6_address& local, int dif) {
    return sk.protocol == protocol && (sk.daddr.is_any() || sk.daddr == remote) &&
           (sk.rcv_saddr.is_any() || sk.rcv_saddr == local) &&
           (!sk.options.bound_dev_if || sk.options.bound_dev_if == dif);
}

bool icmpv6_filter(const inet6_sock& sk, bytes_view message) {
    return sk.protocol == nexthdr::icmp && sk.options.icmp_filter >= 0 &&
           (message.empty() || u8(message, 0) != sk.options.icmp_filter);
}

}  // namespace

bool raw6_local_deliver(const frame& skb, std::uint8_t protocol, std::size_t at) {
    const inet6_hashinfo* hash = inet6_hash(*skb.dev->net, inet6_sock::raw);
    if (!hash) return false;
    const bytes_view packet = skb.from(skb.network_header);
    const auto ip = ipv6_view::parse(packet);
    const bytes_view message = packet.subspan(at);
    bool delivered = false;
    for (inet6_sock* sk : hash->socks) {
        if (!raw_v6_match(*sk, protocol, ip->saddr(), ip->daddr(), ip6cb(skb).iif)) continue;
        delivered = true;
        if (icmpv6_filter(*sk, message)) continue;
        if (csum_ipv6_magic(ip->saddr(), ip->daddr(), protocol, message) != 0) continue;
        sock_queue_rcv(*sk, skb, message, 0);
    }
    return delivered;
}

void raw6_icmp_error(const frame& skb, std::uint8_t protocol, bytes_view quoted,
                     std::size_t payload) {
    const inet6_hashinfo* hash = inet6_hash(*skb.dev->net, inet6_sock::raw);
    if (!hash) return;
    const auto ip = ipv6_view::parse(quoted);
    const auto icmp = icmpv6_view::parse(skb.bytes());
    const icmpv6_errno meaning = icmpv6_err_convert(icmp->type(), icmp->code());
    for (inet6_sock* sk : hash->socks) {
        if (!raw_v6_match(*sk, protocol, ip->daddr(), ip->saddr(), ip6cb(skb).iif)) continue;
        // rawv6_err
        const inet6_options& o = sk->options;
        if (!o.recverr && !sk->connected) continue;
        const bool fatal = icmp->type() == icmpv6_type::pkt_toobig
                               ? o.pmtudisc == pmtu_discovery::do_
                               : meaning.fatal;
        if (o.recverr) {
            ipv6_icmp_error(*sk, skb, meaning.code, icmp->info(), {ip->daddr(), 0, 0},
                            quoted.subspan(payload));
        }
        if (o.recverr || fatal) sk->sk_err = meaning.code;
    }
}

err rawv6_sendmsg(inet6_sock& sk, bytes_view data, const inet6_name& to) {
    flowi6 fl;
    rt6_info rt;
    if (const err e = inet6_route_send(sk, to, fl, rt); e != err::ok) return e;
    return inet6_send_datagram(sk, fl, rt, {}, data, icmpv6_checksum_at, false);
}

}  // namespace vethlab
