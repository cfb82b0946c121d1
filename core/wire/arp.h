#pragma once
// RFC 826, for Ethernet and IPv4.
#include <optional>

#include "core/wire/address.h"

namespace vethlab {

// RFC 826; rrequest, rreply: RFC 903.
enum class arp_op : std::uint16_t { request = 1, reply = 2, rrequest = 3, rreply = 4 };

class arp_view {
 public:
    static constexpr std::size_t size = 28;
    static std::optional<arp_view> parse(bytes_view body) {
        if (body.size() < size) return std::nullopt;
        return arp_view{body.first<size>()};
    }
    std::uint16_t hrd() const { return be16(b_, 0); }
    std::uint16_t pro() const { return be16(b_, 2); }
    std::uint8_t hln() const { return u8(b_, 4); }
    std::uint8_t pln() const { return u8(b_, 5); }
    arp_op op() const { return arp_op{be16(b_, 6)}; }
    mac_address sha() const { return mac_address::read(b_, 8); }
    ipv4_address spa() const { return ipv4_address::read(b_, 14); }
    mac_address tha() const { return mac_address::read(b_, 18); }
    ipv4_address tpa() const { return ipv4_address::read(b_, 24); }

 private:
    explicit arp_view(std::span<const std::byte, size> b) : b_(b) {}
    std::span<const std::byte, size> b_;
};

struct arp_fields {
    arp_op op;
    mac_address sha;
    ipv4_address spa;
    mac_address tha;
    ipv4_address tpa;
};
inline void write_arp(bytes_span out, const arp_fields& f) {
    put16(out, 0, 1);
    put16(out, 2, 0x0800);
    put8(out, 4, 6);
    put8(out, 5, 4);
    put16(out, 6, std::uint16_t(f.op));
    f.sha.write(out, 8);
    f.spa.write(out, 14);
    f.tha.write(out, 18);
    f.tpa.write(out, 24);
}

}  // namespace vethlab
