#pragma once
// What a program asks of the machine below it: the waists control (rtnetlink bytes), data
// (sockets), time, and the few files that network tools read. sim/sim_system.h answers
// from a simulated kernel; the mirror answers from the real one. Tools know only this.
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/time.h"
#include "core/uapi/err.h"
#include "core/uapi/if_arp.h"
#include "core/wire/ipv6.h"
#include "core/wire/nlmsg.h"

namespace vethlab {

// A network namespace as an open file: what /run/netns/NAME opened gives, and what
// IFLA_NET_NS_FD takes.
using ns_fd = int;
inline constexpr ns_fd no_ns = -1;

// A NETLINK_ROUTE socket.
class netlink_channel {
 public:
    virtual ~netlink_channel() = default;
    virtual err send(bytes_view messages) = 0;
    // One datagram (one or more messages), or nullopt if none is waiting.
    virtual std::optional<std::vector<std::byte>> recv() = 0;
    virtual void join(std::uint32_t rtnlgrp) = 0;  // multicast group, for monitors
    virtual void set_strict_check(bool on) = 0;    // NETLINK_GET_STRICT_CHK
    virtual std::uint32_t pid() const = 0;
};

enum class sock_kind {
    icmp_raw,   // AF_INET SOCK_RAW IPPROTO_ICMP, as root's ping has it
    udp,        // AF_INET SOCK_DGRAM
    icmp6_raw,  // AF_INET6 SOCK_RAW IPPROTO_ICMPV6
    udp6,       // AF_INET6 SOCK_DGRAM
    packet,     // AF_PACKET SOCK_RAW
};

// An address of the socket's family: IPv4 in addr, IPv6 in the last two.
struct sock_addr {
    ipv4_address addr{};
    std::uint16_t port = 0;
    ipv6_address addr6{};
    int scope_id = 0;  // the interface of a link-local one
    auto operator<=>(const sock_addr&) const = default;
};

struct received {
    // icmp_raw: from the IPv4 header; icmp6_raw: from the ICMPv6 one; packet: from the Ethernet one
    std::vector<std::byte> data;
    sock_addr from;
    std::uint8_t hop_limit = 0;  // icmp6_raw, udp6: IPV6_RECVHOPLIMIT
    int ifindex = 0;
    sim_time stamp{};
    // packet only (sockaddr_ll)
    packet_type pkttype = packet_type::host;
    std::uint16_t protocol = 0;
    std::uint32_t len = 0;  // on the wire
};

// struct sock_extended_err plus what stands beside it.
struct sock_error {
    enum origin : std::uint8_t { none = 0, local = 1, icmp = 2, icmp6 = 3 };
    err code = err::ok;
    origin from = none;
    std::uint8_t icmp_type = 0, icmp_code = 0;
    std::uint32_t info = 0;         // the MTU of a frag-needed
    std::uint8_t hop_limit = 0;     // IPv4: of the ICMP error when it came (IP_RECVTTL)
    ipv4_address offender;          // who sent the ICMP error
    sock_addr offender6;            // the same of an IPv6 socket
    sock_addr to;                   // destination of the packet that failed
    std::vector<std::byte> data;    // its payload: icmp_raw from the ICMP header on
};

enum class pmtudisc : std::uint8_t { dont = 0, want = 1, do_ = 2, probe = 3 };

struct sock_options {
    int ttl = -1;      // -1: the namespace's default
    int tos = 0;
    bool broadcast = false;
    bool recverr = false;
    bool confirm = false;  // MSG_CONFIRM on each send
    bool dontroute = false;  // SO_DONTROUTE
    std::optional<pmtudisc> mtu_discover;  // else the namespace's default
    bool hdrincl = false;
    bool multicast_loop = true;
    int multicast_ttl = 1;
    std::vector<std::byte> ip_options;
    std::uint32_t flow_label = 0;  // IPv6; 0: the kernel chooses
    int icmp6_filter = -1;         // ICMP6_FILTER: the one type that passes; -1: all
    std::uint32_t mark = 0;
    std::size_t rcvbuf = 212992, sndbuf = 212992;
};

class traffic_source;  // sim/traffic.h

// What a packet socket saw that counts.
struct frame_count {
    std::uint64_t frames = 0, bytes = 0;
    sim_time first{}, last{};
};
// How far a packet socket is with what it was told to send.
struct traffic_progress {
    std::uint64_t sent = 0, bytes = 0;
    std::uint64_t dropped = 0;  // of them, by a queue or by the driver (ENOBUFS)
    err code = err::ok;         // what ended it early
    bool done = false;
};

class socket {
 public:
    virtual ~socket() = default;
    sock_options options;  // read at each call

    virtual err bind_device(std::string_view name) = 0;  // SO_BINDTODEVICE
    virtual err bind(sock_addr local) = 0;
    virtual err connect(sock_addr to) = 0;
    virtual sock_addr local() const = 0;
    virtual err sendto(bytes_view data, sock_addr to) = 0;
    virtual err send(bytes_view data) = 0;  // to the connected address
    // packet: bind to a device (0 = all) and protocol (eth_p::all, eth_p::arp ..., 0 = send only)
    virtual err bind_packet(int ifindex, std::uint16_t protocol) = 0;
    virtual err send_frame(bytes_view frame) = 0;
    virtual err set_promisc(bool on) = 0;  // PACKET_MR_PROMISC on the bound device
    virtual err join_group(ipv4_address group, int ifindex) = 0;

    // packet: what it refuses is not for this socket (SO_ATTACH_FILTER).
    virtual err attach_filter(std::function<bool(bytes_view)>) { return err::opnotsupp; }
    // packet: what arrives is counted, not kept; readable() says when there are `enough`.
    virtual err count_frames(std::uint64_t /*enough*/) { return err::opnotsupp; }
    virtual frame_count counted() { return {}; }
    // packet: sends all frames of the source when they are due, the first of them now; readable()
    // says when it is done. opnotsupp: the caller has to send them one by one.
    virtual err send_traffic(const traffic_source&) { return err::opnotsupp; }
    virtual traffic_progress traffic_sent() const { return {}; }

    virtual std::optional<received> recv() = 0;
    virtual std::optional<sock_error> recv_error() = 0;  // MSG_ERRQUEUE
    virtual err take_error() = 0;                        // SO_ERROR: returned once
    virtual bool readable() const = 0;                   // data, error or error queue
    virtual std::uint64_t dropped() const = 0;           // packet: PACKET_STATISTICS
};

// ioctl(SIOCETHTOOL) and ethtool's netlink say the same; here the request is in words.
struct ethtool_feature {
    std::string name;  // kernel's: "rx-checksum", "tx-checksum-ip-generic" ...
    bool active = false, requested = false;
    bool hw = false;      // can be changed
    bool never = false;   // never changed: fixed
};
struct ethtool_drvinfo {
    std::string driver, version, fw_version, bus_info;
    bool has_stats = false;
};
struct ethtool_link {
    bool link_detected = false;
    bool has_settings = false;  // lo has none
    int speed = -1;             // Mb/s, -1 unknown
    int duplex = 255;           // 1 full, 255 unknown
    std::string port;           // "Twisted Pair", "Other"
    bool has_mdix = false;
    bool software_transmit = false;                          // can stamp what it sends (-T)
    std::uint32_t max_rx_channels = 0, max_tx_channels = 0;  // -l; 0: has none
    std::uint32_t rx_channels = 0, tx_channels = 0;          // in use
};
class ethtool_port {
 public:
    virtual ~ethtool_port() = default;
    virtual err features(std::string_view dev, std::vector<ethtool_feature>& out) = 0;
    // Sets wanted bits by kernel name; what could not be met shows in features().
    virtual err set_features(std::string_view dev,
                             const std::vector<std::pair<std::string, bool>>& wanted) = 0;
    virtual err drvinfo(std::string_view dev, ethtool_drvinfo& out) = 0;
    virtual err stats(std::string_view dev,
                      std::vector<std::pair<std::string, std::uint64_t>>& out) = 0;
    virtual err link(std::string_view dev, ethtool_link& out) = 0;
};

class system {
 public:
    virtual ~system() = default;

    virtual std::unique_ptr<netlink_channel> netlink(ns_fd ns) = 0;
    // err::ok and a socket, or the error of socket(2).
    virtual err open_socket(ns_fd ns, sock_kind kind, std::unique_ptr<socket>& out) = 0;
    virtual std::unique_ptr<ethtool_port> ethtool(ns_fd ns) = 0;

    // /proc/sys below `ns`: "net/ipv4/ip_forward". A value without the final newline.
    virtual err sysctl_read(ns_fd ns, std::string_view path, std::string& value) = 0;
    virtual err sysctl_write(ns_fd ns, std::string_view path, std::string_view value) = 0;
    // Every path below a prefix ("net/ipv4/conf"), sorted as the tool prints them.
    virtual std::vector<std::string> sysctl_list(ns_fd ns, std::string_view prefix) = 0;

    // /run/netns. Names come newest first, as a tmpfs lists them.
    virtual std::vector<std::string> netns_list() = 0;
    virtual err netns_add(std::string_view name) = 0;      // exist
    virtual err netns_attach(std::string_view name, int pid) = 0;  // noent, exist
    virtual err netns_delete(std::string_view name) = 0;   // noent
    // no_ns if missing; "" and "." open the folder itself, a file that is no namespace.
    virtual ns_fd netns_open(std::string_view name) = 0;
    virtual bool is_netns(ns_fd file) = 0;
    virtual ns_fd netns_of_pid(int pid) = 0;               // no_ns if no such process
    virtual std::vector<int> pids_in(ns_fd ns) = 0;
    virtual bool same_netns(ns_fd a, ns_fd b) = 0;

    virtual sim_time now() = 0;
    // Microseconds since 1970 for what prints or embeds wall time; simulated and fixed
    // at the start of a lab.
    virtual std::int64_t wall_clock_us() = 0;
    virtual std::uint32_t random() = 0;  // seeded
    // A configuration file's text ("/etc/hosts"), nullopt if absent.
    virtual std::optional<std::string> read_file(std::string_view path) = 0;
    // /proc/net/NAME of a namespace, for what has no netlink message: "dev_mcast", "igmp".
    virtual std::optional<std::string> proc_net(ns_fd ns, std::string_view name) = 0;
    // ioctl(SIOCADDMULTI, SIOCDELMULTI): a static entry of the device's multicast list.
    virtual err dev_mcast(ns_fd, std::string_view /*dev*/, mac_address, bool /*add*/) {
        return err::opnotsupp;
    }
    // ioctl(SIOCSARP, SIOCDARP)
    virtual err arp_ioctl(ns_fd, bool /*set*/, const arpreq&) { return err::opnotsupp; }
};

}  // namespace vethlab
