// Linux: net/ipv6/af_inet6.c, net/ipv6/datagram.c, net/ipv6/ipv6_sockglue.c
#include "core/ipv6/inet6_sock.h"

#include <algorithm>

#include "core/ethtool.h"
#include "core/ipv6/ndisc.h"
#include "core/kernel.h"
#include "core/wire/udp.h"

namespace vethlab {
namespace {

constexpr std::size_t ipv6_maxplen = 65535;

// What a queued message counts (skb->truesize).
std::size_t charge(std::size_t bytes) { return bytes + 768; }

netns_ipv6::part_index part_of(inet6_sock::kind_type kind) {
    return kind == inet6_sock::udp ? netns_ipv6::udp : netns_ipv6::raw;
}

// Linux: __ipv6_addr_needs_scope_id
bool needs_scope_id(const ipv6_address& a) {
    if (a.is_multicast())
        return a.mc_scope() == ipv6_scope::node || a.mc_scope() == ipv6_scope::link;
    return a.is_linklocal();
}

// Linux: ipv6_iface_scope_id
inet6_name named(const ipv6_address& addr, std::uint16_t port, int iif) {
    return {addr, port, needs_scope_id(addr) ? iif : 0};
}

void sock_queue_err(inet6_sock& sk, inet6_error&& error) {
    if (sk.rmem_alloc + charge(error.data.size()) >= sk.options.rcvbuf) return;
    sk.rmem_alloc += charge(error.data.size());
    sk.error_queue.push_back(std::move(error));
}

// Linux: ipv6_local_error
void ipv6_local_error(inet6_sock& sk, err code, const flowi6& fl, std::uint32_t info) {
    if (!sk.options.recverr) return;
    sock_queue_err(sk, {.code = code,
                        .origin = inet6_error::local,
                        .info = info,
                        .offender = {},
                        .to = {fl.daddr, sk.dport, 0},
                        .data = {}});
}

// Linux: ip6_confirm_neigh
void ip6_confirm_neigh(const rt6_info& rt, const ipv6_address& daddr) {
    if (rt.dev->is_loopback() || daddr.is_multicast()) return;
    const fib6_options& o = *rt.from->options;
    if (neighbour* n = ip6_neigh_lookup(*rt.dev, o.has_gateway ? o.gateway : daddr)) {
        neigh_confirm(*n);
    }
}

err inet6_autobind(inet6_sock& sk) {
    if (sk.kind != inet6_sock::udp || sk.num) return err::ok;
    return udpv6_get_port(sk, 0);
}

// :: is this host (BSD'ism).
ipv6_address destination(const ipv6_address& a) { return a.is_any() ? in6addr_loopback : a; }

}  // namespace

inet6_sock::inet6_sock(netns& n, kind_type k, std::uint8_t proto)
    : net(n), kind(k), protocol(k == udp ? std::uint8_t(nexthdr::udp) : proto) {
    net.krn.get_net(net);
    auto& slot = net.ipv6->parts[part_of(kind)];
    if (!slot) slot = std::make_unique<inet6_hashinfo>();
    auto& socks = inet6_hash(net, kind)->socks;
    socks.insert(socks.begin(), this);
}

inet6_sock::~inet6_sock() {
    std::erase(inet6_hash(net, kind)->socks, this);
    net.krn.put_net(net);
}

std::optional<inet6_received> inet6_sock::recv() {
    if (receive_queue.empty()) return std::nullopt;
    inet6_received message = std::move(receive_queue.front());
    receive_queue.pop_front();
    rmem_alloc -= charge(message.data.size());
    return message;
}

std::optional<inet6_error> inet6_sock::recv_error() {
    if (error_queue.empty()) return std::nullopt;
    inet6_error error = std::move(error_queue.front());
    error_queue.pop_front();
    rmem_alloc -= charge(error.data.size());
    // sock_dequeue_err_skb: the next ICMP error in the queue becomes the pending one.
    const bool icmp = !error_queue.empty() && error_queue.front().origin == inet6_error::icmp6;
    sk_err = icmp ? error_queue.front().code : err::ok;
    return error;
}

err inet6_sock::take_error() { return std::exchange(sk_err, err::ok); }

inet6_hashinfo* inet6_hash(netns& net, inet6_sock::kind_type kind) {
    return static_cast<inet6_hashinfo*>(net.ipv6->parts.get(part_of(kind)));
}

void sock_queue_rcv(inet6_sock& sk, const frame& skb, bytes_view data, std::uint16_t port) {
    if (sk.rmem_alloc >= sk.options.rcvbuf) {
        sk.drops++;
        return;
    }
    const auto ip = ipv6_view::parse(skb.from(skb.network_header));
    sk.net.krn.cpu_spend(cpu_work::socket_deliver);
    sk.rmem_alloc += charge(data.size());
    sk.receive_queue.push_back({.data = {data.begin(), data.end()},
                                .from = named(ip->saddr(), port, ip6cb(skb).iif),
                                .ifindex = ip6cb(skb).iif,
                                .hop_limit = ip->hop_limit(),
                                .stamp = skb.tstamp});
}

void ipv6_icmp_error(inet6_sock& sk, const frame& skb, err code, std::uint32_t info,
                     const inet6_name& to, bytes_view payload) {
    const auto ip = ipv6_view::parse(skb.from(skb.network_header));
    const auto icmp = icmpv6_view::parse(skb.bytes());
    const int iif = ip6cb(skb).iif;
    sock_queue_err(sk, {.code = code,
                        .origin = inet6_error::icmp6,
                        .type = icmp->type(),
                        .icmp_code = icmp->code(),
                        .info = info,
                        .offender = named(ip->saddr(), 0, iif),
                        .to = named(to.addr, to.port, iif),
                        .data = {payload.begin(), payload.end()}});
}

// Linux: __inet6_bind, rawv6_bind
err inet6_bind(inet6_sock& sk, const inet6_name& name) {
    if (sk.connected || (sk.kind == inet6_sock::udp && sk.num)) return err::inval;
    const bool scoped = needs_scope_id(name.addr);
    if (scoped) {
        if (name.scope_id) sk.options.bound_dev_if = name.scope_id;
        if (!sk.options.bound_dev_if) return err::inval;
    }
    if (!name.addr.is_any() && !name.addr.is_multicast()) {
        const net_device* dev = nullptr;
        if (sk.options.bound_dev_if) {
            dev = dev_get_by_index(sk.net, sk.options.bound_dev_if);
            if (!dev) return err::nodev;
        }
        const net_device* only = scoped ? dev : nullptr;
        if (!ipv6_chk_addr(sk.net, name.addr, only, ifa_f::tentative)) return err::addrnotavail;
    }
    sk.rcv_saddr = name.addr;
    if (!name.addr.is_multicast()) sk.saddr = name.addr;
    if (sk.kind == inet6_sock::raw) return err::ok;
    const err e = udpv6_get_port(sk, name.port);
    if (e != err::ok) sk.rcv_saddr = sk.saddr = {};
    return e;
}

// Linux: __ip6_datagram_connect
err ip6_datagram_connect(inet6_sock& sk, const inet6_name& name) {
    if (const err e = inet6_autobind(sk); e != err::ok) return e;
    if (needs_scope_id(name.addr)) {
        if (name.scope_id) {
            const int bound = sk.options.bound_dev_if;
            if (bound && bound != name.scope_id) return err::inval;
            sk.options.bound_dev_if = name.scope_id;
        }
        if (!sk.options.bound_dev_if) return err::inval;
    }
    flowi6 fl{.daddr = destination(name.addr), .saddr = sk.saddr, .oif = sk.options.bound_dev_if};
    rt6_info rt;
    if (const err e = ip6_route_output(sk.net, fl, rt); e != err::ok) return e;
    if (sk.saddr.is_any()) sk.saddr = fl.saddr;
    if (sk.rcv_saddr.is_any()) sk.rcv_saddr = fl.saddr;
    sk.daddr = fl.daddr;
    sk.dport = name.port;
    sk.connected = true;
    return err::ok;
}

err inet6_sendmsg(inet6_sock& sk, bytes_view data, const std::optional<inet6_name>& to) {
    if (const err e = inet6_autobind(sk); e != err::ok) return e;
    if (!to && !sk.connected) return err::destaddrreq;
    const inet6_name name = to ? *to : inet6_name{sk.daddr, sk.dport, 0};
    if (sk.kind == inet6_sock::raw) return rawv6_sendmsg(sk, data, name);
    return name.port == 0 ? err::inval : udpv6_sendmsg(sk, data, name);
}

err inet6_route_send(inet6_sock& sk, const inet6_name& to, flowi6& fl, rt6_info& rt) {
    fl.daddr = destination(to.addr);
    fl.saddr = sk.saddr;
    fl.oif = needs_scope_id(to.addr) && to.scope_id ? to.scope_id : sk.options.bound_dev_if;
    const err e = ip6_route_output(sk.net, fl, rt);
    if (e == err::ok && sk.options.confirm) ip6_confirm_neigh(rt, fl.daddr);
    return e;
}

namespace {

// As IPv4's (ip_output.cc); each frame has room for a fragment header.
err ip6_append_data(const inet6_sock& sk, std::uint32_t length, std::uint32_t mtu,
                    std::uint32_t& truesize) {
    constexpr auto hlen = std::uint32_t(ipv6_view::size), frag = std::uint32_t(frag_view::size);
    const std::size_t limit = 2 * sk.options.sndbuf;
    const std::uint32_t most = hlen + length <= mtu ? length : ((mtu - hlen) & ~7u) - frag;
    bool granted = sk.kind == inet6_sock::udp;
    truesize = 0;
    while (length > 0 || truesize == 0) {
        if (sk.wmem->bytes + truesize >= limit && !granted) return err::nobufs;
        granted = false;
        const std::uint32_t piece = std::min(length, most);
        truesize += skb_truesize(hlen + frag + piece);
        length -= piece;
    }
    return err::ok;
}

}  // namespace

// Linux: ip6_append_data, ip6_push_pending_frames
err inet6_send_datagram(inet6_sock& sk, const flowi6& fl, const rt6_info& rt, bytes_view header,
                        bytes_view payload, std::uint32_t checksum_at, bool offload) {
    const inet6_options& o = sk.options;
    const std::uint32_t mtu = sk.use_pmtu() ? ip6_mtu(rt) : rt.dev->mtu;
    const std::size_t length = header.size() + payload.size();
    if (length > (sk.ignore_df() ? ipv6_maxplen : mtu - ipv6_view::size)) {
        ipv6_local_error(sk, err::msgsize, fl, mtu);
        return err::msgsize;
    }
    std::uint32_t truesize;
    if (const err e = ip6_append_data(sk, std::uint32_t(length), mtu, truesize); e != err::ok) {
        return e;
    }
    if (checksum_at + 1 >= length) return err::inval;
    sk.net.krn.cpu_spend(cpu_work::inet_send);
    sk.net.krn.cpu_spend(cpu_work::byte_copied, std::uint32_t(payload.size()));
    const bool group = fl.daddr.is_multicast();
    const int hops = group ? o.multicast_hops : o.hops;
    const std::uint32_t label =
        o.flowlabel ? o.flowlabel : ip6_make_flowlabel(fl.saddr, fl.daddr, sk.protocol);
    frame_ptr skb =
        ip6_alloc(sk.net.krn, {.flow = label,
                               .tclass = o.tclass,
                               .payload_len = std::uint16_t(length),
                               .next = sk.protocol,
                               .hop_limit = hops >= 0 ? std::uint8_t(hops) : ip6_dst_hoplimit(rt),
                               .saddr = fl.saddr,
                               .daddr = fl.daddr});
    const bytes_span body = skb->writable().subspan(ipv6_view::size);
    std::copy(payload.begin(), payload.end(),
              std::copy(header.begin(), header.end(), body.begin()));
    skb_set_owner_w(*skb, *sk.wmem, truesize);
    skb->mark = o.mark;
    ip6cb(*skb).ignore_df = sk.ignore_df();
    put16(body, checksum_at, 0);
    if (offload && length + ipv6_view::size <= mtu && netdev_has(*rt.dev, netif_f::hw_csum)) {
        const std::uint16_t pseudo = csum_ipv6_pseudo(fl.saddr, fl.daddr, sk.protocol, length);
        put16(body, checksum_at, pseudo);
        skb->ip_summed = csum::partial;
        skb->csum_start = std::uint16_t(skb->transport_header);
        skb->csum_offset = std::uint16_t(checksum_at);
    } else {
        const std::uint16_t sum = csum_ipv6_magic(fl.saddr, fl.daddr, sk.protocol, body);
        put16(body, checksum_at, sum || !offload ? sum : 0xffff);  // UDP: 0 means there is none
    }
    const err e = ip6_local_out(sk.net, &sk, std::move(skb), rt);
    // A full queue is the network's matter, unless the program wants to know.
    return e == err::nobufs && !o.recverr ? err::ok : e;
}

}  // namespace vethlab
