#pragma once
// RFC 792.
#include <optional>

#include "core/wire/checksum.h"

namespace vethlab {

namespace icmp_type {
enum : std::uint8_t {
    echoreply = 0, dest_unreach = 3, source_quench = 4, redirect = 5, echo = 8,
    time_exceeded = 11, parameterprob = 12, timestamp = 13, timestampreply = 14,
    info_request = 15, info_reply = 16, address = 17, addressreply = 18,
};
}
namespace icmp_code {
enum : std::uint8_t {
    net_unreach = 0, host_unreach = 1, prot_unreach = 2, port_unreach = 3,
    frag_needed = 4, sr_failed = 5, net_unknown = 6, host_unknown = 7, pkt_filtered = 13,
    exc_ttl = 0, exc_fragtime = 1, redir_host = 1,
};
}

class icmp_view {
 public:
    static constexpr std::size_t size = 8;
    static std::optional<icmp_view> parse(bytes_view message) {
        if (message.size() < size) return std::nullopt;
        return icmp_view{message};
    }
    std::uint8_t type() const { return u8(b_, 0); }
    std::uint8_t code() const { return u8(b_, 1); }
    std::uint16_t check() const { return be16(b_, 2); }
    std::uint32_t info() const { return be32(b_, 4); }  // un: gateway, mtu ...
    std::uint16_t id() const { return be16(b_, 4); }
    std::uint16_t sequence() const { return be16(b_, 6); }
    bytes_view payload() const { return b_.subspan(size); }

 private:
    explicit icmp_view(bytes_view b) : b_(b) {}
    bytes_view b_;
};

// Header in front of a payload that is already in place; sums over all of `out`.
inline void write_icmp(bytes_span out, std::uint8_t type, std::uint8_t code,
                       std::uint32_t info) {
    put8(out, 0, type);
    put8(out, 1, code);
    put16(out, 2, 0);
    put32(out, 4, info);
    put16(out, 2, ip_compute_csum(out));
}

}  // namespace vethlab
