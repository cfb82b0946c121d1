#pragma once
// Link-layer and IPv4 addresses as values. Text forms belong to the tools.
#include <array>
#include <compare>

#include "core/wire/bytes.h"

namespace vethlab {

struct mac_address {
    std::array<std::uint8_t, 6> octets{};

    static mac_address read(bytes_view b, std::size_t at) {
        mac_address m;
        std::memcpy(m.octets.data(), b.data() + at, 6);
        return m;
    }
    void write(bytes_span b, std::size_t at) const {
        std::memcpy(b.data() + at, octets.data(), 6);
    }
    bool is_zero() const { return raw() == 0; }
    bool is_multicast() const { return octets[0] & 1; }  // broadcast included
    bool is_broadcast() const { return raw() == 0xffffffffffff; }
    bool is_valid_ether_addr() const { return !is_multicast() && !is_zero(); }
    // IEEE 802.1D 7.12.6: 01:80:c2:00:00:0x is never forwarded by default.
    bool is_link_local() const {
        return octets[0] == 0x01 && octets[1] == 0x80 && octets[2] == 0xc2 &&
               octets[3] == 0 && octets[4] == 0 && (octets[5] & 0xf0) == 0;
    }
    // In the order of the bytes: less is what a listing has first.
    std::uint64_t as_u64() const {
        const bytes_view b = std::as_bytes(std::span(octets));
        return std::uint64_t{be32(b, 0)} << 16 | be16(b, 4);
    }
    bool operator==(const mac_address& other) const { return raw() == other.raw(); }
    auto operator<=>(const mac_address& other) const { return as_u64() <=> other.as_u64(); }

 private:
    // All six in one word, in whatever order: for comparing.
    std::uint64_t raw() const {
        std::uint32_t front;
        std::uint16_t back;
        std::memcpy(&front, octets.data(), 4);
        std::memcpy(&back, octets.data() + 4, 2);
        return std::uint64_t{back} << 32 | front;
    }
};
inline constexpr mac_address mac_broadcast{{255, 255, 255, 255, 255, 255}};

struct ipv4_address {
    std::uint32_t value = 0;  // host byte order: 10.0.0.1 is 0x0a000001

    static ipv4_address read(bytes_view b, std::size_t at) { return {be32(b, at)}; }
    void write(bytes_span b, std::size_t at) const { put32(b, at, value); }
    bool is_any() const { return value == 0; }
    bool is_loopback() const { return value >> 24 == 127; }
    bool is_multicast() const { return value >> 28 == 14; }
    bool is_local_multicast() const { return value >> 8 == 0xe00000; }
    bool is_limited_broadcast() const { return value == 0xffffffff; }
    // Linux: ipv4_is_zeronet. Only this one: the rest of 0.0.0.0/8 are hosts like others.
    bool is_zeronet() const { return value == 0; }
    auto operator<=>(const ipv4_address&) const = default;
};

// Linux: inet_make_mask
inline std::uint32_t inet_make_mask(unsigned prefixlen) {
    return prefixlen ? ~std::uint32_t{0} << (32 - prefixlen) : 0;
}

// RFC 1112 6.4: the low 23 bits behind 01:00:5e.
inline mac_address ip_eth_mc_map(ipv4_address group) {
    return {{0x01, 0x00, 0x5e, std::uint8_t(group.value >> 16 & 0x7f),
             std::uint8_t(group.value >> 8), std::uint8_t(group.value)}};
}

}  // namespace vethlab
