#pragma once
// Linux: include/uapi/linux/if.h, if_arp.h, if_packet.h, if_ether.h
#include <cstddef>
#include <cstdint>

namespace vethlab {

inline constexpr std::size_t ifnamsiz = 16;  // with the terminating NUL
inline constexpr std::size_t altifnamsiz = 128;

namespace iff {
enum : std::uint32_t {
    up = 0x1,
    broadcast = 0x2,
    debug = 0x4,
    loopback = 0x8,
    pointopoint = 0x10,
    notrailers = 0x20,
    running = 0x40,
    noarp = 0x80,
    promisc = 0x100,
    allmulti = 0x200,
    master = 0x400,
    slave = 0x800,
    multicast = 0x1000,
    portsel = 0x2000,
    automedia = 0x4000,
    dynamic = 0x8000,
    lower_up = 0x10000,
    dormant = 0x20000,
    echo = 0x40000,
};
}  // namespace iff

enum class if_oper : std::uint8_t {
    unknown, notpresent, down, lowerlayerdown, testing, dormant, up
};

namespace arphrd {
enum : std::uint16_t { ether = 1, loopback = 772, none = 0xfffe };
}

namespace eth_p {
enum : std::uint16_t {
    all = 0x0003,
    p802_3 = 0x0001,
    p802_2 = 0x0004,
    ip = 0x0800,
    arp = 0x0806,
    rarp = 0x8035,
    p8021q = 0x8100,
    ipv6 = 0x86dd,
    p8021ad = 0x88a8,
};
}

// sockaddr_ll.sll_pkttype
enum class packet_type : std::uint8_t {
    host = 0, broadcast = 1, multicast = 2, otherhost = 3, outgoing = 4, loopback = 5
};

// The wire layout of IFLA_STATS64.
struct rtnl_link_stats64 {
    std::uint64_t rx_packets = 0, tx_packets = 0, rx_bytes = 0, tx_bytes = 0;
    std::uint64_t rx_errors = 0, tx_errors = 0, rx_dropped = 0, tx_dropped = 0;
    std::uint64_t multicast = 0, collisions = 0;
    std::uint64_t rx_length_errors = 0, rx_over_errors = 0, rx_crc_errors = 0;
    std::uint64_t rx_frame_errors = 0, rx_fifo_errors = 0, rx_missed_errors = 0;
    std::uint64_t tx_aborted_errors = 0, tx_carrier_errors = 0, tx_fifo_errors = 0;
    std::uint64_t tx_heartbeat_errors = 0, tx_window_errors = 0;
    std::uint64_t rx_compressed = 0, tx_compressed = 0, rx_nohandler = 0;
    std::uint64_t rx_otherhost_dropped = 0;
};
static_assert(sizeof(rtnl_link_stats64) == 25 * 8);

}  // namespace vethlab
