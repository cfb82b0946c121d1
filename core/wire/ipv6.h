#pragma once
// RFC 8200; addresses as RFC 4291 cuts them up.
#include <array>
#include <compare>
#include <optional>

#include "core/wire/checksum.h"

namespace vethlab {

struct ipv6_address {
    std::array<std::uint8_t, 16> octets{};

    static ipv6_address read(bytes_view b, std::size_t at) {
        ipv6_address a;
        std::memcpy(a.octets.data(), b.data() + at, 16);
        return a;
    }
    void write(bytes_span b, std::size_t at) const {
        std::memcpy(b.data() + at, octets.data(), 16);
    }
    std::uint8_t operator[](std::size_t i) const { return octets[i]; }
    bool is_any() const { return *this == ipv6_address{}; }
    bool is_loopback() const {
        ipv6_address rest = *this;
        rest.octets[15] = 0;
        return octets[15] == 1 && rest.is_any();
    }
    bool is_multicast() const { return octets[0] == 0xff; }
    bool is_linklocal() const { return octets[0] == 0xfe && (octets[1] & 0xc0) == 0x80; }
    bool is_sitelocal() const { return octets[0] == 0xfe && (octets[1] & 0xc0) == 0xc0; }
    std::uint8_t mc_scope() const { return octets[1] & 15; }
    auto operator<=>(const ipv6_address&) const = default;
};

// Scopes as multicast addresses number them (RFC 4007); of a unicast address, where it reaches.
namespace ipv6_scope {
enum : std::uint8_t { node = 1, link = 2, site = 5, global = 14 };
}
inline std::uint8_t ipv6_addr_scope(const ipv6_address& a) {
    if (a.is_multicast()) return a.mc_scope();
    if (a.is_linklocal() || a.is_loopback()) return ipv6_scope::link;
    return a.is_sitelocal() ? ipv6_scope::site : ipv6_scope::global;
}

// Linux: ipv6_addr_diff: the number of the first bit in which they differ; 128: none.
inline unsigned ipv6_addr_diff(const ipv6_address& a, const ipv6_address& b) {
    for (unsigned i = 0; i < 128; i++) {
        if ((a[i / 8] ^ b[i / 8]) >> (7 - i % 8) & 1) return i;
    }
    return 128;
}
inline ipv6_address ipv6_addr_prefix(ipv6_address a, unsigned plen) {
    for (unsigned i = 0; i < 16; i++) {
        const unsigned keep = plen >= i * 8 + 8 ? 8 : plen > i * 8 ? plen - i * 8 : 0;
        a.octets[i] = std::uint8_t(a.octets[i] & (0xff00 >> keep));
    }
    return a;
}
inline bool ipv6_prefix_equal(const ipv6_address& a, const ipv6_address& b, unsigned plen) {
    return ipv6_addr_diff(a, b) >= plen;
}

// RFC 2464 7: the last four bytes behind 33:33.
inline mac_address ipv6_eth_mc_map(const ipv6_address& group) {
    return {{0x33, 0x33, group[12], group[13], group[14], group[15]}};
}
// RFC 4291 2.7.1: where a node with address `a` listens for neighbour solicitations.
inline ipv6_address addrconf_addr_solict_mult(const ipv6_address& a) {
    return {{0xff, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xff, a[13], a[14], a[15]}};
}

inline constexpr ipv6_address in6addr_loopback{{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}};
inline constexpr ipv6_address in6addr_interfacelocal_allnodes{
    {0xff, 0x01, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}};
inline constexpr ipv6_address in6addr_linklocal_allnodes{
    {0xff, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}};
inline constexpr ipv6_address in6addr_linklocal_allrouters{
    {0xff, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2}};
inline constexpr ipv6_address in6addr_mldv2_allrouters{
    {0xff, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x16}};

namespace nexthdr {
enum : std::uint8_t {
    hop = 0,
    tcp = 6,
    udp = 17,
    routing = 43,
    fragment = 44,
    icmp = 58,
    none = 59,
    dest = 60,
};
}

class ipv6_view {
 public:
    static constexpr std::size_t size = 40;
    static std::optional<ipv6_view> parse(bytes_view packet) {
        if (packet.size() < size || u8(packet, 0) >> 4 != 6) return std::nullopt;
        return ipv6_view{packet};
    }
    std::uint8_t tclass() const { return std::uint8_t(be32(b_, 0) >> 20); }
    std::uint32_t flow() const { return be32(b_, 0) & 0xfffff; }
    std::uint16_t payload_len() const { return be16(b_, 4); }
    std::uint8_t next() const { return u8(b_, 6); }
    std::uint8_t hop_limit() const { return u8(b_, 7); }
    ipv6_address saddr() const { return ipv6_address::read(b_, 8); }
    ipv6_address daddr() const { return ipv6_address::read(b_, 24); }

 private:
    explicit ipv6_view(bytes_view b) : b_(b) {}
    bytes_view b_;
};

struct ipv6_fields {
    std::uint32_t flow = 0;  // label
    std::uint8_t tclass = 0;
    std::uint16_t payload_len = 0;
    std::uint8_t next = 0, hop_limit = 64;
    ipv6_address saddr, daddr;
};
// RFC 8200 4.5: behind the IPv6 header of each piece of a packet.
class frag_view {
 public:
    static constexpr std::size_t size = 8;
    static constexpr std::uint16_t more = 1, offset_mask = 0xfff8;
    static std::optional<frag_view> parse(bytes_view b) {
        if (b.size() < size) return std::nullopt;
        return frag_view{b};
    }
    std::uint8_t next() const { return u8(b_, 0); }
    std::uint32_t offset() const { return be16(b_, 2) & std::uint32_t{offset_mask}; }  // bytes
    bool more_follow() const { return be16(b_, 2) & more; }
    std::uint32_t id() const { return be32(b_, 4); }

 private:
    explicit frag_view(bytes_view b) : b_(b) {}
    bytes_view b_;
};

inline void write_ipv6(bytes_span out, const ipv6_fields& f) {
    put32(out, 0, 6u << 28 | std::uint32_t(f.tclass) << 20 | f.flow);
    put16(out, 4, f.payload_len);
    put8(out, 6, f.next);
    put8(out, 7, f.hop_limit);
    f.saddr.write(out, 8);
    f.daddr.write(out, 24);
}

// RFC 8200 8.1: sum of the pseudo header of a message of `size` bytes.
inline std::uint32_t csum_ipv6_nofold(const ipv6_address& saddr, const ipv6_address& daddr,
                                      std::uint8_t proto, std::size_t size) {
    std::array<std::byte, 40> pseudo{};
    saddr.write(pseudo, 0);
    daddr.write(pseudo, 16);
    put32(pseudo, 32, std::uint32_t(size));
    put8(pseudo, 39, proto);
    return csum_partial(pseudo);
}
// What the checksum field holds for a device to finish.
inline std::uint16_t csum_ipv6_pseudo(const ipv6_address& saddr, const ipv6_address& daddr,
                                      std::uint8_t proto, std::size_t size) {
    return std::uint16_t(~csum_fold(csum_ipv6_nofold(saddr, daddr, proto, size)));
}
// The checksum over pseudo header and `message`; 0 if the message holds a right one.
inline std::uint16_t csum_ipv6_magic(const ipv6_address& saddr, const ipv6_address& daddr,
                                     std::uint8_t proto, bytes_view message) {
    return csum_fold(csum_partial(message, csum_ipv6_nofold(saddr, daddr, proto, message.size())));
}

}  // namespace vethlab
