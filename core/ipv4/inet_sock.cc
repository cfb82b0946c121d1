// Linux: net/ipv4/af_inet.c, net/ipv4/datagram.c, net/ipv4/ip_sockglue.c, net/core/sock.c
#include "core/ipv4/inet_sock.h"

#include <algorithm>

#include "core/ipv4/icmp.h"
#include "core/ipv4/igmp.h"
#include "core/ipv4/ip.h"
#include "core/ipv4/raw.h"
#include "core/ipv4/udp.h"

namespace vethlab {
namespace {

netns_ipv4::part_index hash_of(inet_sock::kind_type kind) {
    return kind == inet_sock::udp ? netns_ipv4::udp : netns_ipv4::raw;
}

// What a queued message counts (skb->truesize).
std::size_t charge(std::size_t bytes) { return bytes + 768; }

// inet_addr_valid_or_nonlocal
bool inet_addr_valid(netns& net, ipv4_address addr) {
    if (addr.is_any() || net.ipv4->sysctl->ip_nonlocal_bind) return true;
    const rtn type = inet_addr_type(net, addr);
    return type == rtn::local || type == rtn::multicast || type == rtn::broadcast;
}

err inet_autobind(inet_sock& sk) {
    if (sk.kind != inet_sock::udp || sk.num) return err::ok;
    return udp_get_port(sk, 0);
}

// Linux: __ip_mc_join_group, behind the choice of the device
err mc_list_join(ip_mc_socklist& groups, net_device& dev, ipv4_address group) {
    if (!group.is_multicast()) return err::inval;
    if (!in_dev_get(dev)) return err::nodev;
    const std::pair<ipv4_address, int> entry{group, dev.ifindex};
    if (std::find(groups.begin(), groups.end(), entry) != groups.end()) return err::addrinuse;
    if (int(groups.size()) >= dev.net->ipv4->sysctl->igmp_max_memberships) return err::nobufs;
    groups.push_back(entry);
    ip_mc_inc_group(dev, group);
    return err::ok;
}

err mc_list_leave(ip_mc_socklist& groups, netns& net, ipv4_address group, int ifindex) {
    const std::pair<ipv4_address, int> entry{group, ifindex};
    const auto found = std::find(groups.begin(), groups.end(), entry);
    if (found == groups.end()) return err::addrnotavail;
    groups.erase(found);
    if (net_device* dev = dev_get_by_index(net, ifindex)) ip_mc_dec_group(*dev, group);
    return err::ok;
}

}  // namespace

inet_sock::inet_sock(netns& n, kind_type k, std::uint8_t proto)
    : net(n), kind(k), protocol(k == udp ? std::uint8_t(ipproto::udp) : proto) {
    net.krn.get_net(net);
    if (net.ipv4->sysctl->ip_no_pmtu_disc) options.pmtudisc = pmtu_discovery::dont;
    auto& socks = inet_hash(net, hash_of(kind)).socks;
    socks.insert(socks.begin(), this);
}

inet_sock::~inet_sock() {
    while (!groups.empty()) {
        (void)ip_mc_leave_group(*this, groups.back().first, groups.back().second);
    }
    std::erase(inet_hash(net, hash_of(kind)).socks, this);
    net.krn.put_net(net);
}

std::optional<inet_received> inet_sock::recv() {
    if (receive_queue.empty()) return std::nullopt;
    inet_received message = std::move(receive_queue.front());
    receive_queue.pop_front();
    rmem_alloc -= charge(message.data.size());
    return message;
}

std::optional<inet_error> inet_sock::recv_error() {
    if (error_queue.empty()) return std::nullopt;
    inet_error error = std::move(error_queue.front());
    error_queue.pop_front();
    rmem_alloc -= charge(error.data.size());
    // sock_dequeue_err_skb: the next ICMP error in the queue becomes the pending one.
    const bool icmp = !error_queue.empty() && error_queue.front().origin == inet_error::icmp;
    sk_err = icmp ? error_queue.front().code : err::ok;
    return error;
}

err inet_sock::take_error() { return std::exchange(sk_err, err::ok); }

inet_hashinfo& inet_hash(netns& net, netns_ipv4::part_index which) {
    auto& slot = net.ipv4->parts[which];
    if (!slot) slot = std::make_unique<inet_hashinfo>();
    return static_cast<inet_hashinfo&>(*slot);
}

bool sock_queue_rcv(inet_sock& sk, inet_received&& message) {
    if (sk.rmem_alloc >= sk.options.rcvbuf) {
        sk.drops++;
        return false;
    }
    sk.net.krn.cpu_spend(cpu_work::socket_deliver);
    sk.rmem_alloc += charge(message.data.size());
    sk.receive_queue.push_back(std::move(message));
    return true;
}

void sock_queue_err(inet_sock& sk, inet_error&& error) {
    if (sk.rmem_alloc + charge(error.data.size()) >= sk.options.rcvbuf) return;
    sk.rmem_alloc += charge(error.data.size());
    sk.error_queue.push_back(std::move(error));
}

void ip_icmp_error(inet_sock& sk, const frame& skb, err code, std::uint16_t port,
                   std::uint32_t info, std::size_t payload) {
    const auto icmph = icmp_hdr(skb);
    const auto quoted = ipv4_view::parse(skb.bytes());
    const bytes_view data = skb.bytes().subspan(std::min<std::size_t>(payload, skb.len));
    sock_queue_err(sk, {.code = code,
                        .origin = inet_error::icmp,
                        .type = icmph.type(),
                        .icmp_code = icmph.code(),
                        .info = info,
                        .ttl = ip_hdr(skb)->ttl(),
                        .offender = ip_hdr(skb)->saddr(),
                        .to_addr = quoted->daddr(),
                        .to_port = port,
                        .data = {data.begin(), data.end()}});
}

void ip_local_error(inet_sock& sk, err code, ipv4_address daddr, std::uint16_t port,
                    std::uint32_t info) {
    if (!sk.options.recverr) return;
    sock_queue_err(sk, {.code = code,
                        .origin = inet_error::local,
                        .info = info,
                        .offender = {},
                        .to_addr = daddr,
                        .to_port = port,
                        .data = {}});
}

// Linux: __inet_bind, raw_bind
err inet_bind(inet_sock& sk, ipv4_address addr, std::uint16_t port) {
    if (!inet_addr_valid(sk.net, addr)) return err::addrnotavail;
    if (sk.connected || (sk.kind == inet_sock::udp && sk.num)) return err::inval;
    sk.rcv_saddr = sk.saddr = addr;
    const rtn type = inet_addr_type(sk.net, addr);
    if (type == rtn::multicast || type == rtn::broadcast) sk.saddr = {};  // by device
    if (sk.kind == inet_sock::raw) return err::ok;
    const err e = udp_get_port(sk, port);
    if (e != err::ok) sk.rcv_saddr = sk.saddr = {};
    return e;
}

// Linux: __ip4_datagram_connect
err inet_connect(inet_sock& sk, ipv4_address addr, std::uint16_t port) {
    if (const err e = inet_autobind(sk); e != err::ok) return e;
    flowi4 fl;
    fl.daddr = addr;
    fl.saddr = sk.saddr;
    fl.oif = sk.options.bound_dev_if;
    if (addr.is_multicast()) {
        if (!fl.oif) fl.oif = sk.options.multicast_if;
        if (fl.saddr.is_any()) fl.saddr = sk.options.multicast_addr;
    }
    fl.mark = sk.options.mark;
    fl.tos = sk.options.tos & 0xfc;
    if (sk.options.dontroute) fl.scope = rt_scope::link;
    fl.proto = sk.protocol;
    fl.sport = sk.kind == inet_sock::udp ? sk.num : 0;
    fl.dport = port;
    rtable rt;
    // Linux: ip_route_connect. Once more with the source that the first lookup has chosen.
    const bool again = fl.saddr.is_any() || fl.daddr.is_any();
    const int oif = fl.oif;
    if (const err e = ip_route_output_key(sk.net, fl, rt); e != err::ok) return e;
    if (again) {
        fl.oif = oif;
        if (const err e = ip_route_output_key(sk.net, fl, rt); e != err::ok) return e;
    }
    if ((rt.flags & rtcf::broadcast) && !sk.options.broadcast) return err::acces;
    if (sk.saddr.is_any()) sk.saddr = fl.saddr;
    if (sk.rcv_saddr.is_any()) sk.rcv_saddr = fl.saddr;
    sk.daddr = fl.daddr;
    sk.dport = port;
    sk.connected = true;
    sk.id = std::uint16_t(sk.net.krn.rng.u32());
    return err::ok;
}

err inet_sendmsg(inet_sock& sk, bytes_view data, std::optional<inet_destination> to) {
    if (const err e = inet_autobind(sk); e != err::ok) return e;
    if (data.size() > 0xffff) return err::msgsize;
    if (!to) {
        if (!sk.connected) return err::destaddrreq;
        to = inet_destination{sk.daddr, sk.dport};
    } else if (sk.kind == inet_sock::udp && to->port == 0) {
        return err::inval;
    }
    return sk.kind == inet_sock::udp ? udp_sendmsg(sk, data, *to) : raw_sendmsg(sk, data, *to);
}

err inet_route_send(inet_sock& sk, const ip_options_data& options, bool hdrincl,
                    inet_destination to, flowi4& fl, rtable& rt) {
    fl.daddr = options.opt.srr ? options.opt.faddr : to.addr;
    fl.saddr = sk.saddr;
    fl.oif = sk.options.bound_dev_if;
    if (to.addr.is_multicast()) {
        if (!fl.oif) fl.oif = sk.options.multicast_if;
        if (fl.saddr.is_any()) fl.saddr = sk.options.multicast_addr;
    }
    fl.mark = sk.options.mark;
    fl.tos = sk.options.tos & 0xfc;
    const bool on_link = sk.options.dontroute || options.opt.is_strictroute;
    fl.scope = on_link ? rt_scope::link : rt_scope::universe;
    fl.proto = hdrincl ? std::uint8_t(ipproto::raw) : sk.protocol;
    fl.known_nh = hdrincl;
    if (sk.kind == inet_sock::udp) {
        fl.sport = sk.num;
        fl.dport = to.port;
    }
    if (const err e = ip_route_output_key(sk.net, fl, rt); e != err::ok) return e;
    if ((rt.flags & rtcf::broadcast) && !sk.options.broadcast) return err::acces;
    if (sk.options.confirm) ipv4_confirm_neigh(rt, fl.daddr);
    return err::ok;
}

err inet_send_datagram(inet_sock& sk, const flowi4& fl, const rtable& rt,
                       const ip_options_data& options, ipv4_address final_daddr,
                       const ip_datagram& what) {
    ipcm_cookie ipc{.addr = final_daddr,
                    .opt = options.opt.optlen ? &options : nullptr,
                    .tos = sk.options.tos,
                    .protocol = sk.protocol,
                    .ttl = sk.options.ttl,
                    .mc_ttl = sk.options.multicast_ttl,
                    .pmtudisc = sk.options.pmtudisc,
                    .mark = sk.options.mark};
    sk.net.krn.cpu_spend(cpu_work::inet_send);
    sk.net.krn.cpu_spend(cpu_work::byte_copied, std::uint32_t(what.payload.size()));
    frame_ptr skb;
    std::uint32_t mtu = 0;
    const err e = ip_make_skb(sk.net, &sk, fl, rt, ipc, what, skb, mtu);
    if (e == err::msgsize && mtu) ip_local_error(sk, e, fl.daddr, sk.dport, mtu);
    if (e != err::ok) return e;
    return inet_xmit_result(sk, ip_local_out(sk.net, &sk, std::move(skb), rt));
}

err inet_xmit_result(const inet_sock& sk, err e) {
    // A full queue is the network's matter, unless the program wants to know.
    return e == err::nobufs && !sk.options.recverr ? err::ok : e;
}

err ip_mc_join_group(inet_sock& sk, ipv4_address group, int ifindex) {
    if (!group.is_multicast()) return err::inval;
    net_device* dev = nullptr;
    if (ifindex) {
        dev = dev_get_by_index(sk.net, ifindex);
    } else {  // ip_mc_find_dev: where the group is routed to
        flowi4 fl;
        fl.daddr = group;
        rtable rt;
        if (ip_route_output_key(sk.net, fl, rt) == err::ok) dev = rt.dev;
    }
    return dev ? mc_list_join(sk.groups, *dev, group) : err::nodev;
}

err ip_mc_leave_group(inet_sock& sk, ipv4_address group, int ifindex) {
    return mc_list_leave(sk.groups, sk.net, group, ifindex);
}

err ip_mc_autojoin_config(net_device& dev, bool join, ipv4_address group) {
    // Linux keeps a UDP socket for these in each namespace (mc_autojoin_sk).
    auto& groups = inet_hash(*dev.net, netns_ipv4::udp).autojoin_groups;
    return join ? mc_list_join(groups, dev, group)
                : mc_list_leave(groups, *dev.net, group, dev.ifindex);
}

}  // namespace vethlab
