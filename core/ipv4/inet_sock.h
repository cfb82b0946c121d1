#pragma once
// Linux: include/net/inet_sock.h, net/ipv4/{af_inet,datagram,udp,raw}.c: the kernel's side of
// an IPv4 datagram or raw socket.
#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "core/ipv4/netns_ipv4.h"
#include "core/wire/address.h"

namespace vethlab {

enum class pmtu_discovery : std::uint8_t { dont = 0, want = 1, do_ = 2, probe = 3 };

using ip_mc_socklist = std::vector<std::pair<ipv4_address, int>>;  // group, ifindex

struct inet_options {
    int ttl = -1;  // -1: the namespace's default
    std::uint8_t tos = 0;
    bool broadcast = false, recverr = false, hdrincl = false;
    bool dontroute = false;  // SO_DONTROUTE
    bool confirm = false;    // MSG_CONFIRM on each send
    bool multicast_loop = true;
    int multicast_ttl = 1;
    int multicast_if = 0;
    ipv4_address multicast_addr;  // IP_MULTICAST_IF by address
    bool multicast_all = true;
    bool checksum = true;  // !SO_NO_CHECK
    pmtu_discovery pmtudisc = pmtu_discovery::want;
    std::vector<std::byte> ip_options;
    std::uint32_t mark = 0;
    int bound_dev_if = 0;
    std::size_t rcvbuf = 212992, sndbuf = 212992;
};

struct inet_received {
    std::vector<std::byte> data;  // raw: from the IPv4 header
    ipv4_address addr;
    std::uint16_t port = 0;
    int ifindex = 0;
    sim_time stamp{};
};

// struct sock_extended_err and what stands beside it.
struct inet_error {
    enum origin_type : std::uint8_t { none = 0, local = 1, icmp = 2 };
    err code = err::ok;
    origin_type origin = none;
    std::uint8_t type = 0, icmp_code = 0;
    std::uint32_t info = 0;
    std::uint8_t ttl = 0;  // of the ICMP message
    ipv4_address offender;
    ipv4_address to_addr;  // destination of the packet that failed
    std::uint16_t to_port = 0;
    std::vector<std::byte> data;  // its payload
};

struct inet_sock {
    enum kind_type : std::uint8_t { udp, raw };

    // `protocol` is a raw socket's: ipproto::icmp.
    inet_sock(netns& n, kind_type k, std::uint8_t protocol);
    inet_sock(const inet_sock&) = delete;
    ~inet_sock();

    netns& net;
    const kind_type kind;
    const std::uint8_t protocol;
    bool connected = false;  // TCP_ESTABLISHED
    std::uint16_t id = 0;    // inet_id of a connected socket
    ipv4_address rcv_saddr, saddr, daddr;
    std::uint16_t num = 0, dport = 0;  // local port, 0: none yet
    inet_options options;

    std::deque<inet_received> receive_queue;
    std::deque<inet_error> error_queue;
    std::size_t rmem_alloc = 0;
    const sock_wmem_ptr wmem{new sock_wmem};
    std::uint64_t drops = 0;

    err sk_err = err::ok;   // SO_ERROR
    ip_mc_socklist groups;  // joined

    std::optional<inet_received> recv();
    std::optional<inet_error> recv_error();
    err take_error();  // sock_error: returned once
    bool readable() const {
        return !receive_queue.empty() || !error_queue.empty() || sk_err != err::ok;
    }
    // IPv4's DF rules.
    bool ignore_df() const { return options.pmtudisc < pmtu_discovery::do_; }
    bool use_pmtu() const { return options.pmtudisc < pmtu_discovery::probe; }
};

// err::addrnotavail, err::addrinuse, err::acces. Port 0: an ephemeral one.
err inet_bind(inet_sock& sk, ipv4_address addr, std::uint16_t port);
err inet_connect(inet_sock& sk, ipv4_address addr, std::uint16_t port);
// To addr:port, or nullopt: where it is connected to (err::destaddrreq if it is not).
struct inet_destination {
    ipv4_address addr;
    std::uint16_t port = 0;
};
err inet_sendmsg(inet_sock& sk, bytes_view data, std::optional<inet_destination> to);
err ip_mc_join_group(inet_sock& sk, ipv4_address group, int ifindex);
err ip_mc_leave_group(inet_sock& sk, ipv4_address group, int ifindex);
// For an address with IFA_F_MCAUTOJOIN.
err ip_mc_autojoin_config(net_device& dev, bool join, ipv4_address group);

// ---- for udp.cc, raw.cc, icmp.cc
// All sockets of a protocol in a namespace, newest first.
struct inet_hashinfo : netns_ipv4::part {
    std::vector<inet_sock*> socks;
    ip_mc_socklist autojoin_groups;  // of addresses with IFA_F_MCAUTOJOIN; in the UDP one
};
inet_hashinfo& inet_hash(netns& net, netns_ipv4::part_index which);
// False: no room (rcvbuf).
bool sock_queue_rcv(inet_sock& sk, inet_received&& message);
void sock_queue_err(inet_sock& sk, inet_error&& error);
// IP_RECVERR: what an ICMP message `skb` (at its quoted packet) means for a socket. `payload`:
// where the data of the quoted packet begin.
void ip_icmp_error(inet_sock& sk, const frame& skb, err code, std::uint16_t port,
                   std::uint32_t info, std::size_t payload);
void ip_local_error(inet_sock& sk, err code, ipv4_address daddr, std::uint16_t port,
                    std::uint32_t info);

}  // namespace vethlab
