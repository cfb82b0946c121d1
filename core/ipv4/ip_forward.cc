// Linux: net/ipv4/ip_forward.c, and the redirects of route.c: a packet on its way through.
#include "core/ipv4/icmp.h"
#include "core/ipv4/inetpeer.h"
#include "core/ipv4/ip.h"
#include "core/ipv4/ip_remember.h"

namespace vethlab {
namespace {

bool ip_exceeds_mtu(const frame& skb, std::uint32_t mtu) {
    if (skb.len <= mtu || !(ip_hdr(skb)->frag_off() & ip_df)) return false;
    // The pieces it was put together from were larger than the way ahead, and must not be cut.
    if (ipcb(skb).frag_max_size > mtu) return true;
    if (ipcb(skb).flags & ipskb::ignore_df) return false;
    return !skb.gso_size;
}

void ip_decrease_ttl(bytes_span iph) {
    const std::uint16_t from = be16(iph, 8);
    put16(iph, 8, std::uint16_t(from - 0x100));
    put16(iph, 10, csum_replace2(be16(iph, 10), from, std::uint16_t(from - 0x100)));
}

void ip_forward_finish(frame_ptr skb, const rtable& rt) {
    netns& net = *skb->dev->net;
    if (ipcb(*skb).opt.optlen) ip_forward_options(*skb, rt);
    (void)dst_output(net, nullptr, std::move(skb), rt);
}

// RFC 1812 4.2.2.9 etc.: a reason to send the packet back as an error.
bool refused(const frame& skb, const rtable& rt, std::uint32_t mtu, drop_reason& reason) {
    const ip_options& opt = ipcb(skb).opt;
    if (ip_hdr(skb)->ttl() <= 1) {
        icmp_send(skb, icmp_type::time_exceeded, icmp_code::exc_ttl, 0);
        reason = drop_reason::ip_ttl;
    } else if (opt.is_strictroute && rt.uses_gateway) {
        icmp_send(skb, icmp_type::dest_unreach, icmp_code::sr_failed, 0);
        reason = drop_reason::ip_no_route;
    } else if (ip_exceeds_mtu(skb, mtu)) {
        icmp_send(skb, icmp_type::dest_unreach, icmp_code::frag_needed, mtu);
        reason = drop_reason::ip_frag_needed;
    } else {
        return false;
    }
    return true;
}

}  // namespace

void ip_forward(frame_ptr skb, const rtable& rt) {
    netns& net = *skb->dev->net;
    kernel& krn = net.krn;
    if (skb->pkt_type != packet_type::host) {
        return kfree_skb_reason(krn, std::move(skb), drop_reason::ip_not_for_us);
    }
    krn.cpu_spend(cpu_work::ip_forward);
    drop_reason reason;
    if (refused(*skb, rt, ip_dst_mtu_maybe_forward(net, rt, true), reason)) {
        return kfree_skb_reason(krn, std::move(skb), reason);
    }
    ipcb(*skb).flags |= ipskb::forwarded;
    skb_cow(*skb, eth_hlen);
    ip_decrease_ttl(ip_hdr_writable(*skb));
    // Before the packet itself goes, and with the new TTL.
    if (ipcb(*skb).flags & ipskb::doredirect && !ipcb(*skb).opt.srr) ip_rt_send_redirect(*skb, rt);
    if (net.ipv4->sysctl->ip_forward_update_priority) {
        skb->priority = rt_tos2priority(ip_hdr(*skb)->tos());
    }
    ip_remember_forward(*skb, *skb->dev, rt);
    ip_forward_finish(std::move(skb), rt);
}

// Linux: net/ipv4/route.c ip_rt_send_redirect. The gap between redirects doubles, after nine the
// host is given up until it has been silent for 20 s.
void ip_rt_send_redirect(const frame& skb, const rtable& rt) {
    constexpr std::uint32_t load = 5, number = 9;  // jiffies: 20 ms
    constexpr std::uint32_t silence = load << (number + 1);
    const in_device* in_dev = in_dev_get(*rt.dev);
    if (!in_dev || !in_dev->tx_redirects()) return;
    const auto iph = ip_hdr(skb);
    inet_peer& peer = inet_getpeer_v4(*skb.dev->net, iph->saddr());
    const std::int64_t now = skb.dev->krn.events.jiffies();
    if (now > peer.rate_last + silence) {
        peer.rate_tokens = 0;
        peer.n_redirects = 0;
    }
    if (peer.n_redirects >= number) {
        peer.rate_last = now;
        return;
    }
    if (peer.n_redirects == 0 || now > peer.rate_last + (load << peer.n_redirects)) {
        icmp_send(skb, icmp_type::redirect, icmp_code::redir_host, rt.nexthop(iph->daddr()).value);
        peer.rate_last = now;
        peer.n_redirects++;
    }
}

namespace {

void drop_silently(frame_ptr skb, drop_reason reason) {
    net_device& dev = *skb->dev;
    ip_remember_drop(*skb, dev, reason);
    kfree_skb_reason(dev.krn, std::move(skb), reason);
}

}  // namespace

// Linux: net/ipv4/route.c ip_error: no way on. Five errors at once to a sender, then one a second.
void ip_error(frame_ptr skb, const rtable& rt) {
    constexpr std::int64_t cost = 250, burst = 5 * cost;  // jiffies
    kernel& krn = skb->dev->krn;
    const in_device* in_dev = in_dev_get(*skb->dev);
    const bool no_route = rt.error == err::netunreach;
    if (!in_dev || !in_dev->forward()) {
        const auto reason = no_route ? drop_reason::ip_no_route : drop_reason::ip_in_addr_errors;
        return drop_silently(std::move(skb), reason);
    }
    std::uint8_t code;
    switch (rt.error) {
        case err::hostunreach:
            code = icmp_code::host_unreach;
            break;
        case err::netunreach:
            code = icmp_code::net_unreach;
            break;
        case err::acces:
            code = icmp_code::pkt_filtered;
            break;
        default:
            return drop_silently(std::move(skb), drop_reason::ip_no_route);
    }
    inet_peer& peer = inet_getpeer_v4(*skb->dev->net, ip_hdr(*skb)->saddr());
    const std::int64_t now = krn.events.jiffies();
    peer.rate_tokens = std::min(peer.rate_tokens + (now - peer.rate_last), burst);
    peer.rate_last = now;
    if (peer.rate_tokens >= cost) {
        peer.rate_tokens -= cost;
        icmp_send(*skb, icmp_type::dest_unreach, code, 0);
    }
    kfree_skb_reason(krn, std::move(skb), drop_reason::ip_no_route);
}

}  // namespace vethlab
