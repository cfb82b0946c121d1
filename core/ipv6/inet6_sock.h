#pragma once
// Linux: include/linux/ipv6.h (struct ipv6_pinfo), net/ipv6/{af_inet6,datagram,raw,udp}.c: the
// kernel's side of an IPv6 datagram or raw socket.
#include <deque>
#include <vector>

#include "core/ipv4/inet_sock.h"
#include "core/ipv6/ip6_output.h"

namespace vethlab {

struct inet6_options {
    int hops = -1;  // -1: by route
    int multicast_hops = 1;
    std::uint8_t tclass = 0;
    std::uint32_t flowlabel = 0;  // 0: one is made for each flow
    bool recverr = false, confirm = false, multicast_loop = true;
    pmtu_discovery pmtudisc = pmtu_discovery::want;
    int icmp_filter = -1;  // ICMP6_FILTER: the one type that passes; -1: all
    std::uint32_t mark = 0;
    int bound_dev_if = 0;
    std::size_t rcvbuf = 212992, sndbuf = 212992;
};

struct inet6_name {  // struct sockaddr_in6
    ipv6_address addr;
    std::uint16_t port = 0;
    int scope_id = 0;
};

struct inet6_received {
    std::vector<std::byte> data;  // raw: behind the IPv6 headers
    inet6_name from;
    int ifindex = 0;
    std::uint8_t hop_limit = 0;
    sim_time stamp{};
};

// struct sock_extended_err and what stands beside it.
struct inet6_error {
    enum origin_type : std::uint8_t { none = 0, local = 1, icmp6 = 3 };
    err code = err::ok;
    origin_type origin = none;
    std::uint8_t type = 0, icmp_code = 0;
    std::uint32_t info = 0;
    inet6_name offender, to;
    std::vector<std::byte> data;  // payload of the packet that failed
};

struct inet6_sock {
    enum kind_type : std::uint8_t { udp, raw };

    // `protocol` is a raw socket's: nexthdr::icmp.
    inet6_sock(netns& n, kind_type k, std::uint8_t protocol);
    inet6_sock(const inet6_sock&) = delete;
    ~inet6_sock();

    netns& net;
    const kind_type kind;
    const std::uint8_t protocol;
    bool connected = false;
    ipv6_address rcv_saddr, saddr, daddr;
    std::uint16_t num = 0, dport = 0;  // local port, 0: none yet
    inet6_options options;

    std::deque<inet6_received> receive_queue;
    std::deque<inet6_error> error_queue;
    std::size_t rmem_alloc = 0;
    const sock_wmem_ptr wmem{new sock_wmem};
    std::uint64_t drops = 0;
    err sk_err = err::ok;  // SO_ERROR

    std::optional<inet6_received> recv();
    std::optional<inet6_error> recv_error();
    err take_error();  // returned once
    bool readable() const {
        return !receive_queue.empty() || !error_queue.empty() || sk_err != err::ok;
    }
    bool ignore_df() const { return options.pmtudisc < pmtu_discovery::do_; }
    bool use_pmtu() const { return options.pmtudisc < pmtu_discovery::probe; }
};

err inet6_bind(inet6_sock& sk, const inet6_name& name);
err ip6_datagram_connect(inet6_sock& sk, const inet6_name& name);
// nullopt: where it is connected to.
err inet6_sendmsg(inet6_sock& sk, bytes_view data, const std::optional<inet6_name>& to);

// ---- for raw.cc and udp.cc
struct inet6_hashinfo : netns_ipv6::part {
    std::vector<inet6_sock*> socks;  // newest first
};
// nullptr: nobody has had such a socket here.
inet6_hashinfo* inet6_hash(netns& net, inet6_sock::kind_type kind);
void sock_queue_rcv(inet6_sock& sk, const frame& skb, bytes_view data, std::uint16_t port);
// What an ICMP error about `to` says; `payload`: of the packet that it quotes.
void ipv6_icmp_error(inet6_sock& sk, const frame& skb, err code, std::uint32_t info,
                     const inet6_name& to, bytes_view payload);
// The route of a datagram and its source, or why there is none.
err inet6_route_send(inet6_sock& sk, const inet6_name& to, flowi6& fl, rt6_info& rt);
// One datagram out of its parts; `offload`: the device may sum it up (UDP).
err inet6_send_datagram(inet6_sock& sk, const flowi6& fl, const rt6_info& rt, bytes_view header,
                        bytes_view payload, std::uint32_t checksum_at, bool offload);

// ---- raw.cc
bool raw6_local_deliver(const frame& skb, std::uint8_t protocol, std::size_t at);
// An ICMP error; the packet that it quotes has its payload of `protocol` at `payload`.
void raw6_icmp_error(const frame& skb, std::uint8_t protocol, bytes_view quoted,
                     std::size_t payload);
err rawv6_sendmsg(inet6_sock& sk, bytes_view data, const inet6_name& to);

// ---- udp.cc
void udpv6_rcv(frame_ptr skb, net_device& dev, std::size_t at);
void udpv6_err(const frame& skb, bytes_view quoted, std::size_t payload);
err udpv6_get_port(inet6_sock& sk, std::uint16_t port);
err udpv6_sendmsg(inet6_sock& sk, bytes_view data, const inet6_name& to);

}  // namespace vethlab
