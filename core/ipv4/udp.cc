// Linux: net/ipv4/udp.c. RFC 768, RFC 1122 4.1.
#include "core/ipv4/udp.h"

#include <algorithm>

#include "core/ipv4/icmp.h"
#include "core/ipv4/ip.h"
#include "core/wire/udp.h"

namespace vethlab {
namespace {

// The addresses of a received datagram, seen from here.
struct udp_peer {
    ipv4_address saddr, daddr;
    std::uint16_t sport, dport;
    int dif;
};

bool bound_dev_fits(const inet_sock& sk, int dif) {
    return !sk.options.bound_dev_if || sk.options.bound_dev_if == dif;
}

// compute_score: the more a socket asks for, the better it fits; -1: not at all.
int compute_score(const inet_sock& sk, const udp_peer& p) {
    if (sk.num == 0 || sk.num != p.dport) return -1;
    if (!sk.rcv_saddr.is_any() && sk.rcv_saddr != p.daddr) return -1;
    int score = sk.rcv_saddr.is_any() ? 1 : 2;
    if (!sk.daddr.is_any()) {
        if (sk.daddr != p.saddr) return -1;
        score += 4;
    }
    if (sk.dport) {
        if (sk.dport != p.sport) return -1;
        score += 4;
    }
    if (!bound_dev_fits(sk, p.dif)) return -1;
    if (sk.options.bound_dev_if) score += 4;
    return score;
}

inet_sock* udp_lookup(netns& net, const udp_peer& p) {
    inet_sock* best = nullptr;
    int best_score = -1;
    for (inet_sock* sk : inet_hash(net, netns_ipv4::udp).socks) {
        const int score = compute_score(*sk, p);
        if (score <= best_score) continue;
        best_score = score;
        best = sk;
    }
    return best;
}

// ip_mc_sf_allow: joined on this device, or content with every group of the host.
bool ip_mc_sf_allow(const inet_sock& sk, ipv4_address group, int dif) {
    if (!group.is_multicast() || sk.options.multicast_all) return true;
    const std::pair<ipv4_address, int> entry{group, dif};
    return std::find(sk.groups.begin(), sk.groups.end(), entry) != sk.groups.end();
}

bool udp_queue_rcv(inet_sock& sk, const frame& skb, const udp_peer& p) {
    const bytes_view data = skb.bytes().subspan(udp_view::size);
    return sock_queue_rcv(sk, {.data = {data.begin(), data.end()},
                               .addr = p.saddr,
                               .port = p.sport,
                               .ifindex = p.dif,
                               .stamp = skb.tstamp});
}

// __udp4_lib_mcast_deliver: to each socket that fits.
void udp_mcast_deliver(frame_ptr skb, const udp_peer& p) {
    netns& net = *skb->dev->net;
    for (inet_sock* sk : inet_hash(net, netns_ipv4::udp).socks) {
        if (compute_score(*sk, p) < 0 || !ip_mc_sf_allow(*sk, p.daddr, p.dif)) continue;
        (void)udp_queue_rcv(*sk, *skb, p);
    }
    consume_skb(net.krn, std::move(skb));
}

bool udp_checksum_ok(const frame& skb, const udp_peer& p) {
    const bytes_view datagram = skb.bytes();
    if (be16(datagram, 6) == 0 || skb.ip_summed != csum::none) return true;
    const std::uint32_t pseudo =
        csum_tcpudp_nofold(p.saddr, p.daddr, std::uint16_t(datagram.size()), ipproto::udp);
    return csum_fold(csum_partial(datagram, pseudo)) == 0;
}

// No two sockets of one port may both take a datagram (inet_rcv_saddr_equal).
bool port_in_use(const inet_sock& sk, std::uint16_t port) {
    for (const inet_sock* other : inet_hash(sk.net, netns_ipv4::udp).socks) {
        if (other == &sk || other->num != port) continue;
        const int a = sk.options.bound_dev_if, b = other->options.bound_dev_if;
        if (a && b && a != b) continue;
        if (sk.rcv_saddr.is_any() || other->rcv_saddr.is_any()) return true;
        if (sk.rcv_saddr == other->rcv_saddr) return true;
    }
    return false;
}

}  // namespace

// Linux: __udp4_lib_rcv
void udp_rcv(frame_ptr skb) {
    netns& net = *skb->dev->net;
    const auto uh = udp_view::parse(skb->bytes());
    if (!uh || uh->len() > skb->len || uh->len() < udp_view::size) {
        return kfree_skb_reason(net.krn, std::move(skb), drop_reason::pkt_too_small);
    }
    skb_trim(*skb, uh->len());
    const auto iph = ip_hdr(*skb);
    const udp_peer p{iph->saddr(), iph->daddr(), uh->source(), uh->dest(), inet_iif(*skb)};
    if (!udp_checksum_ok(*skb, p)) {
        return kfree_skb_reason(net.krn, std::move(skb), drop_reason::udp_csum);
    }
    if (ipcb(*skb).rt_flags & (rtcf::broadcast | rtcf::multicast)) {
        return udp_mcast_deliver(std::move(skb), p);
    }
    if (inet_sock* sk = udp_lookup(net, p)) {
        const bool queued = udp_queue_rcv(*sk, *skb, p);
        const auto reason = queued ? drop_reason::consumed : drop_reason::socket_rcvbuff;
        return kfree_skb_reason(net.krn, std::move(skb), reason);
    }
    icmp_send(*skb, icmp_type::dest_unreach, icmp_code::port_unreach, 0);
    kfree_skb_reason(net.krn, std::move(skb), drop_reason::no_socket);
}

// Linux: __udp4_lib_err. The frame begins at the quoted packet, which this host sent.
void udp_err(const frame& skb, std::uint32_t info) {
    netns& net = *skb.dev->net;
    const auto iph = ipv4_view::parse(skb.bytes());
    const auto uh = udp_view::parse(skb.bytes().subspan(iph->hlen()));
    if (!uh) return;
    const udp_peer p{iph->daddr(), iph->saddr(), uh->dest(), uh->source(), skb.dev->ifindex};
    inet_sock* sk = udp_lookup(net, p);
    if (!sk) return;
    if (icmp_route_update(skb, info, sk->options.mark, sk->options.bound_dev_if)) return;
    const auto icmph = icmp_hdr(skb);
    const bool discovers = sk->options.pmtudisc != pmtu_discovery::dont;
    if (icmph.type() == icmp_type::dest_unreach && icmph.code() == icmp_code::frag_needed &&
        !discovers) {
        return;
    }
    const auto meaning = icmp_error_meaning(icmph.type(), icmph.code(), discovers);
    if (!meaning) return;
    if (sk->options.recverr) {
        ip_icmp_error(*sk, skb, meaning->code, uh->dest(), info, iph->hlen() + udp_view::size);
    } else if (!meaning->fatal || !sk->connected) {
        return;  // RFC 1122 4.1.3.3
    }
    sk->sk_err = meaning->code;
}

// Linux: udp_lib_get_port
err udp_get_port(inet_sock& sk, std::uint16_t port) {
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

// `data` is at most 65535 bytes.
err udp_sendmsg(inet_sock& sk, bytes_view data, inet_destination to) {
    ip_options_data options;
    if (ip_options_get(sk.net, options, sk.options.ip_options) != err::ok) return err::inval;
    flowi4 fl;
    rtable rt;
    const err e = inet_route_send(sk, options, false, to, fl, rt);
    if (e != err::ok) return e;
    std::array<std::byte, udp_view::size> uh;
    write_udp(uh, sk.num, to.port, std::uint16_t(udp_view::size + data.size()), 0);
    const ipv4_address final_daddr = to.addr.is_any() ? fl.daddr : to.addr;
    return inet_send_datagram(
        sk, fl, rt, options, final_daddr,
        {.transport_header = uh, .payload = data, .udp_checksum = sk.options.checksum});
}

}  // namespace vethlab
