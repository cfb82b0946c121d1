// Linux: net/ipv4/raw.c
#include "core/ipv4/raw.h"

#include <algorithm>

#include "core/ipv4/icmp.h"
#include "core/ipv4/ip.h"

namespace vethlab {
namespace {

bool raw_v4_match(const inet_sock& sk, std::uint8_t protocol, ipv4_address raddr,
                  ipv4_address laddr, int dif) {
    return sk.protocol == protocol && (sk.daddr.is_any() || sk.daddr == raddr) &&
           (sk.rcv_saddr.is_any() || sk.rcv_saddr == laddr) &&
           (!sk.options.bound_dev_if || sk.options.bound_dev_if == dif);
}

void raw_rcv(inet_sock& sk, const frame& skb, ipv4_address saddr, int dif) {
    const bytes_view packet = skb.from(skb.network_header);
    (void)sock_queue_rcv(sk, {.data = {packet.begin(), packet.end()},
                              .addr = saddr,
                              .port = 0,
                              .ifindex = dif,
                              .stamp = skb.tstamp});
}

// The program has made the IP header itself.
err raw_send_hdrinc(inet_sock& sk, bytes_view data, const flowi4& fl, const rtable& rt) {
    netns& net = sk.net;
    if (data.size() > rt.dev->mtu) {
        ip_local_error(sk, err::msgsize, fl.daddr, sk.dport, rt.dev->mtu);
        return err::msgsize;
    }
    if (data.size() < ipv4_view::min_size) return err::inval;
    if (const err e = sk.take_error(); e != err::ok) return e;
    const std::size_t iphlen = (u8(data, 0) & 15u) * 4;
    if (iphlen > data.size()) return err::inval;
    frame_ptr skb = net.krn.frames.alloc_skb(std::uint32_t(data.size()));
    const bytes_span b = skb_put(*skb, std::uint32_t(data.size()));
    std::memcpy(b.data(), data.data(), data.size());
    skb->network_header = skb->data_at;
    skb->transport_header = skb->data_at;
    skb->dev = rt.dev;
    skb->protocol = eth_p::ip;
    skb->mark = fl.mark;
    skb->priority = rt_tos2priority(sk.options.tos);
    ipcb(*skb) = inet_skb_parm{};
    skb_dst_set(*skb, rt);
    // Linux lets a nonsensical header pass; what follows could not read it.
    if (!ipv4_view::parse(b)) {
        kfree_skb_reason(net.krn, std::move(skb), drop_reason::ip_in_hdr);
        return err::inval;
    }
    if (be32(b, 12) == 0) fl.saddr.write(b, 12);
    put16(b, 2, std::uint16_t(data.size()));
    if (be16(b, 4) == 0) {
        const auto iph = ipv4_view::parse(b);
        put16(b, 4,
              ip_select_ident(net, *skb, nullptr, iph->daddr(), iph->saddr(), iph->protocol(),
                              iph->frag_off()));
    }
    ip_send_check(b);
    skb->transport_header += std::uint32_t(iphlen);
    return inet_xmit_result(sk, dst_output(net, &sk, std::move(skb), rt));
}

}  // namespace

bool raw_local_deliver(const frame& skb, std::uint8_t protocol) {
    netns_part* slot = skb.dev->net->ipv4->parts.get(netns_ipv4::raw);
    if (!slot) return false;
    const auto iph = ip_hdr(skb);
    const int dif = inet_iif(skb);
    bool delivered = false;
    for (inet_sock* sk : static_cast<inet_hashinfo&>(*slot).socks) {
        if (!raw_v4_match(*sk, protocol, iph->saddr(), iph->daddr(), dif)) continue;
        delivered = true;
        raw_rcv(*sk, skb, iph->saddr(), dif);
    }
    return delivered;
}

void raw_icmp_error(const frame& skb, std::uint8_t protocol, std::uint32_t info) {
    netns_part* slot = skb.dev->net->ipv4->parts.get(netns_ipv4::raw);
    if (!slot) return;
    const auto iph = ipv4_view::parse(skb.bytes());
    const auto icmph = icmp_hdr(skb);
    for (inet_sock* sk : static_cast<inet_hashinfo&>(*slot).socks) {
        // An error of our own comes in on lo: a socket bound to another device does not hear it.
        if (!raw_v4_match(*sk, protocol, iph->daddr(), iph->saddr(), skb.dev->ifindex)) continue;
        // raw_err
        if (icmp_route_update(skb, info, sk->options.mark, sk->options.bound_dev_if)) continue;
        if (!sk->options.recverr && !sk->connected) continue;
        const bool discovers = sk->options.pmtudisc != pmtu_discovery::dont;
        const auto meaning = icmp_error_meaning(icmph.type(), icmph.code(), discovers);
        if (!meaning) continue;
        if (sk->options.recverr) {
            const std::size_t payload = sk->options.hdrincl ? 0 : iph->hlen();
            ip_icmp_error(*sk, skb, meaning->code, 0, info, payload);
        }
        if (sk->options.recverr || meaning->fatal) sk->sk_err = meaning->code;
    }
}

// `data` is at most 65535 bytes.
err raw_sendmsg(inet_sock& sk, bytes_view data, inet_destination to) {
    const bool hdrincl = sk.options.hdrincl;
    if (hdrincl && !sk.options.ip_options.empty()) return err::inval;
    ip_options_data options;
    if (ip_options_get(sk.net, options, sk.options.ip_options) != err::ok) return err::inval;
    // raw_probe_proto_opt: type and code go into the route's key.
    if (!hdrincl && sk.protocol == ipproto::icmp && data.size() < 2) return err::fault;
    flowi4 fl;
    rtable rt;
    const err e = inet_route_send(sk, options, hdrincl, to, fl, rt);
    if (e != err::ok) return e;
    if (hdrincl) return raw_send_hdrinc(sk, data, fl, rt);
    const ipv4_address final_daddr = to.addr.is_any() ? fl.daddr : to.addr;
    return inet_send_datagram(sk, fl, rt, options, final_daddr,
                              {.transport_header = {}, .payload = data});
}

}  // namespace vethlab
